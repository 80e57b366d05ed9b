"""The rows that one analysis uses, and an account of those that it does not use."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from evalpipe.config.analyses import (
    Analysis,
    ChangeTable,
    Comparison,
    Estimand,
    MissingData,
)
from evalpipe.config.instruments import OutcomeKind
from evalpipe.config.plan import Plan
from evalpipe.design.analysis_variables import (
    ALWAYS,
    PLACE,
    add_variable,
    fixed_names,
    names_read,
    period_of,
    source_scales,
    uses_kind,
)
from evalpipe.design.delivery import delivery_of
from evalpipe.design.derived import occasion_codes, person_codes
from evalpipe.design.matching import is_among, join_codes, place_of, take_at
from evalpipe.design.occasions import (
    OCCASION_KEYS,
    class_codes,
    occasion_variables,
    scale_rows,
)
from evalpipe.design.people import Tables, has_entered, table_of, with_arm
from evalpipe.design.populations import IS_MEMBER, REASON, members_of
from evalpipe.errors import ConfigError, ModelError
from evalpipe.scoring.change import is_baseline
from evalpipe.scoring.scale_facts import find_scale
from evalpipe.vocabulary import Column, Exclusion, Table

if TYPE_CHECKING:
    from numpy.typing import NDArray

_STRUCTURE = (Column.ROLE, Column.DYAD_ID, Column.ARM, Column.COHORT)


@dataclass(frozen=True)
class AnalysisSet:
    """The rows of one analysis.

    frame: one row an occasion of a participant, `outcome` (number, or code of a class in the order
    of the plan) and every variable that the analysis names; no outcome or covariate missing.
    excluded: one row a participant of the study who has no row in `frame`: participant_id, arm,
    role, reason, detail.
    left_out: rows left out by reason and detail, with n_participants and n_rows.
    transform: `log` when the outcome (and baseline) are logarithms, else `identity`.
    """

    analysis_id: str
    outcome: str
    population: str
    frame: pd.DataFrame
    excluded: pd.DataFrame
    left_out: pd.DataFrame
    transform: str
    n_participants: int
    n_observations: int


def build_analysis_set(plan: Plan, analysis_id: str, tables: Tables) -> AnalysisSet:
    """Select the rows and collect the variables of one analysis.

    tables: `participants` and `scores`, and where the study has them `sessions` and `delivery`.
    The set of a comparison or of a missing-data analysis is that of the analysis it repeats.
    Rows with a missing outcome or covariate are left out and counted. Raises ConfigError for an
    analysis or name that the plan does not have, ModelError for one without an estimand.
    """
    analysis = analysis_of(plan, analysis_id)
    if analysis.estimand is None:
        raise ModelError(f"analyses.{analysis_id}: has no estimand, so it has no analysis set")
    frame = _all_rows(plan, analysis, analysis.estimand, tables)
    account = _judge_rows(plan, analysis, analysis.estimand, frame, tables)
    return _assemble(plan, analysis_id, analysis, frame, account, tables)


def analysis_of(plan: Plan, analysis_id: str) -> Analysis:
    """The analysis whose rows are used: itself, or the one that it repeats or compares."""
    if analysis_id not in plan.analyses:
        raise ConfigError(f"analyses: there is no analysis {analysis_id}")
    analysis = plan.analyses[analysis_id]
    if isinstance(analysis.model, MissingData):
        return analysis_of(plan, analysis.model.of)
    if isinstance(analysis.model, Comparison):
        return analysis_of(plan, analysis.model.simpler)
    return analysis


def _all_rows(plan: Plan, analysis: Analysis, estimand: Estimand, tables: Tables) -> pd.DataFrame:
    """Every occasion of the outcome's scales with every variable, before any row is left out."""
    names = names_read(plan, analysis)
    scales = source_scales(plan, [estimand.outcome])
    if not scales:
        raise ConfigError(f"{estimand.outcome} is not a scale and not made of one")
    frame = _base_rows(plan, tables, estimand.outcome, scales[0], names)
    for name in names:
        frame = add_variable(plan, tables, frame, name)
    return _with_baseline(plan, frame)


def _base_rows(
    plan: Plan, tables: Tables, outcome: str, scale: str, names: tuple[str, ...]
) -> pd.DataFrame:
    rows = scale_rows(plan, tables, scale)
    facts = find_scale(plan, scale)
    frame = rows[[*OCCASION_KEYS, *occasion_variables(rows)]].copy()
    if facts.classes and rows[Column.LEVEL].notna().any():
        frame[scale] = frame[Column.LEVEL] = rows[Column.LEVEL]
        frame[Column.OUTCOME] = class_codes(facts, rows[Column.LEVEL])
    else:
        frame[scale] = frame[Column.OUTCOME] = rows[Column.SCORE]
    if Column.BASELINE in rows:
        frame["given_baseline"] = rows[Column.BASELINE]
    frame = _with_structure(plan, tables, _with_extra_occasions(plan, tables, frame, names))
    if outcome != scale:
        frame = add_variable(plan, tables, frame, outcome)
        frame[Column.OUTCOME] = pd.to_numeric(frame[outcome]).astype("float64")
    elif facts.kind is OutcomeKind.LOG_CONTINUOUS:
        positive = frame[Column.OUTCOME].where(frame[Column.OUTCOME] > 0)
        frame[Column.OUTCOME] = np.log(positive)
        frame = frame.drop(columns="given_baseline", errors="ignore")
    return frame


def _with_extra_occasions(
    plan: Plan, tables: Tables, frame: pd.DataFrame, names: tuple[str, ...]
) -> pd.DataFrame:
    """Occasions on which only the partner or only another scale was recorded, without outcome.

    Yesterday's value of a partner who answered counts even when the participant did not answer.
    """
    if not uses_kind(plan, names, "partner") and not uses_kind(plan, names, "lag"):
        return frame
    keys = list(OCCASION_KEYS)
    extra = [frame[keys]]
    for scale in source_scales(plan, names):
        rows = scale_rows(plan, tables, scale)
        if rows[Column.PARTICIPANT_ID].duplicated().any():
            extra.append(rows[keys])
    occasions = pd.concat(extra, ignore_index=True)
    if uses_kind(plan, names, "partner"):
        occasions = _for_both_members(tables, occasions)
    all_keys = pd.concat([frame[keys], occasions], ignore_index=True)
    person, occasion = person_codes(all_keys), occasion_codes(all_keys)
    place = join_codes(person, occasion, int(occasion.max(initial=0)) + 1)
    new = ~pd.Series(place).duplicated().to_numpy()
    new[: len(frame)] = False
    added = all_keys[new].assign(is_added=True)
    return pd.concat([frame.assign(is_added=False), added], ignore_index=True)


def _for_both_members(tables: Tables, occasions: pd.DataFrame) -> pd.DataFrame:
    people = table_of(tables, Table.PARTICIPANTS)
    members = people[[Column.PARTICIPANT_ID, Column.DYAD_ID]].dropna()
    pairs = members.merge(members, on=Column.DYAD_ID, suffixes=("", "_other"))
    other = f"{Column.PARTICIPANT_ID}_other"
    pairs = pairs[pairs[Column.PARTICIPANT_ID] != pairs[other]]
    of_other = pairs.set_index(Column.PARTICIPANT_ID)[other]
    partner = occasions[Column.PARTICIPANT_ID].map(of_other)
    mirrored = occasions.assign(**{Column.PARTICIPANT_ID: partner})[partner.notna()]
    return pd.concat([occasions, mirrored], ignore_index=True)


def _with_structure(plan: Plan, tables: Tables, frame: pd.DataFrame) -> pd.DataFrame:
    """Add role, dyad, arm, cohort and clusters of each participant."""
    people = with_arm(plan, table_of(tables, Table.PARTICIPANTS))
    place = place_of(frame[Column.PARTICIPANT_ID], people[Column.PARTICIPANT_ID])
    clusters = [f"{name}_id" for name in plan.clusters]
    full = frame.assign(**{PLACE: place})
    for column in (*_STRUCTURE, *clusters):
        if column in people and column not in OCCASION_KEYS:
            full[column] = take_at(people[column], place, frame.index)
    return full


def _with_baseline(plan: Plan, frame: pd.DataFrame) -> pd.DataFrame:
    """The outcome at baseline on each row (see `is_baseline`); the score's own without one."""
    person = person_codes(frame) if len(frame) else np.zeros(0, dtype=np.int64)
    known = frame.assign(person=person)[frame[Column.OUTCOME].notna()]
    first = known[is_baseline(plan, known, ["person"]).to_numpy(dtype=bool)]
    own = first.groupby("person")[Column.OUTCOME].mean()
    baseline = pd.Series(own.reindex(person).to_numpy(), index=frame.index, dtype="float64")
    if first.empty and "given_baseline" in frame:
        baseline = frame["given_baseline"].astype("float64")
    return frame.drop(columns="given_baseline", errors="ignore").assign(baseline=baseline)


def planned_visits(plan: Plan, analysis: Analysis) -> tuple[str, ...]:
    """The visits that the analysis uses; empty when it uses occasions that are not visits."""
    estimand = analysis.estimand
    if isinstance(analysis.model, ChangeTable):
        return (analysis.model.before, analysis.model.after)
    if estimand is None or not plan.visits:
        return ()
    if estimand.visits == "all":
        return tuple(plan.visits)
    if estimand.visits == "after_baseline":
        names = list(plan.visits)
        start = names.index(plan.baseline_visit) + 1 if plan.baseline_visit else 0
        return tuple(names[start:])
    return tuple(name for name in estimand.visits if name in plan.visits)


class _Account:
    """Why each row is left out: the first reason that applies, and the variable it is about."""

    def __init__(self, n_rows: int) -> None:
        self.reason = np.zeros(n_rows, dtype=np.int8)
        self.detail = np.zeros(n_rows, dtype=np.int16)
        self.names: list[str | None] = [None]

    @property
    def is_open(self) -> NDArray[np.bool_]:
        """Rows that nothing speaks against yet."""
        is_open: NDArray[np.bool_] = self.reason == 0
        return is_open

    def leave_out(self, rows: Any, why: Any, about: str | None = None) -> None:
        """Leave out `rows` for one reason, or for the reason that stands on each row."""
        hit = np.asarray(rows, dtype=bool) & self.is_open
        codes = _code_reasons(why, len(hit))
        self.reason[hit] = codes[hit]
        if about is not None:
            self.names.append(about)
            self.detail[hit] = len(self.names) - 1

    def closed(self, participant: pd.Series[Any]) -> pd.DataFrame:
        """The rows left out: participant_id, reason, detail."""
        out = ~self.is_open
        reasons = np.asarray([None, *(str(r) for r in _STAGES)], dtype=object)
        names = np.asarray(self.names, dtype=object)
        return pd.DataFrame(
            {
                Column.PARTICIPANT_ID: participant.to_numpy()[out],
                "reason": reasons[self.reason[out]],
                "detail": names[self.detail[out]],
            }
        )


_STAGES = (
    Exclusion.OTHER_VISIT,
    Exclusion.NOT_RANDOMISED,
    Exclusion.NOT_ELIGIBLE,
    Exclusion.NOT_STARTED,
    Exclusion.NOT_COMPLETED,
    Exclusion.NOT_SELECTED,
    Exclusion.OUTCOME_MISSING,
    Exclusion.COVARIATE_MISSING,
    Exclusion.OUTCOME_INCOMPLETE,
)
"""Reasons in the order in which they are looked for."""

_STAGE = {str(reason): place for place, reason in enumerate(_STAGES, start=1)}


def _code_reasons(why: Any, n_rows: int) -> NDArray[np.int8]:
    if isinstance(why, str):
        return np.full(n_rows, _STAGE[str(why)], dtype=np.int8)
    return np.asarray(pd.Series(why).map(_STAGE).fillna(0), dtype=np.int8)


def _judge_rows(
    plan: Plan, analysis: Analysis, estimand: Estimand, frame: pd.DataFrame, tables: Tables
) -> _Account:
    account = _Account(len(frame))
    account.leave_out(~_in_time(plan, analysis, frame), Exclusion.OTHER_VISIT)
    if "is_added" in frame:
        account.leave_out(frame["is_added"].astype(bool), Exclusion.OTHER_VISIT)
    people = table_of(tables, Table.PARTICIPANTS)
    members = _members(plan, estimand.population, people, tables)
    place = frame[PLACE].to_numpy()
    inside = (place >= 0) & members[IS_MEMBER].to_numpy(dtype=bool)[place]
    why = members[REASON].fillna(str(Exclusion.NOT_RANDOMISED)).to_numpy(dtype=object)
    unknown = np.where(place >= 0, why[place], str(Exclusion.NOT_RANDOMISED))
    account.leave_out(~inside, unknown)
    for name, levels in analysis.only.items():
        account.leave_out(~_selected(frame, name, levels), Exclusion.NOT_SELECTED, name)
    account.leave_out(frame[Column.OUTCOME].isna(), Exclusion.OUTCOME_MISSING)
    for name in fixed_names(analysis):
        column = _column_for(frame, name)
        if column is not None:
            account.leave_out(frame[column].isna(), Exclusion.COVARIATE_MISSING, name)
    incomplete = _lacks_asked_visits(plan, analysis, estimand, frame, account.is_open)
    account.leave_out(incomplete, Exclusion.OUTCOME_INCOMPLETE)
    return account


def _members(plan: Plan, population: str, people: pd.DataFrame, tables: Tables) -> pd.DataFrame:
    """Membership of the population; the ledger is read only where the population asks for it."""
    needs_ledger = plan.populations[population].include in _BY_DELIVERY
    delivery = delivery_of(plan, tables) if needs_ledger else None
    return members_of(plan, population, people, delivery)


_BY_DELIVERY = ("started", "completed", "per_protocol")


def _in_time(plan: Plan, analysis: Analysis, frame: pd.DataFrame) -> NDArray[np.bool_]:
    """Rows at the visits (or in the periods) of the estimand; other occasions all count."""
    visits = planned_visits(plan, analysis)
    at_visit = frame[Column.VISIT].notna()
    inside = ~at_visit | frame[Column.VISIT].isin(visits)
    estimand = analysis.estimand
    named = estimand.visits if estimand and isinstance(estimand.visits, tuple) else ()
    periods = [name for name in named if name in plan.periods]
    if periods:
        inside &= at_visit | period_of(plan, frame[Column.DAY]).isin(periods)
    return inside.to_numpy(dtype=bool)


def _selected(frame: pd.DataFrame, name: str, levels: str | tuple[str, ...]) -> NDArray[np.bool_]:
    wanted = {levels} if isinstance(levels, str) else set(levels)
    column = _column_for(frame, name)
    if column is None:
        raise ConfigError(f"only: {name} is not a column of this study's data")
    values = frame[column]
    if pd.api.types.is_bool_dtype(values.dtype):
        values = values.map({True: "yes", False: "no"})
    elif pd.api.types.is_numeric_dtype(values.dtype):
        values = values.map(lambda value: f"{value:g}", na_action="ignore")
    return values.isin(wanted).to_numpy(dtype=bool)


def _column_for(frame: pd.DataFrame, name: str) -> str | None:
    ids = {"participant": Column.PARTICIPANT_ID, "dyad": Column.DYAD_ID}
    candidates = (ids.get(name, name), f"{name}_id")
    return next((column for column in candidates if column in frame), None)


def _lacks_asked_visits(
    plan: Plan,
    analysis: Analysis,
    estimand: Estimand,
    frame: pd.DataFrame,
    is_open: NDArray[np.bool_],
) -> NDArray[np.bool_]:
    """Rows of participants without a usable outcome at each visit that the population asks for."""
    asked = plan.populations[estimand.population].with_outcome_at
    if asked == "any":
        return np.zeros(len(frame), dtype=bool)
    visits = planned_visits(plan, analysis) if asked == "all" else asked
    usable = frame[is_open]
    usable = usable[usable[Column.VISIT].isin(visits)]
    seen = usable.groupby(Column.PARTICIPANT_ID)[Column.VISIT].nunique()
    complete = seen.index[seen == len(set(visits))]
    return ~is_among(frame[Column.PARTICIPANT_ID], complete)


def _assemble(
    plan: Plan,
    analysis_id: str,
    analysis: Analysis,
    frame: pd.DataFrame,
    account: _Account,
    tables: Tables,
) -> AnalysisSet:
    estimand = analysis.estimand
    assert estimand is not None
    used = _ordered(plan, frame[account.is_open], names_read(plan, analysis))
    why = account.closed(frame[Column.PARTICIPANT_ID])
    left_out = _count_reasons(plan, analysis, why, frame, tables)
    facts = find_scale(plan, source_scales(plan, [estimand.outcome])[0])
    logged = facts.kind is OutcomeKind.LOG_CONTINUOUS and estimand.outcome == facts.name
    derived = plan.derived.get(estimand.outcome)
    logged |= derived is not None and derived.kind == "log"
    return AnalysisSet(
        analysis_id=analysis_id,
        outcome=estimand.outcome,
        population=estimand.population,
        frame=used,
        excluded=_excluded(plan, analysis, used, why, tables),
        left_out=left_out,
        transform="log" if logged else "identity",
        n_participants=int(used[Column.PARTICIPANT_ID].nunique()),
        n_observations=len(used),
    )


def _ordered(plan: Plan, frame: pd.DataFrame, names: tuple[str, ...]) -> pd.DataFrame:
    """Keys first, then structure, outcome, baseline and the variables in order of mention."""
    clusters = [f"{name}_id" for name in plan.clusters]
    wanted = [
        Column.PARTICIPANT_ID,
        *_STRUCTURE,
        *clusters,
        Column.RATER,
        Column.VISIT,
        Column.DAY,
        Column.OCCASION,
        Column.OUTCOME,
        Column.LEVEL,
        Column.BASELINE,
        *(name for name in names if name not in ALWAYS),
    ]
    has_rater = Column.RATER in frame and frame[Column.RATER].notna().any()
    order = [c for c in dict.fromkeys(wanted) if c in frame and (c != Column.RATER or has_rater)]
    return frame[order].reset_index(drop=True)


def _excluded(
    plan: Plan,
    analysis: Analysis,
    used: pd.DataFrame,
    why: pd.DataFrame,
    tables: Tables,
) -> pd.DataFrame:
    """Entered participants without a row: the reason of the row that came furthest."""
    estimand = analysis.estimand
    assert estimand is not None
    everyone = with_arm(plan, table_of(tables, Table.PARTICIPANTS))
    people = everyone[has_entered(plan, everyone)]
    out = people[~is_among(people[Column.PARTICIPANT_ID], used[Column.PARTICIPANT_ID])]
    furthest = why.assign(stage=why["reason"].map(_STAGE)).sort_values("stage", kind="stable")
    furthest = furthest[furthest["reason"] != str(Exclusion.OTHER_VISIT)]
    last = furthest.drop_duplicates(Column.PARTICIPANT_ID, keep="last")
    last = last.set_index(Column.PARTICIPANT_ID)
    members = _members(plan, estimand.population, out, tables)
    found = last.reindex(out[Column.PARTICIPANT_ID].to_numpy())
    reason = found["reason"].astype(object).where(found["reason"].notna(), None).to_numpy()
    of_population = members[REASON].to_numpy()
    unseen = [
        p or r or str(Exclusion.OUTCOME_MISSING) for p, r in zip(of_population, reason, strict=True)
    ]
    columns = [Column.PARTICIPANT_ID, Column.ARM, Column.ROLE, Column.COHORT, Column.DYAD_ID]
    listed = out[[column for column in columns if column in out]].reset_index(drop=True)
    return listed.assign(reason=unseen, detail=found["detail"].to_numpy())


def _count_reasons(
    plan: Plan,
    analysis: Analysis,
    why: pd.DataFrame,
    frame: pd.DataFrame,
    tables: Tables,
) -> pd.DataFrame:
    """Rows and participants left out by reason; visits that have no row at all are counted too."""
    counted = why[why["reason"] != str(Exclusion.OTHER_VISIT)]
    absent = _absent_visits(plan, analysis, frame, tables)
    rows = pd.concat([counted, absent], ignore_index=True)
    grouped = rows.groupby(["reason", "detail"], dropna=False, sort=False)[Column.PARTICIPANT_ID]
    counts = grouped.agg(n_participants="nunique", n_rows="size").reset_index()
    stage = counts["reason"].map(_STAGE)
    return counts.assign(stage=stage).sort_values("stage", kind="stable").drop(columns="stage")


def _absent_visits(
    plan: Plan, analysis: Analysis, frame: pd.DataFrame, tables: Tables
) -> pd.DataFrame:
    """One row for each planned visit of a member that is not in the scores at all."""
    estimand = analysis.estimand
    assert estimand is not None
    visits = planned_visits(plan, analysis)
    empty = pd.DataFrame(columns=[Column.PARTICIPANT_ID, "reason", "detail"])
    if not visits or (len(frame) and not frame[Column.VISIT].notna().any()):
        return empty
    people = with_arm(plan, table_of(tables, Table.PARTICIPANTS))
    members = _members(plan, estimand.population, people, tables)
    ids = people[members[IS_MEMBER].to_numpy() & _could_answer(analysis, people, frame)]
    at = frame[frame[Column.VISIT].isin(visits)]
    seen = at.groupby(Column.PARTICIPANT_ID)[Column.VISIT].nunique()
    lacking = len(visits) - seen.reindex(ids[Column.PARTICIPANT_ID].to_numpy()).fillna(0)
    missing = np.repeat(lacking.index.to_numpy(), lacking.to_numpy(dtype=np.int64).clip(min=0))
    reason = str(Exclusion.OUTCOME_MISSING)
    return pd.DataFrame({Column.PARTICIPANT_ID: missing, "reason": reason, "detail": None})


def _could_answer(
    analysis: Analysis, people: pd.DataFrame, frame: pd.DataFrame
) -> NDArray[np.bool_]:
    """Participants of a role that the outcome is recorded for and that the analysis selects."""
    could = np.ones(len(people), dtype=bool)
    if Column.ROLE in people and Column.ROLE in frame:
        roles = frame[Column.ROLE].dropna().unique()
        could &= people[Column.ROLE].isna().to_numpy() | people[Column.ROLE].isin(roles).to_numpy()
    for name, levels in analysis.only.items():
        if name in people:
            could &= _selected(people, name, levels)
    return could
