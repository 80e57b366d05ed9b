"""Rows that estimating equations and ordinal regression share: joint tests and cuts."""

from evalpipe.models.answers import joint_row
from evalpipe.models.estimate_rows import EstimateRow, without_numbers
from evalpipe.models.marginal_fit import MarginalFit
from evalpipe.models.requests import Setting
from evalpipe.models.support import count_people
from evalpipe.models.term_requests import joint_requests
from evalpipe.models.wald import test_together
from evalpipe.vocabulary import DfMethod, Quantity, Scale


def joint_rows(fit: MarginalFit, setting: Setting) -> list[EstimateRow]:
    """Return the joint test of each term, without numbers where the rows do not carry it."""
    rows = []
    for request in joint_requests(setting):
        if fit.carried.can_estimate(request.L).all():
            test = test_together(request.L, fit.beta, fit.covariance, fit.df)
            rows.append(
                joint_row(request, test, fit.df_method, fit.status, support=fit.rows.support)
            )
        else:
            empty = EstimateRow(Quantity.JOINT_TEST, term=request.term, scale=Scale.NONE)
            rows.append(without_numbers(empty, fit.reason))
    return rows


def threshold_rows(fit: MarginalFit) -> list[EstimateRow]:
    """Return the log odds of more than each class but the last, where every column is zero."""
    if fit.classes is None or fit.thresholds is None or fit.threshold_errors is None:
        return []
    sizes = [count_people(fit.rows.frame, fit.rows.y == code) for code in fit.classes]
    return [
        EstimateRow(
            Quantity.THRESHOLD,
            term=f"above class {int(code) + 1}",
            estimate=float(value),
            std_error=float(error),
            df_method=DfMethod.NORMAL,
            scale=Scale.LOG_ODDS,
            n_smallest=min(sizes[place], sizes[place + 1]),
            status=fit.status,
        )
        for place, (code, value, error) in enumerate(
            zip(fit.classes[:-1], fit.thresholds, fit.threshold_errors, strict=True)
        )
    ]
