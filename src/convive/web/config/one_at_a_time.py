"""Has the processes of a site do something one after the other instead of all at once."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
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
        Made where it is not there; its content is nobody's. Where it cannot be made or locked,
        as in a folder that nothing may be written to, nobody is waited for.
    """
    if file is None or fcntl is None:
        yield
        return
    with ExitStack() as held:
        with suppress(OSError):
            fcntl.flock(held.enter_context(file.open("a")), fcntl.LOCK_EX)
        yield
