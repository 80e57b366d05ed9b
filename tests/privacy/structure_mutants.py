"""Mutants that keep a file's form and change what it says: plans, workbooks, SPSS, REDCap.

Bytes changed at random mostly end at the parser. These get past it: values of a plan trade places,
parts of a workbook are changed and zipped again, records of an SPSS file lie.
"""

import csv
import io
import random
import re
import struct
import zipfile
from pathlib import Path
from typing import Any

import yaml

from evalpipe.config.yaml_file import parse_yaml

CANARY = "Qz7xCanary"
ODD_VALUES: tuple[Any, ...] = (
    None, True, False, 0, 1, -1, 2, 0.5, -0.5, 1e308, 1e-308, 10**30, "", "x", "no", "arm", "visit",
    "baseline", "intercept", "participant", [], {}, [[]], [0], ["arm"], {"label": "x"}, "1e309",
    "$x^2$ <b>", "=1+1", "W" * 200, "%", "{x}", "#set",
)  # fmt: skip


def load_plan_tree(text: str) -> Any:
    """A plan as plain dicts and lists."""
    return parse_yaml(text, "plan.yaml").value


def write_plan_tree(tree: Any) -> bytes:
    """The same tree as YAML."""
    text: str = yaml.dump(tree, Dumper=PlainDumper, sort_keys=False, width=4000)
    return text.encode("utf-8")


class PlainDumper(yaml.SafeDumper):
    """Writes a thing that stands twice twice, without anchors."""

    def ignore_aliases(self, data: Any) -> bool:
        """Whether `data` is written out each time."""
        return True


def places(tree: Any, above: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """Every place of a tree below its root."""
    keys = list(tree) if isinstance(tree, dict) else list(range(len(tree)))
    found = []
    for key in keys:
        found.append((*above, key))
        if isinstance(tree[key], dict | list):
            found += places(tree[key], (*above, key))
    return found


def at(tree: Any, place: tuple[Any, ...]) -> Any:
    """The value at a place."""
    for key in place:
        tree = tree[key]
    return tree


def mutate_tree(rng: random.Random, tree: Any) -> None:  # noqa: C901  # one line for each kind
    """One or two changes of a plan: values traded, keys moved or renamed, kinds changed."""
    for _ in range(rng.choice((1, 1, 1, 2))):
        every = places(tree)
        if rng.random() < 0.6:  # a part first, so that long lists of numbers do not take all
            part = rng.choice(list(tree))
            every = [place for place in every if place[0] == part]
        place = rng.choice(every)
        parent, key = at(tree, place[:-1]), place[-1]
        other = rng.choice(places(tree))
        match rng.randrange(9):
            case 0:
                parent[key] = rng.choice(ODD_VALUES)
            case 1:
                del parent[key]
            case 2:  # the value of another place
                parent[key] = copy_tree(at(tree, other))
            case 3:  # the value of a place with the same key elsewhere
                same = [p for p in places(tree) if p[-1] == key]
                parent[key] = copy_tree(at(tree, rng.choice(same)))
            case 4:  # a name that the plan has elsewhere
                parent[key] = rng.choice([p[-1] for p in places(tree) if isinstance(p[-1], str)])
            case 5 if isinstance(parent, dict):
                parent[rng.choice([p[-1] for p in places(tree)])] = parent.pop(key)
            case 6 if isinstance(parent[key], int | float):
                value = parent[key]
                odd = (-value, value * 10, value + 1, value / 3, str(value), [value], 0)
                parent[key] = rng.choice(odd)
            case 7 if isinstance(parent[key], list):
                if parent[key]:
                    parent[key].append(copy_tree(rng.choice(parent[key])))
                rng.shuffle(parent[key])
            case _:
                value = parent[key]
                parent[key] = [value] if not isinstance(value, list) else {"x": value}


def copy_tree(value: Any) -> Any:
    """A copy of a tree that shares nothing with it."""
    if isinstance(value, dict):
        return {key: copy_tree(inner) for key, inner in value.items()}
    return [copy_tree(inner) for inner in value] if isinstance(value, list) else value


def keep_analysis(tree: Any, analysis: str) -> None:
    """Leave one analysis and those that it names, so that a whole run takes about a second."""
    analyses = tree["analyses"]
    kept: set[str] = set()
    waiting = [analysis]
    while waiting:
        name = waiting.pop()
        kept.add(name)
        model = analyses[name]["model"]
        named = (analyses[name].get("of"), *(model.get(k) for k in ("simpler", "richer", "of")))
        waiting += [n for n in named if n in analyses and n not in kept]
    tree["analyses"] = {name: analyses[name] for name in analyses if name in kept}
    for part in ("published", "multiplicity"):
        tree.pop(part, None)
    for one in tree["analyses"].values():
        one.pop("multiplicity", None)
        one["model"].pop("imputations", None)


def mutate_workbook(rng: random.Random, content: bytes) -> bytes:
    """A part changed as XML text, dropped, doubled or renamed, then zipped again."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        parts = [(entry.filename, archive.read(entry)) for entry in archive.infolist()]
    for _ in range(rng.choice((1, 1, 3))):
        sheets = [i for i, (name, _) in enumerate(parts) if "sheet" in name.lower()]
        place = rng.choice(sheets) if sheets and rng.random() < 0.8 else rng.randrange(len(parts))
        name, data = parts[place]
        match rng.randrange(8):
            case 0:
                del parts[place]
            case 1:
                parts[place] = (rng.choice(parts)[0], data)
            case 2:
                parts.append((rng.choice(("xl/vbaProject.bin", "../x", "xl/media/1.png")), data))
            case _:
                parts[place] = (name, _mutate_xml(rng, data))
        if not parts:
            break
    target = io.BytesIO()
    kind = rng.choice((zipfile.ZIP_DEFLATED, zipfile.ZIP_DEFLATED, zipfile.ZIP_STORED))
    with zipfile.ZipFile(target, "w", kind) as archive:
        for name, data in dict(parts).items():
            archive.writestr(zipfile.ZipInfo(name), data)
    return target.getvalue()


_ATTRIBUTE = re.compile(rb'="([^"]*)"')
_TEXT = re.compile(rb">([^<>]+)<")
_TAG = re.compile(rb"<[^<>]+>")
_ODD_XML = (
    b"", b"0", b"-1", b"1", b"99999999999", b"1e309", b"NaN", b"s", b"n", b"b", b"e", b"d", b"str",
    b"inlineStr", b"A1", b"XFD1048576", b"ZZZ0", b"&#49;", b"&x;", b"&#x202e;", b"=1+1", b"1.5",
    b"44197", b"\xff", CANARY.encode(), b"2021-02-03", b"12:30", b"#N/A", b"-99",
)  # fmt: skip


def _mutate_xml(rng: random.Random, data: bytes) -> bytes:
    for _ in range(rng.choice((1, 2, 20))):
        found = list(rng.choice((_ATTRIBUTE, _TEXT, _TAG)).finditer(data))
        if not found:
            continue
        hit = rng.choice(found)
        begin, end = hit.span(1) if hit.re is not _TAG else hit.span()
        odd = rng.choice(_ODD_XML) if hit.re is not _TAG else b"<f>1</f>"
        other = rng.choice(found).group(1 if hit.re is not _TAG else 0)
        data = data[:begin] + rng.choice((odd, odd, other, b"")) + data[end:]
    return data


def mutate_spss(rng: random.Random, content: bytes) -> bytes:
    """Numbers in the header and the dictionary lie; records are dropped or doubled."""
    data = bytearray(content)
    dictionary = data.find(struct.pack("<i", 999))
    dictionary = dictionary if dictionary > 176 else len(data)
    for _ in range(rng.choice((1, 1, 2, 6))):
        place = rng.randrange(64, max(68, dictionary - 8)) // 4 * 4
        match rng.randrange(5):
            case 0:
                odd = rng.choice((-1, 0, 1, 2, 7, 255, 256, 2**31 - 1, -(2**31), 1_000_000))
                data[place : place + 4] = struct.pack("<i", odd)
            case 1:
                odd_real = rng.choice((float("nan"), float("inf"), 1e308, -99.0, 0.0))
                data[place : place + 8] = struct.pack("<d", odd_real)
            case 2:
                del data[place : place + rng.choice((4, 8, 32))]
            case 3:
                data[place:place] = data[place : place + rng.choice((4, 32, 256))]
            case _:
                where = rng.randrange(len(data) - 8)
                data[where : where + 4] = CANARY.encode()[:4]
    return bytes(data)


def mutate_redcap(rng: random.Random, content: bytes) -> bytes:
    """Events, instruments and instances trade places; rows and columns move."""
    text = content.decode("utf-8-sig", "replace")
    rows = [row for row in csv.reader(io.StringIO(text, newline="")) if row]
    keys = [i for i, name in enumerate(rows[0]) if name.startswith("redcap_") or i == 0]
    boxes = [i for i, name in enumerate(rows[0]) if "___" in name or name.endswith("_complete")]
    for _ in range(rng.choice((1, 2, 10, 60))):
        row, other = rng.choice(rows), rng.choice(rows)
        column = rng.choice(rng.choice((keys, boxes or keys, range(len(rows[0])))))
        if column >= min(len(row), len(other)):
            continue
        match rng.randrange(5):
            case 0:
                row[column], other[column] = other[column], row[column]
            case 1:
                odd = ("", "0", "-1", "1e9", "99999999999999999999", CANARY, "Checked", "1.5", "٣")
                row[column] = rng.choice(odd)
            case 2:
                rows.append(list(row))
            case 3 if len(rows) > 2:
                rows.remove(row)
            case _:
                place = rng.randrange(len(row))
                row[column], row[place] = row[place], row[column]
    target = io.StringIO()
    csv.writer(target).writerows(rows)
    return target.getvalue().encode()


def mutate_raw(rng: random.Random, path: Path) -> str:
    """Mutate a raw file by what it is; returns what was done."""
    content = path.read_bytes()
    if path.suffix == ".xlsx":
        mutation = mutate_workbook
    elif path.suffix == ".sav":
        mutation = mutate_spss
    else:
        mutation = mutate_redcap
    path.write_bytes(mutation(rng, content))
    return mutation.__name__
