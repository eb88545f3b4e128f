"""Writes of the workspace; each is one transaction with its event in the log."""
