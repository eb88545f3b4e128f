"""Whose look at what is published counts."""

from __future__ import annotations

from convive.web.roles import EDITORS, Role

CONFIRMERS = frozenset({*EDITORS, Role.DATA_PROTECTION})
