# Paired and Welch t tests, equivalence, standardised changes: base R 4.2.2, effectsize 0.8.3.
# Rscript before_and_after.R ../committed/data ../golden_r/field

suppressPackageStartupMessages({library(effectsize); library(jsonlite)})
arguments <- commandArgs(trailingOnly = TRUE)
d <- read.csv(file.path(arguments[1], "anorexia.csv"))

told <- function(t) list(
  estimate = unname(if (length(t$estimate) == 2) t$estimate[1] - t$estimate[2] else t$estimate),
  se = t$stderr, df = unname(t$parameter), t = unname(t$statistic), p = t$p.value,
  low = t$conf.int[1], high = t$conf.int[2]
)

# Limits of the noncentrality by pt(), and from them of d_z.
limits <- function(t, df, n) {
  at <- function(p) uniroot(function(x) pt(t, df, x) - p, c(t - 12, t + 12), tol = 1e-12)$root
  c(at(0.975), at(0.025)) / sqrt(n)
}

paired <- function(x, y) { # y after, x before
  n <- length(x)
  change <- y - x
  s2 <- (var(x) + var(y)) / 2
  r <- cor(x, y)
  d_z <- mean(change) / sd(change)
  d_av <- mean(change) / sqrt(s2)
  # Bonett (2008), equation 6
  v <- d_av^2 * (var(x)^2 + var(y)^2 + 2 * (r * sd(x) * sd(y))^2) / (8 * s2^2 * (n - 1)) +
    (var(x) + var(y) - 2 * r * sd(x) * sd(y)) / (s2 * (n - 1))
  d_rm <- d_z * sqrt(2 * (1 - r))
  # delta method by numerical derivatives of d_rm in the mean and the three second moments
  f <- function(q) q[1] / sqrt(q[2] + q[3] - 2 * q[4]) * sqrt(2 * (1 - q[4] / sqrt(q[2] * q[3])))
  q <- c(mean(change), var(x), var(y), cov(x, y))
  gradient <- sapply(1:4, function(i) {
    h <- 1e-5 * abs(q[i]); up <- down <- q; up[i] <- q[i] + h; down[i] <- q[i] - h
    (f(up) - f(down)) / (2 * h)
  })
  a <- q[2]; b <- q[3]; c <- q[4]
  M <- matrix(0, 4, 4)
  M[1, 1] <- var(change)
  M[2:4, 2:4] <- rbind(c(2 * a^2, 2 * c^2, 2 * a * c), c(2 * c^2, 2 * b^2, 2 * b * c),
                       c(2 * a * c, 2 * b * c, a * b + c^2))
  se_rm <- sqrt(as.numeric(t(gradient) %*% M %*% gradient) / (n - 1))
  g <- exp(lgamma((n - 1) / 2) - lgamma((n - 2) / 2)) / sqrt((n - 1) / 2)
  side <- function(mu, alternative) {
    t.test(y, x, paired = TRUE, mu = mu, alternative = alternative)$p.value
  }
  list(
    before = x, after = y, n = n, test = told(t.test(y, x, paired = TRUE)),
    test_90 = told(t.test(y, x, paired = TRUE, conf.level = 0.9)),
    above_lower = side(-5, "greater"), below_upper = side(5, "less"),
    effectsize_d_z = effectsize::cohens_d(y, x, paired = TRUE)$Cohens_d,
    d_z = d_z, d_z_limits = limits(d_z * sqrt(n), n - 1, n),
    d_av = d_av, d_av_se = sqrt(v), d_rm = d_rm, d_rm_se = se_rm, correction = g
  )
}

groups <- function(x, y) list(
  first = x, second = y, test = told(t.test(x, y)), test_90 = told(t.test(x, y, conf.level = 0.9)),
  above_lower = t.test(x, y, mu = -5, alternative = "greater")$p.value,
  below_upper = t.test(x, y, mu = 5, alternative = "less")$p.value,
  hedges_g = effectsize::hedges_g(x, y)$Hedges_g
)

arm <- split(d, d$Treat)
write_json(
  list(
    paired = lapply(arm, function(a) paired(a$Prewt, a$Postwt)),
    change = groups(arm$FT$Postwt - arm$FT$Prewt, arm$Cont$Postwt - arm$Cont$Prewt),
    after = groups(arm$CBT$Postwt, arm$Cont$Postwt)
  ),
  file.path(arguments[2], "before_and_after.json"), digits = NA, auto_unbox = TRUE, pretty = TRUE
)
