# spdep: local Moran's I and Gi* with 999 conditional permutations.
suppressMessages(library(spdep))
arguments <- commandArgs(TRUE)
value <- read.csv(file.path(arguments[1], "areas.csv"))$value
links <- read.csv(file.path(arguments[1], "links.csv"))
neighbours <- split(links$to + 1L, factor(links$from, levels = seq_along(value) - 1L))
neighbours <- structure(lapply(unname(neighbours), as.integer), class = "nb",
                        region.id = as.character(seq_along(value)))
which <- sub(".*-", "", basename(arguments[3]))
listw <- nb2listw(if (which == "getis") include.self(neighbours) else neighbours, style = "W")
seconds <- sapply(seq_len(as.integer(arguments[2])), function(i) {
  set.seed(1)
  start <- proc.time()[["elapsed"]]
  found <<- if (which == "moran") localmoran_perm(value, listw, nsim = 999)
            else localG_perm(value, listw, nsim = 999)
  proc.time()[["elapsed"]] - start
})
statistic <- if (which == "moran") found[, "Ii"] else as.numeric(found)
write.csv(data.frame(statistic = statistic), paste0(arguments[3], ".csv"), row.names = FALSE)
cat(sprintf('{"seconds": [%s], "part": 1}', paste(seconds, collapse = ",")),
    file = paste0(arguments[3], ".json"))
