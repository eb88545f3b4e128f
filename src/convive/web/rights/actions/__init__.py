"""Writes; each is one transaction with its event in the log."""
