# Densities and bandwidths by spatstat, the Knox test by surveillance, scans by brute force in R.
suppressMessages({
  library(jsonlite); library(spatstat.geom); library(spatstat.explore); library(surveillance)
})
folder <- commandArgs(TRUE)[1]
read <- function(name) read.csv(file.path(folder, paste0(name, ".csv")))
points <- read("points"); nodes <- read("nodes"); events <- read("events"); areas <- read("areas")

# Density, exact at the nodes: they take part with a weight of 0.
n <- nrow(points); m <- nrow(nodes)
both <- ppp(c(points$x, nodes$x), c(points$y, nodes$y), window = owin(c(0, 2000), c(0, 1500)), check = FALSE)
at_nodes <- function(...) as.numeric(density(both, weights = c(rep(1, n), rep(0, m)), at = "points",
  leaveoneout = FALSE, ...)[n + seq_len(m)]) * 1e6
only <- ppp(points$x, points$y, window = owin(c(0, 2000), c(0, 1500)), check = FALSE)
density_numbers <- list(
  none = at_nodes(sigma = 120, edge = FALSE),
  uniform = at_nodes(sigma = 120, edge = TRUE),
  diggle = at_nodes(sigma = 120, edge = TRUE, diggle = TRUE),
  quartic = at_nodes(sigma = 300 / sqrt(8), edge = FALSE, kernel = "quartic"),
  scott = as.numeric(bw.scott(only, isotropic = TRUE))
)
ppl <- bw.ppl(only, srange = c(60, 240), ns = 16)
density_numbers$ppl <- as.numeric(ppl)
density_numbers$ppl_sigma <- as.numeric(attr(ppl, "h")); density_numbers$ppl_cv <- as.numeric(attr(ppl, "cv"))

# Knox: only the lower triangle, or every pair is counted twice and each event with itself.
ds <- as.matrix(dist(events[, c("x", "y")])); dt <- as.matrix(dist(events$day))
low <- lower.tri(ds)
test <- knox(dt = dt[low], ds = ds[low], eps.t = 6.5, eps.s = 99.5, simulate.p.value = FALSE)
space <- cut(ds[low], c(-1, 0, 99.999, 199.999, 299.999)); time <- cut(dt[low], c(-1, 6, 13, 27))
knox_numbers <- list(observed = as.numeric(test$statistic), expected = as.numeric(test$parameter),
  table = unclass(table(space, time)), in_space = as.numeric(table(space)), in_time = as.numeric(table(time)))
attributes(knox_numbers$table) <- list(dim = c(4, 3))

# Scans: all circles up to half of the residents, by loops.
ratio <- function(c, m, C) ifelse(c > m, c * log(c / m) +
  ifelse(C > c, (C - c) * log((C - c) / (C - m)), 0), 0)
circles <- function(x, y, size, share, visit) {
  far <- as.matrix(dist(cbind(x, y)))
  for (i in seq_along(x)) {
    near <- order(far[i, ], seq_along(x)); near <- c(i, near[near != i])
    near <- near[cumsum(size[near]) <= share * sum(size)]
    for (k in seq_along(near)) visit(near[seq_len(k)])
  }
}
best_circle <- function(x, y, size, cases, share) {
  best <- list(llr = -1); C <- sum(cases); M <- size / sum(size) * C
  circles(x, y, size, share, function(zone) {
    l <- ratio(sum(cases[zone]), sum(M[zone]), C)
    if (l > best$llr + 1e-9) best <<- list(llr = l, cases = sum(cases[zone]), expected = sum(M[zone]), n = length(zone))
  })
  best
}
table <- as.matrix(areas[, paste0("month", 0:11)]); C <- sum(table)
M <- matrix(areas$residents, 60, 12); M <- M / sum(M) * C
P <- outer(rowSums(table), colSums(table)) / C
best_cylinder <- function(M, prospective) {
  best <- list(llr = -1)
  circles(areas$x, areas$y, areas$residents, 0.5, function(zone) {
    cc <- c(0, cumsum(colSums(table[zone, , drop = FALSE]))); mm <- c(0, cumsum(colSums(M[zone, , drop = FALSE])))
    for (e in if (prospective) 12 else 1:12) for (s in max(0, e - 4):(e - 1)) {
      l <- ratio(cc[e + 1] - cc[s + 1], mm[e + 1] - mm[s + 1], C)
      if (l > best$llr + 1e-9) best <<- list(llr = l, cases = cc[e + 1] - cc[s + 1],
        expected = mm[e + 1] - mm[s + 1], n = length(zone), first = s, last = e - 1)
    }
  })
  best
}
ny <- sf::st_drop_geometry(sf::st_read(system.file("shapes/NY8_utm18.shp", package = "spData"), quiet = TRUE))
scan_numbers <- list(
  areas = best_circle(areas$x, areas$y, areas$residents, areas$cases, 0.5),
  prospective = best_cylinder(M, TRUE), retrospective = best_cylinder(M, FALSE),
  permutation = best_cylinder(P, FALSE),
  ny_half = best_circle(ny$X, ny$Y, ny$POP8, floor(ny$TRACTCAS), 0.5),
  ny_tenth = best_circle(ny$X, ny$Y, ny$POP8, floor(ny$TRACTCAS), 0.1)
)
version <- function(p) as.character(packageVersion(p))
cat(toJSON(list(density = density_numbers, knox = knox_numbers, scan = scan_numbers,
  versions = list(R = R.version.string, spatstat.explore = version("spatstat.explore"),
    surveillance = version("surveillance"), spData = version("spData"))), digits = NA, auto_unbox = TRUE))
