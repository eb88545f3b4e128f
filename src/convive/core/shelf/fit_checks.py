"""What must be true here, what to ask the town that did it, and what went wrong there.

The checklist goes from the context over the issue to the practice itself. An item stands on the
side `Side.FOR` where the profile of the town says that it holds, `Side.AGAINST` where it says that
it does not, and `Side.UNKNOWN` where only people in the town can tell.
"""

from __future__ import annotations

from collections.abc import Iterator

from convive.core.shelf.entry import Entry, ExperienceVerdict
from convive.core.shelf.fit import Reason, Side
from convive.core.shelf.fit_reasons import Case, partners_asked, partners_missing
from convive.core.shelf.use import EUROPE
from convive.core.strategy.practice import Approach, PracticeKind, ResultStrength
from convive.core.strategy.vocabulary import ActionKind, TargetGroup

_FAILED = (ExperienceVerdict.DID_NOT, ExperienceVerdict.HARMFUL, ExperienceVerdict.STOPPED)
_TOUCHES_RIGHTS = frozenset({Approach.LAW_ENFORCEMENT, Approach.TECHNOLOGICAL})
_PASSING = frozenset({PracticeKind.PROJECT, PracticeKind.PROGRAMME})


def checklist_of(case: Case) -> tuple[Reason, ...]:
    """Return what must be true here for it to work as there."""
    return (*_context(case), *_issue(case), *_of_practice(case))


def questions_of(case: Case) -> tuple[Reason, ...]:
    """Return what to ask the town that did it: what the source does not tell."""
    practice = case.practice
    asks_after = practice.kind in _PASSING and not practice.sustainability
    may_run = practice.years is None or practice.years.until is None
    asked = (
        ("ask_results", practice.results.strength is ResultStrength.NONE_REPORTED),
        ("ask_figures", practice.results.strength is ResultStrength.ASSERTION),
        ("ask_how", not practice.activities),
        ("ask_cost", practice.cost is None and not any(o.spent for o in case.entry.experiences)),
        ("ask_staff", not practice.resources),
        ("ask_after", asks_after),
        ("ask_running", may_run and not asks_after),
        ("ask_wrong", not went_wrong_of(case.entry)),
        ("ask_gender", "gender" not in practice.cross_cutting),
        ("ask_reached", bool(case.need.groups)),
    )
    return tuple(Reason(code, Side.UNKNOWN) for code, is_open in asked if is_open)


def went_wrong_of(entry: Entry) -> tuple[str, ...]:
    """Return what failed or is disputed, in the words of the sources and of the towns."""
    return tuple(dict.fromkeys((*obstacles_of(entry), *entry.practice.contradictions)))


def obstacles_of(entry: Entry) -> tuple[str, ...]:
    """Return what stood in the way or failed, of the source first, then of the towns."""
    failed = [one.went_wrong for one in entry.experiences]
    effects = [one.effect for one in entry.experiences if one.verdict in _FAILED]
    told = (*entry.practice.barriers, entry.practice.risk, *failed, *effects)
    return tuple(dict.fromkeys(text for text in told if text))


def _context(case: Case) -> Iterator[Reason]:
    practice, town = case.practice, case.town
    local = [place for place in practice.places if place.country != EUROPE]
    places = tuple(dict.fromkeys(place.name for place in local))
    if places and town.residents:
        yield Reason("check_size", Side.UNKNOWN, {"places": places, "n": town.residents})
    countries = {place.country for place in local}
    if countries and town.country not in countries:
        yield Reason("check_country", Side.UNKNOWN, {"places": places})
    missing = partners_missing(practice, town)
    present = tuple(one for one in partners_asked(practice) if one not in missing)
    if missing:
        yield Reason("check_partners_missing", Side.AGAINST, {"sectors": missing})
    if present:
        side = Side.FOR if town.sectors else Side.UNKNOWN
        yield Reason("check_partners", side, {"sectors": present})
    if practice.resources:
        yield Reason("check_resources", Side.UNKNOWN, {"text": practice.resources})
    if set(practice.approach) & _TOUCHES_RIGHTS or ActionKind.ENFORCEMENT in practice.kinds:
        yield Reason("check_rights", Side.UNKNOWN)


def _issue(case: Case) -> Iterator[Reason]:
    practice, need = case.practice, case.need
    if practice.problem:
        yield Reason("check_problem", Side.UNKNOWN, {"text": practice.problem})
    # Where people or places are those of the need, a reason for it says so already.
    groups = tuple(g for g in practice.groups if g is not TargetGroup.PROFESSIONALS)
    if groups and need.groups.isdisjoint(groups):
        yield Reason("check_groups", Side.UNKNOWN, {"groups": groups})
    if practice.setting and need.settings.isdisjoint(practice.setting):
        yield Reason("check_settings", Side.UNKNOWN, {"settings": practice.setting})
    if need.faces and case.town.faces:
        seen = tuple(sorted(need.faces & case.town.faces))
        unseen = tuple(sorted(need.faces - case.town.faces))
        if unseen:
            yield Reason("check_not_measured", Side.AGAINST, {"faces": unseen})
        else:
            yield Reason("check_measured", Side.FOR, {"faces": seen})


def _of_practice(case: Case) -> Iterator[Reason]:
    practice = case.practice
    if practice.mechanism:
        yield Reason("check_mechanism", Side.UNKNOWN, {"text": practice.mechanism})
    for text in practice.success_factors:
        yield Reason("check_success", Side.UNKNOWN, {"text": text})
    for text in (*practice.barriers, *([practice.risk] if practice.risk else [])):
        yield Reason("check_barrier", Side.UNKNOWN, {"text": text})
    if practice.transferability:
        yield Reason("check_transfer", Side.UNKNOWN, {"text": practice.transferability})
    if practice.end_users:
        yield Reason("check_users", Side.UNKNOWN, {"text": practice.end_users})
