"""Workers that are killed at every step, and several at once: nothing lost, nothing doubled."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db.models import F
from django.utils import timezone

from convive.web.accounts.models import Organisation
from convive.web.audit_log.selectors import verify_log
from convive.web.jobs.actions import enqueue
from convive.web.jobs.models import Run
from convive.web.jobs.worker import Worker
from factories import workers
from factories.jobs import slow


def time_passes() -> None:
    """Let the claims of the dead end."""
    Run.objects.filter(state="running").update(
        claimed_until=F("claimed_until") - timedelta(hours=1)
    )


def work_off(folder: Path, database: dict[str, Any], n_workers: int = 1) -> None:
    processes = [workers.start(folder, database) for _ in range(n_workers)]
    assert [process.wait(timeout=120) for process in processes] == [0] * n_workers


@pytest.mark.parametrize("step", workers.STEPS)
def test_a_worker_killed_at_any_step_loses_and_doubles_nothing(
    served_database: dict[str, Any], tmp_path: Path, step: str
) -> None:
    enqueue(slow, key="a", name="A")
    workers.kill_at(tmp_path, served_database, step)
    is_done = step == "committed"
    run = Run.objects.get()
    assert (run.state, run.attempts) == ("done" if is_done else "running", 1)
    assert Organisation.objects.count() == int(is_done), "effect and mark go together"
    time_passes()
    worker = Worker()
    worker.enter_day = lambda: None  # type: ignore[method-assign]
    worker.empty()
    run.refresh_from_db()
    assert (run.state, run.attempts, run.outcome) == ("done", 1 if is_done else 2, {"letters": 1})
    assert list(Organisation.objects.values_list("name", flat=True)) == ["A 0"]


def test_several_workers_share_the_work_each_run_once(
    served_database: dict[str, Any], tmp_path: Path
) -> None:
    n = 60
    for number in range(n):
        enqueue(slow, key=str(number), name=f"N{number}")
    work_off(tmp_path, served_database, n_workers=3)
    assert not Run.objects.exclude(state="done").exists()
    assert Organisation.objects.count() == n
    assert set(Run.objects.values_list("attempts", flat=True)) == {1}
    assert verify_log().broken_id is None


def test_a_living_worker_keeps_what_it_has_until_its_claim_ends(
    served_database: dict[str, Any], tmp_path: Path
) -> None:
    enqueue(slow, key="a", name="A")
    workers.kill_at(tmp_path, served_database, "taken")
    work_off(tmp_path, served_database)
    assert Organisation.objects.count() == 0
    claimed = Run.objects.get().claimed_until
    assert claimed is not None
    assert timedelta() < claimed - timezone.now() <= timedelta(minutes=2)
