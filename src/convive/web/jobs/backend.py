"""Where tasks of `django_tasks` are kept: as runs, in the transaction of whoever asks for them."""

from __future__ import annotations

import uuid
from typing import Any

from django_tasks.backends.base import BaseTaskBackend
from django_tasks.base import Task, TaskResult, TaskResultStatus
from django_tasks.exceptions import InvalidTaskError

from convive.web.jobs.actions import enqueue


class RunBackend(BaseTaskBackend):
    """Keeps tasks as rows of `Run`."""

    def enqueue(
        self, task: Task[..., Any], args: tuple[Any, ...], kwargs: dict[str, Any]
    ) -> TaskResult[Any]:
        """Keep a task under a key of its own; tasks take arguments by name."""
        if args:
            raise InvalidTaskError("Tasks take their arguments by name.")
        run = enqueue(task, key=str(uuid.uuid4()), **kwargs)
        return TaskResult(
            task=task, id=str(run.pk), status=TaskResultStatus.READY, enqueued_at=run.made_at,
            started_at=None, last_attempted_at=None, finished_at=None, args=[], kwargs=kwargs,
            backend=self.alias, errors=[], worker_ids=[],
        )  # fmt: skip
