"""Downloads: the published tables and the documents made from them."""

from __future__ import annotations

import re

from django.http import Http404, HttpRequest, HttpResponse

from convive import wiring
from convive.catalogue.texts import say
from convive.web.observatory import selectors
from convive.web.observatory.current import Site
from convive.web.observatory.presenters import downloads as present
from convive.web.observatory.views.page import public_page, show
from convive.wiring import open_files

_UNSAFE = re.compile(r"[^a-z0-9._-]+")


@public_page
def downloads(request: HttpRequest, site: Site, language: str) -> HttpResponse:
    """List what can be downloaded."""
    return show(
        request, site, "downloads",
        language=language, nav="sources", title=say("web.downloads.title", language),
        documents=present.documents(),
        tables=present.tables(site.build.tables, language), version=site.version,
    )  # fmt: skip


@public_page
def download(request: HttpRequest, site: Site, language: str, file: str) -> HttpResponse:  # noqa: ARG001
    """Give one file; drawn once per audit and language."""
    known = {one.file: one for one in present.all_files(selectors.table_names())}
    wanted = known.get(file)
    if wanted is None:
        raise Http404
    response = HttpResponse(content_of(site, file, language), content_type=wanted.content_type)
    if file.endswith(".csv"):
        # Software finds it by the name that the table has here, not by the name it is saved under.
        response.headers["Link"] = (
            f'<{file}-metadata.json>; rel="describedby"; type="{present.CSVW}"'
        )
    name = safe_name(f"{site.build.city.id}-{language}-{file}")
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


def safe_name(name: str) -> str:
    """Return a file name of plain signs only, whatever a pack calls its city."""
    plain = _UNSAFE.sub("-", name.lower()).strip(".-")
    return plain[-100:] or "convive"


def content_of(site: Site, file: str, language: str) -> bytes:
    """Return a file that is on offer; made once per audit and language."""
    content: bytes = site.keep(
        ("document", file, language), lambda: _rendered(site, file, language)
    )
    return content


def _rendered(site: Site, file: str, language: str) -> bytes:
    stem, _, kind = file.partition(".")
    if kind == "csv":
        return wiring.render_csv(site.build, stem, language=language)
    if kind in {"parquet", "zip", "json", "csv-metadata.json"}:
        return open_files.render_open_file(site.build, file, language=language)
    kind = "atlas" if stem == "atlas" else kind
    return wiring.render_document(site.build, kind, language=language)
