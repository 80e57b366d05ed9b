# Estimating equations with clusters above the participant, by geepack; ordinal ones by clm (ordinal).
# Made-up data are drawn here and written beside the answers.
# Usage: Rscript geepack_clusters.R <output folder>
suppressMessages({library(geepack); library(ordinal); library(jsonlite)})
out <- commandArgs(trailingOnly = TRUE)[1]
RNGkind("Mersenne-Twister", "Inversion", "Rejection"); set.seed(20261)

answers <- function(linear, shared) {
  n <- length(linear)
  data.frame(passed = as.integer(plogis(linear + shared) > runif(n)),
             incidents = rpois(n, exp(0.3 + 0.5 * linear + 0.6 * shared)),
             score = round(10 + 2 * linear + 2 * shared + rnorm(n), 3))
}
# unequal schools, everybody seen once
size <- sample(2:4, 70, TRUE)
schools <- data.frame(school = sprintf("s%02d", rep(1:70, size)))
schools$participant_id <- sprintf("p%03d", seq_len(nrow(schools)))
schools$arm <- ifelse(as.integer(factor(schools$school)) %% 2 == 1, "usual", "new")
schools$age <- round(rnorm(nrow(schools), 10, 2), 1)
schools <- cbind(schools, answers(-0.4 + 0.8 * (schools$arm == "new") + 0.1 * (schools$age - 10),
                                  rnorm(70)[as.integer(factor(schools$school))]))
# couples seen three times, some visits of some partners missed
couples <- expand.grid(visit = c("v1", "v2", "v3"), role = c("mother", "father"), number = 1:60)
couples$dyad_id <- sprintf("d%02d", couples$number)
couples$participant_id <- paste0(couples$dyad_id, substr(couples$role, 1, 1))
couples$arm <- ifelse(couples$number %% 2 == 1, "usual", "new")
shared <- 0.6 * rnorm(60)[couples$number] + 0.4 * rnorm(120)[as.integer(factor(couples$participant_id))]
couples <- cbind(couples, answers(-0.3 + 0.7 * (couples$arm == "new") -
                                  0.4 * (couples$role == "father"), shared))
couples <- couples[sort(sample(nrow(couples), 320)), names(couples) != "number"]
# ordinal answers of pupils in schools
pupils <- data.frame(school = sprintf("s%02d", rep(1:30, sample(1:6, 30, TRUE))))
pupils$participant_id <- sprintf("p%03d", seq_len(nrow(pupils)))
pupils$arm <- ifelse(as.integer(factor(pupils$school)) %% 2 == 1, "usual", "new")
pupils$age <- round(rnorm(nrow(pupils), 10, 2), 1)
latent <- 0.9 * (pupils$arm == "new") + 0.2 * (pupils$age - 10) +
  rnorm(30)[as.integer(factor(pupils$school))] + rlogis(nrow(pupils))
pupils$grade <- as.integer(cut(latent, c(-Inf, -1, 0.5, 2, Inf))) - 1

save <- function(data, name) write.csv(data, file.path(out, name), row.names = FALSE, quote = FALSE)
save(schools, "schools.csv"); save(couples, "couples.csv"); save(pupils, "pupils.csv")

fit_one <- function(formula, data, id, family, structure, waves = NULL) {
  data$id_ <- id; data$waves_ <- if (is.null(waves)) as.integer(ave(id, id, FUN = seq_along)) else waves
  control <- geese.control(epsilon = 1e-13, maxit = 500)
  # geepack reads gaps by `waves` for ar1, and by a design of the pairs for unstructured
  fit <- if (structure == "ar1") {
    geeglm(formula, id = id_, waves = waves_, data = data, family = family, corstr = "ar1",
           control = control)
  } else if (structure == "unstructured") {
    pairs <- genZcor(as.integer(table(data$id_)), data$waves_, corstrv = 4)
    geeglm(formula, id = id_, data = data, family = family, corstr = "userdefined",
           zcor = pairs[, colSums(pairs) > 0], control = control)
  } else {
    geeglm(formula, id = id_, data = data, family = family, corstr = structure, control = control)
  }
  list(estimate = unname(coef(fit)), robust = unname(sqrt(diag(vcov(fit)))),
       naive = unname(sqrt(diag(fit$geese$vbeta.naiv))),
       alpha = unname(fit$geese$alpha), scale = unname(fit$geese$gamma))
}
families <- list(passed = binomial(), incidents = poisson(), score = gaussian())
found <- list()
schools$arm <- factor(schools$arm, levels = c("usual", "new"))
couples$arm <- factor(couples$arm, levels = c("usual", "new"))
couples$role <- factor(couples$role, levels = c("mother", "father"))
couples <- couples[order(couples$dyad_id, couples$role, couples$visit), ]
place <- (as.integer(couples$role) - 1) * 3 + as.integer(factor(couples$visit))
for (outcome in names(families)) for (structure in c("independence", "exchangeable", "ar1",
                                                     "unstructured")) {
  key <- paste(outcome, structure, sep = "_")
  f <- as.formula(paste(outcome, "~ arm + age"))
  found[[paste0("schools_", key)]] <-
    fit_one(f, schools, as.integer(factor(schools$school)), families[[outcome]], structure)
  f <- as.formula(paste(outcome, "~ arm + role"))
  found[[paste0("couples_", key)]] <-
    fit_one(f, couples, as.integer(factor(couples$dyad_id)), families[[outcome]], structure, place)
}

# The cumulative logit by maximum likelihood, and its sandwich by school: expected information A and
# the sum over schools of the outer product of the score, both of the multinomial likelihood.
pupils$arm <- factor(pupils$arm, levels = c("usual", "new"))
fit <- clm(ordered(grade) ~ arm + age, data = pupils, control = clm.control(gradTol = 1e-12))
theta <- fit$alpha; beta <- fit$beta; k <- length(theta)
X <- model.matrix(~ arm + age, pupils)[, -1]
score <- matrix(0, nrow(pupils), k + 2); A <- matrix(0, k + 2, k + 2)
for (i in seq_len(nrow(pupils))) {
  above <- plogis(X[i, ] %*% beta - theta)[1:k]         # P(grade > cut)
  D <- cbind(diag(k), matrix(X[i, ], k, 2, byrow = TRUE)) * (above * (1 - above))
  V <- outer(above, above, pmin) - outer(above, above)
  r <- as.numeric(pupils$grade[i] > 0:(k - 1)) - above
  score[i, ] <- t(D) %*% solve(V, r); A <- A + t(D) %*% solve(V, D)
}
B <- crossprod(rowsum(score, pupils$school)); inv <- solve(A)
found$pupils_ordinal <- list(
  cuts = unname(-theta), estimate = unname(beta), clm_se = unname(sqrt(diag(vcov(fit))))[k + 1:2],
  naive = sqrt(diag(inv))[k + 1:2], robust = sqrt(diag(inv %*% B %*% inv))[k + 1:2],
  robust_cuts = sqrt(diag(inv %*% B %*% inv))[1:k],
  robust_independent = sqrt(diag(inv %*% crossprod(score) %*% inv))[k + 1:2])

write(toJSON(list(command = "Rscript tests/reference/r/geepack_clusters.R <output>",
                  software = list(R = as.character(getRversion()),
                                  geepack = as.character(packageVersion("geepack")),
                                  ordinal = as.character(packageVersion("ordinal"))),
                  answers = found), digits = 15, auto_unbox = TRUE, pretty = TRUE),
      file.path(out, "clusters.json"))
