"""Contrast rows that the design itself asks for: its coefficients, and the test of each term."""

from itertools import product

import numpy as np

from evalpipe.models.design_matrix import Design
from evalpipe.models.marginal import Grid
from evalpipe.models.requests import Request, Setting
from evalpipe.models.terms import Category, split_term
from evalpipe.stats.problem import FloatArray
from evalpipe.vocabulary import Quantity


def coefficient_requests(design: Design) -> list[Request]:
    """Return one request for each column of the design."""
    unit = np.eye(len(design.columns))
    return [
        Request(Quantity.COEFFICIENT, unit[i], term=name) for i, name in enumerate(design.columns)
    ]


def joint_requests(setting: Setting) -> list[Request]:
    """Return the type III test of each term: marginal contrasts, other numbers held at zero.

    A category inside an interaction is averaged over the other categories with equal weights.
    """
    design = setting.design
    requests = []
    for term in dict.fromkeys(design.terms):
        if term != "intercept":
            L = _term_rows(term, setting.grid)
            if len(L):
                requests.append(Request(Quantity.JOINT_TEST, L, term=term))
    return requests


def _term_rows(term: str, grid: Grid) -> FloatArray:
    variables = [grid.design.variables[name] for name in split_term(term)]
    zero: dict[str, str | float] = dict.fromkeys(grid.means, 0.0)
    rows = []
    choices = [
        [level for level in v.levels if level != v.reference] if isinstance(v, Category) else [None]
        for v in variables
    ]
    for chosen in product(*choices):
        steps: list[tuple[tuple[str, str | float, float], ...]] = []
        for variable, level in zip(variables, chosen, strict=True):
            if isinstance(variable, Category) and level is not None:
                steps.append(
                    ((variable.name, level, 1.0), (variable.name, variable.reference, -1.0))
                )
            else:
                steps.append(((variable.name, 1.0, 1.0), (variable.name, 0.0, -1.0)))
        row = np.zeros(len(grid.design.columns))
        for corner in product(*steps):
            place = {**zero, **{name: value for name, value, _ in corner}}
            row += float(np.prod([sign for *_, sign in corner])) * grid.plain(place)
        rows.append(row)
    return _independent(np.array(rows).reshape(-1, len(grid.design.columns)))


def _independent(L: FloatArray) -> FloatArray:
    """Return the rows of L that are not zero and not determined by those before."""
    kept: list[FloatArray] = []
    for row in L:
        trial = np.array([*kept, row])
        if np.linalg.matrix_rank(trial, tol=1e-9 * max(1.0, float(np.abs(trial).max()))) == len(
            trial
        ):
            kept.append(row)
    return np.array(kept).reshape(-1, L.shape[1])
