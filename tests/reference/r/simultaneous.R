# Dunnett's and Tukey's intervals and adjusted p: mvtnorm 1.1-3, emmeans 1.8.4-1, stats, R 4.2.2.
# Rscript simultaneous.R ../committed/data ../golden_r/multiplicity

suppressPackageStartupMessages({library(mvtnorm); library(emmeans); library(jsonlite)})
arguments <- commandArgs(trailingOnly = TRUE)
set.seed(1)
precise <- GenzBretz(maxpts = 5e6, abseps = 1e-8)
anorexia <- read.csv(file.path(arguments[1], "anorexia.csv"))
anorexia$Treat <- relevel(factor(anorexia$Treat), ref = "Cont")

fit <- lm(Postwt ~ Treat + Prewt, data = anorexia)
b <- coef(fit)[2:3]; V <- vcov(fit)[2:3, 2:3]; df <- df.residual(fit)
t <- b / sqrt(diag(V)); R <- cov2cor(V)
q <- qmvt(0.95, tail = "both.tails", corr = R, df = df, algorithm = precise,
          interval = c(1, 4), ptol = 1e-9)$quantile
dunnett <- list(
  estimate = unname(b), covariance = unname(V), df = df,
  adjusted = unname(sapply(t, function(x)
    1 - pmvt(rep(-abs(x), 2), rep(abs(x), 2), corr = R, df = df, algorithm = precise)[1])),
  quantile = q,
  emmeans_adjusted = summary(contrast(emmeans(fit, "Treat"), "trt.vs.ctrl", adjust = "mvt"))$p.value
)

pairs <- summary(pairs(emmeans(fit, "Treat")), infer = TRUE)
tukey <- list(estimate = pairs$estimate, se = pairs$SE, df = pairs$df[1], p = pairs$p.value,
              low = pairs$lower.CL, high = pairs$upper.CL)

four <- matrix(c(1, .5, .3, .2, .5, 1, .4, .1, .3, .4, 1, .6, .2, .1, .6, 1), 4)
box <- expand.grid(df = c(5, 30, 0), limit = c(1, 2.5))
boxes <- lapply(seq_len(nrow(box)), function(i) list(
  df = if (box$df[i] == 0) "normal" else box$df[i], limit = box$limit[i],
  probability = pmvt(rep(-box$limit[i], 4), rep(box$limit[i], 4), corr = four, df = box$df[i],
                     algorithm = precise)[1]))

result <- list(
  call = "mvtnorm::pmvt and qmvt (GenzBretz, abseps = 1e-8); emmeans pairs, adjust = 'tukey'",
  software = list(R = "4.2.2", mvtnorm = as.character(packageVersion("mvtnorm")),
                  emmeans = as.character(packageVersion("emmeans"))),
  data = "anorexia, lm(Postwt ~ Treat + Prewt)", dunnett = dunnett, tukey = tukey,
  correlation = four, boxes = boxes
)
write(toJSON(result, digits = 15, auto_unbox = TRUE, pretty = TRUE),
      file.path(arguments[2], "simultaneous.json"))
