"""What may be done with gradings: checked, and laid side by side. Nothing else.

Gradings of different schemes are never compared, and those along different dimensions of one
scheme neither: there is no sum, no mean and no overall grade. What contradicts is kept and shown.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from convive.core.shelf.grading import Grading, GradingScheme
from convive.core.shelf.scheme import Dimension, Scheme
from convive.core.strategy.practice import Practice

Schemes = Mapping[GradingScheme, Scheme]

_SCHEME_OF = {
    "emmie": GradingScheme.EMMIE,
    "maryland": GradingScheme.MARYLAND,
    "qualiprev": GradingScheme.QUALIPREV,
}
"""Keys of `Practice.grades` that name a scheme."""


@dataclass(frozen=True, slots=True)
class GradedDimension:
    """What was judged along one dimension, the newest first, those without a day last."""

    dimension: Dimension
    gradings: tuple[Grading, ...]
    is_contradicted: bool
    """Whether judges, or one judge on different grounds, came to different grades."""


@dataclass(frozen=True, slots=True)
class GradedScheme:
    """What was judged by one scheme, dimension by dimension, in the order of the scheme."""

    scheme: Scheme
    dimensions: tuple[GradedDimension, ...]


def grading_fault(grading: Grading, schemes: Schemes) -> str:
    """Return why a grading cannot stand: ``dimension``, ``grade``, ``by`` or ``about``; or empty.

    Parameters
    ----------
    grading : Grading
    schemes : mapping of GradingScheme to Scheme
        Those of the catalogue.
    """
    dimension = schemes[grading.scheme].dimension(grading.dimension)
    if dimension is None:
        return "dimension"
    is_known = dimension.grade(grading.grade) if dimension.grades else grading.grade.strip()
    if not is_known:
        return "grade"
    if not grading.by.strip():
        return "by"
    return "" if grading.about.strip() else "about"


def may_be_compared(first: Grading, second: Grading) -> bool:
    """Tell whether two grades are about the same thing: one scheme, one dimension, fixed grades.

    Free words of sources are never compared: nobody can say whether two prizes contradict.
    """
    if GradingScheme.SOURCE in {first.scheme, second.scheme}:
        return False
    return (first.scheme, first.dimension) == (second.scheme, second.dimension)


def side_by_side(gradings: Sequence[Grading], schemes: Schemes) -> tuple[GradedScheme, ...]:
    """Return gradings by scheme and dimension, each with who, when and on what.

    Parameters
    ----------
    gradings : sequence of Grading
        Of one entry; each of a dimension that its scheme has.
    schemes : mapping of GradingScheme to Scheme

    Returns
    -------
    tuple of GradedScheme
        In the order of `GradingScheme`; only schemes and dimensions that somebody used.
    """
    found = []
    for scheme in (schemes[name] for name in GradingScheme if name in schemes):
        mine = [one for one in gradings if one.scheme is scheme.id]
        rows = tuple(
            GradedDimension(dimension, _newest_first(along), _is_contradicted(along))
            for dimension in scheme.dimensions
            if (along := [one for one in mine if one.dimension == dimension.code])
        )
        if rows:
            found.append(GradedScheme(scheme, rows))
    return tuple(found)


def gradings_of(practice: Practice, schemes: Schemes) -> tuple[Grading, ...]:
    """Return how the sources of a practice judge it themselves.

    A named scheme is taken for it only where what stands there is one of its grades; anything
    else stays the source's own words, with the scheme that it names as a note.
    """
    by = "; ".join(dict.fromkeys(one.document.publisher for one in practice.sources))
    about = "; ".join(dict.fromkeys(one.document.title for one in practice.sources))
    return tuple(
        _of_source(key, words, by, about, schemes) for key, words in practice.grades.items()
    )


def _of_source(key: str, words: str, by: str, about: str, schemes: Schemes) -> Grading:
    scheme = schemes.get(_SCHEME_OF.get(key, GradingScheme.SOURCE))
    if scheme and scheme.id is not GradingScheme.SOURCE:
        only = scheme.dimension("")
        if only is not None and only.grade(words.strip()):
            return Grading(scheme.id, "", words.strip(), by, None, about)
    note = "" if key not in _SCHEME_OF else key
    return Grading(GradingScheme.SOURCE, "", words, by, None, about, note)


def _newest_first(gradings: Sequence[Grading]) -> tuple[Grading, ...]:
    return tuple(sorted(gradings, key=lambda one: (-(one.on or date.min).toordinal(), one.by)))


def _is_contradicted(gradings: Sequence[Grading]) -> bool:
    """Tell whether grades differ; who judges the same thing anew has only changed their mind."""
    latest: dict[tuple[str, str], Grading] = {}
    for one in _newest_first(gradings):
        latest.setdefault((one.by, one.about), one)
    kept = list(latest.values())
    return any(one.grade != kept[0].grade and may_be_compared(one, kept[0]) for one in kept)
