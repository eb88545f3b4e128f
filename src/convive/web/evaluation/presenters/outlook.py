"""What a plan could tell, in words: designs with reasons, the smallest effect that can be seen."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from convive.catalogue.texts import explain, say
from convive.core.evaluation.answer import Possible
from convive.core.evaluation.comparison_choice import Candidate
from convive.core.evaluation.detectable import Detectable
from convive.core.evaluation.study import Study
from convive.web.evaluation.selectors.engine import Outlook
from convive.web.staff.audit import area_name

MOST = 30
"""Proposed areas of which the reasons are told."""


@dataclass(frozen=True)
class ShownDesign:
    """A design with whether it can be used, and why."""

    code: str
    name: str
    is_possible: bool
    reasons: tuple[str, ...]


@dataclass(frozen=True)
class ShownArea:
    """An area that may be compared with."""

    name: str
    reasons: tuple[str, ...]


@dataclass(frozen=True)
class ShownOutlook:
    """What the page says at once."""

    problem: str
    usable: tuple[ShownDesign, ...]
    others: tuple[ShownDesign, ...]
    smallest: tuple[str, ...] = ()
    """What change will show, the first sentence the most important."""
    is_enough: bool = True
    cheaper: tuple[str, ...] = ()
    proposed: tuple[ShownArea, ...] = ()
    """Areas to compare with, each with what speaks for it; in the order of the town."""
    n_proposed: int = 0
    pretrend: str = ""
    against: tuple[str, ...] = ()
    """What speaks against areas, with the number of them."""


def present_outlook(study: Study, outlook: Outlook, language: str) -> ShownOutlook:
    """Return an outlook in words."""
    shown = present_designs(outlook.possible, language)
    if outlook.detectable is not None:
        shown = replace(
            shown, smallest=tuple(_smallest(study, outlook.detectable, language)),
            is_enough=outlook.detectable.is_enough,
            cheaper=tuple(say(f"evaluation.cheaper.{one}", language) for one in outlook.cheaper),
        )  # fmt: skip
    if outlook.comparison is not None:
        shown = _with_areas(shown, study, outlook, language)
    return replace(shown, problem=explain(outlook.problem, language) if outlook.problem else "")


def _smallest(study: Study, found: Detectable, language: str) -> Iterator[str]:
    """Yield what change will show, how many incidents that is, and what it would take."""
    key, params = "evaluation.detectable", dict(found.params)
    if found.percent is None:
        yield say(f"evaluation.reason.{found.reason}", language)
    else:
        enough = "enough" if found.is_enough else "not_enough"
        useful = study.primary.useful if study.primary else None
        yield say(f"{key}.{enough}", language, useful=useful, **params)
        if found.avoided_per_year is not None:
            yield say(f"{key}.avoided", language, **params)
    if not found.is_enough and found.percent is not None:
        never = found.months_needed is None
        yield say(f"{key}.months_never" if never else f"{key}.months", language, **params)
        if found.areas_needed is not None:
            yield say(f"{key}.areas", language, **params)
    yield say(f"{key}.{found.basis}", language)


def _with_areas(shown: ShownOutlook, study: Study, outlook: Outlook, language: str) -> ShownOutlook:
    found = outlook.comparison
    if found is None:
        return shown
    if found.reason:
        pretrend = say(f"evaluation.reason.{found.reason}", language)
    else:
        pretrend = say(f"evaluation.choice.pretrend.{found.pretrend}", language)
    fit = [one for one in found.candidates if one.is_proposed]
    counted = Counter(reason.code for one in found.candidates for reason in one.against)
    return replace(
        shown, pretrend=pretrend, n_proposed=len(fit),
        proposed=tuple(
            ShownArea(area_name(study.level, outlook.areas[one.area]), _reasons(one, language))
            for one in fit[:MOST]
        ),
        against=tuple(
            say("evaluation_page.against", language, n=n,
                why=say(f"evaluation_page.against.{code}", language))
            for code, n in counted.most_common()
        ),
    )  # fmt: skip


def _reasons(one: Candidate, language: str) -> tuple[str, ...]:
    return tuple(
        say(f"evaluation.choice.{reason.code}.{reason.speaks}", language, **reason.params)
        for reason in one.reasons
    )


def present_designs(possible: Iterable[Possible], language: str) -> ShownOutlook:
    """Return designs in words, those that can be used apart from the others."""
    shown = [_design(one, language) for one in possible]
    return ShownOutlook(
        "",
        tuple(one for one in shown if one.is_possible),
        tuple(one for one in shown if not one.is_possible),
    )


def _design(one: Possible, language: str) -> ShownDesign:
    reasons = tuple(
        say(f"evaluation.chooser.{code}", language, **params) for code, params in one.reasons
    )
    name = say(f"evaluation.design.{one.design}", language)
    return ShownDesign(str(one.design), name, one.is_possible, reasons)
