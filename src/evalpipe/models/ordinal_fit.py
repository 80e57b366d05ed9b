"""Proportional odds of a higher class, by estimating equations or maximum likelihood."""

import warnings
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from evalpipe.config.analyses import Gee
from evalpipe.errors import NotEstimableError
from evalpipe.models.estimable import Carried, carry_design
from evalpipe.models.marginal_fit import (
    ADVICE,
    INFINITE,
    MarginalFit,
    count_df,
    judge_fit,
    require_overlap,
    run_equations,
)
from evalpipe.models.model_rows import ModelRows
from evalpipe.models.variables import Declared, code_units
from evalpipe.stats.problem import FloatArray, IntArray
from evalpipe.stats.separation import find_separated
from evalpipe.vocabulary import Status

NOTE = "odds of a higher class, proportional over the cuts"


@dataclass(frozen=True)
class OrdinalDesign:
    """What the answers carry: slopes without the intercept, whose work the cuts do.

    classes: codes of the classes in use, rising. codes: (m,) class of each row kept, 0 for the
    lowest. centre: (p,) mean of the columns over the rows kept, which the cuts refer to.
    """

    carried: Carried
    classes: FloatArray
    codes: IntArray
    centre: FloatArray

    def place_cuts(
        self, cuts: FloatArray, slopes: FloatArray, covariance: FloatArray
    ) -> tuple[FloatArray, FloatArray]:
        """Return the log odds above each cut where every column is zero, with standard errors.

        cuts: (c,) log odds at the centre. covariance: (c + r, c + r) of cuts and slopes.
        """
        load = self.centre @ self.carried.transform
        J = np.hstack([np.eye(len(cuts)), -np.tile(load, (len(cuts), 1))])
        return cuts - load @ slopes, np.sqrt(np.einsum("ij,jk,ik->i", J, covariance, J))


def carry_ordinal(rows: ModelRows) -> OrdinalDesign:
    """Return what an ordinal outcome's rows determine; separated rows are set aside.

    Raises NotEstimableError where a class separates only some cuts, or nothing stays.
    """
    slopes = np.array([name != "intercept" for name in rows.design.columns])
    separated = _find_separated(rows.X[:, slopes], rows.y)
    if (separated.any(axis=1) & ~separated.all(axis=1)).any():
        raise NotEstimableError(f"{INFINITE['ordinal']}; {ADVICE}")
    kept = np.asarray(~separated.any(axis=1))
    if not kept.any():
        raise NotEstimableError(f"{INFINITE['ordinal']}; {ADVICE}")
    centre = np.where(slopes, rows.X[kept].mean(axis=0), 0.0)
    carried = carry_design(np.where(slopes, rows.X - centre, 0.0), kept)
    classes, codes = np.unique(rows.y[kept], return_inverse=True)
    if len(classes) < 2:
        raise NotEstimableError(f"{INFINITE['ordinal']}; {ADVICE}")
    require_overlap(carried, "ordinal")
    return OrdinalDesign(carried, classes, codes.astype(np.int64).ravel(), centre)


def _find_separated(slopes: FloatArray, y: FloatArray) -> NDArray[np.bool_]:
    """Return (n, cuts): an answer is above or not above each cut, and may run off at some."""
    classes, codes = np.unique(y, return_inverse=True)
    n_cuts = len(classes) - 1
    above = codes.ravel()[:, None] > np.arange(n_cuts)[None, :]
    stacked = np.column_stack([np.tile(np.eye(n_cuts), (len(y), 1)), slopes.repeat(n_cuts, axis=0)])
    return find_separated(stacked, np.where(above, 1, -1).ravel()).reshape(len(y), n_cuts)


def fit_ordinal_gee(rows: ModelRows, model: Gee, declared: Declared) -> MarginalFit:
    """Fit the cumulative logit by the multinomial score, clusters independent of each other.

    The cuts of one answer have the covariance of a multinomial answer; answers of one cluster are
    fitted as if independent, and the robust covariance allows for what they share (Lipsitz, Kim
    and Zhao 1994). With one answer in each cluster this is maximum likelihood.
    """
    from statsmodels.genmod.cov_struct import OrdinalIndependence
    from statsmodels.genmod.generalized_estimating_equations import OrdinalGEE

    design = carry_ordinal(rows)
    carried = design.carried
    groups = code_units(rows.frame, model.within, declared)
    kept_groups = groups[carried.kept]
    order = np.argsort(kept_groups, kind="stable")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        gee = OrdinalGEE(
            design.codes[order],
            carried.X[order],
            groups=kept_groups[order],
            cov_struct=OrdinalIndependence(),
        )
    result, caught = run_equations(gee, cov_type=model.covariance)
    params, covariance = np.asarray(result.params), np.asarray(result.cov_params())
    n_cuts = len(design.classes) - 1
    status, note = judge_fit(result, int(np.bincount(kept_groups).max()))
    has_cuts = status is Status.OK and bool(carried.can_estimate(design.centre)[0])
    cuts, errors = design.place_cuts(params[:n_cuts], params[n_cuts:], covariance)
    return MarginalFit(
        rows=rows,
        beta=carried.transform @ params[n_cuts:],
        covariance=carried.transform @ covariance[n_cuts:, n_cuts:] @ carried.transform.T,
        df=count_df(model, kept_groups, len(params)),
        family="ordinal",
        correlation=None,
        n_clusters=len(np.unique(groups)),
        status=status,
        note="; ".join(part for part in (note, f"{NOTE}; working independence") if part),
        warnings=caught,
        carried=carried,
        classes=design.classes,
        thresholds=cuts if has_cuts else None,
        threshold_errors=errors,
    )


def fit_ordinal(rows: ModelRows) -> tuple[MarginalFit, dict[str, object]]:
    """Fit the cumulative logit by maximum likelihood; return it with its diagnostics.

    Standard errors are from the observed information. Raises NotEstimableError with fewer than
    three classes in use, or where every row is separated.
    """
    if len(np.unique(rows.y)) < 3:
        raise NotEstimableError(
            "an ordinal model needs three classes in use; with two, use `gee` with family binomial"
        )
    from statsmodels.miscmodels.ordinal_model import OrderedModel

    design = carry_ordinal(rows)
    carried, n_slopes = design.carried, design.carried.X.shape[1]
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        model = OrderedModel(design.codes, carried.X, distr="logit")
        fit = model.fit(method="bfgs", maxiter=2000, gtol=1e-8, disp=0)
        covariance = np.asarray(fit.cov_params())
    params = np.asarray(fit.params)
    cuts = -np.asarray(model.transform_threshold_params(params))[1:-1]
    joint = _cuts_first(params, covariance, n_slopes)
    converged = bool(fit.mle_retvals["converged"]) and bool(np.isfinite(joint).all())
    status = Status.OK if converged else Status.NOT_CONVERGED
    at_zero, errors = design.place_cuts(cuts, params[:n_slopes], joint)
    has_cuts = converged and bool(carried.can_estimate(design.centre)[0])
    messages = dict.fromkeys(" ".join(str(w.message).split()) for w in caught)
    slopes = carried.transform
    found = MarginalFit(
        rows=rows,
        beta=slopes @ params[:n_slopes],
        covariance=slopes @ covariance[:n_slopes, :n_slopes] @ slopes.T,
        df=np.inf,
        family="ordinal",
        correlation=None,
        n_clusters=rows.n_participants,
        status=status,
        note=NOTE,
        warnings=tuple(messages),
        carried=carried,
        classes=design.classes,
        thresholds=at_zero if has_cuts else None,
        threshold_errors=errors,
    )
    return found, _diagnose(found, fit, len(params))


def _cuts_first(params: FloatArray, covariance: FloatArray, n_slopes: int) -> FloatArray:
    """Return the covariance of (log odds above each cut, slopes).

    statsmodels works with slopes, the first cut and the logarithms of the steps between cuts.
    """
    n_cuts = len(params) - n_slopes
    steps = np.r_[1.0, np.exp(params[n_slopes + 1 :])]
    J = np.zeros((len(params), len(params)))
    J[:n_cuts, n_slopes:] = -np.tril(np.tile(steps, (n_cuts, 1)))
    J[n_cuts:, :n_slopes] = np.eye(n_slopes)
    return np.asarray(J @ covariance @ J.T)


def _diagnose(found: MarginalFit, fit: Any, n_parameters: int) -> dict[str, object]:
    return {
        "engine": "statsmodels OrderedModel",
        "model": "proportional odds",
        "method": "ml",
        "status": found.status,
        "n_participants": found.rows.n_participants,
        "n_observations": found.rows.n,
        "n_fixed": n_parameters,
        "log_likelihood": float(fit.llf),
        "aic": float(fit.aic),
        "bic": float(fit.bic),
        "is_singular": False,
        "has_converged": found.status is Status.OK,
        "warnings": "\n".join((*found.rows.left_out, *found.warnings)) or None,
        "note": None if found.carried.kept.all() else found.reason,
    }
