# Kappa of two raters; only the unweighted one has a usable variance in this version.
library(psych)
library(jsonlite)
folder <- commandArgs(TRUE)[1]
x <- read.csv(file.path(folder, "pair.csv"))
quadratic <- cohen.kappa(x)
steps <- abs(outer(0:3, 0:3, "-"))
linear <- cohen.kappa(x, w = 1 - steps / 3)
cat(toJSON(list(
  nominal = quadratic$kappa, nominal_variance = quadratic$var.kappa,
  quadratic = quadratic$weighted.kappa, linear = linear$weighted.kappa,
  versions = list(R = R.version.string, psych = as.character(packageVersion("psych")))
), digits = NA, auto_unbox = TRUE))
