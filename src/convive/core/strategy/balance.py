"""Where the money and the actions of a plan go: by pillar, level, kind, payer, area, group, year.

Every action of the plan counts, ideas and stopped ones too (`by` state tells them apart). Rules
where something belongs to several: money is shared out equally over its areas, groups or times
of day, and the action is counted whole in each, so that numbers of actions do not add up
(`Split.is_shared`); what belongs to none has the code ``""``. Who paid is known for planned money
only; spending is shared out as the planned money of its action is. Amounts always add up.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from convive.core.strategy import vocabulary as words
from convive.core.strategy.model import Action, Plan
from convive.core.strategy.sharing import shared_out

NOT_SAID = ""
"""Code of what is not tied to any: no area, no group, no time of day, nobody who leads."""
_ZERO = Decimal(0)


@dataclass(frozen=True, slots=True)
class Part:
    """Money and number of actions of one code."""

    code: str
    planned: Decimal
    spent: Decimal
    n: int
    name: str = ""
    """Of an area; other codes have their words in the catalogue."""


@dataclass(frozen=True, slots=True)
class Split:
    """The plan by one thing; planned and spent of the parts add up to those of the plan."""

    by: str
    parts: tuple[Part, ...]
    is_shared: bool = False
    """Whether an action may belong to several parts."""

    def part(self, code: str) -> Part:
        """Return the part of a code; an empty one where there is none."""
        return next((p for p in self.parts if p.code == code), Part(code, _ZERO, _ZERO, 0))


@dataclass(frozen=True, slots=True)
class Balance:
    """A plan in numbers."""

    currency: str
    planned: Decimal
    spent: Decimal
    n: int
    splits: Mapping[str, Split]

    def share(self, by: str, code: str) -> float | None:
        """Return the share (0 to 1) of the planned money; None where nothing is planned."""
        if self.planned <= 0:
            return None
        return float(self.splits[by].part(code).planned / self.planned)


@dataclass(frozen=True, slots=True)
class _Piece:
    """Money of one action under one code."""

    code: str
    planned: Decimal
    spent: Decimal
    action: str
    name: str = ""


_Codes = Callable[[Action], Sequence[str]]
_ORDERS: Mapping[str, tuple[str, ...]] = {
    "pillar": tuple(words.Pillar), "level": tuple(words.PreventionLevel),
    "kind": tuple(words.ActionKind), "state": tuple(words.ActionState),
    "lens": tuple(words.GenderLens), "group": tuple(words.TargetGroup),
    "time": tuple(words.TimeOfDay), "payer": tuple(words.Sector), "lead": tuple(words.Sector),
}  # fmt: skip
_ALWAYS = frozenset({"pillar", "level", "lens"})
"""Shown with all their codes, also those without an action."""
_SHARED = frozenset({"group", "time", "area"})
SPLITS = (*_ORDERS, "area", "year")


def balance_of(plan: Plan) -> Balance:
    """Return money and number of actions of a plan, split by everything that it is sorted by."""
    actions = [action for _, _, action in plan.actions()]
    sectors = {one.code: str(one.sector) for one in plan.organisations}
    simple: dict[str, _Codes] = {
        "pillar": lambda a: (a.pillar,), "level": lambda a: (a.level,),
        "kind": lambda a: (a.kind,), "state": lambda a: (a.state,),
        "lens": lambda a: (a.gender_lens,), "group": lambda a: a.groups,
        "time": lambda a: a.times, "lead": lambda a: (sectors.get(a.lead, NOT_SAID),),
    }  # fmt: skip
    splits = {by: _split(by, _by_codes(actions, codes)) for by, codes in simple.items()}
    splits["payer"] = _split("payer", (p for a in actions for p in _by_payer(a)))
    splits["area"] = _split("area", (p for a in actions for p in _by_area(a)))
    splits["year"] = _split("year", (p for a in actions for p in _by_year(a)))
    planned = sum((action.planned_money for action in actions), _ZERO)
    spent = sum((action.spent_money for action in actions), _ZERO)
    ordered = {by: splits[by] for by in SPLITS}
    return Balance(plan.currency, planned, spent, len(actions), ordered)


def area_code(level: str, area_id: str, name: str) -> str:
    """Return the code of where an action is at work: the area's, or the name of a spot."""
    return f"{level}/{area_id}" if area_id else f"/{name}"


def _by_codes(actions: Iterable[Action], codes: _Codes) -> Iterable[_Piece]:
    for action in actions:
        yield from _shared(action, [(str(code), "") for code in codes(action)])


def _by_area(action: Action) -> Iterable[_Piece]:
    places = [(area_code(s.level, s.area_id, s.name), s.name) for s in action.spots]
    return _shared(action, places)


def _shared(action: Action, places: Sequence[tuple[str, str]]) -> Iterable[_Piece]:
    """Yield the money of an action in equal parts."""
    named = dict(places) or {NOT_SAID: ""}
    ones = [1] * len(named)
    planned = shared_out(action.planned_money, ones)
    spent = shared_out(action.spent_money, ones)
    for (code, name), p, s in zip(named.items(), planned, spent, strict=True):
        yield _Piece(code, p, s, action.ref, name)


def _by_payer(action: Action) -> Iterable[_Piece]:
    paid: dict[str, Decimal] = {}
    for line in action.budget:
        paid[str(line.payer)] = paid.get(str(line.payer), _ZERO) + line.amount
    weights = [max(0, int(amount.scaleb(2))) for amount in paid.values()]
    if not sum(weights):
        paid, weights = paid | {NOT_SAID: _ZERO}, [*(0 for _ in paid), 1]
    spent = shared_out(action.spent_money, weights)
    for (payer, amount), used in zip(paid.items(), spent, strict=True):
        if payer or used or not action.budget:
            yield _Piece(payer, amount, used, action.ref)


def _by_year(action: Action) -> Iterable[_Piece]:
    for line in action.budget:
        yield _Piece(str(line.year), line.amount, _ZERO, action.ref)
    for one in action.spending:
        yield _Piece(str(one.on.year), _ZERO, one.amount, action.ref)
    if not action.budget and not action.spending:
        yield _Piece(NOT_SAID, _ZERO, _ZERO, action.ref)


def _split(by: str, pieces: Iterable[_Piece]) -> Split:
    order = _ORDERS.get(by, ())
    planned: dict[str, Decimal] = {str(code): _ZERO for code in order if by in _ALWAYS}
    spent, members, names = dict(planned), {code: set[str]() for code in planned}, {NOT_SAID: ""}
    for piece in pieces:
        planned[piece.code] = planned.get(piece.code, _ZERO) + piece.planned
        spent[piece.code] = spent.get(piece.code, _ZERO) + piece.spent
        members.setdefault(piece.code, set()).add(piece.action)
        names.setdefault(piece.code, piece.name)
    places = {str(code): i for i, code in enumerate(order)}
    codes = sorted(
        planned, key=lambda c: (c == NOT_SAID, places.get(c, 0), names.get(c, "").lower(), c)
    )
    parts = (Part(c, planned[c], spent[c], len(members[c]), names.get(c, "")) for c in codes)
    return Split(by, tuple(parts), by in _SHARED or by in ("payer", "year"))
