"""Classes before against after: change table, marginal homogeneity, share improved."""

import warnings
from collections.abc import Iterator, Sequence

import numpy as np
import pandas as pd

from evalpipe.config.analyses import ChangeTable, Estimand
from evalpipe.design.statistic_rows import StatisticRow
from evalpipe.errors import NotEstimableError
from evalpipe.models.estimate_rows import EstimateRow, Heading
from evalpipe.models.proportions import newcombe_difference, newcombe_p_value, wilson_interval
from evalpipe.models.result import Answer
from evalpipe.models.variables import Declared, text_of
from evalpipe.stats.problem import FloatArray
from evalpipe.vocabulary import DfMethod, Quantity, Scale, Statistic, StatisticTable


def analyse_change_table(
    frame: pd.DataFrame,
    model: ChangeTable,
    estimand: Estimand,
    declared: Declared,
    heading: Heading,
    *,
    classes: Sequence[str],
    better_class: str | None = None,
) -> Answer:
    """Return the test of marginal homogeneity and shares that moved to the better class.

    frame: `participant_id`, `visit` and the class in `level` (or its code in `outcome`). classes:
    in the order of the plan. By `model.by` each of its levels is a table of its own. People seen
    once only are not counted.
    """
    pairs = _pairs(frame, model, classes)
    if pairs.empty:
        raise NotEstimableError(f"nobody has a class both at {model.before} and at {model.after}")
    rows: list[EstimateRow] = []
    statistics: list[StatisticRow] = []
    factor = model.by or (estimand.contrast.factor if estimand.contrast else None)
    for level, part in _split(pairs, factor, declared):
        table = _table(part, classes)
        rows.append(_homogeneity_row(table, model, level, classes))
        rows += list(_share_rows(part, better_class, level, heading.conf_level, model.after))
        statistics += list(_cells(table, classes, heading.outcome or "class", level, factor))
    if estimand.contrast is not None and better_class is not None:
        rows += list(_difference(pairs, estimand, better_class, heading.conf_level, model.after))
    counted = heading.with_counts(len(pairs), 2 * len(pairs))
    if better_class is not None:
        counted = counted.about_class(better_class)
    record: dict[str, object] = {
        "engine": "statsmodels SquareTable",
        "model": model.kind,
        "method": model.test,
        "status": "ok",
        "n_participants": len(pairs),
        "n_observations": 2 * len(pairs),
    }
    return Answer(counted, rows, [record], statistics)


def _pairs(frame: pd.DataFrame, model: ChangeTable, classes: Sequence[str]) -> pd.DataFrame:
    labelled = frame.assign(class_name=class_names(frame, classes))
    known = labelled[labelled["class_name"].notna()]
    before = known[known["visit"] == model.before].drop_duplicates("participant_id")
    after = known[known["visit"] == model.after].drop_duplicates("participant_id")
    start = before.set_index("participant_id")["class_name"].rename("class_before")
    return after.rename(columns={"class_name": "class_after"}).join(
        start, on="participant_id", how="inner"
    )


def class_names(frame: pd.DataFrame, classes: Sequence[str]) -> "pd.Series[str]":
    """Return the class of each row by name, from the code in `outcome` or else from `level`."""
    if "outcome" in frame.columns and frame["outcome"].notna().any() and classes:
        names = dict(enumerate(classes))
        if not frame["outcome"].dropna().isin(list(names)).all():
            raise NotEstimableError(
                "the outcome is not a class: some values are no class of the plan"
            )
        return frame["outcome"].map(lambda code: names.get(int(code)), na_action="ignore")
    return text_of(frame["level"])


def _split(
    pairs: pd.DataFrame, factor: str | None, declared: Declared
) -> Iterator[tuple[str | None, pd.DataFrame]]:
    yield None, pairs
    if factor is None or factor not in pairs.columns:
        return
    words = text_of(pairs[factor])
    found = list(words.dropna().unique())
    order = [level for level in declared.levels.get(factor, ()) if level in found]
    for level in order + sorted(set(found) - set(order)):
        yield level, pairs[words == level]


def _table(pairs: pd.DataFrame, classes: Sequence[str]) -> FloatArray:
    """Return counts (k, k), rows before, columns after."""
    table = np.zeros((len(classes), len(classes)))
    place = {name: i for i, name in enumerate(classes)}
    for before, after in zip(pairs["class_before"], pairs["class_after"], strict=True):
        table[place[before], place[after]] += 1
    return table


def _homogeneity_row(
    table: FloatArray, model: ChangeTable, level: str | None, classes: Sequence[str]
) -> EstimateRow:
    used = (table.sum(axis=0) + table.sum(axis=1)) > 0
    square = table[np.ix_(used, used)]
    statistic, df, p, method, note = _homogeneity(square, model.test)
    unused = [name for name, is_used in zip(classes, used, strict=True) if not is_used]
    if unused:
        note += f"; without the classes that nobody had ({', '.join(unused)})"
    return EstimateRow(
        Quantity.MARGINAL_HOMOGENEITY,
        term=model.test,
        arm=level,
        df=df,
        df_method=method,
        statistic=statistic,
        p_value=p,
        scale=Scale.NONE,
        n_participants=int(table.sum()),
        n_observations=int(2 * table.sum()),
        note=note,
    )


def _homogeneity(
    square: FloatArray, test: str
) -> tuple[float | None, float | None, float | None, DfMethod, str]:
    """Return (statistic, df, p, method, note) of the test asked for."""
    from statsmodels.stats.contingency_tables import SquareTable, mcnemar

    moved = square.sum() - np.trace(square)
    if moved == 0:
        return None, None, 1.0, DfMethod.EXACT, "nobody changed class"
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        if test == "mcnemar" or len(square) == 2:
            exact = mcnemar(square, exact=True)
            return None, None, float(exact.pvalue), DfMethod.EXACT, "McNemar, exact binomial"
        tables = SquareTable(square, shift_zeros=False)
        found = tables.symmetry() if test == "bowker" else tables.homogeneity()
    if caught or not np.isfinite(found.statistic):
        found = SquareTable(square, shift_zeros=False).symmetry()
        return (
            float(found.statistic) if np.isfinite(found.statistic) else None,
            float(found.df),
            float(found.pvalue) if np.isfinite(found.pvalue) else None,
            DfMethod.CHI_SQUARE,
            "Bowker's test of symmetry, because too few moves leave the other undefined",
        )
    words = "Bowker's test of symmetry" if test == "bowker" else "Stuart-Maxwell test"
    return float(found.statistic), float(found.df), float(found.pvalue), DfMethod.CHI_SQUARE, words


def _share_rows(
    part: pd.DataFrame, better: str | None, level: str | None, conf_level: float, visit: str
) -> Iterator[EstimateRow]:
    n = len(part)
    if better is None:
        return
    counts = {
        f"{better} before": int((part["class_before"] == better).sum()),
        f"{better} after": int((part["class_after"] == better).sum()),
        f"became {better}": int(_improved(part, better).sum()),
    }
    for term, count in counts.items():
        share = wilson_interval(count, n, conf_level)
        yield EstimateRow(
            Quantity.PROPORTION,
            term=term,
            arm=level,
            visit=visit,
            estimate=share.estimate,
            conf_low=share.low,
            conf_high=share.high,
            scale=Scale.PROBABILITY,
            n_participants=n,
            n_observations=n,
            note="interval: Wilson",
        )


def _improved(part: pd.DataFrame, better: str) -> "pd.Series[bool]":
    return (part["class_before"] != better) & (part["class_after"] == better)


def _difference(
    pairs: pd.DataFrame, estimand: Estimand, better: str, conf_level: float, visit: str
) -> Iterator[EstimateRow]:
    for contrast in (estimand.contrast, *estimand.contrasts):
        if contrast is None or contrast.factor not in pairs.columns:
            continue
        words = text_of(pairs[contrast.factor])
        counts = []
        for level in (contrast.level, contrast.versus):
            part = pairs[words == level]
            counts.append((int(_improved(part, better).sum()), len(part)))
        (count, n), (other, m) = counts
        if not n or not m:
            continue
        found = newcombe_difference(count, n, other, m, conf_level)
        yield EstimateRow(
            Quantity.CONTRAST,
            term=f"became {better}",
            arm=contrast.level,
            reference_arm=contrast.versus,
            visit=visit,
            estimate=found.estimate,
            df_method=DfMethod.NORMAL,
            p_value=newcombe_p_value(count, n, other, m),
            conf_low=found.low,
            conf_high=found.high,
            scale=Scale.RISK_DIFFERENCE,
            n_participants=n + m,
            n_observations=n + m,
            note="interval: Newcombe's hybrid score, p from the level at which it ends at zero",
        )


def _cells(
    table: FloatArray, classes: Sequence[str], variable: str, level: str | None, factor: str | None
) -> Iterator[StatisticRow]:
    for i, before in enumerate(classes):
        for j, after in enumerate(classes):
            yield StatisticRow(
                StatisticTable.TRANSITIONS,
                variable,
                Statistic.COUNT,
                float(table[i, j]),
                n=int(table.sum()),
                level=f"{before}:{after}",
                arm=level if factor in (None, "arm") else None,
                groups={} if factor in (None, "arm") else {factor: level},
            )
