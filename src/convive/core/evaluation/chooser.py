"""Which designs of an evaluation can be used with what a town has, and why.

Every design has a short list of rules. A rule that is needed and not met makes it impossible; the
others speak for or against it. What is possible is ranked by how much it rules out.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from convive.core.evaluation.answer import Possible
from convive.core.evaluation.design_runners import BUILT_IN
from convive.core.evaluation.estimate import Design
from convive.core.evaluation.matched_areas import MIN_GROUPS, MIN_POOL

Params = Mapping[str, float | int | str | None]

MONTHS_BEFORE = 6
MONTHS_BEFORE_SERIES = 24
MONTHS_BEFORE_PATH = 12
"""A mixture of areas is fitted to the path before the start."""
MONTHS_AFTER = 6
EVENTS = 20
COMPARISON = 2
NOT_STARTED = 5
DONORS = 19
"""Fewer cannot give a p-value of 0.05."""
SMALL_AREAS = 40
POOL_AREAS, POOL_GROUPS = MIN_POOL, MIN_GROUPS
PEAK_OTHERS = 10
AREAS_TO_SEE_DRIFT = 6
DOSES = 3


@dataclass(frozen=True, slots=True)
class StudyFacts:
    """What is known of a planned study before its answer: no result, only what there is."""

    has_counts: bool = True
    """Whether the indicator is counted by month at this level."""
    months_before: int = 0
    """Months with counts before the start, at most those of the plan."""
    months_after: int = 0
    """Months after the start that the plan waits for."""
    n_areas: int = 0
    """Areas of the level."""
    n_treated: int = 0
    n_comparison: int = 0
    """Areas of the plan that stand for what would have been."""
    n_buffer: int = 0
    """Areas next to the treated ones."""
    n_starts: int = 1
    """Different months in which areas start."""
    n_before: int = 0
    """Incidents in the treated areas before the start, about."""
    n_comparison_before: int = 0
    chosen_months: int | None = None
    """As in `Study`."""
    breaks: int = 0
    """Times within the windows from which incidents are recorded otherwise."""
    held_back: int = 0
    """Treated areas whose counts rest too much on sharing out older areas."""
    waves_before: int = 0
    """Survey waves with the question of the outcome."""
    waves_after: int = 0
    """Those there are, and those that are planned."""
    doses: int = 0
    """Different doses a month in the diary, over areas and months; 0: none is written down."""
    is_survey: bool = False
    """Whether the outcome comes from a survey."""


@dataclass(frozen=True, slots=True)
class Rule:
    """One line of the table: sentence ``evaluation.chooser.<code>``, or ``<code>_not``."""

    code: str
    is_met: Callable[[StudyFacts], bool]
    params: Callable[[StudyFacts], Params]
    is_needed: bool = True
    """Whether the design is impossible without it."""


def _none(_facts: StudyFacts) -> Params:
    return {}


def _pool(facts: StudyFacts) -> int:
    """Return how many areas a pool must hold to find groups like the treated one in it."""
    return max(POOL_AREAS, POOL_GROUPS * facts.n_treated)


def _least(code: str, name: str, least: int, *, is_needed: bool = True) -> Rule:
    """Return the rule that a fact is at least so large."""
    return Rule(
        code,
        lambda facts: getattr(facts, name) >= least,
        lambda facts: {"n": getattr(facts, name), "least": least},
        is_needed=is_needed,
    )


COUNTS = Rule("counts", lambda f: f.has_counts and not f.is_survey, _none)
BEFORE = _least("months_before", "months_before", MONTHS_BEFORE)
AFTER = _least("months_after", "months_after", MONTHS_AFTER)
ENOUGH = _least("incidents", "n_before", EVENTS)
COMPARED = _least("comparison_incidents", "n_comparison_before", EVENTS)
NOT_HELD = Rule("held_back", lambda f: f.held_back == 0, lambda f: {"n": f.held_back})
CHOICE = Rule(
    "choice_known",
    lambda f: f.chosen_months is not None or f.months_before >= MONTHS_BEFORE_SERIES,
    lambda _: {"least": MONTHS_BEFORE_SERIES},
    is_needed=False,
)
DRIFT = Rule(
    "areas",
    lambda f: f.n_treated + f.n_comparison >= AREAS_TO_SEE_DRIFT,
    lambda f: {"n": f.n_treated + f.n_comparison, "least": AREAS_TO_SEE_DRIFT},
    is_needed=False,
)
SAME_START = Rule("same_start", lambda f: f.n_starts <= 1, lambda f: {"n": f.n_starts})
STAGGERED = _least("staggered_starts", "n_starts", 2)
NO_BREAK = Rule(
    "no_break", lambda f: f.breaks == 0, lambda f: {"n": f.breaks}, is_needed=False
)  # fmt: skip
NO_BREAK_AT_ALL = Rule(
    "no_break", lambda f: f.breaks == 0 or f.n_comparison > 0, lambda f: {"n": f.breaks}
)
WORST = Rule("chosen_for_worst", lambda f: f.chosen_months != 0, _none)
SEASON = _least("three_years", "months_before", 36, is_needed=False)
POOL = Rule(
    "comparison_areas",
    lambda f: f.n_comparison >= _pool(f),
    lambda f: {"n": f.n_comparison, "least": _pool(f)},
)
NOT_BUILT_IN = Rule("built_in", lambda _: False, _none)
COMMON = (COUNTS, NOT_HELD, AFTER, ENOUGH)

RULES: Mapping[Design, tuple[Rule, ...]] = {
    Design.BEFORE_AFTER_CONTROL: (
        *COMMON,
        SAME_START,
        BEFORE,
        _least("comparison_areas", "n_comparison", COMPARISON),
        COMPARED,
        CHOICE,
        DRIFT,
        NO_BREAK,
    ),
    Design.DISPLACEMENT_DIFFERENCE: (
        *COMMON,
        SAME_START,
        BEFORE,
        _least("buffer_areas", "n_buffer", 1),
        _least("comparison_areas", "n_comparison", COMPARISON),
        COMPARED,
        CHOICE,
        NO_BREAK,
    ),
    Design.STAGGERED: (
        *COMMON,
        STAGGERED,
        BEFORE,
        _least("comparison_areas", "n_comparison", NOT_STARTED),
        CHOICE,
        NO_BREAK,
    ),
    Design.MATCHED_AREAS: (
        *COMMON,
        SAME_START,
        _least("small_areas", "n_areas", SMALL_AREAS),
        POOL,
        _least("months_before", "months_before", MONTHS_BEFORE_PATH),
        CHOICE,
        NO_BREAK,
    ),
    Design.SYNTHETIC_CONTROL: (
        *COMMON,
        SAME_START,
        _least("comparison_areas", "n_comparison", DONORS),
        _least("months_before", "months_before", MONTHS_BEFORE_PATH),
        CHOICE,
        NO_BREAK,
    ),
    Design.CHOSEN_AT_PEAK: (
        *COMMON,
        SAME_START,
        WORST,
        BEFORE,
        Rule(
            "places_not_chosen",
            lambda f: f.n_areas - f.n_treated >= PEAK_OTHERS,
            lambda f: {"n": f.n_areas - f.n_treated, "least": PEAK_OTHERS},
        ),
        NO_BREAK,
    ),
    Design.INTERRUPTED_SERIES: (
        *COMMON,
        SAME_START,
        _least("months_before", "months_before", MONTHS_BEFORE_SERIES),
        NO_BREAK_AT_ALL,
        SEASON,
        CHOICE,
    ),
    Design.DOSE: (
        COUNTS,
        NOT_HELD,
        ENOUGH,
        _least("doses", "doses", DOSES),
        _least("treated_areas", "n_treated", COMPARISON),
        NO_BREAK,
    ),
    Design.SURVEY_CHANGE: (
        Rule("survey_outcome", lambda f: f.is_survey, _none),
        _least("waves_before", "waves_before", 1),
        _least("waves_after", "waves_after", 1),
        _least("comparison_areas", "n_comparison", 1, is_needed=False),
    ),
}
"""In the order of the method guide: what rules out most comes first. Matched areas stand behind
plain comparisons, because on invented actions in real burglaries they spoke a little too often."""


def possible_designs(facts: StudyFacts) -> tuple[Possible, ...]:
    """Return every design with whether it can be used, why, and its rank.

    Use it while a study is planned, before there is a result. It says which designs a town can
    use, not which one will show what is hoped for.

    Parameters
    ----------
    facts : StudyFacts

    Returns
    -------
    tuple of Possible
        Best first. A rule that is not met has the code of its sentence with ``_not``; what is
        missing stands before what is there.

    Notes
    -----
    A design whose cautions (rules that are not needed) are all met goes before the others of
    the possible ones; then the order of `RULES` counts. Places chosen for being the worst put
    the design made for them first.

    References
    ----------
    .. [1] Craig, P. et al. (2012). Using natural experiments to evaluate population health
       interventions. Journal of Epidemiology and Community Health 66(12), 1182-1186.

    Examples
    --------
    >>> facts = StudyFacts(months_before=24, months_after=12, n_areas=20, n_treated=2,
    ...     n_comparison=10, n_before=200, n_comparison_before=900, chosen_months=0)
    >>> found = possible_designs(facts)
    >>> found[0].design.value, found[0].is_possible
    ('before_after_control', True)
    """
    ranked = sorted(
        ((_key(facts, place, design), design) for place, design in enumerate(RULES)),
        key=lambda one: one[0],
    )
    return tuple(
        Possible(design, not key[0], _sentences(facts, _rules(design)), rank)
        for rank, (key, design) in enumerate(ranked, start=1)
    )


def _rules(design: Design) -> tuple[Rule, ...]:
    """Return the rules of a design; one that nobody has joined to plans yet is impossible."""
    is_built_in = design in BUILT_IN
    return RULES[design] if is_built_in else (*RULES[design], NOT_BUILT_IN)


def _key(facts: StudyFacts, place: int, design: Design) -> tuple[bool, bool, int, int]:
    """Return what designs are sorted by; the first word is whether it is impossible."""
    missing = [rule for rule in _rules(design) if not rule.is_met(facts)]
    is_impossible = any(rule.is_needed for rule in missing)
    was_worst = design is Design.CHOSEN_AT_PEAK and bool(facts.chosen_months)
    return is_impossible, not was_worst, len(missing), place


def _sentences(facts: StudyFacts, rules: tuple[Rule, ...]) -> tuple[tuple[str, Params], ...]:
    """Return codes and values of the sentences, what is missing first."""
    told = [(rule.is_met(facts), rule) for rule in rules]
    ordered = sorted(told, key=lambda one: (one[0], not one[1].is_needed))
    return tuple(
        (rule.code if is_met else f"{rule.code}_not", rule.params(facts))
        for is_met, rule in ordered
    )
