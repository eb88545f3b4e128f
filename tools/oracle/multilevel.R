# A logistic model by lme4 and a cumulative one by ordinal, both by adaptive quadrature.
suppressMessages({library(lme4); library(ordinal); library(jsonlite)})
people <- read.csv(file.path(commandArgs(TRUE)[1], "people.csv"))
people$area <- factor(people$area)
people$step <- factor(people$step, ordered = TRUE)
binary <- glmer(yes ~ woman + old + (1 | area), data = people, family = binomial, nAGQ = 15,
                control = glmerControl(optimizer = "bobyqa", optCtrl = list(maxfun = 1e5, rhoend = 1e-9)))
steps <- clmm(step ~ woman + old + (1 | area), data = people, nAGQ = 15,
              control = clmm.control(gradTol = 1e-8))
cat(toJSON(list(
  binary = list(beta = as.numeric(fixef(binary)), sd = as.numeric(attr(VarCorr(binary)$area, "stddev")),
                se = as.numeric(sqrt(diag(vcov(binary))))),
  steps = list(beta = as.numeric(steps$beta), thresholds = as.numeric(steps$alpha),
               sd = as.numeric(unlist(steps$ST)), logLik = as.numeric(steps$logLik),
               se = as.numeric(sqrt(diag(vcov(steps)))[c("woman", "old")])),
  versions = list(R = R.version.string, lme4 = as.character(packageVersion("lme4")),
                  ordinal = as.character(packageVersion("ordinal")))
), digits = NA, auto_unbox = TRUE))
