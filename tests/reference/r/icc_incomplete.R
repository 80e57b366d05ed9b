# Intraclass correlations of ratings with gaps: crossed random effects by lme4 1.1-31, and profile
# limits of the units' share of the variance from lme4's own deviance function.
# Rscript icc_incomplete.R ../committed/data ../golden_r/field

suppressPackageStartupMessages({library(lme4); library(jsonlite)})
arguments <- commandArgs(trailingOnly = TRUE)
sleep <- read.csv(file.path(arguments[1], "sleepstudy.csv"))
wide <- read.csv(file.path(arguments[1], "shrout_fleiss_1979_wide.csv"))
long <- data.frame(
  unit = rep(wide[[1]], each = 4), rater = rep(names(wide)[-1], 6), y = c(t(wide[, -1]))
)

limits <- function(model, with_raters, absolute) {
  at <- as.function(model$deviance)
  best <- optim(rep(1, with_raters + 1), at, method = "L-BFGS-B", lower = 0,
                control = list(factr = 1, pgtol = 0))
  share_of <- function(t) {
    b <- if (with_raters && absolute) t[2]^2 else 0
    t[1]^2 / (t[1]^2 + b + 1)
  }
  profiled <- function(share) {
    odds <- share / (1 - share)
    if (!with_raters) return(at(sqrt(odds)))
    f <- function(b) at(c(sqrt(if (absolute) odds * (1 + b) else odds), sqrt(b)))
    g <- function(x) f(exp(x))
    grid <- seq(-12, 8, 0.25)
    start <- grid[which.min(sapply(grid, g))]
    min(f(0), optimize(g, c(start - 0.5, start + 0.5), tol = 1e-12)$objective)
  }
  top <- best$value + qchisq(0.95, 1)
  excess <- function(share) profiled(share) - top
  share <- share_of(best$par)
  low <- if (excess(0) <= 0) 0 else uniroot(excess, c(0, share), tol = 1e-13)$root
  high <- uniroot(excess, c(share, 1 - 1e-9), tol = 1e-13)$root
  c(share, low, high)
}

one <- function(d) {
  crossed <- lmer(y ~ 1 + (1 | unit) + (1 | rater), d,
                  control = lmerControl(optimizer = "bobyqa", optCtrl = list(rhoend = 1e-10)))
  nested <- lmer(y ~ 1 + (1 | unit), d,
                 control = lmerControl(optimizer = "bobyqa", optCtrl = list(rhoend = 1e-10)))
  functions <- list(
    crossed = list(deviance = lmer(y ~ 1 + (1 | unit) + (1 | rater), d, devFunOnly = TRUE)),
    nested = list(deviance = lmer(y ~ 1 + (1 | unit), d, devFunOnly = TRUE))
  )
  # lme4 orders random effects by their number of levels: units first where they are more.
  stopifnot(length(unique(d$unit)) > length(unique(d$rater)))
  variance <- function(model, name) as.numeric(VarCorr(model)[[name]])
  list(
    unit = d$unit, rater = as.character(d$rater), y = d$y,
    crossed = list(units = variance(crossed, "unit"), raters = variance(crossed, "rater"),
                   residual = sigma(crossed)^2, log_likelihood = as.numeric(logLik(crossed))),
    nested = list(units = variance(nested, "unit"), residual = sigma(nested)^2,
                  log_likelihood = as.numeric(logLik(nested))),
    absolute = limits(functions$crossed, TRUE, TRUE),
    consistency = limits(functions$crossed, TRUE, FALSE),
    one_way = limits(functions$nested, FALSE, FALSE)
  )
}

sleep <- data.frame(unit = sleep$Subject, rater = sleep$Days, y = sleep$Reaction)
write_json(
  list(
    shrout_fleiss_gaps = one(long[-c(3, 10, 17, 24), ]),
    sleepstudy_gaps = one(sleep[seq_len(nrow(sleep)) %% 7 != 0, ])
  ),
  file.path(arguments[2], "icc_incomplete.json"), digits = NA, auto_unbox = TRUE, pretty = TRUE
)
