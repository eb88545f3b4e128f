"""Which photos a filled-in form names."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from convive.core.instruments.model import Instrument, Item, ItemType, Section


def photo_names(instrument: Instrument, answers: Mapping[str, Any]) -> tuple[str, ...]:
    """Return the names of the photos that answers name, in the order of the form, each once."""
    return tuple(dict.fromkeys(_named(instrument.content, answers)))


def _named(content: tuple[Item | Section, ...], answers: Mapping[str, Any]) -> Iterator[str]:
    for part in content:
        if isinstance(part, Item):
            name = answers.get(part.id) if part.type is ItemType.PHOTO else None
            if name:
                yield str(name)
        elif part.repeats:
            for round_ in answers.get(part.id, ()):
                yield from _named(part.content, round_)
        else:
            yield from _named(part.content, answers)
