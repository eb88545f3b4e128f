"""What the catalogue says of an indicator, whether the shown audit has figures of it or not."""

from __future__ import annotations

from functools import lru_cache
from typing import Any


def find_definition(indicator_id: str) -> Any:
    """Return the catalogue's definition of an indicator, None where it has none."""
    return _known().get(indicator_id)


@lru_cache(maxsize=1)
def _known() -> dict[str, Any]:
    from convive.catalogue import find  # noqa: PLC0415 - loads the catalogue on first use

    return {one.id: one for one in find.all_indicators()}


def find_headline(face: str) -> str | None:
    """Return the catalogue's indicator that stands for a face."""
    from convive.catalogue import find  # noqa: PLC0415 - loads the catalogue on first use

    return next((i.id for i in find.indicators() if i.is_headline and i.face.value == face), None)
