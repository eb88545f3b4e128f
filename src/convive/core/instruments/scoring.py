"""Computes what an instrument declares from one filled-in form, and nothing else."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from convive.core.instruments.expression import UNKNOWN, Context, Value, parse
from convive.core.instruments.filling import Filled, Path
from convive.core.instruments.model import Band, Instrument, Score, ScoreMethod
from convive.core.instruments.ratings import Part, PartStatus, highest_score, part_of
from convive.core.instruments.rounds import Round, answers_seen
from convive.core.instruments.structure import Structure, structure_of

_DECIMALS = 9
"""Of a score as kept: more would be the machine's rounding, which must not decide a band."""


@dataclass(frozen=True, slots=True)
class Result:
    """What came out of one score, for the form or for one round.

    Of a gate `met` is set, of a label `label`, of all others `value`; all three are None where
    one cannot tell, and `reason` says why.
    """

    score: str
    path: Path = ()
    """The round, ``("stops", 2)``; empty: the form as a whole."""
    value: float | None = None
    band: str | None = None
    """Code of the band that the value lies in."""
    met: bool | None = None
    label: str | None = None
    """Code of the first rule that is true."""
    reason: str = ""
    """SCORE_NOTHING_APPLIES, SCORE_TOO_FEW_ANSWERED, SCORE_UNANSWERED (something that it rests
    on is unanswered or cannot be computed) or SCORE_NO_RULE; empty where one can tell."""
    parts: tuple[Part, ...] = ()
    """How it came about, in the order of the definition."""
    answered: int = 0
    applicable: int = 0

    @property
    def cannot_tell(self) -> bool:
        """Whether the answers do not say."""
        return bool(self.reason)

    @property
    def outcome(self) -> float | bool | str | None:
        """Return value, met or label, whichever it has."""
        return next((x for x in (self.value, self.met, self.label) if x is not None), None)


Scores = Mapping[str, Result | tuple[Result, ...]]
"""Results by score, in the order of the definition; a tuple where every round has its own."""


def score(instrument: Instrument, filled: Filled) -> dict[str, Result | tuple[Result, ...]]:
    """Return every score of a filled-in form.

    Parameters
    ----------
    instrument : Instrument
        One that `checks.check_instrument` finds nothing wrong with.
    filled : Filled
        As `filling.fill` gives it, of the same instrument.

    Notes
    -----
    Not asked and not applicable leave the base. Unanswered, don't know and refused stay in it:
    where less than `minimum_answered` of it is answered one cannot tell. Sums are exact
    fractions, so that a value at the edge of a band lies in the upper one.
    """
    work = _Scoring(instrument, structure_of(instrument), filled)
    found: dict[str, Result | tuple[Result, ...]] = {}
    for each in instrument.scores:
        if not each.per:
            found[each.id] = work.result(each, filled.root)
        else:
            found[each.id] = tuple(work.result(each, one) for one in work.rounds_of(each.per))
    return found


class _Scoring:
    def __init__(self, instrument: Instrument, structure: Structure, filled: Filled) -> None:
        self.scores = {each.id: each for each in instrument.scores}
        self.structure = structure
        self.root = filled.root
        self.found: dict[tuple[str, Path], Result] = {}

    def rounds_of(self, section: str) -> list[Round]:
        found, slot = [self.root], self.structure.slots.get(section)
        if slot is None:
            return []
        for level in (*slot.rounds, section):
            found = [inner for one in found for inner in one.rounds.get(level, ())]
        return found

    def result(self, each: Score, one: Round) -> Result:
        made = _METHODS.get(each.method, _Scoring.weighted)(self, each, one)
        self.found[each.id, one.path] = made
        return made

    def weighted(self, each: Score, one: Round) -> Result:
        """Weighted mean, weighted sum, or share of the maximum."""
        parts = tuple(self.part(name, weight, one) for name, weight in each.weights.items())
        base = [part for part in parts if part.is_applicable]
        counted = [part for part in base if part.status is PartStatus.COUNTED]
        reason = _too_little(each, len(counted), len(base))
        if reason:
            return Result(each.id, one.path, reason=reason, parts=parts,
                          answered=len(counted), applicable=len(base))  # fmt: skip
        value = _weighted(each, counted)
        if value is None:
            return self.open(each, one, "SCORE_UNANSWERED", parts)
        return self.valued(each, one, value, parts)

    def matrix(self, each: Score, one: Round) -> Result:
        parts = tuple(self.part(name, 1.0, one) for name in each.weights)
        if any(part.status is not PartStatus.COUNTED for part in parts):
            nothing = not all(part.is_applicable for part in parts)
            reason = "SCORE_NOTHING_APPLIES" if nothing else "SCORE_UNANSWERED"
            return self.open(each, one, reason, parts)
        product = Fraction(1)
        for part in parts:
            product *= _exact(part.value)
        if each.rescale_to is not None:
            for part in parts:
                product /= _exact(part.maximum)
            product *= _exact(each.rescale_to)
        return self.valued(each, one, product, parts)

    def computed(self, each: Score, one: Round) -> Result:
        value = self.evaluate(each.expression, one)
        parts = self.parts_in(each.expression, one)
        if isinstance(value, bool) or not isinstance(value, float) or not abs(value) < 1e15:
            return self.open(each, one, "SCORE_UNANSWERED", parts)
        return self.valued(each, one, value, parts)

    def gate(self, each: Score, one: Round) -> Result:
        met = parse(each.expression).truth(self.context(one))
        parts = self.parts_in(each.expression, one)
        if met is UNKNOWN:
            return self.open(each, one, "SCORE_UNANSWERED", parts)
        return Result(each.id, one.path, met=bool(met), parts=parts)

    def labelled(self, each: Score, one: Round) -> Result:
        parts: tuple[Part, ...] = ()
        for rule in each.rules:
            if not rule.when.strip():
                return Result(each.id, one.path, label=rule.code, parts=parts)
            seen = {part.name for part in parts}
            parts += tuple(p for p in self.parts_in(rule.when, one) if p.name not in seen)
            met = parse(rule.when).truth(self.context(one))
            if met is UNKNOWN:
                return self.open(each, one, "SCORE_UNANSWERED", parts)
            if met:
                return Result(each.id, one.path, label=rule.code, parts=parts)
        return self.open(each, one, "SCORE_NO_RULE", parts)

    def open(self, each: Score, one: Round, reason: str, parts: tuple[Part, ...]) -> Result:
        return Result(each.id, one.path, reason=reason, parts=parts)

    def valued(
        self, each: Score, one: Round, exact: Fraction | float, parts: tuple[Part, ...]
    ) -> Result:
        value = round(float(exact), _DECIMALS) + 0.0
        counted = sum(part.status is PartStatus.COUNTED for part in parts)
        base = sum(part.is_applicable for part in parts)
        band = band_of(each.bands, value)
        return Result(
            each.id, one.path, value, band, parts=parts, answered=counted, applicable=base
        )

    def evaluate(self, text: str, one: Round) -> Value:
        return parse(text).value(self.context(one))

    def context(self, one: Round) -> Context:
        return Context(lambda name: self.seen(name, one), is_three_valued=True)

    def seen(self, name: str, one: Round) -> Sequence[Any]:
        """Return what an expression sees: earlier scores, and answers that measure something."""
        earlier = self.scores.get(name)
        if earlier is not None:
            return [result.outcome for result in self.earlier(earlier, one)]
        slot = self.structure.slots.get(name)
        answers = answers_seen(self.structure, one, name)
        scale = getattr(slot.part, "scale", None) if slot is not None else None
        if scale is None:
            return answers
        nothing = {choice.code for choice in scale.choices if choice.missing is not None}
        return [None if _is_among(answer, nothing) else answer for answer in answers]

    def earlier(self, earlier: Score, one: Round) -> list[Result]:
        own: Round | None = one
        while own is not None:
            if (earlier.id, own.path) in self.found:
                return [self.found[earlier.id, own.path]]
            own = own.parent
        inside = [r for (name, path), r in self.found.items() if name == earlier.id and path]
        return [r for r in inside if r.path[: len(one.path)] == one.path]

    def part(self, name: str, weight: float, one: Round) -> Part:
        earlier = self.scores.get(name)
        if earlier is None:
            return part_of(self.structure, one, name, weight)
        results = self.earlier(earlier, one)
        value = results[0].value if results else None
        reason = results[0].reason if results else "SCORE_NOTHING_APPLIES"
        status = PartStatus.COUNTED if value is not None else PartStatus.CANNOT_TELL
        if reason == "SCORE_NOTHING_APPLIES":
            status = PartStatus.NOT_APPLICABLE
        return Part(
            name, weight, status, value, highest_score(self.scores, self.structure, earlier)
        )

    def parts_in(self, text: str, one: Round) -> tuple[Part, ...]:
        """Return what an expression rests on."""
        return tuple(self.named(name, one) for name in parse(text).names)

    def named(self, name: str, one: Round) -> Part:
        if name not in self.scores:
            return part_of(self.structure, one, name, 1.0)
        results = self.earlier(self.scores[name], one)
        known = [result for result in results if not result.cannot_tell]
        status = PartStatus.COUNTED if len(known) == len(results) else PartStatus.CANNOT_TELL
        outcome = known[0].outcome if len(results) == 1 and known else None
        value = None if isinstance(outcome, str) or outcome is None else float(outcome)
        return Part(name, 1.0, status, value, answer=outcome)


_METHODS = {
    ScoreMethod.MATRIX: _Scoring.matrix,
    ScoreMethod.EXPRESSION: _Scoring.computed,
    ScoreMethod.GATE: _Scoring.gate,
    ScoreMethod.LABEL: _Scoring.labelled,
}


def _is_among(answer: Any, codes: set[str]) -> bool:
    if isinstance(answer, list):
        return bool(answer) and codes.issuperset(answer)
    return answer in codes


def _too_little(each: Score, answered: int, applicable: int) -> str:
    if applicable == 0:
        return "SCORE_NOTHING_APPLIES"
    needs_all = each.method is ScoreMethod.WEIGHTED_SUM
    share = Fraction(1) if needs_all else _exact(each.minimum_answered)
    too_few = answered == 0 or answered < share * applicable
    return "SCORE_TOO_FEW_ANSWERED" if too_few else ""


def _weighted(each: Score, counted: Sequence[Part]) -> Fraction | None:
    """Return the value; None where nothing says what the maximum is."""
    to = _exact(each.rescale_to) if each.rescale_to is not None else None
    is_mean = each.method is ScoreMethod.WEIGHTED_MEAN
    needs_maximum = to is not None or each.method is ScoreMethod.SHARE_OF_MAXIMUM
    if needs_maximum and not all(part.maximum for part in counted):
        return None
    total = weights = possible = Fraction(0)
    for part in counted:
        weight, value = _exact(part.weight), _exact(part.value)
        total += weight * (value * to / _exact(part.maximum) if to and is_mean else value)
        weights += weight
        possible += weight * _exact(part.maximum)
    if is_mean:
        return total / weights
    if each.method is ScoreMethod.SHARE_OF_MAXIMUM:
        return 100 * total / possible
    return total if to is None else total * to / possible


def _exact(number: float | None) -> Fraction:
    """Return the number as it is written in decimals: 0.1 is a tenth."""
    return Fraction(repr(float(number))) if number is not None else Fraction(0)


def band_of(bands: Sequence[Band], value: float) -> str | None:
    """Return the code of the band that a value lies in; an upper end is not included."""
    for band in bands:
        if band.below is None or value < band.below:
            return band.code
    return None
