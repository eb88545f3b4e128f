"""The catalogue for data portals, and the files of an audit under an address that names it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import get_script_prefix, reverse

from convive.web.observatory import selectors
from convive.web.observatory.current import Site, Version, kept_versions, open_choice
from convive.web.observatory.presenters.downloads import CSVW, all_files
from convive.web.observatory.views.documents import content_of
from convive.web.observatory.views.page import outlasts
from convive.web.opendata.answers import Given, absolute, as_json, link, open_data, problem
from convive.web.opendata.views.figures import audit_of
from convive.wiring import open_files

KINDS = {"ttl": "text/turtle", "jsonld": "application/ld+json", "rdf": "application/rdf+xml"}
LANGUAGE = "en"
"""Of notes and key words in files whose address has no language."""


@open_data()
def catalogue(request: HttpRequest, site: Site, given: Given, kind: str) -> HttpResponse:  # noqa: ARG001
    """Give the catalogue."""
    if kind not in KINDS:
        raise Http404
    base = absolute(request, get_script_prefix()).rstrip("/")
    content = open_files.render_catalogue(site.build, kind, base=base, version=site.version)
    return HttpResponse(content, content_type=f"{KINDS[kind]}; charset=utf-8")


@open_data()
def negotiated(request: HttpRequest, site: Site, given: Given) -> HttpResponse:  # noqa: ARG001
    """Send on to the catalogue in the form that is asked for; Turtle where none is."""
    wanted = request.get_preferred_type([*KINDS.values()]) or KINDS["ttl"]
    kind = next(kind for kind, media in KINDS.items() if media == wanted)
    response = HttpResponseRedirect(reverse("catalog-file", args=(kind,)))
    response.headers["Vary"] = "Accept"
    return response


@open_data()
@outlasts
def audits(request: HttpRequest, site: Site, given: Given) -> HttpResponse:  # noqa: ARG001
    """List the audits: the one that is shown, and earlier ones with what became of them."""
    here = absolute(request, reverse("data-audit", args=(site.version,)))
    kept = {one.version: one for one in kept_versions()}
    rows = [
        _listed(str(one["digest"])[:12], one["built_at"], site, kept) for one in site.build.history
    ]
    named = {row["version"] for row in rows}
    rows += [
        _listed(name, one.built_at, site, kept) for name, one in kept.items() if name not in named
    ]
    links = [link("item", here), link("related", absolute(request, reverse("api-corrections")))]
    return as_json({"audit": audit_of(site), "audits": rows, "links": links})


def _listed(version: str, built_at: object, site: Site, kept: Mapping[str, Version]) -> Any:
    """Return an audit as it is listed: when it was shown, and whether its files are still here."""
    found = kept.get(version)
    is_shown = version == site.version
    is_gone = bool(found and found.is_withdrawn) or (is_shown and site.is_withdrawn)
    return {
        "version": version, "built_at": built_at, "is_shown": is_shown,
        "shown_from": found.shown_from.isoformat() if found else None,
        "has_files": not is_gone and (is_shown or found is not None),
        "is_withdrawn": is_gone,
    }  # fmt: skip


@open_data()
def audit(request: HttpRequest, site: Site, given: Given, version: str) -> HttpResponse:  # noqa: ARG001
    """List the files of an audit."""
    refused = _elsewhere(request, site, version)
    if refused is not None:
        return refused
    site = _of_version(site, version)
    files: list[dict[str, Any]] = [
        {"name": one.file, "type": one.content_type,
         "href": absolute(request, reverse("data-file", args=(version, one.file)))}
        for one in all_files(selectors.table_names())
    ]  # fmt: skip
    return as_json({"audit": audit_of(site), "files": files})


@open_data()
def file(
    request: HttpRequest,
    site: Site,
    given: Given,  # noqa: ARG001
    version: str,
    file: str,
) -> HttpResponse:
    """Give a file of an audit under its plain name."""
    refused = _elsewhere(request, site, version)
    if refused is not None:
        return refused
    site = _of_version(site, version)
    wanted = {one.file: one for one in all_files(selectors.table_names())}.get(file)
    if wanted is None:
        raise Http404
    response = HttpResponse(content_of(site, file, LANGUAGE), content_type=wanted.content_type)
    if file.endswith(".csv"):
        told = f'<{file}-metadata.json>; rel="describedby"; type="{CSVW}"'
        response.headers["Link"] = told
    response.headers["Content-Disposition"] = f'attachment; filename="{file}"'
    return response


def _of_version(site: Site, version: str) -> Site:
    """Return the audit that an address names; `_elsewhere` has said that it may be seen."""
    if version == site.version:
        return site
    return open_choice(next(one for one in kept_versions() if one.version == version).choice)


def _elsewhere(request: HttpRequest, site: Site, version: str) -> HttpResponse | None:
    """Return None for an audit that may be seen, gone for another; unknown ones never were."""
    if version == site.version:
        return None
    kept = {one.version: one for one in kept_versions()}
    if version not in {*kept, *(str(one["digest"])[:12] for one in site.build.history)}:
        raise Http404
    if version in kept and not kept[version].is_withdrawn:
        return None
    newest = absolute(request, reverse("data-audit", args=(site.version,)))
    told = absolute(request, reverse("api-corrections"))
    why = f"withdrawn; why is told at {told}" if version in kept else "replaced"
    response = problem(410, "Gone", f"This audit has been {why}. The newest is at {newest}")
    response.headers["Link"] = f'<{newest}>; rel="latest-version"'
    return response
