"""Two people changed one text at once: one text with the words of both, or the news that it clashes."""

from __future__ import annotations

from collections.abc import Iterator
from difflib import SequenceMatcher

Lines = list[str]


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
    lines = base.split("\n") if base else []
    first, second = _split(kept), _split(sent)
    merged: Lines = []
    for start, end, of_first, of_second in _stretches(lines, first, second):
        was = lines[start:end]
        if of_second in (of_first, was):
            merged += of_first
        elif of_first == was:
            merged += of_second
        elif not was:
            merged += _both(of_first, of_second)
        elif (settled := _line_by_line(was, of_first, of_second)) is not None:
            merged += settled
        else:
            return None
    return "\n".join(merged)


def _split(text: str) -> Lines:
    return text.split("\n") if text else []


def _both(first: Lines, second: Lines) -> Lines:
    """Return added lines of both; what the second has from the first already is not doubled."""
    n = len(first)
    return second if second[:n] == first else first + second


def _line_by_line(was: Lines, first: Lines, second: Lines) -> Lines | None:
    """Return neighbouring lines of which each was changed by one of the two only."""
    if not len(was) == len(first) == len(second):
        return None
    rows = list(zip(was, first, second, strict=True))
    if any(a != b and old not in {a, b} for old, a, b in rows):
        return None
    return [b if a == old else a for old, a, b in rows]


def _stretches(base: Lines, first: Lines, second: Lines) -> Iterator[tuple[int, int, Lines, Lines]]:
    """Yield stretches of `base` (start, end) with what each of the two made of them.

    Lines that neither has changed part the stretches: a change ends where both agree with the
    base again.
    """
    in_first, in_second = _places(base, first), _places(base, second)
    i = a = b = 0
    for k in sorted(in_first.keys() & in_second.keys()):
        yield i, k, first[a : in_first[k]], second[b : in_second[k]]
        yield k, k + 1, [base[k]], [base[k]]
        i, a, b = k + 1, in_first[k] + 1, in_second[k] + 1
    yield i, len(base), first[a:], second[b:]


def _places(base: Lines, other: Lines) -> dict[int, int]:
    """Return where the unchanged lines of `base` stand in the other text."""
    matcher = SequenceMatcher(None, base, other, autojunk=False)
    return {
        block.a + k: block.b + k
        for block in matcher.get_matching_blocks()
        for k in range(block.size)
    }
