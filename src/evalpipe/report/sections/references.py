"""What the methods rest on, in APA manner: (text, title in italics, rest, DOI)."""

REFERENCES = {
    "kenward_roger": (
        (
            "Kenward, M. G., & Roger, J. H. (1997). Small sample inference for fixed effects from "
            "restricted maximum likelihood. "
        ),
        "Biometrics, 53",
        "(3), 983–997.",
        "10.2307/2533558",
    ),
    "satterthwaite": (
        (
            "Fai, A. H.-T., & Cornelius, P. L. (1996). Approximate F-tests of multiple degree of "
            "freedom hypotheses in generalized least squares analyses of unbalanced split-plot "
            "experiments. "
        ),
        "Journal of Statistical Computation and Simulation, 54",
        "(4), 363–378.",
        "10.1080/00949659608811740",
    ),
    "cr2": (
        (
            "Pustejovsky, J. E., & Tipton, E. (2018). Small-sample methods for "
            "cluster-robust variance "
            "estimation and hypothesis testing in fixed effects models. "
        ),
        "Journal of Business & Economic Statistics, 36",
        "(4), 672–683.",
        "10.1080/07350015.2016.1247004",
    ),
    "mmrm": (
        (
            "Mallinckrodt, C. H., Lane, P. W., Schnell, D., Peng, Y., & Mancuso, J. P. (2008). "
            "Recommendations for the primary analysis of continuous endpoints in "
            "longitudinal clinical "
            "trials. "
        ),
        "Drug Information Journal, 42",
        "(4), 303–319.",
        "10.1177/009286150804200402",
    ),
    "mixed": (
        "Laird, N. M., & Ware, J. H. (1982). Random-effects models for longitudinal data. ",
        "Biometrics, 38",
        "(4), 963–974.",
        "10.2307/2529876",
    ),
    "gee": (
        (
            "Liang, K.-Y., & Zeger, S. L. (1986). Longitudinal data analysis using "
            "generalized linear "
            "models. "
        ),
        "Biometrika, 73",
        "(1), 13–22.",
        "10.1093/biomet/73.1.13",
    ),
    "bias_reduced": (
        (
            "Mancl, L. A., & DeRouen, T. A. (2001). A covariance estimator for GEE with improved "
            "small-sample properties. "
        ),
        "Biometrics, 57",
        "(1), 126–134.",
        "10.1111/j.0006-341X.2001.00126.x",
    ),
    "hc3": (
        (
            "Long, J. S., & Ervin, L. H. (2000). Using heteroscedasticity consistent "
            "standard errors in "
            "the linear regression model. "
        ),
        "The American Statistician, 54",
        "(3), 217–224.",
        "10.1080/00031305.2000.10474549",
    ),
    "reliable_change": (
        (
            "Jacobson, N. S., & Truax, P. (1991). Clinical significance: A statistical "
            "approach to "
            "defining meaningful change in psychotherapy research. "
        ),
        "Journal of Consulting and Clinical Psychology, 59",
        "(1), 12–19.",
        "10.1037/0022-006X.59.1.12",
    ),
    "missing_data": (
        (
            "Carpenter, J. R., Roger, J. H., & Kenward, M. G. (2013). Analysis of "
            "longitudinal trials "
            "with protocol deviation: A framework for relevant, accessible assumptions, and "
            "inference "
            "via multiple imputation. "
        ),
        "Journal of Biopharmaceutical Statistics, 23",
        "(6), 1352–1371.",
        "10.1080/10543406.2013.834911",
    ),
    "goals": (
        (
            "Kiresuk, T. J., & Sherman, R. E. (1968). Goal attainment scaling: A general "
            "method for "
            "evaluating comprehensive community mental health programs. "
        ),
        "Community Mental Health Journal, 4",
        "(6), 443–453.",
        "10.1007/BF01530764",
    ),
    "stuart_maxwell": (
        (
            "Maxwell, A. E. (1970). Comparing the classification of subjects by two independent "
            "judges. "
        ),
        "The British Journal of Psychiatry, 116",
        "(535), 651–655.",
        "10.1192/bjp.116.535.651",
    ),
    "kappa": (
        "Cohen, J. (1960). A coefficient of agreement for nominal scales. ",
        "Educational and Psychological Measurement, 20",
        "(1), 37–46.",
        "10.1177/001316446002000104",
    ),
    "icc": (
        (
            "Shrout, P. E., & Fleiss, J. L. (1979). Intraclass correlations: Uses in "
            "assessing rater "
            "reliability. "
        ),
        "Psychological Bulletin, 86",
        "(2), 420–428.",
        "10.1037/0033-2909.86.2.420",
    ),
    "single_case": (
        (
            "Parker, R. I., & Vannest, K. (2009). An improved effect size for single-case "
            "research: "
            "Nonoverlap of all pairs. "
        ),
        "Behavior Therapy, 40",
        "(4), 357–367.",
        "10.1016/j.beth.2008.10.006",
    ),
    "estimand": (
        "International Council for Harmonisation. (2019). ",
        "ICH E9(R1) addendum on estimands and sensitivity analysis in clinical trials.",
        "",
        "",
    ),
    "consort": (
        (
            "Hopewell, S., et al. (2025). CONSORT 2025 statement: Updated guideline for reporting "
            "randomised trials. "
        ),
        "BMJ, 389",
        ", e081123.",
        "10.1136/bmj-2024-081123",
    ),
    "holm": (
        "Holm, S. (1979). A simple sequentially rejective multiple test procedure. ",
        "Scandinavian Journal of Statistics, 6",
        "(2), 65–70.",
        "",
    ),
    "hochberg": (
        "Hochberg, Y. (1988). A sharper Bonferroni procedure for multiple tests of significance. ",
        "Biometrika, 75",
        "(4), 800–802.",
        "10.1093/biomet/75.4.800",
    ),
    "benjamini_hochberg": (
        (
            "Benjamini, Y., & Hochberg, Y. (1995). Controlling the false discovery rate: A "
            "practical "
            "and powerful approach to multiple testing. "
        ),
        "Journal of the Royal Statistical Society: Series B, 57",
        "(1), 289–300.",
        "10.1111/j.2517-6161.1995.tb02031.x",
    ),
}

CITATIONS = {
    "kenward_roger": "(Kenward & Roger, 1997)",
    "satterthwaite": "(Fai & Cornelius, 1996)",
    "cr2": "(Pustejovsky & Tipton, 2018)",
    "mmrm": "(Mallinckrodt et al., 2008)",
    "mixed": "(Laird & Ware, 1982)",
    "gee": "(Liang & Zeger, 1986)",
    "bias_reduced": "(Mancl & DeRouen, 2001)",
    "hc3": "(Long & Ervin, 2000)",
    "reliable_change": "(Jacobson & Truax, 1991)",
    "missing_data": "(Carpenter et al., 2013)",
    "goals": "(Kiresuk & Sherman, 1968)",
    "stuart_maxwell": "(Maxwell, 1970)",
    "kappa": "(Cohen, 1960)",
    "icc": "(Shrout & Fleiss, 1979)",
    "single_case": "(Parker & Vannest, 2009)",
    "estimand": "(International Council for Harmonisation, 2019)",
    "consort": "(Hopewell et al., 2025)",
    "holm": "(Holm, 1979)",
    "hochberg": "(Hochberg, 1988)",
    "benjamini_hochberg": "(Benjamini & Hochberg, 1995)",
}
"""How a reference is named in the text."""
