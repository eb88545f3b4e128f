"""Convive: core index."""
