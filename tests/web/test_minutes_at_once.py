"""Several people write the minutes at the same moment, on both databases: no word is lost."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest
from django.db import connections

from convive.web.audit_log.selectors import verify_log
from convive.web.roles import Role
from convive.web.workspace.actions import meetings, minutes
from convive.web.workspace.actions.reminders import remind
from convive.web.workspace.models import Commitment, Meeting
from convive.web.workspace.selectors.home import count_orphans
from factories import partnership
from factories.web_objects.accounts import make_account

pytestmark = pytest.mark.usefixtures("each_database", "site")
N_WRITERS = 4
N_LINES = 5


def at_once(jobs: list[Callable[[], Any]]) -> list[Any]:
    """Run jobs in threads with connections of their own."""

    def run(job: Callable[[], Any]) -> Any:
        try:
            return job()
        finally:
            connections.close_all()

    with ThreadPoolExecutor(len(jobs)) as pool:
        return list(pool.map(run, jobs))


def write(meeting: Meeting, item_id: int, who: str, by: Any) -> None:
    """Write line after line as the page does: each time with the text that one began from."""
    base = text = ""
    for k in range(N_LINES):
        text = f"{text}\n{who}: point {k}".strip()
        kept = minutes.write_minutes(meeting, minutes.Written(item_id, text, 0, base), by=by)
        base = text = kept.minutes


def test_no_line_of_anybody_is_lost() -> None:
    made = partnership.meeting(state="convened")
    item = made.items.get(kind="any_other")
    by = make_account(Role.ANALYST)
    at_once([lambda k=k: write(made, item.pk, f"writer {k}", by) for k in range(N_WRITERS)])
    item.refresh_from_db()
    expected = {f"writer {k}: point {n}" for k in range(N_WRITERS) for n in range(N_LINES)}
    assert sorted(item.minutes.split("\n")) == sorted(expected), "each line once"
    assert item.version == 1 + N_WRITERS * N_LINES
    assert verify_log().broken_id is None


def test_many_clicks_at_once_make_one_meeting_and_one_commitment() -> None:
    body = partnership.body(partnership.organisation())
    found = at_once([lambda: meetings.plan_next(body, now=partnership.NOW, by=None)] * N_WRITERS)
    assert len({one.pk for one, _ in found}) == 1
    assert sum(is_new for _, is_new in found) == 1
    promised = minutes.Promised("Lamps", partnership.organisation(), partnership.NOW.date())
    at_once([lambda: minutes.add_commitment(found[0][0], promised, by=None)] * N_WRITERS)
    assert Commitment.objects.count() == 1


def test_what_is_read_for_home_and_reminders_is_the_same_on_both() -> None:
    partnership.strategy(3)
    police = partnership.organisation()
    partnership.partner(police)
    made = partnership.commitment(partnership.meeting(partnership.body(police)))
    day = made.due + timedelta(days=8)
    found = count_orphans(day)
    assert (found.actions_without_evidence, found.objectives_without_target, found.commitments_overdue) == (3, 1, 1)  # fmt: skip
    assert found.total == 5
    assert remind(day) == {"n_reminders": 1, "n_digests": 1}
