"""Harm weights as the core sees them: somebody's judgement, with a name and a date on it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

Text = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class HarmWeights:
    """What one incident of each category weighs; Convive ships no set of its own."""

    id: str
    version: int
    unit: Text
    """What the weights are in: days of imprisonment, euros, points …."""
    weights: Mapping[str, float]
    """Category → harm per incident; 0 is a weight, no entry is none."""
    source: str
    author: str
    dated: str
    """Day on which the set was settled, ISO."""
    cannot_show: Text
    is_invented: bool = False
    """Made up for a demonstration; every output says so."""
