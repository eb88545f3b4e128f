# Numbers of R's survey package (and of glm for R-indicators) for the town of tests/factories/oracle/survey.py.
suppressPackageStartupMessages({library(survey); library(jsonlite)})
folder <- commandArgs(TRUE)[1]
town <- read.csv(file.path(folder, "town.csv"))
age <- c("16-29" = 3100, "30-49" = 5200, "50-64" = 4300, "65+" = 3400)
sex <- c(m = 7700, w = 8300)
town$age <- factor(town$age, levels = names(age))
town$sex <- factor(town$sex, levels = names(sex))

designs <- list(
  stratified = svydesign(~1, strata = ~stratum, weights = ~weight, data = town),
  clustered = svydesign(~cluster, strata = ~stratum, weights = ~weight, fpc = ~fpc1, data = town),
  two_stage = svydesign(~cluster + person, strata = ~stratum, weights = ~weight,
                        fpc = ~fpc1 + fpc2, data = town)
)
pair <- function(x) list(value = unname(as.vector(coef(x))), se = unname(as.vector(SE(x))))

quantiles <- lapply(designs[1:2], function(d) {
  lapply(c(low = 0.25, half = 0.5, high = 0.9), function(p) {
    whole <- svyquantile(~minutes, d, p)$minutes
    by <- lapply(0:6, function(a) {
      part <- d[d$variables$area == a, ]
      svyquantile(~minutes, part, p, df = degf(part))$minutes
    })
    list(whole = as.vector(whole), areas = t(sapply(by, as.vector)))
  })
})

targets <- c(sum(age), age[-1], sex["w"])
names(targets) <- c("(Intercept)", "age30-49", "age50-64", "age65+", "sexw")
calibrated <- function(d) {
  strict <- function(...) calibrate(d, ..., epsilon = 1e-12, maxit = 200)
  list(
    post = postStratify(d, ~age, data.frame(age = factor(names(age), names(age)), Freq = age)),
    raking = strict(~age + sex, targets, calfun = "raking"),
    linear = strict(~age + sex + income, c(targets, income = 361000), calfun = "linear"),
    cut = strict(~age + sex, targets, calfun = "linear", bounds = c(0.77, 1.64)),
    logit = strict(~age + sex + income, c(targets, income = 361000), calfun = "logit",
                   bounds = c(0.3, 4))
  )
}
describe <- function(d) {
  areas <- svyby(~unsafe, ~area, d, svymean)
  women <- svyglm(unsafe ~ sex, d)
  one <- svyglm(unsafe ~ I(area == 3), d)
  list(
    weights = as.vector(weights(d))[1:20],
    mean = pair(svymean(~minutes, d)), share = pair(svymean(~unsafe, d)),
    total = pair(svytotal(~income, d)), ratio = pair(svyratio(~minutes, ~income, d)),
    areas = list(value = areas$unsafe, se = areas$se,
                 df = sapply(0:6, function(a) degf(d[d$variables$area == a, ]))),
    difference = list(value = unname(coef(women)[2]), se = unname(SE(women)[2])),
    against_rest = list(value = unname(coef(one)[2]), se = unname(SE(one)[2])),
    median = as.vector(svyquantile(~minutes, d, 0.5)$minutes)
  )
}
uncalibrated <- lapply(designs, describe)
after <- lapply(lapply(designs, calibrated), function(ds) lapply(ds, describe))

figure <- function(w, d) c(sum(w * d$minutes) / sum(w * d$income), sum(w * d$unsafe) / sum(w))
rep_pair <- function(r) pair(withReplicates(r, figure))
jk1 <- as.svrepdesign(svydesign(~cluster, weights = ~weight, data = town), type = "JK1")
jkn <- as.svrepdesign(designs$clustered, type = "JKn")
raked_jkn <- calibrate(jkn, ~age + sex, targets, calfun = "raking", epsilon = 1e-12, maxit = 200)
paired <- svydesign(~cluster, strata = ~pair, weights = ~weight, data = town)
brr <- as.svrepdesign(paired, type = "BRR")
fay <- as.svrepdesign(paired, type = "Fay", fay.rho = 0.3)
replicates <- list(
  jk1 = rep_pair(jk1), jkn = rep_pair(jkn), jkn_raked = rep_pair(raked_jkn),
  brr_total = pair(svytotal(~minutes, brr)), fay_total = pair(svytotal(~minutes, fay)),
  fay = list(weights = weights(fay, type = "analysis")[1:144, ], figure = rep_pair(fay[1:144, ]))
)

trimmed <- weights(trimWeights(designs$stratified, upper = 75, strict = TRUE))

invited <- read.csv(file.path(folder, "invited.csv"))
r_indicator <- function(w) {
  # the formulas of Shlomo, Skinner and Schouten (2012), step by step
  fit <- suppressWarnings(glm(answered ~ factor(age) + factor(area), binomial, invited, weights = w,
                              control = glm.control(epsilon = 1e-14, maxit = 100)))
  x <- model.matrix(fit); p <- fitted(fit); n <- sum(w)^2 / sum(w^2)
  info <- solve(t(x) %*% (x * w * p * (1 - p)))
  v <- info %*% (t(x) %*% (x * w^2 * p * (1 - p))) %*% info
  z <- x * p * (1 - p); m <- sum(w * p) / sum(w)
  s2 <- sum(w * (p - m)^2) / sum(w)
  adjusted <- (1 + 1 / n) * s2 - sum(w * rowSums((z %*% v) * z)) / sum(w)
  zc <- sweep(z, 2, colSums(w * z) / sum(w))
  a <- colSums(w * zc * (p - m)) / sum(w); b <- t(zc * w) %*% zc / sum(w)
  var <- 4 * t(a) %*% v %*% a + 2 * sum(diag(b %*% v %*% b %*% v)) +
    (sum(w * (p - m)^4) / sum(w) - s2^2) / n
  by_age <- tapply(w * p, invited$age, sum) / tapply(w, invited$age, sum)
  part <- sqrt(tapply(w, invited$age, sum) / sum(w)) * (by_age - m)
  own <- ave(w * p, invited$area, FUN = sum) / ave(w, invited$area, FUN = sum)
  list(uncorrected = 1 - 2 * sqrt(s2), value = 1 - 2 * sqrt(adjusted),
       se = as.vector(sqrt(var) / sqrt(adjusted)), by_age = as.vector(part),
       age = sqrt(sum(part^2)), age_given_area = sqrt(sum(w * (p - own)^2) / sum(w)))
}
plan <- function(n, p, power) power.prop.test(n = n, p1 = p, power = power, tol = 1e-14)$p2 - p

cat(toJSON(list(
  quantiles = quantiles, uncalibrated = uncalibrated, calibrated = after, replicates = replicates,
  trimmed = as.vector(trimmed),
  r_indicator = list(plain = r_indicator(rep(1, nrow(invited))), weighted = r_indicator(invited$weight)),
  detectable = c(plan(400, 0.3, 0.8), plan(350, 0.1, 0.9), plan(1200, 0.5, 0.8)),
  versions = list(R = R.version.string, survey = as.character(packageVersion("survey")))
), digits = NA, auto_unbox = TRUE))
