# spatstat: Gaussian density of points in a rectangle, no edge correction, as the others.
suppressMessages(library(spatstat))
arguments <- commandArgs(TRUE)
points <- read.csv(file.path(arguments[1], "points.csv"))
grid <- read.csv(file.path(arguments[1], "grid.csv"))
window <- owin(c(grid$low, grid$low + grid$side), c(grid$low, grid$low + grid$side))
pattern <- ppp(points$x, points$y, window = window, check = FALSE)
seconds <- sapply(seq_len(as.integer(arguments[2])), function(i) {
  start <- proc.time()[["elapsed"]]
  found <<- density(pattern, sigma = grid$bandwidth, edge = FALSE, dimyx = grid$n)
  proc.time()[["elapsed"]] - start
})
write.csv(found$v, paste0(arguments[3], ".csv"), row.names = FALSE)
cat(sprintf('{"seconds": [%s], "part": 1}', paste(seconds, collapse = ",")),
    file = paste0(arguments[3], ".json"))
