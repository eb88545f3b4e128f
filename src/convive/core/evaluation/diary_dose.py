"""What the diary of an action says was delivered, by area and month."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import date

from convive.core.strategy.model import Action


def diary_doses(
    action: Action, areas: Sequence[str], *, today: date
) -> Mapping[str, Mapping[date, float]]:
    """Return area → first day of a month → amount delivered; nothing where nobody counted.

    Parameters
    ----------
    action : Action
        Entries without an amount, and those dated later than `today`, do not count.
    areas : sequence of str
        Where the action is at work. The diary does not say in which of them something was
        done, so that each is given an equal part.
    """
    counted = [one for one in action.diary if one.amount is not None and one.on <= today]
    if not counted or not areas:
        return {}
    months: defaultdict[date, float] = defaultdict(float)
    for one in counted:
        months[one.on.replace(day=1)] += float(one.amount or 0.0) / len(areas)
    return {area: dict(months) for area in areas}
