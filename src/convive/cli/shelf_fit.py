"""`convive shelf fit`: what the shelf has for the findings of an audit, with the reasons."""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path
from typing import Annotated, Any

import typer

from convive.app.shelf.fit_words import reason_sentence
from convive.app.shelf.fitting import Candidates, candidates_of
from convive.catalogue.texts import languages as known_languages
from convive.catalogue.texts import localised, say
from convive.cli.terminal import Terminal
from convive.core.shelf.fit import Fit, FitBand, Reason, Side
from convive.wiring.shelf_fit import fitting_of_pack

MOST_NEARBY = 6
"""Names of neighbours that the list of several findings prints; one finding alone prints all."""
_MARKS = {Side.FOR: "+", Side.AGAINST: "-", Side.UNKNOWN: "?"}


def fit(
    context: typer.Context,
    pack: Annotated[Path, typer.Argument(help="Folder of the city pack, or of a build.")],
    finding: Annotated[
        str, typer.Option("--finding", help="Id of one finding, with checklist and questions.")
    ] = "",
    top: Annotated[
        int, typer.Option("--top", min=1, help="How many findings that call for something.")
    ] = 5,
    language: Annotated[
        str, typer.Option("--language", "-l", help="Language of the sentences.")
    ] = "",
    as_json: Annotated[bool, typer.Option("--json", help="Print everything as JSON.")] = False,
) -> None:
    """Tell what was tried elsewhere for the findings of an audit, with reasons for and against."""
    if language and language not in known_languages():
        raise typer.BadParameter(language, param_hint="--language")
    terminal: Terminal = context.obj
    terminal.language = language or terminal.language
    city, everything = fitting_of_pack(pack, language=terminal.language)
    asked = [candidates_of(everything, finding)] if finding else _first(everything, top)
    if as_json:
        told = [_as_json(one, terminal.language) for one in asked]
        terminal.out.print_json(json.dumps(told, ensure_ascii=False))
        return
    if not asked:
        terminal.say("cli.shelf.fit.no_findings")
        return
    if not finding:
        terminal.say("cli.shelf.fit.top", city=city, n=len(asked))
    for one in asked:
        _print(one, terminal, is_alone=bool(finding))


def _first(everything: Iterable[Candidates], n: int) -> list[Candidates]:
    return [one for one in everything if one.need is not None][:n]


def _print(one: Candidates, terminal: Terminal, *, is_alone: bool) -> None:
    """Print a finding and its candidates, band by band."""
    language = terminal.language
    terminal.out.print()
    sentence = one.finding.sentence(language)
    terminal.entry(f" {sentence} [{one.finding.id}]", lead=f"{one.finding.rank}.", style="bold")
    if one.need is None:
        terminal.entry(terminal.text("shelf.fit.no_need"), lead="  ")
        return
    if one.need.is_about_data:
        terminal.entry(terminal.text("shelf.fit.about_data"), lead="  ")
    if not one.fits:
        terminal.entry(terminal.text("shelf.fit.nothing"), lead="  ")
    elif all(fit.band is FitBand.NEARBY for fit in one.fits):
        terminal.entry(terminal.text("shelf.fit.only_nearby"), lead="  ")
    for band in FitBand:
        found = [fit for fit in one.fits if fit.band is band]
        if found:
            _print_band(band, found, terminal, is_alone=is_alone)
    if one.not_offered:
        titles = [localised(entry.title, language) for entry in one.not_offered]
        terminal.entry(terminal.text("shelf.fit.part.not_offered", titles=titles), lead="  ")


def _print_band(band: FitBand, found: list[Fit], terminal: Terminal, *, is_alone: bool) -> None:
    name = terminal.text(f"shelf.fit.band.{band}")
    terminal.entry(f" ({len(found)})", lead=f"  {name}", style="bold")
    if band is FitBand.NEARBY and not is_alone:
        titles = [localised(fit.entry.title, terminal.language) for fit in found]
        left = len(titles) - MOST_NEARBY
        more = [terminal.text("cli.shelf.fit.more", n=left)] if left > 0 else []
        terminal.entry("; ".join([*titles[:MOST_NEARBY], *more]), lead="    ")
        return
    for fit in found:
        _print_fit(fit, terminal, is_alone=is_alone)


def _print_fit(fit: Fit, terminal: Terminal, *, is_alone: bool) -> None:
    terminal.entry(localised(fit.entry.title, terminal.language), lead="    ")
    if not is_alone:
        _print_shortly(fit.reasons, terminal)
        return
    _print_reasons(fit.reasons, terminal)
    if fit.band is FitBand.NEARBY:
        return
    for part, reasons in (("checklist", fit.checklist), ("questions", fit.questions)):
        terminal.entry(terminal.text(f"shelf.fit.part.{part}"), lead="      ")
        _print_reasons(reasons, terminal)
    if fit.went_wrong:
        terminal.entry(terminal.text("shelf.fit.part.went_wrong"), lead="      ")
    for text in fit.went_wrong:
        terminal.entry(text, lead="      ! ")


def _print_shortly(reasons: Iterable[Reason], terminal: Terminal) -> None:
    """Print the reasons of a side on one line."""
    told = list(reasons)
    for side in Side:
        sentences = [reason_sentence(one, terminal.language) for one in told if one.side is side]
        if sentences:
            terminal.entry(" ".join(sentences), lead=f"      {_MARKS[side]} ")


def _print_reasons(reasons: Iterable[Reason], terminal: Terminal) -> None:
    for reason in reasons:
        sentence = reason_sentence(reason, terminal.language)
        terminal.entry(sentence, lead=f"      {_MARKS[reason.side]} ")


def _as_json(one: Candidates, language: str) -> dict[str, Any]:
    return {
        "finding": one.finding.id,
        "sentence": one.finding.sentence(language),
        "is_about_data": bool(one.need and one.need.is_about_data),
        "candidates": [
            {
                "ref": fit.entry.ref,
                "title": localised(fit.entry.title, language),
                "band": fit.band.value,
                "band_name": say(f"shelf.fit.band.{fit.band}", language),
                "reasons": _reasons_as_json(fit.reasons, language),
                "checklist": _reasons_as_json(fit.checklist, language),
                "questions": _reasons_as_json(fit.questions, language),
                "went_wrong": list(fit.went_wrong),
            }
            for fit in one.fits
        ],
        "not_offered": [entry.ref for entry in one.not_offered],
    }


def _reasons_as_json(reasons: Iterable[Reason], language: str) -> list[dict[str, Any]]:
    return [
        {"code": one.code, "side": one.side.value, "sentence": reason_sentence(one, language)}
        for one in reasons
    ]
