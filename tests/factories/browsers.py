"""How long a browser waits before a test gives up."""

PATIENCE = 120_000
"""Milliseconds; a machine that does ten things at once needs longer than the half minute usual."""
