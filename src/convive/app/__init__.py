"""Convive: app."""
