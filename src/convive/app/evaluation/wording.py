"""A gated answer in plain words, for page, paper and terminal."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from convive.catalogue.texts import format_period, has_text, say
from convive.core.evaluation.answer import Answer, ForWhom, OutcomeAnswer, Rival
from convive.core.evaluation.displacement_rings import Moved
from convive.core.evaluation.estimate import Design, Estimate
from convive.core.evaluation.study import Split
from convive.core.model import Verdict

MOVED: Mapping[Moved, str] = {
    Moved.MOVED: "moved_next_door",
    Moved.FELL_TOO: "also_fell_next_door",
    Moved.CANNOT_TELL: "moved_unknown",
}
_ROUND = 0.05
STATES = {True: "ruled_out", False: "possible", None: "unknown"}


@dataclass(frozen=True, slots=True)
class Names:
    """How things are called."""

    language: str
    action: str
    areas: Mapping[str, str]
    """Code → name."""
    sources: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Part:
    """A head and its sentences."""

    head: str
    sentences: tuple[str, ...]


def verdict_sentence(answer: Answer, names: Names) -> str:
    """Return the verdict in one sentence."""
    return say(f"evaluation.answer.{answer.verdict}", names.language, action=names.action)


def answer_parts(answer: Answer, names: Names) -> tuple[Part, ...]:
    """Return all that is said beside the verdict, in the order in which it is read."""
    language, primary = names.language, answer.primary
    parts = [
        ("why", (say(f"evaluation.why.{code}", language) for code in answer.why)),
        ("figures", _figures(answer, names)),
        ("rivals", (rival_sentence(one, language) for one in answer.rivals)),
    ]
    if primary is not None:
        parts += [
            ("others", (other_sentence(one, names) for one in primary.others)),
            ("whom", (split_sentence(one, names) for one in primary.for_whom)),
        ]
    parts.append(("harms", _harms(answer, language)))
    made = [(head, tuple(found)) for head, found in parts]
    return tuple(
        Part(say(f"evaluation.head.{head}", language), found) for head, found in made if found
    )


def _figures(answer: Answer, names: Names) -> Iterator[str]:
    for found in answer.outcomes:
        yield outcome_sentence(found, names)
    primary = answer.primary
    if primary is None:
        return
    main = primary.main
    if answer.verdict is Verdict.WORKED and main.avoided is not None:
        yield say(
            "evaluation.answer.avoided", names.language,
            n=main.avoided, low=main.avoided_low, high=main.avoided_high,
        )  # fmt: skip
    if primary.rings is not None and not _is_settled(answer):
        yield say(f"evaluation.answer.{MOVED[primary.rings.together.moved]}", names.language)


def _is_settled(answer: Answer) -> bool:
    """Tell whether displacement is ruled out without a clear change next door."""
    rings = None if answer.primary is None else answer.primary.rings
    ruled_out = {one.code for one in answer.rivals if one.is_ruled_out}
    is_unknown = rings is not None and rings.together.moved is Moved.CANNOT_TELL
    return is_unknown and "displacement" in ruled_out


def outcome_sentence(found: OutcomeAnswer, names: Names) -> str:
    """Return effect, interval, number, period and source of one outcome; or why there is none."""
    main, language = found.main, names.language
    if main.effect is None:
        return say(
            "evaluation.answer.no_figures", language,
            indicator=found.outcome.indicator_id, reason=reason_sentence(main, language),
        )  # fmt: skip
    period = None
    if found.period_start is not None and found.period_end is not None:
        period = format_period(found.period_start, found.period_end, language)
    is_points = main.design is Design.SURVEY_CHANGE
    return say(
        "evaluation.answer.points" if is_points else "evaluation.answer.figures",
        language,
        indicator=found.outcome.indicator_id,
        **_effect(main),
        coverage=_coverage(main.coverage, language),
        n_before=main.seen.n_before,
        n_after=main.seen.n_after,
        areas=main.seen.n_treated,
        period=period,
        source=", ".join(names.sources.get(one, one) for one in found.source_ids),
    )


def _coverage(coverage: float, language: str) -> str:
    """Return the coverage of an interval; planned looks give levels with a decimal."""
    percent = 100.0 * coverage
    is_whole = abs(percent - round(percent)) < _ROUND
    return say(f"evaluation.answer.coverage{'' if is_whole else '_fine'}", language, n=percent)


def _effect(found: Estimate) -> dict[str, Any]:
    return {"effect": found.effect, "low": found.low, "high": found.high}


def reason_sentence(found: Estimate, language: str) -> str:
    """Return why a design has no figure."""
    key = f"evaluation.reason.{found.reason}"
    text = say(key, language) if has_text(key) else str(found.reason or "")
    # Some reasons of designs are clauses.
    return text[:1].upper() + text[1:] + ("" if text.endswith((".", "!", "?")) else ".")


def rival_sentence(found: Rival, language: str) -> str:
    """Return another explanation, and whether it is ruled out."""
    return say(
        "evaluation.answer.rival",
        language,
        rival=say(f"evaluation.rival.{found.code}", language).rstrip("."),
        state=say(f"evaluation.rival_state.{STATES[found.is_ruled_out]}", language),
    )


def other_sentence(found: Estimate, names: Names) -> str:
    """Return what another design says."""
    language = names.language
    design = say(f"evaluation.design.{found.design}", language)
    if found.effect is None:
        reason = reason_sentence(found, language)
        return say("evaluation.answer.other_none", language, design=design, reason=reason)
    key = f"evaluation.answer.other{_points(found)}"
    return say(key, language, design=design, verdict=found.verdict, **_effect(found))


def _points(found: Estimate) -> str:
    """Return what keys of sentences about shares end in; counts change in percent."""
    return "_points" if found.design is Design.SURVEY_CHANGE else ""


def split_sentence(found: ForWhom, names: Names) -> str:
    """Return the effect for a part of the day, an area or a group of people."""
    language = names.language
    part = names.areas.get(found.value, found.value)
    if found.split is not Split.AREA:
        part = part_name(found.split, found.value, language)
    if found.estimate.effect is None:
        reason = reason_sentence(found.estimate, language)
        return say("evaluation.answer.split_none", language, part=part, reason=reason)
    key = f"evaluation.answer.split{_points(found.estimate)}"
    return say(key, language, part=part, verdict=found.estimate.verdict, **_effect(found.estimate))


def part_name(split: Split, value: str, language: str) -> str:
    """Return what a part of the day or a group of people is called."""
    if split is Split.DAYPART:
        return say(f"evaluation.part.{value}", language)
    if split is Split.AGE:
        return say("evaluation.part.age", language, ages=value)
    text = say(f"group.{value}", language) if has_text(f"group.{value}") else value
    return text[:1].upper() + text[1:]


def _harms(answer: Answer, language: str) -> Iterator[str]:
    looked = [
        one.outcome.indicator_id
        for one in answer.outcomes
        if one.outcome.is_harm and one.main.effect is not None
    ]
    if answer.harms:
        yield say("evaluation.answer.harm", language, indicators=answer.harms)
    fine = [one for one in looked if one not in answer.harms]
    if fine:
        yield say("evaluation.answer.no_harm", language, indicators=fine)
