"""Convive: core temporal."""
