"""Evaluation as use cases: counts kept for studies, what designs can be used, gated answers."""
