"""The four faces per area on one scale, and the gaps between them, from gated figures only."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from convive.app.assess.prepare import HEADLINES, Prepared, Row, headline
from convive.app.assess.recorded import number
from convive.app.assess.sharing import REASON, is_comparable
from convive.core.errors import MethodError
from convive.core.gap import FaceScores, face_gaps, standardise_face
from convive.core.model import FACES, Face, Indicator
from convive.core.rates import overdispersion, standard_error_of_log_rate
from convive.core.survey import angle_of_share, shares_against_rest

UNTESTED_PAIRS = (("recorded", "observed"), ("experienced", "observed"))
"""Crime and the state of a street are not two accounts of one thing: they may well differ."""
NORMAL_95 = 1.959963984540054

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class _FaceInput:
    """A face before it is standardised: arrays of shape (n_areas,), more is worse."""

    indicator: Indicator
    values: Floats
    errors: Floats
    rows: Mapping[str, Row]


def face_rows(prepared: Prepared, estimates: list[Row]) -> tuple[list[Row], list[Row]]:
    """Return the rows of tables ``faces`` and ``gaps`` at the level of the analysis.

    Parameters
    ----------
    estimates : list of rows
        As published: what the gate hides takes no part here.
    """
    ids = prepared.territory.frames[prepared.analysis].ids
    inputs = {face: _input(prepared, face, estimates, ids) for face in FACES}
    scores: dict[str, FaceScores] = {}
    rows: list[Row] = []
    for face, given in inputs.items():
        if given is None:
            continue
        found = standardise_face(given.values, given.errors)
        scores[face.value] = _with_share_test(found, given, ids)
        rows.extend(_face_rows(prepared, face, given, scores[face.value]))
    return rows, _gap_rows(prepared, scores, ids)


def newest_rows(estimates: list[Row], indicator_id: str, level: str) -> dict[str, Row]:
    """Return the newest row of each area for all people at all times."""
    found: dict[str, Row] = {}
    for row in estimates:
        if row["indicator_id"] != indicator_id or row["level"] != level:
            continue
        if row["dimension"] != "all" or not row.get("_is_main", True):
            continue
        known = found.get(row["area_id"])
        if known is None or row["period_start"] > known["period_start"]:
            found[row["area_id"]] = row
    return found


def _input(
    prepared: Prepared, face: Face, estimates: list[Row], ids: tuple[str, ...]
) -> _FaceInput | None:
    level = prepared.analysis
    available = {
        row["indicator_id"]
        for row in estimates
        if row["level"] == level and row["status"] == "shown" and row["face"] == face.value
    }
    indicator = headline(prepared, face, available)
    if indicator is None:
        return None
    rows = newest_rows(estimates, indicator.id, level)
    dispersion = dispersion_of(prepared, indicator)
    pairs = [on_scale(indicator, rows.get(area), dispersion) for area in ids]
    values, errors = (np.array(column) for column in zip(*pairs, strict=True))
    return _FaceInput(indicator, values, errors, rows)


def dispersion_of(prepared: Prepared, indicator: Indicator) -> float:
    """Return how much more the areas' counts vary than Poisson counts would; at least 1."""
    numerator = prepared.numerators.get(indicator.id)
    counts = None if numerator is None else numerator.counts.get(prepared.analysis)
    if numerator is None or counts is None or np.isnan(counts).any():
        return 1.0
    try:
        return overdispersion(counts[:, : numerator.n_closed])
    except MethodError:
        return 1.0


def on_scale(indicator: Indicator, row: Row | None, dispersion: float) -> tuple[float, float]:
    """Return the figure where its error is about normal, turned so that more is worse."""
    if row is None or row["status"] != "shown" or row["value"] is None or not is_comparable(row):
        return np.nan, np.nan
    sign = 1.0 if indicator.is_lower_better else -1.0
    if row["face"] == Face.RECORDED.value:
        events = max(row["n"], 0.5)
        error = float(standard_error_of_log_rate([row["n"]], dispersion=dispersion)[0])
        variance, shift = row.get("_position") or (0.0, 0.0)
        error = float(np.hypot(error, np.hypot(np.sqrt(variance), shift)))
        return sign * float(np.log(events / row["denominator"])), error
    if row["unit"] == "percent":
        angle, of_angle = angle_of_share(row["value"] / 100, row.get("_n_effective") or np.nan)
        return sign * float(angle), float(of_angle)
    return sign * row["value"], (row["high"] - row["low"]) / (2 * NORMAL_95)


def _with_share_test(found: FaceScores, given: _FaceInput, ids: tuple[str, ...]) -> FaceScores:
    """Return the scores of survey shares with p-values that hold with a handful of cases.

    A score ÷ its error does not: among 30 answers both rest on the same few cases.
    """
    if found.scores is None or given.indicator.unit != "percent":
        return found
    rows = [given.rows.get(area) for area in ids]
    shown = [row if row and row["status"] == "shown" else {} for row in rows]
    shares = [row.get("value", np.nan) / 100 for row in shown]
    sizes = [row.get("_n_effective", np.nan) for row in shown]
    return replace(found, p=shares_against_rest(shares, sizes).p)


def _face_rows(prepared: Prepared, face: Face, given: _FaceInput, found: FaceScores) -> list[Row]:
    rows = []
    for i, area in enumerate(prepared.territory.frames[prepared.analysis].ids):
        source = given.rows.get(area)
        is_known = found.scores is not None and np.isfinite(found.scores[i])
        row: Row = {
            "level": prepared.analysis,
            "area_id": area,
            "face": face.value,
            "indicator_id": given.indicator.id,
            "n": None if source is None else source["n"],
        }
        if is_known:
            columns = {"score": found.scores, "low": found.low, "high": found.high, "p": found.p}
            row |= {key: number(v[i]) for key, v in columns.items() if v is not None}
            row |= {"status": "shown"}
        else:
            row |= why_not(found, source)
        rows.append(row)
    return rows


def why_not(found: FaceScores, source: Row | None) -> Row:
    """Return status and reason of an area that has no score."""
    if source is not None and source["status"] != "shown":
        return {"status": source["status"], "reason": source["reason"]}
    if source is not None and not is_comparable(source):
        return {"status": "unavailable", "reason": REASON}
    reason = "no_figure" if found.reason is None else found.reason.lower()
    return {"status": "unavailable", "reason": reason}


def _gap_rows(
    prepared: Prepared, scores: Mapping[str, FaceScores], ids: tuple[str, ...]
) -> list[Row]:
    rows = []
    for gap in face_gaps(scores):
        if (gap.face_a, gap.face_b) in UNTESTED_PAIRS:
            continue
        for i, area in enumerate(ids):
            is_known = np.isfinite(gap.difference[i])
            row: Row = {
                "level": prepared.analysis,
                "area_id": area,
                "face_a": gap.face_a,
                "face_b": gap.face_b,
            }
            if is_known:
                row |= {
                    "difference": float(gap.difference[i]),
                    "low": float(gap.low[i]),
                    "high": float(gap.high[i]),
                    "p": number(gap.p[i]),
                    "status": "shown",
                }
            else:
                row |= {"status": "unavailable", "reason": "no_figure"}
            rows.append(row)
    return rows


__all__ = ["HEADLINES", "dispersion_of", "face_rows", "newest_rows", "on_scale", "why_not"]
