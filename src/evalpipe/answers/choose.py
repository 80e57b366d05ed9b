"""Which rows of `estimates` answer an analysis's question: one for each contrast."""

import pandas as pd

from evalpipe.config.analyses import Analysis, Estimand

TESTED_SCALES = {
    "odds_ratio": ("log_odds",),
    "rate_ratio": ("log",),
    "ratio_of_means": ("log",),
    "risk_difference": ("risk_difference",),
    "share_improved": ("risk_difference",),
}
"""The scale of the row that carries the test, by summary; elsewhere outcome, log or log odds."""

_QUANTITIES = {
    "slope": "slope",
    "difference_in_slopes": "slope_contrast",
    "coefficient": "coefficient",
    "agreement": "agreement",
    "marginal_homogeneity": "marginal_homogeneity",
}


def headline_rows(rows: pd.DataFrame, analysis: Analysis) -> pd.DataFrame:
    """Return the rows of one analysis that answer its estimand, in their order.

    At the headline visit; without one, at the average if there is one, else at the last visit. A
    summary by coefficients or slopes has one row for each of its terms. Empty without an estimand.
    """
    estimand = analysis.estimand
    if estimand is None or rows.empty:
        return rows.iloc[0:0]
    quantity = _QUANTITIES.get(estimand.summary, "contrast")
    found = rows[rows["quantity"] == quantity]
    if estimand.summary == "share_improved" and estimand.contrast is None:
        shares = rows[(rows["quantity"] == "proportion") & (rows["term"] == "responders")]
        return _at_headline(shares, estimand)
    scales = TESTED_SCALES.get(
        estimand.summary, ("outcome", "log", "log_odds", "none", "correlation")
    )
    found = found[found["scale"].isin(scales)]
    if quantity == "coefficient":
        return found[[_is_asked(term, estimand) for term in found["term"]]]
    if quantity in ("slope", "slope_contrast"):
        found = found[[_number(term, estimand) for term in found["term"]]]
    if estimand.summary == "difference_of_differences":
        found = found[found["term"].astype(str).str.contains("-vs-", regex=False)]
    elif quantity == "contrast":
        found = found[~found["term"].astype(str).str.contains("-vs-", regex=False)]
    if quantity in ("contrast", "slope_contrast"):
        found = _of_contrasts(found, estimand)
    return _at_headline(found, estimand)


def _is_asked(term: object, estimand: Estimand) -> bool:
    plain = ":".join(part.split("[")[0] for part in str(term).split(":"))
    return any(sorted(plain.split(":")) == sorted(t.split(":")) for t in estimand.terms)


def _number(term: object, estimand: Estimand) -> bool:
    name = str(term).split(" at ")[0]
    return any(name in asked.split(":") for asked in estimand.terms)


def _of_contrasts(rows: pd.DataFrame, estimand: Estimand) -> pd.DataFrame:
    pairs = {(c.level, c.versus) for c in (estimand.contrast, *estimand.contrasts) if c is not None}
    if not pairs:
        return rows
    hit = [
        (arm, reference) in pairs
        for arm, reference in zip(rows["arm"], rows["reference_arm"], strict=True)
    ]
    return rows[hit]


def _at_headline(rows: pd.DataFrame, estimand: Estimand) -> pd.DataFrame:
    if rows.empty or rows["visit"].isna().all():
        return rows
    if estimand.headline_visit is not None:
        missing = rows["visit"].isna()
        selected: pd.DataFrame = rows[
            missing | (rows["visit"].fillna("") == estimand.headline_visit)
        ]
        return selected
    if estimand.average_visits and (rows["visit"] == "average").any():
        return rows[rows["visit"] == "average"]
    last = str(rows["visit"].dropna().iloc[-1])
    return rows[rows["visit"] == last]
