"""One false-discovery adjustment over every test of the audit, and the verdicts after it."""

from __future__ import annotations

from collections.abc import Mapping

from convive.app.assess.effects import EffectKey
from convive.app.assess.prepare import Row
from convive.core.evaluation.before_after import EffectResult, verdict_of_effect
from convive.core.gap import verdict_of_difference
from convive.core.model import Verdict
from convive.core.significance import benjamini_hochberg
from convive.core.temporal import verdict_of_change

TESTED = ("trends", "faces", "gaps", "contrasts", "raters", "breaks", "effects")
NARROW = {"percent": 20.0, "points": 5.0}
"""Largest change that still counts as none."""
FDR = 0.05
LARGE_BIAS = 0.25
"""Points of the rating scale (0 to 3) from which on a clear deviation is called a bias."""


def adjust(
    tables: Mapping[str, list[Row]], effects: Mapping[EffectKey, EffectResult]
) -> dict[str, int]:
    """Fill `q` and the verdicts of all tested tables; return how many tests each one made."""
    tested = [row for name in TESTED for row in tables[name]]
    p = [row.get("p") for row in tested]
    adjusted = benjamini_hochberg(p)
    for row, value, q in zip(tested, p, adjusted, strict=True):
        row["q"] = None if value is None else float(q)
    _set_verdicts(tables, effects)
    return {name: sum(row.get("p") is not None for row in tables[name]) for name in TESTED}


def _set_verdicts(
    tables: Mapping[str, list[Row]], effects: Mapping[EffectKey, EffectResult]
) -> None:
    for row in tables["trends"]:
        narrow = NARROW[row["change_unit"]]
        change, q = row.get("change_percent"), row.get("q")
        verdict = verdict_of_change(change, _interval(row), row.get("p"), q, narrow=narrow)
        row["verdict"] = verdict.value
    for row in tables["faces"]:
        row["verdict"] = verdict_of_difference(row.get("score"), _interval(row), row.get("q")).value
    for row in tables["gaps"]:
        row["verdict"] = _gap_verdict(row).value
    for row in tables["raters"]:
        is_large = abs(row.get("effect") or 0.0) >= LARGE_BIAS
        row["is_biased"] = is_large and row.get("q") is not None and row["q"] <= FDR
    for row in tables["effects"]:
        found = effects.get((row["intervention_id"], row["indicator_id"]))
        verdict = Verdict.CANNOT_TELL if found is None else verdict_of_effect(found, row.get("q"))
        row["verdict"] = verdict.value


def _gap_verdict(row: Row) -> Verdict:
    """Return the verdict on a pair; clear only where all faces together disagree as well."""
    found = verdict_of_difference(row.get("difference"), _interval(row), row.get("q"))
    joint = row.get("joint_q")
    is_named = joint is not None and joint <= FDR
    is_clear = found in {Verdict.CLEARLY_ABOVE, Verdict.CLEARLY_BELOW}
    return Verdict.CANNOT_TELL if is_clear and not is_named else found


def _interval(row: Row) -> tuple[float, float] | None:
    low, high = row.get("low"), row.get("high")
    return None if low is None or high is None else (low, high)
