"""The scoring stage: answers and measured scores in, the table `scores` out."""

from __future__ import annotations

import pandas as pd

from evalpipe.config.plan import Plan
from evalpipe.scoring.items import score_responses


def build_scores(plan: Plan, responses: pd.DataFrame, measured: pd.DataFrame) -> pd.DataFrame:
    """Score the answers, add the scores that raw files give as such, baseline and change.

    responses: empty in a study without items. Raises DataError as `score_responses` does.
    """
    return score_responses(plan, responses, measured)
