"""The money of a strategy as columns, read by the database: no row becomes an object."""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from dataclasses import dataclass
from typing import Any

import numpy as np
from django.db.models import BigIntegerField, F, TextField
from django.db.models.functions import Cast, ExtractYear, Round

from convive.core.strategy.ledger import (
    NOT_SAID,
    Ints,
    Ledger,
    Lines,
    Reached,
    Ties,
    area_code,
    ints,
    reached_of,
    tied,
    tied_once,
    tied_to_areas,
)
from convive.web.workspace.models import (
    Action,
    ActionArea,
    BudgetLine,
    DiarySum,
    Spending,
    Strategy,
)
from convive.web.workspace.secrecy import WHOLE
from convive.web.workspace.selectors.columns import codes_in, columns_of

_CENTS = Cast(Round(F("amount") * 100), BigIntegerField())


@dataclass(frozen=True)
class ToldLedger:
    """Money of a strategy, as far as an account may know of it."""

    ledger: Ledger
    is_outline: bool
    """Whether spending and diary are not told; then there is none in the ledger."""


def told_ledger(strategy: Strategy, account: Any) -> ToldLedger:
    """Return what an account may know of the money of a strategy.

    Whoever sees only some actions whole is told the planned money, and no sum of what was spent.
    """
    is_outline = not account.roles & WHOLE
    keys, ties = _actions(strategy)
    budget, paid_by = _budget(strategy, keys)
    nothing = Lines(ints(()), ints(()), ints(()))
    spending = nothing if is_outline else _spending(strategy, keys)
    reached = Reached({}, 0, 0) if is_outline else _reached(strategy)
    ledger = Ledger(strategy.currency, len(keys), ties, budget, paid_by, spending, reached)
    return ToldLedger(ledger, is_outline)


def _actions(strategy: Strategy) -> tuple[Ints, dict[str, Ties]]:
    """Return the keys of the actions, rising, and what each is sorted by."""
    rows = Action.objects.filter(strategy=strategy).order_by("pk").values_list(
        "pk", "pillar", "level", "kind", "state", "gender_lens", "lead__sector",
        Cast("groups", TextField()), Cast("times", TextField()),
    )  # fmt: skip
    keys, *single, sectors, groups, times = columns_of(rows, 9)
    ties = {
        by: tied_once(codes)
        for by, codes in zip(("pillar", "level", "kind", "state", "lens"), single, strict=True)
    }
    ties["lead"] = tied_once([one or NOT_SAID for one in sectors])
    ties["group"], ties["time"] = (tied(map(codes_in, some)) for some in (groups, times))
    areas: dict[int, list[tuple[str, str]]] = defaultdict(list)
    spots = ActionArea.objects.filter(action__strategy=strategy).order_by("pk")
    for key, level, area_id, name in spots.values_list("action", "level", "area_id", "name"):
        areas[key].append((area_code(level, area_id, name), name))
    ties["area"] = tied_to_areas([areas.get(key, ()) for key in keys])
    return ints(keys), ties


def _budget(strategy: Strategy, keys: Ints) -> tuple[Lines, Ties]:
    """Return the budget lines, and who pays each."""
    rows = BudgetLine.objects.filter(action__strategy=strategy).order_by()
    actions, years, cents, payers = columns_of(
        rows.values_list("action", "year", _CENTS, "payer"), 4
    )
    found = Lines(np.searchsorted(keys, ints(actions)), ints(years), ints(cents))
    return found, tied_once(payers, found.actions.tolist())


def _spending(strategy: Strategy, keys: Ints) -> Lines:
    rows = Spending.objects.filter(action__strategy=strategy).order_by()
    actions, years, cents = columns_of(rows.values_list("action", ExtractYear("on"), _CENTS), 3)
    return Lines(np.searchsorted(keys, ints(actions)), ints(years), ints(cents))


def _reached(strategy: Strategy) -> Reached:
    """Return people reached, from the sums that are kept of each action's diary."""
    rows = DiarySum.objects.filter(action__strategy=strategy).values_list(
        "n_entries", "n_counted", Cast("reached", TextField())
    )
    entries, counted, reached = columns_of(rows, 3)
    sums: Counter[str] = Counter()
    for one in json.loads(f"[{','.join(reached)}]"):  # read at once: ten thousand are slow to
        for group, n in one.items():
            sums[group] += n
    return reached_of(sums, sum(entries), sum(counted))
