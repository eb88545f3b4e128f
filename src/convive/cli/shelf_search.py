"""`convive shelf search` and `show`: what was tried elsewhere, found in any of seven languages, with the reasons."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict
from itertools import islice
from pathlib import Path
from typing import Annotated

import typer

from convive.app.shelf.documents import NO_LANGUAGE, Document
from convive.app.shelf.query import FACETS, ShelfAnswer, ShelfIndex, ShelfQuery
from convive.app.shelf.reasons import reason_sentence
from convive.catalogue.texts import languages, localised
from convive.cli.terminal import Terminal
from convive.core.errors import NotFoundError, RequestError
from convive.core.shelf.entry import CATALOGUE_PUBLISHER
from convive.wiring.shelf import shelf_documents, shelf_index, words_of_town

LanguageOption = Annotated[
    str, typer.Option("--language", "-l", help="Of the reader: " + " ".join(languages()))
]
FacetOption = Annotated[
    list[str] | None,
    typer.Option("--facet", "-f", help="Narrow: FACET=CODE, such as topic=drugs; may be repeated."),
]

_LISTS = {"aliases", "places", "partners", "sources", "tags"}
"""Fields whose texts are words of a list, not sentences."""


def search(
    context: typer.Context,
    text: Annotated[str, typer.Argument(help="Words in any of the languages; may be empty.")],
    language: LanguageOption = "",
    facet: FacetOption = None,
    most: Annotated[int, typer.Option(min=1, help="How many are shown.")] = 10,
    person_risk: Annotated[
        bool, typer.Option(help="Show what scores or flags persons, with a warning.")
    ] = True,
    pack: Annotated[
        Path | None, typer.Option(help="City pack whose own words count, from its folder words.")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="For another program.")] = False,
) -> None:
    """Find practices and method cards, the best first, and say why each was found."""
    terminal = _terminal(context, language)
    index = shelf_index(words=words_of_town(pack) if pack else None)
    facets = _facets(facet or (), index)
    answer = index.search(ShelfQuery(text, terminal.language, facets, person_risk))
    if as_json:
        typer.echo(_as_json(answer, most, terminal.language))
    else:
        _show(answer, most, terminal)


def show(
    context: typer.Context,
    ref: Annotated[str, typer.Argument(help="As the search shows it; convive/ may be left out.")],
    language: LanguageOption = "",
) -> None:
    """Show everything that the shelf tells of a practice or a method card."""
    terminal = _terminal(context, language)
    known = shelf_documents()
    document = known.get(ref) or known.get(f"{CATALOGUE_PUBLISHER}/{ref}")
    if document is None:
        raise NotFoundError("SHELF_NOT_FOUND", ref=ref)
    _show_head(document, terminal)
    for where, texts in _texts_by_field(document, terminal.language).items():
        lead = f"  {terminal.text(f'shelf_field.{where}')}: "
        for text in [" · ".join(texts)] if where in _LISTS else texts:
            terminal.entry(text, lead=lead, style="dim")


def _terminal(context: typer.Context, language: str) -> Terminal:
    if language and language not in languages():
        raise typer.BadParameter(language, param_hint="--language")
    terminal: Terminal = context.obj
    terminal.language = language or terminal.language
    return terminal


def _facets(given: Sequence[str], index: ShelfIndex) -> dict[str, tuple[str, ...]]:
    """Return the chosen codes by facet.

    Raises
    ------
    RequestError
        SHELF_FACET_UNKNOWN, SHELF_CODE_UNKNOWN.
    """
    counts = index.search(ShelfQuery()).facets if given else {}
    chosen: dict[str, tuple[str, ...]] = {}
    for one in given:
        facet, _, code = one.partition("=")
        if facet not in FACETS or not code:
            raise RequestError("SHELF_FACET_UNKNOWN", facet=one, known=", ".join(FACETS))
        if code not in counts[facet]:
            known = ", ".join(counts[facet])
            raise RequestError("SHELF_CODE_UNKNOWN", facet=facet, value=code, known=known)
        chosen[facet] = (*chosen.get(facet, ()), code)
    return chosen


def _show(answer: ShelfAnswer, most: int, terminal: Terminal) -> None:
    for asked, found in answer.spelled.items():
        terminal.say("cli.shelf.spelled", asked=asked, found=found)
    if not answer.hits:
        terminal.say("cli.shelf.none")
        return
    terminal.say("cli.shelf.found", n=len(answer.hits))
    known = shelf_documents()
    for hit in islice(answer.hits, most):
        _show_head(known[hit.ref], terminal)
        for why in hit.why:
            terminal.entry(reason_sentence(why, terminal.language), lead="  – ")
    if len(answer.hits) > most:
        terminal.say("cli.shelf.more", n=len(answer.hits) - most)


def _show_head(document: Document, terminal: Terminal) -> None:
    title = localised(document.title, terminal.language)
    terminal.out.print(f"\n{title}", style="bold", markup=False)
    terminal.entry(document.ref, lead="  ", style="dim")
    if document.person_risk:
        terminal.entry(terminal.text("cli.shelf.person_risk"), lead="  ! ", style="bold yellow")


def _texts_by_field(document: Document, language: str) -> dict[str, list[str]]:
    """Return field → its texts in the reader's language, else in English, else as they are."""
    found: dict[str, list[str]] = {}
    for where in dict.fromkeys(one.where for one in document.passages if one.where != "title"):
        passages = [one for one in document.passages if one.where == where]
        spoken = {one.language for one in passages}
        shown = next((one for one in (language, "en", NO_LANGUAGE) if one in spoken), None)
        told = [one.text for one in passages if one.language == (shown or passages[0].language)]
        names = [one.text for one in passages if one.language == NO_LANGUAGE]
        found[where] = list(dict.fromkeys([*names, *told]))
    return found


def _as_json(answer: ShelfAnswer, most: int, language: str) -> str:
    known = shelf_documents()
    hits = [
        {
            "ref": hit.ref,
            "title": localised(known[hit.ref].title, language),
            "person_risk": known[hit.ref].person_risk,
            "why": [asdict(why) for why in hit.why],
        }
        for hit in islice(answer.hits, most)
    ]
    told = {"found": len(answer.hits), "hits": hits, "facets": answer.facets}
    return json.dumps({**told, "spelled": dict(answer.spelled)}, ensure_ascii=False, indent=2)
