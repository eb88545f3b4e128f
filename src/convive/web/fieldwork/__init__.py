"""Fieldwork: instruments filled in on the web, on a phone, in a field app and on paper."""
