# A likelihood whose top has every random effect at zero: a search may stop before it gets there.
# Usage: Rscript stuck_at_boundary.R <folder of stuck_at_boundary.csv>; writes the JSON beside it.
suppressMessages({library(lme4); library(jsonlite)})
folder <- commandArgs(trailingOnly = TRUE)[1]
d <- read.csv(file.path(folder, "stuck_at_boundary.csv"))
control <- lmerControl(optimizer = "bobyqa", optCtrl = list(rhoend = 1e-12, maxfun = 1e6),
                       check.conv.singular = "ignore", calc.derivs = FALSE)
fit <- lmer(y ~ base + arm * time + (1 | site) + (1 + time | id), d, control = control)
write_json(list(software = list(R = as.character(getRversion()), lme4 = as.character(packageVersion("lme4"))),
  loglik = as.numeric(logLik(fit)), theta = unname(getME(fit, "theta")),
  se = as.list(sqrt(diag(as.matrix(vcov(fit)))))),
  file.path(folder, "stuck_at_boundary.json"), auto_unbox = TRUE, digits = NA, pretty = TRUE)
