"""What happens when somebody presses a button of a form: which page comes next, what is wrong.

Pure: answers in, answers out. Nothing here keeps anything, so it is the same whether answers lie
in a draft on the server or travel in the page.
"""

from __future__ import annotations

import copy
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from convive.core.instruments.filling import AnswerProblem, Filled, fill
from convive.core.instruments.model import Instrument, Item, ItemType, Section
from convive.web.fieldwork.field_names import Path, field_id, path_of
from convive.web.fieldwork.posted import Posted

SHORT = 12
"""Items of a form that fits on one page."""

Page = tuple[Section, ...]


@dataclass(frozen=True)
class Step:
    """Where a form stands after a button was pressed."""

    answers: dict[str, Any]
    page: Page
    problems: tuple[AnswerProblem, ...] = ()
    """Of this page only, in the order of the form."""
    is_sent: bool = False
    """Whether everything is answered as it must be and the person wants to send it."""
    is_ready: bool = False
    """Whether nothing more is asked, and only sending is left."""
    is_left: bool = False
    """Whether the person goes on later."""
    opened: Path = ()
    """The first question that an answer on this page has opened, if any was not seen before."""
    anchor: str = ""
    """Id of what the person should land on."""


@dataclass(frozen=True)
class Press:
    """A button that was pressed, with what the page held."""

    do: str
    """``next back send stay leave``, ``add:<section>``, ``remove:<round>``."""
    page: str
    """Name of the page it stood on."""
    posted: Posted
    is_live: bool = False
    """Whether a script showed and hid questions at once, so that all were seen."""


def begun(content: Sequence[Item | Section]) -> dict[str, Any]:
    """Return what a form, or a round, holds when it is opened: defaults and needed rounds."""
    found: dict[str, Any] = {}
    for part in content:
        if isinstance(part, Item):
            if part.default is not None:
                found[part.id] = copy.deepcopy(part.default)
        elif not part.repeats:
            found |= begun(part.content)
        elif part.at_least and not part.repeat_count:
            found[part.id] = [begun(part.content) for _ in range(part.at_least)]
    return found


def pages_of(instrument: Instrument, filled: Filled, *, whole: bool = False) -> tuple[Page, ...]:
    """Return the pages of a form: a section each, those that are asked; one page if it is short."""
    asked = tuple(one for one in instrument.content if _has_something(one, filled))
    if whole or not asked or sum(1 for _ in instrument.items()) <= SHORT:
        return (instrument.content,)
    return tuple((one,) for one in asked)


def may_go_on(instrument: Instrument, pages: Sequence[Page], page: Page) -> bool:
    """Whether anything comes after a page, or may come by an answer on it."""
    order = [section.id for section in instrument.content]
    return page != pages[-1] or order.index(page[-1].id) < len(order) - 1


def page_name(page: Page) -> str:
    """Return the name of a page in addresses."""
    return page[0].id if page else ""


def page_at(pages: Sequence[Page], name: str) -> Page:
    """Return the page of a name, the first where there is none."""
    return next((page for page in pages if page_name(page) == name), pages[0])


def take_step(
    instrument: Instrument,
    before: Mapping[str, Any],
    press: Press,
    *,
    today: date,
    whole: bool = False,
) -> Step:
    """Return where a form stands after a button was pressed."""
    old = fill(instrument, before, today=today)
    page = page_at(pages_of(instrument, old, whole=whole), press.page)
    after = _changed(_merged(before, page, press.posted.answers), press.do, instrument)
    new = fill(instrument, after, today=today)
    after = _cut(instrument.content, after, new.answers)
    new = fill(instrument, after, today=today)
    pages = pages_of(instrument, new, whole=whole)
    if press.do in ("next", "send"):
        return _onward(_Walk(page, pages, old, new, after), press)
    if press.do == "back":
        return Step(after, _beside(instrument, pages, page, -1) or page)
    return Step(after, page, is_left=press.do == "leave", anchor=_anchor(press.do, after))


@dataclass(frozen=True)
class _Walk:
    page: Page
    pages: tuple[Page, ...]
    old: Filled
    new: Filled
    after: dict[str, Any]


def _onward(walk: _Walk, press: Press) -> Step:
    problems = problems_on(walk.page, walk.new.problems)
    opened = () if press.is_live else _opened(walk)
    if opened:
        seen = tuple(one for one in problems if one.path not in opened)
        return Step(walk.after, walk.page, seen, opened=opened[0], anchor=field_id(opened[0]))
    if problems:
        return Step(walk.after, walk.page, problems)
    following = _following(walk)
    if following:
        return Step(walk.after, following)
    for page in walk.pages:
        wrong = problems_on(page, walk.new.problems)
        if wrong:
            return Step(walk.after, page, wrong)
    is_sent = press.do == "send"
    return Step(walk.after, walk.page, is_sent=is_sent, is_ready=not is_sent)


def problems_on(page: Page, problems: Sequence[AnswerProblem]) -> tuple[AnswerProblem, ...]:
    """Return the problems that stand on a page."""
    here = set(_names(page))
    return tuple(one for one in problems if one.path and one.path[0] in here)


def _following(walk: _Walk) -> Page | None:
    names = [page_name(page) for page in walk.pages]
    here = page_name(walk.page)
    place = names.index(here) + 1 if here in names else 0
    return walk.pages[place] if place < len(walk.pages) else None


def _beside(instrument: Instrument, pages: Sequence[Page], page: Page, by: int) -> Page | None:
    """Return the page before or after, also where the page itself is not asked any more."""
    order = [section.id for section in instrument.content]
    here = order.index(page_name(page))
    places = {order.index(page_name(one)): one for one in pages}
    found = [place for place in places if (place < here if by < 0 else place > here)]
    return places[max(found) if by < 0 else min(found)] if found else None


def _opened(walk: _Walk) -> tuple[Path, ...]:
    """Return the unanswered questions of the page that were not asked when it was drawn."""
    items = {item.id: item for section in walk.page for item in section.items()}
    silent = (ItemType.CALCULATED, ItemType.NOTE)
    here = set(_names(walk.page))
    fresh = [
        path
        for path in walk.new.asked - walk.old.asked
        if path[0] in here and path[-1] in items and items[str(path[-1])].type not in silent
    ]
    unanswered = [path for path in fresh if _at(walk.new.answers, path) is None]
    order = list(items)
    return tuple(sorted(unanswered, key=lambda path: (path[1:-1:2], order.index(str(path[-1])))))


def _at(answers: Any, path: Path) -> Any:
    found = answers
    for part in path:
        try:
            found = found[part]
        except (KeyError, IndexError, TypeError):
            return None
    return found


def _names(content: Sequence[Item | Section]) -> list[str]:
    """Return the names under which answers of a page stand at the top."""
    found: list[str] = []
    for part in content:
        if isinstance(part, Item) or part.repeats:
            found.append(part.id)
        else:
            found += _names(part.content)
    return found


def _merged(before: Mapping[str, Any], page: Page, posted: Mapping[str, Any]) -> dict[str, Any]:
    here = set(_names(page))
    kept = {key: copy.deepcopy(value) for key, value in before.items() if key not in here}
    return kept | dict(posted)


def _changed(answers: dict[str, Any], do: str, instrument: Instrument) -> dict[str, Any]:
    """Return answers with a round more or less, if the button says so."""
    what, _, name = do.partition(":")
    path = path_of(name) if name else None
    if path is None or what not in ("add", "remove"):
        return answers
    if what == "add":
        section = next((one for one in instrument.sections() if one.id == path[-1]), None)
        holder = _at(answers, path[:-1]) if len(path) > 1 else answers
        if section is not None and section.repeats and isinstance(holder, dict):
            rounds = holder.setdefault(section.id, [])
            if len(rounds) < section.at_most:
                rounds.append(begun(section.content))
        return answers
    rounds = _at(answers, path[:-1])
    if isinstance(rounds, list) and isinstance(path[-1], int) and path[-1] < len(rounds):
        del rounds[path[-1]]
    return answers


def _anchor(do: str, answers: Mapping[str, Any]) -> str:
    what, _, name = do.partition(":")
    path = path_of(name) if name else None
    if path is None:
        return ""
    if what == "add":
        rounds = _at(answers, path)
        has_rounds = isinstance(rounds, list) and rounds
        return field_id((*path, len(rounds) - 1)) if has_rounds else field_id(path)
    return field_id(path[:-1]) if what == "remove" else ""


def _cut(
    content: Sequence[Item | Section], answers: dict[str, Any], kept: Mapping[str, Any]
) -> dict[str, Any]:
    """Return answers without the rounds that a smaller number does not ask for any more."""
    for part in content:
        if isinstance(part, Item):
            continue
        if not part.repeats:
            _cut(part.content, answers, kept)
            continue
        given = answers.get(part.id)
        rounds = kept.get(part.id) or []
        if not isinstance(given, list):
            continue
        if part.repeat_count:
            del given[len(rounds) :]
        for one, cleaned in zip(given, rounds, strict=False):
            _cut(part.content, one, cleaned)
    return answers


def _has_something(section: Section, filled: Filled) -> bool:
    if (section.id,) not in filled.asked:
        return False
    names = {part.id for part in section.items()}
    return section.repeats or any(path[-1] in names for path in filled.asked)
