"""Places in a thread what is read in another, and writes it in a third: all cores, one file."""

from __future__ import annotations

import threading
from collections.abc import Callable
from queue import Queue
from types import TracebackType
from typing import Any

import pyarrow as pa

_WAITING = 2
"""Stretches in memory that are read and not written yet."""


class WriterThread:
    """Takes rows and returns at once; what goes wrong is raised at the next call.

    See ``app.ports.PartWriter``; `work` is called with the rows, in their order.
    """

    def __init__(self, work: Callable[[pa.Table], None]) -> None:
        self.record: dict[str, Any] = {}
        self._work = work
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
                    self._work(table)
                except BaseException as error:  # noqa: BLE001 - raised in the thread that asked
                    self._error = error
