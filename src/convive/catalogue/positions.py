"""How the picture changes with what a rate is divided by, in sentences from the verdicts alone."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from convive.catalogue.texts import say
from convive.core.collation import collation_key
from convive.core.model import Verdict

Row = Mapping[str, Any]
ABOVE = Verdict.CLEARLY_ABOVE.value


def position_sentences(
    rows: Sequence[Row],
    main: str | None,
    *,
    area: Callable[[str], str],
    denominator: Callable[[str], str],
    language: str,
) -> list[str]:
    """Return one or two sentences for each denominator set against the main one.

    First which areas are clearly above the city by one and not by the other, then how many
    areas stand elsewhere. Nothing where fewer than two denominators were tested.

    Parameters
    ----------
    rows : rows of table ``positions`` of one indicator
    main : str
        Denominator that the indicator's figures lead with.
    area, denominator : callable
        Name of an area's code, and of a denominator.
    """
    found: dict[str, dict[str, str]] = {}
    for row in rows:
        # Where no area stands out at all, none is clearly above: that can be told as well.
        if row["status"] == "shown" or row["reason"] == "face_no_differences":
            found.setdefault(row["denominator_id"], {})[row["area_id"]] = row["verdict"]
    if main is None or main not in found:
        return []
    sentences: list[str] = []
    for other in sorted(set(found) - {main}):
        names = {"first": denominator(main), "second": denominator(other)}
        first, second = found[main], found[other]
        both = sorted(set(first) & set(second))
        for key, a, b in (("first", first, second), ("second", second, first)):
            only = sorted(
                (area(one) for one in both if a[one] == ABOVE != b[one]), key=collation_key
            )
            if only:
                told = {"areas": only, "n": len(only), **names}
                sentences.append(say(f"positions.above_by_{key}", language, **told))
        n = sum(first[one] != second[one] for one in both)
        sentences.append(say("positions.changed", language, n=n, base=len(both), **names))
    return sentences


__all__ = ["position_sentences"]
