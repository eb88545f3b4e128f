"""What the walk over every address needs to fill it in: one module an app, found by itself.

A module has ``BUILDERS``: name of the address → function that makes the objects which it names
and returns its keyword arguments (without the language). Addresses that take only the language
need no entry. ``FOR_MEMBERS`` names those whose objects, as they are made here, only editors know
of: whoever else comes in by the rule finds nothing there. ``FOR_OWN`` names those that partners
of the organisation in question find as well (and partners of others do not); ``NOT_FOR_PARTNERS``
those that no partner finds, as they are made here.
"""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Callable
from typing import Any

Builder = Callable[[], dict[str, Any]]

BUILDERS: dict[str, Builder] = {}
FOR_MEMBERS: set[str] = set()
FOR_OWN: set[str] = set()
NOT_FOR_PARTNERS: set[str] = set()
for _found in pkgutil.iter_modules(__path__):
    _module = importlib.import_module(f"{__name__}.{_found.name}")
    BUILDERS |= _module.BUILDERS
    FOR_MEMBERS |= getattr(_module, "FOR_MEMBERS", set())
    FOR_OWN |= getattr(_module, "FOR_OWN", set())
    NOT_FOR_PARTNERS |= getattr(_module, "NOT_FOR_PARTNERS", set())


def arguments_of(name: str) -> dict[str, Any]:
    """Return the keyword arguments of an address, its objects made."""
    return BUILDERS[name]() if name in BUILDERS else {}
