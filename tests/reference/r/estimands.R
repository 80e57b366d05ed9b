# Complier effect, constrained baseline, slopes by arm: matrix algebra, nlme 3.1-162, emmeans, R 4.2.2.
# Rscript estimands.R ../committed/data ../golden_r/estimands

suppressPackageStartupMessages({library(nlme); library(emmeans); library(jsonlite)})
arguments <- commandArgs(trailingOnly = TRUE)
save <- function(x, name) write(toJSON(x, digits = 15, auto_unbox = TRUE, pretty = TRUE),
                                file.path(arguments[2], paste0(name, ".json")))

# Two-stage least squares: lm on fitted values for the estimate, HC1 from its textbook formula.
set.seed(42)
n <- 80
x <- round(rnorm(n), 3); z <- rep(0:1, n / 2)
complier <- rbinom(n, 1, 0.6); always <- rbinom(n, 1, 0.1)
d <- ifelse(always == 1, 1, ifelse(complier == 1, z, 0))
y <- round(1 + 0.5 * x + 2 * d + complier + rnorm(n, sd = 1 + z), 3)
two_stage <- function(W) {
  Z <- cbind(W, z); X <- cbind(W, d)
  second <- lm(y ~ 0 + W + fitted(lm(d ~ 0 + Z)))
  b <- unname(coef(second)); e <- y - drop(X %*% b)
  A <- solve(crossprod(Z, X))
  V <- A %*% crossprod(Z * e) %*% t(A) * n / (n - ncol(X))
  robust <- function(fit) {
    M <- model.matrix(fit); B <- solve(crossprod(M))
    sqrt(diag(B %*% crossprod(M * resid(fit)) %*% B * n / (n - ncol(M))))[["z"]]
  }
  first <- lm(d ~ 0 + W + z); itt <- lm(y ~ 0 + W + z)
  # Anderson and Rubin by brute force: effects at which z explains nothing of y - b d.
  reject <- function(b0) {
    fit <- lm(I(y - b0 * d) ~ 0 + W + z)
    abs(coef(fit)[["z"]] / robust(fit)) - qt(0.975, fit$df.residual)
  }
  middle <- b[length(b)]
  list(estimate = middle, se = sqrt(diag(V))[ncol(X)], df = n - ncol(X),
       compliance = coef(first)[["z"]], compliance_se = robust(first),
       assigned = coef(itt)[["z"]], assigned_se = robust(itt),
       ar_low = uniroot(reject, c(middle - 20, middle), tol = 1e-12)$root,
       ar_high = uniroot(reject, c(middle, middle + 20), tol = 1e-12)$root)
}
one <- matrix(1, n, 1)
save(list(call = "lm in two stages; HC1 by matrix algebra", R = "4.2.2",
          y = y, received = d, assigned = z, covariate = x,
          plain = two_stage(one), adjusted = two_stage(cbind(one, x))), "complier")

# Constrained longitudinal analysis: the baseline is an outcome with one mean in both arms.
long <- read.csv(file.path(arguments[1], "btheb_long_with_baseline.csv"))
long <- long[!is.na(long$bdi), ]
long$visit <- factor(long$month)
for (m in c(2, 3, 5, 8)) long[[paste0("t", m)]] <- as.numeric(long$treatment == "BtheB" & long$month == m)
long$place <- as.integer(long$visit)
fit <- gls(bdi ~ 0 + visit + t2 + t3 + t5 + t8, long, correlation = corSymm(form = ~ place | id),
           weights = varIdent(form = ~ 1 | visit), method = "ML",
           control = glsControl(maxIter = 500, msMaxIter = 500, tolerance = 1e-12, msTol = 1e-13,
                                opt = "optim"))
save(list(call = "nlme::gls(bdi ~ 0 + visit + t2 + t3 + t5 + t8, corSymm, varIdent, method = 'ML')",
          software = list(R = "4.2.2", nlme = as.character(packageVersion("nlme"))),
          loglik = as.numeric(logLik(fit)), estimate = unname(coef(fit)),
          # nlme scales the covariance of an ML fit by n / (n - p); undone here.
          se = unname(sqrt(diag(vcov(fit)) * (fit$dims$N - fit$dims$p) / fit$dims$N))), "clda")

# ANCOVA with a slope of the baseline in each arm, difference at the mean baseline.
wide <- read.csv(file.path(arguments[1], "anorexia.csv"))
wide$Treat <- relevel(factor(wide$Treat), ref = "Cont")
slopes <- lm(Postwt ~ Treat * Prewt, wide)
at_mean <- summary(contrast(emmeans(slopes, "Treat", at = list(Prewt = mean(wide$Prewt))),
                            "trt.vs.ctrl", adjust = "none"))
save(list(call = "lm(Postwt ~ Treat * Prewt); emmeans at the mean of Prewt, trt.vs.ctrl",
          software = list(R = "4.2.2", emmeans = as.character(packageVersion("emmeans"))),
          contrast = at_mean$contrast, estimate = at_mean$estimate, se = at_mean$SE,
          df = at_mean$df[1]), "slopes")
