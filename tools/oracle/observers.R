# Mixed model of ratings with Kenward and Roger's standard errors and degrees of freedom.
suppressMessages({library(jsonlite); library(lme4); library(pbkrtest)})
folder <- commandArgs(TRUE)[1]
walk <- read.csv(file.path(folder, "walk.csv"))
for (name in c("place", "rater", "area")) walk[[name]] <- factor(walk[[name]])
fit <- lmer(y ~ 0 + area + rater + (1 | place), walk, control = lmerControl(
  optimizer = "bobyqa", optCtrl = list(rhoend = 1e-12)))
beta <- fixef(fit)
adjusted <- vcovAdj(fit)
one <- function(row) {
  c(estimate = sum(row * beta), se = sqrt(drop(row %*% as.matrix(adjusted) %*% row)), df = Lb_ddf(row, vcov(fit), adjusted))
}
n_areas <- nlevels(walk$area); n_raters <- nlevels(walk$rater)
raters <- lapply(seq_len(n_raters), function(i) {
  weight <- rep(-1 / (n_raters - 1), n_raters); weight[i] <- 1
  one(c(rep(0, n_areas), weight[-1]))
})
areas <- lapply(seq_len(n_areas), function(i) {
  one(c(as.numeric(seq_len(n_areas) == i), rep(1 / n_raters, n_raters - 1)))
})
columns <- function(rows) as.list(as.data.frame(do.call(rbind, rows)))
cat(toJSON(list(
  raters = columns(raters), areas = columns(areas),
  ratio = as.numeric(VarCorr(fit)$place) / sigma(fit)^2,
  versions = list(R = R.version.string, lme4 = as.character(packageVersion("lme4")),
                  pbkrtest = as.character(packageVersion("pbkrtest")))
), digits = NA, auto_unbox = TRUE))
