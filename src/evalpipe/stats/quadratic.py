"""Where a quadratic changes its sign."""

import numpy as np


def solve_quadratic(a: float, b: float, c: float) -> tuple[float, ...]:
    """Return the real roots at which a x^2 + b x + c changes its sign, ascending.

    None for a constant, one for a line, two or none else; without cancellation (Press et al. 2007,
    Numerical Recipes, eq. 5.6.4).
    """
    size = max(b * b, abs(4 * a * c))
    discriminant = b * b - 4 * a * c
    if discriminant <= 1e-14 * size:
        return ()
    q = -(b + float(np.copysign(np.sqrt(discriminant), b))) / 2
    roots = ([q / a] if a != 0 else []) + ([c / q] if q != 0 else [])
    return tuple(sorted(roots))
