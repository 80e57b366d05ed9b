"""An attacker who has the folder of a report and asks what a withheld count may be.

Written apart from disclosure control: it reads the released CSV tables as anybody could, knows how
such tables are made (arms make the study, levels make the known, boxes of the flow conserve
people, a percentage is a count over its n, the mean of all lies between those of the arms) and lets
an integer program find the least and the most that each withheld count can be.
"""

import csv
import math
import re
from collections import defaultdict
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

COUNTED = ("count", "members")
PEOPLE_TABLES_WITH_WHOLE = ("baseline", "missingness", "observed_means")
ONE_N = (
    "baseline",
    "missingness",
    "observed_means",
    "responders",
    "transitions",
    "phases",
    "delivery",
)
"""Tables in which all levels of a variable have one n."""

TRUE_ENOUGH = 1e-6
SHARE_HALF = 0.005
"""Shares of fewer than 1,000 people are printed as whole per cents."""


@dataclass
class System:
    """Whole numbers, what is known of them, and sums that tie them."""

    names: list = field(default_factory=list)
    low: list = field(default_factory=list)
    high: list = field(default_factory=list)
    sums: list = field(default_factory=list)
    place: dict = field(default_factory=dict)

    def number(self, name) -> int:
        if name not in self.place:
            self.place[name] = len(self.names)
            self.names.append(name)
            self.low.append(0.0)
            self.high.append(math.inf)
        return self.place[name]

    def know(self, name, low, high) -> None:
        at = self.number(name)
        if low > self.high[at] or high < self.low[at]:
            raise AssertionError(f"two numbers for {name}")
        self.low[at] = max(self.low[at], low)
        self.high[at] = min(self.high[at], high)

    def tie(self, terms, low=0.0, high=0.0) -> None:
        row = defaultdict(float)
        for name, weight in terms:
            row[self.number(name)] += weight
        self.sums.append((dict(row), low, high))


def read(path: Path) -> list[dict]:
    if not path.is_file():
        return []
    with path.open(encoding="utf-8-sig", newline="") as stream:
        return list(csv.DictReader(stream))


def groups_of(text: str) -> dict:
    return dict(part.split("=", 1) for part in text.split(";")) if text else {}


def frozen(groups: dict, *without: str) -> tuple:
    return tuple(sorted((k, v) for k, v in groups.items() if k not in without))


def half_unit(text: str) -> float:
    """Half a unit of the last printed digit; `24.0` may have been rounded to whole numbers."""
    decimals = len(text.removesuffix(".0").partition(".")[2])
    return 0.5 * 10.0**-decimals


class Attack:
    """What can be concluded from the tables of one report."""

    def __init__(self, folder: Path) -> None:
        self.system = System()
        self.statistics = read(folder / "tables" / "statistics.csv")
        self.estimates = read(folder / "tables" / "estimates.csv")
        self.diagnostics = read(folder / "tables" / "diagnostics.csv")
        self.withheld: dict = {}
        for row in self.statistics:
            row["groups"] = groups_of(row["group_other"])
        self._read_counts()
        self._add_percentages()
        self._add_arms()
        self._add_levels()
        self._add_parts()
        self._add_flow()
        self._add_sizes()
        self._add_same()
        self._add_means()
        self._add_estimates()
        self._add_observations()

    # Reading

    def value_name(self, row, statistic=None):
        return (
            "value",
            row["table"],
            statistic or row["statistic"],
            row["variable"],
            row["level"],
            row["group_arm"],
            row["group_visit"],
            frozen(row["groups"]),
        )

    def n_name(self, row):
        extra = ("difference",) if row["statistic"] == "standardised_difference" else ()
        per_level = row["table"] not in ONE_N
        per_level |= row["table"] == "baseline" and row["level"] == "missing"
        return (
            "n",
            row["table"],
            row["variable"],
            row["group_arm"],
            row["group_visit"],
            frozen(row["groups"], "reason", "value"),
            row["level"] if per_level else "",
            *extra,
        )

    def _read_counts(self) -> None:
        for row in self.statistics:
            if row["table"] in ("truth", "privacy"):
                continue
            if row["statistic"] in COUNTED and row["table"] != "clustering":
                self._read(row, "value", self.value_name(row), "statistic_id")
            if row["n"] or "n" in row["withheld"].split():
                self._read(row, "n", self.n_name(row), "statistic_id")

    def _read(self, row, column, name, key) -> None:
        if row[column]:
            self.system.know(name, float(row[column]), float(row[column]))
        elif column in row["withheld"].split():
            self.system.number(name)
            self.withheld[row[key], column] = name

    # What tables have in common

    def _add_percentages(self) -> None:
        """A printed share says between which borders count over n lies."""
        counts = {self.value_name(row) for row in self.statistics if row["statistic"] == "count"}
        for row in self.statistics:
            if row["statistic"] != "proportion" or not row["value"]:
                continue
            name = self.value_name(row, "count")
            if name in counts:
                self._share(name, self.n_name(row), row["value"])

    def _share(self, count, n, text) -> None:
        share, half = float(text), SHARE_HALF + TRUE_ENOUGH
        self.system.tie([(count, 1.0), (n, -(share - half))], 0.0, math.inf)
        self.system.tie([(count, 1.0), (n, -(share + half))], -math.inf, 0.0)

    def _add_arms(self) -> None:
        families = defaultdict(dict)
        for row in self.statistics:
            if row["table"] in PEOPLE_TABLES_WITH_WHOLE and row["groups"].get("analysis") is None:
                if row["statistic"] in COUNTED:
                    name = self.value_name(row)
                    families[(*name[:5], *name[6:])][row["group_arm"]] = name
                if row["statistic"] != "standardised_difference":
                    name = self.n_name(row)
                    families[(*name[:3], *name[4:])][row["group_arm"]] = name
        for family in families.values():
            arms = [name for arm, name in family.items() if arm]
            if "" in family and arms:
                self.system.tie([(name, 1.0) for name in arms] + [(family[""], -1.0)])

    def _add_levels(self) -> None:
        families = defaultdict(dict)
        for row in self.statistics:
            if row["statistic"] not in COUNTED or not row["level"] or "reason" in row["groups"]:
                continue
            if row["table"] == "baseline" and row["level"] == "missing":
                continue
            exhaustive = ("baseline", "missingness", "observed_means", "responders", "transitions")
            is_week = row["table"] == "phases" and row["variable"] == "occupancy"
            is_session = row["table"] == "delivery" and row["variable"] == "sessions"
            is_bin = row["groups"].get("kind") == "scaled_residual_bin"
            if row["table"] in exhaustive or is_week or is_session or is_bin:
                key = (row["table"], row["variable"], row["group_arm"], row["group_visit"])
                own = families[(*key, frozen(row["groups"]), row["statistic"])]
                own[self.value_name(row)] = self.n_name(row)
        for family in families.values():
            if len(family) < 2:
                continue
            for n in dict.fromkeys(family.values()):
                self.system.tie([(name, 1.0) for name in family] + [(n, -1.0)])
                if len(set(family.values())) > 1:
                    break

    def _add_parts(self) -> None:
        """Reasons make the missing; what is counted is part of its n."""
        families = defaultdict(list)
        for row in self.statistics:
            is_part = row["statistic"] in COUNTED and row["table"] not in ("clustering", "flow")
            if is_part and (row["n"] or "n" in row["withheld"].split()):
                self.system.tie(
                    [(self.value_name(row), 1.0), (self.n_name(row), -1.0)], -math.inf, 0.0
                )
            if row["statistic"] in COUNTED and row["table"] == "missingness":
                key = (row["variable"], row["level"], row["group_arm"], row["group_visit"])
                groups = frozen(row["groups"], "reason")
                families[(*key, groups)].append((self.value_name(row), "reason" in row["groups"]))
        for family in families.values():
            parts = [name for name, is_part in family if is_part]
            whole = [name for name, is_part in family if not is_part]
            if parts and len(whole) == 1:
                self.system.tie([(name, 1.0) for name in parts] + [(whole[0], -1.0)])

    # The flow

    def _steps(self, step, **wanted):
        return [
            self.value_name(row)
            for row in self.statistics
            if row["table"] == "flow"
            and row["variable"] == step
            and "reason" not in row["groups"]
            and all(self._about(row)[k] == v for k, v in wanted.items())
        ]

    def _about(self, row):
        groups = row["groups"]
        return {
            "arm": row["group_arm"],
            "level": bool(row["level"]),
            "analysis": groups.get("analysis", ""),
            "cohort": groups.get("cohort", ""),
            "statistic": row["statistic"],
        }

    def _add_flow(self) -> None:
        flow = [row for row in self.statistics if row["table"] == "flow"]
        arms = list(dict.fromkeys(row["group_arm"] for row in flow if row["group_arm"]))
        for statistic in dict.fromkeys(row["statistic"] for row in flow):
            for cohort in dict.fromkeys(row["groups"].get("cohort", "") for row in flow):
                self._add_boxes(arms, {"statistic": statistic, "cohort": cohort})
        self._add_flow_cohorts(flow)

    def _add_boxes(self, arms, where) -> None:
        entered = self._steps("randomised", level=False, **where)
        entered += self._steps("enrolled", level=False, **where)
        out = self._steps("not_entered", level=False, **where)
        for name in self._steps("assessed", **where):
            self._make([*entered, *out], name)
        for name in out:
            self._make(self._steps("not_entered", level=True, **where), name)
        allocated = {arm: self._steps("allocated", arm=arm, **where) for arm in arms}
        for name in entered:
            self._make([n for own in allocated.values() for n in own], name)
        for arm in arms:
            for name in allocated[arm]:
                self._make(self._steps("ended", arm=arm, level=True, **where), name)
                for one, other in (
                    ("started", "not_started"),
                    ("treatment_completed", "treatment_not_completed"),
                ):
                    parts = self._steps(one, arm=arm, **where) + self._steps(
                        other, arm=arm, **where
                    )
                    self._make(parts, name)
                self._add_analysed(arm, name, where)

    def _add_analysed(self, arm, allocated, where) -> None:
        names = {
            row["groups"]["analysis"] for row in self.statistics if "analysis" in row["groups"]
        }
        for analysis in sorted(names):
            own = {**where, "arm": arm, "analysis": analysis}
            out = self._steps("not_analysed", level=False, **own)
            self._make([*self._steps("analysed", level=False, **own), *out], allocated)
            for name in out:
                self._make(self._steps("not_analysed", level=True, **own), name)

    def _make(self, parts, whole) -> None:
        if parts:
            self.system.tie([(name, 1.0) for name in parts] + [(whole, -1.0)])

    def _add_flow_cohorts(self, flow) -> None:
        families = defaultdict(lambda: ([], []))
        for row in flow:
            name = self.value_name(row)
            side = "cohort" in row["groups"]
            families[(*name[:7], frozen(row["groups"], "cohort"))][side].append(name)
        for whole, parts in families.values():
            if len(whole) == 1 and parts:
                self._make(parts, whole[0])

    # Sizes

    def size_name(self, arm, groups):
        role = frozen({"role": groups["role"]}) if "role" in groups else ()
        return ("value", "baseline", "count", "participants", "", arm, "", role)

    def _add_sizes(self) -> None:
        """Nobody is counted in a table who is not in the arm."""
        sizes = {
            self.value_name(row) for row in self.statistics if row["variable"] == "participants"
        }
        for row in self.statistics:
            size = self.size_name(row["group_arm"], row["groups"])
            if size not in sizes or row["table"] not in (
                "baseline",
                "missingness",
                "observed_means",
            ):
                continue
            if row["note"].startswith("n counts") or row["statistic"] == "standardised_difference":
                continue
            if row["table"] == "missingness" and not row["group_visit"]:
                continue
            if row["n"] or "n" in row["withheld"].split():
                self.system.tie([(self.n_name(row), 1.0), (size, -1.0)], -math.inf, 0.0)
            if row["table"] == "baseline" and row["level"] == "missing":
                known = [
                    self.n_name(other)
                    for other in self.statistics
                    if other["table"] == "baseline"
                    and other["variable"] == row["variable"]
                    and other["group_arm"] == row["group_arm"]
                    and other["groups"] == row["groups"]
                    and other["level"] != "missing"
                    and other["statistic"] != "standardised_difference"
                ]
                for name in known[:1]:
                    self._make([self.value_name(row), name], size)

    def _add_same(self) -> None:
        """The n of a mean at a visit is the number seen then; it stands in several tables."""
        seen = {}
        for row in self.statistics:
            is_seen = row["table"] == "missingness" and row["level"] == "observed"
            if is_seen and row["group_visit"] and row["statistic"] == "count":
                key = (row["variable"], row["group_arm"], row["group_visit"])
                seen[(*key, frozen(row["groups"]))] = self.value_name(row)
        for row in self.statistics:
            if row["table"] != "observed_means" or not row["group_visit"]:
                continue
            key = (row["variable"], row["group_arm"], row["group_visit"], frozen(row["groups"]))
            if key in seen and (row["n"] or "n" in row["withheld"].split()):
                self.system.tie([(self.n_name(row), 1.0), (seen[key], -1.0)])

    def _add_means(self) -> None:
        """n of all times the mean of all is the sum over arms, within the printed digits."""
        families = defaultdict(dict)
        for row in self.statistics:
            is_mean = row["statistic"] == "mean" and row["table"] in PEOPLE_TABLES_WITH_WHOLE
            if is_mean and "analysis" not in row["groups"]:
                key = (row["table"], row["variable"], row["level"], row["group_visit"])
                families[(*key, frozen(row["groups"]))][row["group_arm"]] = row
        for family in families.values():
            arms = [row for arm, row in family.items() if arm]
            if "" not in family or not arms or not all(r["value"] for r in family.values()):
                continue
            whole = family[""]
            least = [(self.n_name(r), float(r["value"]) - half_unit(r["value"])) for r in arms]
            most = [(self.n_name(r), float(r["value"]) + half_unit(r["value"])) for r in arms]
            mean, half = float(whole["value"]), half_unit(whole["value"])
            name = self.n_name(whole)
            self.system.tie([*least, (name, -(mean + half))], -math.inf, TRUE_ENOUGH)
            self.system.tie([*most, (name, -(mean - half))], -TRUE_ENOUGH, math.inf)

    # Estimates

    def _add_estimates(self) -> None:
        size = self.size_name("", {})
        known = size in self.system.place
        analysed = defaultdict(list)
        of_pairs = any(row["statistic"] == "members" for row in self.statistics)
        for row in self.statistics:
            is_box = row["table"] == "flow" and row["variable"] == "analysed" and not of_pairs
            if is_box and "cohort" not in row["groups"] and row["statistic"] == "count":
                analysed[row["groups"]["analysis"]].append(self.value_name(row))
        for row in self.diagnostics:
            name = ("fit", row["analysis_id"])
            row["key"] = f"{row['analysis_id']}/{row['fit']}"
            if row["n_participants"] or "n_participants" in row["withheld"].split():
                self._read(row, "n_participants", name, "key")
                if known:
                    self.system.tie([(name, 1.0), (size, -1.0)], -math.inf, 0.0)
                if analysed[row["analysis_id"]]:
                    self._make(analysed[row["analysis_id"]], name)
            if row["log_likelihood"] and not row["n_participants"]:
                raise AssertionError("a likelihood with its variances gives the number of people")
        for row in self.estimates:
            self._add_estimate(row, size if known else None)

    def _add_estimate(self, row, size) -> None:
        name = ("people", row["estimate_id"])
        if row["n_participants"] or "n_participants" in row["withheld"].split():
            self._read(row, "n_participants", name, "estimate_id")
            if size is not None:
                self.system.tie([(name, 1.0), (size, -1.0)], -math.inf, 0.0)
        is_share = row["quantity"] == "proportion" and "Wilson" in row["note"]
        if is_share and row["estimate"] and row["n_participants"]:
            count = ("events", row["estimate_id"])
            self._share(count, name, row["estimate"])

    def _add_observations(self) -> None:
        """Observations of an analysis of everybody are those seen at its visits.

        They stand in the table of fits, as the n of residuals, as the sum of groups of residuals,
        and as what is left of all visits of all people when imputed outcomes are told.
        """
        size = self.size_name("", {})
        seen = defaultdict(list)
        for row in self.statistics:
            is_seen = row["table"] == "missingness" and row["level"] == "observed"
            is_whole = not row["group_arm"] and not row["groups"]
            if is_seen and is_whole and row["statistic"] == "count":
                seen[row["variable"], row["group_visit"]].append(self.value_name(row))
        visits = defaultdict(dict)
        for row in self.estimates:
            if row["quantity"] == "marginal_mean" and row["population"] == "intention_to_treat":
                visits[row["analysis_id"]][row["outcome"], row["visit"]] = None
        for row in self.diagnostics:
            if row["model"] != "mmrm" or not visits[row["analysis_id"]]:
                continue
            name = ("observations", row["analysis_id"])
            if row["n_observations"] or "n_observations" in row["withheld"].split():
                self._read(row, "n_observations", name, "key")
            own = [seen[key] for key in visits[row["analysis_id"]]]
            if all(len(found) == 1 for found in own):
                self._make([found[0] for found in own], name)
            self._add_residuals(row["analysis_id"], name)
            self._add_imputed(name, size, len(own))

    def _add_residuals(self, analysis, name) -> None:
        parts = {}
        for row in self.statistics:
            if row["table"] != "residuals" or row["groups"].get("analysis") != analysis:
                continue
            if row["n"] and row["level"].startswith("part "):
                parts[row["level"]] = float(row["n"])
            elif row["n"]:
                self.system.tie([(name, 1.0)], float(row["n"]), float(row["n"]))
        if parts:
            self.system.tie([(name, 1.0)], sum(parts.values()), sum(parts.values()))

    def _add_imputed(self, name, size, n_visits) -> None:
        for row in self.diagnostics:
            told = re.search(r"(\d+) outcomes imputed", row["note"])
            if told and size in self.system.place:
                left = float(told[1])
                self.system.tie([(size, float(n_visits)), (name, -1.0)], left, left)

    # The integer program

    def bounds(self, name) -> tuple[float, float]:
        """The least and the most that a count can be; infinite where nothing bounds it."""
        low, high = np.array(self.system.low), np.array(self.system.high)
        cells, rows = self._together(self.system.place[name], low, high)
        return tuple(self._extreme(name, cells, rows, low, high, sign) for sign in (1.0, -1.0))

    def _together(self, start, low, high):
        if not hasattr(self, "_rows_of"):
            self._rows_of = defaultdict(list)
            for row, (terms, _, _) in enumerate(self.system.sums):
                for cell in terms:
                    self._rows_of[cell].append(row)
        cells, rows, queue = {start}, set(), [start]
        while queue:
            for row in self._rows_of[queue.pop()]:
                if row in rows:
                    continue
                rows.add(row)
                for cell in self.system.sums[row][0]:
                    if cell not in cells:
                        cells.add(cell)
                        if low[cell] != high[cell]:
                            queue.append(cell)
        return sorted(cells), sorted(rows)

    def _extreme(self, name, cells, rows, low, high, sign):
        from scipy.optimize import Bounds, LinearConstraint, milp
        from scipy.sparse import csr_matrix

        position = {cell: place for place, cell in enumerate(cells)}
        wanted = position[self.system.place[name]]
        if not rows:
            return low[cells[wanted]] if sign > 0 else high[cells[wanted]]
        entries = [
            (at, position[cell], weight)
            for at, row in enumerate(rows)
            for cell, weight in self.system.sums[row][0].items()
        ]
        at, column, weight = zip(*entries, strict=True)
        matrix = csr_matrix((weight, (at, column)), shape=(len(rows), len(cells)))
        cost = np.zeros(len(cells))
        cost[wanted] = sign
        upper = np.minimum(high[cells], 1e5)
        done = milp(
            cost,
            integrality=np.ones(len(cells)),
            bounds=Bounds(low[cells], upper),
            constraints=LinearConstraint(
                matrix,
                np.array([self.system.sums[row][1] for row in rows]) - TRUE_ENOUGH,
                np.array([self.system.sums[row][2] for row in rows]) + TRUE_ENOUGH,
            ),
        )
        if done.x is None:
            raise AssertionError(f"the tables contradict themselves around {name}")
        return float(round(done.x[wanted]))
