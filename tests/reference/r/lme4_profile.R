# Profile-likelihood limits of standard deviations, by full likelihood (lme4 1.1-31).
# Rscript lme4_profile.R ../committed/data ../golden_r/profile

suppressPackageStartupMessages(library(lme4))
arguments <- commandArgs(trailingOnly = TRUE)
sleep <- read.csv(file.path(arguments[1], "sleepstudy.csv"))
btheb <- subset(read.csv(file.path(arguments[1], "btheb_long.csv")), !is.na(bdi))

write <- function(name, model) {
  profiled <- profile(model, which = "theta_", signames = FALSE, delta.cutoff = 1 / 64,
                      maxpts = 1000, devtol = 1e-9)
  limits <- confint(profiled)
  limits <- limits[grep("^sd_|^sigma", rownames(limits)), , drop = FALSE]
  rows <- sprintf('  "%s": [%.12g, %.12g]', rownames(limits), limits[, 1], limits[, 2])
  file <- file.path(arguments[2], paste0(name, ".json"))
  writeLines(c("{", paste(rows, collapse = ",\n"), "}"), file)
}

write("sleepstudy_ri", lmer(Reaction ~ Days + (1 | Subject), sleep, REML = FALSE))
write("sleepstudy_ris", lmer(Reaction ~ Days + (Days | Subject), sleep, REML = FALSE))
write("btheb_ri", lmer(
  bdi ~ bdi_pre + month + treatment + drug + length + (1 | id), btheb, REML = FALSE
))
