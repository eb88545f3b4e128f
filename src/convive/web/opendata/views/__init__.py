"""Answers of open data."""
