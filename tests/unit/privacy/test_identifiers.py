"""The judge: what each rule sees, what the plan may answer, and that no value is told."""

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
import pandas as pd
import pytest

from evalpipe.errors import PrivacyError
from evalpipe.privacy.checksums import pass_bsn, pass_iban, tail_probability
from evalpipe.privacy.distinct import distinct_of, fold_text
from evalpipe.privacy.findings import (
    AcceptedFinding,
    Decision,
    DeclaredColumns,
    Finding,
    find_unused,
    refuse,
)
from evalpipe.privacy.hints import find_hints
from evalpipe.privacy.identifiers import judge_columns
from evalpipe.privacy.lookalikes import skeleton


@dataclass(frozen=True)
class Table:
    frame: pd.DataFrame
    name: str = "raw.csv"
    labels: dict[str, dict[str, str]] = field(default_factory=dict)
    user_missing: dict[str, "pd.Series[str]"] = field(default_factory=dict)

    @property
    def columns(self) -> tuple[str, ...]:
        return tuple(self.frame.columns)


def judge(
    cells: Sequence[str | None],
    heading: str = "v17",
    declared: DeclaredColumns | None = None,
    labels: dict[str, dict[str, str]] | None = None,
) -> dict[str, Finding]:
    frame = pd.DataFrame({heading: pd.array(list(cells), dtype="string")})
    table = Table(frame, labels=labels or {})
    return {found.rule: found for found in judge_columns(table, declared or DeclaredColumns())}


def test_eleven_proof():
    numbers = ["111222333", "123456782", "123456789", "0", "12345672"]
    assert [pass_bsn(number) for number in numbers] == [True, True, False, False, True]


def test_one_in_eleven_random_numbers_passes():
    numbers = np.random.default_rng(1).integers(10**8, 10**9, 20_000)
    passed = np.mean([pass_bsn(str(number)) for number in numbers])
    assert passed == pytest.approx(1 / 11, abs=0.006)  # three standard errors


def test_mod_97():
    assert pass_iban("NL91ABNA0417164300")
    assert not pass_iban("NL92ABNA0417164300")


def test_binomial_tail_against_scipy():
    from scipy.stats import binom

    for passed, total in ((1, 3), (3, 3), (12, 60), (60, 60), (9, 100), (400, 3000)):
        expected = binom.sf(passed - 1, total, 1 / 11)
        assert tail_probability(passed, total, 1 / 11) == pytest.approx(expected, rel=1e-9)


SINGLE = {  # one such cell in a clean column is enough
    "email": "sanne.de.vries@ggz-noord.example",
    "iban": "NL91 ABNA 0417 1643 00",
    "url": "https://www.example.org/u/77",
    "ip_address": "192.168.17.4",
    "postcode": "3512 JE",
    "phone": "06-12345678",
    "street_address": "Wilhelminalaan 12",
    "date": "2016-03-09",
    "person_name": "J.P. van der Meer",
    "coordinates": "52.09083, 5.12222",
}


@pytest.mark.parametrize("rule", SINGLE)
def test_one_cell_is_enough_where_the_pattern_is_sure(rule: str):
    cells = ["better", "same", "worse", "same"] * 10
    assert judge(cells) == {}
    found = judge([*cells, SINGLE[rule]])
    assert found[rule].count == 1
    assert found[rule].share == pytest.approx(1 / 41)


def test_letters_of_other_widths_and_scripts_hide_nothing():
    assert "phone" in judge(["０６-１２３４５６７８", "0"])
    assert "email" in judge(["ѕаnnе@example.nl"])
    assert "email" in judge(["x@example.nl"], heading="v1")
    assert [hint.rule for hint in find_hints("е-mаil")] == ["email"]
    assert fold_text("Zoë Yılmaz Łukasz") == "Zoe Yilmaz Lukasz"
    assert skeleton("Раss") == "pass"


@pytest.mark.parametrize(
    ("heading", "rule"),
    [
        ("Voornaam", "person_name"),
        ("naamKind", "person_name"),
        ("geboortedatum_kind", "birth_date"),
        ("DOB", "birth_date"),
        ("BSN-nummer", "citizen_number"),
        ("E-mail adres", "email"),
        ("tel2", "phone"),
        ("Cliëntnummer", "record_number"),
        ("Postcode", "postcode"),
        ("overige_opmerkingen", "free_text"),
        ("kenteken", "licence_plate"),
        ("IPAddress", "ip_address"),
    ],
)
def test_headings_in_two_languages(heading: str, rule: str):
    assert rule in [hint.rule for hint in find_hints(heading)]


@pytest.mark.parametrize("heading", ["score", "bdi_pre", "hotel", "latency", "template", "update"])
def test_headings_that_only_resemble(heading: str):
    assert find_hints(heading) == []


@pytest.mark.parametrize("heading", ["email_opt_in", "naam_bekend", "phone", "datum_bekend", "bsn"])
@pytest.mark.parametrize("cells", [["ja", "nee"], ["0", "1"], ["yes", "no"]])
def test_a_hint_with_plain_answers_is_clean(heading: str, cells: list[str]):
    assert judge(cells * 10, heading=heading) == {}


def test_undeclared_columns_are_judged_and_shown_by_position():
    found = judge(["a@example.nl"], heading="Jan Jansen")["email"]
    assert found.column == "column 1"
    assert found.decision is Decision.REFUSED
    declared = DeclaredColumns(kept=frozenset({"mail"}))
    assert judge(["a@example.nl"], heading="mail", declared=declared)["email"].column == "mail"


def test_answers_of_the_plan():
    dates = ["2020-01-05", "2020-02-07"]
    as_date = DeclaredColumns(dates=frozenset({"day"}))
    assert judge(dates, "day", as_date)["date"].decision is Decision.CONVERTED
    dropped = DeclaredColumns(dropped={"remarks": "not needed"})
    found = judge(["Hij ging weg en kwam niet terug."], "remarks", dropped)["free_text"]
    assert (found.decision, found.reason) == (Decision.DROPPED, "not needed")
    override = AcceptedFinding("postcode", "four digits only, agreed", "raw.csv", "pc")
    accepted = DeclaredColumns(kept=frozenset({"pc"}), accepted=(override,))
    found = judge(["3512", "3513"], "pc4", DeclaredColumns())["postcode"]
    assert found.decision is Decision.REFUSED
    assert judge(["3512 AB"], "pc", accepted)["postcode"].decision is Decision.OVERRIDDEN


def test_a_birth_date_is_no_date_to_convert():
    declared = DeclaredColumns(dates=frozenset({"geboortedatum"}))
    found = judge(["05-01-2012", "07-02-2011"], "geboortedatum", declared)
    assert found["birth_date"].decision is Decision.REFUSED
    assert "date" not in found


def test_overrides_that_nothing_needs():
    used = AcceptedFinding("email", "agreed with the officer")
    unused = AcceptedFinding("iban", "agreed with the officer")
    findings = tuple(judge(["a@example.nl"]).values())
    assert find_unused((used, unused), findings) == (unused,)


def test_listed_levels_are_no_names():
    declared = DeclaredColumns(
        kept=frozenset({"therapist"}), levels={"therapist": frozenset({"Jan", "Piet", "Truus"})}
    )
    assert judge(["Jan", "Piet"] * 9, "therapist", declared) == {}
    assert "person_name" in judge(["Jan", "Piet", "Klaas"] * 9, "therapist", declared)


@pytest.mark.parametrize(
    "cells",
    [
        ["jan01", "piet02", "klaas03", "sanne04"],
        ["Jansen-1", "de Vries-2", "J. Bakker"],
        ["20120305", "20110811", "20130102"],
        ["AB19850312", "CD19791101", "EF19900520"],
        ["111222333", "123456782", "999990019", "111222333"],
        ["a.jansen@example.nl", "b@example.nl"],
    ],
)
def test_ids_with_a_person_in_them_are_refused(cells: list[str]):
    declared = DeclaredColumns(kept=frozenset({"id"}), ids=frozenset({"id"}))
    assert any(f.decision is Decision.REFUSED for f in judge(cells, "id", declared).values())


@pytest.mark.parametrize(
    "cells",
    [
        [f"P{n:03d}" for n in range(1, 80)],
        [str(n) for n in range(1, 200)],
        [str(n) for n in np.random.default_rng(3).integers(10**8, 10**9, 100)],
        [f"NL-{n % 4:02d}-{n:03d}" for n in range(60)],
        [f"{n:08x}" for n in np.random.default_rng(4).integers(2**30, 2**31, 60)],
        [str(n) for n in np.random.default_rng(5).integers(10**6, 10**7, 60)],
        ["4f2c1a9e-77b0-4c1d-9e1f-3a5b7c9d1e2f", "550e8400-e29b-41d4-a716-446655440000"],
    ],
)
def test_pseudonyms_pass(cells: list[str]):
    declared = DeclaredColumns(kept=frozenset({"id"}), ids=frozenset({"id"}))
    assert judge(cells, "id", declared) == {}


def test_value_labels_are_judged():
    labels = {"v17": {"1": "Sanne de Vries", "2": "Piet Bakker"}}
    assert "person_name" in judge(["1", "2"], labels=labels)
    assert judge(["1", "2"], labels={"v17": {"1": "never", "2": "always or nearly always"}}) == {}


def test_latitude_counts_beside_longitude_only():
    rng = np.random.default_rng(0)
    north = pd.array([f"{v:.5f}" for v in 51 + 2 * rng.random(30)], dtype="string")
    east = pd.array([f"{v:.5f}" for v in 4 + 2 * rng.random(30)], dtype="string")
    alone = judge_columns(Table(pd.DataFrame({"a": north})), DeclaredColumns())
    assert alone == ()
    both = judge_columns(Table(pd.DataFrame({"a": north, "b": east})), DeclaredColumns())
    assert [found.rule for found in both] == ["coordinates", "coordinates"]


def test_refusal_names_file_column_rule_and_count_but_no_value():
    cells = ["sanne@example.nl", "piet@example.nl", None]
    findings = tuple(judge(cells).values())
    with pytest.raises(PrivacyError) as caught:
        refuse(findings)
    message = str(caught.value)
    assert "raw.csv: column 1: looks like e-mail addresses (email) in 2 cells" in message
    assert "sanne" not in message
    assert "\n" not in message
    refuse(())


def test_empty_columns_and_tables():
    assert judge([None, None], heading="email") == {}
    assert (
        judge_columns(Table(pd.DataFrame({"a": pd.array([], dtype="string")})), DeclaredColumns())
        == ()
    )


def test_free_text_is_what_does_not_repeat():
    labels = ["not at all true for me", "completely true for me", "somewhat true for me"] * 20
    assert judge(labels) == {}
    rng = np.random.default_rng(2)
    words = "hij zij liep praatte thuis school boos blij later weer niet goed moeder"
    texts = [" ".join(rng.choice(words.split(), 5)) for _ in range(30)]
    assert "free_text" in judge(texts)


def test_distinct_values_keep_their_counts():
    cells = distinct_of(["b", "a", "b"])
    assert cells.texts() == ["b", "a"]
    assert cells.counts.tolist() == [2, 1]


def test_cells_that_spss_declares_missing_are_judged():
    frame = pd.DataFrame({"v1": pd.array([None, "3"], dtype="string")})
    hidden = pd.Series(["s.devries@example.nl", pd.NA], dtype="string")
    table = Table(frame, user_missing={"v1": hidden})
    assert [f.rule for f in judge_columns(table, DeclaredColumns())] == ["email"]
