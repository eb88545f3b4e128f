"""What else could explain what is seen, and whether the checks of a study rule it out."""

from __future__ import annotations

from collections.abc import Iterable

from convive.core.evaluation.answer import OutcomeAnswer, Rival
from convive.core.evaluation.displacement_rings import Moved
from convive.core.evaluation.estimate import Check, CheckOutcome, Design, Estimate
from convive.core.evaluation.study_window import Window, uneven_breaks
from convive.core.model import Verdict

_TREND = (
    "parallel_before",
    "series_course",
    "placebo",
    "balance",
    "lead",
    "synthetic_fit",
    "synthetic_in_time",
    "survey_course",
)
_MEAN = ("chosen_at_peak", "peak", "dose_selection", "survey_choice")
_SEASON_ALONE = "series_season"


def rivals_of(
    found: OutcomeAnswer, window: Window | None, *, other_actions: tuple[str, ...] = ()
) -> tuple[Rival, ...]:
    """Return the other explanations of an outcome, in the order in which people ask for them.

    Parameters
    ----------
    found : OutcomeAnswer
    window : Window, optional
        The counts that it was answered from; None where it has none.
    other_actions : tuple of str
        Other actions in the treated areas at the time.

    Returns
    -------
    tuple of Rival
        Ruled out, not ruled out, or None: nothing that is at hand can tell. Where there is no
        effect at all, nothing can be told of any of them.
    """
    main = found.main
    note = "" if window is None else window.study.note.strip()
    return (
        Rival("regression_to_mean", _mean(main, window)),
        Rival("displacement", _displacement(found)),
        _recording(main, window),
        Rival("other_trend", _of_checks(main.checks, _TREND)),
        Rival(
            "other_actions",
            False if other_actions or note else None,
            {"actions": ", ".join(other_actions) or None, "note": note or None},
        ),
        Rival("season", _season(main)),
        Rival("chance", _chance(main), {"p": main.p}),
    )


def _of_checks(checks: Iterable[Check], codes: tuple[str, ...]) -> bool | None:
    """Return whether checks of these codes passed; None where none could tell."""
    found = [
        one.outcome
        for one in checks
        if any(one.code == code or one.code.endswith(f"_{code}") for code in codes)
    ]
    if CheckOutcome.FAILED in found:
        return False
    return True if found and CheckOutcome.CANNOT_TELL not in found else None


def _mean(main: Estimate, window: Window | None) -> bool | None:
    """Return whether a fall back can be it: not where areas were not chosen for counts."""
    if window is not None and window.study.chosen_months == 0:
        return True
    if main.design is Design.CHOSEN_AT_PEAK:
        return None if main.effect is None else True
    return _of_checks(main.checks, _MEAN)


def _displacement(found: OutcomeAnswer) -> bool | None:
    if found.rings is not None and found.rings.together.moved is not Moved.CANNOT_TELL:
        return found.rings.together.moved is Moved.FELL_TOO
    return _of_checks(found.main.checks, ("ring",))


def _recording(main: Estimate, window: Window | None) -> Rival:
    """Return whether recording can be it: a break that met all areas alike cancels."""
    if window is None or main.effect is None:
        return Rival("recording_break", None, {"n": 0})
    n = {"n": len(window.panel.breaks)}
    if not window.panel.breaks:
        return Rival("recording_break", is_ruled_out=True, params=n)
    if main.seen.n_comparison == 0:
        return Rival("recording_break", _of_checks(main.checks, ("series_break",)), n)
    uneven = uneven_breaks(window)
    return Rival("recording_break", None if uneven is None else not uneven, n)


def _season(main: Estimate) -> bool | None:
    """Return whether the season can be it: comparison areas have the same months."""
    if main.effect is None:
        return None
    return True if main.seen.n_comparison else _of_checks(main.checks, (_SEASON_ALONE,))


def _chance(main: Estimate) -> bool | None:
    """Return whether chance can be it: not where the interval says something."""
    if main.p is None or main.effect is None:
        return None
    return main.p <= 1.0 - main.coverage + 1e-9 or main.verdict is Verdict.DID_NOT_WORK
