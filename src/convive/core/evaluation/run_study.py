"""From a frozen plan and counts to its answer: every outcome, what else could explain it, harms."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date

import numpy as np

from convive.core.evaluation.answer import Answer, ForWhom, OutcomeAnswer
from convive.core.evaluation.design_runners import NO_COUNTS, judged, rings_of, run_design
from convive.core.evaluation.estimate import Design, Estimate, Seen, cannot_say
from convive.core.evaluation.panel import CountPanel
from convive.core.evaluation.rivals import rivals_of
from convive.core.evaluation.study import FrozenStudy, Outcome, Split, Study
from convive.core.evaluation.study_looks import Due, due_on
from convive.core.evaluation.study_verdict import Told, harms_of, verdict_of
from convive.core.evaluation.study_window import (
    Beside,
    Window,
    add_months,
    cut,
    with_areas,
    with_daypart,
)
from convive.core.evaluation.survey_study import survey_estimate, survey_outcome

NO_DESIGN = "study_no_design"
PROCESS_ONLY = "study_process_only"
EARLY = "study_too_early"
NOTHING = Seen(0, 0, 0, 0, 0, 0)


def answer(
    study: FrozenStudy,
    panels: Mapping[str, CountPanel],
    *,
    today: date,
    rng: np.random.Generator,
    beside: Beside | None = None,
) -> Answer:
    """Return the answer to a frozen plan.

    Use it for a plan that was laid down before its counts were known; a later one is answered
    too, and the answer says that it was late.

    Parameters
    ----------
    study : FrozenStudy
    panels : mapping of str to CountPanel
        Indicator → counts at the level of the plan. An outcome without any is said to have none.
    today : date
        Counts after the last look that is due by then are not used.
    rng : numpy.random.Generator
    beside : Beside, optional
        Other actions at the time, doses, and answers of surveys.

    Returns
    -------
    Answer
        The verdict is "cannot tell" before the planned end unless a planned look allows more,
        where a decisive check failed, where counts are missing, where another design of the
        plan clearly says the opposite, and where a change of the plan after counts were known
        turns the verdict.

    Raises
    ------
    MethodError
        STUDY_LEVEL for counts of another level than that of the plan; STUDY_EMPTY; those of the
        designs.

    Notes
    -----
    The first design answers, the others are told beside it. Tests and intervals are at the level
    of the look (O'Brien-Fleming spending); those for parts of the day and for areas at that
    level shared between them.

    References
    ----------
    .. [1] Shadish, W. R., Cook, T. D. and Campbell, D. T. (2002). Experimental and
       quasi-experimental designs for generalized causal inference. Houghton Mifflin (rivals).
    """
    given = beside or Beside()
    plan, due = study.current, due_on(study.current, today)
    streams = rng.spawn(len(plan.outcomes) + 1)
    found, windows = [], {}
    for outcome, stream in zip(plan.outcomes, streams, strict=False):
        panel = panels.get(outcome.indicator_id)
        window = None if panel is None else _window(panel, plan, outcome, (due, given))
        windows[outcome.indicator_id] = window
        found.append(
            _early(plan, outcome)
            if not due.number
            else OutcomeAnswer(outcome, _without_design(plan))
            if plan.process_only
            else survey_outcome(given.asked[outcome.indicator_id], plan, outcome, due)
            if window is None and outcome.indicator_id in given.asked
            else _outcome(plan, outcome, window, (given, stream))
        )
    primary = next((one for one in found if not one.outcome.is_harm), None)
    before = _before_change(study, panels, (today, streams[-1], given))
    seen = None if primary is None else windows[primary.outcome.indicator_id]
    verdict, why = verdict_of(Told(study, due, primary, seen, before))
    return Answer(
        study=study,
        outcomes=tuple(found),
        verdict=verdict,
        why=why,
        rivals=()
        if primary is None
        else rivals_of(primary, seen, other_actions=given.other_actions),
        harms=harms_of(found),
        look=due.number,
        is_final=due.is_final,
    )


def _window(panel: CountPanel, plan: Study, outcome: Outcome, when: tuple[Due, Beside]) -> Window:
    due, given = when
    window = cut(panel, plan, outcome, until=due.until)
    return replace(window, level=due.level, doses=given.doses)


def _outcome(
    plan: Study,
    outcome: Outcome,
    window: Window | None,
    how: tuple[Beside, np.random.Generator],
) -> OutcomeAnswer:
    """Return what is said about one outcome."""
    given, rng = how
    streams = rng.spawn(len(plan.designs) + 1)
    estimates = [
        _estimate(design, outcome, window, (given, stream))
        for design, stream in zip(plan.designs, streams, strict=False)
    ] or [_without_design(plan)]
    main, *others = estimates
    if window is None:
        return OutcomeAnswer(outcome, main, tuple(others))
    months = window.panel.months
    return OutcomeAnswer(
        outcome=outcome,
        main=main,
        others=tuple(others),
        rings=rings_of(window),
        for_whom=() if main.effect is None else _for_whom(main.design, window, streams[-1]),
        source_ids=(window.panel.source_id,),
        period_start=months[0] if months else None,
        period_end=add_months(months[-1], 1) if months else None,
    )


def _without_design(plan: Study) -> Estimate:
    reason = PROCESS_ONLY if plan.process_only else NO_DESIGN
    return cannot_say(Design.BEFORE_AFTER_CONTROL, reason, NOTHING)


def _early(plan: Study, outcome: Outcome) -> OutcomeAnswer:
    """Return that nothing is looked at yet: a look that was not planned costs certainty."""
    designs = plan.designs or (Design.BEFORE_AFTER_CONTROL,)
    main, *others = (cannot_say(design, EARLY, NOTHING) for design in designs)
    return OutcomeAnswer(outcome, main, tuple(others))


def _estimate(
    design: Design,
    outcome: Outcome,
    window: Window | None,
    how: tuple[Beside, np.random.Generator],
) -> Estimate:
    given, rng = how
    made = given.estimates.get((outcome.indicator_id, design))
    if made is not None:
        return made if window is None else judged(made, window)
    if window is None:
        return cannot_say(design, NO_COUNTS, NOTHING)
    return run_design(design, window, rng)


def _for_whom(design: Design, window: Window, rng: np.random.Generator) -> tuple[ForWhom, ...]:
    """Return the effect by part of the day and area, each at a level shared between all."""
    pieces: list[tuple[Split, str, Window]] = []
    if Split.DAYPART in window.study.splits:
        parts = sorted(window.panel.by_daypart)
        pieces += [(Split.DAYPART, part, with_daypart(window, part)) for part in parts]
    if Split.AREA in window.study.splits and len(window.treated) > 1:
        names = window.panel.areas
        pieces += [(Split.AREA, names[row], with_areas(window, [row])) for row in window.treated]
    level = 1.0 - (1.0 - window.level) / max(len(pieces), 1)
    return tuple(
        ForWhom(split, value, run_design(design, replace(piece, level=level), stream))
        for (split, value, piece), stream in zip(pieces, rng.spawn(len(pieces)), strict=True)
    )


def _before_change(
    study: FrozenStudy,
    panels: Mapping[str, CountPanel],
    how: tuple[date, np.random.Generator, Beside],
) -> Estimate | None:
    """Return what the plan said before it was changed with counts at hand; None if it was not."""
    if study.now is None or not any(change.after_data for change in study.changes):
        return None
    today, rng, given = how
    first = study.first
    outcome = first.primary
    panel = None if outcome is None else panels.get(outcome.indicator_id)
    asked = None if outcome is None else given.asked.get(outcome.indicator_id)
    if outcome is not None and panel is None and asked is not None and asked.level == first.level:
        return survey_estimate(asked, first, outcome, due_on(first, today))
    if outcome is None or panel is None or not first.designs or panel.level != first.level:
        return cannot_say(Design.BEFORE_AFTER_CONTROL, NO_COUNTS, NOTHING)
    window = _window(panel, first, outcome, (due_on(first, today), given))
    return _estimate(first.designs[0], outcome, window, (given, rng))
