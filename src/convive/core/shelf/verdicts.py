"""What a town may say came of an action: never better than what its targets show."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from convive.core.shelf.entry import ExperienceVerdict
from convive.core.strategy.change import TargetVerdict, read_targets
from convive.core.strategy.model import Action
from convive.core.strategy.practice import ResultStrength
from convive.core.strategy.vocabulary import ActionState

_GOOD = frozenset({TargetVerdict.REACHED, TargetVerdict.WANTED_WAY, TargetVerdict.HELD})
_ALWAYS = (
    ExperienceVerdict.NOT_EVALUATED,
    ExperienceVerdict.CANNOT_TELL,
    ExperienceVerdict.DID_NOT,
    ExperienceVerdict.HARMFUL,
)
WITH_FINDINGS = frozenset(
    {ExperienceVerdict.WORKED, ExperienceVerdict.DID_NOT, ExperienceVerdict.HARMFUL}
)
"""Verdicts that nobody can give without saying what was found."""
STRENGTHS = (
    ResultStrength.MONITORING,
    ResultStrength.BEFORE_AFTER,
    ResultStrength.CONTROLLED,
    ResultStrength.RANDOMISED,
)
"""How a town can have found out by itself; from the weakest."""


def open_verdicts(action: Action, today: date) -> tuple[ExperienceVerdict, ...]:
    """Return the verdicts that may be given about an action; bad news is always open.

    "Worked" asks for at least one target that surely moved the wanted way and none that surely
    moved the wrong way. "Stopped" is for what was stopped.

    Parameters
    ----------
    action : Action
        With the present figures of its targets.
    today : date
    """
    readings = read_targets(action.targets)
    seen = {one.verdict for one in readings}
    verdicts: Sequence[ExperienceVerdict] = _ALWAYS
    if action.state is ActionState.STOPPED:
        verdicts = (*verdicts, ExperienceVerdict.STOPPED)
    has_begun = action.starts_on is None or action.starts_on <= today
    if has_begun and seen & _GOOD and TargetVerdict.WRONG_WAY not in seen:
        verdicts = (*verdicts, ExperienceVerdict.WORKED)
    return tuple(verdicts)
