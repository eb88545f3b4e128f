"""Instruments and answers drawn at random from a seed: rules, rounds in rounds, hostile answers.

Rules refer to anything that comes earlier in a hidden order, which is not the order of the form.
"""

from __future__ import annotations

import random
from datetime import date
from typing import Any

from convive.core.instruments.model import (
    Audience,
    Band,
    Choice,
    Instrument,
    InstrumentKind,
    Item,
    ItemType,
    Missing,
    Scale,
    Score,
    ScoreMethod,
    Section,
    Sensitivity,
)

QUALITY = Scale(
    "quality",
    (
        *(Choice(str(n), {"en": str(n)}, value=float(n)) for n in range(4)),
        Choice("na", {"en": "Not applicable"}, missing=Missing.NOT_APPLICABLE),
        Choice("dk", {"en": "Do not know"}, missing=Missing.DONT_KNOW),
    ),
)
TYPES = tuple(ItemType)
HOSTILE: tuple[Any, ...] = (
    None, "", "  ", [], {}, 0, -1, 1e308, -0.0, True, False, "x" * 20_000, "na", "0", "3", ["0", "0", "3"], ["zz"],
    [["0"]], [None], {"latitude": 91, "longitude": 0}, {"latitude": 46.1, "longitude": 11.1, "altitude": 3, "x": 1},
    {"latitude": "46", "longitude": 11}, "2026-02-30", "2026-11-21", "21:30", "24:00", "21:30:15.5Z",
    "2026-11-21T21:30", "2026-11-21T21:30:00.123+0100", "../etc", "a.jpg", ".hidden", "a\x00b", "\x07", "a\r\nb ",
    [{}], [{}, 5, None], [{"a": 1}] * 3, 5.0, 5.5, 2**60, 120, "${a}", "__proto__", "<b>", "\u00a0", "é" * 9_999,
)  # fmt: skip


def _text(name: str) -> dict[str, str]:
    return {"en": name}


class _Draw:
    def __init__(self, seed: int, *, with_rules: bool = True) -> None:
        self.rng = random.Random(seed)
        self.with_rules = with_rules
        self.names = 0
        self.places: dict[str, tuple[tuple[str, ...], str]] = {}
        """Name → rounds around it, and what it is."""
        self.rank: dict[str, float] = {}

    def name(self, stem: str) -> str:
        self.names += 1
        return f"{stem}{self.names}"

    def shape(self, depth: int, rounds: tuple[str, ...], floor: float) -> list[Any]:
        """Draw names and types first, so that rules can refer to what stands later."""
        found: list[Any] = []
        for _ in range(self.rng.randint(1, 4 if depth else 3)):
            if depth < 3 and (depth == 0 or self.rng.random() < 0.3):
                name, repeats = self.name("s"), depth > 0 and self.rng.random() < 0.6
                self.rank[name] = floor + self.rng.random() * (1 - floor)
                self.places[name] = (rounds, "rounds" if repeats else "group")
                inside = (*rounds, name) if repeats else rounds
                found.append((name, repeats, self.shape(depth + 1, inside, self.rank[name])))
            else:
                name = self.name("q")
                self.rank[name] = floor + self.rng.random() * (1 - floor)
                kind = self.rng.choice(TYPES)
                self.places[name] = (rounds, str(kind))
                found.append((name, kind))
        return found

    def earlier(self, name: str) -> list[str]:
        return [n for n in self.places if self.rank[n] < self.rank[name] and n != name]

    def atom(self, name: str) -> str:
        around = self.places[name][0]
        known = self.earlier(name)
        one = [n for n in known if self.places[n][1] not in ("rounds", "group", "note")
               and self.places[n][0] == around[: len(self.places[n][0])]]  # fmt: skip
        many = [n for n in known if self.places[n][1] not in ("group", "note") and n not in one]
        r = self.rng.random()
        if one and r < 0.6:
            return f"${{{self.rng.choice(one)}}}"
        if many and r < 0.85:
            return f"{self.rng.choice(['count', 'sum', 'max', 'count-non-empty'])}(${{{self.rng.choice(many)}}})"
        return self.rng.choice(["1", "0", "3", "''", "'na'", "2.5", "today()", "'2026-11-21'"])

    def rule(self, name: str, depth: int = 0) -> str:
        a, b = self.atom(name), self.atom(name)
        compare = self.rng.choice(["=", "!=", "<", ">=", ">"])
        forms = [
            f"{a} {compare} {b}", f"{a} {compare} {b}", f"selected({a}, '0')", f"not({a} = {b})",
            f"coalesce({a}, {b}) {compare} 1", f"{a}", f"string-length({a}) > 0",
        ]  # fmt: skip
        if depth < 2:
            join = self.rng.choice(["and", "or"])
            forms.append(f"({self.rule(name, depth + 1)}) {join} {self.rule(name, depth + 1)}")
        return self.rng.choice(forms)

    def maybe_rule(self, name: str, chance: float = 0.4) -> str:
        return self.rule(name) if self.with_rules and self.rng.random() < chance else ""

    def build(self, shape: list[Any]) -> tuple[Any, ...]:
        return tuple(self.section(p) if len(p) == 3 else self.item(*p) for p in shape)

    def section(self, part: tuple[str, bool, list[Any]]) -> Section:
        name, repeats, inside = part
        counted = repeats and self.rng.random() < 0.3
        return Section(
            name, _text(name), self.build(inside), relevant=self.maybe_rule(name, 0.3),
            repeats=repeats, repeat_count=self.atom(name) if counted else "",
            at_least=self.rng.randint(0, 1), at_most=self.rng.randint(1, 4),
        )  # fmt: skip

    def item(self, name: str, kind: ItemType) -> Item:
        more: dict[str, Any] = {}
        if kind in (ItemType.CHOICE, ItemType.CHOICES):
            more["scale"] = QUALITY
        if kind is ItemType.CALCULATED:
            more["calculation"] = self.rng.choice(
                [self.rule(name), f"{self.atom(name)} + {self.atom(name)}", f"concat({self.atom(name)}, '-')",
                 f"if({self.rule(name)}, {self.atom(name)}, 7)", f"round({self.atom(name)} div 3, 2)"])  # fmt: skip
        if kind in (ItemType.INTEGER, ItemType.DECIMAL, ItemType.TEXT) and self.rng.random() < 0.5:
            more["constraint"] = self.rng.choice([". >= 0 and . < 100", f". != {self.atom(name)}"])
        if kind is ItemType.INTEGER:
            more["default"] = self.rng.choice([None, 2])
        return Item(name, kind, _text(name), is_required=self.rng.random() < 0.4,
                    relevant=self.maybe_rule(name), **more)  # fmt: skip


def random_instrument(seed: int, *, with_rules: bool = True) -> Instrument:
    """Return an instrument drawn from a seed, without circles."""
    draw = _Draw(seed, with_rules=with_rules)
    content = draw.build(draw.shape(0, (), 0.0))
    return instrument_of(*content, scores=_scores(draw))


def _scores(draw: _Draw) -> tuple[Score, ...]:
    rated = [n for n, (rounds, kind) in draw.places.items() if kind == "choice" and not rounds]
    if not rated:
        return ()
    weights = {name: draw.rng.choice([1.0, 2.0, 0.5]) for name in rated}
    bands = (Band("low", _text("low"), below=1.5), Band("high", _text("high")))
    return (
        Score("mean", _text("mean"), ScoreMethod.WEIGHTED_MEAN, weights, bands=bands),
        Score("share", _text("share"), ScoreMethod.SHARE_OF_MAXIMUM, weights),
        Score("gate", _text("gate"), ScoreMethod.GATE, expression=f"${{{rated[0]}}} >= 2 and ${{share}} >= 50"),
    )  # fmt: skip


def instrument_of(*content: Section, scores: tuple[Score, ...] = (), **more: Any) -> Instrument:
    """Return an instrument of some sections."""
    given: dict[str, Any] = {
        "kind": InstrumentKind.CHECKLIST, "no_score_reason": {} if scores else _text("none"),
        "sensitivity": Sensitivity.INTERNAL, **more,
    }  # fmt: skip
    return Instrument(
        id="random", version=1, effective_from=date(2026, 11, 21), status="draft",
        audience=Audience.PROFESSIONALS, title=_text("Random"),
        summary=_text("Random"), content=content, scores=scores, **given,
    )  # fmt: skip


_GOOD: dict[str, tuple[Any, ...]] = {
    "choice": ("0", "1", "2", "3", "na", "dk"),
    "choices": (["0"], ["0", "3"], ["na"], ["1", "2"]),
    "integer": (0, 1, 2, 3, 7, -4),
    "decimal": (0.5, 2.5, 1, -3.25),
    "text": ("a", "0 1", "3", "Über"),
    "date": ("2026-11-21", "2026-01-01"),
    "time": ("21:30", "06:00:30", "07:15:00.000+01:00"),
    "datetime": ("2026-11-21T21:30:00+01:00", "2026-11-21T21:30"),
    "position": ({"latitude": 46.06, "longitude": 11.12, "accuracy": 4},),
    "photo": ("stop-1.jpg",),
}


def random_answers(instrument: Instrument, seed: int, *, hostile: float = 0.0) -> dict[str, Any]:
    """Return answers to a share of the items, good ones or, at the rate given, hostile ones."""
    rng = random.Random(seed)
    return _answers(instrument.content, rng, hostile)


def _answers(content: tuple[Any, ...], rng: random.Random, hostile: float) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for part in content:
        if rng.random() < hostile:
            found[part.id] = rng.choice(HOSTILE)
        elif isinstance(part, Section) and not part.repeats:
            found.update(_answers(part.content, rng, hostile))
        elif isinstance(part, Section):
            found[part.id] = [
                _answers(part.content, rng, hostile) for _ in range(rng.randint(0, 5))
            ]
        elif str(part.type) in _GOOD and rng.random() < 0.8:
            found[part.id] = rng.choice(_GOOD[str(part.type)])
    if rng.random() < hostile:
        found[rng.choice(["unknown", "__proto__", "constructor", "é", "", "x" * 100])] = 1
    return found
