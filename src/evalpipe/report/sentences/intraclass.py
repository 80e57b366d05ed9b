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

FORM_WORDS = {
    "absolute_single": "ICC(A,1): two-way, absolute agreement, of single ratings",
    "absolute_average": "ICC(A,k): two-way, absolute agreement, of average ratings",
    "consistency_single": "ICC(C,1): two-way, consistency, of single ratings",
    "consistency_average": "ICC(C,k): two-way, consistency, of average ratings",
    "one_way_single": "ICC(1): one-way, of single ratings",
    "one_way_average": "ICC(k): one-way, of average ratings",
}
"""By the form that the plan chooses."""
