"""What every report rests on besides its kinds of analysis, which name their own publications."""

from evalpipe.config.publication import Publication

ESTIMANDS = Publication(
    "International Council for Harmonisation. (2019). ",
    ("ICH E9(R1) addendum on estimands and sensitivity analysis in clinical trials."),
    "",
    "",
    cited="(International Council for Harmonisation, 2019)",
)
CONSORT = Publication(
    (
        "Hopewell, S., et al. (2025). CONSORT 2025 statement: Updated guideline"
        " for reporting randomised trials. "
    ),
    "BMJ, 389",
    ", e081123.",
    "10.1136/bmj-2024-081123",
    cited="(Hopewell et al., 2025)",
)
_HOLM = Publication(
    ("Holm, S. (1979). A simple sequentially rejective multiple test procedure. "),
    "Scandinavian Journal of Statistics, 6",
    "(2), 65–70.",
    "",
    cited="(Holm, 1979)",
)
_HOCHBERG = Publication(
    ("Hochberg, Y. (1988). A sharper Bonferroni procedure for multiple tests of significance. "),
    "Biometrika, 75",
    "(4), 800–802.",
    "10.1093/biomet/75.4.800",
    cited="(Hochberg, 1988)",
)
_BENJAMINI_HOCHBERG = Publication(
    (
        "Benjamini, Y., & Hochberg, Y. (1995). Controlling the false discovery "
        "rate: A practical and powerful approach to multiple testing. "
    ),
    "Journal of the Royal Statistical Society: Series B, 57",
    "(1), 289–300.",
    "10.1111/j.2517-6161.1995.tb02031.x",
    cited="(Benjamini & Hochberg, 1995)",
)
MULTIPLICITY_SOURCES = {
    "holm": _HOLM,
    "hochberg": _HOCHBERG,
    "benjamini_hochberg": _BENJAMINI_HOCHBERG,
}
"""What the adjustment of p-values rests on, by method."""
