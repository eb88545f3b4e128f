"""What those who took part answered, question by question; weighted where there are weights."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from convive.core.errors import MethodError
from convive.core.instruments.model import Instrument, Item, ItemType
from convive.core.survey import SurveyDesign, share_by_domain
from convive.web.fieldwork.instruments import instrument_of
from convive.web.fieldwork.models import Campaign
from convive.web.fieldwork.selectors.wave_rows import wave_rows

FEWEST = 10
"""Answers below which a question's shares are not shown."""


@dataclass(frozen=True)
class ChoiceShare:
    """One answer to a question; shares in percent, `low` and `high` None without a sample."""

    label: Any
    share: float
    low: float | None
    high: float | None


@dataclass(frozen=True)
class QuestionAnswers:
    """One question; `choices` empty where too few answered."""

    item: Item
    n: int
    choices: list[ChoiceShare]


def answers_of(campaign: Campaign) -> tuple[list[QuestionAnswers], bool]:
    """Return the answers question by question, and whether they are weighted."""
    items = _closed(instrument_of(campaign.form))
    weights: list[float | None] = []
    strata: list[str] = []
    given: dict[str, list[str]] = {item.id: [] for item in items}
    for row in wave_rows(campaign):
        weights.append(row.weight)
        strata.append(row.stratum)
        for item in items:
            value = row.answers.get(item.id)
            given[item.id].append("" if value is None else str(value))
    is_weighted = bool(weights) and None not in weights
    design = None
    if campaign.sampling == Campaign.Sampling.FRAME and weights:
        each = [w if w is not None else 1.0 for w in weights]
        design = SurveyDesign(np.array(each, dtype=float), strata=strata)
    return [_question(item, np.array(given[item.id]), design) for item in items], is_weighted


def _closed(instrument: Instrument) -> Sequence[Item]:
    return [
        item
        for section in instrument.content
        if not section.repeats
        for item in section.items()
        if item.type is ItemType.CHOICE and item.scale is not None
    ]


def _question(item: Item, given: Any, design: SurveyDesign | None) -> QuestionAnswers:
    mask = given != ""
    n = int(mask.sum())
    if n < FEWEST or item.scale is None:
        return QuestionAnswers(item, n, [])
    shares = [
        _share(choice.label, np.where(mask, (given == choice.code).astype(float), np.nan), design)
        for choice in item.scale.choices
    ]
    return QuestionAnswers(item, n, shares)


def _share(label: Any, is_it: Any, design: SurveyDesign | None) -> ChoiceShare:
    if design is None:
        return ChoiceShare(label, 100 * float(np.nanmean(is_it)), None, None)
    try:
        found = share_by_domain(design, is_it)
    except MethodError:
        return ChoiceShare(label, 100 * float(np.nanmean(is_it)), None, None)
    value, low, high = (100 * float(getattr(found, part)[0]) for part in ("value", "low", "high"))
    is_known = np.isfinite(low) and np.isfinite(high)
    return ChoiceShare(label, value, low if is_known else None, high if is_known else None)
