# Fits whose random effects are estimated at zero, and what is told of them.
# Usage: Rscript singular_fits.R <output folder>; writes the made-up data of each case and one JSON.
#
# lmerTest gives df from the derivatives in the Cholesky factor, which vanish in a column of zeros: it
# is the inference of the model without what is zero. pbkrtest keeps the derivative of V in a variance
# at zero, so its Kenward-Roger of the singular fit is another one than that of the refitted model; SAS
# takes parameters on the boundary out of their asymptotic covariance and agrees with the refit. The
# refit is the value that counts here (`kenward_roger`); the other is kept beside it.
# For a correlation at one there is no refit in these packages: `kr_by_hand` computes Kenward and Roger
# (1997) in the linear form with dense matrices in the parameters of u (1 + c x).
suppressMessages({library(lme4); library(lmerTest); library(pbkrtest); library(jsonlite); library(nlme)})
out_dir <- commandArgs(trailingOnly = TRUE)[1]
control <- lmerControl(optimizer = "bobyqa", optCtrl = list(rhoend = 1e-12, maxfun = 1e6),
                       check.conv.singular = "ignore", calc.derivs = FALSE)
table_of <- function(fit, ddf) {
  s <- summary(fit, ddf = ddf)$coefficients
  ci <- s[, "Estimate"] + outer(s[, "Std. Error"] * qt(0.975, s[, "df"]), c(-1, 1))
  lapply(seq_len(nrow(s)), function(i) list(term = rownames(s)[i], estimate = s[i, "Estimate"],
    se = s[i, "Std. Error"], df = s[i, "df"], t = s[i, "t value"], p = s[i, "Pr(>|t|)"],
    low = ci[i, 1], high = ci[i, 2]))
}
least_squares <- function(formula, data) {
  s <- coef(summary(lm(formula, data))); df <- df.residual(lm(formula, data))
  lapply(seq_len(nrow(s)), function(i) list(term = rownames(s)[i], estimate = s[i, 1], se = s[i, 2],
    df = df, t = s[i, 3], p = s[i, 4], low = s[i, 1] - qt(0.975, df) * s[i, 2],
    high = s[i, 1] + qt(0.975, df) * s[i, 2]))
}
# Kenward-Roger for single rows; D: list of dV/d eta. The covariance of eta is the inverse of the
# expected information with random effects (as pbkrtest), of the observed one without (as SAS, mmrm)
kr_by_hand <- function(X, y, V, D, terms, observed = FALSE) {
  Vi <- solve(V); Phi <- solve(t(X) %*% Vi %*% X); P <- Vi - Vi %*% X %*% Phi %*% t(X) %*% Vi
  m <- length(D); k <- seq_len(m); beta <- Phi %*% t(X) %*% Vi %*% y
  info <- outer(k, k, Vectorize(function(i, j) sum(diag(P %*% D[[i]] %*% P %*% D[[j]])) / 2))
  if (observed) info <- -info + outer(k, k, Vectorize(function(i, j)
    drop(t(y) %*% P %*% D[[i]] %*% P %*% D[[j]] %*% P %*% y)))
  W <- solve(info)
  Pk <- lapply(D, function(d) -t(X) %*% Vi %*% d %*% Vi %*% X)
  inner <- 0
  for (i in k) for (j in k) {
    Q <- t(X) %*% Vi %*% D[[i]] %*% Vi %*% D[[j]] %*% Vi %*% X
    inner <- inner + W[i, j] * (Q - Pk[[i]] %*% Phi %*% Pk[[j]])
  }
  A <- Phi + 2 * Phi %*% inner %*% Phi
  lapply(seq_along(terms), function(r) {
    l <- matrix(0, 1, ncol(X)); l[r] <- 1
    g <- sapply(k, function(i) l %*% Phi %*% Pk[[i]] %*% Phi %*% t(l))
    v <- drop(l %*% Phi %*% t(l)); df <- 2 * v^2 / drop(t(g) %*% W %*% g)
    se <- sqrt(A[r, r]); t <- beta[r] / se
    list(term = terms[r], estimate = beta[r], se = se, df = df, t = t, p = 2 * pt(-abs(t), df),
         low = beta[r] - qt(0.975, df) * se, high = beta[r] + qt(0.975, df) * se)
  })
}
record <- function(id, data, formula, reduced, kr = NULL) {
  fit <- lmerTest::lmer(formula, data, control = control)
  stopifnot(isSingular(fit, tol = 1e-4))
  plain <- is.null(lme4::findbars(reduced))
  satterthwaite <- if (plain) least_squares(reduced, data) else
    table_of(lmerTest::lmer(reduced, data, control = control), "Satterthwaite")
  if (is.null(kr)) kr <- if (plain) satterthwaite else
    table_of(lmerTest::lmer(reduced, data, control = control), "Kenward-Roger")
  else satterthwaite <- NULL
  of_singular <- tryCatch(table_of(fit, "Satterthwaite"), error = function(e) NULL)
  if (is.null(satterthwaite)) satterthwaite <- of_singular
  pbkr <- tryCatch(table_of(fit, "Kenward-Roger"), error = function(e) NULL)
  v <- as.data.frame(VarCorr(fit))
  write.csv(data, file.path(out_dir, paste0("singular_", id, ".csv")), row.names = FALSE, quote = FALSE)
  list(id = id, model = paste(deparse(formula), collapse = ""),
       without = paste(deparse(reduced), collapse = ""), loglik = as.numeric(logLik(fit)),
       random = lapply(seq_len(nrow(v)), function(i) as.list(v[i, c("grp", "var1", "var2", "vcov")])),
       satterthwaite = satterthwaite, satterthwaite_of_singular_fit_lmerTest = of_singular,
       kenward_roger = kr, kenward_roger_of_singular_fit_pbkrtest = pbkr)
}
people <- function(n, times, sites) {
  d <- expand.grid(time = seq_len(times) - 1, person = seq_len(n))
  d$site <- 1 + (d$person - 1) %% sites
  d$arm <- ((d$person - 1) %/% sites) %% 2
  d$visit <- paste0("v", d$time)
  d[, c("person", "site", "arm", "time", "visit")]
}
# the first seed at which lme4 finds what the case is about
search <- function(make, wanted) {  # prints its seed

  for (seed in 1:4000) { set.seed(seed); d <- make(); if (isTRUE(wanted(d))) { message(seed); return(d) } }
  stop("no such data")
}
theta <- function(formula, d) getME(lmer(formula, d, control = control), "theta")

only_intercept <- function(d) {
  t <- theta(f, d); own <- names(t) == "person.(Intercept)"
  t[own] > 0.3 && all(t[!own] < 1e-6)
}
cases <- list()
f <- y ~ arm + (1 | person)
d <- search(function() { d <- people(12, 3, 4); d$y <- round(rnorm(36) + d$arm, 3); d[-c(5, 17), ] },
            function(d) theta(f, d) == 0)
cases$intercept <- record("intercept", d, f, y ~ arm)

f <- y ~ arm * time + (1 + time || person)
d <- search(function() { d <- people(14, 4, 4)
  d$y <- round(rnorm(14, sd = 1.2)[d$person] + rnorm(56) + d$arm * d$time * 0.3, 3); d[-c(8, 23, 40), ] },
  only_intercept)
cases$slope_uncorrelated <- record("slope_uncorrelated", d, f, y ~ arm * time + (1 | person))

f <- y ~ arm * time + (1 + time | person)
d <- search(function() { d <- people(14, 4, 4); u <- rnorm(14)
  d$y <- round(u[d$person] * (1 + 0.4 * d$time) + rnorm(56) + d$arm * d$time * 0.3, 3); d[-c(8, 23, 40), ] },
  function(d) { t <- theta(f, d); t[1] > 0.3 && t[2] > 0.1 && t[3] < 1e-6 })
fit <- lmer(f, d, control = control)
hand <- local({
  th <- getME(fit, "theta"); s2 <- sigma(fit)^2; l <- th[1:2] * sigma(fit)
  same <- outer(d$person, d$person, "=="); z <- l[1] + l[2] * d$time
  one <- rep(1, nrow(d)); X <- getME(fit, "X")
  D <- list((outer(one, z) + outer(z, one)) * same, (outer(d$time, z) + outer(z, d$time)) * same,
            diag(nrow(d)))
  kr_by_hand(X, d$y, s2 * diag(nrow(d)) + outer(z, z) * same, D, colnames(X))
})
cases$correlation_one <- record("correlation_one", d, f, y ~ arm * time, kr = hand)
cases$correlation_one$without <- "y ~ arm * time, random u (1 + c time) of a person"

f <- y ~ arm * time + (1 | site) + (1 | person)
d <- search(function() { d <- people(16, 3, 4)
  d$y <- round(rnorm(16)[d$person] + rnorm(48) + d$arm * d$time * 0.3, 3); d[-c(8, 23, 40), ] },
  only_intercept)
cases$site_zero <- record("site_zero", d, f, y ~ arm * time + (1 | person))

d <- search(function() { d <- people(16, 3, 4)
  d$y <- round(rnorm(48) + d$arm * d$time * 0.3, 3); d[-c(8, 23, 40), ] },
  function(d) all(theta(f, d) == 0))
cases$both_zero <- record("both_zero", d, f, y ~ arm * time)

# three levels of which the slope of one and the whole of another vanish
f <- y ~ arm * time + (1 | site) + (1 + time || person)
d <- search(function() { d <- people(16, 4, 4)
  d$y <- round(rnorm(16)[d$person] + rnorm(64) + d$arm * d$time * 0.3, 3); d[-c(8, 23, 40), ] },
  only_intercept)
cases$site_and_slope_zero <- record("site_and_slope_zero", d, f, y ~ arm * time + (1 | person))

# an MMRM with a random site: without it a linear model of each visit's own covariance (nlme)
d <- search(function() { d <- people(16, 3, 4); L <- rbind(c(1, 0, 0), c(.6, .9, 0), c(.4, .5, 1))
  e <- as.vector(L %*% matrix(rnorm(48), 3)); d$y <- round(e + d$arm * (d$time == 2) * 0.8, 3); d },
  function(d) { m <- lmer(y ~ 1 + (1 | site) + (1 | person), d, control = control); getME(m, "theta")[2] == 0 })
cases$mmrm_site_zero <- local({
  write.csv(d, file.path(out_dir, "singular_mmrm_site_zero.csv"), row.names = FALSE, quote = FALSE)
  fit <- gls(y ~ arm * visit, d, correlation = corSymm(form = ~ time + 1 | person),
             weights = varIdent(form = ~ 1 | visit), method = "REML",
             control = glsControl(tolerance = 1e-12, msTol = 1e-14, maxIter = 500, msMaxIter = 500))
  R <- getVarCov(fit, individual = 1); X <- model.matrix(~ arm * visit, d); n <- nrow(d)
  V <- kronecker(diag(16), R); D <- list()
  for (i in 1:3) for (j in 1:i) { B <- matrix(0, 3, 3); B[i, j] <- B[j, i] <- 1; D <- c(D, list(kronecker(diag(16), B))) }
  Vi <- solve(V)
  slope <- local({ Phi <- solve(t(X) %*% Vi %*% X); P <- Vi - Vi %*% X %*% Phi %*% t(X) %*% Vi
    Z <- outer(d$site, d$site, "==") * 1; r <- P %*% d$y
    drop(t(r) %*% Z %*% r) - sum(diag(P %*% Z)) })
  stopifnot(slope < 0)   # a site variance above zero would lower the likelihood
  list(id = "mmrm_site_zero", model = "y ~ arm * visit + (1 | site), unstructured residuals of a person",
       without = "gls, corSymm and varIdent", slope_in_the_site_variance = slope / 2,
       loglik = as.numeric(logLik(fit)) , residual = as.vector(R),
       kenward_roger = kr_by_hand(X, d$y, V, D, colnames(X), observed = TRUE))
})

# a negative intraclass correlation: compound symmetry by nlme
d <- search(function() { d <- people(12, 3, 4); d$y <- round(rnorm(36) + d$arm, 3); d },
            function(d) theta(y ~ arm + (1 | person), d) == 0 &&
              var(tapply(resid(lm(y ~ arm, d)), d$person, mean)) < 0.2)
cases$negative <- local({
  write.csv(d, file.path(out_dir, "singular_negative.csv"), row.names = FALSE, quote = FALSE)
  fit <- gls(y ~ arm, d, correlation = corCompSymm(form = ~ 1 | person), method = "REML",
             control = glsControl(tolerance = 1e-12, msTol = 1e-14, maxIter = 500, msMaxIter = 500))
  rho <- coef(fit$modelStruct$corStruct, unconstrained = FALSE); s2 <- sigma(fit)^2
  same <- outer(d$person, d$person, "==") * 1; n <- nrow(d); X <- model.matrix(~ arm, d)
  D <- list(same, diag(n)); V <- s2 * (rho * same + (1 - rho) * diag(n))
  list(id = "negative", model = "y ~ arm, gls corCompSymm", loglik = as.numeric(logLik(fit)),
       icc = unname(rho), variance_person = unname(s2 * rho), variance_residual = unname(s2 * (1 - rho)),
       kenward_roger = kr_by_hand(X, d$y, V, D, colnames(X)),
       kenward_roger_observed = kr_by_hand(X, d$y, V, D, colnames(X), observed = TRUE))
})
out <- list(command = "Rscript tests/reference/r/singular_fits.R <output>",
  software = list(R = as.character(getRversion()), lme4 = as.character(packageVersion("lme4")),
    lmerTest = as.character(packageVersion("lmerTest")), pbkrtest = as.character(packageVersion("pbkrtest")),
    nlme = as.character(packageVersion("nlme"))), cases = cases)
write_json(out, file.path(out_dir, "singular_fits.json"), auto_unbox = TRUE, digits = NA, pretty = TRUE, null = "null")
