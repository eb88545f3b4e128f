# Factor adequacy, Bartlett's test, eigenvalues and predictions of a regression.
library(psych)
library(jsonlite)
folder <- commandArgs(TRUE)[1]
x <- read.csv(file.path(folder, "indicators.csv"))
kmo <- KMO(x)
bartlett <- cortest.bartlett(cor(x), n = nrow(x))
two <- principal(x, nfactors = 2, rotate = "none")
known <- x
known$i0[c(3, 17, 40)] <- NA
fit <- lm(i0 ~ i1 + i2 + i3 + i4 + i5, data = known)
guess <- predict(fit, newdata = x[c(3, 17, 40), ], se.fit = TRUE)
cat(toJSON(list(
  kmo = kmo$MSA,
  chisq = bartlett$chisq, p = bartlett$p.value,
  eigenvalues = eigen(cor(x))$values,
  communality = as.numeric(two$communality),
  filled = as.numeric(guess$fit),
  error = sqrt(as.numeric(guess$se.fit)^2 + guess$residual.scale^2),
  versions = list(R = R.version.string, psych = as.character(packageVersion("psych")))
), digits = NA, auto_unbox = TRUE))
