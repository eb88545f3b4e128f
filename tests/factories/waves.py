"""Survey waves for tests: with a frame that was drawn from, or with an open link."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from convive.app.fieldwork.frame import FramePerson
from convive.app.fieldwork.sample import Wish
from convive.web.fieldwork.actions.answer import answer
from convive.web.fieldwork.actions.waves import create_wave, draw_sample, import_frame, open_wave
from convive.web.fieldwork.models import AccessLink, Campaign, Invitation

TODAY = date(2026, 11, 21)
CLOSED = ("problem_burglary", "problem_violence", "problem_theft", "problem_vandalism")
CODES = ("very_big", "fairly_big", "not_very_big", "no_problem")


def people(cells: dict[tuple[str, str], int]) -> list[FramePerson]:
    """A frame with as many people in each stratum and area as told."""
    return [
        FramePerson(f"{stratum}.{area}.{k}@example.org", stratum, area, "en")
        for (stratum, area), n in cells.items()
        for k in range(n)
    ]


def wave(sampling: str = "frame", **fields: Any) -> Campaign:
    """A wave of the core survey, in preparation."""
    wanted = {
        "code": f"wave-{uuid.uuid4().hex[:8]}", "title": "Safety survey", "wave": "2026",
        "languages": ["en"], "sampling": sampling, **fields,
    }  # fmt: skip
    return create_wave("core_survey", wanted, by=None)


def drawn(cells: dict[tuple[str, str], int], n: int = 0, **fields: Any) -> Campaign:
    """An open wave whose sample was drawn; everybody unless told otherwise."""
    made = wave(**fields)
    import_frame(made, people(cells), by=None)
    wish = Wish(n or sum(cells.values()))
    draw_sample(made, wish, seed=1, today=TODAY, by=None)
    open_wave(made, today=TODAY, by=None)
    return made


def open_link(**fields: Any) -> tuple[Campaign, AccessLink]:
    """An open wave for whoever has the link."""
    made = wave("open_link", **fields)
    open_wave(made, today=TODAY, by=None)
    return made, made.links.get()


def marked(number: int) -> dict[str, str]:
    """Answers by which a test (and nobody else) knows whose they are: the number in base 4."""
    return {item: CODES[number // 4**k % 4] for k, item in enumerate(CLOSED)}


def number_of(answers: dict[str, Any]) -> int:
    """The number of `marked`."""
    return sum(CODES.index(answers[item]) * 4**k for k, item in enumerate(CLOSED))


def answer_all(invitations: Sequence[Invitation], now: datetime, first: int = 0) -> None:
    """Let people answer one after the other."""
    for number, one in enumerate(invitations, start=first):
        answer(one, marked(number), form_id=uuid.uuid4(), language="en", photos={}, now=now)
