"""What the forms of a campaign say of each place: means of items and scores, with n."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from typing import Any

import numpy as np

from convive.app.fieldwork.kept_forms import COMPLETE, KeptForm
from convive.core.instruments.filling import fill
from convive.core.instruments.model import Instrument, Item
from convive.core.instruments.ratings import rated
from convive.core.instruments.scoring import Result, score
from convive.core.instruments.structure import structure_of


def measured(instrument: Instrument) -> dict[str, bool]:
    """Return what a form measures, name → whether it is a score: ranked items once a form."""
    scores = {one.id: True for one in instrument.scores if not one.per}
    return {item.id: False for item in _items(instrument)} | scores


def form_values(instrument: Instrument, form: KeptForm) -> dict[str, float]:
    """Return what a form measures; what was not rated or cannot be told is absent."""
    filled = fill(instrument, form.answers, today=form.day)
    found = {}
    for item in _items(instrument):
        value, _ = rated(item, filled.answers.get(item.id))
        if value is not None:
            found[item.id] = float(value)
    for name, result in score(instrument, filled).items():
        if isinstance(result, Result) and result.value is not None:
            found[name] = result.value
    return found


def place_rows(instrument: Instrument, forms: Iterable[KeptForm]) -> list[dict[str, Any]]:
    """Return one row a place: code, name, position, area, n, and the mean of all it measures.

    Means are None where fewer forms say something than the instrument asks for.
    """
    places: dict[str, KeptForm] = {}
    n: dict[str, int] = defaultdict(int)
    values: dict[tuple[str, str], list[float]] = defaultdict(list)
    for form in forms:
        if form.state != COMPLETE or not form.place:
            continue
        places.setdefault(form.place, form)
        n[form.place] += 1
        for name, value in form_values(instrument, form).items():
            values[form.place, name].append(value)
    least = max(1, instrument.minimum_n)

    def mean(place: str, name: str) -> float | None:
        told = values[place, name]
        return float(np.mean(told)) if len(told) >= least else None

    return [
        {
            "place": code, "name": one.place_name, "longitude": one.longitude,
            "latitude": one.latitude, "area": one.area_id, "n_forms": n[code],
            **{name: mean(code, name) for name in measured(instrument)},
        }
        for code, one in sorted(places.items())
    ]  # fmt: skip


def _items(instrument: Instrument) -> list[Item]:
    slots = structure_of(instrument).slots.values()
    return [
        slot.part
        for slot in slots
        if isinstance(slot.part, Item)
        and not slot.rounds
        and slot.part.scale is not None
        and slot.part.scale.maximum is not None
    ]
