"""What takes more than one part of an instrument's files to judge: names that name nothing."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from convive.catalogue.instrument_places import Located
from convive.catalogue.instrument_schema import (
    ChoiceFile,
    InstrumentFile,
    ItemFile,
    PartFile,
    SectionFile,
)
from convive.core.instruments.checks import Flaw, check_instrument
from convive.core.instruments.model import Instrument
from convive.core.model import Place, Problem


def reference_problems(
    raw: InstrumentFile, instrument: Instrument, file: Located
) -> tuple[Problem, ...]:
    """Return what is wrong between the parts: names, expressions, scales, bands, scores.

    Parameters
    ----------
    raw : InstrumentFile
        The checked file.
    instrument : Instrument
        What was built of it.
    file : Located
        The file, for the lines.
    """
    parts = [part for section in raw.content for part in _parts(section)]
    own = tuple(_scale_problems(raw, parts, file))
    told = {one.place.row for one in own}
    flaws = (_located(flaw, file) for flaw in check_instrument(instrument))
    # An item whose scale is not there has none in the core: that has been told already.
    others = (one for one in flaws if one.place.row not in told)
    return (*own, *others)


def _located(flaw: Flaw, file: Located) -> Problem:
    """Return what the core found wrong, with the line it stands in."""
    kind, *names = flaw.path
    row = file.row_of(*names) if names else file.row(kind)
    return Problem(flaw.code, Place(file.name, row=row), data=flaw.data)


def _parts(section: SectionFile) -> Iterator[PartFile]:
    yield section
    for part in section.content:
        yield from _parts(part) if isinstance(part, SectionFile) else (part,)


def items_of(raw: InstrumentFile) -> Iterator[ItemFile]:
    """Yield every item of a file, in order."""
    for section in raw.content:
        yield from (part for part in _parts(section) if isinstance(part, ItemFile))


def _scale_problems(raw: InstrumentFile, parts: list[PartFile], file: Located) -> Iterator[Problem]:
    for name, choices in raw.scales.items():
        yield from _double_codes(choices, name, file)
    for item in (part for part in parts if isinstance(part, ItemFile)):
        yield from _double_codes(item.choices, item.item, file)
        if item.scale is not None and item.scale not in raw.scales:
            yield _unknown(file, item.item, "scale", item.scale)
            continue
        choices = raw.scales[item.scale] if item.scale is not None else item.choices
        known = {choice.code for choice in choices}
        for code in item.anchors:
            if code not in known:
                yield _unknown(file, item.item, "anchors", code)


def _unknown(file: Located, part: str, key: str, name: str) -> Problem:
    place = Place(file.name, row=file.row_of(part, key))
    return Problem("INSTRUMENT_UNKNOWN_NAME", place, data={"key": f"{part}.{key}", "problem": name})


def _double_codes(choices: tuple[ChoiceFile, ...], of: str, file: Located) -> Iterator[Problem]:
    counts = Counter(choice.code for choice in choices)
    for code in (code for code, n in counts.items() if n > 1):
        place = Place(file.name, row=file.row_of(of))
        yield Problem("DEFINITION_DUPLICATE_ID", place, data={"key": f"{of}.{code}"})
