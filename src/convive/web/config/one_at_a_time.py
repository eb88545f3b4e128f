"""Has the processes of a site do something one after the other instead of all at once."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

try:
    import fcntl
except ImportError:  # a system without such locks: there all of them do it at once
    fcntl = None  # type: ignore[assignment]


@contextmanager
def one_at_a_time(file: Path | None) -> Iterator[None]:
    """Wait until no other process is within this for the same file; None: wait for nobody.

    The lock goes with the process that holds it, however it ends.

    Parameters
    ----------
    file : Path
        Made where it is not there; its content is nobody's.
    """
    if file is None or fcntl is None:
        yield
        return
    with file.open("a") as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        yield
