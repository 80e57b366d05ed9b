"""The picture of the simulation: type I error by participants per arm, with a Monte Carlo band."""

from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from simulated.tables import METHODS, MODELS, read_results

COLOURS = {"normal": "#c1440e", "satterthwaite": "#3b5b92", "kenward_roger": "#0b6e4f"}
MARKERS = {"normal": "s", "satterthwaite": "^", "kenward_roger": "o"}
NOMINAL = 5.0
APART = {"normal": 0.97, "satterthwaite": 1.0, "kenward_roger": 1.03}
LINES = (
    ("unstructured", "type_i_error", "MMRM, contrast at the last visit"),
    ("unstructured", "joint_type_i_error", "MMRM, joint test of the interaction"),
    ("random_slope", "type_i_error", "random slope, difference of slopes"),
)


def draw_picture(source: Path, target: Path) -> None:
    """Draw a panel for each model and kind of dropout; nothing without the main cells."""
    rows = read_results(source)
    rows = rows[rows["model"].isin(list(MODELS)) & rows["method"].isin(list(METHODS))]
    if not (rows["method"] == "normal").any():
        return
    import matplotlib as mpl

    mpl.use("Agg")
    import matplotlib.pyplot as plt

    plt.rcParams.update({"svg.hashsalt": "simulation", "font.size": 9, "svg.fonttype": "none"})
    kinds = {"none": "complete data", "30 % at random": "30 % dropout"}
    figure, panels = plt.subplots(len(LINES), 2, figsize=(9, 9), sharex=True, sharey=True)
    for line, (model, quantity, title) in zip(panels, LINES, strict=True):
        for panel, (dropout, shown) in zip(line, kinds.items(), strict=True):
            own = rows[(rows["model"] == model) & (rows["dropout"] == dropout)]
            draw_panel(panel, own, quantity)
            panel.set_title(f"{title}, {shown}", fontsize=10, loc="left")
            sizes = sorted(set(own["n_per_arm"]))
            panel.set_xticks(sizes, [str(size) for size in sizes], minor=False)
            panel.xaxis.set_minor_locator(mpl.ticker.NullLocator())
    for panel in panels[-1]:
        panel.set_xlabel("participants per arm")
    for panel in panels[:, 0]:
        panel.set_ylabel("type I error (%)")
    panels[0, 0].legend(frameon=False, fontsize=8)
    figure.tight_layout()
    figure.savefig(target, metadata={"Date": None})
    plt.close(figure)


def draw_panel(panel: Any, own: pd.DataFrame, quantity: str) -> None:
    """Draw one panel: a line for each method over the band of chance around 5 %."""
    spread = 196 * np.sqrt(0.05 * 0.95 / own["n_datasets"].max())
    panel.axhspan(NOMINAL - spread, NOMINAL + spread, color="#eeeeee", zorder=0)
    panel.axhline(NOMINAL, color="#888888", linewidth=0.8)
    for method, label in METHODS.items():
        some = own[own["method"] == method]
        rate = some[quantity]
        panel.errorbar(
            some["n_per_arm"] * APART[method],
            100 * rate,
            yerr=196 * np.sqrt(rate * (1 - rate) / some["n_answered"]),
            label=label,
            color=COLOURS[method],
            marker=MARKERS[method],
            markersize=5,
            linewidth=1.4,
            capsize=2,
        )
    panel.set_xscale("log")
    panel.spines[["top", "right"]].set_visible(False)
