"""Findings about what was done: worked, harmful, no effect, cannot tell."""

from __future__ import annotations

from collections.abc import Iterator

from convive.core.diagnosis.facts import (
    Facts,
    Row,
    Subject,
    Weight,
    finding,
    is_clear,
    is_shown,
    iso,
    link,
)
from convive.core.model import Certainty, Finding, Verdict

CODES = {
    Verdict.WORKED: "intervention_worked",
    Verdict.HARMFUL: "intervention_harmful",
    Verdict.DID_NOT_WORK: "intervention_no_effect",
    Verdict.CANNOT_TELL: "intervention_cannot_tell",
}
FULL_EFFECT = 50.0


def effects(facts: Facts) -> Iterator[Finding]:
    """Yield one finding per intervention and outcome that could be looked at."""
    for row in facts.rows("effects"):
        if is_shown(row) and row.get("effect_percent") is not None:
            yield _effect(facts, row)


def _verdict(facts: Facts, row: Row) -> Verdict:
    """Return the verdict; what did not pass its test over the whole audit is not a result."""
    verdict = Verdict(row["verdict"])
    if verdict in {Verdict.WORKED, Verdict.HARMFUL} and not is_clear(row, facts.fdr):
        return Verdict.CANNOT_TELL
    return verdict


def _certainty(facts: Facts, row: Row, verdict: Verdict) -> Certainty:
    if verdict in {Verdict.WORKED, Verdict.HARMFUL}:
        return facts.tested(row, row["indicator_id"])
    return Certainty.LIKELY if verdict == Verdict.DID_NOT_WORK else Certainty.TENTATIVE


def _effect(facts: Facts, row: Row) -> Finding:
    verdict = _verdict(facts, row)
    indicator = row["indicator_id"]
    tested = verdict in {Verdict.WORKED, Verdict.HARMFUL}
    n = (row.get("n_before") or 0) + (row.get("n_after") or 0)
    params = {
        "intervention": row["title"],
        "indicator": indicator,
        "areas": facts.names(row["level"], row["areas"]),
        "change": row["effect_percent"],
        "low": row["low"],
        "high": row["high"],
        "n_before": row.get("n_before"),
        "n_after": row.get("n_after"),
        "starts": iso(row["starts"]),
    }
    people = facts.people(row["level"], row["areas"])
    weight = Weight(
        _certainty(facts, row, verdict),
        max(0.4, abs(row["effect_percent"]) / FULL_EFFECT),
        max(people, 0.25),  # what a town has paid for concerns more people than live there
        row.get("p") if tested else None,
        row.get("q") if tested else None,
    )
    single = len(row["areas"]) == 1
    level, area_id = (str(row["level"]), str(row["areas"][0])) if single else facts.whole
    where = {"intervention_id": row["intervention_id"], "indicator_id": indicator}
    caveats = ["association_not_cause"]
    # NULL: nobody knows whether the areas were chosen at a peak, so the caveat stays.
    caveats += ["regression_to_mean"] if row.get("was_chosen_at_peak") is not False else []
    caveats += ["small_numbers"] if n < 100 else []
    return finding(
        CODES.get(verdict, "intervention_cannot_tell"),
        Subject(level, area_id, (indicator,), (facts.face(indicator),), row["intervention_id"]),
        params,
        verdict,
        weight,
        ((link("effects", where, facts.sources(indicator), n),), tuple(caveats)),
    )
