"""Plans that are wrong: one line each, with field, line number and what was expected."""

from pathlib import Path

import pytest

from evalpipe.config.load import plan_of
from evalpipe.config.yaml_file import parse_yaml, read_yaml
from evalpipe.errors import ConfigError

BTHEB = Path(__file__).parents[3] / "config" / "studies" / "btheb.yaml"
TEXT = BTHEB.read_text(encoding="utf-8")


def line_of(fragment: str, text: str = TEXT) -> int:
    return next(i for i, line in enumerate(text.splitlines(), start=1) if fragment in line)


def problems_after(old: str, new: str) -> list[str]:
    assert TEXT.count(old) >= 1
    with pytest.raises(ConfigError) as caught:
        plan_of(parse_yaml(TEXT.replace(old, new, 1), "btheb.yaml"))
    return [str(problem) for problem in caught.value.problems]


def test_the_plan_of_beat_the_blues_is_read() -> None:
    plan = plan_of(read_yaml(BTHEB))
    assert plan.control_arm == "tau"
    assert plan.baseline_visit == "baseline"
    assert plan.scale_names == ("bdi",)
    assert plan.variables["drug"].levels == ("no", "yes")


def test_thirty_seven_printed_numbers_are_declared() -> None:
    plan = plan_of(read_yaml(BTHEB))
    named = ("quantity", "term", "arm", "versus", "visit", "outcome", "groups")
    rows = [n.model_dump(exclude=set(named)) for p in plan.published.values() for n in p.numbers]
    assert sum(value is not None for row in rows for value in row.values()) == 37


@pytest.mark.parametrize(
    ("old", "new", "path", "expected"),
    [
        ("role: control", "role: contrl", "arms.tau.role", "did you mean `control`?"),
        ("role: experimental", "role: control", "arms.btheb.role", "2 control arms"),
        ("reliability:", "reliabilty:", "instruments.bdi.reliabilty", "`reliability`?"),
        ("day: 91}", "day: 21}", "visits.month_3.day", "visits are out of order"),
        (
            "contrast: {arm: btheb, versus: tau}",
            "contrast: {arm: bteb, versus: tau}",
            "analyses.primary.estimand.contrast",
            "there is no arm `bteb`; did you mean `btheb`?",
        ),
        (
            "strategy: treatment_policy",
            "strategy: while_on_treatment",
            "analyses.primary.estimand.intercurrent_events.0",
            "`while_on_treatment` needs `marks`",
        ),
        (
            "strategy: treatment_policy",
            "strategy: treatment_policy, marks: stopped",
            "analyses.primary.estimand.intercurrent_events.0.marks",
            "must be 'not_eligible', 'declined'",
        ),
        ("smallest_group: 5", "smallest_group: 0", "privacy.smallest_group", ": must be greater"),
        (
            "file: btheb_wide.csv",
            "file: ../data.csv",
            "data.trial.file",
            "a file inside the study's raw",
        ),
        (
            "file: btheb_wide.csv",
            "file: ../x.csv",
            "data.trial.file",
            "a file inside the study's raw",
        ),
        ("range: [0, 63]", "range: [0, many]", "instruments.bdi.range.1", "must be a number"),
        ("range: [0, 63]", "range: [63, 0]", "instruments.bdi.range", "from low to high"),
        ('"arm:visit"', '"arm:visits"', "analyses.primary.model.fixed.5", "mean `visit`?"),
        ("synthetic: false", "synthetic: nee", "study.synthetic", "must be true or false"),
        ("day: 0}", "day: 0, widow: [0, 7]}", "visits.baseline.widow", "mean `window`?"),
        ("btheb: {label", "tau: {label", "arms.tau", "stands twice"),
        ("population: intention_to_treat", "population: itt", "population", "no population `itt`"),
        ("headline_visit: month_8", "headline_visit: month_9", "headline_visit", "`month_8`?"),
        ("id: participant_id", "id: particpant_id", "data.trial.columns.id", "participant_id"),
        ("TAU: tau", "TAU: tua", "data.trial.columns.treatment.values.TAU", "mean `tau`?"),
        ("of: primary", "of: primry", "analyses.complete_cases.of", "mean `primary`?"),
    ],
)
def test_a_mistake_is_one_line_with_its_place(old: str, new: str, path: str, expected: str) -> None:
    problems = problems_after(old, new)
    line = line_of(new, TEXT.replace(old, new, 1))
    found = [p for p in problems if path in p and expected in p]
    assert found, problems
    assert all("\n" not in problem for problem in problems)
    assert any(abs(int(p.split(":")[1]) - line) <= 2 for p in found), (found, line)


def test_several_mistakes_are_told_at_once() -> None:
    text = TEXT.replace("role: control", "role: contrl").replace("better: lower", "better: less")
    with pytest.raises(ConfigError) as caught:
        plan_of(parse_yaml(text, "btheb.yaml"))
    assert len(caught.value.problems) == 2


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a: &x 1\nb: *x\n", "anchors and aliases"),
        ("a: !!python/object:os.system x\n", "tags"),
        ("a: !secret x\n", "tags"),
        ("a: [1, 2\n", "is not valid YAML"),
        ("%YAML 1.1\n---\na: yes\n", "directives"),
        ("# first\n%YAML 1.1\n---\na: yes\n", "directives"),
        ("%TAG ! tag:x,2000:\n---\na: 1\n", "directives"),
        ('a: "\\u202eevil"\n', "invisible or control character"),
        ('a: "\\x1b[31m"\n', "invisible or control character"),
        ('"a\\0": 1\n', "invisible or control character"),
        ('a: "\\ud800"\n', "invisible or control character"),
        ("a: x\u2028y\n", "invisible or control character"),
        ("a: x\x85y\n", "invisible or control character"),
        ("[" * 100 + "]" * 100, "nested deeper"),
        ("a: \u202eevil\n", "invisible or control character"),
        ("- just\n- a list\n", "a plan is a list of `key: value` lines"),
        ("", "is missing"),
    ],
)
def test_hostile_or_broken_yaml_is_refused_in_one_line(text: str, expected: str) -> None:
    with pytest.raises(ConfigError) as caught:
        plan_of(parse_yaml(text, "plan.yaml"))
    assert expected in str(caught.value)


def test_a_billion_laughs_are_refused_before_they_expand() -> None:
    lines = ["a0: &a0 [x, x, x, x, x, x, x, x, x]"]
    lines += [f"a{i}: &a{i} [{', '.join([f'*a{i - 1}'] * 9)}]" for i in range(1, 12)]
    with pytest.raises(ConfigError, match="anchors and aliases"):
        parse_yaml("\n".join(lines), "plan.yaml")


def test_a_file_that_says_it_is_empty_is_read_no_further_than_the_bound() -> None:
    """Files of the kernel have no size; some of them never end."""
    endless = Path("/proc/self/pagemap")
    if not endless.is_file():
        pytest.skip("no such file on this system")
    with pytest.raises(ConfigError, match="larger than 1 MB|cannot be read"):
        read_yaml(endless)


def test_yaml_1_2_keeps_dutch_and_english_words() -> None:
    value = parse_yaml("a: [no, yes, ja, nee, on, 1:30, 007]\nno: x\n", "p.yaml").value
    assert value["a"][:6] == ["no", "yes", "ja", "nee", "on", "1:30"]
    assert "no" in value


def test_a_large_file_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "big.yaml"
    path.write_text("a: " + "x" * 1_000_001)
    with pytest.raises(ConfigError, match="larger than 1 MB"):
        read_yaml(path)
