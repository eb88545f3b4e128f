"""Corrections in words: the list, and the notices on pages that they are about."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.urls import ResolverMatch

from convive.app.correction_words import ToldCorrection, told_correction
from convive.app.corrections import Correction, Subject, newest_first
from convive.app.shown_figures import words_of
from convive.web.observatory.current import Site

Shown = dict[str, Any]


def present_all(site: Site, language: str) -> list[Shown]:
    """Return every correction, the newest first."""
    return [present(one, site, language) for one in newest_first(site.build.corrections)]


def present_here(site: Site, match: ResolverMatch | None, language: str) -> list[Shown]:
    """Return the corrections that are about a page."""
    if match is None or not site.build.corrections:
        return []
    name, named = match.url_name or "", match.kwargs
    found = [one for one in newest_first(site.build.corrections) if _is_about(one, name, named)]
    return [present(one, site, language) for one in found]


def present_about_gone(site: Site, named: Mapping[str, Any], language: str) -> list[Shown]:
    """Return why something is gone: what was withdrawn itself, else all that was."""
    withdrawn = [one for one in newest_first(site.build.corrections) if one.is_withdrawal]
    own = [one for one in withdrawn if one.name == name_of(one.subject.value, named) != ""]
    return [present(one, site, language) for one in own or withdrawn]


def present(one: Correction, site: Site, language: str) -> Shown:
    """Return a correction in the reader's language, or the nearest there is."""
    told = told_correction(one, site.build, language)
    return {
        "id": one.id, "kind": one.kind.value, "subject": one.subject.value, **_words(told),
        "fallen": _fallen(one, site, language),
    }  # fmt: skip


def _words(told: ToldCorrection) -> Shown:
    names = ("title", "day", "on", "wrong", "right", "since", "until")
    return {name: getattr(told, name) for name in names}


def _fallen(one: Correction, site: Site, language: str) -> list[str]:
    """Return what else is not shown because it would give the withdrawn figures away."""
    if not one.is_withdrawal or one.subject is not Subject.INDICATOR:
        return []
    codes = {code for kind, code in site.build.gone if kind == Subject.INDICATOR.value}
    direct = {other.name for other in site.build.corrections if other.is_withdrawal}
    known = {row["id"] for row in site.build.run.get("definitions") or ()}
    return sorted(words_of("indicator", code, language) for code in (codes - direct) & known)


def name_of(kind: str, named: Mapping[str, Any]) -> str:
    """Return which indicator, finding or area an address names; empty where it names none.

    Pages name it by what it is; frames, cards and pictures tell the kind beside the name.
    """
    if named.get("kind") == kind:
        return str(named.get("name", ""))
    if kind == Subject.AREA.value and "area_id" in named:
        return f"{named.get('level', '')}/{named['area_id']}"
    return str(named.get(f"{kind}_id", ""))


def _is_about(one: Correction, page: str, named: Mapping[str, Any]) -> bool:
    is_named = one.name == name_of(one.subject.value, named)
    return {
        Subject.AUDIT: page in {"front", "downloads"},
        Subject.PAGE: page == one.name,
        Subject.INDICATOR: is_named or page == "indicators",
        Subject.FINDING: is_named,
        Subject.AREA: is_named,
        Subject.DOCUMENT: page == "downloads",
    }[one.subject]
