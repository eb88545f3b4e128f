"""Convive: cli."""
