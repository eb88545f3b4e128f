"""Convive: web."""
