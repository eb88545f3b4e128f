"""What the log of failures says of an exception: where and of what kind, never what was in it."""

from __future__ import annotations

import logging
import traceback
from types import TracebackType

from convive.core.errors import ConviveError

_ExcInfo = tuple[type[BaseException], BaseException, TracebackType | None] | tuple[None, None, None]


class NoValues(logging.Formatter):
    """Writes a traceback without the words of the exception.

    They may hold what somebody has typed, a row of a file, an address with a key in it. The place
    in the code, the kind and, of our own, the code of the error are enough to mend it.
    """

    def formatException(self, ei: _ExcInfo) -> str:  # noqa: N802 - as the class above calls it
        """Return the traceback: files, lines, kinds; chained exceptions as well."""
        lines: list[str] = []
        error: BaseException | None = ei[1]
        seen: set[int] = set()
        while error is not None and id(error) not in seen:
            seen.add(id(error))
            frames = traceback.extract_tb(error.__traceback__)
            own = [f'  File "{one.filename}", line {one.lineno}, in {one.name}' for one in frames]
            lines = [*own, _kind(error), *lines]
            error = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
        return "\n".join(lines)


def _kind(error: BaseException) -> str:
    name = f"{type(error).__module__}.{type(error).__qualname__}"
    return f"{name} {error.code}" if isinstance(error, ConviveError) else name
