"""Whether answers differ by where people live or by who they are, for every survey indicator."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from convive.app.assess.prepare import Prepared, Row
from convive.app.assess.recorded import number
from convive.app.assess.waves import Wave
from convive.app.territory import NOWHERE
from convive.core.errors import MethodError
from convive.core.model import Face, Indicator, SurveyShare
from convive.core.multilevel import VarianceSplit, split_variance

FACES_ASKED = (Face.FELT, Face.EXPERIENCED)
FEWEST_OF_GROUP = 30
"""A group with fewer answers is compared together with the other small ones, or not at all."""
INTERVAL_LEVEL = 0.90
NO_GROUPS = "no_groups"

Mask = NDArray[np.bool_]


def variance_split_rows(prepared: Prepared, waves: list[Wave]) -> list[Row]:
    """Return the rows of table ``variance_splits``: newest wave of each survey, city's people.

    Each row speaks of hundreds of answers at once and of no area: nothing in it can be small.
    """
    newest: dict[str, Wave] = {wave.source_id: wave for wave in waves if wave.is_of_city}
    return [
        row
        for wave in newest.values()
        for indicator in prepared.indicators
        if indicator.face in FACES_ASKED
        for row in _row(prepared, indicator, wave)
    ]


def _row(prepared: Prepared, indicator: Indicator, wave: Wave) -> Iterator[Row]:
    measure, places = indicator.measure, wave.places.get(prepared.analysis)
    y = wave.scored(measure) if isinstance(measure, SurveyShare) else None
    if y is None or places is None or np.isnan(y).all() or (places == NOWHERE).all():
        return
    asked = ~np.isnan(y) & (places != NOWHERE)
    names, columns, kept = _group_columns(wave, asked)
    base: Row = {
        "indicator_id": indicator.id,
        "face": indicator.face.value,
        "wave": wave.wave,
        "source_id": wave.source_id,
        "period_start": wave.period[1],
        "period_end": wave.period[2],
        "level": prepared.analysis,
        "interval_level": INTERVAL_LEVEL,
        "dimensions": names,
        "lever": "cannot_tell",
        "method": "place_or_people",
    }
    if not names:
        yield base | {"status": "unavailable", "reason": NO_GROUPS}
        return
    # A stream of its own: draws here must not change the intervals of the index.
    rng = prepared.rng.spawn(1)[0]
    try:
        found = split_variance(
            y[kept].astype(np.int64), columns[kept], places[kept], rng,
            weights=wave.design.weights[kept], level=INTERVAL_LEVEL,
        )  # fmt: skip
    except MethodError as error:
        yield base | {"status": "unavailable", "reason": error.code.lower()}
        return
    yield base | _figures(found)


def _figures(found: VarianceSplit) -> Row:
    """Return the columns of a split; shares from 0 to 1."""
    row: Row = {
        f"{name}_{column}": number(value)
        for name, part in (("areas", found.areas), ("groups", found.groups))
        for column, value in (("share", part.share), ("low", part.low), ("high", part.high))
    }
    return row | {
        "composition": number(found.composition),
        "lever": found.lever.value,
        "n": found.fit.n_people,
        "n_areas": found.fit.n_areas,
        "status": "shown",
    }


def _group_columns(wave: Wave, asked: Mask) -> tuple[list[str], NDArray[np.float64], Mask]:
    """Return the dimensions that can be compared, their 0-1 columns, and who is compared.

    Small groups and those who did not say are one group, if that is large enough; otherwise
    these people are left out.
    """
    names: list[str] = []
    columns: list[Mask] = []
    kept = asked.copy()
    for name, labels in (("sex", wave.sex), ("age_group", wave.age_group)):
        groups = sorted({label for label in labels[asked] if label is not None})
        masks = [labels == group for group in groups]
        large = [mask for mask in masks if (mask & asked).sum() >= FEWEST_OF_GROUP]
        if len(large) < 2:
            continue
        rest = asked & ~np.logical_or.reduce(large)
        if rest.sum() >= FEWEST_OF_GROUP:
            large.append(rest)
        else:
            kept &= ~rest
        names.append(name)
        columns += large[1:]
    empty = np.zeros((asked.size, 0))
    return names, np.column_stack(columns).astype(float) if columns else empty, kept
