"""Reads of editions and corrections."""
