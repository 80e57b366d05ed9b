"""Goals of treatment: how their analysis runs."""

import pandas as pd

from evalpipe.config.kinds import GoalAttainment
from evalpipe.models.job import Job, Runner, Tables
from evalpipe.models.result import Answer


def _run(job: Job, model: GoalAttainment) -> Answer:
    from evalpipe.models.goals import analyse_goals

    goals = _with_arms(job.tables) if job.frame is None else job.frame
    return analyse_goals(goals, job.plan, job.heading)


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


RUNNER = Runner(GoalAttainment, _run)
