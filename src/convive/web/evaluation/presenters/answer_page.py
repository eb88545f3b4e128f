"""An answer in plain words: what changed, how sure that is, what else could explain it, for whom."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import Any

from convive.app.evaluation.wording import part_name
from convive.catalogue.texts import format_number, say
from convive.core.evaluation.answer import Answer, ForWhom, OutcomeAnswer, Rival
from convive.core.evaluation.costs import NOTHING_SPENT
from convive.core.evaluation.displacement_rings import RingsResult
from convive.core.evaluation.estimate import Check, Estimate
from convive.core.evaluation.study import Split
from convive.core.evaluation.worth import Worth
from convive.web.evaluation.models import KeptAnswer
from convive.web.evaluation.presenters.words import (
    change_text,
    indicator_name,
    interval_text,
    period_text,
)
from convive.web.evaluation.selectors.evaluations import answer_in
from convive.web.staff.audit import area_name, source_titles
from convive.web.workspace.presenters.plan_page import money_text

Shown = dict[str, Any]


def present_answer(kept: KeptAnswer, language: str) -> Shown:
    """Return a kept answer as its page shows it."""
    answer = _judged_as_a_whole(answer_in(kept))
    level = answer.study.current.level
    return {
        "verdict": str(answer.verdict), "is_final": answer.is_final, "look": answer.look,
        "verdict_text": say(f"evaluation_page.verdict.{answer.verdict}", language),
        "why": [say(f"evaluation.why.{one}", language) for one in answer.why],
        "outcomes": [
            _outcome(one, level, language) for one in answer.outcomes if not one.outcome.is_harm
        ],
        "harms": [_outcome(one, level, language, answer.harms) for one in answer.outcomes
                  if one.outcome.is_harm],
        "n_harmed": len(answer.harms),
        "rivals": [_rival(one, language) for one in answer.rivals],
        "was_late": answer.study.was_late,
        "at": kept.at, "build": kept.build[:12], "digest": kept.plan_digest[:12],
    }  # fmt: skip


def _judged_as_a_whole(answer: Answer) -> Answer:
    """Return an answer whose first outcome bears the verdict: by itself it may look clearer."""
    outcomes = tuple(
        replace(one, main=replace(one.main, verdict=answer.verdict))
        if one is answer.primary else one
        for one in answer.outcomes
    )  # fmt: skip
    return replace(answer, outcomes=outcomes)


def _outcome(one: OutcomeAnswer, level: str, language: str, harms: Iterable[str] = ()) -> Shown:
    code = one.outcome.indicator_id
    return present_estimate(one.main, code, language) | {
        "indicator_id": code,
        "name": indicator_name(code, language),
        "is_harmed": code in harms,
        "sources": ", ".join(source_titles(one.source_ids, language)),
        "period": period_text(one.period_start, one.period_end, language),
        "others": [present_estimate(each, code, language) for each in one.others],
        "rings": _rings(one.rings, code, language) if one.rings else None,
        "for_whom": [_for_whom(each, code, level, language) for each in one.for_whom],
    }


def present_estimate(one: Estimate, indicator_id: str, language: str) -> Shown:
    """Return an effect with its interval and what it rests on; a reason where there is none."""
    return {
        "design": say(f"evaluation.design.{one.design}", language),
        "reason": say(f"evaluation.reason.{one.reason}", language) if one.reason else "",
        "effect": change_text(one.effect, indicator_id, language),
        "interval": interval_text(one, indicator_id, language),
        "verdict": str(one.verdict),
        "verdict_text": say(f"verdict.{one.verdict}", language),
        "avoided": _avoided(one, language),
        "n": _rests_on(one, language),
        "checks": [_check(each, language) for each in one.checks],
    }  # fmt: skip


def _rests_on(one: Estimate, language: str) -> str:
    """Return on how much an effect rests; counts that the gate has withheld are said to be so."""
    seen = one.seen
    areas = {"areas": seen.n_treated, "others": seen.n_comparison}
    if seen.n_before is None or seen.n_after is None:
        return say("evaluation_page.rests_on_few", language, **areas)
    return say(
        "evaluation_page.rests_on", language, before=seen.n_before, after=seen.n_after, **areas
    )


def _avoided(one: Estimate, language: str) -> str:
    if one.avoided is None or one.avoided_low is None or one.avoided_high is None:
        return ""
    return say(
        "evaluation_page.avoided", language, n=round(one.avoided), low=round(one.avoided_low),
        high=round(one.avoided_high),
    )  # fmt: skip


def _check(one: Check, language: str) -> Shown:
    return {
        "text": say(f"evaluation.check.{one.code}", language, **one.params),
        "outcome": str(one.outcome), "is_decisive": one.is_decisive,
        "outcome_text": say(f"evaluation_page.check.{one.outcome}", language),
    }  # fmt: skip


def _rival(one: Rival, language: str) -> Shown:
    state = {True: "ruled_out", False: "possible", None: "unknown"}[one.is_ruled_out]
    return {
        "text": say(f"evaluation.rival.{one.code}", language, **one.params), "state": state,
        "state_text": say(f"evaluation_page.rival.{state}", language),
    }  # fmt: skip


def _rings(rings: RingsResult, indicator_id: str, language: str) -> Shown:
    together = rings.together
    return {
        "moved": say(f"evaluation_page.moved.{together.moved}", language),
        "ring": present_estimate(together.estimate, indicator_id, language),
        "net": present_estimate(rings.net, indicator_id, language),
    }


def _for_whom(one: ForWhom, indicator_id: str, level: str, language: str) -> Shown:
    if one.split is Split.AREA:
        name = area_name(level, one.value)
    elif one.split is Split.DAYPART:
        name = say(f"evaluation_page.group.{one.split}.{one.value}", language)
    else:
        name = part_name(one.split, one.value, language)
    return present_estimate(one.estimate, indicator_id, language) | {"name": name}


def present_worth(worth: Worth | None, language: str) -> Shown | None:
    """Return what avoided incidents cost, or why there is no figure; None without an answer."""
    if worth is None:
        return None

    def money(amount: Any) -> str:
        return money_text(amount, worth.currency, language)

    per = ""
    if worth.per_avoided is not None:
        key = "evaluation_page.per_avoided" + ("" if worth.per_avoided_high else "_open")
        per = say(
            key, language, amount=money(worth.per_avoided), low=money(worth.per_avoided_low),
            high=money(worth.per_avoided_high),
        )  # fmt: skip
    even = ""
    if worth.break_even is not None and worth.unit is not None:
        even = say(
            "evaluation_page.break_even", language, n=format_number(worth.break_even, language, 0),
            amount=money(worth.unit.amount), source=worth.unit.source, year=str(worth.unit.year),
        )  # fmt: skip
    return {
        "spent": "" if worth.reason == NOTHING_SPENT else money(worth.spent), "per": per, "break_even": even,
        "reason": say(f"evaluation.cost.{worth.reason}", language) if worth.reason else "",
        "unit_reason": say(f"evaluation.cost.{worth.unit_reason}", language)
        if worth.unit_reason else "",
    }  # fmt: skip
