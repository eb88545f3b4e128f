"""The public pages of the plan: from the published file alone, the same for everybody."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render

from convive.catalogue.texts import say
from convive.web.observatory.current import Site
from convive.web.observatory.views.page import (
    foot,
    nav_items,
    outlasts,
    public_page,
    shared_context,
)
from convive.web.staff.pages import PUBLIC, page_of
from convive.web.workspace.presenters.public_page import (
    Addresses,
    present_action,
    present_challenge,
    present_head,
    public_addresses,
)
from convive.web.workspace.published_plan import Snapshot, published

_ALL = 500
"""Actions of an objective where its challenge is shown alone."""


@public_page
@outlasts
def plan(request: HttpRequest, site: Site, language: str) -> HttpResponse:
    """Show the published plan; where none is, say so."""
    found = published()
    if found is None:
        return _none(request, site, language)
    shown = plan_context(request, found, public_addresses(language), language)
    shown["description"] = found["about"]
    return show_public(request, site, "plan", language=language, title=found["title"], **shown)


@public_page
@outlasts
def action(request: HttpRequest, site: Site, language: str, part: str) -> HttpResponse:
    """Show one action of the published plan."""
    found, to = published(), public_addresses(language)
    if found is None:
        return _none(request, site, language)
    shown = present_action(found, part, to, language)
    if shown is None:
        raise Http404
    return show_public(
        request, site, "action", language=language, title=shown["title"], one=shown, description=shown["about"],
        plan_title=found["title"], to_plan=to.whole,
    )  # fmt: skip


def _none(request: HttpRequest, site: Site, language: str) -> HttpResponse:
    """Say that there is no plan to see (any more)."""
    title = say("public_plan.none.title", language)
    return show_public(request, site, "none", language=language, title=title)


def plan_context(
    request: HttpRequest, found: Snapshot, to: Addresses, language: str
) -> dict[str, Any]:
    """Return what the page of a plan shows; with ``challenge`` in the address that one alone."""
    wanted = request.GET.get("challenge", "")
    rows = [one for one in found["challenges"] if not wanted or one["code"] == wanted]
    if wanted and not rows:
        raise Http404
    page = page_of(request, rows, PUBLIC)
    more = {"first": _ALL} if wanted else {}
    return {
        "head": present_head(found, language), "page": page, "is_alone": bool(wanted),
        "challenges": [
            present_challenge(found, one, to, language, **more) for one in page.object_list
        ],
        "to_plan": to.whole, "sub_tag": "h2" if wanted else "h3",
    }  # fmt: skip


def show_public(
    request: HttpRequest, site: Site, template: str, *, language: str, title: str, **more: Any
) -> HttpResponse:
    """Render a page with head and foot of the observatory."""
    context = shared_context(request, language, title) | foot(site, language) | more
    context["nav"] = nav_items(site, language, "public-plan")
    return render(request, f"workspace/public/{template}.html", context)
