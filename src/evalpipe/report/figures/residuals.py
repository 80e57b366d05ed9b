"""Residuals in bins, so that no single person's extreme shows: quantiles and spread."""

import pandas as pd

from evalpipe.report.documents.model import Picture
from evalpipe.report.figures import palette
from evalpipe.report.figures.canvas import canvas, show_grid, to_picture


# long: a drawing is one sequence of strokes
def draw_residuals(
    quantiles: pd.DataFrame,
    spread: pd.DataFrame | None,
    *,
    alt: str,
    is_synthetic: bool = False,
) -> Picture:
    """Left: residual quantiles against the normal; right: mean and SD of residuals by fitted value.

    Parameters
    ----------
    quantiles : columns `normal`, `residual`: means of bins of equal counts.
    spread : columns `fitted`, `mean`, `sd`: one row a bin of fitted values; None without.
    """
    n_panels = 1 if spread is None or spread.empty else 2
    with canvas(72, 165 if n_panels == 2 else 95) as figure:
        panels = figure.subplots(1, n_panels, squeeze=False)[0]
        first = panels[0]
        reach = float(quantiles[["normal", "residual"]].abs().to_numpy().max()) * 1.08
        first.plot([-reach, reach], [-reach, reach], color=palette.RULE, linewidth=0.9)
        first.plot(
            quantiles["normal"],
            quantiles["residual"],
            color=palette.ACTIVE.colour,
            marker="o",
            linestyle="none",
            markersize=5,
        )
        first.set_xlabel("Normal distribution")
        first.set_ylabel("Standardised residual")
        first.set_aspect("equal")
        show_grid(first, "both")
        if n_panels == 2 and spread is not None:
            second = panels[1]
            second.axhline(0, color=palette.RULE, linewidth=0.9)
            second.errorbar(
                spread["fitted"],
                spread["mean"],
                yerr=spread["sd"],
                fmt="o",
                color=palette.ACTIVE.colour,
                markersize=5,
                linewidth=1.2,
            )
            second.set_xlabel("Fitted value")
            second.set_ylabel("Mean residual ± SD")
            show_grid(second)
        return to_picture(figure, alt, is_synthetic=is_synthetic)
