"""An attacker who has read the plan, which is public, beside the folder of a report.

It tells which analyses are of part of the people of another, which visits one uses, from which
scale an outcome is made and what a change table counts. What is left between two numbers that name
a group of people is a secret too: those analysed but not per protocol, those lost between visits.
"""

import math
from collections import defaultdict
from dataclasses import dataclass
from itertools import pairwise

import pandas as pd
from privacy_attacker import Attack

DEMANDS = {
    "randomised": "",
    "enrolled": "",
    "eligible": "E",
    "started": "S",
    "completed": "SC",
    "per_protocol": "ESC",
}


class PlanAttack(Attack):
    """What can be concluded from the tables of one report and its plan."""

    def __init__(self, folder, plan) -> None:
        super().__init__(folder)
        self.plan = plan
        self.secrets: dict = {}
        self._read_all_fits()
        self._add_baseline_classes()
        self._add_all_observations()
        self._add_nested()
        self._add_change_tables()
        self._add_left_between_visits()
        self._add_weeks()

    # The people of analyses

    def _read_all_fits(self) -> None:
        for row in self.diagnostics:
            name = ("observations", row["analysis_id"])
            if row["n_observations"] or "n_observations" in row["withheld"].split():
                self._read(row, "n_observations", name, "key")
            simpler = getattr(self.plan.analyses[row["analysis_id"]].model, "simpler", None)
            if simpler is not None:
                for kind in ("fit", "observations"):
                    self._same((kind, row["analysis_id"]), (kind, simpler))
        for row in self.estimates:
            fit = ("fit", row["analysis_id"])
            if row["arm"] in self.plan.arms and row["quantity"] == "proportion":
                continue
            name = ("people", row["estimate_id"])
            both = self._known(name), self._known(fit)
            if name in self.system.place and fit in self.system.place and None in both:
                self.system.tie([(name, 1.0), (fit, -1.0)], -math.inf, 0.0)

    def _known(self, name):
        at = self.system.place.get(name)
        if at is None or self.system.low[at] != self.system.high[at]:
            return None
        return self.system.low[at]

    def _same(self, one, other) -> None:
        if one != other and one in self.system.place and other in self.system.place:
            self.system.tie([(one, 1.0), (other, -1.0)])

    def _facts(self, name):
        """What everybody in an analysis has: outcome's scale, filters, rules, visits."""
        analysis = self.plan.analyses[name]
        estimand, model = analysis.estimand, analysis.model
        if estimand is None:
            return None
        visits = list(self.plan.visits)
        after = visits[visits.index(self.plan.baseline_visit) + 1 :] if visits else []
        used = {"all": visits, "after_baseline": after}.get(estimand.visits, estimand.visits)
        if model.kind == "change_table":
            used = (model.before, model.after)
        population = self.plan.populations[estimand.population]
        needed = set(used) if len(used) == 1 or model.kind == "change_table" else set()
        if population.with_outcome_at == "all":
            needed |= set(used)
        elif population.with_outcome_at != "any":
            needed |= set(population.with_outcome_at)
        if "baseline" in getattr(model, "fixed", ()) or model.kind == "reliable_change":
            needed.add(self.plan.baseline_visit)
        outcome = estimand.outcome
        while outcome in self.plan.derived:
            outcome = getattr(self.plan.derived[outcome], "of", "")
        rules = set(DEMANDS[population.include])
        return outcome, dict(analysis.only), rules, set(used), needed

    def inside(self, inner, outer) -> bool:
        own, other = self._facts(inner), self._facts(outer)
        if own is None or other is None or not own[0] or own[0] != other[0]:
            return False
        filters = other[1].items() <= own[1].items()
        rules = other[2] <= own[2] and other[4] <= own[4]
        seen = own[3] <= other[3] or bool(other[3] & own[4])
        return filters and rules and seen and bool(own[3]) == bool(other[3])

    def _add_nested(self) -> None:
        names = list(dict.fromkeys(row["analysis_id"] for row in self.diagnostics))
        free = ("goals", "missing_data", "comparison", "agreement")
        names = [n for n in names if self.plan.analyses[n].model.kind not in free]
        for outer in names:
            parts = [n for n in names if n != outer and self.inside(n, outer)]
            for inner in parts:
                if self.inside(outer, inner):
                    self._same(("fit", inner), ("fit", outer))
                else:
                    self._leave("fit", outer, inner)
            self._add_levels_of_members(outer, parts)

    def _leave(self, kind, outer, inner) -> None:
        whole, part, left = (kind, outer), (kind, inner), ("left", outer, inner)
        if whole in self.system.place and part in self.system.place:
            self.system.number(left)
            self.system.tie([(part, 1.0), (left, 1.0), (whole, -1.0)])
            self.secrets[left] = (outer, inner)

    def _add_levels_of_members(self, outer, parts) -> None:
        """Analyses of women and of men make the analysis of both, where nobody is else."""
        families = defaultdict(list)
        whole = self.plan.analyses[outer].only
        for name in parts:
            more = {k: v for k, v in self.plan.analyses[name].only.items() if k not in whole}
            if len(more) == 1:
                ((variable, level),) = more.items()
                families[variable].append((level, name))
        for variable, found in families.items():
            declared = getattr(self.plan.variables.get(variable), "levels", None)
            if declared and {level for level, _ in found} == set(declared):
                self._make([("fit", name) for _, name in found], ("fit", outer))

    def _add_all_observations(self) -> None:
        """No analysis over visits uses more outcomes than were seen at them."""
        seen, complete = {}, set()
        for row in self.statistics:
            is_whole = not row["group_arm"] and not row["groups"] and row["group_visit"]
            if row["table"] != "missingness" or not is_whole or row["statistic"] != "count":
                continue
            if row["level"] == "observed":
                seen[row["variable"], row["group_visit"]] = self.value_name(row)
            elif row["level"] == "missing" and row["value"] and float(row["value"]) == 0:
                complete.add((row["variable"], row["group_visit"]))
        incomplete = any(
            row["table"] == "baseline" and row["level"] == "missing" for row in self.statistics
        )
        for row in self.diagnostics:
            facts = self._facts(row["analysis_id"])
            name = ("observations", row["analysis_id"])
            kinds = ("mmrm", "mixed", "gee")
            kind = self.plan.analyses[row["analysis_id"]].model.kind
            if facts is None or name not in self.system.place or kind not in kinds:
                continue
            keys = [(facts[0], visit) for visit in facts[3]]
            if facts[1] or not keys or not all(key in seen for key in keys):
                continue
            needs = {(facts[0], visit) for visit in facts[4]}
            everybody = not facts[2] and not incomplete and needs <= complete
            terms = [(seen[key], 1.0) for key in keys] + [(name, -1.0)]
            self.system.tie(terms, 0.0, 0.0 if everybody else math.inf)

    # Classes

    def _add_baseline_classes(self) -> None:
        found = defaultdict(list)
        for row in self.statistics:
            is_outcome = row["table"] == "observed_means"
            if row["statistic"] != "count" or not row["level"] or row["level"] == "missing":
                continue
            at_first = is_outcome and row["group_visit"] == self.plan.baseline_visit
            if row["table"] == "baseline" or at_first:
                key = (row["variable"], row["level"], row["group_arm"])
                found[(*key, row["group_other"])].append(self.value_name(row))
        for names in found.values():
            for other in names[1:]:
                self._same(names[0], other)

    def _cells(self):
        tables = defaultdict(dict)
        for row in self.statistics:
            if row["table"] == "transitions" and set(row["groups"]) == {"analysis"}:
                key = (row["groups"]["analysis"], row["group_arm"])
                cell = tuple(row["level"].split(":"))
                tables[key][cell] = self.value_name(row), self.n_name(row)
        return tables

    def _add_change_tables(self) -> None:
        tables = self._cells()
        for (name, arm), cells in tables.items():
            sizes = {n for _, n in cells.values()}
            if not arm:
                for size in sizes:
                    self._same(size, ("fit", name))
            self._add_margins(name, arm, {cell: v for cell, (v, _) in cells.items()})
            for (other, place), fine in tables.items():
                if place == arm and other != name:
                    self._add_coarser(name, cells, other, fine)

    def _add_margins(self, name, arm, cells) -> None:
        analysis = self.plan.analyses[name]
        for row in self.statistics:
            side = {analysis.model.before: 0, analysis.model.after: 1}.get(row["group_visit"])
            is_class = row["table"] == "observed_means" and row["statistic"] == "count"
            if side is None or not is_class or row["variable"] != analysis.estimand.outcome:
                continue
            if row["group_arm"] != arm or row["groups"] != dict(analysis.only):
                continue
            parts = [v for cell, v in cells.items() if cell[side] == row["level"]]
            terms = [(part, 1.0) for part in parts] + [(self.value_name(row), -1.0)]
            if parts:
                self.system.tie(terms, -math.inf, 0.0)

    def _add_coarser(self, name, cells, other, fine) -> None:
        facts, same = self._facts(name), self._facts(other)
        derived = self.plan.derived.get(self.plan.analyses[name].estimand.outcome)
        is_same = facts is not None and facts == same
        if not is_same or derived is None or derived.kind != "per_level":
            return
        word = {k: {0: "no", 1: "yes"}.get(v, v) for k, v in derived.values.items()}
        for cell, (value, n) in cells.items():
            parts = [v for (a, b), (v, _) in fine.items() if (word[a], word[b]) == cell]
            self._make(parts, value)
            self._same(n, next(iter(fine.values()))[1])

    # Visits

    def _add_left_between_visits(self) -> None:
        seen, intermittent = defaultdict(dict), {}
        for row in self.statistics:
            if row["table"] != "missingness" or row["statistic"] != "count":
                continue
            key = (row["variable"], row["group_arm"], row["group_other"])
            if row["level"] == "observed" and row["group_visit"]:
                seen[key][row["group_visit"]] = self.value_name(row)
            elif row["level"] == "intermittent":
                intermittent[key] = row["value"]
        for key, visits in seen.items():
            if not intermittent.get(key) or float(intermittent[key]) != 0:
                continue
            ordered = [visits[v] for v in self.plan.visits if v in visits]
            for before, after in pairwise(ordered):
                self._lose(before, after)

    def _lose(self, before, after) -> None:
        left = ("lost", before, after)
        self.system.number(left)
        self.system.tie([(after, 1.0), (left, 1.0), (before, -1.0)])
        self.secrets[left] = (before, after)

    def _add_weeks(self) -> None:
        """From week to week people start and come to an end; nobody goes back."""
        weeks = defaultdict(list)
        for row in self.statistics:
            if row["table"] == "phases" and row["variable"] == "occupancy":
                week = int(row["groups"]["week"])
                weeks[row["group_arm"], row["level"]].append((week, self.value_name(row)))
        for (_, state), found in weeks.items():
            ordered = [name for _, name in sorted(found)]
            for earlier, later in pairwise(ordered):
                if state == "not_started":
                    self._lose(earlier, later)
                elif state in ("finished", "stopped"):
                    self._lose(later, earlier)


KEYS = {"statistics": "statistic_id", "estimates": "estimate_id"}


@dataclass(frozen=True)
class Verdict:
    """What came of an attack.

    withheld: withheld counts; narrow: those known within the threshold; outside: those of which
    the attacker is wrong (then the attack proves nothing). narrowest: the smallest interval.
    secrets: differences of 1 to the threshold between two numbers that name a group; told: those
    known within the threshold.
    """

    withheld: int
    narrow: list
    outside: list
    narrowest: float
    secrets: int
    told: list


def judge(attack: PlanAttack, tables: dict, threshold: int) -> Verdict:
    """Bound every withheld count and every secret difference, and compare with the truth."""
    truth, fits = _truth_of(tables), _fits_of(tables)
    values = {
        attack.value_name(row): truth.get((row["statistic_id"], "value"), math.nan)
        for row in attack.statistics
    }
    bounds = {name: attack.bounds(name) for name in dict.fromkeys(attack.withheld.values())}
    narrow, outside = [], []
    for place, name in attack.withheld.items():
        least, most = bounds[name]
        if not most - least > threshold:
            narrow.append(place)
        value = truth.get(place, fits.get(place))
        if value is not None and not least <= value <= most:
            outside.append(place)
    secrets = []
    for name, (whole, part) in attack.secrets.items():
        if name[0] == "left":
            left = fits[f"{whole}/main", "n_participants"]
            left -= fits[f"{part}/main", "n_participants"]
        else:
            left = values[whole] - values[part]
        if 1 <= left <= threshold:
            secrets.append(name)
    reach = {name: attack.bounds(name) for name in secrets}
    told = [name for name in secrets if not reach[name][1] - reach[name][0] > threshold]
    widths = [most - least for least, most in (*bounds.values(), *reach.values())]
    narrowest = min(widths, default=math.inf)
    return Verdict(len(bounds), narrow, outside, narrowest, len(secrets), told)


def _truth_of(tables: dict) -> dict:
    """(id of the row, column) -> the count that was there."""
    found = {}
    for name, key in KEYS.items():
        frame = tables.get(name)
        for record in frame.to_dict("records") if frame is not None else []:
            for column in ("value", "n", "n_participants", "n_observations"):
                if column in record and not pd.isna(record[column]):
                    found[record[key], column] = float(record[column])
    return found


def _fits_of(tables: dict) -> dict:
    frame, found = tables.get("diagnostics"), {}
    for record in frame.to_dict("records") if frame is not None else []:
        for column in ("n_participants", "n_observations"):
            if not pd.isna(record[column]):
                place = f"{record['analysis_id']}/{record['fit']}", column
                found[place] = float(record[column])
    return found
