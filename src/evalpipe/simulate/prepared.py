"""A synthetic study ready for analysis: the scoring stage's own functions, without files."""

from __future__ import annotations

from collections.abc import Iterable

import pandas as pd

from evalpipe.config.analyses import Analysis
from evalpipe.config.plan import Plan
from evalpipe.design.analysis_variables import names_read, source_scales
from evalpipe.scoring.items import score_responses
from evalpipe.simulate.schedule import SESSION_PREFIX
from evalpipe.simulate.study import simulate_tables
from evalpipe.vocabulary import Column, Table

_NO_RESPONSES = pd.DataFrame(columns=[Column.INSTRUMENT])


def prepared_tables(
    plan: Plan,
    seed: int | None = None,
    *,
    outcomes: Iterable[str] | None = None,
    is_complete: bool = False,
    with_ledger: bool = True,
) -> dict[str, pd.DataFrame]:
    """Return the tables that analyses read, scored as the scoring stage scores them.

    Arguments as for `simulate_tables`.
    """
    drawn = simulate_tables(
        plan, seed, outcomes=outcomes, is_complete=is_complete, with_ledger=with_ledger
    )
    tables: dict[str, pd.DataFrame] = {str(name): table for name, table in drawn.items()}
    responses = tables[Table.RESPONSES]
    tables[Table.SCORES] = score_responses(
        plan, responses if len(responses) else _NO_RESPONSES, tables[Table.SCORES]
    )
    return tables


def outcomes_read(plan: Plan, analysis_id: str) -> tuple[str, ...]:
    """Return the scales that an analysis reads: its outcome's, and those its variables are made of.

    All scales of an instrument with items come together, since its items are drawn together.
    """
    analysis = _analysed(plan, analysis_id)
    names = list(names_read(plan, analysis))
    if analysis.estimand is not None:
        names.append(analysis.estimand.outcome)
    scales = dict.fromkeys(source_scales(plan, names))
    for scale in list(scales):
        instrument = plan.instruments.get(scale.split(".")[0])
        if instrument is not None and instrument.items is not None:
            scales |= dict.fromkeys(f"{scale.split('.')[0]}.{s}" for s in instrument.scales)
    return tuple(scales)


_BY_TREATMENT = ("started", "completed", "per_protocol")


def needs_ledger(plan: Plan, analysis_id: str) -> bool:
    """Whether an analysis reads the session ledger: ratings, phases, or who was treated."""
    estimand = _analysed(plan, analysis_id).estimand
    if estimand is None:
        return True
    by_treatment = plan.populations[estimand.population].include in _BY_TREATMENT
    return by_treatment or any(
        s.startswith(SESSION_PREFIX) for s in outcomes_read(plan, analysis_id)
    )


def _analysed(plan: Plan, analysis_id: str) -> Analysis:
    analysis = plan.analyses[analysis_id]
    others = list(analysis.model.analyses().values())
    return _analysed(plan, others[0]) if others else analysis
