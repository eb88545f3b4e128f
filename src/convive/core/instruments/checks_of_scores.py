"""What can be wrong with the scores of an instrument."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import pairwise

from convive.core.errors import RequestError
from convive.core.instruments.checks_of_rules import Flaw, Scope, flaws_of
from convive.core.instruments.expression import parse
from convive.core.instruments.expression_tree import Call, walk
from convive.core.instruments.model import (
    Band,
    Instrument,
    InstrumentKind,
    Item,
    ItemType,
    Score,
    ScoreMethod,
    Section,
    Sensitivity,
)

_WEIGHTED = (
    ScoreMethod.WEIGHTED_MEAN,
    ScoreMethod.WEIGHTED_SUM,
    ScoreMethod.SHARE_OF_MAXIMUM,
    ScoreMethod.MATRIX,
)
_WITHOUT_SCORES = (InstrumentKind.RECORD, InstrumentKind.GUIDE)
_MAY_BE_WITHOUT = (*_WITHOUT_SCORES, InstrumentKind.SURVEY)
_NUMBERS = (ItemType.INTEGER, ItemType.DECIMAL, ItemType.CALCULATED)
_CLOCK = {"today", "now"}


def score_flaws(instrument: Instrument, scope: Scope) -> Iterator[Flaw]:
    """Yield what is wrong with the scores."""
    yield from _allowed(instrument)
    earlier: dict[str, Score] = {}
    for score in instrument.scores:
        yield from _score(score, instrument, scope, earlier)
        earlier[score.id] = score


def _allowed(instrument: Instrument) -> Iterator[Flaw]:
    """Refuse scores of records and guides, and of what is restricted about persons."""
    is_about_persons = instrument.sensitivity is Sensitivity.RESTRICTED and any(
        item.is_personal for item in instrument.items()
    )
    if instrument.scores and (instrument.kind in _WITHOUT_SCORES or is_about_persons):
        yield Flaw("INSTRUMENT_SCORE_NOT_ALLOWED", ("scores",), {"key": "scores"})
    if not instrument.scores and not instrument.no_score_reason:
        if instrument.kind not in _MAY_BE_WITHOUT:
            yield Flaw("INSTRUMENT_SCORE_MISSING", ("scores",), {"key": "scores"})
    elif instrument.scores and instrument.no_score_reason:
        yield Flaw("INSTRUMENT_SCORE_MISSING", ("no_score",), {"key": "no_score"})


def _score(
    score: Score, instrument: Instrument, scope: Scope, earlier: Mapping[str, Score]
) -> Iterator[Flaw]:
    part = scope.parts.get(score.per)
    if score.per and not (isinstance(part, Section) and part.repeats):
        yield _flaw("INSTRUMENT_SCORE_PER", score, "per", score.per)
        return
    around = (*scope.rounds[score.per], score.per) if score.per else ()
    yield from _shape(score)
    if score.method in _WEIGHTED:
        for name, weight in score.weights.items():
            yield from _weight(score, name, weight, instrument, scope, earlier, around)
    per = {name: other.per for name, other in earlier.items()}
    rules = [(f"rules.{rule.code}", rule.when) for rule in score.rules]
    for key, text in [("expression", score.expression), *rules]:
        yield from flaws_of(text, ("score", score.id, key), scope, around, per)
        if _reads_the_clock(text):
            yield _flaw("INSTRUMENT_SCORE_METHOD", score, key, "today()")
    yield from _bands(score, score.bands)


def _flaw(code: str, score: Score, key: str, problem: str) -> Flaw:
    return Flaw(code, ("score", score.id, key), {"key": f"{score.id}.{key}", "problem": problem})


def _reads_the_clock(text: str) -> bool:
    try:
        tree = parse(text).tree if text.strip() else None
    except RequestError:
        return False
    return tree is not None and any(
        isinstance(node, Call) and node.function in _CLOCK for node in walk(tree)
    )


def _shape(score: Score) -> Iterator[Flaw]:
    """Yield what the method lacks."""
    needs = {
        ScoreMethod.EXPRESSION: bool(score.expression.strip()),
        ScoreMethod.GATE: bool(score.expression.strip()),
        ScoreMethod.LABEL: bool(score.rules) and all(r.when.strip() for r in score.rules[:-1]),
        ScoreMethod.MATRIX: len(score.weights) == 2,
    }
    if not needs.get(score.method, bool(score.weights)):
        yield _flaw("INSTRUMENT_SCORE_METHOD", score, "method", str(score.method))
    if not 0 <= score.minimum_answered <= 1:
        problem = str(score.minimum_answered)
        yield _flaw("INSTRUMENT_SCORE_METHOD", score, "minimum_answered", problem)
    if score.rescale_to is not None and score.rescale_to <= 0:
        yield _flaw("INSTRUMENT_SCORE_METHOD", score, "to", str(score.rescale_to))


def _weight(  # noqa: PLR0913, PLR0917 - one item of one score, with all that it is held against
    score: Score,
    name: str,
    weight: float,
    instrument: Instrument,
    scope: Scope,
    earlier: Mapping[str, Score],
    around: tuple[str, ...],
) -> Iterator[Flaw]:
    if not weight > 0 or weight == float("inf"):
        yield _flaw("INSTRUMENT_SCORE_METHOD", score, "of", name)
    if name in earlier:
        other = earlier[name]
        has_value = other.method not in (ScoreMethod.GATE, ScoreMethod.LABEL)
        if not has_value or (other.per and other.per not in around):
            yield _flaw("INSTRUMENT_SCORE_ITEM", score, "of", name)
        return
    item = scope.parts.get(name)
    if not isinstance(item, Item):
        yield _flaw("INSTRUMENT_UNKNOWN_NAME", score, "of", name)
        return
    if scope.is_many(name, around):
        yield _flaw("INSTRUMENT_SCORE_PER", score, "of", name)
    if not _is_rated(score, item):
        yield _flaw("INSTRUMENT_SCORE_ITEM", score, "of", name)
    if instrument.is_at_place and not item.is_objective:
        yield _flaw("INSTRUMENT_SCORE_FEELING", score, "of", name)


def _is_rated(score: Score, item: Item) -> bool:
    """Whether an item has values, and a highest one where the method needs it."""
    if item.type is ItemType.CHOICE and item.scale is not None:
        highest = item.scale.maximum
        return highest is not None and highest > 0
    needs_highest = score.method is ScoreMethod.SHARE_OF_MAXIMUM or score.rescale_to is not None
    return item.type in _NUMBERS and not needs_highest


def _bands(score: Score, bands: Sequence[Band]) -> Iterator[Flaw]:
    if not bands:
        return
    ends = [band.below for band in bands[:-1]]
    known = [end for end in ends if end is not None]
    rising = all(low < high for low, high in pairwise(known))
    if len(known) < len(ends) or not rising or bands[-1].below is not None:
        yield _flaw("INSTRUMENT_BANDS", score, "bands", score.id)
    codes = [band.code for band in bands]
    if len(set(codes)) < len(codes) or score.method in (ScoreMethod.GATE, ScoreMethod.LABEL):
        yield _flaw("INSTRUMENT_BANDS", score, "bands", score.id)
