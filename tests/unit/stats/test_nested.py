"""Nested random effects against n x n matrices, for every combination of levels and residuals."""

from collections.abc import Callable

import numpy as np
import pytest

from evalpipe.errors import ModelError, NotEstimableError
from evalpipe.stats.curvature import Curvature
from evalpipe.stats.nested import NestedModel
from evalpipe.stats.problem import (
    ABSENT,
    EffectCovariance,
    FloatArray,
    GaussianProblem,
    IntArray,
    Members,
    RandomEffect,
    Residual,
    Structure,
)
from evalpipe.stats.structures import residual_family

Build = Callable[[np.random.Generator], GaussianProblem]


def make_rows(rng: np.random.Generator) -> dict[str, IntArray]:
    """Sessions in persons in dyads in therapists (one arm only) in sites; ragged, shuffled."""
    rows = []
    person = 0
    for dyad in range(12):
        site = dyad % 3
        arm = dyad // 3 % 2
        therapist = site * 2 + (dyad // 6) if arm else ABSENT
        for member in range(2):
            sessions = np.flatnonzero(rng.random(6) > 0.3)
            if dyad == 4 and member == 1:
                sessions = sessions[:0]
            rows += [(site, therapist, dyad, person, member, t, arm) for t in sessions]
            person += 1
    table = rng.permutation(np.array(rows))
    names = ["site", "therapist", "dyad", "person", "member", "session", "arm"]
    return dict(zip(names, table.T.copy(), strict=True))


def make_problem(
    rng: np.random.Generator,
    rows: dict[str, IntArray],
    random: tuple[RandomEffect, ...],
    residual: Residual,
) -> GaussianProblem:
    n = len(rows["site"])
    X = np.column_stack([np.ones(n), rows["session"], rows["arm"]]).astype(float)
    person = np.array([rng.normal(size=3) for _ in range(40)])
    y = 3 + person[rows["person"], 0] + person[rows["dyad"], 1] + rng.normal(size=n)
    return GaussianProblem(y, X, ("intercept", "session", "arm"), residual, random)


def intercept(name: str, level: IntArray) -> RandomEffect:
    return RandomEffect(name, level, np.ones((len(level), 1)), ("intercept",))


def slope(
    name: str,
    level: IntArray,
    time: FloatArray,
    covariance: EffectCovariance = EffectCovariance.UNSTRUCTURED,
) -> RandomEffect:
    Z = np.column_stack([np.ones(len(level)), time])
    return RandomEffect(name, level, Z, ("intercept", "time"), covariance)


def case_intercept(rng: np.random.Generator) -> GaussianProblem:
    rows = make_rows(rng)
    return make_problem(rng, rows, (intercept("person", rows["person"]),), Residual(rows["person"]))


def case_slope(rng: np.random.Generator) -> GaussianProblem:
    rows = make_rows(rng)
    days = 7.0 * rows["session"]
    return make_problem(
        rng, rows, (slope("person", rows["person"], days),), Residual(rows["person"])
    )


def case_three_columns(rng: np.random.Generator) -> GaussianProblem:
    rows = make_rows(rng)
    t = rows["session"].astype(float)
    Z = np.column_stack([np.ones_like(t), t, (t > 2) * (t - 2)])
    effect = RandomEffect("dyad", rows["dyad"], Z, ("intercept", "before", "after"))
    return make_problem(rng, rows, (effect,), Residual(rows["person"]))


def case_two_effects_one_level(rng: np.random.Generator) -> GaussianProblem:
    rows = make_rows(rng)
    t = rows["session"].astype(float)
    by_time = RandomEffect("person", rows["person"], t[:, None], ("session",))
    effects = (intercept("person", rows["person"]), by_time)
    return make_problem(rng, rows, effects, Residual(rows["person"]))


def case_three_levels(rng: np.random.Generator) -> GaussianProblem:
    rows = make_rows(rng)
    effects = (
        intercept("site", rows["site"]),
        slope("person", rows["person"], rows["session"] / 3.0),
        intercept("dyad", rows["dyad"]),
    )
    return make_problem(rng, rows, effects, Residual(rows["person"]))


def case_therapist_in_one_arm(rng: np.random.Generator) -> GaussianProblem:
    rows = make_rows(rng)
    effects = (
        slope("dyad", rows["dyad"], rows["session"] * 1.0, EffectCovariance.DIAGONAL),
        intercept("therapist", rows["therapist"]),
        intercept("site", rows["site"]),
    )
    return make_problem(rng, rows, effects, Residual(rows["person"]))


def case_only_therapists(rng: np.random.Generator) -> GaussianProblem:
    rows = make_rows(rng)
    effects = (intercept("therapist", rows["therapist"]),)
    return make_problem(rng, rows, effects, Residual(rows["person"]))


def case_variance_per_role(rng: np.random.Generator) -> GaussianProblem:
    rows = make_rows(rng)
    residual = Residual(rows["person"], group=rows["member"], n_groups=2)
    effects = (intercept("dyad", rows["dyad"]), intercept("site", rows["site"]))
    return make_problem(rng, rows, effects, residual)


def case_variance_per_visit_and_arm(rng: np.random.Generator) -> GaussianProblem:
    rows = make_rows(rng)
    residual = Residual(
        rows["person"], Structure.DIAGONAL, rows["session"], 6, group=rows["arm"], n_groups=2
    )
    return make_problem(rng, rows, (intercept("person", rows["person"]),), residual)


def case_ar1(rng: np.random.Generator) -> GaussianProblem:
    rows = make_rows(rng)
    residual = Residual(rows["person"], Structure.AR1, rows["session"], 6)
    effects = (slope("person", rows["person"], rows["session"] * 1.0),)
    return make_problem(rng, rows, effects, residual)


def case_ar1_per_arm_in_levels(rng: np.random.Generator) -> GaussianProblem:
    rows = make_rows(rng)
    residual = Residual(
        rows["person"], Structure.AR1, rows["session"], 6, group=rows["arm"], n_groups=2
    )
    effects = (
        intercept("person", rows["person"]),
        intercept("dyad", rows["dyad"]),
        intercept("therapist", rows["therapist"]),
    )
    return make_problem(rng, rows, effects, residual)


def case_exponential(rng: np.random.Generator) -> GaussianProblem:
    rows = make_rows(rng)
    days = rows["session"] * 7.0 + rng.integers(0, 5, len(rows["session"]))
    residual = Residual(rows["person"], Structure.EXPONENTIAL, time=days)
    effects = (intercept("person", rows["person"]), intercept("site", rows["site"]))
    return make_problem(rng, rows, effects, residual)


def case_unstructured_in_therapist(rng: np.random.Generator) -> GaussianProblem:
    rows = make_rows(rng)
    keep = rows["session"] < 3
    rows = {name: codes[keep] for name, codes in rows.items()}
    residual = Residual(rows["person"], Structure.UNSTRUCTURED, rows["session"], 3)
    return make_problem(rng, rows, (intercept("therapist", rows["therapist"]),), residual)


def case_dyad_block(rng: np.random.Generator) -> GaussianProblem:
    """Two partners' diaries as one residual block, an intercept for each partner and each dyad."""
    rows = make_rows(rng)
    residual = Residual(
        rows["dyad"],
        Structure.AR1,
        rows["session"],
        6,
        member=rows["member"],
        members=Members.DISTINGUISHABLE,
    )
    effects = (intercept("person", rows["person"]), intercept("site", rows["site"]))
    return make_problem(rng, rows, effects, residual)


def case_exchangeable_members(rng: np.random.Generator) -> GaussianProblem:
    rows = make_rows(rng)
    residual = Residual(
        rows["dyad"],
        Structure.EXPONENTIAL,
        time=rows["session"] * 1.0,
        member=rows["member"],
        members=Members.EXCHANGEABLE,
    )
    effects = (slope("dyad", rows["dyad"], rows["session"] * 1.0),)
    return make_problem(rng, rows, effects, residual)


CASES: tuple[Build, ...] = (
    case_intercept,
    case_slope,
    case_three_columns,
    case_two_effects_one_level,
    case_three_levels,
    case_therapist_in_one_arm,
    case_only_therapists,
    case_variance_per_role,
    case_variance_per_visit_and_arm,
    case_ar1,
    case_ar1_per_arm_in_levels,
    case_exponential,
    case_unstructured_in_therapist,
    case_dyad_block,
    case_exchangeable_members,
)


@pytest.fixture(params=CASES, ids=lambda build: build.__name__.removeprefix("case_"))
def problem(request: pytest.FixtureRequest) -> GaussianProblem:
    build: Build = request.param
    return build(np.random.default_rng(11))


def pick_theta(model: NestedModel, seed: int = 2) -> FloatArray:
    omega = model.start()
    jitter = np.random.default_rng(seed).normal(size=len(omega)) * 0.05
    theta = model.natural(omega * (1 + jitter)).theta
    assert model.is_feasible(theta)
    return theta


def assert_same(ours: FloatArray | None, dense: FloatArray | None) -> None:
    assert dense is not None
    if ours is None:
        assert not np.any(dense)
        return
    scale = max(float(np.max(np.abs(dense))), 1e-12)
    np.testing.assert_allclose(ours, dense, rtol=1e-7, atol=1e-9 * scale)


@pytest.mark.parametrize("order", [0, 1, 2])
def test_sums_equal_dense(problem: GaussianProblem, order: int) -> None:
    model = NestedModel(problem)
    theta = pick_theta(model)
    ours, dense = model.evaluate(theta, order), dense_curvature(problem, theta, model.declared)
    assert ours.log_det == pytest.approx(dense.log_det, rel=1e-11)
    fields = list(Curvature.__dataclass_fields__)
    for name in fields[1 : {0: 2, 1: 4, 2: 8}[order]]:
        assert_same(getattr(ours, name), getattr(dense, name))


def test_singular_covariance_is_fine(problem: GaussianProblem) -> None:
    model = NestedModel(problem)
    omega = model.start()
    n_effects = sum("residual" not in name for name in model.parameter_names)
    omega[:n_effects] = 0.0
    theta = model.natural(omega).theta
    ours, dense = model.evaluate(theta, 2), dense_curvature(problem, theta, model.declared)
    assert_same(ours.moment_cross, dense.moment_cross)
    assert_same(ours.log_det_cross, dense.log_det_cross)
    assert model.boundary(theta)


def test_start_is_inside(problem: GaussianProblem) -> None:
    model = NestedModel(problem)
    theta = model.natural(model.start()).theta
    assert model.is_feasible(theta)
    assert model.boundary(theta) == ()


def test_natural_derivatives(problem: GaussianProblem) -> None:
    model = NestedModel(problem)
    omega = model.start() * 1.1 + 0.01
    at = model.natural(omega)
    step = 1e-6
    for i in range(len(omega)):
        up, down = omega.copy(), omega.copy()
        up[i] += step
        down[i] -= step
        high, low = model.natural(up), model.natural(down)
        slope_ = (high.theta - low.theta) / (2 * step)
        np.testing.assert_allclose(at.jacobian[:, i], slope_, rtol=1e-6, atol=1e-8)
        bend = (high.jacobian - low.jacobian) / (2 * step)
        np.testing.assert_allclose(at.hessian[:, :, i], bend, rtol=1e-6, atol=1e-7)


def test_clusters_hold_every_row_once(problem: GaussianProblem) -> None:
    model = NestedModel(problem)
    theta = pick_theta(model)
    V = dense_covariance(problem, theta, model.declared)
    seen = np.zeros(len(problem.y), dtype=int)
    covered = np.zeros_like(V)
    for batch in model.clusters(theta):
        for rows, covariance in zip(batch.rows, batch.covariance, strict=True):
            seen[rows] += 1
            covered[np.ix_(rows, rows)] = covariance
    np.testing.assert_array_equal(seen, 1)
    np.testing.assert_allclose(covered, V, atol=1e-10 * np.abs(V).max())


def test_predictions_equal_dense(problem: GaussianProblem) -> None:
    model = NestedModel(problem)
    theta = pick_theta(model)
    beta = np.array([1.0, 0.2, -0.3])
    V = dense_covariance(problem, theta, model.declared)
    e = np.linalg.solve(V, problem.y - problem.X @ beta)
    declared = model.declared @ theta
    first = 0
    for effect, ours in zip(
        problem.random, model.random_effect_predictions(theta, beta), strict=True
    ):
        q = len(effect.terms)
        diagonal = effect.covariance is EffectCovariance.DIAGONAL
        pairs = [(i, j) for i in range(q) for j in range(i + 1) if i == j or not diagonal]
        G = np.zeros((q, q))
        for value, (i, j) in zip(declared[first:], pairs, strict=False):
            G[i, j] = G[j, i] = value
        first += len(pairs)
        for code in np.unique(effect.level[effect.level != ABSENT]):
            inside = effect.level == code
            expected = G @ effect.design[inside].T @ e[inside]
            np.testing.assert_allclose(ours.values[code], expected, rtol=1e-6, atol=1e-8)


def test_time_origin_and_unit_do_not_matter() -> None:
    rows = make_rows(np.random.default_rng(11))
    built = []
    for time in (rows["session"] * 1.0, 20_000 + 7.0 * rows["session"], rows["session"] * 1e-9):
        effects = (slope("person", rows["person"], time),)
        rng = np.random.default_rng(4)
        built.append(NestedModel(make_problem(rng, rows, effects, Residual(rows["person"]))))
    near, far, tiny = (model.evaluate(model.natural(model.start()).theta, 2) for model in built)
    for other in (far, tiny):
        assert other.log_det == pytest.approx(near.log_det, rel=1e-9)
        np.testing.assert_allclose(other.moment_cross, near.moment_cross, rtol=1e-7, atol=1e-9)
    in_days, in_ratio = built[1].declared, built[0].declared
    theta = np.array([0.6, 0.1, 0.4, 1.0])
    assert (in_days @ theta)[2] * 49 == pytest.approx((in_ratio @ theta)[2], rel=1e-9)


def test_row_order_does_not_matter(problem: GaussianProblem) -> None:
    model = NestedModel(problem)
    order = np.random.default_rng(5).permutation(len(problem.y))
    other = NestedModel(reorder(problem, order))
    theta = pick_theta(model)
    a, b = model.evaluate(theta, 0), other.evaluate(theta, 0)
    assert a.log_det == pytest.approx(b.log_det, rel=1e-10)
    np.testing.assert_allclose(a.moment, b.moment, rtol=1e-8)


def reorder(problem: GaussianProblem, order: IntArray) -> GaussianProblem:
    def take(values: IntArray | None) -> IntArray | None:
        return None if values is None else values[order]

    r = problem.residual
    residual = Residual(
        r.block[order],
        r.structure,
        take(r.position),
        r.n_positions,
        None if r.time is None else r.time[order],
        take(r.group),
        r.n_groups,
        take(r.member),
        r.members,
    )
    random = tuple(
        RandomEffect(e.name, e.level[order], e.design[order], e.terms, e.covariance)
        for e in problem.random
    )
    return GaussianProblem(problem.y[order], problem.X[order], problem.columns, residual, random)


def test_pooled_units_give_the_same_sums() -> None:
    rng = np.random.default_rng(3)
    n_people = 240
    person = np.repeat(np.arange(n_people), 4)
    visit = np.tile(np.arange(4), n_people)
    keep = rng.random(len(person)) > 0.2
    rows = {"person": person[keep], "session": visit[keep]}
    n = int(keep.sum())
    X = np.column_stack([np.ones(n), rows["session"]])
    y = rng.normal(size=n_people)[rows["person"]] + rng.normal(size=n)
    effect = slope("person", rows["person"], rows["session"] * 1.0)
    problem = GaussianProblem(y, X, ("intercept", "session"), Residual(rows["person"]), (effect,))
    model = NestedModel(problem)
    assert model._one_level is not None
    assert model._one_level.pattern is not None
    assert model._one_level.zw.shape[2] < 120
    theta = pick_theta(model)
    ours, dense = model.evaluate(theta, 1), dense_curvature(problem, theta, model.declared)
    assert ours.log_det == pytest.approx(dense.log_det, rel=1e-11)
    assert_same(ours.moment_d1, dense.moment_d1)


def test_crossed_levels_are_refused() -> None:
    rng = np.random.default_rng(1)
    rows = make_rows(rng)
    effects = (intercept("person", rows["person"]), intercept("session", rows["session"]))
    with pytest.raises(ModelError, match="crossed"):
        NestedModel(make_problem(rng, rows, effects, Residual(rows["person"])))


def test_block_across_levels_is_refused() -> None:
    rng = np.random.default_rng(1)
    rows = make_rows(rng)
    residual = Residual(rows["session"], Structure.AR1, rows["session"], 6)
    with pytest.raises(ModelError, match="crosses the residual blocks"):
        NestedModel(make_problem(rng, rows, (intercept("person", rows["person"]),), residual))


def test_collinear_columns_are_refused() -> None:
    rng = np.random.default_rng(1)
    rows = make_rows(rng)
    effect = slope("person", rows["person"], np.full(len(rows["person"]), 2.0))
    with pytest.raises(NotEstimableError, match="combination"):
        NestedModel(make_problem(rng, rows, (effect,), Residual(rows["person"])))


def test_one_unit_is_refused() -> None:
    rng = np.random.default_rng(1)
    rows = make_rows(rng)
    effect = intercept("country", np.zeros(len(rows["person"]), dtype=np.int64))
    with pytest.raises(ModelError, match="fewer than two units"):
        NestedModel(make_problem(rng, rows, (effect,), Residual(rows["person"])))


# V, its derivatives and every sum from n x n matrices: slow, short, and independent.


def effect_pairs(effect: RandomEffect) -> list[tuple[int, int]]:
    q = len(effect.terms)
    if effect.covariance is EffectCovariance.DIAGONAL:
        return [(i, i) for i in range(q)]
    return [(i, j) for i in range(q) for j in range(i + 1)]


def effect_derivatives(effect: RandomEffect) -> list[FloatArray]:
    same = (effect.level[:, None] == effect.level[None, :]) & (effect.level != ABSENT)[:, None]
    derivatives = []
    for i, j in effect_pairs(effect):
        B = np.zeros((len(effect.terms),) * 2)
        B[i, j] = B[j, i] = 1.0
        derivatives.append(effect.design @ B @ effect.design.T * same)
    return derivatives


def residual_matrices(
    residual: Residual, theta: FloatArray
) -> tuple[FloatArray, FloatArray, FloatArray]:
    """R (n, n), first (k, n, n) and second (k, k, n, n) derivatives."""
    family = residual_family(residual)
    n, k = len(residual.block), len(theta)
    group = np.zeros(n, dtype=np.int64) if residual.group is None else residual.group
    R, d1, d2 = np.zeros((n, n)), np.zeros((k, n, n)), np.zeros((k, k, n, n))
    is_independent = residual.members is None and residual.structure in (
        Structure.IDENTITY,
        Structure.DIAGONAL,
    )
    same = np.eye(n, dtype=bool)
    if not is_independent:
        same = residual.block[:, None] == residual.block[None, :]
    for g in range(residual.n_groups):
        mask = same & (group == g)[:, None] & (group == g)[None, :]
        if residual.structure is Structure.EXPONENTIAL:
            value, first = family.sigma(theta, g, residual.time, residual.member), None
            first = family.d1(theta, g, residual.time, residual.member)
            second = family.d2(theta, g, residual.time, residual.member)
        else:
            place = np.zeros(n, dtype=np.int64) if residual.position is None else residual.position
            if residual.member is not None:
                place = place + residual.member * residual.n_positions
            pick = (..., place[:, None], place[None, :])
            value = family.sigma(theta, g)[pick]
            first = family.d1(theta, g)[pick]
            second = family.d2(theta, g)
            second = None if second is None else second[pick]
        R += value * mask
        d1 += first * mask
        if second is not None:
            d2 += second * mask
    return R, d1, d2


def dense_curvature(problem: GaussianProblem, theta: FloatArray, declared: FloatArray) -> Curvature:
    """Every sum at theta; declared: (k, k) map from theta to the declared parameters."""
    values = declared @ theta
    per_effect = [effect_derivatives(effect) for effect in problem.random]
    V_G = [d for derivatives in per_effect for d in derivatives]
    m, n, k = len(V_G), len(problem.y), len(theta)
    R, R1, R2 = residual_matrices(problem.residual, values[m:])
    V = R + sum(v * d for v, d in zip(values[:m], V_G, strict=True))
    original = np.concatenate([np.reshape(V_G, (m, n, n)), R1])
    V1 = np.einsum("jk,jab->kab", declared, original)
    V2 = np.zeros((k, k, n, n))
    V2[m:, m:] = R2
    W = np.column_stack([problem.X, problem.y])
    inverse = np.linalg.inv(V)
    IW = inverse @ W
    IV = inverse @ V1
    half = np.einsum("na,knm,mlb->klab", IW, V1, np.einsum("lnm,mb->nlb", IV, IW))
    return Curvature(
        float(np.linalg.slogdet(V)[1]),
        W.T @ IW,
        np.trace(IV, axis1=1, axis2=2),
        np.einsum("na,knm,mb->kab", IW, V1, IW),
        np.einsum("kab,lba->kl", IV, IV),
        (half + half.swapaxes(2, 3)) / 2,
        np.einsum("ab,klba->kl", inverse, V2),
        np.einsum("na,klnm,mb->klab", IW, V2, IW),
    )


def dense_covariance(
    problem: GaussianProblem, theta: FloatArray, declared: FloatArray
) -> FloatArray:
    values = declared @ theta
    V_G = [d for effect in problem.random for d in effect_derivatives(effect)]
    R = residual_matrices(problem.residual, values[len(V_G) :])[0]
    return np.asarray(R + sum(v * d for v, d in zip(values, V_G, strict=False)))
