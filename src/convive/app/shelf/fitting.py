"""From a finding of an audit, or a part of a plan, to candidates of the shelf and to an action."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from convive.app.findings import PublishedFinding, findings_of
from convive.app.ports import Build
from convive.app.shelf.fit_words import wording
from convive.app.shelf.town import town_profile
from convive.catalogue import find
from convive.core.errors import NotFoundError
from convive.core.shelf.adopt import Aim, Draft, Start, adopt
from convive.core.shelf.entry import Entry
from convive.core.shelf.fit import Fit, Need, TownProfile
from convive.core.shelf.fitting import fits, not_offered
from convive.core.shelf.needs import need_of_finding, worse_indicators
from convive.core.strategy.model import Direction, Figure, Plan


@dataclass(frozen=True, slots=True)
class Candidates:
    """What the shelf has for a finding."""

    finding: PublishedFinding
    need: Need | None
    """None: the finding calls for no practice."""
    fits: tuple[Fit, ...]
    not_offered: tuple[Entry, ...]
    """Left out because they score or flag persons."""


def candidates_for(
    need: Need, entries: Iterable[Entry], town: TownProfile, *, today: date, language: str
) -> tuple[Fit, ...]:
    """Return the candidates for a need by the catalogue's table of neighbouring problems."""
    kin = find.shelf_needs().kin
    return fits(entries, need, town, kin=kin, this_year=today.year, language=language)


def finding_candidates(
    build: Build,
    entries: Iterable[Entry],
    *,
    today: date,
    language: str,
    plans: Iterable[Plan] = (),
) -> list[Candidates]:
    """Return for every finding of an audit, in their order, what the shelf has.

    Parameters
    ----------
    build : Build
        The audit.
    entries : iterable of Entry
        The shelf: of the catalogue, of the town itself, received ones.
    today : date
        To tell what was long ago.
    language : str
        In which candidates of equal evidence are ordered by title.
    plans : iterable of Plan
        Of the town; the first one tells which pillars are missing for a problem.
    """
    shelf, known = tuple(entries), tuple(plans)
    town = town_profile(build, known)
    table = find.shelf_needs()
    made = []
    for found in findings_of(build):
        need = need_of_finding(found, table, known[0] if known else None)
        if need is None:
            made.append(Candidates(found, None, (), ()))
            continue
        told = candidates_for(need, shelf, town, today=today, language=language)
        made.append(Candidates(found, need, told, not_offered(shelf, need, kin=table.kin)))
    return made


def candidates_of(all_candidates: Iterable[Candidates], finding_id: str) -> Candidates:
    """Return those of one finding.

    Raises
    ------
    NotFoundError
        SHELF_FINDING_NOT_FOUND.
    """
    for one in all_candidates:
        if one.finding.id == finding_id:
            return one
    raise NotFoundError("SHELF_FINDING_NOT_FOUND", id=finding_id)


def draft_action(fit: Fit, need: Need, aim: Aim | None, start: Start, *, language: str) -> Draft:
    """Return the draft of an action in a language; raises as `convive.core.shelf.adopt.adopt`."""
    return adopt(fit, need, aim, start, wording(language))


def indicator_of(found: PublishedFinding) -> str:
    """Return the indicator that an action about a finding should change; empty where it has none.

    Of a finding about two faces it is that of the worse one.
    """
    ids = worse_indicators(found)
    return ids[0] if ids else ""


def aim_of(found: PublishedFinding, baseline: Figure) -> Aim | None:
    """Return what an action about a finding should change, there, from where it stands now.

    Parameters
    ----------
    found : PublishedFinding
        One without indicators has no aim.
    baseline : Figure
        Of `indicator_of` the finding, in its area.
    """
    identifier = indicator_of(found)
    if not identifier:
        return None
    is_lower_better = find.indicator(identifier).is_lower_better
    direction: Direction = "down" if is_lower_better else "up"
    return Aim(identifier, found.level, found.area_id, found.area, direction, baseline)
