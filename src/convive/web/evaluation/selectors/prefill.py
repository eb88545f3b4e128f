"""What a plan of an evaluation would say, from what is known of the action: a first draft."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from datetime import date

from django.db.models import Q

from convive.core.evaluation.study import EARLIEST, LATEST, Looks, Outcome, Split, Study
from convive.core.model import Face
from convive.core.shelf.adopt import EvaluationDraft, refusal_of
from convive.web.shelf.actions.adopt import Adopting
from convive.web.shelf.selectors.on_shelf import entries_now
from convive.web.shelf.selectors.subjects import subject_of_objective
from convive.web.staff.audit import all_areas_now, faces_now, is_lower_better
from convive.web.staff.city import areas_now
from convive.web.workspace.clock import today
from convive.web.workspace.models import Action, Target
from convive.web.workspace.topics import topic_of

CITY = "city"
USEFUL = -10.0
CHOICE_MONTHS = 12
"""Assumed where findings of the audit led to the areas: figures are told by the year."""
MONTHS_BEFORE, SHORTEST, LONGEST = 24, 12, 36
MOST_HARMS = 3
GRAVE = ("violence_rate", "robbery_rate", "vandalism_rate")
"""Proposed before others as what must not get worse."""
_SHARES = (Face.EXPERIENCED, Face.FELT)


def recorded_now() -> list[str]:
    """Return the indicators whose incidents can be counted by area and month."""
    return [one for one, face in faces_now().items() if face == Face.RECORDED]


def measured_now() -> list[str]:
    """Return all indicators that an evaluation can look at: recorded ones and answers of surveys."""
    return recorded_now() + [one for one, face in faces_now().items() if face in _SHARES]


def level_of(action: Action) -> str:
    """Return the level of the areas where an action is at work; that of the audit where none is told."""
    known = {level for level, _, _ in all_areas_now()} - {CITY}
    levels = Counter(one.level for one in action.areas.all() if one.level in known)
    return levels.most_common(1)[0][0] if levels else areas_now().level


def areas_at(level: str) -> list[tuple[str, str]]:
    """Return code and name of the areas of a level, by name."""
    return [(code, name) for one, code, name in all_areas_now() if one == level]


def first_draft(action: Action, language: str) -> Study:
    """Return the plan as it would stand without anybody having written in it."""
    level, starts = level_of(action), action.starts_on or today()
    starts = starts if EARLIEST <= starts < LATEST else today()
    targets = list(_targets(action))
    wanted = _outcomes(_wanted(action, targets))
    treated = tuple(dict.fromkeys(_areas(action, targets, level)))
    hints = shelf_hints(action, language)
    return Study(
        action=f"action:{action.code}",
        outcomes=(*wanted, *_harms(one.indicator_id for one in wanted)),
        designs=(),
        level=level,
        treated=treated,
        comparison=(),
        starts_on=starts,
        months_before=MONTHS_BEFORE,
        months_after=_months_after(action, starts),
        chosen_months=CHOICE_MONTHS if action.evidence.exists() else None,
        looks=_looks(hints),
        splits=tuple(_splits(action, treated, wanted)),
        dose_unit=action.dose_unit,
        note="; ".join(others_there(action, level, treated)),
    )


def shelf_hints(action: Action, language: str) -> EvaluationDraft | None:
    """Return how the entry of the shelf, that an action comes from, would have it evaluated."""
    entry = entries_now().get(action.shelf_ref) if action.shelf_ref else None
    if entry is None or refusal_of(entry):
        return None
    adopting = Adopting(entry, subject_of_objective(action.objective), today(), language)
    return adopting.draft(action.starts_on).evaluation


def others_there(action: Action, level: str, treated: Iterable[str]) -> list[str]:
    """Return the titles of other actions that are at work in the same areas."""
    there = Q(areas__level=level, areas__area_id__in=list(treated))
    found = Action.objects.filter(there, strategy=action.strategy).exclude(pk=action.pk)
    return list(found.exclude(state="idea").distinct().values_list("title", flat=True)[:8])


def _targets(action: Action) -> Iterable[Target]:
    yield from action.targets.all()
    yield from action.objective.targets.all()


def _wanted(action: Action, targets: Iterable[Target]) -> list[str]:
    """Return what is to change: by the targets; else by the findings; else by the topic."""
    challenge = action.objective.challenge
    kept = [*action.evidence.all(), *challenge.findings.all()]
    by_findings = [code for one in kept for code in one.row["indicator_ids"] or ()]
    by_topic = [one for one in measured_now() if topic_of((one,)) == challenge.topic]
    told = [one.indicator_id for one in targets]
    return told or by_findings[:1] or by_topic[:1]


def _outcomes(codes: Iterable[str]) -> tuple[Outcome, ...]:
    known = set(measured_now())
    found = dict.fromkeys(code for code in codes if code in known)
    return tuple(Outcome(code, useful_of(code)) for code in found)


def useful_of(indicator_id: str, size: float = -USEFUL) -> float:
    """Return the smallest change worth having, with the sign of what is wanted."""
    return -abs(size) if is_lower_better(indicator_id) else abs(size)


def _harms(wanted: Iterable[str]) -> tuple[Outcome, ...]:
    """Return what must not get worse: the gravest other incidents that are counted here."""
    taken, recorded = set(wanted), recorded_now()
    grave = [one for one in GRAVE if one in recorded]
    found = [one for one in dict.fromkeys((*grave, *recorded)) if one not in taken][:MOST_HARMS]
    return tuple(Outcome(one, useful_of(one), is_harm=True) for one in found)


def _areas(action: Action, targets: Iterable[Target], level: str) -> Iterable[str]:
    spots = [one.area_id for one in action.areas.all() if one.level == level and one.area_id]
    yield from spots or [one.area_id for one in targets if one.level == level]


def _months_after(action: Action, starts: date) -> int:
    ends = action.ends_on
    months = (ends.year - starts.year) * 12 + ends.month - starts.month + 1 if ends else SHORTEST
    return min(max(months, SHORTEST), LONGEST)


def _looks(hints: EvaluationDraft | None) -> Looks | None:
    return Looks(hints.look_on) if hints and hints.look_on else None


def _splits(
    action: Action, treated: tuple[str, ...], wanted: tuple[Outcome, ...]
) -> Iterable[Split]:
    if action.times:
        yield Split.DAYPART
    if len(treated) > 1:
        yield Split.AREA
    if wanted and faces_now().get(wanted[0].indicator_id) in _SHARES:
        yield from (Split.GENDER, Split.AGE)
