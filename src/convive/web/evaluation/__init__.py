"""Evaluations at the action: laid down before it starts, answered afterwards, told to the council."""
