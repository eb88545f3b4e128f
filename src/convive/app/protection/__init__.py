"""Use cases of whoever answers for the evidence: list, weed, register, check."""
