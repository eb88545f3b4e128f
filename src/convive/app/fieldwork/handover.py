"""What a campaign hands over to the evidence: rows, a mapping, and what is left out and why.

Nothing is written here. Ratings of places become observations, a survey wave becomes survey
microdata; what an instrument asks beyond that stays with the forms. Free texts, photos and
whatever may tell who somebody is never leave them.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from convive.app.fieldwork.handed_observations import observation_rows
from convive.app.fieldwork.handed_surveys import survey_rows
from convive.app.fieldwork.kept_forms import COMPLETE, FieldRound, HandedRows, KeptForm
from convive.core.errors import RequestError

SURVEYS, OBSERVATIONS = "surveys", "observations"


@dataclass(frozen=True)
class HandOver:
    """What would be written, to be looked at first."""

    source_id: str
    family: str
    found: HandedRows
    provenance: Mapping[str, Any]
    """Table ``[source.fieldwork]`` of the mapping file, but for what writing adds."""
    title: str
    owner: str
    language: str

    @property
    def n_rows(self) -> int:
        """Rows of the data file."""
        return len(self.found.rows)


def source_id_of(code: str) -> str:
    """Return the id of the source that a campaign hands over.

    Examples
    --------
    >>> source_id_of("Walk-2026")
    'fieldwork_walk-2026'
    """
    return f"fieldwork_{code.lower()}"


def prepare_hand_over(
    of: FieldRound, forms: Iterable[KeptForm], *, levels: Sequence[str], analysis: str,
    software: str,
) -> HandOver:  # fmt: skip
    """Return what a campaign hands over.

    Parameters
    ----------
    forms : iterable of KeptForm
        All of them, in an order that stays the same.
    levels : sequence of str
        Levels of areas that the pack has.
    analysis : str
        The one at which areas are compared; areas of a sampling frame are of it.

    Raises
    ------
    RequestError
        HANDOVER_NOTHING_FEEDS: no item of the instrument is evidence of the audit;
        HANDOVER_NOTHING_LEFT: no form can be used, with the reasons.
    """
    everything = list(forms)
    counted = [form for form in everything if form.state == COMPLETE]
    family = SURVEYS if of.kind == "survey" else OBSERVATIONS
    found = (
        survey_rows(of, counted, analysis=analysis)
        if family == SURVEYS
        else observation_rows(of, counted, levels=levels)
    )
    if not found.items:
        raise RequestError("HANDOVER_NOTHING_FEEDS", instrument=of.instrument.id)
    if not found.rows:
        left = {**_states(everything), **found.left_out}
        raise RequestError("HANDOVER_NOTHING_LEFT", n=len(everything), n_left=sum(left.values()))
    return HandOver(
        source_id_of(of.code), family, found,
        _provenance(of, everything, found, software), of.title, of.owner, of.language,
    )  # fmt: skip


def _states(forms: Iterable[KeptForm]) -> dict[str, int]:
    return dict(sorted(Counter(form.state for form in forms if form.state != COMPLETE).items()))


def _provenance(
    of: FieldRound, forms: Sequence[KeptForm], found: HandedRows, software: str
) -> dict[str, Any]:
    counted = [form for form in forms if form.state == COMPLETE]
    days: list[date] = [form.day for form in counted]
    reasons = Counter(form.reason for form in forms if form.state == "excluded")
    return {
        "campaign": of.code,
        "title": of.title,
        "kind": of.kind,
        "instrument": f"{of.instrument.id}@{of.instrument.version}",
        "instrument_digest": of.instrument.digest or "-",
        "sampling": of.sampling,
        "first_day": min(days),
        "last_day": max(days),
        "n_forms": len(forms),
        "n_rows": len(found.rows),
        "channels": dict(sorted(Counter(form.channel for form in counted).items())),
        "left_out": {**_states(forms), **found.left_out},
        "excluded": {reason or "-": n for reason, n in sorted(reasons.items())},
        "frame": dict(of.frame),
        "software": software,
    }
