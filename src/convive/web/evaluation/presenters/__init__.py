"""Evaluations as pages show them."""
