"""Convive: reports."""
