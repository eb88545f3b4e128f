# Spatial autocorrelation, smoothed and standardised rates. R CMD: Rscript space.R <folder>
suppressPackageStartupMessages({library(spdep); library(jsonlite)})
folder <- commandArgs(TRUE)[1]
read <- function(name) read.csv(file.path(folder, paste0(name, ".csv")))
town <- read("town"); links <- read("links"); n <- nrow(town)
pairs <- rbind(as.matrix(links), as.matrix(links)[, 2:1])
nb <- lapply(seq_len(n), function(i) as.integer(sort(unique(pairs[pairs[, 1] == i, 2]))))
class(nb) <- "nb"; attr(nb, "region.id") <- as.character(seq_len(n))
W <- nb2listw(nb, style = "W"); B <- nb2listw(nb, style = "B")
star <- nb2listw(include.self(nb), style = "B")
x <- town$value; e <- town$events; py <- town$person_years

test <- function(t) unname(c(t$estimate, t$p.value))
two <- "two.sided"
out <- list(
  moran = test(moran.test(x, W, alternative = two)),
  moran_normality = test(moran.test(x, W, randomisation = FALSE, alternative = two)),
  moran_binary_greater = test(moran.test(x, B)),
  geary = test(geary.test(x, W, alternative = two)),
  geary_normality = test(geary.test(x, B, randomisation = FALSE, alternative = two)),
  getis_ord = test(globalG.test(x, B, alternative = two)),
  eb_moran_binary = unname(EBImoran.mc(e, py, B, nsim = 9)$statistic))

lm <- localmoran(x, W, mlvar = TRUE, conditional = TRUE, alternative = two)
out$local_moran <- list(i = lm[, 1], expected = lm[, 2], variance = lm[, 3], z = lm[, 4], p = lm[, 5])
out$local_g <- as.numeric(localG(x, B))
out$local_g_star <- as.numeric(localG(x, star))
out$local_geary <- as.numeric(localC(x, W))

jm <- joincount.multi(factor(town$kind), B)
out$joins <- list(label = rownames(jm), count = jm[, 1], expected = jm[, 2], variance = jm[, 3], z = jm[, 4])
jt <- joincount.test(factor(town$marked), B)
out$two_colours <- lapply(jt, test)

# Local joins: exact, by the hypergeometric distribution that R has of its own.
m <- town$marked; degree <- card(nb)
joins <- sapply(seq_len(n), function(i) sum(m[nb[[i]]]))
out$local_joins_p <- ifelse(m == 1, phyper(joins - 1, sum(m) - 1, n - sum(m), degree, lower.tail = FALSE), NA)

eb <- EBest(e, py); out$eb <- list(rate = eb$estmm, a = attr(eb, "parameters")$a, b = attr(eb, "parameters")$b)
out$eb_local <- EBlocal(e, py, nb)$est

g <- read("groups"); s <- read("standard")
k <- matrix(g$events, ncol = 4, byrow = TRUE); base <- matrix(g$person_years, ncol = 4, byrow = TRUE)
share <- s$standard / sum(s$standard)
w <- sweep(1 / base, 2, share, "*")
y <- rowSums(w * k); v <- rowSums(w^2 * k); top <- apply(w, 1, max)
out$direct <- list(rate = y,
  low = ifelse(y > 0, qgamma(.025, shape = y^2 / v, scale = v / y), 0),
  high = qgamma(.975, shape = (y + top)^2 / (v + top^2), scale = (v + top^2) / (y + top)))
O <- rowSums(k); E <- as.numeric(base %*% s$reference)
exact <- t(sapply(O, function(o) poisson.test(o)$conf.int))
out$indirect <- list(expected = E, low = exact[, 1] / E, high = exact[, 2] / E)

# The neighbourhood prior of mapped rates and its mode at one node, with dense matrices.
Q <- diag(degree) - nb2mat(nb, style = "B")
values <- eigen(Q, symmetric = TRUE); keep <- values$values > 1e-9
inverse <- values$vectors[, keep] %*% (t(values$vectors[, keep]) / values$values[keep])
out$scale <- exp(mean(log(diag(inverse))))
spread <- .6; shared <- .7
C <- spread^2 * ((1 - shared) * diag(n) + shared * inverse / out$scale) + 1e6
expected <- py * sum(e) / sum(py)
P <- solve(C); eta <- rep(0, n)
for (i in 1:60) {
  mu <- expected * exp(eta)
  eta <- as.numeric(solve(P + diag(mu), e - mu + mu * eta))
}
out$mode <- eta
out$mode_sd <- sqrt(diag(solve(P + diag(expected * exp(eta)))))
out$versions <- list(R = as.character(getRversion()), spdep = as.character(packageVersion("spdep")))
cat(toJSON(out, digits = NA, auto_unbox = TRUE, na = "null"))
