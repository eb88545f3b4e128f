"""From the shelf, a need and a town to candidates in bands, each with its reasons.

The rule of the bands
---------------------
An entry is a candidate where it is about the problem of the need, or about a neighbouring one
(`convive.core.shelf.kinship`).

`FitBand.SPEAKS_TO_IT`
    It is about the same problem, is something that a town can do, no reason stands against it, and
    of how it is done, for whom, where and with whom the source leaves at most one open.
`FitBand.WITH_CARE`
    It is about the same problem and is something that a town can do, but a reason stands against
    it, or the source tells less.
`FitBand.NEARBY`
    It is about a neighbouring problem, or about another one in the first place, at the same kind of
    place where the need tells one; or it is a part of an answer: a way to learn about the problem
    first, a guide, a project of others.

Where the need is about the evidence itself, only ways to learn are candidates. What is not told
never takes an entry further down than `FitBand.WITH_CARE`, and that results are not reported takes
it nowhere: that is usual, and it is said. Entries that score or flag persons are in no band
(`not_offered`).

The order within a band
-----------------------
First by what was found out: a review before a comparison before figures alone. That a source says
it works, without data, is no finding and counts as much as silence. Of equal evidence those come
first that are for the people of the need, then those for its hour, then those for its kind of
place, then the title. There is no number: nothing is added up.
"""

from __future__ import annotations

from collections.abc import Iterable

from convive.core.collation import CollationKey, collation_key
from convive.core.shelf.entry import Entry
from convive.core.shelf.fit import Fit, FitBand, Need, Reason, Side, TownProfile
from convive.core.shelf.fit_checks import checklist_of, questions_of, went_wrong_of
from convive.core.shelf.fit_reasons import Case, reasons_of
from convive.core.shelf.kinship import Closeness, TopicKin, closeness
from convive.core.shelf.use import Use, acts, learns, use_of
from convive.core.strategy.practice import ResultStrength

_ESSENTIALS = frozenset({"how_not_told", "group_not_told", "setting_not_told", "partners_not_told"})
_MOST_UNTOLD = 1
_BANDS = tuple(FitBand)
_FOUND_OUT = tuple(
    one
    for one in ResultStrength
    if one not in (ResultStrength.NONE_REPORTED, ResultStrength.ASSERTION)
)
"""What rests on data, the weakest first; an assertion is no evidence."""
_SPEAKS_OF_IT = ("same_group", "same_time", "same_setting")
"""Reasons by which entries of equal evidence are ordered, the first one first."""


def fits(
    entries: Iterable[Entry],
    need: Need,
    town: TownProfile,
    *,
    kin: TopicKin,
    this_year: int,
    language: str = "en",
) -> tuple[Fit, ...]:
    """Return the candidates for a need, in the order of bands, evidence, nearness and title.

    Parameters
    ----------
    entries : iterable of Entry
        The shelf, or a part of it.
    need : Need
        From `convive.core.shelf.needs`; without topics there are no candidates.
    town : TownProfile
        What is not known about the town never counts against an entry.
    kin : TopicKin
        Which problems lie beside one another.
    this_year : int
        To tell what was long ago.
    language : str
        Of the titles by which entries of equal evidence are ordered.
    """
    found = []
    for entry in entries:
        close = closeness(entry.practice, need, kin)
        if _is_candidate(entry, need, close):
            found.append(_fit(Case(entry, need, town, close, this_year)))
    return tuple(sorted(found, key=lambda fit: _order(fit, language)))


def fit_of(entry: Entry, need: Need, town: TownProfile, *, kin: TopicKin, this_year: int) -> Fit:
    """Return how one entry stands to a need, also where it would be no candidate."""
    return _fit(Case(entry, need, town, closeness(entry.practice, need, kin), this_year))


def not_offered(entries: Iterable[Entry], need: Need, *, kin: TopicKin) -> tuple[Entry, ...]:
    """Return the entries about the same problem that are left out because they judge persons."""
    return tuple(
        entry
        for entry in entries
        if use_of(entry) is Use.PERSONS and closeness(entry.practice, need, kin).same
    )


def band_of(entry: Entry, need: Need, close: Closeness, reasons: Iterable[Reason]) -> FitBand:
    """Return the band of a candidate by the rule of this module."""
    told = tuple(reasons)
    is_help = learns(entry.practice) if need.is_about_data else acts(entry.practice)
    if not close.same or not is_help or use_of(entry) is not Use.TO_DO:
        return FitBand.NEARBY
    untold = sum(reason.code in _ESSENTIALS for reason in told)
    is_clear = untold <= _MOST_UNTOLD and all(reason.side is not Side.AGAINST for reason in told)
    return FitBand.SPEAKS_TO_IT if is_clear else FitBand.WITH_CARE


def _is_candidate(entry: Entry, need: Need, close: Closeness) -> bool:
    use = use_of(entry)
    if close.is_none or use is Use.PERSONS:
        return False
    if need.is_about_data:
        return bool(close.same) and learns(entry.practice)
    if close.same:
        return use is not Use.NETWORK
    # From afar only what acts can help, and only at the kind of place where the problem is.
    is_there = not need.settings or not need.settings.isdisjoint(entry.practice.setting)
    return use is Use.TO_DO and acts(entry.practice) and is_there


def _fit(case: Case) -> Fit:
    reasons = reasons_of(case)
    return Fit(
        entry=case.entry,
        band=band_of(case.entry, case.need, case.closeness, reasons),
        reasons=reasons,
        checklist=checklist_of(case),
        questions=questions_of(case),
        went_wrong=went_wrong_of(case.entry),
    )


def _order(fit: Fit, language: str) -> tuple[int, int, tuple[bool, ...], CollationKey, str]:
    title = fit.entry.title.get(language) or fit.entry.title.get("en", "")
    strength = fit.entry.practice.results.strength
    evidence = _FOUND_OUT.index(strength) + 1 if strength in _FOUND_OUT else 0
    told = {reason.code for reason in fit.reasons}
    is_beside_it = tuple(code not in told for code in _SPEAKS_OF_IT)
    return (_BANDS.index(fit.band), -evidence, is_beside_it, collation_key(title), fit.entry.ref)
