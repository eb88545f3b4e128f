"""A preview is the public site itself, asked in the name of an edition that is not out yet.

The same views and templates answer, with the same build; only the addresses begin differently. So
every link stays within the preview, and without its beginning every answer is, byte for byte, the
one that everybody gets once the edition has appeared.
"""

from __future__ import annotations

import copy
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime

from django.http import Http404, HttpRequest, HttpResponseBase
from django.urls import Resolver404, get_script_prefix, resolve, set_script_prefix

from convive.web.access import PUBLIC, rule_of
from convive.web.editorial.choosing import choice_of, versions_at
from convive.web.editorial.public_state import Edition, PublicState
from convive.web.observatory.current import Choice, Site, Versions, open_choice, showing

_NOT_ASKED = ("HTTP_IF_NONE_MATCH", "HTTP_IF_MODIFIED_SINCE", "HTTP_IF_MATCH", "HTTP_RANGE")
_NOT_TOLD = (
    "ETag", "Last-Modified", "Access-Control-Allow-Origin", "Access-Control-Expose-Headers",
    "Cross-Origin-Resource-Policy", "Cache-Control",
)  # fmt: skip
"""What invites others to keep an answer, or to read it."""


def as_published(
    state: PublicState, edition: Edition, now: datetime, *, prefix: str = ""
) -> tuple[Site, Versions]:
    """Return the site as it will be when an edition has appeared.

    What is kept with a site may hold addresses, so every `prefix` has a site of its own.
    """
    others = tuple(one for one in state.editions if one.key != edition.key)
    then = replace(state, is_reviewed=True, editions=(*others, edition))
    at = max(now, edition.visible_from)
    site = open_choice(_apart(choice_of(then, edition, at), prefix))
    versions = versions_at(then, at)
    return site, tuple(replace(one, choice=_apart(one.choice, prefix)) for one in versions)


def _apart(choice: Choice, prefix: str) -> Choice:
    """Return a choice that shares nothing with what the public sees."""
    return replace(choice, name=f"preview {prefix} {choice.name}")


def answer_of_preview(
    request: HttpRequest, site: Site, versions: Versions, *, prefix: str, path: str
) -> HttpResponseBase:
    """Answer as the public address `path` will.

    Parameters
    ----------
    prefix : str
        Address of the preview, ``/`` at its end.
    path : str
        A public address, ``/`` at its beginning.
    """
    try:
        match = resolve(path)
    except Resolver404 as error:
        raise Http404 from error
    rule = rule_of(match.func)
    if rule is None or rule.name != PUBLIC:
        raise Http404
    asked = copy.copy(request)
    asked.META = {key: value for key, value in request.META.items() if key not in _NOT_ASKED}
    asked.__dict__.pop("headers", None)
    asked.path_info, asked.path = path, prefix + path.removeprefix("/")
    asked.resolver_match = match
    with showing(site, versions), _beginning_with(prefix):
        response: HttpResponseBase = match.func(asked, *match.args, **match.kwargs)
    for name in _NOT_TOLD:
        if name in response.headers:
            del response.headers[name]
    return response


@contextmanager
def _beginning_with(prefix: str) -> Iterator[None]:
    """Make addresses that begin with a prefix."""
    before = get_script_prefix()
    set_script_prefix(prefix)
    try:
        yield
    finally:
        set_script_prefix(before)
