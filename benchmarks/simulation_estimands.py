"""Recovery of five truths: one trial with events, its outcomes after an event by assumption.

    python benchmarks/simulation_estimands.py [--datasets 2000] [--per-arm 120]

Two arms, four visits, a baseline. An event ends what is observed; who fares worse has it sooner
(missing at random). Each assumption says what the outcomes after it would be, so each has a truth
of its own: the difference of the arms at the last visit in a population of a million drawn by the
same laws, with its formulas written here and not taken from the package. Conditional means and the
jackknife are to find it. Writes results/simulation_estimands.md.
"""

import argparse
import os
from dataclasses import dataclass
from pathlib import Path

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

import numpy as np

from evalpipe.io import write_text
from evalpipe.stats.missing.assumptions import Assumption, ImputationData, Scenario
from evalpipe.stats.missing.conditional_mean import (
    Analysis,
    estimate_conditional_means,
    jackknife_refits,
)
from evalpipe.stats.missing.imputation_model import fit_imputation_model
from evalpipe.stats.problem import FloatArray, IntArray

RESULTS = Path(__file__).resolve().parent / "results" / "simulation_estimands.md"
SEED = 20_261_125
POPULATION = 1_000_000
T = 4
CONTROL = np.array([24.0, 22.0, 21.0, 20.0])
TREATED = np.array([22.0, 17.0, 14.0, 12.0])
SLOPE = 2.0
SD = np.array([5.0, 6.0, 6.5, 7.0])
CORRELATION = 0.6 ** np.abs(np.subtract.outer(np.arange(T), np.arange(T)))
SIGMA = np.outer(SD, SD) * CORRELATION
HAZARD = -2.7
"""Log odds of an event before a visit at the average; 25 % have one."""
WORDS = {
    Assumption.MISSING_AT_RANDOM: "missing at random",
    Assumption.JUMP_TO_REFERENCE: "jump to reference",
    Assumption.COPY_REFERENCE: "copy reference",
    Assumption.COPY_INCREMENTS: "copy increments in reference",
    Assumption.LAST_MEAN_CARRIED_FORWARD: "last mean carried forward",
}


@dataclass(frozen=True)
class People:
    """Baseline x, arm, outcomes as if nothing happened, and the visit of the event (T: none)."""

    x: FloatArray
    arm: IntArray
    y: FloatArray
    event: IntArray


def draw_people(n: int, generator: np.random.Generator) -> People:
    """Draw n participants, every second treated."""
    arm = np.arange(n) % 2
    x = generator.standard_normal(n)
    mean = np.where(arm[:, None] == 1, TREATED, CONTROL) + SLOPE * x[:, None]
    y = mean + generator.standard_normal((n, T)) @ np.linalg.cholesky(SIGMA).T
    event = np.full(n, T)
    for t in range(T):
        worse = x if t == 0 else (y[:, t - 1] - CONTROL[t - 1]) / SD[t - 1]
        odds = np.exp(HAZARD + 0.5 * worse + 0.3 * arm)
        happens = generator.random(n) < odds / (1 + odds)
        event = np.where((event == T) & happens, t, event)
    return People(x, arm.astype(np.int64), y, event.astype(np.int64))


def find_truths(people: People) -> dict[Assumption, float]:
    """Return the difference at the last visit under each assumption, in a large population.

    At random it is what was put in; the others differ from it among those with an event.
    """
    last = {assume: np.zeros(len(people.x), dtype=np.float64) for assume in Assumption}
    for arm, own in ((0, CONTROL), (1, TREATED)):
        for e in range(T):
            who = np.flatnonzero((people.event == e) & (people.arm == arm))
            x = SLOPE * people.x[who]
            weights = np.linalg.solve(SIGMA[:e, :e], SIGMA[:e, -1])
            pull = people.y[who, :e] - x[:, None]
            before = pull - own[:e]
            history = before @ weights
            ends = {
                Assumption.MISSING_AT_RANDOM: own[-1] + history,
                Assumption.JUMP_TO_REFERENCE: CONTROL[-1] + history,
                Assumption.COPY_REFERENCE: CONTROL[-1] + (pull - CONTROL[:e]) @ weights,
                Assumption.COPY_INCREMENTS: CONTROL[-1]
                + (own[e - 1] - CONTROL[e - 1] if e else 0.0)
                + history,
                Assumption.LAST_MEAN_CARRIED_FORWARD: (own[e - 1] if e else own[-1]) + history,
            }
            for assume, value in ends.items():
                last[assume][who] = value + x
    treated = people.arm == 1
    random = last[Assumption.MISSING_AT_RANDOM]
    put_in = float(TREATED[-1] - CONTROL[-1])
    return {
        a: put_in + float((v - random)[treated].mean() - (v - random)[~treated].mean())
        for a, v in last.items()
    }


def analyse(people: People) -> FloatArray:
    """Return (5, 2): estimate and standard error at the last visit under each assumption."""
    y = np.where(np.arange(T) >= people.event[:, None], np.nan, people.y)
    none = np.zeros(len(y), dtype=np.int64)
    own, reference = (_design(people.x, arm) for arm in (people.arm, none))
    columns = tuple(f"c{i}" for i in range(own.shape[2]))
    data = ImputationData(y, own, reference, columns, people.arm, people.event, none, none)
    refits = jackknife_refits(data, fit_imputation_model(data))
    A = np.column_stack([np.ones(len(y)), people.arm, people.x])
    analysis = Analysis(A, ("one", "arm", "x"), np.array([[0.0, 1.0, 0.0]]))
    found = [estimate_conditional_means(data, refits, Scenario(a), analysis) for a in WORDS]
    return np.array([(f.estimate[0, -1], f.std_error[0, -1]) for f in found])


def _design(x: FloatArray, arm: IntArray) -> FloatArray:
    eye = np.eye(T)
    parts = [np.broadcast_to(eye, (len(x), T, T)), arm[:, None, None] * eye]
    return np.concatenate([*parts, x[:, None, None] * eye], axis=2)


def tell(truths: dict[Assumption, float], found: FloatArray, per_arm: int, share: float) -> str:
    """Return the page; found: (datasets, 5, 2)."""
    n = len(found)
    command = f"python benchmarks/simulation_estimands.py --datasets {n} --per-arm {per_arm}"
    lines = [
        "# Five assumptions about outcomes after an event, recovered",
        "",
        f"`{command}` (part of `make simulation`), seed {SEED}.",
        "",
        f"Two arms of {per_arm}, four visits, a baseline. {100 * share:.0f} % have an event,",
        "sooner the worse they fare, and nothing is observed after it. Truth: the difference at",
        "the last visit in a population of a million, had outcomes after the event been what the",
        "assumption says. Conditional means with the jackknife over people; normal 95 %",
        f"intervals. Monte Carlo standard errors in brackets; {n} data sets.",
        "",
        "| assumption | truth | mean estimate | bias | SD of estimates | mean SE | coverage, % |",
        "|---|---|---|---|---|---|---|",
    ]
    for k, assume in enumerate(WORDS):
        truth, estimate, error = truths[assume], found[:, k, 0], found[:, k, 1]
        spread = estimate.std(ddof=1)
        covers = np.mean(np.abs(estimate - truth) <= 1.959964 * error)
        lines.append(
            f"| {WORDS[assume]} | {truth:.3f} | {estimate.mean():.3f} |"
            f" {estimate.mean() - truth:+.3f} ({spread / np.sqrt(n):.3f}) | {spread:.3f} |"
            f" {error.mean():.3f} | {100 * covers:.1f}"
            f" ({100 * np.sqrt(covers * (1 - covers) / n):.1f}) |"
        )
    return "\n".join(lines) + "\n"


def main() -> None:
    """Draw, analyse, write."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--datasets", type=int, default=2000)
    parser.add_argument("--per-arm", type=int, default=120)
    options = parser.parse_args()
    population = draw_people(POPULATION, np.random.default_rng([SEED, 0]))
    truths = find_truths(population)
    found = []
    for number in range(1, options.datasets + 1):
        generator = np.random.default_rng([SEED, number])
        found.append(analyse(draw_people(2 * options.per_arm, generator)))
        if number % 50 == 0:
            print(f"{number} of {options.datasets}", flush=True)
    share = float(np.mean(population.event < T))
    write_text(tell(truths, np.array(found), options.per_arm, share), RESULTS)


if __name__ == "__main__":
    main()
