"""Convive: core."""
