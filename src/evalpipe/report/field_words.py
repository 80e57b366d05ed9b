"""Words that depend on the design: what an experiment, a trial and a cohort call the same thing."""

from __future__ import annotations

from evalpipe.config.plan import Plan
from evalpipe.config.study import Design

_TREATED = (Design.PARALLEL_RCT, Design.CLUSTER_RCT, Design.PRE_POST, Design.SINGLE_ARM)
_TRIALS = (Design.PARALLEL_RCT, Design.CLUSTER_RCT)


def is_trial(plan: Plan) -> bool:
    """Whether people were randomised to arms, so that CONSORT asks for a flow."""
    return plan.study.design in _TRIALS


def start_words(plan: Plan) -> str:
    """When characteristics were measured: before treatment, where there is one to come."""
    return "before treatment" if plan.study.design in _TREATED else "at the start"


def flow_title(plan: Plan) -> str:
    """The title of the flow: CONSORT is about randomised trials alone."""
    return "Flow of participants (CONSORT 2025)" if is_trial(plan) else "Who entered and who stayed"


def treatment_word(plan: Plan) -> str:
    """What people start and complete: a treatment, or their part in a study."""
    return "treatment" if plan.study.design in _TREATED else "taking part"
