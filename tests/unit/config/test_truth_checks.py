"""A truth block that names what the plan does not have is told so, field by field."""

from pathlib import Path

import pytest

from evalpipe.config.load import load_plan
from evalpipe.errors import ConfigError

STUDIES = Path(__file__).resolve().parents[3] / "config" / "studies"


def problems(tmp_path, name, *changes):
    text = (STUDIES / f"{name}.yaml").read_text()
    for old, new in changes:
        assert old in text
        head, _, tail = text.partition("\ntruth:")
        text = f"{head}\ntruth:{tail.replace(old, new, 1)}"
    path = tmp_path / f"{name}.yaml"
    path.write_text(text)
    with pytest.raises(ConfigError) as error:
        load_plan(path)
    return [(problem.path, problem.message) for problem in error.value.problems]


@pytest.mark.parametrize(
    ("change", "path", "words"),
    [
        (("regulation.total:\n      mean", "regulation.sum:\n      mean"), "outcomes", "outcome"),
        (('"arm[reattach]": {post: 6', '"arm[reatach]": {post: 6'), "terms", "reattach"),
        (("{post: 6, month_3", "{after: 6, month_3"), "terms", "visit or period"),
        (("coach: {intercept", "therapist: {intercept"), "random", "level"),
        (("clusters: {site: 4, coach: 12}", "clusters: {site: 4}"), "clusters", "coach"),
        (("{girl: 0.4, boy: 0.6}", "{girls: 0.4, boy: 0.6}"), "levels", "girl"),
        (("age_years: {mean: 11", "age_years: {mean: null"), "age_years", "mean"),
        (("depends_on: regulation.total", "depends_on: mood"), "depends_on", "true outcome"),
    ],
)
def test_names_must_exist(tmp_path, change, path, words):
    found = problems(tmp_path, "reattach_rct", change)
    assert any(path in where and words in message for where, message in found), found


def test_shares_of_classes_add_up(tmp_path):
    change = ("secure: [0.8, 0.08, 0.06, 0.06]", "secure: [0.8, 0.08, 0.06]")
    found = problems(tmp_path, "attachment_classes", change)
    assert any("one share for each class" in message for _, message in found)


def test_only_made_up_data_are_shown_without_a_threshold(tmp_path):
    text = (STUDIES / "btheb.yaml").read_text()
    assert "disclosure_threshold: 5" in text
    path = tmp_path / "btheb.yaml"
    path.write_text(text.replace("disclosure_threshold: 5", "disclosure_threshold: 0"))
    with pytest.raises(ConfigError, match="only made-up data may"):
        load_plan(path)
