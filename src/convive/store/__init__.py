"""Convive: store."""
