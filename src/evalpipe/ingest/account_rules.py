"""Everybody accounted for: what in the account of ids cannot be, told by rows and counts."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import pandas as pd

from evalpipe.config.names import target_of
from evalpipe.config.plan import Plan
from evalpipe.findings import Finding, Level
from evalpipe.ingest.accounts import Account, Known, has_outcomes, key_of, name_parts
from evalpipe.ingest.cells import Findings, missing_reasons
from evalpipe.ingest.exclusions import is_excluded, lacks_arm
from evalpipe.ingest.ids import find_odd_forms, look_alike
from evalpipe.ingest.rows import Rows, targets
from evalpipe.ingest.totals import find_totals
from evalpipe.vocabulary import Column


def check_account(
    plan: Plan, parts: Sequence[Rows], people: pd.DataFrame, known: Known, account: Account
) -> list[Finding]:
    """Find who is unknown, without an arm or written twice, and rows that are nobody's."""
    found: list[Finding] = []
    cures = _cures(account)
    for name, part in zip(name_parts(parts), parts, strict=True):
        told = Findings(part.source)
        _check_rows(part, told)
        _check_unknown(plan, part, known, cures.get(name, ""), told)
        _check_arms(plan, part, people, known, told)
        found += told.found
    found += _empty_arms(plan, people)
    found += _look_alikes(plan, parts, known)
    found += _absent(plan, parts, people, known)
    return found


def raw_name(part: Rows, target: str) -> str | None:
    """The heading that becomes a canonical column; None where several columns or none do."""
    columns = part.source.entry.columns.items()
    return next((raw for raw, column in columns if target_of(column) == target), None)


def _check_rows(part: Rows, told: Findings) -> None:
    """Files without rows, totals, and rows without a visit."""
    source, frame = part.source, part.frame
    if frame.empty:
        chosen = bool(source.entry.rows) and len(source.whole.frame) > 0
        rule = (
            "no row is left of those that the plan chooses with `rows`"
            if chosen
            else "holds no row below the headings"
        )
        advice = "Export the file again; was it cut off?"
        told.found.append(Finding(Level.ERROR, rule, source.file, None, 0, (), advice))
        return
    told.add(
        "looks like a line of totals or means, not like a participant",
        raw_name(part, key_of(part)),
        find_totals(part),
        "Remove the line from the file",
    )
    odd = find_odd_forms(frame[key_of(part)])
    rule = "is written in another way than most ids of this file (digits, case, `.0`)"
    told.add(rule, raw_name(part, key_of(part)), odd, "Right if so meant", Level.NOTICE)
    raw = raw_name(part, Column.VISIT)
    if raw is not None and source.entry.one_row_per not in ("participant", "session", "goal"):
        blank = source.table.frame[raw].isna() | missing_reasons(source, raw).notna()
        told.add("a row without a visit", raw, blank, "Fill in the visit, or remove the row")


def _cures(account: Account) -> dict[str, str]:
    """What each file's message offers: the keys that let most ids match another file."""
    best: dict[str, tuple[int, str]] = {}
    for pair in account.pairs:
        if pair.cure:
            text = f"{pair.cured} ids would match with {pair.cure} in the plan"
            for file in (pair.first, pair.second):
                if pair.cured > best.get(file, (0, ""))[0]:
                    best[file] = (pair.cured, text)
    return {file: text for file, (_, text) in best.items()}


def _check_unknown(plan: Plan, part: Rows, known: Known, cure: str, told: Findings) -> None:
    if any(part is register for register in known.registers):
        return
    strange = ~known.knows(part) & ~is_excluded(plan, part, "not_in_participants_file")
    key = key_of(part)
    count = part.frame.loc[strange, key].nunique()
    files = ", ".join(dict.fromkeys(r.source.file for r in known.registers))
    ids = "1 id" if count == 1 else f"{count} ids"
    if not has_outcomes(part):
        rule = f"is not in {files}, and nothing was measured; counted as assessed and not entered"
        told.add(rule, raw_name(part, key), strange, level=Level.NOTICE)
        return
    otherwise = (
        f"Add them to {files}, correct the ids, or say under `exclusions` who they are "
        "(`who: not_in_participants_file`)"
    )
    advice = f"{ids}; {cure or otherwise}"
    told.add(f"is not in {files}, which says who is in the study", raw_name(part, key),
             strange, advice)  # fmt: skip


def _check_arms(plan: Plan, part: Rows, people: pd.DataFrame, known: Known, told: Findings) -> None:
    if len(plan.arms) < 2 or not has_outcomes(part):
        return
    key = key_of(part)
    lacking = lacks_arm(plan, people)
    owners = set(people.loc[lacking, key].dropna())
    wrong = part.frame[key].isin(owners) & known.knows(part)
    told.add(
        "has outcomes and no arm",
        raw_name(part, key),
        wrong & ~is_excluded(plan, part, "without_arm"),
        "Fill in the arm, give a `disposition` such as not_eligible, or say under `exclusions` "
        "who they are (`who: without_arm`)",
    )


def _empty_arms(plan: Plan, people: pd.DataFrame) -> Iterator[Finding]:
    if len(plan.arms) < 2:
        return
    for arm in plan.arms:
        if not (people[Column.ARM] == arm).any():
            rule = f"nobody is in the arm `{arm}` of the plan"
            advice = "Correct the codes under `values`, or was the file cut off?"
            yield Finding(Level.ERROR, rule, "participants", Column.ARM, 0, (), advice)


def _look_alikes(plan: Plan, parts: Sequence[Rows], known: Known) -> Iterator[Finding]:
    """Ids that differ only in zeros, case, spaces or `.0`: one person under two ids.

    Of people who are known; the message about somebody unknown says what would make them match.
    """
    for key in (Column.PARTICIPANT_ID, Column.DYAD_ID):
        having = [p for p in parts if key in targets(p.source)]
        exempt = [p for p in having if (p.source.entry.ids or plan.ids).distinct is not None]
        if not having or exempt:
            continue
        every = (
            pd.concat([p.frame.loc[known.knows(p), key] for p in having]).dropna().drop_duplicates()
        )
        looks = look_alike(every.astype("string"))
        twice = set(every[looks.duplicated(keep=False)])
        if twice:
            yield from _look_alike_rows(having, key, twice)


def _look_alike_rows(parts: Sequence[Rows], key: str, twice: set[str]) -> Iterator[Finding]:
    for part in parts:
        told = Findings(part.source)
        told.add(
            "differs from another id only in leading zeros, case, spaces or `.0`",
            raw_name(part, key),
            part.frame[key].isin(twice),
            "Correct the ids, say how they are written (`ids: {pad: 3}`, `{case: upper}`, "
            '`{strip: ".0"}`), or why they are different people (`ids: {distinct: ...}`)',
        )
        yield from told.found


def _absent(
    plan: Plan, parts: Sequence[Rows], people: pd.DataFrame, known: Known
) -> Iterator[Finding]:
    """People of the study without a row in a file of visits, and visits without one: a notice."""
    if not known.registers:
        inside = people
    else:
        inside = people[~lacks_arm(plan, people)] if len(plan.arms) > 1 else people
    for part in parts:
        if not has_outcomes(part) or key_of(part) != Column.PARTICIPANT_ID or part.frame.empty:
            continue
        own = _expected(inside, part)
        names = set(part.frame[Column.PARTICIPANT_ID].dropna())
        nobody = int((~own[Column.PARTICIPANT_ID].isin(names)).sum())
        if nobody:
            rule = "people of the study have no row in this file"
            yield Finding(Level.NOTICE, rule, part.source.file, None, nobody, (), _CUT)
        lacking = _lacking_visits(part, own)
        if lacking > 0:
            rule = "planned visits have no row in this file"
            yield Finding(Level.NOTICE, rule, part.source.file, None, lacking, (), _CUT)


_CUT = "Right where people were lost; otherwise, was the file cut off?"


def _expected(inside: pd.DataFrame, part: Rows) -> pd.DataFrame:
    """The people of the study who may have a row in a file: of its roles, of its cohort."""
    own, frame = inside, part.frame
    if Column.ROLE in frame:
        own = own[own[Column.ROLE].isin(set(frame[Column.ROLE].dropna()))]
    return own if part.source.cohort is None else own[own[Column.COHORT] == part.source.cohort]


def _lacking_visits(part: Rows, own: pd.DataFrame) -> int:
    """How many pairs of a person and a visit of the file have no row; 0 without visits."""
    frame = part.frame
    if part.source.entry.one_row_per != "visit" or Column.VISIT not in frame:
        return 0
    have = frame[[Column.PARTICIPANT_ID, Column.VISIT]].dropna().drop_duplicates()
    have = have[have[Column.PARTICIPANT_ID].isin(set(own[Column.PARTICIPANT_ID]))]
    return len(own) * int(frame[Column.VISIT].nunique()) - len(have)
