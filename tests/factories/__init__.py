"""Factories of test objects."""
