# Principal components of sparse votes and the best k-means.
library(jsonlite)
folder <- commandArgs(TRUE)[1]
x <- as.matrix(read.csv(file.path(folder, "votes.csv")))
seen <- !is.na(x)
centred <- sweep(x, 2, colMeans(x, na.rm = TRUE))
centred[!seen] <- 0
parts <- svd(centred)
positions <- centred %*% parts$v[, 1:2] * sqrt(ncol(x) / rowSums(seen))
set.seed(1)
within <- sapply(2:4, function(k) kmeans(positions, k, nstart = 200, iter.max = 100)$tot.withinss)
cat(toJSON(list(
  positions = abs(positions), explained = (parts$d^2 / sum(parts$d^2))[1:2], within = within,
  versions = list(R = R.version.string)
), digits = NA, auto_unbox = TRUE))
