"""An outcome of a plan that comes from a survey: waves before and after the start, and groups."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta

from convive.core.errors import MethodError
from convive.core.evaluation.answer import ForWhom, OutcomeAnswer
from convive.core.evaluation.estimate import Design, Estimate, Seen, cannot_say, verdict_on
from convive.core.evaluation.study import Outcome, Split, Study
from convive.core.evaluation.study_looks import Due
from convive.core.evaluation.study_window import last_start
from convive.core.evaluation.survey_change import survey_change
from convive.core.evaluation.survey_checks import SurveyChangePlan
from convive.core.evaluation.survey_groups import GroupChange, survey_change_by_group
from convive.core.evaluation.survey_sums import AnswerSums, areas_met, wave_of
from convive.core.model import Verdict

NO_WAVE_BEFORE = "study_no_wave_before"
NO_WAVE_AFTER = "study_no_wave_after"
AREA_TOO_FEW = "study_area_too_few_answers"
GROUP_TOO_FEW = "study_group_too_few_answers"
NO_COUNTS = "study_no_counts"
NOTHING = Seen(0, 0, 0, 0, 0, 0)
GROUPS = (Split.GENDER, Split.AGE)


@dataclass(frozen=True, eq=False)
class AskedWave:
    """One wave in which a question was asked."""

    day: date
    """Middle of the fieldwork."""
    everybody: AnswerSums
    groups: Mapping[Split, AnswerSums] = field(default_factory=dict)
    """Answers by gender and age; areas with small groups are not told apart."""


@dataclass(frozen=True, eq=False)
class AskedOutcome:
    """What people answered to the question of one indicator, wave by wave.

    Attributes
    ----------
    areas : tuple of str
        Codes, in the order of the rows that `AnswerSums.area` means.
    waves : tuple of AskedWave
        By day.
    changed_on : tuple of date
        Days from which the survey asks otherwise: other words, other ways of asking.
    groups : mapping of Split to tuple of str
        All groups that answered anywhere.
    """

    indicator_id: str
    source_id: str
    level: str
    areas: tuple[str, ...]
    waves: tuple[AskedWave, ...]
    changed_on: tuple[date, ...] = ()
    groups: Mapping[Split, tuple[str, ...]] = field(default_factory=dict)

    def rows(self, areas: Sequence[str]) -> frozenset[int]:
        """Return the rows of areas; areas that are not there are left out."""
        place = {code: number for number, code in enumerate(self.areas)}
        return frozenset(place[code] for code in areas if code in place)


@dataclass(frozen=True, eq=False)
class _Pair:
    """The waves that a plan compares."""

    before: AskedWave
    after: AskedWave
    earlier: AskedWave | None


def survey_outcome(asked: AskedOutcome, plan: Study, outcome: Outcome, due: Due) -> OutcomeAnswer:
    """Return what is said about an outcome that comes from a survey.

    Use it for a plan whose outcome is asked for, not counted; designs that count say that there
    are no counts.

    Parameters
    ----------
    asked : AskedOutcome
    due : Due
        Waves after the look are not used, whatever they say.

    Returns
    -------
    OutcomeAnswer
        By the last wave before the first start and the last one after the last start that the
        look allows: not chosen by what they say. `for_whom` has gender, age and area as the
        plan asks for.

    Raises
    ------
    MethodError
        STUDY_LEVEL where answers are of areas of another level than the plan; CHANGE_PLAN.
    """
    designs = plan.designs or (Design.SURVEY_CHANGE,)
    main, *others = (_by_design(design, asked, plan, (outcome, due)) for design in designs)
    pair = _pair(asked, plan, due)
    found = OutcomeAnswer(outcome, main, tuple(others), source_ids=(asked.source_id,))
    if not isinstance(pair, _Pair):
        return found
    found = replace(found, period_start=pair.before.day, period_end=pair.after.day + timedelta(1))
    if main.effect is None or main.design is not Design.SURVEY_CHANGE:
        return found
    return replace(found, for_whom=tuple(_for_whom(asked, plan, (outcome, due), main)))


def survey_estimate(asked: AskedOutcome, plan: Study, outcome: Outcome, due: Due) -> Estimate:
    """Return how far answers changed in the treated areas beyond their change in the others.

    Raises
    ------
    MethodError
        STUDY_LEVEL; CHANGE_PLAN.
    """
    if asked.level != plan.level:
        raise MethodError("STUDY_LEVEL", given=asked.level, expected=plan.level)
    pair = _pair(asked, plan, due)
    if not isinstance(pair, _Pair):
        return cannot_say(Design.SURVEY_CHANGE, pair, NOTHING, coverage=due.level)
    both = areas_met(pair.before.everybody) & areas_met(pair.after.everybody)
    treated, comparison = _sides(asked, plan)
    if not treated or len(treated) < len(plan.treated) or not treated <= both:
        return cannot_say(Design.SURVEY_CHANGE, AREA_TOO_FEW, NOTHING, coverage=due.level)
    sides = sorted(treated), sorted(comparison & both)
    before, after = (wave_of(one.everybody, *sides)[0] for one in (pair.before, pair.after))
    earlier = None
    if pair.earlier is not None and treated <= areas_met(pair.earlier.everybody):
        earlier = wave_of(pair.earlier.everybody, *sides)[0]
    made = _change_plan(asked, plan, outcome, pair)
    return survey_change(before, after, made, earlier=earlier, level=due.level)


def _by_design(
    design: Design, asked: AskedOutcome, plan: Study, of: tuple[Outcome, Due]
) -> Estimate:
    if design is Design.SURVEY_CHANGE:
        return survey_estimate(asked, plan, *of)
    return cannot_say(design, NO_COUNTS, NOTHING, coverage=of[1].level)


def _pair(asked: AskedOutcome, plan: Study, due: Due) -> _Pair | str:
    """Return the waves to compare, or why there are none."""
    first = min([plan.starts_on, *(plan.starts_later.get(a, plan.starts_on) for a in plan.treated)])
    early = [one for one in asked.waves if one.day < first]
    late = [one for one in asked.waves if last_start(plan) <= one.day < due.until]
    if not early:
        return NO_WAVE_BEFORE
    if not late:
        return NO_WAVE_AFTER
    return _Pair(early[-1], late[-1], early[-2] if len(early) > 1 else None)


def _sides(asked: AskedOutcome, plan: Study) -> tuple[frozenset[int], frozenset[int]]:
    aside = {*plan.treated, *plan.buffer}
    others = [code for code in plan.comparison if code not in aside]
    return asked.rows(plan.treated), asked.rows(others)


def _change_plan(
    asked: AskedOutcome, plan: Study, outcome: Outcome, pair: _Pair
) -> SurveyChangePlan:
    """Return what is known of the waves; a survey that is said to have changed is refused."""
    changed = any(pair.before.day < day <= pair.after.day for day in asked.changed_on)
    return SurveyChangePlan(
        useful=outcome.useful,
        same_wording=False if changed else None,
        same_mode=False if changed else None,
        chosen_on_answers=False if plan.chosen_months == 0 else None,
    )


def _for_whom(
    asked: AskedOutcome, plan: Study, of: tuple[Outcome, Due], main: Estimate
) -> Iterator[ForWhom]:
    """Return the change by group and area, each at a level shared between all."""
    outcome, due = of
    splits = [one for one in GROUPS if one in plan.splits]
    areas = plan.treated if Split.AREA in plan.splits and len(plan.treated) > 1 else ()
    n = len(areas) + sum(len(asked.groups.get(one, ())) for one in splits)
    shared = replace(due, level=1.0 - (1.0 - due.level) / max(n, 1))
    for split in splits:
        yield from _by_group(asked, plan, (outcome, shared, split), main)
    for code in areas:
        alone = replace(
            plan, treated=(code,), buffer=(*plan.buffer, *(a for a in plan.treated if a != code))
        )
        yield ForWhom(Split.AREA, code, survey_estimate(asked, alone, outcome, shared))


def _by_group(
    asked: AskedOutcome, plan: Study, of: tuple[Outcome, Due, Split], main: Estimate
) -> Iterator[ForWhom]:
    outcome, due, split = of
    pair, names = _pair(asked, plan, due), asked.groups.get(split, ())
    rows: Mapping[str, GroupChange] = {}
    if isinstance(pair, _Pair) and all(split in one.groups for one in (pair.before, pair.after)):
        sums = pair.before.groups[split], pair.after.groups[split]
        treated, comparison = _sides(asked, plan)
        both = areas_met(sums[0]) & areas_met(sums[1])
        sides = sorted(treated), sorted(comparison & both)
        if treated <= both and bool(sides[1]) == bool(main.seen.n_comparison):
            waves = [wave_of(one, *sides) for one in sums]
            found = survey_change_by_group(
                waves[0][0], waves[1][0], (waves[0][1], waves[1][1]),
                _change_plan(asked, plan, outcome, pair), level=due.level,
            )  # fmt: skip
            rows = {one.group: one for one in found}
    for name in names:
        yield ForWhom(split, name, _of_group(rows.get(name), outcome, due, main))


def _of_group(found: GroupChange | None, outcome: Outcome, due: Due, main: Estimate) -> Estimate:
    """Return the change of a group as an estimate; what speaks against the whole holds for it."""
    if found is None:
        return cannot_say(Design.SURVEY_CHANGE, GROUP_TOO_FEW, NOTHING, coverage=due.level)
    seen = replace(main.seen, n_before=found.n_before, n_after=found.n_after)
    if found.effect is None:
        reason = found.reason or GROUP_TOO_FEW
        return cannot_say(Design.SURVEY_CHANGE, reason, seen, coverage=due.level)
    estimate = replace(
        main, effect=found.effect, low=found.low, high=found.high, coverage=due.level,
        p=found.p, seen=seen, checks=(),
    )  # fmt: skip
    verdict = verdict_on(estimate, alpha=1.0 - due.level, useful=outcome.useful)
    is_refused = any(one.is_decisive for one in main.failed)
    return replace(estimate, verdict=Verdict.CANNOT_TELL if is_refused else verdict)
