# One fit in R, from data.frame to contrasts; prints CPU seconds, peak memory above the data (MB),
# the estimate. Rscript r_fits.R lme4|nlme|mmrm CASE FILE

arguments <- commandArgs(trailingOnly = TRUE)
program <- arguments[1]
case <- arguments[2]
suppressPackageStartupMessages(library(program, character.only = TRUE))

data <- read.csv(arguments[3], stringsAsFactors = TRUE)
data$month <- data$day / 30
for (name in c("participant_id", "class_id", "school_id")) data[[name]] <- factor(data[[name]])

read_memory <- function(name) {
  line <- grep(name, readLines("/proc/self/status"), value = TRUE)
  as.numeric(gsub("[^0-9]", "", line)) / 1024
}

fit_lme4 <- function() {
  formula <- switch(case,
    random_intercept = score ~ baseline + arm * month + (1 | participant_id),
    random_slope = score ~ baseline + arm * month + (month | participant_id),
    nested = score ~ baseline + arm * month +
      (1 | participant_id) + (1 | class_id) + (1 | school_id)
  )
  unname(tail(fixef(lmer(formula, data)), 1)) / 30
}

fit_nlme <- function() {
  if (case == "mmrm") {
    data$occasion <- as.integer(data$visit)
    fitted <- gls(
      score ~ baseline + arm * visit, data,
      correlation = corSymm(form = ~ occasion | participant_id),
      weights = varIdent(form = ~ 1 | visit)
    )
    return(unname(tail(coef(fitted), 1) + coef(fitted)["armtreated"]))
  }
  random <- switch(case,
    random_intercept = ~ 1 | participant_id,
    random_slope = ~ month | participant_id,
    nested = ~ 1 | school_id / class_id / participant_id
  )
  unname(tail(fixef(lme(score ~ baseline + arm * month, data, random)), 1)) / 30
}

fit_mmrm <- function() {
  fitted <- mmrm(
    score ~ baseline + arm * visit + us(visit | participant_id), data,
    method = "Kenward-Roger", vcov = "Kenward-Roger-Linear"
  )
  terms <- names(coef(fitted))
  contrast <- as.numeric(terms == "armtreated") + as.numeric(seq_along(terms) == length(terms))
  df_1d(fitted, contrast)$est
}

invisible(gc())
before <- read_memory("VmRSS")
try(cat("5", file = "/proc/self/clear_refs"), silent = TRUE)
start <- proc.time()
estimate <- switch(program, lme4 = fit_lme4(), nlme = fit_nlme(), mmrm = fit_mmrm())
spent <- proc.time() - start
cat(sum(spent[c("user.self", "sys.self")]), read_memory("VmHWM") - before, estimate, nrow(data), "\n")
