"""Covariance between the two members of a dyad: unstructured, or exchangeable."""

import numpy as np

from evalpipe.stats.problem import FloatArray, Members, Structure
from evalpipe.stats.visit_covariance import START_CORRELATION, linear_basis


def name_members(members: Members, names: tuple[str, ...]) -> list[str]:
    """Name the parameters of the members' covariance, in order."""
    if members is Members.EXCHANGEABLE:
        return ["variance", "covariance(between members)"]
    first, second = names
    return [f"variance({first})", f"covariance({first}, {second})", f"variance({second})"]


def member_basis(members: Members) -> FloatArray:
    """Return B (k, 2, 2): the members' covariance is sum theta_k B_k."""
    if members is Members.EXCHANGEABLE:
        return linear_basis(Structure.COMPOUND_SYMMETRY, 2)
    return linear_basis(Structure.UNSTRUCTURED, 2)


def member_matrix(members: Members, local: FloatArray) -> FloatArray:
    """Return the members' covariance (2, 2) from the first parameters of a group."""
    basis = member_basis(members)
    return np.asarray(np.tensordot(local[: len(basis)], basis, axes=1))


def member_start(members: Members, variance: float) -> list[float]:
    """Return parameters to start from at a residual variance."""
    covariance = START_CORRELATION * variance
    if members is Members.EXCHANGEABLE:
        return [variance, covariance]
    return [variance, covariance, variance]
