"""What people may be in a local partnership; an account may hold several roles."""

from __future__ import annotations

from enum import StrEnum


class Role(StrEnum):
    """A role of an account; its name in words is the text ``role.<code>``."""

    COORDINATOR = "coordinator"
    ANALYST = "analyst"
    PARTNER = "partner"
    ELECTED = "elected"
    FIELD = "field"
    DATA_PROTECTION = "dpo"
    READER = "reader"


EDITORS = frozenset({Role.COORDINATOR, Role.ANALYST})
"""Who may change what the workspace holds."""
