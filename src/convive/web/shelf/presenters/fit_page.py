"""What was tried elsewhere for a problem: candidates in bands, with reasons in words."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Any

from convive.app.shelf.fit_words import reason_sentence
from convive.catalogue.texts import say
from convive.core.shelf.adopt import refusal_of
from convive.core.shelf.entry import Entry
from convive.core.shelf.fit import Fit, FitBand, Need, Reason, Side
from convive.web.shelf.presenters import shelf_words as words

AT_ONCE = {FitBand.SPEAKS_TO_IT: 8, FitBand.WITH_CARE: 8, FitBand.NEARBY: 0}
"""Candidates of a band that are shown in full where all bands are; the others by name."""
_MARK = "\ufffc"
"""Stands for the source's text while the sentence around it is put into words."""


def present_bands(fits: Sequence[Fit], language: str) -> list[dict[str, Any]]:
    """Return every band with its first candidates, and the names of the others."""
    bands = []
    for band in FitBand:
        found = [one for one in fits if one.band is band]
        most = AT_ONCE[band]
        bands.append(_band(band, len(found), language) | {
            "candidates": [present_candidate(one, language) for one in found[:most]],
            "others": [words.entry_link(one.entry, language) for one in found[most:]],
        })  # fmt: skip
    return bands


def present_band(band: FitBand, page: Iterable[Fit], n: int, language: str) -> dict[str, Any]:
    """Return one page of one band."""
    candidates = [present_candidate(one, language) for one in page]
    return _band(band, n, language) | {"candidates": candidates, "others": []}


def _band(band: FitBand, n: int, language: str) -> dict[str, Any]:
    return {
        "code": band.value, "n": n, "title": say(f"shelf.fit.band.{band}", language),
        "about": say(f"shelf.fit.band.{band}.about", language),
    }  # fmt: skip


def present_candidate(fit: Fit, language: str) -> dict[str, Any]:
    """Return a candidate with everything that speaks for it, against it, or is not known."""
    entry, practice = fit.entry, fit.entry.practice
    return words.entry_link(entry, language) | {
        "publisher": entry.origin.publisher, "name": practice.id, "ref": entry.ref,
        "form": words.word("form", practice.kind, language),
        "where": words.place_line(practice, language),
        "summary": words.titled(practice.summary, language),
        "strength": words.word("strength", practice.results.strength, language),
        "strength_code": practice.results.strength.value,
        "sides": [
            {"code": side.value, "title": say(f"shelf.fit.side.{side}", language),
             "reasons": [one for reason in fit.reasons if reason.side is side
                         for one in [_sentence(reason, entry, language)]]}
            for side in Side if any(reason.side is side for reason in fit.reasons)
        ],
        "checklist": [
            {"side": one.side.value, "title": say(f"shelf.fit.side.{one.side}", language)}
            | _sentence(one, entry, language)
            for one in fit.checklist
        ],
        "questions": [_sentence(one, entry, language) for one in fit.questions],
        "went_wrong": [words.in_own_language(entry, text, language) for text in fit.went_wrong],
        "can_adopt": not refusal_of(entry),
    }  # fmt: skip


def _sentence(reason: Reason, entry: Entry, language: str) -> dict[str, Any]:
    """Return a reason as words before, the source's own text, and words after."""
    told = reason.params.get("text")
    if not isinstance(told, str):
        return {"before": reason_sentence(reason, language), "text": None, "after": ""}
    marked = replace(reason, params={**reason.params, "text": _MARK})
    before, _, after = reason_sentence(marked, language).partition(_MARK)
    text = words.in_own_language(entry, told, language)
    return {"before": before, "text": text, "after": after}


def present_need(need: Need, language: str) -> list[tuple[str, str]]:
    """Return what is looked for, in words of closed lists."""
    parts: dict[str, list[str]] = {
        "topic": sorted(need.topics), "group": sorted(need.groups), "time": sorted(need.times),
        "setting": sorted(need.settings), "level": sorted(need.levels),
        "pillar": sorted(need.pillars_missing),
    }  # fmt: skip
    titles = {"pillar": "shelf.fit_page.pillars_missing"}
    return [
        (say(titles.get(facet, f"shelf.facet.{facet}"), language),
         words.words_of_all(facet, codes, language))
        for facet, codes in parts.items() if codes
    ]  # fmt: skip
