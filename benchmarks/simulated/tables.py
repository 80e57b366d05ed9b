"""The committed table of the simulation, from simulation.csv."""

from pathlib import Path

import pandas as pd

MODELS = {"unstructured": "MMRM, unstructured, four visits", "random_slope": "random slope"}
METHODS = {
    "normal": "normal",
    "satterthwaite": "Satterthwaite",
    "kenward_roger": "Kenward-Roger",
}


def read_results(path: Path) -> pd.DataFrame:
    """Return the rows of simulation.csv."""
    return pd.read_csv(path, keep_default_na=False, na_values=[""])


def write_summary(source: Path, target: Path, seed: int) -> None:
    """Write simulation.md."""
    rows = read_results(source)
    lines = [
        "# Type I error and coverage in small trials",
        "",
        f"`make simulation` (`python benchmarks/simulation.py`), seed {seed}; each data set has a",
        "seed of its own made of it, so the numbers do not depend on the number of workers.",
        "",
        "Two arms; the effect is the difference at the last of four visits (MMRM with baseline) or",
        "of slopes over irregular days (random intercept and slope). Dropout is missing at random:",
        "the worse the outcome seen, the likelier the participant leaves; 30 % miss the last.",
        "Type I error: share of data sets without an effect in which the 5 % test rejects.",
        "Coverage: share in which the 95 % interval holds the truth, with an effect of 0.5 put in",
        "(complete data: a shift moves interval and truth alike, so the same data sets answer).",
        "*Joint* is the F test of all interaction contrasts. In brackets the Monte Carlo standard",
        "error. 5 % and 95 % are nominal.",
        "",
        "![Type I error by participants per arm](simulation.svg)",
        "",
        *write_lead(rows),
    ]
    for model, title in MODELS.items():
        own = rows[rows["model"] == model]
        if len(own):
            lines += [f"## {title}", "", *write_model(own), "", *write_counts(own), ""]
    others = rows[~rows["model"].isin(list(MODELS))]
    if len(others):
        lines += ["## Each residual covariance, Kenward-Roger, 20 per arm", ""]
        lines += [*write_structures(rows), ""]
    target.write_text("\n".join(lines).rstrip() + "\n", encoding="utf-8")


def write_lead(rows: pd.DataFrame) -> list[str]:
    """Return what the main table shows, in one sentence for each method; empty without it."""
    main = rows[rows["model"].isin(list(MODELS))]
    if not (main["method"] == "normal").any():
        return []
    lines = ["Over all cells of the two main tables:", ""]
    for method, label in METHODS.items():
        own = main[main["method"] == method]
        single, joint = 100 * own["type_i_error"], 100 * own["joint_type_i_error"]
        lines.append(
            f"- {label}: 5 % tests reject in {single.min():.1f} to {single.max():.1f} % of data "
            f"sets without an effect, joint tests in {joint.min():.1f} to {joint.max():.1f} %; "
            f"95 % intervals hold the truth in {100 * own['coverage'].min():.1f} to "
            f"{100 * own['coverage'].max():.1f} %."
        )
    return [*lines, ""]


def write_model(own: pd.DataFrame) -> list[str]:
    """Return the table of one model, a line for each size, dropout and method."""
    lines = [
        "| per arm | dropout | method | data sets | type I error | coverage | joint | mean df |",
        "|---:|---|---|---:|---:|---:|---:|---:|",
    ]
    for _, row in own.iterrows():
        df = "" if row["mean_df"] == float("inf") else f"{row['mean_df']:.1f}"
        lines.append(
            f"| {row['n_per_arm']} | {row['dropout']} | {METHODS[row['method']]} | "
            f"{row['n_answered']:,} | {share(row, 'type_i_error')} | {share(row, 'coverage')} | "
            f"{100 * row['joint_type_i_error']:.1f} % | {df} |"
        )
    return lines


def write_counts(own: pd.DataFrame) -> list[str]:
    """Say how many fits were singular or had no answer."""
    cells = own.drop_duplicates(["n_per_arm", "dropout"])
    lines = []
    for _, row in cells.iterrows():
        unanswered = row["n_datasets"] - row["n_answered"]
        if row["n_singular"] or unanswered:
            lines.append(
                f"- {row['n_per_arm']} per arm, dropout {row['dropout']}: {row['n_singular']:,} "
                f"singular fits, of which {row['n_dropped']:,} were answered without the slope, "
                f"as a plan may allow; {unanswered:,} without an answer."
            )
    return lines or ["Every fit converged inside the boundary."]


def write_structures(rows: pd.DataFrame) -> list[str]:
    """Return the table of the residual structures at 20 per arm."""
    own = rows[
        (rows["n_per_arm"] == 20)
        & (rows["method"] == "kenward_roger")
        & (rows["model"] != "random_slope")
    ]
    lines = [
        "| structure | dropout | data sets | no answer | type I error | coverage | joint |",
        "|---|---|---:|---:|---:|---:|---:|",
    ]
    for _, row in own.iterrows():
        lines.append(
            f"| {str(row['model']).replace('_', ' ')} | {row['dropout']} | "
            f"{row['n_answered']:,} | {row['n_datasets'] - row['n_answered']:,} | "
            f"{share(row, 'type_i_error')} | {share(row, 'coverage')} | "
            f"{100 * row['joint_type_i_error']:.1f} % |"
        )
    return lines


def share(row: pd.Series, name: str) -> str:  # type: ignore[type-arg]
    """Show a share with its Monte Carlo standard error, in per cent."""
    return f"{100 * row[name]:.1f} % ({100 * row[f'{name}_mcse']:.1f})"
