# R survey: a mean by domain with its standard error, plain or after raking (some domains, scaled).
suppressMessages(library(survey))
arguments <- commandArgs(TRUE)
people <- read.csv(file.path(arguments[1], "people.csv"))
totals <- read.csv(file.path(arguments[1], "totals.csv"))
design <- svydesign(ids = ~psu, strata = ~stratum, weights = ~weight, data = people)
is_raked <- grepl("raked$", arguments[3])
n_domains <- max(people$domain) + 1
n_done <- if (is_raked) 10 else n_domains
if (is_raked) {
  margin <- function(name) {
    own <- totals[totals$margin == name, ]
    setNames(data.frame(factor(own$cell), own$total), c(name, "Freq"))
  }
  for (name in c("age", "sex", "district")) design$variables[[name]] <- factor(people[[name]])
  design <- calibrate(design, list(~age, ~sex, ~district), lapply(c("age", "sex", "district"), margin),
                      calfun = "raking", maxit = 200, epsilon = 1e-10)
}
some <- subset(design, domain < n_done)
start <- proc.time()[["elapsed"]]
found <- svyby(~y, ~domain, some, svymean)
seconds <- proc.time()[["elapsed"]] - start
write.csv(data.frame(value = found$y, se = found$se), paste0(arguments[3], ".csv"), row.names = FALSE)
cat(sprintf('{"seconds": [%f], "part": %f}', seconds, n_done / n_domains),
    file = paste0(arguments[3], ".json"))
