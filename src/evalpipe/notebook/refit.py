"""How the model of an analysis is fitted by hand: code for a notebook, by kind of analysis.

Only names and settings of the plan go into code, each written by `repr` or held to the plan's own
words by its models; labels and sentences never do.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from evalpipe.config.analyses import (
    MMRM,
    Analysis,
    Ancova,
    Descriptive,
    Gee,
    MixedModel,
    PrePost,
)
from evalpipe.config.kinds.base import Regression
from evalpipe.config.modelled_class import modelled_class
from evalpipe.config.plan import Plan
from evalpipe.design.analysis_set import analysis_of

_FAMILIES = {"binomial": "Binomial()", "poisson": "Poisson()"}
"""Families of the outcome whose estimates are those of a generalised linear model."""


@dataclass(frozen=True)
class _Asked:
    """The analysis whose model is to be fitted by hand."""

    plan: Plan
    name: str
    analysis: Analysis

    @property
    def rows(self) -> str:
        """The line that takes its rows, at the visits that the estimand names."""
        line = f"rows = study.rows_of({as_code(self.name)})"
        visits = self.analysis.estimand.visits if self.analysis.estimand is not None else None
        if not isinstance(visits, tuple):
            return line
        return f'{line}\nrows = rows[rows["visit"].isin({as_code(list(visits))})]'


@dataclass(frozen=True)
class Refit:
    """How a model is fitted by hand. words: what is done. code: lines that make `by_hand`."""

    words: str
    code: str


def as_code(value: object) -> str:
    """Names and settings as a literal of Python, in double quotes where these need no escape."""
    if isinstance(value, dict):
        lines = [f"    {as_code(key)}: {_on_a_line(item)}," for key, item in value.items()]
        return "\n".join(["{", *lines, "}"])
    return _on_a_line(value)


def _on_a_line(value: object) -> str:
    text = repr(value)
    return text if '"' in text or "\\" in text else text.replace("'", '"')


def refit_of(plan: Plan, name: str) -> Refit:
    """Return how the model of an analysis is fitted by hand; else how it is computed anew."""
    analysis = plan.analyses[name]
    if analysis_of(plan, name) is not analysis:  # of another analysis' rows: nothing of its own
        return _anew(name)
    write = _WRITERS.get(type(analysis.model))
    return (write(_Asked(plan, name, analysis)) if write is not None else None) or _anew(name)


def _mixed(asked: _Asked) -> Refit:
    model = asked.analysis.model.model_dump(mode="json", by_alias=True, exclude_defaults=True)
    ordered = {"kind": asked.analysis.model.kind, **model}
    code = f"""\
from evalpipe.models.api import fit_model

rows = study.rows_of({as_code(asked.name)})
model = {as_code(ordered)}
fitted = fit_model(rows, outcome="outcome", model=model, plan=study.plan)
by_hand = fitted.estimates
by_hand = by_hand[by_hand["quantity"] == "coefficient"].drop(columns="scale")"""
    words = (
        "The model is written out below as the plan has it, and fitted by `fit_model`, the engine "
        "behind the pipeline. Change a line and run the cell again."
    )
    return Refit(words, code)


def _ancova(asked: _Asked) -> Refit | None:
    model = asked.analysis.model
    assert isinstance(model, Ancova)
    if not _is_plain(model):
        return None
    errors = "" if model.standard_errors == "classical" else repr(model.standard_errors.upper())
    kind = f"cov_type={errors}, use_t=True" if errors else ""
    change = 'part = part.assign(outcome=part["outcome"] - part["baseline"])\n    '
    change = change if model.outcome_as == "change" else ""
    code = f"""\
import pandas as pd
import statsmodels.formula.api as smf

{asked.rows}
parts = []
for visit, part in rows.groupby("visit", observed=True):
    {change}fit = smf.ols({as_code(_formula(model))}, part).fit({kind})
    found = pd.DataFrame({{"estimate": fit.params, "std_error": fit.bse}})
    parts.append(found.reset_index(names="term").assign(visit=visit))
by_hand = pd.concat(parts).assign(quantity="coefficient")
{_NAMES}"""
    return Refit("Least squares with statsmodels, a fit for each visit.", code)


def _gee(asked: _Asked) -> Refit | None:
    model = asked.analysis.model
    assert isinstance(model, Gee)
    if not _is_plain(model) or model.correlation != "independence":
        return None
    if model.family not in _FAMILIES:
        return None
    estimand = asked.analysis.estimand
    counted = modelled_class(asked.plan, estimand.outcome) if estimand is not None else None
    binary = ""
    if model.family == "binomial" and counted is not None:
        binary = f'\nrows = rows.assign(outcome=(rows["outcome"] == {counted.code}) * 1.0)'
    code = f"""\
import pandas as pd
import statsmodels.api as sm
import statsmodels.formula.api as smf

{asked.rows}{binary}
family = sm.families.{_FAMILIES[model.family]}
fit = smf.glm({as_code(_formula(model))}, rows, family=family).fit(tol=1e-12)
by_hand = pd.DataFrame({{"estimate": fit.params}}).reset_index(names="term")
by_hand = by_hand.assign(quantity="coefficient", scale={as_code(_SCALES[model.family])})
{_NAMES}"""
    words = (
        "With a working correlation of independence the estimates are those of a generalised "
        "linear model, fitted here with statsmodels. Only standard errors differ: the pipeline's "
        "honour that answers of one person (or group) belong together."
    )
    return Refit(words, code)


def _pre_post(asked: _Asked) -> Refit | None:
    model = asked.analysis.model
    assert isinstance(model, PrePost)
    if model.compare != "within":
        return None
    code = f"""\
import pandas as pd
from scipy import stats

rows = study.rows_of({as_code(asked.name)})
wide = rows.pivot(index="participant_id", columns="visit", values="outcome")
pairs = wide[[{as_code(model.before)}, {as_code(model.after)}]].dropna()
change = pairs[{as_code(model.after)}] - pairs[{as_code(model.before)}]
test = stats.ttest_1samp(change, 0)
by_hand = pd.DataFrame({{"estimate": [change.mean()], "std_error": [stats.sem(change)]}})
by_hand = by_hand.assign(quantity="contrast", scale="outcome")"""
    return Refit("A paired t test: the mean of the changes and its standard error.", code)


def _descriptive(asked: _Asked) -> Refit:
    estimand = asked.analysis.estimand
    factor = estimand.contrast.factor if estimand and estimand.contrast else "arm"
    code = f"""\
{asked.rows}
cells = rows.groupby([{as_code(factor)}, "visit"], observed=True)["outcome"]
by_hand = cells.agg(estimate="mean", std_error="sem").reset_index()
by_hand = by_hand.rename(columns={{{as_code(factor)}: "arm"}}).assign(quantity="marginal_mean")"""
    return Refit("Means of groups at visits, with pandas.", code)


def _anew(name: str) -> Refit:
    words = (
        "For this kind of analysis there are no few lines that would do the same, so the cell "
        "computes it anew with the pipeline's own function. That shows that the released numbers "
        "are those of your data; it is no second opinion on the method."
    )
    return Refit(words, f"by_hand = study.compute({as_code(name)})")


_NAMES = """\
by_hand["term"] = by_hand["term"].replace({"Intercept": "intercept"}).str.replace("[T.", "[")"""

_SCALES = {"binomial": "log_odds", "poisson": "log"}

_WRITERS: dict[type, Callable[[_Asked], Refit | None]] = {
    MixedModel: _mixed,
    MMRM: _mixed,
    Ancova: _ancova,
    Gee: _gee,
    PrePost: _pre_post,
    Descriptive: _descriptive,
}


def _is_plain(model: Regression) -> bool:
    """Whether the fixed terms are those of a formula: names, products and an intercept."""
    names = all(isinstance(term, str) for term in model.fixed)
    return names and model.intercept and not model.by_level and model.equal_at is None


def _formula(model: Regression) -> str:
    return f"outcome ~ {' + '.join(str(term) for term in model.fixed) or '1'}"
