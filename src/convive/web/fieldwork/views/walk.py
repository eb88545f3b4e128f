"""The phone page that works without a network: page, manifest, worker."""

from __future__ import annotations

import hashlib
import json
from typing import Any

from django.contrib.staticfiles import finders
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.templatetags.static import static
from django.urls import reverse

from convive.catalogue.texts import languages, say
from convive.web import access
from convive.web.fieldwork import walk_files
from convive.web.fieldwork.models import AccessLink, Campaign
from convive.web.fieldwork.selectors import walk as selectors
from convive.web.language import LANGUAGE_NAMES
from convive.web.observatory.templatetags.convive_texts import asset
from convive.web.staff.page import site_name

PERMISSIONS = (
    "camera=(self), geolocation=(self), microphone=(), payment=(), usb=(), browsing-topics=()"
)
"""The one page that asks for camera and position; no other of the site may."""
_NO_VERSION = "0" * 16


@access.link_holder(methods=access.READ)
def page(request: HttpRequest, language: str, token: str) -> HttpResponse:
    """Show the page; it carries everything that it needs, and is kept by the phone."""
    link = find_or_404(token)
    if link.revoked_at is not None:
        context = {"language": language, "title": say("walk.gone.title", language)}
        return _closed(render(request, "fieldwork/walk_gone.html", context, status=410))
    text = _text_of(link, language, token)
    return _closed(HttpResponse(text.replace(_NO_VERSION, _digest(text))))


@access.link_holder(methods=access.READ)
def manifest(request: HttpRequest, language: str, token: str) -> HttpResponse:  # noqa: ARG001
    """Say how the page is put among the apps of a phone."""
    link = _open_or_404(token)
    base = reverse("walk", args=(language, token))
    icons = [
        {"src": static(f"fieldwork/icon-{size}.png"), "sizes": f"{size}x{size}",
         "type": "image/png", "purpose": purpose}
        for size in (192, 512) for purpose in ("any", "maskable")
    ]  # fmt: skip
    found = {
        "id": base, "start_url": base, "scope": base, "display": "standalone",
        "name": link.campaign.title, "short_name": link.campaign.title[:12].strip(),
        "lang": language, "dir": "ltr", "background_color": "#fbfaf6", "theme_color": "#0b5563",
        "icons": icons,
    }  # fmt: skip
    return _closed(JsonResponse(found, content_type="application/manifest+json"))


@access.link_holder(methods=access.READ)
def worker(request: HttpRequest, language: str, token: str) -> HttpResponse:  # noqa: ARG001
    """Return the script that answers for the page without a network; reaches this folder only."""
    link = _open_or_404(token)
    base = reverse("walk", args=(language, token))
    plan = {
        "key": selectors.key_of(link),
        "base": base,
        "cache": f"walk-{link.token_hash[:16]}-{language}",
        "version": version_of(link, language, token),
        "files": walk_files.kept_files(_assets()),
    }
    text = f"const PLAN = {json.dumps(plan)};\n{walk_files.worker_script()}"
    response = HttpResponse(text, content_type="text/javascript; charset=utf-8")
    response.headers["Service-Worker-Allowed"] = base
    return _closed(response)


def version_of(link: AccessLink, language: str, token: str) -> str:
    """Return a name for all that the page is made of: another one, and phones load it anew."""
    return _digest(_text_of(link, language, token))


def find_or_404(token: str) -> AccessLink:
    """Return the link of a walk, also a revoked one."""
    link = selectors.find_walk(token)
    if link is None:
        raise Http404
    return link


def _open_or_404(token: str) -> AccessLink:
    link = find_or_404(token)
    if link.revoked_at is not None:
        raise Http404
    return link


def _digest(text: str) -> str:
    return hashlib.sha256((text + walk_files.files_digest()).encode()).hexdigest()[:16]


def _assets() -> tuple[str, ...]:
    return tuple(asset(path) for path in (*walk_files.STYLES, "observatory/mark.svg")
                 if finders.find(path))  # fmt: skip


def _text_of(link: AccessLink, language: str, token: str) -> str:
    """Return the page without its version; the same for as long as nothing of it changes."""
    campaign = link.campaign
    visits = selectors.visits_of(link)
    data: dict[str, Any] = {
        "key": selectors.key_of(link),
        "base": reverse("walk", args=(language, token)),
        "language": language,
        "version": _NO_VERSION,
        "isGroup": link.kind == AccessLink.Kind.GROUP,
        # Off a planned round a stop of one's own would have no place in the results.
        "mayAdd": campaign.kind == Campaign.Kind.WALK or not visits,
        "visits": visits,
        "package": selectors.package_of(campaign, language),
        "texts": selectors.phone_texts(language),
    }
    context = {
        "language": language,
        "title": campaign.title,
        "site_name": site_name(),
        "data": data,
        "token": token,
        "styles": [asset(path) for path in walk_files.STYLES if finders.find(path)],
        "languages": [
            {"code": code, "name": LANGUAGE_NAMES[code], "is_current": code == language,
             "href": reverse("walk", args=(code, token))}
            for code in languages()
        ],
        "fill": f"/{language}/fill/{token}/",
        "introduction": data["package"]["introduction"],
    }  # fmt: skip
    return render_to_string("fieldwork/walk.html", context)


def _closed(response: HttpResponse) -> HttpResponse:
    """Keep the address, which is a key, out of search engines and other people's logs."""
    response.headers["Permissions-Policy"] = PERMISSIONS
    response.headers["Referrer-Policy"] = "no-referrer"
    response.headers["X-Robots-Tag"] = "noindex, nofollow"
    return response
