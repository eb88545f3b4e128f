"""Puts findings in the order of reading: important first, and never forty of one kind."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from convive.core.model import Finding

SAME_CODE = 0.6
SAME_AREA = 0.75
SAME_FACES = 0.85
"""What is left of the importance of the next finding of the same code, area or faces."""


def ranked(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    """Return the findings, first to read first.

    Each time the most important one is taken, after discounting what resembles those already
    taken; ties are broken by id, so that the order is the same in every run. Two findings with
    one id would be one finding: the more important stays.
    """
    left = {f.id: f for f in sorted(findings, key=lambda f: (f.importance, f.id))}
    codes: Counter[str] = Counter()
    areas: Counter[tuple[str, str]] = Counter()
    faces: Counter[tuple[str, ...]] = Counter()
    order: list[Finding] = []

    def worth(item: Finding) -> tuple[float, str]:
        discount = SAME_CODE ** codes[item.code] * SAME_FACES ** faces[_faces(item)]
        if item.level != "city":
            discount *= SAME_AREA ** areas[item.level, item.area_id]
        return (-item.importance * discount, item.id)

    while left:
        chosen = min(left.values(), key=worth)
        order.append(left.pop(chosen.id))
        codes[chosen.code] += 1
        areas[chosen.level, chosen.area_id] += 1
        faces[_faces(chosen)] += 1
    return tuple(order)


VERDICT_CODES = ("trend_", "no_clear_change", "cannot_tell", "area", "gap_", "intervention_")


def speaks_of_verdict(code: str) -> bool:
    """Tell whether the verdict of a finding may be shown as a tag beside its sentence.

    Groups, hours, repeats, observers and the data have no verdict on a change or an area: beside
    them "clearly above" would be misread.

    Examples
    --------
    >>> speaks_of_verdict("trend_fall"), speaks_of_verdict("group_difference")
    (True, False)
    """
    return code.startswith(VERDICT_CODES)


def _faces(item: Finding) -> tuple[str, ...]:
    return tuple(face.value for face in item.faces)
