"""The whole exception tree of Convive, its codes and its exit codes.

An exception carries a stable code and data, never a sentence: the sentence is looked up per
language in the catalogue by whoever speaks to a person (``cli``, ``web``, ``reports``).

::

    ConviveError                 code, data; exit 1
    ├── UserError                shown without traceback; exit 10
    │   ├── PackError            a city pack: list of problems; exit 11
    │   ├── DatasetError         an evidence file: list of problems; exit 12
    │   ├── DefinitionError      a catalogue file: list of problems; exit 13
    │   ├── RequestError         arguments of the library, CLI or API; exit 14
    │   ├── NotFoundError        also what an outsider gets; exit 15
    │   └── ConflictError        somebody changed it first; exit 16
    ├── MethodError              the method does not apply to these data; exit 20
    ├── DisclosureError          an attempt to publish what must not be; exit 21
    ├── SourceError              a source failed; exit 22
    └── StorageError             the disk or the store failed, nothing was changed; exit 23
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from convive.core.model.problem import Problem


class ConviveError(Exception):
    """Base of every error that Convive raises on purpose.

    Parameters
    ----------
    code : str
        Stable code, ``AREA_REASON``; key of the sentence in every language.
    **data
        Values for the sentence. Never personal data.
    """

    exit_code = 1

    def __init__(self, code: str, **data: Any) -> None:
        super().__init__(code)
        self.code = code
        self.data: Mapping[str, Any] = MappingProxyType(dict(data))

    def __str__(self) -> str:
        """Return code and data, for logs and tracebacks (people get the sentence)."""
        if not self.data:
            return self.code
        return f"{self.code} {dict(self.data)!r}"


class UserError(ConviveError):
    """Something that the user can put right; never shown with a traceback."""

    exit_code = 10


class ProblemsError(UserError):
    """A user error that collects every problem found, each with its place."""

    def __init__(self, code: str, problems: Iterable[Problem], **data: Any) -> None:
        super().__init__(code, **data)
        self.problems: tuple[Problem, ...] = tuple(problems)


class PackError(ProblemsError):
    """A city pack that cannot be used as it is."""

    exit_code = 11


class DatasetError(ProblemsError):
    """An evidence file that cannot be used as it is."""

    exit_code = 12


class DefinitionError(ProblemsError):
    """A catalogue file that breaks the closed schema."""

    exit_code = 13


class RequestError(UserError):
    """An argument of the library, the CLI or the API that makes no sense."""

    exit_code = 14


class NotFoundError(UserError):
    """The thing does not exist, or not for this person."""

    exit_code = 15


class ConflictError(UserError):
    """Somebody else changed it first, or it is already there."""

    exit_code = 16


class MethodError(ConviveError):
    """A statistical method that does not apply to the data it was given."""

    exit_code = 20


class DisclosureError(ConviveError):
    """An attempt to let out a figure that has not passed the gate."""

    exit_code = 21


class SourceError(ConviveError):
    """A source that is unavailable or has changed its shape."""

    exit_code = 22


class StorageError(ConviveError):
    """The store could not finish; what was there before is untouched."""

    exit_code = 23
