# Levels that exist in one arm only, and slopes on an inner level, by lme4, lmerTest and pbkrtest.
# Usage: Rscript lme4_levels.R <folder of CSV files> <output folder>
suppressMessages({library(lme4); library(lmerTest); library(pbkrtest); library(jsonlite)
                  library(clubSandwich)})
args <- commandArgs(trailingOnly = TRUE)
data_dir <- args[1]; out_dir <- args[2]
control <- lmerControl(optimizer = "bobyqa", optCtrl = list(rhoend = 1e-10, maxfun = 1e5))

table_of <- function(fit, ddf) {
  s <- summary(fit, ddf = ddf)$coefficients
  lapply(seq_len(nrow(s)), function(i) list(
    term = rownames(s)[i], estimate = s[i, "Estimate"], se = s[i, "Std. Error"],
    df = s[i, "df"], p = s[i, "Pr(>|t|)"]))
}

cr2_of <- function(fit, cluster) {
  s <- coef_test(fit, vcov = "CR2", cluster = cluster, test = "Satterthwaite")
  lapply(seq_len(nrow(s)), function(i) list(term = rownames(vcov(fit))[i], estimate = s$beta[i],
    se = s$SE[i], df = s$df[i], p = s$p_Satt[i]))
}

# cluster: the outermost independent units; NULL where clubSandwich cannot do the model
run <- function(id, data_file, preparation, formula, data, cluster) {
  reml <- lmerTest::lmer(formula, data, REML = TRUE, control = control)
  ml <- lmerTest::lmer(formula, data, REML = FALSE, control = control)
  parts <- function(fit) {
    v <- as.data.frame(VarCorr(fit))
    list(loglik = as.numeric(logLik(fit)), singular = isSingular(fit),
         random = lapply(seq_len(nrow(v)), function(i) as.list(v[i, c("grp", "var1", "var2", "vcov")])))
  }
  out <- list(id = id, data_file = data_file, preparation = preparation,
              model = paste(deparse(formula, width.cutoff = 500), collapse = " "),
              command = "Rscript tests/reference/r/lme4_levels.R <data> <output>",
              software = list(R = as.character(getRversion()),
                              lme4 = as.character(packageVersion("lme4")),
                              lmerTest = as.character(packageVersion("lmerTest")),
                              pbkrtest = as.character(packageVersion("pbkrtest")),
                              clubSandwich = as.character(packageVersion("clubSandwich"))),
              reml = parts(reml), ml = parts(ml),
              satterthwaite = table_of(reml, "Satterthwaite"),
              kenward_roger = table_of(reml, "Kenward-Roger"),
              cr2 = if (is.null(cluster)) list() else
                cr2_of(lme4::lmer(formula, data, control = control), cluster))
  write(toJSON(out, digits = 15, auto_unbox = TRUE, pretty = TRUE, null = "null", na = "null"),
        file.path(out_dir, paste0(id, ".json")))
  cat(id, out$reml$loglik, out$reml$singular, out$ml$loglik, "\n")
}

bt <- read.csv(file.path(data_dir, "btheb_long.csv"))
bt <- bt[!is.na(bt$bdi), ]
bt$treatment <- factor(bt$treatment, levels = c("TAU", "BtheB"))
bt$arm <- as.numeric(bt$treatment == "BtheB")
bt$therapist <- factor(ifelse(bt$arm == 1, bt$id %% 13, 99))
bt$id <- factor(bt$id)
run("btheb_therapist_in_one_arm", "btheb_long.csv",
    paste("rows with missing bdi dropped; arm = 1 for BtheB;",
          "therapist = id mod 13 in the BtheB arm, none in the TAU arm"),
    bdi ~ bdi_pre + month + treatment + (1 | id) + (0 + arm | therapist), bt, NULL)

sleep <- read.csv(file.path(data_dir, "sleepstudy.csv"))
sleep$pair <- factor((as.integer(factor(sleep$Subject)) - 1) %/% 3)
sleep$Subject <- factor(sleep$Subject)
run("sleepstudy_slope_in_trio", "sleepstudy.csv",
    "trio = (number of the subject in order, from 0) div 3",
    Reaction ~ Days + (1 + Days | Subject) + (0 + Days | pair), sleep, sleep$pair)
run("sleepstudy_slope", "sleepstudy.csv", "as it stands",
    Reaction ~ Days + (1 + Days | Subject), sleep, sleep$Subject)
