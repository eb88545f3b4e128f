"""Reasons for and against an entry, aspect by aspect; what is not told is told as unknown.

Each function looks at one aspect and yields `Reason`; sentences are ``shelf.fit.<code>``.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from decimal import ROUND_UP, Decimal

from convive.core.shelf.entry import Entry, ExperienceVerdict
from convive.core.shelf.fit import Need, Reason, Side, TownProfile
from convive.core.shelf.kinship import Closeness
from convive.core.shelf.use import EUROPE, Use, acts, learns, use_of
from convive.core.strategy.practice import Practice, ResultStrength, Setting
from convive.core.strategy.vocabulary import Sector, TargetGroup

LONG_AGO = 15
"""Years after which what a source tells may rest on other laws, services and habits."""
_AT_HAND = frozenset({Sector.MUNICIPALITY, Sector.RESIDENTS})
"""Every town has these."""
_NO_PARTNER = frozenset({Sector.EUROPEAN_UNION, Sector.OTHER})
"""Who paid, or nobody in particular: not to be looked for in a town."""
_SAME_WORK = frozenset({Sector.POLICE, Sector.MUNICIPAL_POLICE})
"""Either can stand for the other, depending on the country."""
_GENDERED = frozenset({TargetGroup.WOMEN, TargetGroup.LGBTIQ})


@dataclass(frozen=True, slots=True)
class Case:
    """An entry before a need in a town."""

    entry: Entry
    need: Need
    town: TownProfile
    closeness: Closeness
    this_year: int

    @property
    def practice(self) -> Practice:
        """What the entry is about."""
        return self.entry.practice


def reasons_of(case: Case) -> tuple[Reason, ...]:
    """Return every reason: for, against, unknown; within each in a fixed order of aspects."""
    found = [reason for aspect in _ASPECTS for reason in aspect(case)]
    order = list(Side)
    return tuple(sorted(found, key=lambda reason: order.index(reason.side)))


def partners_asked(practice: Practice) -> tuple[Sector, ...]:
    """Return the sectors that took part and that a town would have to find at home."""
    return tuple(one for one in practice.sectors if one not in _NO_PARTNER)


def same_work(sector: Sector) -> frozenset[Sector]:
    """Return the sectors that can stand for one: itself, and for either police the other."""
    return _SAME_WORK if sector in _SAME_WORK else frozenset({sector})


def partners_missing(practice: Practice, town: TownProfile) -> tuple[Sector, ...]:
    """Return the partners that a town does not have; nothing where it is not known whom it has."""
    if not town.sectors:
        return ()
    present = town.sectors | _AT_HAND
    if present & _SAME_WORK:
        present |= _SAME_WORK
    return tuple(one for one in partners_asked(practice) if one not in present)


def last_year(practice: Practice) -> int | None:
    """Return the last year in which it is known to have run: its end, else that of its source."""
    if practice.years is not None and practice.years.until is not None:
        return practice.years.until
    told = [source.document.year for source in practice.sources if source.document.year]
    return max(told, default=None)


def _reason(code: str, side: Side, **params: str | int | tuple[str, ...]) -> Reason:
    return Reason(code, side, params)


def _problem(case: Case) -> Iterator[Reason]:
    close = case.closeness
    if close.same:
        code = "way_to_learn" if case.need.is_about_data else "same_problem"
        yield _reason(code, Side.FOR, topics=close.same)
    elif close.first:
        yield _reason("shared_topic", Side.FOR, topics=close.near)
        yield _reason("other_problem_first", Side.AGAINST, topics=close.first)
    else:
        yield _reason("neighbouring_problem", Side.FOR, topics=close.near)


def _use(case: Case) -> Iterator[Reason]:
    use = use_of(case.entry)
    if use is not Use.TO_DO:
        yield _reason(f"use_{use}", Side.AGAINST)
    elif learns(case.practice) and not acts(case.practice) and not case.need.is_about_data:
        yield _reason("learns_first", Side.FOR)
    if not case.practice.activities and not case.practice.mechanism:
        yield _reason("how_not_told", Side.UNKNOWN)


def _place(case: Case) -> Iterator[Reason]:
    told, asked = case.practice.setting, case.need.settings
    shared = tuple(one for one in told if one in asked)
    if shared:
        yield _reason("same_setting", Side.FOR, settings=shared)
    elif not told:
        yield _reason("setting_not_told", Side.UNKNOWN)
    elif asked and Setting.CITYWIDE not in told:
        yield _reason("other_setting", Side.AGAINST, settings=told)


def _group(case: Case) -> Iterator[Reason]:
    told = tuple(one for one in case.practice.groups if one is not TargetGroup.PROFESSIONALS)
    asked = case.need.groups
    shared = tuple(one for one in told if one in asked)
    if shared:
        yield _reason("same_group", Side.FOR, groups=shared)
    elif not case.practice.groups:
        yield _reason("group_not_told", Side.UNKNOWN)
    elif asked and told and TargetGroup.EVERYBODY not in told:
        yield _reason("other_group", Side.AGAINST, groups=told)
    if asked & _GENDERED and not set(shared) & _GENDERED:
        has_gender = "gender" in case.practice.cross_cutting
        yield _reason(
            "gender_told" if has_gender else "gender_not_told",
            Side.FOR if has_gender else Side.UNKNOWN,
        )


def _time(case: Case) -> Iterator[Reason]:
    yield from _shared("time", case.practice.times, case.need.times)


def _level(case: Case) -> Iterator[Reason]:
    yield from _shared("level", case.practice.levels, case.need.levels)


def _shared(what: str, told: tuple[str, ...], asked: frozenset[str]) -> Iterator[Reason]:
    """Yield whether an entry tells any of what is asked for: ``same_``, ``other_``, ``not_told``."""
    shared = tuple(one for one in told if one in asked)
    if shared:
        yield _reason(f"same_{what}", Side.FOR, **{f"{what}s": shared})
    elif asked and told:
        yield _reason(f"other_{what}", Side.AGAINST, **{f"{what}s": told})
    elif asked:
        yield _reason(f"{what}_not_told", Side.UNKNOWN)


def _pillar(case: Case) -> Iterator[Reason]:
    filled = tuple(one for one in case.practice.pillars if one in case.need.pillars_missing)
    if filled:
        yield _reason("pillar_missing", Side.FOR, pillars=filled)


def _partners(case: Case) -> Iterator[Reason]:
    asked = partners_asked(case.practice)
    if not case.practice.sectors:
        yield _reason("partners_not_told", Side.UNKNOWN)
    elif missing := partners_missing(case.practice, case.town):
        yield _reason("partners_missing", Side.AGAINST, sectors=missing)
    elif asked and (case.town.sectors or set(asked) <= _AT_HAND):
        yield _reason("partners_at_hand", Side.FOR, sectors=asked)
    elif asked:
        yield _reason("partners_of_town_unknown", Side.UNKNOWN, sectors=asked)


def _money(case: Case) -> Iterator[Reason]:
    amount, currency = _cost(case.entry)
    if amount is None:
        yield _reason("cost_not_told", Side.UNKNOWN)
    elif case.town.budget is None:
        yield _reason("budget_unknown", Side.UNKNOWN, amount=amount, currency=currency)
    elif currency != case.town.currency:
        yield _reason("cost_other_currency", Side.UNKNOWN, amount=amount, currency=currency)
    else:
        fits = amount <= case.town.budget
        code, side = ("cost_within", Side.FOR) if fits else ("cost_above", Side.AGAINST)
        yield _reason(code, side, amount=amount, currency=currency)


def _cost(entry: Entry) -> tuple[int | None, str]:
    """Return the least that it is known to have cost somebody, and in what; rounded up."""
    cost = entry.practice.cost
    if cost is not None and cost.amount is not None:
        return _whole(cost.amount), cost.currency
    spent = [one for one in entry.experiences if one.spent is not None and one.currency]
    if len({one.currency for one in spent}) != 1:
        return None, ""
    return _whole(min(one.spent or Decimal(0) for one in spent)), spent[0].currency


def _whole(amount: float | Decimal) -> int:
    return int(Decimal(str(amount)).to_integral_value(ROUND_UP))


def _evidence(case: Case) -> Iterator[Reason]:
    strength = case.practice.results.strength
    if strength is ResultStrength.NONE_REPORTED:
        yield _reason("results_not_told", Side.UNKNOWN)
    elif strength is ResultStrength.ASSERTION:
        yield _reason("results_asserted", Side.UNKNOWN)
    else:
        yield _reason("results_told", Side.FOR, strength=strength.value)
    if case.practice.contradictions:
        yield _reason("sources_contradict", Side.UNKNOWN, n=len(case.practice.contradictions))


_OUTCOMES = {
    ExperienceVerdict.WORKED: ("worked_elsewhere", Side.FOR),
    ExperienceVerdict.DID_NOT: ("did_not_work", Side.AGAINST),
    ExperienceVerdict.HARMFUL: ("was_harmful", Side.AGAINST),
}


def _experience(case: Case) -> Iterator[Reason]:
    """Yield what towns that did it say came of it; one town does not outweigh another."""
    cities: dict[tuple[str, Side], list[str]] = {}
    for one in case.entry.experiences:
        told = _OUTCOMES.get(one.verdict, ("outcome_unknown", Side.UNKNOWN))
        cities.setdefault(told, []).append(one.city)
    for (code, side), names in cities.items():
        yield _reason(code, side, cities=tuple(dict.fromkeys(names)))


def _transfer(case: Case) -> Iterator[Reason]:
    countries = {place.country for place in case.practice.places} - {EUROPE}
    if case.town.country and case.town.country in countries:
        yield _reason("same_country", Side.FOR)
    if len(countries) > 1:
        yield _reason("several_countries", Side.FOR, n=len(countries))
    if case.practice.transferability:
        yield _reason("transfer_told", Side.FOR)


def _age(case: Case) -> Iterator[Reason]:
    year = last_year(case.practice)
    if year is None:
        yield _reason("years_not_told", Side.UNKNOWN)
    elif case.this_year - year >= LONG_AGO:
        yield _reason("long_ago", Side.AGAINST, year=str(year))


_ASPECTS: tuple[Callable[[Case], Iterator[Reason]], ...] = (
    _problem, _use, _group, _place, _time, _level, _pillar, _partners, _money, _experience,
    _evidence, _transfer, _age,
)  # fmt: skip
