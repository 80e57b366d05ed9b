"""Everybody accounted for: ids of several files, cut files, totals, people left out on purpose."""

import json
import re

import pytest
from tests.intake.conftest import Check, numbered, people, visits


def ask_for_change(plan):
    plan["populations"] = {"itt": {"include": "enrolled"}}
    plan["analyses"]["main"] = {
        "role": "primary",
        "question": "Change?",
        "standardise_by": "none",
        "estimand": {
            "population": "itt",
            "outcome": "y",
            "visits": "all",
            "headline_visit": "after",
            "summary": "change_from_baseline",
        },
        "model": {
            "kind": "mmrm",
            "fixed": ["visit"],
            "residual": {"structure": "unstructured", "within": "participant", "over": "visit"},
        },
    }


IDS = numbered(20)
BARE = [str(n) for n in range(1, 21)]
PADDED = [f"{n:03d}" for n in range(1, 21)]


def test_files_that_agree_have_an_account(check: Check):
    done = check({"people.csv": people(IDS), "visits.csv": visits(IDS)})
    assert done.code == 0
    assert "ids: people.csv: 20 rows, 20 ids, says who is in the study, 0 without arm" in (
        done.printed
    )
    assert (
        "ids: visits.csv: 40 rows, 20 ids, 20 known, 0 unknown, 0 without arm, "
        "0 rows without visit" in done.printed
    )
    assert "ids: people.csv and visits.csv: 20 ids in both" in done.printed
    page = (done.folder / "reports/small/validation.html").read_text()
    assert "Whom each file names" in page
    assert ">40<" in page


SPELLINGS = {
    "id_leading_zeros": (PADDED, BARE, "pad: 3"),
    "zeros_behind_a_letter": (IDS, [f"P{n}" for n in BARE], "pad: 3"),
    "zeros_lost_in_some": (PADDED, [*BARE[:9], *PADDED[9:]], "pad: 3"),
    "id_float": (BARE, [f"{n}.0" for n in BARE], 'strip: ".0"'),
    "float_in_one_half": (BARE, [*BARE[:10], *(f"{n}.0" for n in BARE[10:])], 'strip: ".0"'),
    "float_with_zeros": (BARE, [f"{n}.00" for n in BARE], None),
    "case": (IDS, [i.lower() for i in IDS], "case: upper"),
    "case_in_some": (IDS, [*(i.lower() for i in IDS[:3]), *IDS[3:]], "case: upper"),
    "spaces": (IDS, [i.replace("P", "P ") for i in IDS], 'remove: " "'),
    "dashes": (IDS, [i.replace("P", "P-") for i in IDS], "remove: "),
    "prefix": (PADDED, [f"SITE{i}" for i in PADDED], "prefix: drop"),
    "prefix_and_zeros": (PADDED, [f"S-{i}" for i in BARE], "pad: 3"),
    "case_and_zeros": (IDS, [f"p{n}" for n in BARE], "case: upper, pad: 3"),
}


@pytest.mark.parametrize("name", SPELLINGS)
def test_another_spelling_is_an_error_that_offers_the_cure(check: Check, name: str):
    first, second, cure = SPELLINGS[name]
    files = {"people.csv": people(first), "visits.csv": visits(second)}
    done = check(files)
    assert done.code == 4
    line = done.error("visits.csv, column id: is not in people.csv")
    if cure is None:
        return
    assert cure in line
    written = re.search(r"`ids: (\{.*?\})`", line)
    assert written is not None
    keys = json.loads(re.sub(r"(\w+): ", r'"\1": ', written[1].replace("upper", '"upper"')
                      .replace("drop", '"drop"')))  # fmt: skip
    cured = check(files, lambda plan: plan.update(ids=keys))
    assert cured.code == 0
    assert cured.scores()["participant_id"].nunique() == 20


@pytest.mark.parametrize("first", [True, False])
def test_double_entry_takes_one_of_two(check: Check, first: bool):
    twice = [f"{i}--{n}" for i in IDS for n in (1, 2)]
    files = {
        "people.csv": people(IDS),
        "visits.csv": visits(twice, lambda n: 10 + n // 2 % 2),
    }
    done = check(files)
    assert "double_entry: first" in done.error("visits.csv, column id")
    wanted = "first" if first else "second"
    cured = check(files, lambda plan: plan["data"]["visits"].update(double_entry=wanted))
    assert cured.code == 0
    assert set(cured.scores()["score"]) == ({10.0} if first else {11.0})


def test_ids_that_look_alike_are_one_person_unless_the_plan_says_why(check: Check):
    ids = [*BARE, "007"]
    files = {"people.csv": people(ids), "visits.csv": visits(ids)}
    done = check(files)
    assert "rows (8, 22)" in done.error("people.csv", "differs from another id only in")
    reason = {"distinct": "numbers with zeros belong to the second hospital"}
    assert check(files, lambda plan: plan.update(ids=reason)).code == 0


def test_a_wide_study_without_a_participants_file_is_held_together(check: Check):
    """Two files of one arm: nobody says who is in the study, and 1 is still 01."""

    def one_arm(plan):
        plan["study"]["design"] = "pre_post"
        plan["arms"] = {"all": {"label": "All", "role": "only"}}
        first = plan["data"].pop("people")
        del first["columns"]["group"]
        plan["data"] = {
            "pre": {**first, "file": "pre.csv", "scores": {"y": {"s": "before"}}},
            "post": {**first, "file": "post.csv", "scores": {"y": {"s": "after"}}},
        }
        ask_for_change(plan)

    pre = "id,s\n" + "".join(f"{i},{5 + n % 7}\n" for n, i in enumerate(PADDED))
    post = "id,s\n" + "".join(f"{i},{4 + n % 5}\n" for n, i in enumerate(BARE[:18]))
    done = check({"pre.csv": pre, "post.csv": post}, one_arm)
    assert done.code == 4
    done.error("post.csv", "leading zeros")


def test_no_person(check: Check):
    done = check({"people.csv": people(IDS[:-3]), "visits.csv": visits(IDS)})
    line = done.error("visits.csv, column id: is not in people.csv")
    assert "6 rows (36, 37, 38, 39, 40, 41)" in line
    assert "3 ids" in line
    assert not any(one in line for one in IDS)


def test_participants_file_cut(check: Check):
    done = check({"people.csv": people(IDS[:10]), "visits.csv": visits(IDS)})
    assert "10 ids" in done.error("is not in people.csv")


@pytest.mark.parametrize("empty", ["people.csv", "visits.csv"])
def test_a_file_with_headings_only(check: Check, empty: str):
    files = {"people.csv": people(IDS), "visits.csv": visits(IDS)}
    files[empty] = files[empty].splitlines()[0] + "\n"
    done = check(files)
    assert done.code == 4
    done.error(f"{empty}: holds no row below the headings")


def test_outcomes_cut_are_counted(check: Check):
    """Half of an outcome file is no error (people are lost); the plan's visits are counted."""
    done = check({"people.csv": people(IDS), "visits.csv": visits(IDS[:12])})
    assert "notice: visits.csv: planned visits have no row in this file: 16" in done.printed


def test_blank_arm(check: Check):
    text = people(IDS).replace("P004,T", "P004,")
    done = check({"people.csv": text, "visits.csv": visits(IDS)})
    assert "2 rows (8, 9)" in done.error("visits.csv, column id: has outcomes and no arm")


def test_a_missing_code_for_the_arm(check: Check):
    text = people(IDS).replace("P004,T", "P004,99")
    done = check(
        {"people.csv": text, "visits.csv": visits(IDS)},
        lambda plan: plan["data"]["people"].update(missing={"99": "unknown"}),
    )
    done.error("has outcomes and no arm")


def test_a_person_who_was_not_eligible_needs_no_arm(check: Check):
    text = "\n".join(f"{line},ok" for line in people(IDS).splitlines())
    text = text.replace("id,group,ok", "id,group,end").replace("P004,T,ok", "P004,,no")

    def with_end(plan):
        plan["data"]["people"]["columns"]["end"] = {
            "to": "disposition",
            "values": {"ok": "completed", "no": "not_eligible"},
        }

    assert check({"people.csv": text, "visits.csv": visits(IDS)}, with_end).code == 0


@pytest.mark.parametrize("kept", ["W", "T"])
def test_an_arm_that_nobody_is_in(check: Check, kept: str):
    done = check({"people.csv": people(IDS, kept), "visits.csv": visits(IDS)})
    arm = "train" if kept == "W" else "wait"
    done.error(f"nobody is in the arm `{arm}`")


@pytest.mark.parametrize("blank", ["P003,T1", "P020,T1"])
def test_a_row_without_a_visit(check: Check, blank: str):
    text = visits(IDS).replace(blank, blank[:-2])
    done = check({"people.csv": people(IDS), "visits.csv": text})
    done.error("visits.csv, column moment: a row without a visit: 1 row")


TOTALS = ["Total,T0,292", "Totaal:,T1,292", "MEAN,T0,15.3", "n,T1,20", "Std. dev,T0,3.1"]


@pytest.mark.parametrize("line", TOTALS)
def test_total_row_one_arm(check: Check, line: str):
    """A line under the table, with one arm and no participants file."""

    def one_arm(plan):
        plan["study"]["design"] = "pre_post"
        plan["arms"] = {"all": {"label": "All", "role": "only"}}
        del plan["data"]["people"]
        ask_for_change(plan)

    assert check({"visits.csv": visits(IDS)}, one_arm).code == 0
    done = check({"visits.csv": visits(IDS) + line + "\n"}, one_arm)
    assert done.code == 4
    done.error("looks like a line of totals", "(42)")
    sums = sum(int(row.split(",")[2]) for row in visits(IDS).splitlines()[1:])
    done = check({"visits.csv": visits(IDS) + f"P999,T0,{sums}\n"}, one_arm)
    done.error("looks like a line of totals", "(42)")


def exclude(who: str, number: int):
    def change(plan):
        plan["exclusions"] = {"left": {"who": who, "number": number, "reason": "screening failure"}}

    return change


def test_exclusions_are_said_and_counted(check: Check):
    files = {"people.csv": people(IDS[:-2]), "visits.csv": visits(IDS)}
    done = check(files, exclude("not_in_participants_file", 2))
    assert done.code == 0
    assert set(done.scores()["participant_id"]) == set(IDS[:-2])
    left = done.people().set_index("participant_id").loc[IDS[-2:]]
    assert set(left["disposition"]) == {"not_randomised"}
    assert set(left["disposition_reason"]) == {"screening failure"}
    assert not left["randomised"].any()


def test_an_exclusion_of_another_number_is_an_error(check: Check):
    files = {"people.csv": people(IDS[:-2]), "visits.csv": visits(IDS)}
    done = check(files, exclude("not_in_participants_file", 1))
    done.error("excludes 1 people", "the files have 2")


def test_people_without_an_arm_can_be_excluded(check: Check):
    text = people(IDS).replace("P004,T", "P004,")
    done = check({"people.csv": text, "visits.csv": visits(IDS)}, exclude("without_arm", 1))
    assert done.code == 0
    assert "P004" not in set(done.scores()["participant_id"])
