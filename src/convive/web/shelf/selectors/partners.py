"""Who here could take part in what is adopted: at most one organisation a sector is proposed.

That an organisation is of the right sector does not make it a partner. Proposed is the only one of
its sector, or the one that stands out: the town itself, who works at the same challenge already,
then who works in the plan, then who has said to steer or to work. Where none stands out nobody is
proposed; all the others are offered, to be ticked by somebody who knows them.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from convive.core.collation import collation_key
from convive.core.shelf.fit_reasons import same_work
from convive.core.strategy.vocabulary import ActionState, Sector
from convive.web.accounts.models import Organisation
from convive.web.shelf.selectors.subjects import Subject
from convive.web.workspace.models import Action, Stakeholder

_PARTS = {
    Stakeholder.Part.STEERS.value: 1,
    Stakeholder.Part.WORKS.value: 1,
    Stakeholder.Part.ABSENT.value: -1,
}
"""What stands for taking part, and against it; to advise and to be heard say neither."""


@dataclass(frozen=True)
class Partners:
    """Organisations for the sectors that an entry asks for."""

    proposed: tuple[Organisation, ...]
    others: tuple[Organisation, ...]
    """Of the same sectors, or of the other police."""
    nobody_for: tuple[Sector, ...]

    @property
    def everybody(self) -> tuple[Organisation, ...]:
        """Those who are proposed, then the others, each by name."""
        return (*self.proposed, *self.others)


def partners_for(sectors: Iterable[Sector], subject: Subject | None) -> Partners:
    """Return who is proposed and who is offered; by name.

    Parameters
    ----------
    sectors : iterable of Sector
        That took part elsewhere.
    subject : Subject, optional
        What it is to answer: tells who works at it already.
    """
    asked = tuple(sectors)
    wanted = {one.value for sector in asked for one in same_work(sector)}
    active = Organisation.objects.filter(is_active=True, sector__in=wanted)
    here = list(active.select_related("stakeholder"))
    here.sort(key=lambda one: collation_key(one.name))
    at_challenge, in_plan = _busy_with(subject)

    def standing(one: Organisation) -> tuple[bool, int, int, int]:
        part = one.stakeholder.part if hasattr(one, "stakeholder") else ""
        return (one.is_town, at_challenge[one.pk], in_plan[one.pk], _PARTS.get(part, 0))

    proposed = []
    for sector in asked:
        of_it = sorted((one for one in here if one.sector == sector), key=standing, reverse=True)
        if len(of_it) == 1 or (len(of_it) > 1 and standing(of_it[0]) > standing(of_it[1])):
            proposed.append(of_it[0])
    chosen = {one.pk for one in proposed}
    found = {one.sector for one in here}
    return Partners(
        proposed=tuple(one for one in here if one.pk in chosen),
        others=tuple(one for one in here if one.pk not in chosen),
        nobody_for=tuple(one for one in asked if found.isdisjoint(same_work(one))),
    )


def _busy_with(subject: Subject | None) -> tuple[Counter[int], Counter[int]]:
    """Return how many actions each organisation has a part in: at the challenge, in the plan."""
    at_challenge: Counter[int] = Counter()
    in_plan: Counter[int] = Counter()
    if subject is None:
        return at_challenge, in_plan
    challenge = subject.objective.challenge_id if subject.objective else None
    # An idea commits nobody: whoever was proposed once must not stand out for that alone.
    no_work = (ActionState.IDEA, ActionState.STOPPED)
    rows = Action.objects.filter(strategy=subject.strategy).exclude(state__in=no_work)
    taking_part = {
        (action, one, above)
        for action, lead, partner, above in rows.values_list(
            "pk", "lead", "partners", "objective__challenge"
        )
        for one in (lead, partner)
        if one is not None
    }
    for _, one, above in taking_part:
        in_plan[one] += 1
        at_challenge[one] += above == challenge
    return at_challenge, in_plan
