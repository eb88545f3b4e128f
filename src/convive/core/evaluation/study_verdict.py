"""The verdict of a study, and what made it so."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from convive.core.evaluation.answer import OutcomeAnswer
from convive.core.evaluation.estimate import Design, Estimate
from convive.core.evaluation.study import FrozenStudy
from convive.core.evaluation.study_looks import Due
from convive.core.evaluation.study_window import Window
from convive.core.model import Verdict
from convive.core.significance import benjamini_hochberg

FDR = 0.05
CLEAR = frozenset({Verdict.WORKED, Verdict.HARMFUL})

NO_OUTCOME = "no_outcome"
PROCESS_ONLY = "process_only"
NO_COUNTS = "no_counts"
TOO_EARLY = "too_early"
LOOK_NOT_CROSSED = "look_not_crossed"
COUNTS_NOT_IN = "counts_not_in"
NO_ESTIMATE = "no_estimate"
CHECK_FAILED = "check_failed"
CONTRADICTED = "designs_contradict"
CHANGE_TURNS = "change_turns_verdict"
BEYOND_CHANCE = "beyond_chance"
USEFUL_EXCLUDED = "useful_excluded"
INTERVAL_WIDE = "interval_wide"
FROZEN_LATE = "frozen_late"
CHANGED_AFTER_DATA = "changed_after_data"
CHOICE_UNKNOWN = "choice_unknown"
OTHERS_AGREE = "others_agree"


@dataclass(frozen=True, slots=True)
class Told:
    """Everything that the verdict rests on."""

    study: FrozenStudy
    due: Due
    primary: OutcomeAnswer | None
    window: Window | None
    before_change: Estimate | None
    """What the plan said before it was changed with counts at hand."""


def verdict_of(told: Told) -> tuple[Verdict, tuple[str, ...]]:
    """Return the verdict and the codes of what made it so, the decisive first.

    Returns
    -------
    verdict, codes of ``evaluation.why.<code>``
    """
    against = _against(told)
    beside = _beside(told)
    if against or told.primary is None:
        return Verdict.CANNOT_TELL, (*against, *beside)
    verdict = told.primary.main.verdict
    if verdict in CLEAR:
        return verdict, (BEYOND_CHANCE, *beside)
    if verdict is Verdict.DID_NOT_WORK:
        return verdict, (USEFUL_EXCLUDED, *beside)
    return Verdict.CANNOT_TELL, (INTERVAL_WIDE, *beside)


def _against(told: Told) -> tuple[str, ...]:
    """Return what makes it impossible to tell."""
    found = told.primary
    if found is None:
        return (NO_OUTCOME,)
    if told.due.number == 0:
        return (TOO_EARLY,)
    if told.study.current.process_only:
        return (PROCESS_ONLY,)
    is_counted = found.main.design is not Design.SURVEY_CHANGE
    if told.window is None and found.main.effect is None and is_counted:
        return (NO_COUNTS,)
    is_short = told.window is not None and told.window.months_after < told.due.months
    short = (COUNTS_NOT_IN,) if is_short else ()
    if found.main.effect is None:
        return (*short, NO_ESTIMATE)
    return (*short, *_against_estimate(told, found))


def _against_estimate(told: Told, found: OutcomeAnswer) -> tuple[str, ...]:
    """Return what speaks against an effect that there is."""
    codes = []
    if any(check.is_decisive for check in found.main.failed):
        codes.append(CHECK_FAILED)
    # Before the end only a crossing says something: "did not work" would be said of a part.
    if not told.due.is_final and found.main.verdict not in CLEAR:
        codes.append(LOOK_NOT_CROSSED)
    if any({found.main.verdict, other.verdict} == CLEAR for other in found.others):
        codes.append(CONTRADICTED)
    if told.before_change is not None and told.before_change.verdict is not found.main.verdict:
        codes.append(CHANGE_TURNS)
    return tuple(codes)


def _beside(told: Told) -> tuple[str, ...]:
    """Return what is told with any verdict."""
    codes = []
    if told.study.was_late:
        codes.append(FROZEN_LATE)
    if any(change.after_data for change in told.study.changes):
        codes.append(CHANGED_AFTER_DATA)
    if told.study.current.chosen_months is None:
        codes.append(CHOICE_UNKNOWN)
    main = None if told.primary is None else told.primary.main
    others = () if told.primary is None else told.primary.others
    if main is not None and main.verdict in CLEAR:
        # The same figure by another name agrees with itself.
        agree = [one for one in others if one.verdict is main.verdict and one.effect != main.effect]
        codes += [OTHERS_AGREE] if agree else []
    return tuple(codes)


def harms_of(found: Sequence[OutcomeAnswer]) -> tuple[str, ...]:
    """Return the indicators that got worse by more than chance, of those that must not.

    Several are tested at once, so that the share of false ones stays at `FDR`; a check that
    failed does not acquit a harm, it is told with its estimate.
    """
    looked = [one for one in found if one.outcome.is_harm and one.main.p is not None]
    if not looked:
        return ()
    q = benjamini_hochberg([float(one.main.p or 0.0) for one in looked])
    return tuple(
        one.outcome.indicator_id
        for one, adjusted in zip(looked, q, strict=True)
        if adjusted <= FDR and _is_worse(one)
    )


def _is_worse(found: OutcomeAnswer) -> bool:
    effect = found.main.effect
    return effect is not None and (effect > 0) == (found.outcome.useful < 0)
