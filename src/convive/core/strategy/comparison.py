"""Two plans side by side: two years of one town, or two towns.

Challenges, objectives and actions are matched within a topic (`matching`). Money is compared as
shares of each plan's own total and per resident in its own currency; amounts of different
currencies are never added, subtracted or converted.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from convive.core.strategy.balance import Balance, balance_of
from convive.core.strategy.coverage import PlanCoverage, coverage, offer_of
from convive.core.strategy.framework import Framework
from convive.core.strategy.ledger import ledger_of
from convive.core.strategy.matching import Pair, pairs_of
from convive.core.strategy.model import Action, Challenge, Objective, Plan, Target
from convive.core.strategy.vocabulary import Topic


@dataclass(frozen=True, slots=True)
class FieldChange:
    """A field that is not the same in both; in words ``plan.field.<field>``."""

    field: str
    a: Any
    b: Any


@dataclass(frozen=True, slots=True)
class Compared:
    """A part of one or both plans; `is_in` is ``a``, ``b`` or ``both``."""

    kind: str
    """``challenge``, ``objective`` or ``action``."""
    topic: Topic
    a: Challenge | Objective | Action | None
    b: Challenge | Objective | Action | None
    how: str = ""
    """``code`` or ``title``: by what the two were found to be the same."""
    likeness: float = 0.0
    changed: tuple[FieldChange, ...] = ()

    @property
    def is_in(self) -> str:
        """In which of the two plans it is."""
        return "both" if self.a and self.b else "a" if self.a else "b"


@dataclass(frozen=True, slots=True)
class MoneyPart:
    """Planned money under one code: share (0 to 1) of each plan's own total, and per resident."""

    code: str
    name: str
    shares: tuple[float | None, float | None]
    per_resident: tuple[Decimal | None, Decimal | None]
    n: tuple[int, int]


@dataclass(frozen=True, slots=True)
class Comparison:
    """Two plans side by side."""

    a: Plan
    b: Plan
    balances: tuple[Balance, Balance]
    has_one_currency: bool
    residents: tuple[int | None, int | None]
    parts: tuple[Compared, ...]
    money: Mapping[str, tuple[MoneyPart, ...]]
    coverages: tuple[tuple[PlanCoverage, PlanCoverage], ...] = ()

    def of_kind(self, kind: str) -> tuple[Compared, ...]:
        """Return the challenges, the objectives or the actions."""
        return tuple(part for part in self.parts if part.kind == kind)


MONEY_BY = ("pillar", "level", "kind", "payer", "lens", "group")
_Fields = Mapping[str, Callable[[Any], Any]]
_CENT = Decimal("0.01")


def compare(
    a: Plan,
    b: Plan,
    *,
    residents: tuple[int | None, int | None] = (None, None),
    frameworks: Iterable[Framework] = (),
) -> Comparison:
    """Return two plans side by side.

    Parameters
    ----------
    a, b : Plan
    residents : (int or None, int or None)
        Residents of the two towns, for money per resident.
    frameworks : iterable of Framework
        Whose coverage is put side by side.
    """
    one_currency, one_town = a.currency == b.currency, a.city == b.city
    balances = (balance_of(ledger_of(a)), balance_of(ledger_of(b)))
    offers = (offer_of(a), offer_of(b))
    parts: list[Compared] = []
    for topic in Topic:
        for kind, in_a, in_b in zip(
            ("challenge", "objective", "action"), _of(a, topic), _of(b, topic), strict=True
        ):
            fields = _fields(kind, has_one_currency=one_currency)
            found = pairs_of(in_a, in_b, by_code=one_town)
            parts += [_compared(kind, topic, pair, fields) for pair in found]
    return Comparison(
        a, b, balances, one_currency, residents, tuple(parts),
        {by: _money(by, balances, residents) for by in MONEY_BY},
        tuple((coverage(offers[0], one), coverage(offers[1], one)) for one in frameworks),
    )  # fmt: skip


def _of(plan: Plan, topic: Topic) -> tuple[list[Any], list[Any], list[Any]]:
    """Return challenges, objectives and actions of a topic."""
    challenges = [one for one in plan.challenges if one.topic is topic]
    objectives = [objective for one in challenges for objective in one.objectives]
    return challenges, objectives, [action for one in objectives for action in one.actions]


def _compared(kind: str, topic: Topic, pair: Pair[Any], fields: _Fields) -> Compared:
    changed: Sequence[FieldChange] = ()
    if pair.a is not None and pair.b is not None:
        values = ((name, of(pair.a), of(pair.b)) for name, of in fields.items())
        changed = [FieldChange(name, one, other) for name, one, other in values if one != other]
    return Compared(kind, topic, pair.a, pair.b, pair.how, pair.likeness, tuple(changed))


def _fields(kind: str, *, has_one_currency: bool) -> _Fields:
    """Return what is compared of a part; amounts only where they mean the same."""
    title: _Fields = {"title": lambda one: one.title}
    if kind == "challenge":
        return {**title, "findings": lambda one: tuple(f.finding_id for f in one.findings)}
    if kind == "objective":
        return {**title, "targets": lambda one: _aims(one.targets)}
    plain = (
        "kind", "pillar", "level", "state", "groups", "times", "gender_lens", "lead", "partners",
        "starts_on", "ends_on", "dose_unit", "dose_planned",
    )  # fmt: skip
    fields: dict[str, Callable[[Any], Any]] = {
        **title,
        **{name: _reader(name) for name in plain},
        "spots": lambda one: tuple(spot.name for spot in one.spots),
        "targets": lambda one: _aims(one.targets),
    }
    if has_one_currency:
        fields["planned_money"] = lambda one: one.planned_money
    return fields


def _reader(name: str) -> Callable[[Any], Any]:
    return lambda one: getattr(one, name)


def _aims(targets: Iterable[Target]) -> tuple[tuple[Any, ...], ...]:
    """Return what is aimed at; what was measured is no change of a plan."""
    return tuple((t.indicator_id, t.area_id, t.direction, t.value, t.due) for t in targets)


def _money(
    by: str, balances: tuple[Balance, Balance], residents: tuple[int | None, int | None]
) -> tuple[MoneyPart, ...]:
    first, second = (balance.splits[by] for balance in balances)
    names = {part.code: part.name for part in (*second.parts, *first.parts)}
    order = dict.fromkeys(part.code for part in (*first.parts, *second.parts))
    return tuple(
        MoneyPart(
            code,
            names[code],
            (balances[0].share(by, code), balances[1].share(by, code)),
            (
                _each(first.part(code).planned, residents[0]),
                _each(second.part(code).planned, residents[1]),
            ),
            (first.part(code).n, second.part(code).n),
        )
        for code in order
    )


def _each(amount: Decimal, residents: int | None) -> Decimal | None:
    return (amount / residents).quantize(_CENT) if residents and residents > 0 else None
