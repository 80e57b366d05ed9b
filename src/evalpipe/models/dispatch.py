"""One door to every analysis: plan and tables in; estimates, diagnostics, statistics out."""

from dataclasses import replace

import pandas as pd

from evalpipe.config.analyses import Analysis
from evalpipe.config.equivalence import bounds_of
from evalpipe.config.plan import Plan
from evalpipe.design.events import count_events
from evalpipe.errors import ModelError, NotEstimableError
from evalpipe.models.equivalence import equivalence_rows
from evalpipe.models.estimate_rows import Heading, heading_of, not_estimable
from evalpipe.models.job import Job, Tables
from evalpipe.models.kinds import RUNNERS
from evalpipe.models.result import AnalysisResult, Answer, tabulate
from evalpipe.models.variables import declare_variables
from evalpipe.vocabulary import Status


def run_analysis(
    plan: Plan,
    analysis_id: str,
    tables: Tables | pd.DataFrame,
    *,
    confidence_level: float = 0.95,
    seed: int = 0,
) -> AnalysisResult:
    """Carry out one declared analysis.

    tables: the study's tables by name, or the analysis set itself. What the data cannot carry
    becomes a row with status `not_estimable` and a sentence. Raises ModelError for what the plan
    asks wrongly.
    """
    if analysis_id not in plan.analyses:
        raise ModelError(f"the plan has no analysis {analysis_id}")
    job = _job(plan, analysis_id, tables, confidence_level, seed)
    try:
        answer = _with_events(job, _with_equivalence(job, RUNNERS[type(job.analysis.model)](job)))
    except NotEstimableError as error:
        answer = _refused(job, str(error))
    return tabulate(answer, plan)


def failed_analysis(plan: Plan, analysis_id: str, sentence: str) -> AnalysisResult:
    """Return the tables that stand for an analysis that cannot be computed as declared, and why."""
    analysis = plan.analyses[analysis_id]
    heading = _inherit(plan, analysis, heading_of(plan.study.id, analysis_id, analysis, 0.95))
    row = replace(not_estimable(sentence), status=Status.NOT_AVAILABLE)
    record = {
        "engine": "none",
        "model": analysis.model.kind,
        "status": row.status,
        "note": sentence,
    }
    return tabulate(Answer(heading, [row], [record]), plan)


def _with_events(job: Job, answer: Answer) -> Answer:
    """Add how many people had the intercurrent events of the estimand."""
    if not job.tables or job.analysis.estimand is None:
        return answer
    rows = count_events(job.plan, job.analysis_id, job.tables)
    return replace(answer, statistics=[*answer.statistics, *rows])


def _with_equivalence(job: Job, answer: Answer) -> Answer:
    """Add the equivalence tests of the contrasts, where the estimand asks for them."""
    estimand = job.analysis.estimand
    if estimand is None or estimand.summary != "equivalence":
        return answer
    bounds = bounds_of(job.plan, estimand)
    if bounds is None:
        raise ModelError(f"analyses.{job.analysis_id}: equivalence needs bounds")
    rows = equivalence_rows(answer.rows, estimand, bounds, job.heading.conf_level)
    return replace(answer, rows=[*answer.rows, *rows])


def _job(
    plan: Plan, analysis_id: str, tables: Tables | pd.DataFrame, conf_level: float, seed: int
) -> Job:
    analysis = plan.analyses[analysis_id]
    heading = heading_of(plan.study.id, analysis_id, analysis, conf_level)
    return Job(
        plan=plan,
        analysis_id=analysis_id,
        analysis=analysis,
        tables={} if isinstance(tables, pd.DataFrame) else with_delivery(plan, tables),
        frame=tables if isinstance(tables, pd.DataFrame) else None,
        heading=_inherit(plan, analysis, heading),
        declared=declare_variables(plan),
        seed=seed,
    )


def with_delivery(plan: Plan, tables: Tables) -> Tables:
    """Return the tables with `delivery`, which some populations read, made from sessions."""
    sessions = tables.get("sessions")
    if "delivery" in tables or sessions is None or sessions.empty or plan.protocol is None:
        return tables
    from evalpipe.design.delivery import build_delivery

    return {**tables, "delivery": build_delivery(plan, tables)}


def _inherit(plan: Plan, analysis: Analysis, heading: Heading) -> Heading:
    """Fill population and outcome from the analysis that is repeated or compared."""
    others = list(analysis.model.analyses().values())
    if not others or analysis.estimand is not None:
        return heading
    other = plan.analyses[others[0]].estimand
    if other is None:
        return heading
    return replace(heading, population=other.population, outcome=other.outcome)


def _refused(job: Job, sentence: str) -> Answer:
    record: dict[str, object] = {
        "engine": "none",
        "model": job.analysis.model.kind,
        "status": "not_estimable",
        "note": sentence,
    }
    return Answer(job.heading, [not_estimable(sentence)], [record])
