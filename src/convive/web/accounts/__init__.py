"""Accounts: who may come in, by which name, in which roles."""
