"""Where areas stand against the city under each denominator, from gated figures only."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from typing import Any

import numpy as np

from convive.app.assess.faces import dispersion_of, on_scale, why_not
from convive.app.assess.prepare import Prepared, Row
from convive.app.assess.recorded import number
from convive.core.gap import standardise_face, verdict_of_difference
from convive.core.significance import benjamini_hochberg

Figures = dict[str, dict[str, Row]]
"""Denominator → area → its newest figure."""


def position_rows(prepared: Prepared, estimates: Sequence[Row]) -> list[Row]:
    """Return the rows of table ``positions``: recorded indicators with several denominators.

    Tested like a face (`standardise_face`), against the rest of the city. The same incidents
    are looked at several times, so these tests are adjusted among themselves: they say how
    far a picture depends on what one divides by, and make no findings.

    Parameters
    ----------
    estimates : list of rows
        As published: what the gate hides takes no part here.
    """
    rows: list[Row] = []
    for indicator_id in prepared.numerators:
        areas = _newest(estimates, indicator_id, prepared.analysis)
        if len(areas) > 1:
            for denominator in sorted(areas):
                rows.extend(_rows(prepared, (indicator_id, denominator), areas[denominator]))
    return _judged(rows)


def _newest(estimates: Sequence[Row], indicator_id: str, level: str) -> Figures:
    """Return the figures of the newest period, for all people at all times."""
    own = [
        row
        for row in estimates
        if row["indicator_id"] == indicator_id
        and row["level"] == level
        and row["dimension"] == "all"
        and row.get("denominator_id")
    ]
    newest = max((row["period_start"] for row in own), default=date.min)
    found: Figures = {}
    for row in own:
        if row["period_start"] == newest:
            found.setdefault(row["denominator_id"], {})[row["area_id"]] = row
    return found


def _rows(prepared: Prepared, what: tuple[str, str], areas: dict[str, Row]) -> Iterator[Row]:
    ids = prepared.territory.frames[prepared.analysis].ids
    indicator = prepared.indicator(what[0])
    dispersion = dispersion_of(prepared, indicator)
    pairs = [on_scale(indicator, areas.get(area), dispersion) for area in ids]
    values, errors = (np.array(column) for column in zip(*pairs, strict=True))
    found = standardise_face(values, errors)
    sign = 1.0 if indicator.is_lower_better else -1.0
    ratios = np.exp(sign * (values - (found.city or 0.0)))
    columns = {"score": found.scores, "low": found.low, "high": found.high, "p": found.p}
    for i, area in enumerate(ids):
        own = areas.get(area)
        row: Row = {
            "indicator_id": what[0],
            "level": prepared.analysis,
            "area_id": area,
            "denominator_id": what[1],
            **({} if own is None else {name: own[name] for name in ("period_start", "period_end")}),
        }
        if found.scores is not None and np.isfinite(found.scores[i]) and own is not None:
            row |= {name: number(v[i]) for name, v in columns.items() if v is not None}
            row |= {"ratio": number(ratios[i]), "n": own["n"], "status": "shown"}
        else:
            row |= why_not(found, own)
        yield row


def _judged(rows: list[Row]) -> list[Row]:
    p: list[Any] = [row.get("p") for row in rows]
    adjusted = benjamini_hochberg(p)
    for row, value, q in zip(rows, p, adjusted, strict=True):
        row["q"] = None if value is None else float(q)
        is_known = row.get("low") is not None and row.get("high") is not None
        interval = (row["low"], row["high"]) if is_known else None
        row["verdict"] = verdict_of_difference(row.get("score"), interval, row["q"]).value
    return rows


__all__ = ["position_rows"]
