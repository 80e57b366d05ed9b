"""One door to every analysis: plan and tables in; estimates, diagnostics, statistics out."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

import pandas as pd

from evalpipe.config.analyses import (
    MMRM,
    Agreement,
    Analysis,
    Ancova,
    ChangeTable,
    Comparison,
    Descriptive,
    Estimand,
    Gee,
    GoalAttainment,
    MissingData,
    MixedModel,
    Model,
    OrdinalModel,
    ReliableChange,
    SingleCase,
)
from evalpipe.config.instruments import OutcomeKind
from evalpipe.config.plan import Plan
from evalpipe.config.scale_facts import find_scale, is_scale
from evalpipe.design.analysis_set import build_analysis_set
from evalpipe.errors import ModelError, NotEstimableError
from evalpipe.models.estimate_rows import Heading, heading_of, not_estimable
from evalpipe.models.result import AnalysisResult, Answer, tabulate
from evalpipe.models.variables import Declared, declare_variables

Tables = Mapping[str, pd.DataFrame]

NO_YES = ("no", "yes")
"""Classes of a derived variable of 0 and 1."""


@dataclass(frozen=True)
class Job:
    """One analysis with everything that it reads.

    tables: the tables of the study, or empty when `frame` was given as it is.
    """

    plan: Plan
    analysis_id: str
    analysis: Analysis
    tables: Tables
    frame: pd.DataFrame | None
    heading: Heading
    declared: Declared
    seed: int

    @property
    def estimand(self) -> Estimand:
        """The estimand; ModelError where the analysis has none."""
        if self.analysis.estimand is None:
            raise ModelError(f"analyses.{self.analysis_id}: needs an estimand")
        return self.analysis.estimand

    @property
    def is_log(self) -> bool:
        """Whether the outcome is analysed on the log scale."""
        outcome = self.estimand.outcome
        derived = self.plan.derived.get(outcome)
        if derived is not None:
            return derived.kind == "log"
        if not is_scale(self.plan, outcome):
            return False
        return find_scale(self.plan, outcome).kind is OutcomeKind.LOG_CONTINUOUS

    def rows_of(self, analysis_id: str) -> pd.DataFrame:
        """Return the analysis set of this or another analysis."""
        if self.frame is not None:
            return self.frame
        return build_analysis_set(self.plan, analysis_id, self.tables).frame

    @property
    def rows(self) -> pd.DataFrame:
        """The analysis set."""
        return self.rows_of(self.analysis_id)

    def of(self, analysis_id: str) -> "Job":
        """Return the job of another analysis, under this one's heading."""
        analysis = self.plan.analyses[analysis_id]
        return replace(self, analysis_id=analysis_id, analysis=analysis)


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
        answer = _RUNNERS[type(job.analysis.model)](job)
    except NotEstimableError as error:
        answer = _refused(job, str(error))
    return tabulate(answer, plan)


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
    model = analysis.model
    source = {MissingData: "of", Comparison: "simpler"}.get(type(model))
    if source is None or analysis.estimand is not None:
        return heading
    other = plan.analyses[getattr(model, source)].estimand
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


def _run_gaussian(job: Job) -> Answer:
    from evalpipe.models.gaussian_analysis import run_gaussian

    assert isinstance(job.analysis.model, MixedModel | MMRM)
    return run_gaussian(
        job.rows,
        job.analysis,
        job.declared,
        job.heading,
        baseline_visit=job.plan.baseline_visit,
        is_log=job.is_log,
    )


def _run_ancova(job: Job) -> Answer:
    from evalpipe.models.ancova import analyse_ancova
    from evalpipe.models.effect_rows import effect_rows

    model = job.analysis.model
    assert isinstance(model, Ancova)
    frame = job.rows
    answer = analyse_ancova(
        frame, model, job.estimand, job.declared, job.heading, is_log=job.is_log
    )
    effects = effect_rows(
        answer.rows,
        frame,
        job.estimand,
        job.declared,
        job.analysis.standardise_by,
        job.heading.conf_level,
    )
    return replace(answer, rows=[*answer.rows, *effects])


def _run_reliable_change(job: Job) -> Answer:
    from evalpipe.models.reliable_change import analyse_reliable_change

    assert isinstance(job.analysis.model, ReliableChange)
    facts = find_scale(job.plan, job.estimand.outcome)
    return analyse_reliable_change(
        job.rows, job.analysis.model, job.estimand, facts, job.declared, job.heading
    )


def _run_comparison(job: Job) -> Answer:
    from evalpipe.models.comparison import compare_models
    from evalpipe.models.gaussian import diagnose_attempts
    from evalpipe.models.gaussian_fit import fit_declared

    model = job.analysis.model
    assert isinstance(model, Comparison)
    fits = []
    for name in (model.simpler, model.richer):
        declared_model = job.plan.analyses[name].model
        if not isinstance(declared_model, MixedModel | MMRM):
            raise ModelError(f"{job.analysis_id}: {name} is not a mixed model or MMRM")
        plain = (
            declared_model.model_copy(update={"if_singular": None})
            if isinstance(declared_model, MixedModel)
            else declared_model
        )
        fits.append(fit_declared(job.rows_of(name), plain, job.declared))
    rows = compare_models(fits[0], fits[1], (model.simpler, model.richer))
    records = [
        {**diagnose_attempts(fit)[-1], "fit": name}
        for fit, name in zip(fits, (model.simpler, model.richer), strict=True)
    ]
    used = fits[1].rows
    return Answer(job.heading.with_counts(used.n_participants, used.n), rows, records)


def _run_gee(job: Job) -> Answer:
    from evalpipe.models.gee import analyse_gee

    assert isinstance(job.analysis.model, Gee)
    return analyse_gee(
        job.rows,
        job.analysis.model,
        job.estimand,
        job.declared,
        job.heading,
        success=_success_code(job) if job.analysis.model.family == "binomial" else None,
        baseline_visit=job.plan.baseline_visit,
    )


def _success_code(job: Job) -> float | None:
    """Return the code of the class that counts as success; None for outcomes of 0 and 1."""
    instrument = job.plan.instruments.get(job.estimand.outcome.split(".")[0])
    if job.estimand.outcome in job.plan.derived or instrument is None or not instrument.classes:
        return None
    better = instrument.better_class
    if better is None and len(instrument.classes) == 2:
        better = instrument.classes[1]
    if better is None:
        raise NotEstimableError(
            f"{job.estimand.outcome} has {len(instrument.classes)} classes: name the one that "
            "counts as success with `better_class`"
        )
    return float(instrument.classes.index(better))


def _run_ordinal(job: Job) -> Answer:
    from evalpipe.models.ordinal import analyse_ordinal

    assert isinstance(job.analysis.model, OrdinalModel)
    return analyse_ordinal(job.rows, job.analysis.model, job.estimand, job.declared, job.heading)


def _classes(job: Job) -> tuple[tuple[str, ...], str | None]:
    """Return the classes of the outcome in the plan's order, and the better one."""
    outcome = job.estimand.outcome
    instrument = job.plan.instruments.get(outcome.split(".")[0])
    if outcome not in job.plan.derived and instrument is not None and instrument.classes:
        return instrument.classes, instrument.better_class
    levels = job.declared.levels.get(outcome, ())
    return (levels, None) if levels else (NO_YES, "yes")


def _run_change_table(job: Job) -> Answer:
    from evalpipe.models.change_table import analyse_change_table

    assert isinstance(job.analysis.model, ChangeTable)
    classes, better = _classes(job)
    return analyse_change_table(
        job.rows,
        job.analysis.model,
        job.estimand,
        job.declared,
        job.heading,
        classes=classes,
        better_class=better,
    )


def _run_agreement(job: Job) -> Answer:
    from evalpipe.models.agreement import analyse_agreement

    assert isinstance(job.analysis.model, Agreement)
    return analyse_agreement(job.rows, job.analysis.model, job.heading, classes=_classes(job)[0])


def _run_goals(job: Job) -> Answer:
    from evalpipe.models.goals import analyse_goals

    if job.frame is not None:
        return analyse_goals(job.frame, job.plan, job.heading)
    return analyse_goals(_with_arms(job.tables), job.plan, job.heading)


def _with_arms(tables: Tables) -> pd.DataFrame:
    """Return the goals with the arm of their participant or dyad."""
    goals, people = tables["goals"], tables["participants"]
    if "arm" in goals.columns and goals["arm"].notna().any():
        return goals
    by_person = people.set_index("participant_id")["arm"]
    arm = goals["participant_id"].map(by_person) if "participant_id" in goals.columns else None
    if "dyad_id" in goals.columns and "dyad_id" in people.columns:
        dyads = people.dropna(subset=["dyad_id"]).drop_duplicates("dyad_id")
        of_dyad = goals["dyad_id"].map(dyads.set_index("dyad_id")["arm"])
        arm = of_dyad if arm is None else arm.fillna(of_dyad)
    return goals.assign(arm=arm)


def _run_single_case(job: Job) -> Answer:
    from evalpipe.models.single_case import analyse_single_cases

    assert isinstance(job.analysis.model, SingleCase)
    outcome = job.estimand.outcome
    better = find_scale(job.plan, outcome).better if is_scale(job.plan, outcome) else None
    return analyse_single_cases(job.rows, job.analysis.model, job.heading, better=better)


def _run_descriptive(job: Job) -> Answer:
    from evalpipe.models.descriptive import analyse_descriptive

    return analyse_descriptive(job.rows, job.estimand, job.declared, job.heading, is_log=job.is_log)


def _run_missing_data(job: Job) -> Answer:
    from evalpipe.models.missing_data import analyse_missing_data
    from evalpipe.models.never_seen import people_never_seen

    spec = job.analysis.model
    assert isinstance(spec, MissingData)
    repeated = job.of(spec.of)
    model = repeated.analysis.model
    if not isinstance(model, MMRM):
        raise ModelError(f"{job.analysis_id}: {spec.of} is not an MMRM; imputation needs one")
    return analyse_missing_data(
        repeated.rows,
        spec,
        model,
        repeated.estimand,
        job.declared,
        job.heading,
        seed=job.seed,
        baseline_visit=job.plan.baseline_visit,
        never_seen=people_never_seen(job.plan, spec.of, job.tables) if job.tables else None,
        is_log=repeated.is_log,
    )


_RUNNERS: dict[type[Model], Callable[[Job], Answer]] = {
    MixedModel: _run_gaussian,
    MMRM: _run_gaussian,
    Ancova: _run_ancova,
    Gee: _run_gee,
    OrdinalModel: _run_ordinal,
    ReliableChange: _run_reliable_change,
    ChangeTable: _run_change_table,
    Agreement: _run_agreement,
    GoalAttainment: _run_goals,
    SingleCase: _run_single_case,
    Comparison: _run_comparison,
    Descriptive: _run_descriptive,
    MissingData: _run_missing_data,
}
