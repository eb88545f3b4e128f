"""Rendering of a staff page: head, navigation, notices."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse

from convive.catalogue.texts import explain, say
from convive.core.errors import ConviveError
from convive.web.language import language_choices
from convive.web.observatory.current import current_site
from convive.web.staff.registry import counted_for, menu_for


def show(
    request: HttpRequest, template: str, *, language: str, title: str, nav: str = "",
    status: int = 200, **more: Any,
) -> HttpResponse:  # fmt: skip
    """Render a page of the staff side.

    Parameters
    ----------
    template : str
        Path of the template, ``app/page.html``; it extends ``staff/base.html``.
    title : str
        Heading of the page, in the reader's language.
    nav : str
        Name of the registered entry that the page belongs to.
    """
    account = request.user if request.user.is_authenticated else None
    context = {
        "language": language,
        "title": title,
        "languages": language_choices(request, language),
        "site_name": site_name(),
        "account": account,
        "messages": messages.get_messages(request),
        "menu": menu_for(account, language, nav) if account else [],
        "nav": nav,
        "counters": [
            {"name": one.name, "text": say(one.title, language, n=n), "n": n}
            for one, n in counted_for(account)
        ] if account else [],
    }  # fmt: skip
    return render(request, template, context | more, status=status)


def tell(request: HttpRequest, key: str, language: str, **params: Any) -> None:
    """Leave a notice, which the next page shows once: what was done."""
    messages.success(request, say(key, language, **params))


def refuse(request: HttpRequest, error: ConviveError, language: str) -> None:
    """Leave a notice of what was not done, and why."""
    messages.error(request, explain(error, language))


def go(name: str, language: str, *args: Any) -> HttpResponse:
    """Send on to a page after something was done, so that reloading does not do it again."""
    return HttpResponseRedirect(reverse(name, args=(language, *args)))


def site_name() -> str:
    """Return the name of the town, empty as long as there is no audit."""
    try:
        return current_site().build.city.name
    except ConviveError:
        return ""
