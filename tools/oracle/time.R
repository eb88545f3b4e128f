# What surveillance, strucchange, nlme and stats of R make of our series.
suppressMessages({
  library(surveillance)
  library(strucchange)
  library(nlme)
  library(jsonlite)
})
# R stops early (a relative change of 1e-8 in the deviance): bounds far ahead feel it.
exact <- stats::glm.control
formals(exact)$epsilon <- 1e-14
formals(exact)$maxit <- 100
assignInNamespace("glm.control", exact, "stats")
folder <- commandArgs(TRUE)[1]
read <- function(name) read.csv(file.path(folder, paste0(name, ".csv")))

weekly <- as.matrix(read("weekly"))
sts_of <- function(x) sts(observed = x, frequency = 52)
weeks <- 490:520
flexible <- function(...) {
  control <- modifyList(list(range = weeks, b = 5, w = 3, glmWarnings = FALSE), list(...))
  found <- farringtonFlexible(sts_of(weekly), control)
  list(
    upper = t(upperbound(found)), alarm = t(alarms(found)), expected = t(found@control$expected),
    dispersion = t(found@control$phiVector)
  )
}
classic <- function() {
  control <- list(range = weeks, b = 4, w = 3, alpha = 0.01)
  found <- farrington(sts_of(weekly), control, verbose = FALSE)
  list(upper = t(upperbound(found)), alarm = t(alarms(found)))
}
ears <- function(method, alpha) {
  found <- earsC(sts_of(weekly), list(method = method, range = weeks, alpha = alpha))
  list(upper = t(upperbound(found)), alarm = t(alarms(found)))
}

monthly <- data.frame(y = read("monthly")$counts)
monthly$month <- factor(seq_len(nrow(monthly)) %% 12)
monthly$time <- seq_len(nrow(monthly))
remembered <- sapply(c(0, 0.3, 0.6, 0.9), function(rho) {
  fit <- gls(y ~ time + month, monthly, corAR1(rho, ~time, fixed = TRUE), method = "REML")
  as.numeric(logLik(fit))
})

stepped <- read("stepped")$counts
jumps <- breakpoints(stepped ~ 1, h = 10, breaks = 5)
rates <- function(h, k, theta) arlCusum(h = h, k = k, theta = theta, distr = "poisson")$ARL

cat(toJSON(list(
  versions = list(
    R = as.character(getRversion()), surveillance = as.character(packageVersion("surveillance")),
    strucchange = as.character(packageVersion("strucchange")),
    nlme = as.character(packageVersion("nlme"))
  ),
  flexible_plain = flexible(reweight = FALSE, thresholdMethod = "delta", alpha = 0.05),
  improved = flexible(
    noPeriods = 10, pastWeeksNotIncluded = 26, pThresholdTrend = 1, weightsThreshold = 2.58,
    thresholdMethod = "nbPlugin", alpha = 0.05
  ),
  uncertain = flexible(
    noPeriods = 10, pastWeeksNotIncluded = 26, pThresholdTrend = 1, reweight = FALSE,
    thresholdMethod = "muan", alpha = 0.05
  ),
  classic = classic(),
  ears_c1 = ears("C1", 0.001), ears_c2 = ears("C2", 0.001), ears_c3 = ears("C3", 0.025),
  cusum_arl = c(rates(4, 3, 2.4), rates(10, 6, 5), rates(3, 1.5, 1)),
  remembered = remembered,
  stepped = list(
    at = lapply(1:4, function(m) breakpoints(jumps, breaks = m)$breakpoints),
    squares = sapply(1:4, function(m) breakpoints(jumps, breaks = m)$RSS)
  )
), digits = NA, auto_unbox = TRUE, na = "null"))
