"""Reads of evaluations, and of what the evidence makes possible."""
