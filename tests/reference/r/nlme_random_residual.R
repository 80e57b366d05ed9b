# Random effects together with a residual structure, by nlme::lme.
# Usage: Rscript nlme_random_residual.R <folder of CSV files> <output folder>
# Writes one JSON file for each model: REML and ML log-likelihood (without the log|X'X| constant),
# fixed effects with standard errors, and the covariance parameters.
suppressMessages({library(nlme); library(jsonlite)})
args <- commandArgs(trailingOnly = TRUE)
data_dir <- args[1]; out_dir <- args[2]

# The best of several optimisers and starts; how far they lie apart is written down.
controls <- list(
  lmeControl(maxIter = 500, msMaxIter = 500, niterEM = 50, tolerance = 1e-10, msTol = 1e-12,
             opt = "optim", msMaxEval = 5000),
  lmeControl(maxIter = 500, msMaxIter = 500, niterEM = 0, tolerance = 1e-10, msTol = 1e-12,
             opt = "nlminb", msMaxEval = 5000),
  lmeControl(maxIter = 500, msMaxIter = 500, niterEM = 25, tolerance = 1e-9, msTol = 1e-10,
             opt = "optim"),
  lmeControl(maxIter = 200, msMaxIter = 200, opt = "optim"),
  lmeControl(maxIter = 200, msMaxIter = 200))

describe <- function(fit, random, residual) {
  list(loglik = as.numeric(logLik(fit)),
       fixed = lapply(seq_along(fixef(fit)), function(i) list(
         term = names(fixef(fit))[i], estimate = unname(fixef(fit)[i]),
         se = sqrt(unname(diag(vcov(fit))[i])))),
       random = random(fit), residual = residual(fit))
}

best <- function(call_fit) {
  fits <- lapply(controls, function(control) tryCatch(call_fit(control), error = function(e) NULL))
  fits <- Filter(Negate(is.null), fits)
  values <- sapply(fits, function(f) as.numeric(logLik(f)))
  list(fit = fits[[which.max(values)]], spread = diff(range(values)), optimisers = length(fits))
}

run <- function(id, data_file, preparation, formula_text, call_fit, random, residual) {
  out <- list(id = id, data_file = data_file, preparation = preparation, model = formula_text,
              command = "Rscript tests/reference/r/nlme_random_residual.R <data> <output>",
              software = list(R = as.character(getRversion()),
                              nlme = as.character(packageVersion("nlme"))))
  for (method in c("REML", "ML")) {
    found <- best(function(control) call_fit(method, control))
    out[[tolower(method)]] <- c(describe(found$fit, random, residual),
                                list(spread_between_optimisers = found$spread,
                                     optimisers = found$optimisers))
  }
  write(toJSON(out, digits = 15, auto_unbox = TRUE, pretty = TRUE),
        file.path(out_dir, paste0(id, ".json")))
  cat(id, out$reml$loglik, out$ml$loglik, out$reml$spread_between_optimisers, "\n")
}

D <- function(fit) {
  m <- unclass(pdMatrix(fit$modelStruct$reStruct)[[1]]) * fit$sigma^2
  list(covariance = lapply(seq_len(nrow(m)), function(i) unname(m[i, ])))
}
variance_only <- function(fit) list(variance = fit$sigma^2)
ar1 <- function(fit) list(variance = fit$sigma^2,
  correlation = unname(coef(fit$modelStruct$corStruct, unconstrained = FALSE)))
exponential <- function(fit) list(variance = fit$sigma^2,
  range = unname(coef(fit$modelStruct$corStruct, unconstrained = FALSE)))
per_group <- function(fit) {
  w <- coef(fit$modelStruct$varStruct, unconstrained = FALSE, allCoef = TRUE)
  list(variances = as.list((fit$sigma * w)^2))
}

sleep <- read.csv(file.path(data_dir, "sleepstudy.csv"))
sleep$Subject <- factor(sleep$Subject)
# leave out every seventh row: gaps in the series
gaps <- sleep[seq_len(nrow(sleep)) %% 7 != 0, ]
gaps$day <- gaps$Days + 1
# irregular times: days moved by a fixed pattern
gaps$time <- gaps$Days * 7 + (seq_len(nrow(gaps)) * 5) %% 4

bt <- read.csv(file.path(data_dir, "btheb_long.csv"))
bt <- bt[!is.na(bt$bdi), ]
bt$id <- factor(bt$id)
bt$treatment <- factor(bt$treatment, levels = c("TAU", "BtheB"))
bt$visit <- match(bt$month, c(2, 3, 5, 8))

gap_text <- "every seventh row of the file left out (row number, from 1, divisible by 7)"
run("sleepstudy_ri_ar1", "sleepstudy.csv", gap_text,
    "Reaction ~ Days; random ~ 1 | Subject; corAR1(~ day | Subject), day = Days + 1",
    function(method, control) lme(Reaction ~ Days, gaps, ~ 1 | Subject,
      correlation = corAR1(0.3, form = ~ day | Subject), method = method, control = control),
    D, ar1)
run("sleepstudy_ris_ar1", "sleepstudy.csv", gap_text,
    "Reaction ~ Days; random pdDiag(~ Days) | Subject; corAR1(~ day | Subject), day = Days + 1",
    function(method, control) lme(Reaction ~ Days, gaps, list(Subject = pdDiag(~ Days)),
      correlation = corAR1(0.3, form = ~ day | Subject), method = method, control = control),
    D, ar1)
run("sleepstudy_ri_exponential", "sleepstudy.csv",
    paste0(gap_text, "; time = 7 Days + (5 i mod 4), i = row number after that, from 1"),
    "Reaction ~ time; random ~ 1 | Subject; corExp(~ time | Subject)",
    function(method, control) lme(Reaction ~ time, gaps, ~ 1 | Subject,
      correlation = corExp(10, form = ~ time | Subject), method = method, control = control),
    D, exponential)
run("btheb_ri_variance_by_arm", "btheb_long.csv", "rows with missing bdi dropped",
    "bdi ~ bdi_pre + month + treatment; random ~ 1 | id; varIdent(~ 1 | treatment)",
    function(method, control) lme(bdi ~ bdi_pre + month + treatment, bt, ~ 1 | id,
      weights = varIdent(form = ~ 1 | treatment), method = method, control = control),
    D, per_group)
run("btheb_ri_variance_by_visit", "btheb_long.csv", "rows with missing bdi dropped",
    "bdi ~ bdi_pre + month + treatment; random ~ 1 | id; varIdent(~ 1 | visit)",
    function(method, control) lme(bdi ~ bdi_pre + month + treatment, bt, ~ 1 | id,
      weights = varIdent(form = ~ 1 | visit), method = method, control = control),
    D, per_group)
