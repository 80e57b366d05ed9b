"""Tables of one analysis: estimates by visit, coefficients, variances, responders, transitions."""

from __future__ import annotations

from collections.abc import Sequence

from evalpipe.answers.rows import Estimate
from evalpipe.report.cells import (
    SUPPRESSED_WORDS,
    count_share_text,
    estimate_columns,
    find,
)
from evalpipe.report.documents.model import Column, Emph, Inlines, Row, Table, inlines
from evalpipe.report.labels import (
    arm_label,
    at_start,
    in_sentence,
    level_label,
    outcome_label,
    spell,
    term_label,
    visit_label,
)
from evalpipe.report.numbers import format_count, format_level
from evalpipe.report.sentences.equivalence import SIDE_WORDS
from evalpipe.report.sentences.intraclass import INTRACLASS_NAMES
from evalpipe.report.sentences.parts import LEFT_OUT, place_words
from evalpipe.report.sentences.rm_anova import SPHERICITY_NAMES, anova_row_name
from evalpipe.report.source import Source, number_of
from evalpipe.vocabulary import Quantity, Scale, Statistic, StatisticTable

ANSWERS = (
    Quantity.EQUIVALENCE,
    Quantity.ONE_SIDED_TEST,
    Quantity.CONTRAST,
    Quantity.SLOPE_CONTRAST,
    Quantity.SLOPE,
    Quantity.JOINT_TEST,
    Quantity.SPHERICITY,
    Quantity.MARGINAL_MEAN,
    Quantity.PROPORTION,
    Quantity.EFFECT_SIZE,
    Quantity.AGREEMENT,
    Quantity.MARGINAL_HOMOGENEITY,
    Quantity.LIKELIHOOD_RATIO,
    Quantity.RELIABILITY,
)
BRIEF = ("sensitivity", "reproduction")
DETAILS = (Quantity.MARGINAL_MEAN, Quantity.EFFECT_SIZE)
"""Left out of the tables of analyses that only ask whether an answer holds."""

MODEL_PARTS = (
    Quantity.COEFFICIENT,
    Quantity.THRESHOLD,
    Quantity.VARIANCE_COMPONENT,
    Quantity.CORRELATION,
    Quantity.INTRACLASS_CORRELATION,
    Quantity.FIT_STATISTIC,
)
SCALE_WORDS = {
    Scale.RATIO: "ratio",
    Scale.ODDS_RATIO: "odds ratio",
    Scale.RISK_RATIO: "risk ratio",
    Scale.RISK_DIFFERENCE: "difference of proportions",
    Scale.RATE_RATIO: "ratio of rates",
    Scale.LOG: "log scale",
    Scale.LOG_ODDS: "log odds",
}
PART_WORDS = {
    Quantity.COEFFICIENT: "Coefficients",
    Quantity.THRESHOLD: "Cut points",
    Quantity.VARIANCE_COMPONENT: "Variances",
    Quantity.CORRELATION: "Correlations",
    Quantity.INTRACLASS_CORRELATION: "Intraclass correlations",
    Quantity.FIT_STATISTIC: "Fit",
    Quantity.EFFECT_SIZE: "Standardised effects",
    Quantity.AGREEMENT: "Agreement",
    Quantity.MARGINAL_HOMOGENEITY: "Equality of the distributions",
    Quantity.LIKELIHOOD_RATIO: "Likelihood ratio",
    Quantity.RELIABILITY: "Reliability",
    Quantity.EQUIVALENCE: "Equivalence",
    Quantity.ONE_SIDED_TEST: "Differences from the bounds, one-sided tests",
    Quantity.JOINT_TEST: "Tests that all means are equal",
    Quantity.SPHERICITY: "Sphericity",
}
EFFECT_WORDS = {
    "hedges_g": "Hedges' g",
    "model_based_d": "Model-based d",
    "cohens_d": "Cohen's d",
    "d_z": "d of the changes (d_z)",
    "d_av": "d over the average SD (d_av)",
    "d_rm": "d for repeated measures (d_rm)",
    "hedges_g_av": "Hedges' g over the average SD",
}
STRUCTURE = ("arm", "visit", "")
MOMENTS = ("before", "after", "became")
TESTS = {
    "stuart_maxwell": "Stuart-Maxwell test",
    "bowker": "Bowker's test",
    "mcnemar": "McNemar's exact test",
}
NAMED_TERMS = {**INTRACLASS_NAMES, **SPHERICITY_NAMES}
ABBREVIATIONS = "CI = confidence interval; SE = standard error; df = degrees of freedom."


def answer_table(source: Source, analysis_id: str) -> Table | None:
    """What the analysis answers: contrasts, means, slopes, standardised effects."""
    is_brief = source.plan.analyses[analysis_id].role in BRIEF
    estimand = source.plan.analyses[analysis_id].estimand
    is_brief = is_brief or (estimand is not None and estimand.summary == "coefficient")
    wanted = [q for q in ANSWERS if not (is_brief and q in DETAILS)]
    if source.plan.analyses[analysis_id].model.kind != "rm_anova":
        wanted.remove(Quantity.JOINT_TEST)
    rows = [r for r in source.of_analysis(analysis_id, *wanted) if _is_kept(source, r)]
    rows = sorted(rows, key=lambda row: ANSWERS.index(Quantity(row.quantity)))
    if not rows:
        return None
    title = f"{outcome_title(source, rows)}: what the analysis estimates"
    return _estimate_table(source, f"table-answer-{analysis_id}", title, rows, _answer_group)


def outcome_title(source: Source, rows: Sequence[Estimate]) -> str:
    """Label of the rows' outcome."""
    outcome = next((row.outcome for row in rows if row.outcome), "")
    return outcome_label(source.plan, outcome) if outcome else "Comparison of models"


def _is_kept(source: Source, row: Estimate) -> bool:
    """Rows with a number; log-scale rows go where the same number stands on its own scale."""
    if LEFT_OUT in row.term:
        return False
    if not (row.is_shown or row.statistic == row.statistic):
        return False
    if row.scale not in (Scale.LOG, Scale.LOG_ODDS):
        return True
    means = (Quantity.MARGINAL_MEAN, Quantity.PROPORTION)
    same = means if row.quantity in means else (row.quantity,)
    return not any(
        other.quantity in same
        and other.scale not in (Scale.LOG, Scale.LOG_ODDS)
        and (other.term, other.arm, other.visit) == (row.term, row.arm, row.visit)
        for other in source.of_analysis(row.analysis_id)
    )


def model_table(source: Source, analysis_id: str) -> Table | None:
    """The parts of the model: coefficients, variances, correlations, fit."""
    rows = [row for row in source.of_analysis(analysis_id, *MODEL_PARTS) if row.is_shown]
    rows = [row for row in rows if _is_kept(source, row) or row.quantity != Quantity.COEFFICIENT]
    rows = sorted(rows, key=lambda row: MODEL_PARTS.index(Quantity(row.quantity)))
    if not rows:
        return None
    title = f"{outcome_title(source, rows)}: parts of the model"
    return _estimate_table(source, f"table-model-{analysis_id}", title, rows, _part_group)


def _estimate_table(
    source: Source, key: str, title: str, rows: Sequence[Estimate], group_of: object
) -> Table:
    columns, cells = estimate_columns(source, rows)
    lines: list[Row] = []
    previous = ""
    for row, own in zip(rows, cells, strict=True):
        group = group_of(source, row)  # type: ignore[operator]
        if group != previous and group:
            lines.append(Row((inlines(group),), "group"))
        previous = group
        name = (inlines(_row_name(source, row)), *own)
        lines.append(Row(name, "indented") if group else Row(name))
    return Table(key, inlines(title), (Column(()), *columns), tuple(lines), _estimate_note(rows))


def _estimate_note(rows: Sequence[Estimate]) -> Inlines:
    counts = {(r.n_participants, r.n_observations) for r in rows if r.n_participants > 0}
    words: Inlines = ()
    if len(counts) == 1:
        people, observations = counts.pop()
        seen = f", {format_count(observations)} observations" if observations > people else ""
        words = inlines(Emph("n"), f" = {format_count(people)} people{seen}. ")
    words = inlines(words, ABBREVIATIONS)
    denominators = dict.fromkeys(
        f"{_effect_name(row)}: {row.note}"
        for row in rows
        if row.quantity == Quantity.EFFECT_SIZE and row.note
    )
    if denominators:
        words = inlines(words, f" {'; '.join(denominators)}.")
    return words


def _effect_name(row: Estimate) -> str:
    name = row.term.partition(" ")[0]
    return EFFECT_WORDS.get(name, spell(name))


def _answer_group(source: Source, row: Estimate) -> str:
    plan = source.plan
    scale = SCALE_WORDS.get(Scale(row.scale), "")
    extra = f" ({scale})" if scale else ""
    if row.quantity in (Quantity.CONTRAST, Quantity.SLOPE_CONTRAST) and row.arm:
        factor = _factor(source, row)
        own = level_label(plan, factor, row.arm)
        other = in_sentence(level_label(plan, factor, row.reference_arm))
        model = plan.analyses[row.analysis_id].model
        is_of_changes = getattr(model, "compare", "") == "change"
        word = "Difference of changes" if is_of_changes else "Difference"
        word = "Ratio" if "ratio" in scale else word
        if row.quantity == Quantity.SLOPE_CONTRAST:
            word = "Difference of slopes"
        return f"{word}: {own} against {other}{extra}"
    if row.quantity == Quantity.EQUIVALENCE:
        return f"{PART_WORDS[Quantity.EQUIVALENCE]} ({format_level(row.conf_level)} CI)"
    if row.quantity in (Quantity.MARGINAL_MEAN, Quantity.PROPORTION, Quantity.SLOPE):
        is_observed = plan.analyses[row.analysis_id].model.has_observed_means
        word = {
            Quantity.MARGINAL_MEAN: "Observed means" if is_observed else "Estimated means",
            Quantity.PROPORTION: "Shares",
            Quantity.SLOPE: "Slopes",
        }[Quantity(row.quantity)]
        if row.arm and row.visit:
            return f"{word}: {in_sentence(level_label(plan, _factor(source, row), row.arm))}{extra}"
        place = "" if row.quantity == Quantity.SLOPE else place_words(plan, row)
        return f"{word}{place}{extra}"
    return PART_WORDS.get(Quantity(row.quantity), "")


def _part_group(source: Source, row: Estimate) -> str:  # noqa: ARG001 - same shape as above
    scale = SCALE_WORDS.get(Scale(row.scale), "")
    words = PART_WORDS.get(Quantity(row.quantity), "")
    return f"{words} ({scale})" if scale else words


def _factor(source: Source, row: Estimate) -> str:
    if row.arm in source.plan.arms:
        return "arm"
    name = row.term.partition(" at ")[0].partition(":")[0]
    if name.startswith("change of "):
        return name.removeprefix("change of ")
    return name.partition("[")[0] or "arm"


def _own_name(source: Source, row: Estimate) -> str:
    """Name of a row whose term says what it is; empty for all others."""
    if row.quantity == Quantity.LIKELIHOOD_RATIO:
        at_boundary = row.about.over == "boundary"
        return f"Against the simpler model{', test at the boundary' if at_boundary else ''}"
    plan = source.plan
    visit = visit_label(plan, row.visit) if row.visit else ""
    if row.term in NAMED_TERMS:
        return NAMED_TERMS[row.term]
    if row.quantity == Quantity.JOINT_TEST:
        return anova_row_name(plan.analyses[row.analysis_id], row)
    if row.quantity == Quantity.ONE_SIDED_TEST:
        name = SIDE_WORDS.get(row.term.rpartition(" ")[2], "")
        return f"{name}, {in_sentence(visit)}" if visit else name
    if row.term == "change" and not row.arm and row.reference_arm in plan.visits:
        return f"{visit} against {in_sentence(visit_label(plan, row.reference_arm))}"
    return ""


def _row_name(source: Source, row: Estimate) -> str:
    plan = source.plan
    visit = visit_label(plan, row.visit) if row.visit else ""
    own = _own_name(source, row)
    if own:
        return own
    if row.quantity == Quantity.EFFECT_SIZE:
        return f"{_effect_name(row)}, {in_sentence(visit)}" if visit else _effect_name(row)
    if row.quantity in (Quantity.CONTRAST, Quantity.SLOPE_CONTRAST, Quantity.EQUIVALENCE):
        place = row.term.partition(" at ")[2]
        rest = term_label(plan, row.term.partition(":")[2]) if ":" in row.term else ""
        parts = [visit, rest, at_start(place_words(plan, row).strip(" ()")) if place else ""]
        if row.quantity == Quantity.SLOPE_CONTRAST:
            parts.append(term_label(plan, row.term.partition(" at ")[0]))
        return ", ".join(part for part in parts if part) or "Difference"
    if row.term in plan.goals:
        return term_label(plan, row.term)
    if row.quantity == Quantity.PROPORTION and row.term not in STRUCTURE:
        return _share_label(source, row)
    if row.quantity == Quantity.MARGINAL_HOMOGENEITY:
        who = in_sentence(arm_label(plan, row.arm)) if row.arm else "everyone"
        return f"{TESTS.get(row.term, spell(row.term))}, {who}"
    if row.quantity in (Quantity.MARGINAL_MEAN, Quantity.PROPORTION):
        arm = level_label(plan, _factor(source, row), row.arm) if row.arm else ""
        return visit or arm or term_label(plan, row.term)
    if row.quantity == Quantity.SLOPE and row.arm:
        return f"{term_label(plan, row.term)}, {in_sentence(arm_label(plan, row.arm))}"
    return term_label(plan, row.term) if row.term else spell(row.quantity)


def _share_label(source: Source, row: Estimate) -> str:
    """`secure before`, `became secure`, `responders, partner_a` in the plan's own words."""
    plan = source.plan
    words, _, member = row.term.partition(", ")
    parts = [
        in_sentence(level_label(plan, row.outcome, part)) if part not in MOMENTS else part
        for part in words.split(" ")
        if words.startswith("became ") or words.endswith((" before", " after"))
    ]
    name = at_start(" ".join(parts)) if parts else spell(words)
    return f"{name}, {in_sentence(level_label(plan, 'role', member))}" if member else name


def responder_table(source: Source, analysis_id: str) -> Table | None:
    """How many people recovered, improved, stayed and deteriorated, by arm."""
    rows = [
        row
        for row in source.of_table(StatisticTable.RESPONDERS, statistic=str(Statistic.COUNT))
        if row.groups.get("analysis") == analysis_id and row.level
    ]
    if not rows:
        return None
    plan = source.plan
    arms = [arm for arm in ("", *plan.arms) if any(row.group_arm == arm for row in rows)]
    if len(arms) > 1:
        arms = [arm for arm in arms if arm]
    groups = list(dict.fromkeys((row.group_visit, row.groups.get("role", "")) for row in rows))
    lines: list[Row] = []
    for visit, role in groups:
        own = [r for r in rows if (r.group_visit, r.groups.get("role", "")) == (visit, role)]
        if len(groups) > 1:
            names = [visit_label(plan, visit)] if visit else []
            names += [level_label(plan, "role", role)] if role else []
            lines.append(Row((inlines(", ".join(names)),), "group"))
        for level in dict.fromkeys(row.level for row in own):
            cells = [inlines(spell(level))]
            for arm in arms:
                row = find(own, level=level, group_arm=arm)
                cells.append(inlines(number_of(row, count_share_text(row))) if row else ())
            lines.append(Row(tuple(cells), "indented" if len(groups) > 1 else "body"))
    columns = (
        Column(inlines("Change")),
        *(Column(inlines(arm_label(plan, arm) if arm else "All"), "right") for arm in arms),
    )
    note = "Number (per cent) of people with both measurements."
    if any(row.value != row.value for row in rows):
        note += f" {SUPPRESSED_WORDS}."
    where = f", {in_sentence(visit_label(plan, groups[0][0]))}" if groups[0][0] else ""
    title = f"{outcome_label(plan, rows[0].variable)}: change of each person{where}"
    return Table(
        f"table-responders-{analysis_id}", inlines(title), columns, tuple(lines), inlines(note)
    )
