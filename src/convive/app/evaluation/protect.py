"""Counts made safe before anything is worked out from them, however often and of whatever areas.

Readers of answers choose areas and months, and may choose again and again; rounding the answers
would only make them patient. So the counts themselves are coarsened, once and for all: the running
total of each area moves in steps of a base. Every answer is made from the coarsened counts, so
that all answers together tell no more than these.
"""

from __future__ import annotations

import hashlib
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from convive.core.errors import MethodError
from convive.core.evaluation.panel import CountPanel
from convive.core.model import DisclosureRule

Floats = NDArray[np.float64]

LEAST_BASE = 2
PARTS = 2
"""Steps of day and night are so many times as wide: with their sum there are three views of each."""


def base_of(rule: DisclosureRule) -> int:
    """Return the steps in which running totals move."""
    return max(rule.rounding, rule.min_count, LEAST_BASE)


def protected(panel: CountPanel, *, base: int, secret: bytes) -> CountPanel:
    """Return a panel whose counts may be asked for any areas and months.

    Parameters
    ----------
    panel : CountPanel
        Counts as they are.
    base : int, unit: incidents
        At least the smallest count that the town shows; a count below it cannot be told from 0.
    secret : bytes
        Decides where the steps of each area lie. The same for all versions of the counts, so
        that versions do not narrow one another; never shown.

    Returns
    -------
    CountPanel
        Counts in multiples of the base, those of day and night of twice the base. The sum of an
        area over any months is off by less than one step, however many months; unknown counts
        stay unknown.

    Raises
    ------
    MethodError
        DISCLOSURE_BAD_ROUNDING for a base below 1.

    Notes
    -----
    With C the running total and u an offset of the area, uniform on 0 … base - 1, the new
    running total is base ⌊(C + u) / base⌋: right on average over u. Rounding each count by itself
    would add up its errors over the months, and a reader could average them out.
    """
    if base < 1:
        raise MethodError("DISCLOSURE_BAD_ROUNDING", base=base)
    what = f"{panel.indicator_id}/{panel.level}"
    return replace(
        panel,
        counts=_stepped(panel, panel.counts, base, (secret, what)),
        by_daypart={
            part: _stepped(panel, counts, PARTS * base, (secret, f"{what}/{part}"))
            for part, counts in panel.by_daypart.items()
        },
    )


def _stepped(panel: CountPanel, counts: Floats, base: int, key: tuple[bytes, str]) -> Floats:
    secret, what = key
    offsets = np.array([_offset(secret, f"{what}/{area}", base) for area in panel.areas])
    total = np.nan_to_num(counts).cumsum(axis=1)
    steps = base * np.floor((total + offsets[:, None]) / base)
    stepped = np.diff(steps, axis=1, prepend=0.0)
    stepped[np.isnan(counts)] = np.nan
    return stepped


def _offset(secret: bytes, what: str, base: int) -> int:
    found = hashlib.blake2b(what.encode(), key=secret[:64], digest_size=8).digest()
    return int.from_bytes(found, "big") % base
