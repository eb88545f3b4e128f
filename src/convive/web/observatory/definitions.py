"""What the catalogue says of an indicator, whether the shown audit has figures of it or not."""

from __future__ import annotations

from typing import Any


def find_definition(indicator_id: str) -> Any:
    """Return the catalogue's definition of an indicator, None where it has none."""
    from convive.catalogue import find  # noqa: PLC0415 - loads the catalogue on first use

    known = {one.id: one for one in find.all_indicators()}
    return known.get(indicator_id)


def find_headline(face: str) -> str | None:
    """Return the catalogue's indicator that stands for a face."""
    from convive.catalogue import find  # noqa: PLC0415 - loads the catalogue on first use

    return next((i.id for i in find.indicators() if i.is_headline and i.face.value == face), None)
