"""What a meeting hears of evaluations: those whose day has come, and those answered since the last."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from convive.core.strategy.agenda import AnswerNow
from convive.web.evaluation.models import KeptAnswer
from convive.web.evaluation.selectors.due import due_now, looks_of, studies_now
from convive.web.workspace.models import Strategy
from convive.web.workspace.selectors.agenda_material import ANSWERS


def enter_into_agenda() -> None:
    """Let agendas tell of evaluations."""
    if answers_for not in ANSWERS:
        ANSWERS.append(answers_for)


def answers_for(strategy: Strategy, today: date, since: date) -> Iterable[AnswerNow]:
    """Yield what is due in a plan and not worked out, then what was finally answered since a day."""
    plans = studies_now(evaluation__action__strategy=strategy)
    for one in due_now(today):
        if one.pk in plans:
            came = max(look for look in looks_of(plans[one.pk][0]) if look <= today)
            yield AnswerNow(f"action:{one.action.code}", one.action.title, came)
    rows = KeptAnswer.objects.filter(
        evaluation__action__strategy=strategy, is_final=True, at__date__gte=since
    )
    told = rows.select_related("evaluation__action").order_by("at", "pk")
    newest = {one.evaluation_id: one for one in told}
    for kept in newest.values():
        action = kept.evaluation.action
        yield AnswerNow(f"action:{action.code}", action.title, kept.day, kept.verdict)
