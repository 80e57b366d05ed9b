"""Therapists, sites and other clusters as numbers: what raw files call them goes no further.

A report names clusters (delivery by therapist, a site in a model), and the code in a raw file may
be a value that somebody recognises. Numbers keep the order of the codes, so that the first one is
still the reference of a model.
"""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd

from evalpipe.config.plan import Plan
from evalpipe.vocabulary import Column, Table


def number_clusters(plan: Plan, tables: Mapping[Table, pd.DataFrame]) -> dict[Table, pd.DataFrame]:
    """Return the tables with clusters numbered `1`, `2`, ... (`01` where there are ten or more).

    One numbering for each cluster over all tables, in the order of its codes; the therapist of a
    session and the cluster that delivers an arm are one. Missing stays missing.
    """
    numbered = dict(tables)
    for columns in _columns_together(plan):
        codes = {
            code
            for frame in numbered.values()
            for name in columns
            if name in frame
            for code in frame[name].dropna().unique()
        }
        width = len(str(len(codes)))
        numbers = {code: f"{n:0{width}d}" for n, code in enumerate(sorted(codes), start=1)}
        for table, frame in numbered.items():
            present = [name for name in columns if name in frame]
            if present:
                changed = {name: frame[name].map(numbers).astype("object") for name in present}
                numbered[table] = frame.assign(**changed)
    return numbered


def _columns_together(plan: Plan) -> list[tuple[str, ...]]:
    """Id columns that one numbering covers."""
    deliverers = {f"{arm.delivered_by}_id" for arm in plan.arms.values() if arm.delivered_by}
    others = [f"{name}_id" for name in plan.clusters if f"{name}_id" not in deliverers]
    therapists = {str(Column.THERAPIST_ID), *deliverers}
    alone = [(name,) for name in others if name not in therapists]
    return [tuple(sorted(therapists)), *alone]
