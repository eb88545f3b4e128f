"""Convive: catalogue."""
