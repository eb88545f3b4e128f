"""Convive: core survey."""
