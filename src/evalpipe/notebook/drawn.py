"""The released numbers that the picture of an analysis shows, as a table to draw by hand."""

from __future__ import annotations

from collections.abc import Iterable

import pandas as pd

from evalpipe.answers.choose import estimand_of
from evalpipe.answers.rows import Estimate
from evalpipe.notebook.study import Study
from evalpipe.report.headline import headline_rows
from evalpipe.report.labels import level_label, visit_label
from evalpipe.report.pictures import factor_of, means_of, outcome_title
from evalpipe.report.sections.model_words import SUMMARIES
from evalpipe.report.source import Source
from evalpipe.vocabulary import Quantity, Scale

COLUMNS = ("what", "series", "place", "position", "estimate", "conf_low", "conf_high")
LOGS = (Scale.LOG, Scale.LOG_ODDS)
FEWEST_OF_A_CURVE = 3


def rows_to_draw(study: Study, analysis: str) -> pd.DataFrame:
    """Return what the picture of an analysis shows, with the digits of the released tables.

    One row a point: what (the outcome, or the kind of number), series (an arm, a condition), place
    (a visit; empty on a curve), position (its number, or the time on a curve), estimate, conf_low,
    conf_high. Means at visits where the analysis has some, else the predicted course, else the
    numbers that answer. A number that is withheld has no row.
    """
    source = study.source
    what = _outcome(source, analysis)
    points = _means(source, analysis) or _course(source, analysis)
    if not points:
        points = _answers(source, analysis)
        what = f"{_summary(source, analysis)}: {what}"
    return pd.DataFrame([(what, *point) for point in points], columns=list(COLUMNS))


def _outcome(source: Source, analysis: str) -> str:
    estimand = estimand_of(source.plan, source.plan.analyses[analysis])
    return outcome_title(source, estimand.outcome) if estimand is not None else analysis


def _summary(source: Source, analysis: str) -> str:
    estimand = estimand_of(source.plan, source.plan.analyses[analysis])
    return SUMMARIES[estimand.summary] if estimand is not None else "Estimate"


def _means(source: Source, analysis: str) -> list[tuple[object, ...]]:
    means = means_of(source, analysis)
    if len(means) < 2 or means[0].scale in LOGS:
        return []
    factor = factor_of(source.plan.analyses[analysis])
    places = list(dict.fromkeys(_place(source, row) for row in means))
    return [_point(row, _series(source, factor, row), _place(source, row), places) for row in means]


def _place(source: Source, row: Estimate) -> str:
    held = row.term.partition(" at ")[2]
    return visit_label(source.plan, row.visit) if row.visit else held


def _series(source: Source, factor: str, row: Estimate) -> str:
    return level_label(source.plan, factor, row.arm) if row.arm else "all"


def _course(source: Source, analysis: str) -> list[tuple[object, ...]]:
    rows = [r for r in source.of_analysis(analysis, Quantity.TRAJECTORY) if r.is_shown]
    rows = [row for row in rows if row.scale not in LOGS]
    if len(rows) < FEWEST_OF_A_CURVE:
        return []
    factor = factor_of(source.plan.analyses[analysis])
    return [
        (
            _series(source, factor, row),
            "",
            float(row.term.partition("=")[2]),
            row.estimate,
            row.conf_low,
            row.conf_high,
        )
        for row in rows
    ]


def _answers(source: Source, analysis: str) -> list[tuple[object, ...]]:
    rows = [row for row in headline_rows(source, analysis) if row.is_shown]
    places = [_words(row) for row in rows]
    return [_point(row, "estimate", place, places) for row, place in zip(rows, places, strict=True)]


def _words(row: Estimate) -> str:
    sides = " against ".join(side for side in (row.arm, row.reference_arm) if side)
    return " ".join(part for part in (row.term, sides, row.visit) if part)


def _point(row: Estimate, series: str, place: str, places: Iterable[str]) -> tuple[object, ...]:
    position = float(list(places).index(place))
    return (series, place, position, row.estimate, row.conf_low, row.conf_high)
