"""The picture of the way of the data is that of the Snakefile's rules."""

import importlib.util
import re
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
_spec = importlib.util.spec_from_file_location("rule_graph", ROOT / "scripts" / "rule_graph.py")
script = importlib.util.module_from_spec(_spec)
_spec.loader.exec_module(script)


def test_the_picture_shows_the_present_rules():
    edges = script.rule_edges()
    text = script.PAPER.read_text(encoding="utf-8")
    assert script.with_picture(text, script.draw(edges)) == text
    rules = re.findall(r"^(?:rule|checkpoint) (\w+):", (ROOT / "Snakefile").read_text(), re.M)
    assert {name for edge in edges for name in edge} | {"all"} == set(rules)


def test_each_rule_stands_behind_those_that_it_reads_from():
    picture = script.draw([("b", "c"), ("a", "c"), ("c", "d")])
    assert picture.splitlines()[2:6] == ["    a", "    b", "    c", "    d"]
    assert (
        script.with_picture(f"x\n{script.BEGIN}old\n{script.END}y\n", picture)
        == f"x\n{script.BEGIN}{picture}{script.END}y\n"
    )
