"""What an instrument is: sections, items, scales, skip rules, scores. Parsed once, immutable.

Answers of one filled-in form are a plain mapping, the same on the web, on a phone, on paper and
from a field app, and the same as JSON:

=============  ====================================================================
type           answer
=============  ====================================================================
choice         code of the choice, ``"fairly_safe"``
choices        list of codes in the order of the scale, ``["day", "night"]``
integer        whole number
decimal        number
text           text
date           ``"2026-11-21"``
time           ``"21:30"``
datetime       ``"2026-11-21T21:30:00+01:00"``
position       ``{"latitude", "longitude"}``, degrees WGS 84, and where known
               ``{"altitude", "accuracy"}`` in metres
photo          name of the attached file, ``"stop-3.jpg"``
calculated     what the calculation gives
note           none: it is only read
=============  ====================================================================

A section that repeats is a list of such mappings under the section's id. Other sections leave no
trace in the answers: ids of items are unique in the whole instrument. What was not asked or not
answered is absent, never ``None``, 0 or an empty text.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import Any

from convive.core.model.city import Text
from convive.core.model.indicator import Reference
from convive.core.model.vocabulary import Face

Answers = Mapping[str, Any]
"""One filled-in form, or one round of a section that repeats; see the module's table."""


class ItemType(StrEnum):
    """What an item takes."""

    CHOICE = "choice"
    CHOICES = "choices"
    INTEGER = "integer"
    DECIMAL = "decimal"
    TEXT = "text"
    DATE = "date"
    TIME = "time"
    DATETIME = "datetime"
    POSITION = "position"
    PHOTO = "photo"
    NOTE = "note"
    CALCULATED = "calculated"


class Missing(StrEnum):
    """Why a choice is no value: it is chosen, and it is an answer, but it measures nothing."""

    NOT_APPLICABLE = "not_applicable"
    DONT_KNOW = "dont_know"
    REFUSED = "refused"


class InstrumentKind(StrEnum):
    """What an instrument is for; decides where it is offered and how its results are kept."""

    SURVEY = "survey"
    OBSERVATION = "observation"
    CHECKLIST = "checklist"
    MATRIX = "matrix"
    SCORECARD = "scorecard"
    RECORD = "record"
    GUIDE = "guide"


class Sensitivity(StrEnum):
    """Who may ever see filled-in forms and results."""

    PUBLIC = "public"
    """Results pass the gate and may be published; forms themselves never are."""
    INTERNAL = "internal"
    """People with a role in this installation."""
    RESTRICTED = "restricted"
    """Only those named for it, every look is logged, no public export: an attack guide, or a
    person's situation."""


class Audience(StrEnum):
    """Who fills the instrument in; residents get every text in every language."""

    RESIDENTS = "residents"
    PROFESSIONALS = "professionals"


class Provenance(StrEnum):
    """How sure we are that an item is as in its source."""

    VERIFIED = "verified"
    INFERRED = "inferred"
    RECALLED = "recalled"
    RECONSTRUCTION = "reconstruction"


@dataclass(frozen=True, slots=True)
class Choice:
    """One answer that can be chosen."""

    code: str
    label: Text
    value: float | None = None
    """What it counts in scores; None where it has no rank, and always None if `missing`."""
    missing: Missing | None = None
    anchor: Text = field(default_factory=dict)
    """What one sees on the spot when this choice is right; may be empty."""


@dataclass(frozen=True, slots=True)
class Scale:
    """A list of choices that several items share."""

    id: str
    choices: tuple[Choice, ...]

    @property
    def maximum(self) -> float | None:
        """Return the highest value of a choice; None where no choice has a value."""
        values = [choice.value for choice in self.choices if choice.value is not None]
        return max(values) if values else None

    def choice(self, code: str) -> Choice | None:
        """Return the choice of a code, None where there is none."""
        return next((choice for choice in self.choices if choice.code == code), None)


@dataclass(frozen=True, slots=True)
class Item:
    """A question, a rating, a field, a computed value, or a note to read."""

    id: str
    type: ItemType
    question: Text
    hint: Text = field(default_factory=dict)
    scale: Scale | None = None
    """Of `choice` and `choices`."""
    is_required: bool = False
    relevant: str = ""
    """Asked only if this is true; an expression; empty: always."""
    constraint: str = ""
    """What an answer must keep; ``.`` is the answer."""
    constraint_message: Text = field(default_factory=dict)
    calculation: str = ""
    """Of `calculated`."""
    default: Any = None
    appearance: str = ""
    """Hint to field apps, as XLSForm spells it, e.g. ``multiline``, ``likert``."""
    face: Face | None = None
    """Recorded, experienced, felt or observed, where it is evidence of one of them."""
    feeds: str = ""
    """Item of the core list under which answers enter the audit's evidence; empty: none."""
    is_objective: bool = True
    """Whether a rating describes the place; a feeling does not, and enters no score of it."""
    provenance: Provenance = Provenance.RECONSTRUCTION
    is_personal: bool = False
    """Whether answers may tell who somebody is (free text, contact): weeded first, never out."""


@dataclass(frozen=True, slots=True)
class Section:
    """A group of items and further sections, in the order of the form."""

    id: str
    title: Text
    content: tuple[Item | Section, ...]
    introduction: Text = field(default_factory=dict)
    relevant: str = ""
    repeats: bool = False
    """Whether it is filled several times (a stop, a threat, a partner)."""
    repeat_count: str = ""
    """Expression of how many rounds; empty: as many as the person adds."""
    at_least: int = 0
    at_most: int = 100

    def items(self) -> Iterator[Item]:
        """Yield every item below, in order."""
        for part in self.content:
            yield from part.items() if isinstance(part, Section) else (part,)


@dataclass(frozen=True, slots=True)
class Band:
    """A stretch of a score with a name."""

    code: str
    label: Text
    below: float | None = None
    """Upper end, not included; None: to the end of the scale."""


@dataclass(frozen=True, slots=True)
class LabelRule:
    """A name that a filled-in form gets if an expression is true; the first true one wins."""

    code: str
    label: Text
    when: str
    """Expression over items and earlier scores; empty: otherwise."""


class ScoreMethod(StrEnum):
    """How a declared score comes about."""

    WEIGHTED_MEAN = "weighted_mean"
    """Σ wᵢ·vᵢ / Σ wᵢ over the answered items; `rescale_to` makes the scale's maximum that."""
    WEIGHTED_SUM = "weighted_sum"
    """Σ wᵢ·vᵢ; no value unless every applicable item is answered."""
    SHARE_OF_MAXIMUM = "share_of_maximum"
    """100 · Σ wᵢ·vᵢ / Σ wᵢ·maxᵢ over the answered items, in percent."""
    MATRIX = "matrix"
    """Likelihood × impact: the product of two rated items, with bands."""
    EXPRESSION = "expression"
    """What an expression over items and earlier scores gives."""
    GATE = "gate"
    """Met, not met or cannot tell: no sum makes good for a gate that is not met."""
    LABEL = "label"
    """The first rule that is true."""


@dataclass(frozen=True, slots=True)
class Score:
    """One thing that the instrument computes from answers; earlier scores can be referred to."""

    id: str
    label: Text
    method: ScoreMethod
    weights: Mapping[str, float] = field(default_factory=dict)
    """Item → weight; of a matrix: the two items. May name earlier scores of the same kind."""
    per: str = ""
    """Section that repeats, where every round has its own; empty: the form as a whole."""
    expression: str = ""
    rescale_to: float | None = None
    minimum_answered: float = 0.5
    """Share of the applicable items that must be answered, else "cannot tell"."""
    bands: tuple[Band, ...] = ()
    rules: tuple[LabelRule, ...] = ()
    provenance: Provenance = Provenance.RECONSTRUCTION


@dataclass(frozen=True, slots=True)
class Instrument:
    """One version of a checklist, audit, survey, matrix, scorecard, record or guide."""

    id: str
    version: int
    effective_from: date
    kind: InstrumentKind
    status: str
    audience: Audience
    sensitivity: Sensitivity
    title: Text
    summary: Text
    content: tuple[Section, ...]
    introduction: Text = field(default_factory=dict)
    """What a person reads before the first item, privacy in plain words included."""
    when_not: Text = field(default_factory=dict)
    """When not to use it."""
    no_score_reason: Text = field(default_factory=dict)
    """Why nothing is computed, where `scores` is empty on purpose; shown on the page."""
    inspired_by: str = ""
    """Name of the original that this was rebuilt without; empty: it is our own or verified."""
    scores: tuple[Score, ...] = ()
    languages: tuple[str, ...] = ("en",)
    """Languages in which every text is there."""
    is_at_place: bool = False
    """Whether a form belongs to a place on the map."""
    by_daypart: bool = False
    """Whether a place should be seen by day and by night."""
    minimum_n: int = 1
    """Forms needed before an average over forms is shown."""
    references: tuple[Reference, ...] = ()
    authored_by: str = ""
    checked_by: str = ""
    digest: str = ""
    """SHA-256 of definition and translations."""

    def items(self) -> Iterator[Item]:
        """Yield every item, in order."""
        for section in self.content:
            yield from section.items()

    def item(self, item_id: str) -> Item | None:
        """Return an item by its id, None where there is none."""
        return next((item for item in self.items() if item.id == item_id), None)

    def sections(self) -> Iterator[Section]:
        """Yield every section, outer before inner, in order."""
        waiting: list[Section] = list(reversed(self.content))
        while waiting:
            section = waiting.pop()
            yield section
            inner = [part for part in section.content if isinstance(part, Section)]
            waiting.extend(reversed(inner))
