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
# # Refit the primary model by hand
#
# The engine takes a DataFrame and the plan's own way of writing a model, and gives tidy estimates.
# First the long table: one row for each person and visit.

# %%
from pathlib import Path

import pandas as pd

root = next(p for p in [Path.cwd(), *Path.cwd().parents] if (p / "Snakefile").is_file())
folder = root / "data" / "processed" / "btheb"
people = pd.read_parquet(folder / "participants.parquet")
people = people[["participant_id", "arm", "drug", "length"]]
scores = pd.read_parquet(folder / "scores.parquet").query("visit != 'baseline'")
frame = scores.merge(people, on="participant_id").rename(columns={"score": "bdi"})

# %% [markdown]
# Five lines from there to the treatment difference at each visit. The first level of a category is
# the one that others are compared with.

# %%
from evalpipe.models.api import fit_model

model = {"kind": "mmrm", "fixed": ["baseline", "drug", "length", "arm", "visit", "arm:visit"]}
visits = ["month_2", "month_3", "month_5", "month_8"]
levels = {"arm": ["tau", "btheb"], "drug": ["no", "yes"], "visit": visits}
fitted = fit_model(frame, outcome="bdi", model=model, levels=levels)
contrasts = fitted.contrasts("arm", "btheb", versus="tau", by="visit")
contrasts[["visit", "estimate", "std_error", "df", "p_value", "conf_low", "conf_high"]].round(3)

# %% [markdown]
# The same numbers as the pipeline's, to the last digit that matters:

# %%
pipeline = pd.read_parquet(folder / "estimates.parquet")
pipeline = pipeline.query("analysis_id == 'primary' and quantity == 'contrast'")
largest = max(abs(contrasts["estimate"].to_numpy() - pipeline["estimate"].to_numpy()))
assert largest < 1e-9, largest
largest
