# ---
# jupyter:
#   jupytext:
#     text_representation:
#       extension: .py
#       format_name: percent
#   kernelspec:
#     display_name: Python 3
#     language: python
#     name: python3
# ---

# %% [markdown]
# # Read a study's tables and redraw its primary figure
#
# Every number of a report stands in `estimates.parquet`, `description.parquet` or
# `statistics.parquet` in `data/processed/<study>/`, one number a row, in full
# precision. Nothing of the pipeline depends on this notebook. Run `evalpipe run btheb` first.

# %%
from pathlib import Path

import matplotlib.pyplot as plt
import pandas as pd

root = next(p for p in [Path.cwd(), *Path.cwd().parents] if (p / "Snakefile").is_file())
folder = root / "data" / "processed" / "btheb"
estimates = pd.read_parquet(folder / "estimates.parquet")
description = pd.read_parquet(folder / "description.parquet")

# %% [markdown]
# The answer to the primary question: the difference between the arms at each visit.

# %%
contrasts = estimates.query("analysis_id == 'primary' and quantity == 'contrast'")
contrasts[["visit", "estimate", "std_error", "df", "p_value", "conf_low", "conf_high"]].round(3)

# %% [markdown]
# Estimated means by visit and arm with their 95 % confidence intervals: the report's figure.

# %%
means = estimates.query("analysis_id == 'primary' and quantity == 'marginal_mean'")
visits = list(dict.fromkeys(means["visit"]))
figure, axes = plt.subplots(figsize=(6, 3.5))
for shift, (arm, rows) in enumerate(means.groupby("arm", sort=False)):
    at = [visits.index(visit) + 0.06 * shift for visit in rows["visit"]]
    error = [rows["estimate"] - rows["conf_low"], rows["conf_high"] - rows["estimate"]]
    axes.errorbar(at, rows["estimate"], yerr=error, marker="o", capsize=3, label=arm)
axes.set_xticks(range(len(visits)), visits)
axes.set_ylabel("Beck Depression Inventory (lower is better)")
axes.legend(frameon=False)
figure

# %% [markdown]
# How many people were seen at each visit?

# %%
seen = description.query("table == 'observed_means' and statistic == 'mean'")
seen.pivot_table(index="group_visit", columns="group_arm", values="n", sort=False)
