"""Access rules of addresses: every view declares one, and a test walks all of them."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps

from django.http import HttpRequest, HttpResponseBase
from django.views.decorators.http import require_safe

View = Callable[..., HttpResponseBase]

PUBLIC = "public"
RULES = frozenset({PUBLIC})


def public(view: View) -> View:
    """Declare that anybody may read this address, and that it can only be read.

    The answer must be the same for everybody; GET and HEAD only, anything else is 405.
    """

    @wraps(view)
    def guarded(request: HttpRequest, *args: object, **kwargs: object) -> HttpResponseBase:
        return view(request, *args, **kwargs)

    safe = require_safe(guarded)
    safe.access_rule = PUBLIC  # type: ignore[attr-defined]
    return safe


def rule_of(view: object) -> str | None:
    """Return the declared rule of a view, None where it declares none."""
    return getattr(view, "access_rule", None)
