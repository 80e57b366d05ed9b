"""Make synthetic data with a known truth, or answer "how many participants do I need?".

Without --power: writes the study's raw files, SYNTHETIC.md and truth.json, drawn from the plan's
`truth` block. With --power: draws the study again and again at several sizes and true effects and
carries out the declared analysis on each; writes power.csv and power.svg into the report folder.
"""

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

from evalpipe.cli.arguments import add_study, project_and_study
from evalpipe.errors import ExitCode, UsageError

if TYPE_CHECKING:
    import pandas as pd

    from evalpipe.cli.project import Project
    from evalpipe.config.plan import Plan
    from evalpipe.simulate.power import PowerGrid


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add this command's arguments."""
    add_study(parser)
    parser.add_argument("--seed", type=int, help="another seed than the plan's")
    parser.add_argument("--out", type=Path, help="folder for the files (default: data/raw/STUDY)")
    parser.add_argument("--no-truth", action="store_true", help="leave truth.json out")
    parser.add_argument(
        "--power",
        metavar="ANALYSIS",
        nargs="?",
        const="",
        help="power of this (or the primary) analysis",
    )
    parser.add_argument("--units", metavar="N,N", help="numbers of participants or dyads to try")
    parser.add_argument("--effects", metavar="X,X", help="multiples of the true effect; 0 is none")
    parser.add_argument("--replicates", type=int, default=200, help="studies drawn for each (200)")
    parser.add_argument("--workers", type=int, default=1, help="processes side by side (1)")


def run(options: argparse.Namespace) -> ExitCode:
    """Run the command."""
    project, study = project_and_study(options)
    plan = project.plan(study)
    if options.power is None:
        _write(project, study, plan, options)
    else:
        _power(project, study, plan, options)
    return ExitCode.OK


def _write(project: "Project", study: str, plan: "Plan", options: argparse.Namespace) -> None:
    from evalpipe.simulate.write import write_study

    folder = options.out or project.raw(study)
    written = write_study(plan, folder, options.seed, with_truth=not options.no_truth)
    print(f"{study}: SYNTHETIC data, {len(written)} files in {folder}")


def _power(project: "Project", study: str, plan: "Plan", options: argparse.Namespace) -> None:
    from rich.progress import Progress

    from evalpipe.disclosure.release import Release
    from evalpipe.simulate.power import power_by_simulation, power_figure

    analysis = _analysis(plan, options.power)
    grid = _grid(plan, options)
    with Progress(transient=True) as bar:
        task = bar.add_task(f"{study}: {analysis}")
        table = power_by_simulation(
            plan,
            analysis,
            grid,
            workers=options.workers,
            progress=lambda done, total: bar.update(task, completed=done, total=total),
        )
    folder = options.out or project.report(study)
    release = Release(folder)
    release.write_as_it_is("power.csv", table)
    release.write("power.svg", power_figure(table, plan))
    _print_table(table)
    print(f"{study}: power.csv and power.svg in {folder}")


def _analysis(plan: "Plan", name: str) -> str:
    if not name:
        name = next((n for n, a in plan.analyses.items() if a.role == "primary"), "")
    if name not in plan.analyses:
        raise UsageError(f"the plan has no analysis `{name}`; it has: {', '.join(plan.analyses)}")
    return name


def _grid(plan: "Plan", options: argparse.Namespace) -> "PowerGrid":
    from dataclasses import replace

    from evalpipe.simulate.power import default_grid

    grid = default_grid(plan)
    units = tuple(int(v) for v in _numbers(options.units, "--units")) or grid.units
    effects = tuple(_numbers(options.effects, "--effects")) or grid.effects
    if min(units) < 4 or options.replicates < 1:
        raise UsageError("--units: at least 4 each; --replicates: at least 1")
    return replace(grid, units=units, effects=effects, replicates=options.replicates)


def _numbers(text: str | None, option: str) -> list[float]:
    if not text:
        return []
    try:
        return [float(part) for part in text.split(",")]
    except ValueError:
        raise UsageError(f"{option} takes numbers with commas between, such as 40,60,80") from None


def _print_table(table: "pd.DataFrame") -> None:
    for row in table.to_dict("records"):
        print(
            f"{row['units']:g} units, effect x {row['effect']:g}: power {row['power']:.2f} "
            f"({row['power_low']:.2f} to {row['power_high']:.2f}), interval of +/- "
            f"{row['half_width']:.3g}, failed {row['n_failed']} of {row['n_replicates']}; "
            f"{row['estimate_id']}"
        )
