"""Two entries of one sheet: which sheets are typed twice, what differs, how well people agree."""

from __future__ import annotations

import copy
import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

Path = tuple[str | int, ...]
_BLOCK = 20
"""Sheets of which a fixed number is drawn: the share holds in every stretch, not only in the end."""
DEFAULT_SHARE = 0.1


def is_drawn(number: int, *, share: float, seed: int) -> bool:
    """Tell whether a sheet is to be typed twice; the same answer for the same seed, always.

    Of each twenty sheets in a row `share` are drawn, at least one if the share is not 0.
    """
    if share <= 0 or share >= 1:
        return share >= 1
    block = (number - 1) // _BLOCK
    members = range(block * _BLOCK + 1, (block + 1) * _BLOCK + 1)
    ranked = sorted(members, key=lambda one: hashlib.sha256(f"{seed}:{one}".encode()).digest())
    return number in ranked[: max(1, round(share * _BLOCK))]


@dataclass(frozen=True, slots=True)
class Difference:
    """One answer that two people typed differently; None: left blank."""

    path: Path
    first: Any
    second: Any


@dataclass(frozen=True, slots=True)
class Comparison:
    """Two entries side by side. Answers that both left blank are not counted."""

    same: tuple[Path, ...]
    differences: tuple[Difference, ...]

    @property
    def n(self) -> int:
        """Return how many answers were compared."""
        return len(self.same) + len(self.differences)


@dataclass
class Agreement:
    """Answers that were the same, of those compared."""

    same: int = 0
    n: int = 0

    @property
    def share(self) -> float | None:
        """Return the share that was the same; None where nothing was compared."""
        return self.same / self.n if self.n else None


@dataclass
class Agreements:
    """Agreement in all, by item and by pair of people."""

    total: Agreement = field(default_factory=Agreement)
    by_item: dict[str, Agreement] = field(default_factory=dict)
    by_pair: dict[tuple[Any, Any], Agreement] = field(default_factory=dict)

    def add(self, comparison: Comparison, pair: tuple[Any, Any]) -> None:
        """Count one sheet; who typed first does not matter to the pair."""
        ordered: tuple[Any, Any] = tuple(sorted(pair, key=str))
        outcomes = [(path, 1) for path in comparison.same]
        outcomes += [(one.path, 0) for one in comparison.differences]
        for path, is_same in outcomes:
            item = str(path[-1])
            for one in (
                self.total,
                self.by_item.setdefault(item, Agreement()),
                self.by_pair.setdefault(ordered, Agreement()),
            ):
                one.same += is_same
                one.n += 1


def compare(first: Mapping[str, Any], second: Mapping[str, Any]) -> Comparison:
    """Return what two entries of one sheet have in common and where they differ.

    Parameters
    ----------
    first, second : mapping
        Answers as in `convive.core.instruments.model`, cleaned; fields of the head may stand
        among them under names of their own.
    """
    left, right = dict(leaves(first)), dict(leaves(second))
    paths = list(dict.fromkeys([*left, *right]))
    same = tuple(path for path in paths if left.get(path) == right.get(path))
    differences = tuple(
        Difference(path, left.get(path), right.get(path))
        for path in paths
        if left.get(path) != right.get(path)
    )
    return Comparison(same, differences)


def settled(first: Mapping[str, Any], chosen: Mapping[Path, Any]) -> dict[str, Any]:
    """Return the first entry with what was chosen for each difference; None: blank."""
    result: dict[str, Any] = copy.deepcopy(dict(first))
    for path, value in chosen.items():
        _put(result, path, value)
    return _trimmed(result)


def leaves(answers: Mapping[str, Any], around: Path = ()) -> Iterable[tuple[Path, Any]]:
    """Yield every answer with where it stands."""
    for name, value in answers.items():
        if _is_rounds(value):
            for index, one in enumerate(value):
                yield from leaves(one, (*around, name, index))
        else:
            yield (*around, name), value


def _is_rounds(value: Any) -> bool:
    return isinstance(value, list) and bool(value) and all(isinstance(v, Mapping) for v in value)


def _put(answers: dict[str, Any], path: Path, value: Any) -> None:
    if len(path) == 1:
        name = str(path[0])
        if value is None:
            answers.pop(name, None)
        else:
            answers[name] = value
        return
    rounds = answers.setdefault(str(path[0]), [])
    index = int(path[1])
    rounds.extend({} for _ in range(index + 1 - len(rounds)))
    _put(rounds[index], path[2:], value)


def _trimmed(answers: dict[str, Any]) -> dict[str, Any]:
    """Drop rounds at the end in which nothing is left."""
    kept: dict[str, Any] = {}
    for name, value in answers.items():
        if not isinstance(value, list) or not all(isinstance(v, Mapping) for v in value):
            kept[name] = value
            continue
        rounds = [_trimmed(dict(one)) for one in value]
        while rounds and not rounds[-1]:
            rounds.pop()
        if rounds:
            kept[name] = rounds
    return kept
