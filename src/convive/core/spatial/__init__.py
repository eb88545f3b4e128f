"""Convive: core spatial."""
