"""k-anonymity and l-diversity of a study's participants, by its plan."""

from __future__ import annotations

from typing import Any

import pandas as pd

from evalpipe.config.plan import Plan
from evalpipe.config.privacy_rules import PrivacyRule
from evalpipe.errors import PrivacyError
from evalpipe.privacy.anonymity import (
    check_k_anonymity,
    check_l_diversity,
    describe_anonymity,
)
from evalpipe.vocabulary import Column

K_RULE, L_RULE = PrivacyRule.K_ANONYMITY, PrivacyRule.L_DIVERSITY


def check_study_anonymity(plan: Plan, people: pd.DataFrame) -> list[dict[str, Any]]:
    """Check the plan's quasi-identifiers; returns what the report prints, one entry a check.

    people: the `participants` table. Quasi-identifiers are variables, clusters, `arm`, `cohort`,
    `role`, and derived bands of variables. Raises PrivacyError, naming columns and counts only,
    when a class is too small and the plan has no override (rule `k_anonymity` or `l_diversity`).
    """
    privacy = plan.privacy
    if not privacy.quasi_identifiers:
        return []
    frame = pd.DataFrame({name: _values(plan, people, name) for name in privacy.quasi_identifiers})
    columns = list(privacy.quasi_identifiers)
    k = check_k_anonymity(frame, columns, privacy.smallest_group)
    checks = [_decide(plan, K_RULE, describe_anonymity(k), is_met=k.is_met)]
    if privacy.sensitive is not None:
        frame[_SENSITIVE] = _values(plan, people, privacy.sensitive)
        spread = check_l_diversity(frame, columns, _SENSITIVE, privacy.distinct_sensitive)
        text = (
            f"within classes of {', '.join(columns)}, {privacy.sensitive} has at least "
            f"{spread.fewest_values} values ({spread.l} asked); {spread.n_below_l} participants "
            "stand in classes with fewer"
        )
        checks.append(_decide(plan, L_RULE, text, is_met=spread.is_met))
    return checks


_SENSITIVE = "sensitive attribute"


def _values(plan: Plan, people: pd.DataFrame, name: str) -> pd.Series[Any]:
    column = f"{name}_id" if name in plan.clusters else name
    if column in people:
        return people[column].reset_index(drop=True)
    from evalpipe.design.derived import derive

    whole = people.assign(
        **{Column.VISIT: None, Column.DAY: 0.0, Column.OCCASION: 0, Column.RATER: None}
    )
    return derive(plan, name, whole).reset_index(drop=True)


def _decide(plan: Plan, rule: str, text: str, *, is_met: bool) -> dict[str, Any]:
    if is_met:
        return {"rule": rule, "finding": text, "decision": "met", "reason": ""}
    override = next((o for o in plan.privacy.overrides if o.rule == rule), None)
    if override is None:
        raise PrivacyError(
            f"data/raw/{plan.study.id}: {rule.replace('_', '-')}: {text}. Use coarser bands, drop "
            f"a column, or accept it under `privacy: overrides` (rule: {rule}) with a reason"
        )
    return {"rule": rule, "finding": text, "decision": "overridden", "reason": override.reason}
