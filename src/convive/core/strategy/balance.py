"""Where the money and the actions of a plan go: by pillar, level, kind, payer, area, group, year.

Every action of the plan counts, ideas and stopped ones too (`by` state tells them apart). Rules
where something belongs to several: money is shared out equally over its areas, groups or times
of day, and the action is counted whole in each, so that numbers of actions do not add up
(`Split.is_shared`); what belongs to none has the code ``""``. Who paid is known for planned money
only; spending is shared out as the planned money of its action is. Amounts always add up.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

import numpy as np

from convive.core.strategy import vocabulary as words
from convive.core.strategy.ledger import NOT_SAID, Ints, Ledger, Lines, Ties, in_year
from convive.core.strategy.sharing import added_up, shared_out


@dataclass(frozen=True, slots=True)
class Part:
    """Money and number of actions of one code."""

    code: str
    planned: Decimal
    spent: Decimal
    n: int
    name: str = ""
    """Of an area; other codes have their words in the catalogue."""
    has_planned: bool = True
    """Whether any budget line was noted; without one, 0 is no amount but the want of one."""
    has_spent: bool = True
    """Whether any spending was noted; the same."""


@dataclass(frozen=True, slots=True)
class Split:
    """The plan by one thing; planned and spent of the parts add up to those of the plan."""

    by: str
    parts: tuple[Part, ...]
    is_shared: bool = False
    """Whether an action may belong to several parts."""

    def part(self, code: str) -> Part:
        """Return the part of a code; an empty one where there is none."""
        nothing = _nothing(code)
        return next((p for p in self.parts if p.code == code), nothing)

    @property
    def planned(self) -> Decimal:
        """Planned money of all parts."""
        return sum((one.planned for one in self.parts), _money(0))


@dataclass(frozen=True, slots=True)
class Balance:
    """A plan in numbers."""

    currency: str
    planned: Decimal
    spent: Decimal
    n: int
    splits: Mapping[str, Split]
    has_planned: bool = True
    has_spent: bool = True
    """Whether any line was noted at all."""

    def share(self, by: str, code: str) -> float | None:
        """Return the share (0 to 1) of the planned money; None where nothing is planned."""
        if self.planned <= 0:
            return None
        return float(self.splits[by].part(code).planned / self.planned)


def noted(part: Part | Balance, name: str) -> Decimal | None:
    """Return what is planned or spent; None where nobody noted any, which is not 0.

    Parameters
    ----------
    name : {"planned", "spent"}
    """
    found = {
        "planned": part.planned if part.has_planned else None,
        "spent": part.spent if part.has_spent else None,
    }
    return found[name]


@dataclass(frozen=True, slots=True)
class _Sums:
    """Cents and number of actions by code."""

    codes: tuple[str, ...]
    planned: Ints
    spent: Ints
    n: Ints
    n_planned: Ints
    """Actions, or lines, that any planned money was noted of."""
    n_spent: Ints


_ORDERS: Mapping[str, tuple[str, ...]] = {
    "pillar": tuple(words.Pillar), "level": tuple(words.PreventionLevel),
    "kind": tuple(words.ActionKind), "state": tuple(words.ActionState),
    "lens": tuple(words.GenderLens), "group": tuple(words.TargetGroup),
    "time": tuple(words.TimeOfDay), "payer": tuple(words.Sector), "lead": tuple(words.Sector),
}  # fmt: skip
_ALWAYS = frozenset({"pillar", "level", "lens"})
"""Shown with all their codes, also those without an action."""
_SHARED = frozenset({"group", "time", "area", "payer", "year"})
SPLITS = (*_ORDERS, "area", "year")


def balance_of(ledger: Ledger) -> Balance:
    """Return money and number of actions of a plan, split by everything that it is sorted by."""
    planned, spent = (int(one.cents.sum()) for one in (ledger.budget, ledger.spending))
    splits = {by: split_of(ledger, by) for by in SPLITS}
    return Balance(
        ledger.currency, _money(planned), _money(spent), ledger.n, splits,
        has_planned=bool(len(ledger.budget.cents)), has_spent=bool(len(ledger.spending.cents)),
    )  # fmt: skip


def split_of(ledger: Ledger, by: str) -> Split:
    """Return money and number of actions by one of `SPLITS`."""
    if by == "payer":
        return _split(by, _by_payer(ledger), {})
    if by == "year":
        return _split(by, _by_year(ledger), {})
    ties = ledger.ties[by]
    return _split(by, _shared(ledger, ties), ties.names)


def splits_by_year(ledger: Ledger, by: str) -> Mapping[int, Split]:
    """Return year → split of the money that is planned for it and was spent in it.

    An action counts in every year in which it has money; one without any counts in none.
    """
    years = np.union1d(ledger.budget.years, ledger.spending.years)
    return {int(year): split_of(in_year(ledger, int(year)), by) for year in years}


def _shared(ledger: Ledger, ties: Ties) -> _Sums:
    """Share the money of each action out in equal parts over what it is tied to."""
    n_codes, equally = len(ties.codes), np.ones_like(ties.actions)

    def sums(lines: Lines) -> Ints:
        of_actions = added_up(lines.cents, lines.actions, ledger.n)
        return added_up(shared_out(of_actions, ties.actions, equally), ties.which, n_codes)

    def noted(lines: Lines) -> Ints:
        is_noted = np.bincount(lines.actions, minlength=ledger.n) > 0
        return np.bincount(ties.which[is_noted[ties.actions]], minlength=n_codes)

    n = np.bincount(ties.which, minlength=n_codes)
    return _Sums(
        ties.codes, sums(ledger.budget), sums(ledger.spending), n,
        noted(ledger.budget), noted(ledger.spending),
    )  # fmt: skip


def _by_payer(ledger: Ledger) -> _Sums:
    codes, paid_by = (*ledger.paid_by.codes, NOT_SAID), ledger.paid_by
    nobody, n_codes = len(codes) - 1, len(codes)
    pairs, of_line = np.unique(paid_by.actions * n_codes + paid_by.which, return_inverse=True)
    actions, payers = np.divmod(pairs, n_codes)
    weights = np.maximum(added_up(ledger.budget.cents, of_line, len(pairs)), 0)
    is_paid = added_up(weights, actions, ledger.n) > 0
    spent = added_up(ledger.spending.cents, ledger.spending.actions, ledger.n)
    some = is_paid[actions]
    parts = shared_out(np.where(is_paid, spent, 0), actions[some], weights[some])
    by_payer = added_up(parts, payers[some], n_codes)
    by_payer[nobody] = spent[~is_paid].sum()
    has_budget = np.bincount(actions, minlength=ledger.n) > 0
    n = np.bincount(payers, minlength=n_codes)
    n[nobody] = (~has_budget | (~is_paid & (spent != 0))).sum()
    is_spent = np.bincount(ledger.spending.actions, minlength=ledger.n) > 0
    n_spent = np.bincount(payers[some & is_spent[actions]], minlength=n_codes)
    n_spent[nobody] = (is_spent & ~is_paid).sum()
    return _Sums(
        codes, added_up(ledger.budget.cents, paid_by.which, n_codes), by_payer, n,
        np.bincount(paid_by.which, minlength=n_codes), n_spent,
    )  # fmt: skip


def _by_year(ledger: Ledger) -> _Sums:
    budget, spending = ledger.budget, ledger.spending
    all_years = np.concatenate((budget.years, spending.years))
    years, place = np.unique(all_years, return_inverse=True)
    actions = np.concatenate((budget.actions, spending.actions))
    n_codes = len(years) + 1
    n = np.bincount(np.unique(actions * n_codes + place) % n_codes, minlength=n_codes)
    n[-1] = ledger.n - len(np.unique(actions))
    n_lines = len(budget.years)
    return _Sums(
        (*(str(year) for year in years), NOT_SAID),
        added_up(budget.cents, place[:n_lines], n_codes),
        added_up(spending.cents, place[n_lines:], n_codes), n,
        np.bincount(place[:n_lines], minlength=n_codes),
        np.bincount(place[n_lines:], minlength=n_codes),
    )  # fmt: skip


def _split(by: str, sums: _Sums, names: Mapping[str, str]) -> Split:
    order = [str(code) for code in _ORDERS.get(by, ())]
    places = {code: i for i, code in enumerate(order)}
    found = {
        code: Part(
            code,
            _money(int(planned)),
            _money(int(spent)),
            int(n),
            names.get(code, ""),
            has_planned=bool(n_planned),
            has_spent=bool(n_spent),
        )
        for code, planned, spent, n, n_planned, n_spent in zip(
            sums.codes, sums.planned, sums.spent, sums.n, sums.n_planned, sums.n_spent, strict=True
        )
        if n
    }
    if by in _ALWAYS:
        found = {code: _nothing(code) for code in order} | found
    parts = sorted(
        found.values(),
        key=lambda p: (p.code == NOT_SAID, places.get(p.code, 0), p.name.lower(), p.code),
    )
    return Split(by, tuple(parts), by in _SHARED)


def _nothing(code: str) -> Part:
    return Part(code, _money(0), _money(0), 0, has_planned=False, has_spent=False)


def _money(cents: int) -> Decimal:
    return Decimal(cents).scaleb(-2)
