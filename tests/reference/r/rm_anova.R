# Repeated-measures analysis of variance with sphericity: afex 1.2-1 (car 3.1-1), R 4.2.2.
# Rscript rm_anova.R ../committed/data ../golden_r/field

suppressPackageStartupMessages({library(afex); library(jsonlite)})
arguments <- commandArgs(trailingOnly = TRUE)
sleep <- read.csv(file.path(arguments[1], "sleepstudy.csv"))
btheb <- read.csv(file.path(arguments[1], "btheb_wide.csv"))

one <- function(wide) {
  long <- data.frame(
    id = factor(rep(seq_len(nrow(wide)), ncol(wide))),
    level = factor(rep(seq_len(ncol(wide)), each = nrow(wide))), y = unlist(wide)
  )
  fit <- aov_car(y ~ Error(id / level), data = long)
  whole <- summary(fit)
  gg <- anova(fit, correction = "GG")
  hf <- anova(fit, correction = "HF")
  list(
    wide = as.matrix(wide), F = gg$F, p = anova(fit, correction = "none")$`Pr(>F)`,
    p_gg = gg$`Pr(>F)`, df_gg = c(gg$`num Df`, gg$`den Df`),
    p_hf = hf$`Pr(>F)`, df_hf = c(hf$`num Df`, hf$`den Df`),
    W = whole$sphericity.tests[1, 1], p_W = whole$sphericity.tests[1, 2],
    epsilon_gg = whole$pval.adjustments[1, "GG eps"], epsilon_hf = whole$pval.adjustments[1, "HF eps"]
  )
}

days <- reshape(sleep[sleep$Days < 5, ], idvar = "Subject", timevar = "Days", direction = "wide")
bdi <- btheb[, grep("^bdi_", names(btheb))]
write_json(
  list(
    sleepstudy = one(days[, -1]), btheb = one(bdi[complete.cases(bdi), ]),
    anorexia_like = one(bdi[complete.cases(bdi), c("bdi_pre", "bdi_2m", "bdi_3m")][1:14, ])
  ),
  file.path(arguments[2], "rm_anova.json"), digits = NA, auto_unbox = TRUE, pretty = TRUE
)
