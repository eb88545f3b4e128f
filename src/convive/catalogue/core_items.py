"""The audit's core list: items of the core instruments that enter the evidence under their own id.

An instrument with ``core: true`` holds core items: those that say ``feeds`` with their own id.
Whatever else such an instrument asks (a note, an age group, a new question) does not concern the
audit, so a core survey can grow without changing what a city's files are matched with.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path

from convive.catalogue.instrument_files import DEFINITION, InstrumentFolder, load_instrument
from convive.catalogue.instrument_references import items_of
from convive.catalogue.model import Answer, Item
from convive.catalogue.yaml_files import CATALOGUE, load_yaml
from convive.core.instruments import model as instruments
from convive.core.model import Face

INSTRUMENTS = CATALOGUE / "instruments"


def instrument_folders() -> tuple[Path, ...]:
    """Return the folders of the catalogue's instruments, sorted by name."""
    return tuple(sorted(path.parent for path in INSTRUMENTS.glob(f"*/{DEFINITION}.yaml")))


@lru_cache(maxsize=256)
def kept_instrument(folder: Path, version: int | None = None) -> InstrumentFolder:
    """Load an instrument once; see `load_instrument`."""
    return load_instrument(folder, version)


def core_items() -> Iterator[Item]:
    """Yield the items of the core list, instrument by instrument.

    Raises
    ------
    DefinitionError
        DEFINITION_INVALID where a core instrument is not valid.
    """
    for folder in instrument_folders():
        if load_yaml(folder / f"{DEFINITION}.yaml").get("core"):
            yield from _core_items_of(folder)


def _core_items_of(folder: Path) -> Iterator[Item]:
    found = kept_instrument(folder)
    built = {item.id: item for item in found.instrument.items()}
    for raw in items_of(found.raw):
        if raw.feeds == raw.item and raw.face is not None:
            yield _as_core_item(found.instrument, built[raw.item], raw.face, raw.asked_of)


def _as_core_item(
    instrument: instruments.Instrument, item: instruments.Item, face: Face, asked_of: str
) -> Item:
    """Return an item as the audit knows it: a survey item by its answers, a rating by its top."""
    is_survey = instrument.kind is instruments.InstrumentKind.SURVEY
    choices = item.scale.choices if item.scale else ()
    top = item.scale.maximum if item.scale and not is_survey else None
    return Item(
        id=item.id,
        kind=instrument.kind.value,
        face=face,
        question=item.question,
        answers=tuple(
            Answer(choice.code, choice.label)
            for choice in choices
            if is_survey and choice.missing is None
        ),
        scale_max=int(top) if top is not None else 3,
        asked_of=asked_of,
        is_objective=item.is_objective,
        cite=instrument.references[0].cite,
    )
