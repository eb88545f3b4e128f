"""Writes in a thread what is placed in another: two cores, one file."""

from __future__ import annotations

import threading
from queue import Queue
from types import TracebackType
from typing import Any

import pyarrow as pa

from convive.app.ports import TableWriter

_WAITING = 2
"""Stretches in memory that are placed and not written yet."""


class WriterThread:
    """A table writer that returns at once; what goes wrong is raised at the next call."""

    def __init__(self, target: TableWriter) -> None:
        self.meta: dict[str, Any] = target.meta
        self._target = target
        self._queue: Queue[pa.Table | None] = Queue(_WAITING)
        self._error: BaseException | None = None
        self._thread = threading.Thread(target=self._run, name="evidence-writer", daemon=True)

    def __enter__(self) -> WriterThread:
        self._thread.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._queue.put(None)
        self._thread.join()
        if kind is None:
            self._raise()

    def write(self, table: pa.Table) -> None:
        """Take rows; waits while too many wait already."""
        self._raise()
        self._queue.put(table)

    def _raise(self) -> None:
        if self._error is not None:
            raise self._error

    def _run(self) -> None:
        while (table := self._queue.get()) is not None:
            if self._error is None:
                try:
                    self._target.write(table)
                except BaseException as error:  # noqa: BLE001 - raised in the thread that asked
                    self._error = error
