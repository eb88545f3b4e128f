"""How far a campaign is: visits done and to do, by place and by rater."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from convive.web.fieldwork.models import Assignment, Campaign, Place, Rater, Submission
from convive.web.fieldwork.selectors.campaigns import places_of, raters_of, visits_of

DONE, PART, NONE, EXTRA = "done", "part", "none", "extra"
DAYPARTS = ("day", "night", "any")


@dataclass
class Tally:
    """Visits planned and done."""

    planned: int = 0
    done: int = 0

    @property
    def left(self) -> int:
        return self.planned - self.done


@dataclass
class PlaceProgress:
    """One place."""

    place: Place
    by_daypart: dict[str, Tally] = field(default_factory=lambda: defaultdict(Tally))
    double: Tally = field(default_factory=Tally)
    n_forms: int = 0
    cells: list[tuple[str, Tally | None]] = field(default_factory=list)
    """One for each part of the day that the campaign plans."""

    @property
    def planned(self) -> int:
        return sum(one.planned for one in self.by_daypart.values())

    @property
    def done(self) -> int:
        return sum(one.done for one in self.by_daypart.values())

    @property
    def status(self) -> str:
        """How the map marks it."""
        if not self.planned:
            return EXTRA if self.n_forms else NONE
        if self.done == self.planned:
            return DONE
        return PART if self.done else NONE


@dataclass
class RaterProgress:
    """One rater."""

    rater: Rater
    by_daypart: dict[str, Tally] = field(default_factory=lambda: defaultdict(Tally))
    n_forms: int = 0
    last: datetime | None = None
    cells: list[tuple[str, Tally | None]] = field(default_factory=list)
    """As of places."""

    @property
    def planned(self) -> int:
        return sum(one.planned for one in self.by_daypart.values())

    @property
    def done(self) -> int:
        return sum(one.done for one in self.by_daypart.values())

    @property
    def left(self) -> int:
        return self.planned - self.done


@dataclass
class Progress:
    """A campaign."""

    visits: Tally
    double: Tally
    rows: list[tuple[str, Tally]]
    """Parts of the day with their visits."""
    places: list[PlaceProgress]
    raters: list[RaterProgress]
    n_forms: int
    """Not excluded."""
    n_unplanned: int
    n_problems: int
    n_waiting: int
    n_excluded: int
    last: datetime | None

    @property
    def behind(self) -> list[RaterProgress]:
        """Raters with visits to make, those with most first."""
        return sorted((one for one in self.raters if one.left), key=lambda one: -one.left)


def progress_of(campaign: Campaign) -> Progress:
    """Return how far a campaign is.

    A visit is done when a form of its place, rater and part of the day has come that is not
    excluded. A form of a group's link counts for whoever was planned there.
    """
    forms = _forms(campaign)
    counted = [one for one in forms if one.state != Submission.State.EXCLUDED]
    places = {one.pk: PlaceProgress(one) for one in places_of(campaign)}
    raters = {one.pk: RaterProgress(one) for one in raters_of(campaign)}
    whole, double, by_daypart = Tally(), Tally(), defaultdict[str, Tally](Tally)
    used: set[object] = set()
    for visit, form in _matched(visits_of(campaign), counted):
        place = places.setdefault(visit.place_id, PlaceProgress(visit.place))
        used |= {form.pk} if form else set()
        tallies = [whole, by_daypart[visit.daypart], place.by_daypart[visit.daypart],
                   raters[visit.rater_id].by_daypart[visit.daypart]]  # fmt: skip
        tallies += [double, place.double] if visit.is_double else []
        for tally in tallies:
            tally.planned += 1
            tally.done += form is not None
    for form in counted:
        _count(form, places, raters)
    rows = [(part, by_daypart[part]) for part in DAYPARTS if part in by_daypart]
    told: list[PlaceProgress | RaterProgress] = [*places.values(), *raters.values()]
    for one in told:
        one.cells = [(part, one.by_daypart.get(part)) for part, _ in rows]
    return Progress(
        whole, double, rows, list(places.values()), list(raters.values()),
        n_forms=len(counted),
        n_unplanned=len(counted) - len(used),
        n_problems=sum(bool(one.problems) for one in counted),
        n_waiting=sum(one.state == Submission.State.WAITING for one in forms),
        n_excluded=len(forms) - len(counted),
        last=max((one.received_at for one in counted if one.received_at), default=None),
    )  # fmt: skip


def _matched(
    visits: list[Assignment], forms: list[Submission]
) -> Iterator[tuple[Assignment, Submission | None]]:
    """Yield each visit with the form that makes it done, None where it is still to be made."""
    at_place: dict[object, list[Submission]] = defaultdict(list)
    for form in forms:
        at_place[form.place_id].append(form)
    for visit in visits:
        found = _form_of(visit, at_place[visit.place_id])
        if found is not None:
            at_place[visit.place_id].remove(found)
        yield visit, found


def _forms(campaign: Campaign) -> list[Submission]:
    return list(
        campaign.submissions.select_related("place").only(
            "id", "state", "place", "rater_id", "daypart", "received_at", "problems", "campaign_id"
        )
    )


def _form_of(visit: Assignment, forms: list[Submission]) -> Submission | None:
    """Return the form that makes a visit done; the rater's own before a group's."""
    fitting = [
        form
        for form in forms
        if form.rater_id in {visit.rater_id, None}
        and (
            Campaign.Daypart.ANY in {visit.daypart, form.daypart}
            or form.daypart in {visit.daypart, ""}
        )
    ]
    return min(fitting, key=lambda form: form.rater_id is None, default=None)


def _count(
    form: Submission, places: dict[Any, PlaceProgress], raters: dict[Any, RaterProgress]
) -> None:
    if form.place is not None:
        places.setdefault(form.place_id, PlaceProgress(form.place)).n_forms += 1
    rater = raters.get(form.rater_id)
    if rater is not None:
        rater.n_forms += 1
        if form.received_at and (rater.last is None or form.received_at > rater.last):
            rater.last = form.received_at
