"""Editions and corrections as pages show them."""
