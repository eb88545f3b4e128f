"""Convive: core evaluation."""
