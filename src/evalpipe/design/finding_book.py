"""Findings about one table: which rows break a rule, never what stands in them."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from evalpipe.findings import Finding, Level


class FindingBook:
    """Collects findings about one table."""

    def __init__(self, source: str) -> None:
        self.source = source
        self.found: list[Finding] = []

    def error(self, rule: str, column: str | None, broken: Any, advice: str) -> None:
        """Record what stops the run; broken: one truth value a row, missing where unknown."""
        self._add(Level.ERROR, rule, column, broken, advice)

    def notice(self, rule: str, column: str | None, broken: Any, advice: str = "") -> None:
        """Record what a reader should know; see `error`."""
        self._add(Level.NOTICE, rule, column, broken, advice)

    def _add(self, level: Level, rule: str, column: str | None, broken: Any, advice: str) -> None:
        # what is unknown (a missing dyad) is not broken; it has a finding of its own
        certain = pd.Series(broken).fillna(False).to_numpy(dtype=bool)
        rows = np.flatnonzero(certain) + 1
        if len(rows):
            shown = tuple(int(row) for row in rows)
            self.found.append(
                Finding(level, rule, f"{self.source} table", column, len(rows), shown, advice)
            )
