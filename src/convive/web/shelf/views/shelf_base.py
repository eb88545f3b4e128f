"""What the pages of the shelf share."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse

from convive.web.staff.page import show
from convive.web.workspace.secrecy import is_editor

NAV = "shelf-find"


def show_shelf(
    request: HttpRequest, template: str, *, language: str, title: str, **more: Any
) -> HttpResponse:
    """Render a page of the shelf; `trail` are the pages above it, (address, text).

    `nav` is the page of the menu that it belongs to, where that is another one than finding.
    """
    context: dict[str, Any] = {
        "trail": (), "is_editor": is_editor(request.user), "nav": NAV,
    } | more  # fmt: skip
    return show(request, f"shelf/{template}.html", language=language, title=title, **context)
