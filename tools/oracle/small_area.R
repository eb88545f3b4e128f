# Fay-Herriot is random-effects meta-regression with known variances.
suppressMessages({library(metafor); library(jsonlite)})
areas <- read.csv(file.path(commandArgs(TRUE)[1], "areas.csv"))
tight <- list(threshold = 1e-14, maxiter = 10000, tol = 1e-14)
found <- lapply(c(reml = "REML", ml = "ML", fh = "PM"), function(method) {
  fit <- rma(direct, variance, mods = ~ age + density, data = areas, method = method, control = tight)
  list(variance = fit$tau2, beta = as.numeric(fit$beta), se = fit$se,
       blup = blup(fit)$pred, fitted = as.numeric(fitted(fit)))
})
found$versions <- list(R = R.version.string, metafor = as.character(packageVersion("metafor")))
cat(toJSON(found, digits = NA, auto_unbox = TRUE))
