"""A declared mixed model or MMRM and its rows -> the arrays that the engine takes."""

from dataclasses import dataclass, replace

import numpy as np

from evalpipe.config.analyses import MMRM, MixedModel, RandomTerm, ResidualCovariance
from evalpipe.errors import ModelError, NotEstimableError
from evalpipe.models.design_matrix import Design
from evalpipe.models.model_rows import ModelRows
from evalpipe.models.terms import CodedTerm, Factor, Variable
from evalpipe.models.variables import (
    Declared,
    code_levels,
    code_units,
    column_of,
    is_category,
    read_number,
    read_variable,
)
from evalpipe.stats.problem import (
    ABSENT,
    EffectCovariance,
    FloatArray,
    GaussianProblem,
    IntArray,
    Members,
    Method,
    RandomEffect,
    Residual,
)

GaussianModel = MMRM | MixedModel


@dataclass(frozen=True)
class Positions:
    """Ordered occasions within a block: (n,) index, and their names."""

    index: IntArray
    names: tuple[str, ...]


def variables_needed(model: GaussianModel) -> tuple[str, ...]:
    """Return the variables besides the fixed terms that every row must have."""
    names = [term for r in random_terms(model) for term in r.terms if term != "intercept"]
    residual = model.residual
    if not residual.structure.is_plain:
        names.append(_time_name(residual))
    if not residual.structure.is_plain or residual.members is not None:
        names.append(residual.within)
    if residual.members is not None:
        names.append("role")
    if residual.by is not None:
        names.append(residual.by)
    return tuple(dict.fromkeys(names))


def random_terms(model: GaussianModel) -> tuple[RandomTerm, ...]:
    """Return the random terms; an MMRM has none."""
    return model.random if isinstance(model, MixedModel) else ()


def build_problem(model: GaussianModel, rows: ModelRows, declared: Declared) -> GaussianProblem:
    """Return the arrays of a Gaussian model.

    Raises NotEstimableError in the plan's words: duplicated occasions, one unit, a level whose
    units have one row each, visits never seen together, more parameters than the data carry.
    """
    problem = GaussianProblem(
        y=rows.y,
        X=rows.X,
        columns=rows.design.columns,
        residual=_residual(model.residual, rows, declared),
        random=tuple(_random_effect(term, rows, declared) for term in random_terms(model)),
        method=Method(model.method),
    )
    _check_levels(problem, model)
    return problem


def _random_effect(term: RandomTerm, rows: ModelRows, declared: Declared) -> RandomEffect:
    level = code_units(rows.frame, term.within, declared)
    if term.arms:
        outside = ~rows.frame["arm"].isin(list(term.arms)).to_numpy()
        level = np.where(outside, ABSENT, level).astype(np.int64)
    elif (level < 0).any():
        level = np.where(level < 0, ABSENT, level).astype(np.int64)
    design, names = _random_design(term, rows, declared)
    return RandomEffect(
        name=term.within,
        level=_compact(level),
        design=design,
        terms=names,
        covariance=_covariance(term),
    )


def _covariance(term: RandomTerm) -> EffectCovariance:
    if term.variance == "unbounded":
        return EffectCovariance.UNBOUNDED
    return EffectCovariance.UNSTRUCTURED if term.correlated else EffectCovariance.DIAGONAL


def _compact(level: IntArray) -> IntArray:
    present = np.flatnonzero(np.bincount(level[level >= 0]))
    if len(present) == int(level.max()) + 1:
        return level
    return np.where(level < 0, ABSENT, np.searchsorted(present, level)).astype(np.int64)


def _random_design(
    term: RandomTerm, rows: ModelRows, declared: Declared
) -> tuple[FloatArray, tuple[str, ...]]:
    variables: dict[str, Variable] = {}
    values = {}
    parts: list[CodedTerm] = []
    for name in term.terms:
        if name == "intercept":
            parts.append(CodedTerm("intercept", ()))
            continue
        variables[name], values[name] = read_variable(rows.frame, name, declared)
        parts.append(CodedTerm(name, (Factor(variables[name], "intercept" not in term.terms),)))
    design = Design(variables, tuple(parts))
    return design.matrix(values, rows.n), design.columns


def _time_name(residual: ResidualCovariance) -> str:
    by_day = residual.structure.is_timed and residual.over == "visit"
    return "day" if by_day else residual.over


def _residual(spec: ResidualCovariance, rows: ModelRows, declared: Declared) -> Residual:
    structure = spec.structure
    block = code_units(rows.frame, "dyad" if spec.members else spec.within, declared)
    if (block < 0).any():
        raise NotEstimableError(f"{spec.within} is missing in some rows: its rows cannot be joined")
    residual = Residual(block=block, structure=structure)
    if structure.is_timed:
        residual = replace(residual, time=read_number(rows.frame, _time_name(spec)))
    elif not structure.is_plain or spec.members is not None:
        positions = _positions(spec, rows, declared)
        residual = replace(
            residual,
            position=positions.index,
            n_positions=len(positions.names),
            position_names=positions.names,
        )
    if spec.by is not None:
        levels, codes = code_levels(rows.frame, spec.by, declared)
        residual = replace(residual, group=codes, n_groups=len(levels), group_names=levels)
    if spec.members is not None:
        residual = _with_members(residual, spec, rows, declared)
    _check_duplicates(residual, spec)
    _check_pairs(residual, spec)
    return residual


def _with_members(
    residual: Residual, spec: ResidualCovariance, rows: ModelRows, declared: Declared
) -> Residual:
    levels, codes = code_levels(rows.frame, "role", declared)
    if len(levels) != 2:
        raise NotEstimableError(
            f"members of a dyad need two roles with data; {len(levels)} found among the rows used"
        )
    members = Members(spec.members or Members.EXCHANGEABLE)
    return replace(residual, member=codes, members=members, member_names=levels)


def _positions(spec: ResidualCovariance, rows: ModelRows, declared: Declared) -> Positions:
    if spec.structure.is_plain and _has_one_occasion(spec, rows):
        return Positions(np.zeros(rows.n, dtype=np.int64), ("once",))
    if is_category(rows.frame, spec.over, declared):
        names, index = code_levels(rows.frame, spec.over, declared)
        return Positions(index, names)
    values = read_number(rows.frame, spec.over)
    whole = np.round(values).astype(np.int64)
    if np.abs(values - whole).max() > 1e-9:
        raise ModelError(
            f"residual: {spec.over} is not in whole steps; use `structure: exponential`"
        )
    if spec.structure.keeps_gaps:
        lowest, highest = int(whole.min()), int(whole.max())
        names = tuple(str(step) for step in range(lowest, highest + 1))
        return Positions(whole - lowest, names)
    steps, index = np.unique(whole, return_inverse=True)
    return Positions(index.astype(np.int64).ravel(), tuple(str(step) for step in steps))


def _has_one_occasion(spec: ResidualCovariance, rows: ModelRows) -> bool:
    """Whether members of dyads were measured once, without a visit."""
    over = column_of(rows.frame, spec.over)
    return over not in rows.frame or bool(rows.frame[over].isna().all())


def _check_duplicates(residual: Residual, spec: ResidualCovariance) -> None:
    occasion = (
        residual.position
        if residual.time is None
        else np.unique(residual.time, return_inverse=True)[1].ravel()
    )
    if occasion is None:
        return
    unit = residual.block if residual.member is None else 2 * residual.block + residual.member
    keys = unit * (int(occasion.max()) + 1) + occasion
    if np.all(keys[1:] > keys[:-1]):
        return
    repeats = len(keys) - len(np.unique(keys))
    if repeats:
        raise NotEstimableError(
            f"{repeats} rows repeat a {spec.within} at the same {_time_name(spec)}: choose "
            "rows with `only`, or say how members of a dyad are related with `members`"
        )


def _check_pairs(residual: Residual, spec: ResidualCovariance) -> None:
    """Every two visits need participants seen at both, or their covariance is not known."""
    if not residual.structure.is_free or residual.position is None:
        return
    group = np.zeros_like(residual.block) if residual.group is None else residual.group
    for g in range(residual.n_groups):
        inside = group == g
        blocks = residual.block[inside]
        seen = np.zeros((int(blocks.max()) + 1, residual.n_positions))
        seen[blocks, residual.position[inside]] = 1.0
        never = np.argwhere(np.triu(seen.T @ seen < 2.0, 1))
        if len(never):
            first, second = (residual.position_names[i] for i in never[0])
            raise NotEstimableError(
                f"fewer than two {spec.within}s were seen at both {first} and {second}: an "
                "unstructured covariance is not estimable; choose a simpler structure"
            )


def _check_levels(problem: GaussianProblem, model: GaussianModel) -> None:
    plain = not problem.residual.structure.needs_position
    for effect, term in zip(problem.random, random_terms(model), strict=True):
        counts = np.bincount(effect.level[effect.level >= 0])
        if len(counts) < 2:
            raise NotEstimableError(
                f"random effects within {term.within} need at least two of them; "
                f"{len(counts)} found among the rows used"
            )
        if plain and not term.arms and counts.max() <= 1 and problem.residual.n_groups == 1:
            raise NotEstimableError(
                f"each {term.within} has one observation: its variance cannot be told apart from "
                f"the residual; leave the random term within {term.within} out"
            )
    block = problem.residual.block
    if block.min() == block.max():
        raise NotEstimableError("the rows used come from one unit only; nothing can be compared")
