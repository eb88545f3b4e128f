"""Convive: connectors."""
