"""Two people changed one text at once: one text with the words of both, or the news that it clashes."""

from __future__ import annotations

from dataclasses import dataclass
from difflib import SequenceMatcher


def merge_texts(base: str, kept: str, sent: str) -> str | None:
    r"""Return `kept` with the changes that lead from `base` to `sent`, line by line.

    Use it for running text that several people write (minutes). Where both have added lines at
    the same place, both are kept, those that were there first coming first. Where both have
    changed the same line in different ways there is no honest answer, and a person has to look.

    Parameters
    ----------
    base : str
        What both began with.
    kept : str
        What is kept now.
    sent : str
        What the second person sends.

    Returns
    -------
    str or None
        The merged text; None where both have changed the same lines.

    Examples
    --------
    >>> merge_texts("one\ntwo", "one\ntwo\nthree", "ONE\ntwo")
    'ONE\ntwo\nthree'
    >>> merge_texts("one", "uno", "eins") is None
    True
    """
    if kept in {base, sent}:
        return sent
    if sent == base:
        return kept
    lines, merged, done = _split(base), list[str](), 0
    last: _Change | None = None
    for change in _in_order(_changes(lines, _split(kept)), _changes(lines, _split(sent))):
        if last is not None and change == last:
            continue
        if last is not None and change.is_at(last):
            merged[len(merged) - len(last.lines) :] = _both(last.lines, change.lines)
            continue
        if change.start < done:
            return None
        merged += [*lines[done : change.start], *change.lines]
        done, last = change.end, change
    return "\n".join([*merged, *lines[done:]])


@dataclass(frozen=True)
class _Change:
    """Lines of the base, from `start` to before `end`, and what stands there instead."""

    start: int
    end: int
    lines: tuple[str, ...]

    def is_at(self, other: _Change) -> bool:
        """Tell whether both add lines at the same place."""
        return self.start == self.end == other.start == other.end


def _split(text: str) -> list[str]:
    return text.split("\n") if text else []


def _changes(base: list[str], other: list[str]) -> list[_Change]:
    matcher = SequenceMatcher(None, base, other, autojunk=False)
    return [
        _Change(start, end, tuple(other[first:after]))
        for kind, start, end, first, after in matcher.get_opcodes()
        if kind != "equal"
    ]


def _in_order(kept: list[_Change], sent: list[_Change]) -> list[_Change]:
    """Return the changes by their place, at one place those that were there first."""
    return sorted([*kept, *sent], key=lambda one: (one.start, one.end))


def _both(first: tuple[str, ...], second: tuple[str, ...]) -> tuple[str, ...]:
    """Return added lines of both; where one only goes on writing the other, it stands for both.

    That is what comes of an answer that got lost on the way: the same text is sent again, longer.
    """
    one, other = "\n".join(first), "\n".join(second)
    if other.startswith(one):
        return second
    return first if one.startswith(other) else first + second
