"""Results of a campaign in words and figures: items, agreement, raters, areas, places."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

from convive.app.fieldwork.city_areas import CityAreas
from convive.app.fieldwork.ratings import (
    TOO_FEW,
    GroupScore,
    ItemAgreement,
    Mean,
    RatedStop,
    Strictness,
    agreement,
    area_scores,
    leading_score,
    place_scores,
    strictness,
)
from convive.catalogue.texts import format_number, has_text, localised, say
from convive.core.instruments.model import Band, Instrument, Item, Score
from convive.core.instruments.summary import ItemSummary, Summary, summarise
from convive.core.model import DisclosureRule

MARK_WIDTH = 200.0
_STEPS = 4


def present_results(
    instrument: Instrument, stops: Sequence[RatedStop], areas: CityAreas, rule: DisclosureRule,
    *, language: str, with_raters: bool,
) -> dict[str, Any]:  # fmt: skip
    """Return what the page of results shows.

    Parameters
    ----------
    rule : DisclosureRule
        An area is told from `min_observations` forms on, everything from the instrument's own
        minimum on.
    with_raters : bool
        Whether the reader may see raters, by label.
    """
    least_place = max(1, instrument.minimum_n)
    found = strictness(stops)
    agreed = agreement(instrument, stops)
    leading = leading_score(instrument)
    scale = _scale(instrument, leading)
    by_area = area_scores(stops, least=max(rule.min_observations, least_place))
    by_place = place_scores(stops, found.effects, least=least_place)
    told = [_agreement_row(instrument, one, language) for one in agreed]
    return {
        "n": len(stops),
        "n_places": len({one.place for one in stops if one.place}),
        "n_raters": len({one.rater for one in stops if one.rater}),
        "n_double": max((row["n"] for row in told), default=0),
        "headline": headline(agreed, found, scale, len(stops), language),
        "least": least_place,
        "least_area": max(rule.min_observations, least_place),
        "score_label": localised(leading.label, language) if leading else "",
        "items": present_items(instrument, stops, language),
        "agreement": told,
        "raters": _rater_rows(found, scale, language) if with_raters else [],
        "rater_reason": _reason(found.code, found.data, language) if found.effects is None else "",
        "areas": [_group_row(one, areas.name_of(one.group), leading, scale, language) for one in by_area],
        "places": [_group_row(one, one.group, leading, scale, language) for one in by_place],
        "has_bands": bool(leading and leading.bands),
        "scale_low": format_number(scale[0], language, 0),
        "scale_high": format_number(scale[1], language, 0),
    }  # fmt: skip


def headline(
    agreed: Sequence[ItemAgreement], found: Strictness, scale: tuple[float, float], n: int,
    language: str,
) -> str:  # fmt: skip
    """Return the finding about the campaign as a whole, as sentences."""
    if not n:
        return say("campaigns.results.nothing", language)
    sentences = []
    counts = {word: sum(one.verdict == word for one in agreed)
              for word in ("reliable", "unreliable", "cannot_tell")}  # fmt: skip
    if agreed and counts["cannot_tell"] < len(agreed):
        sentences.append(
            say("campaigns.results.agreement_found", language, n=len(agreed), **counts)
        )
    else:
        sentences.append(say("campaigns.results.agreement_unknown", language))
    if found.effects is None:
        sentences.append(say("campaigns.results.raters_unknown", language))
    else:
        n_apart = int(found.apart(scale[1] - scale[0]).sum())
        sentences.append(say("campaigns.results.raters_found", language, n=n_apart))
    return " ".join(sentences)


# --- items ---------------------------------------------------------------------------------------


def present_items(
    instrument: Instrument, stops: Sequence[RatedStop], language: str
) -> list[dict[str, Any]]:
    """Return the items with the share of each answer and means by day and night."""
    whole = _summary(instrument, stops, "")
    parts = {part: _summary(instrument, stops, part) for part in ("day", "night")}
    rows = []
    for one in whole.items:
        item = instrument.item(one.item)
        if item is None or item.is_personal or not one.n_asked:
            continue
        rows.append(
            _item_row(item, one, {p: _of_item(s, one.item) for p, s in parts.items()}, language)
        )
    return rows


def _summary(instrument: Instrument, stops: Sequence[RatedStop], daypart: str) -> Summary:
    forms = [one.filled for one in stops if one.filled and (not daypart or one.daypart == daypart)]
    return summarise(instrument, forms)


def _of_item(summary: Summary, item: str) -> ItemSummary | None:
    return next((one for one in summary.items if one.item == item), None)


def _item_row(
    item: Item, one: ItemSummary, parts: dict[str, ItemSummary | None], language: str
) -> dict[str, Any]:
    shares = one.shares or {}
    bars, start = [], 0.0
    for k, (code, share) in enumerate(shares.items()):
        choice = item.scale.choice(code) if item.scale else None
        step = round(k * _STEPS / max(len(shares) - 1, 1))
        bars.append({
            "x": round(100 * start, 2), "width": round(100 * share.value, 2), "step": f"q{step}",
            "label": localised(choice.label, language) if choice else code,
            "share": share.value * 100, "count": one.counts.get(code, 0),
        })  # fmt: skip
        start += share.value
    told = ", ".join(
        f"{bar['label']} {say('campaigns.percent', language, share=bar['share'])}" for bar in bars
    )
    return {
        "id": item.id, "question": localised(item.question, language), "n": one.n_answered,
        "n_unanswered": one.n_asked - one.n_answered, "bars": bars if start <= 1.001 else [],
        "shares": bars, "told": told, "mean": mean_text(one.mean, language),
        "day": mean_text(parts["day"].mean if parts["day"] else None, language),
        "night": mean_text(parts["night"].mean if parts["night"] else None, language),
        "is_few": one.shares is None and one.mean is None,
    }  # fmt: skip


def mean_text(estimate: Any, language: str, decimals: int = 2) -> str:
    """Return a mean with its interval; empty where one cannot tell."""
    if estimate is None or estimate.value is None:
        return ""
    value = format_number(estimate.value, language, decimals)
    if estimate.low is None or estimate.high is None:
        return value
    return say(
        "campaigns.interval", language, value=value,
        low=format_number(estimate.low, language, decimals),
        high=format_number(estimate.high, language, decimals),
    )  # fmt: skip


def signed_text(value: float, low: float, high: float, language: str) -> str:
    """Return a difference with its interval, with signs."""
    told = [_signed(x, language) for x in (value, low, high)]
    return say("campaigns.interval", language, value=told[0], low=told[1], high=told[2])


def _signed(value: float, language: str) -> str:
    text = format_number(value, language, 2)
    return f"+{text}" if round(value, 2) > 0 else text


# --- agreement and raters ------------------------------------------------------------------------


def _agreement_row(instrument: Instrument, one: ItemAgreement, language: str) -> dict[str, Any]:
    item = instrument.item(one.item)
    n = one.alpha.n_units if one.alpha else (one.kappa.n_units if one.kappa else 0)
    return {
        "item": one.item,
        "question": localised(item.question, language) if item else one.item,
        "n": n, "kappa": _coefficient(one.kappa, language), "alpha": _coefficient(one.alpha, language),
        "observed": None if one.kappa is None else 100 * one.kappa.observed,
        "verdict": one.verdict, "is_paradox": bool(one.alpha and one.alpha.is_paradox),
        "mark": _mark(one.alpha.value, one.alpha.low, one.alpha.high, (0.0, 1.0)) if one.alpha else None,
    }  # fmt: skip


def _coefficient(found: Any, language: str) -> str:
    if found is None or not math.isfinite(found.value):
        return ""
    low, high = (x if math.isfinite(x) else None for x in (found.low, found.high))
    return mean_text(Mean(found.value, low, high, found.n_units), language)


def _rater_rows(
    found: Strictness, scale: tuple[float, float], language: str
) -> list[dict[str, Any]]:
    effects = found.effects
    if effects is None:
        return []
    reach = max(0.5, float(abs(effects.low).max()), float(abs(effects.high).max()))
    apart = found.apart(scale[1] - scale[0])
    rows = []
    for k, rater in enumerate(effects.raters):
        value, low, high = (float(x[k]) for x in (effects.effect, effects.low, effects.high))
        is_apart = bool(apart[k])
        rows.append({
            "rater": str(rater), "n": int(effects.n[k]),
            "effect": signed_text(value, low, high, language),
            "verdict": ("lenient" if value > 0 else "strict") if is_apart else "like_others",
            "mark": _mark(value, low, high, (-reach, reach)),
        })  # fmt: skip
    return sorted(rows, key=lambda row: row["rater"])


# --- areas and places ----------------------------------------------------------------------------


def _group_row(
    one: GroupScore, name: str, leading: Score | None, scale: tuple[float, float], language: str
) -> dict[str, Any]:
    best = one.corrected if one.corrected.value is not None else one.raw
    bands = leading.bands if leading else ()
    codes = {_band(bands, x) for x in (best.value, best.low, best.high) if x is not None}
    own = next(
        (b for b in bands if best.value is not None and b.code == _band(bands, best.value)), None
    )
    return {
        "group": one.group, "name": name, "n": one.raw.n,
        "raw": mean_text(one.raw, language), "corrected": mean_text(one.corrected, language),
        "why": _reason(one.corrected.reason, {"n": one.raw.n}, language) if one.corrected.reason else "",
        "band": localised(own.label, language) if own else "", "is_unsure": len(codes) > 1,
        "mark": _mark(one.corrected.value, one.corrected.low, one.corrected.high, scale),
        "raw_x": _across(one.raw.value, scale),
    }  # fmt: skip


def _band(bands: Sequence[Band], value: float) -> str:
    return next((b.code for b in bands if b.below is None or value < b.below), "")


def _scale(instrument: Instrument, leading: Score | None) -> tuple[float, float]:
    """Return the ends of the score's scale."""
    if leading is None:
        return (0.0, 1.0)
    if leading.rescale_to is not None:
        return (0.0, leading.rescale_to)
    items = [instrument.item(name) for name in leading.weights]
    highest = [one.scale.maximum for one in items if one and one.scale and one.scale.maximum]
    if leading.method.value == "share_of_maximum":
        return (0.0, 100.0)
    return (0.0, max(highest, default=1.0))


def _mark(
    value: float | None, low: float | None, high: float | None, scale: tuple[float, float]
) -> dict[str, float] | None:
    """Return a value and its interval as places on a line `MARK_WIDTH` wide."""
    if value is None or low is None or high is None or not math.isfinite(low + high):
        return None
    at = [_across(x, scale) for x in (value, low, high)]
    if None in at:
        return None
    zero = _across(0.0, scale) if scale[0] < 0 < scale[1] else None
    return {"x": at[0] or 0.0, "low": at[1] or 0.0, "high": at[2] or 0.0, "zero": zero or 0.0}


def _across(value: float | None, scale: tuple[float, float]) -> float | None:
    if value is None:
        return None
    share = (value - scale[0]) / ((scale[1] - scale[0]) or 1.0)
    return round(5 + (MARK_WIDTH - 10) * min(max(share, 0.0), 1.0), 1)


def _reason(code: str, data: Any, language: str) -> str:
    """Return why one cannot tell."""
    if code == TOO_FEW:
        return say("campaigns.results.too_few", language)
    key = f"error.{code}"
    return (
        say(key, language, **dict(data))
        if has_text(key)
        else say("campaigns.cannot_tell", language)
    )
