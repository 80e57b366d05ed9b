"""Intraclass correlations in words: which of the six forms was computed."""

INTRACLASS_NAMES = {
    "icc_1": "Intraclass correlation of single ratings, one-way: ICC(1)",
    "icc_k": "Intraclass correlation of average ratings, one-way: ICC(k)",
    "icc_agreement_1": "Intraclass correlation of single ratings, absolute agreement: ICC(A,1)",
    "icc_agreement_k": "Intraclass correlation of average ratings, absolute agreement: ICC(A,k)",
    "icc_consistency_1": "Intraclass correlation of single ratings, consistency: ICC(C,1)",
    "icc_consistency_k": "Intraclass correlation of average ratings, consistency: ICC(C,k)",
}
"""By the `term` of the row; the names of McGraw and Wong (1996)."""
