"""Convive: the open workbench for urban security, as a library."""

__version__ = "0.1.0"
