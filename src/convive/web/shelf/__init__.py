"""The knowledge shelf on the web: found, read, held against a problem of the town, taken into the plan."""
