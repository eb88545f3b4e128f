"""The papers of a meeting: the pack that members get beforehand, and the minutes."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from convive.app.documents import (
    Block,
    Bullets,
    Document,
    Facts,
    Grid,
    Heading,
    Lines,
    Paragraph,
)
from convive.catalogue.texts import say


@dataclass(frozen=True, slots=True)
class PaperLine:
    """A fact in words."""

    text: str
    basis: str = ""
    """n, period, source."""
    tag: str = ""
    details: tuple[str, ...] = ()
    kind: str = ""
    """``commitment``, ``action`` and ``finding`` are set in tables; anything else in a list."""
    who: str = ""
    due: str = ""


@dataclass(frozen=True, slots=True)
class PaperPromise:
    """A commitment that was made."""

    text: str
    owner: str
    due: str
    about: str = ""


@dataclass(frozen=True, slots=True)
class PaperItem:
    """One item of the agenda."""

    number: int
    kind: str
    title: str
    starts: str
    minutes_planned: int
    lines: tuple[PaperLine, ...] = ()
    note: str = ""
    minutes: str = ""
    decisions: tuple[str, ...] = ()
    promises: tuple[PaperPromise, ...] = ()


@dataclass(frozen=True, slots=True)
class MeetingPaper:
    """A meeting in words, in the reader's language."""

    title: str
    body: str
    city: str
    language: str
    on: date
    when: str
    place: str
    members: tuple[str, ...]
    there: tuple[str, ...]
    items: tuple[PaperItem, ...]
    others: tuple[PaperPromise, ...] = ()
    is_final: bool = False


def pack_document(paper: MeetingPaper) -> Document:
    """Return the meeting pack: agenda with times, facts, decisions to take, room for notes."""
    words = _Words(paper.language)
    blocks: list[Block] = [_head(paper, words), Heading(words("agenda"))]
    blocks.append(_timetable(paper, words))
    for item in paper.items:
        blocks += [Heading(f"{item.number}. {item.title}", 2), *_facts(item, words)]
        if item.note:
            blocks += _paragraphs(item.note)
        if item.kind == "decision":
            blocks.append(Lines(words("decided"), 3))
        blocks.append(Lines(words("notes"), 3))
    return _document(paper, words("pack", title=paper.title), blocks, words("pack.footer"))


def minutes_document(paper: MeetingPaper) -> Document:
    """Return the minutes: who was there, what was said, decided and promised."""
    words = _Words(paper.language)
    blocks: list[Block] = [_head(paper, words)]
    if not paper.is_final:
        blocks.append(Paragraph(words("draft"), "warning"))
    blocks.append(Heading(words("minutes")))
    for item in paper.items:
        blocks += [Heading(f"{item.number}. {item.title}", 2), *_said(item, words)]
    promises = [one for item in paper.items for one in item.promises] + list(paper.others)
    decisions = [text for item in paper.items for text in item.decisions]
    if decisions:
        blocks += [Heading(words("decisions")), Bullets(tuple(decisions), is_numbered=True)]
    if promises:
        blocks += [Heading(words("commitments")), _promises(promises, words)]
    return _document(paper, words("minutes_of", title=paper.title), blocks, words("minutes.footer"))


class _Words:
    """Texts ``meeting_paper.<key>`` in one language."""

    def __init__(self, language: str) -> None:
        self.language = language

    def __call__(self, key: str, **params: object) -> str:
        return say(f"meeting_paper.{key}", self.language, **params)


def _document(
    paper: MeetingPaper, title: str, blocks: Sequence[Block], footer: str
) -> Document:  # fmt: skip
    return Document(title, paper.language, paper.city, tuple(blocks), paper.body, paper.on, footer)


def _head(paper: MeetingPaper, words: _Words) -> Facts:
    pairs = [(words("when"), paper.when)]
    if paper.place:
        pairs.append((words("place"), paper.place))
    if paper.there:
        pairs.append((words("there"), ", ".join(paper.there)))
        excused = [one for one in paper.members if one not in paper.there]
        if excused:
            pairs.append((words("not_there"), ", ".join(excused)))
    elif paper.members:
        pairs.append((words("members"), ", ".join(paper.members)))
    return Facts(tuple(pairs))


def _timetable(paper: MeetingPaper, words: _Words) -> Grid:
    rows = tuple(
        (item.starts, f"{item.number}. {item.title}", words("minutes_long", n=item.minutes_planned))
        for item in paper.items
    )
    columns = (words("time"), words("item"), words("how_long"))
    return Grid(columns, rows, words("agenda"), widths=(0.15, 0.65, 0.2))


def _facts(item: PaperItem, words: _Words) -> list[Block]:
    """Return the facts of an item: tables for what has columns, a list for the rest."""
    blocks: list[Block] = []
    promised = [one for one in item.lines if one.kind == "commitment"]
    actions = [one for one in item.lines if one.kind == "action"]
    findings = [one for one in item.lines if one.kind == "finding"]
    plain = [one for one in item.lines if one not in promised + actions + findings]
    if promised:
        rows = tuple((one.text, one.who, one.due, one.tag) for one in promised)
        columns = (words("what"), words("who"), words("due"), words("state"))
        blocks.append(Grid(columns, rows, item.title, widths=(0.42, 0.22, 0.18, 0.18)))
    if actions:
        rows3 = tuple((one.text, one.tag, " ".join(one.details)) for one in actions)
        columns3 = (words("action"), words("light"), words("why"))
        blocks.append(Grid(columns3, rows3, item.title, widths=(0.34, 0.14, 0.52)))
    if findings:
        found = tuple((one.text, one.tag, one.basis) for one in findings)
        columns4 = (words("finding"), words("certainty"), words("basis"))
        blocks.append(Grid(columns4, found, item.title, widths=(0.55, 0.13, 0.32)))
    if plain:
        blocks.append(Bullets(tuple(one.text for one in plain)))
    return blocks


def _said(item: PaperItem, words: _Words) -> Iterable[Block]:
    yield from (
        _paragraphs(item.minutes) if item.minutes else (Paragraph(words("nothing"), "small"),)
    )
    for text in item.decisions:
        yield Paragraph(words("decision", text=text), "lead")
    for one in item.promises:
        yield Paragraph(words("promise", text=one.text, owner=one.owner, due=one.due), "quote")


def _paragraphs(text: str) -> list[Block]:
    return [Paragraph(line) for line in text.split("\n") if line.strip()]


def _promises(promises: Sequence[PaperPromise], words: _Words) -> Grid:
    rows = tuple((one.text, one.owner, one.due, one.about) for one in promises)
    columns = (words("what"), words("who"), words("due"), words("about"))
    return Grid(columns, rows, words("commitments"), widths=(0.42, 0.2, 0.18, 0.2))
