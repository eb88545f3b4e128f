"""A finding: what the diagnosis says, by code and parameters, never as a sentence."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from convive.core.model.vocabulary import Certainty, Face, Verdict


@dataclass(frozen=True, slots=True)
class EvidenceLink:
    """The way back: a published table, the rows of it (as SQL), and their sources."""

    table: str
    query: str
    """SQL over the published tables, e.g. SELECT * FROM estimates WHERE …; runs as printed."""
    sources: tuple[str, ...]
    n: int | None = None


@dataclass(frozen=True, slots=True)
class Finding:
    """One finding with its evidence, certainty and caveats.

    `id` is stable between runs on the same evidence: kind, area and indicator.
    `code` is the key of the sentence in catalogue/texts (``finding.<code>``), filled by `params`.
    `importance` (0 to 1) only orders findings; it is never printed as a score.
    """

    id: str
    code: str
    params: Mapping[str, Any]
    level: str
    area_id: str
    """Area that it is about; the city's own id for the whole city."""
    indicator_ids: tuple[str, ...]
    faces: tuple[Face, ...]
    verdict: Verdict
    certainty: Certainty
    importance: float
    p: float | None = None
    q: float | None = None
    """False-discovery-adjusted over all tests of the audit; None where nothing was tested."""
    caveats: tuple[str, ...] = ()
    """Codes ``caveat.<code>`` in the catalogue."""
    evidence: tuple[EvidenceLink, ...] = field(default_factory=tuple)
