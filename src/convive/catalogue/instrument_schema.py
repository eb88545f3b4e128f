"""Closed schema of an instrument's files: what may stand in them, and nothing else.

The reference for people who write such a file is ``docs/reference/instrument-files.md``.
What takes more than one part to judge (names that refer to others, expressions, bands) is checked
where the files are put together, in `convive.catalogue.instrument_files`.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Annotated, Any, Literal, LiteralString

from pydantic import AfterValidator, BeforeValidator, Discriminator, Field, Tag, model_validator
from pydantic_core import PydanticCustomError

from convive.catalogue.schema import Closed, Code, Signed
from convive.core.instruments.model import (
    Audience,
    InstrumentKind,
    ItemType,
    Missing,
    Provenance,
    ScoreMethod,
    Sensitivity,
)
from convive.core.model import Face

_UNWRITTEN = {"", "?", "tbd", "todo", "xxx"}
"""Less than elsewhere in the catalogue: "None" and "-" are answers that a form may offer."""


def _is_written(text: str) -> str:
    if text.strip().casefold() in _UNWRITTEN:
        raise PydanticCustomError("definition_empty", "nothing is said here")
    return text


Words = Annotated[str, AfterValidator(_is_written)]
Name = Annotated[str, Field(pattern=r"^[A-Za-z][A-Za-z0-9_]*$")]
"""Id of an item, a section, a score, a scale: what ``${...}`` can refer to."""
ChoiceCode = Annotated[str, Field(pattern=r"^[A-Za-z0-9_-]+$")]
Version = Annotated[int, Field(ge=1, strict=True)]

ITEM_PART, SECTION_PART = "item_part", "section_part"
"""Tags of the two things that a section may hold; they appear in no file."""

_WITHOUT_SCORES = {InstrumentKind.SURVEY, InstrumentKind.GUIDE, InstrumentKind.RECORD}
_KEYS_OF_METHOD: Mapping[ScoreMethod, tuple[str, ...]] = {
    ScoreMethod.WEIGHTED_MEAN: ("of",),
    ScoreMethod.WEIGHTED_SUM: ("of",),
    ScoreMethod.SHARE_OF_MAXIMUM: ("of",),
    ScoreMethod.MATRIX: ("of",),
    ScoreMethod.EXPRESSION: ("expression",),
    ScoreMethod.GATE: ("expression",),
    ScoreMethod.LABEL: ("rules",),
}


def _refuse(code: LiteralString, what: str) -> PydanticCustomError:
    return PydanticCustomError(code, "{what}", {"what": what})


class ChoiceFile(Closed):
    """One answer that can be chosen."""

    code: ChoiceCode
    label: Words
    value: float | None = None
    missing: Missing | None = None

    @model_validator(mode="after")
    def _missing_measures_nothing(self) -> ChoiceFile:
        if self.missing is not None and self.value is not None:
            raise _refuse("instrument_missing_value", f"{self.code}: {self.missing.value}")
        return self


class RepeatsFile(Closed):
    """How often a section is filled."""

    at_least: int = Field(default=0, ge=0)
    at_most: int = Field(default=100, ge=1)
    count: str = ""

    @model_validator(mode="after")
    def _is_possible(self) -> RepeatsFile:
        if self.at_least > self.at_most:
            raise _refuse("instrument_repeats", f"{self.at_least} > {self.at_most}")
        return self


class ItemFile(Closed):
    """A question, a rating, a field, a computed value, or a note to read."""

    item: Name
    type: ItemType
    question: Words
    hint: Words | None = None
    scale: Name | None = None
    choices: tuple[ChoiceFile, ...] = ()
    anchors: dict[ChoiceCode, Words] = Field(default_factory=dict)
    required: bool = False
    relevant: str = ""
    constraint: str = ""
    constraint_message: Words | None = None
    calculation: str = ""
    default: Any = None
    appearance: str = ""
    face: Face | None = None
    feeds: Code | None = None
    asked_of: Literal["all", "victims"] = "all"
    """Of a core item: whom the audit takes as the base of its shares."""
    objective: bool = True
    personal: bool = False
    provenance: Provenance = Provenance.RECONSTRUCTION

    @model_validator(mode="after")
    def _has_choices_if_it_offers_some(self) -> ItemFile:
        offers = self.type in {ItemType.CHOICE, ItemType.CHOICES}
        given = (self.scale is not None) + bool(self.choices)
        if given != offers:
            raise _refuse("instrument_choices", self.item)
        if self.choices and len(self.choices) < 2:
            raise _refuse("instrument_choices", self.item)
        return self

    @model_validator(mode="after")
    def _is_calculated_if_it_says_how(self) -> ItemFile:
        if bool(self.calculation) != (self.type is ItemType.CALCULATED):
            raise _refuse("instrument_calculation", self.item)
        return self


def _part_of(raw: Any) -> str | None:
    """Return which of the two things a part of a section is meant to be."""
    if isinstance(raw, ItemFile | SectionFile):
        return ITEM_PART if isinstance(raw, ItemFile) else SECTION_PART
    if isinstance(raw, Mapping):
        return ITEM_PART if "item" in raw else SECTION_PART if "section" in raw else None
    return None


class SectionFile(Closed):
    """A group of items and further sections."""

    section: Name
    title: Words
    introduction: Words | None = None
    relevant: str = ""
    repeats: RepeatsFile | None = None
    content: tuple[PartFile, ...] = Field(min_length=1)


PartFile = Annotated[
    Annotated[ItemFile, Tag(ITEM_PART)] | Annotated[SectionFile, Tag(SECTION_PART)],
    Discriminator(
        _part_of,
        custom_error_type="instrument_part",
        custom_error_message="neither item nor section",
    ),
]


class BandFile(Closed):
    """A stretch of a score with a name."""

    code: ChoiceCode
    label: Words
    below: float | None = None


class RuleFile(Closed):
    """A name that a filled-in form gets if an expression is true."""

    code: ChoiceCode
    label: Words
    when: str = ""


def _as_weights(raw: Any) -> Any:
    """Take a list of names for weights of 1."""
    is_plain = isinstance(raw, list | tuple) and all(isinstance(name, str) for name in raw)
    return dict.fromkeys(raw, 1.0) if is_plain else raw


Weights = Annotated[dict[Name, float], BeforeValidator(_as_weights)]


class ScoreFile(Closed):
    """One thing that the instrument computes."""

    score: Name
    label: Words
    method: ScoreMethod
    of: Weights = Field(default_factory=dict)
    per: Name | None = None
    expression: str = ""
    to: float | None = Field(default=None, gt=0)
    minimum_answered: float = Field(default=0.5, ge=0, le=1)
    bands: tuple[BandFile, ...] = ()
    rules: tuple[RuleFile, ...] = ()
    provenance: Provenance = Provenance.RECONSTRUCTION

    @model_validator(mode="after")
    def _has_what_its_method_takes(self) -> ScoreFile:
        wanted = _KEYS_OF_METHOD[self.method]
        given = tuple(key for key in ("of", "expression", "rules") if getattr(self, key))
        if given != wanted:
            raise _refuse("instrument_score_keys", f"{self.method.value}: {', '.join(wanted)}")
        return self


class InstrumentFile(Signed):
    """One version of an instrument, its texts in English."""

    id: Code
    version: Version
    effective_from: date
    kind: InstrumentKind
    audience: Audience
    sensitivity: Sensitivity
    inspired_by: Words | None = None
    core: bool = False
    """Whether its items that feed themselves are the audit's core list."""
    title: Words
    summary: Words
    introduction: Words | None = None
    when_not: Words | None = None
    place: bool = False
    by_daypart: bool = False
    minimum_n: int = Field(default=1, ge=1)
    scales: dict[Name, Annotated[tuple[ChoiceFile, ...], Field(min_length=2)]] = Field(
        default_factory=dict
    )
    content: tuple[SectionFile, ...] = Field(min_length=1)
    scores: tuple[ScoreFile, ...] = ()
    no_score: Words | None = None

    @model_validator(mode="after")
    def _scores_or_says_why_not(self) -> InstrumentFile:
        said = bool(self.scores) + (self.no_score is not None)
        if said == 2 or (said == 0 and self.kind not in _WITHOUT_SCORES):
            raise _refuse("instrument_no_score", self.kind.value)
        return self

    @model_validator(mode="after")
    def _owns_up_to_rebuilding(self) -> InstrumentFile:
        rebuilt = any(one.provenance == "reconstruction" for one in self.references)
        if rebuilt and self.inspired_by is None:
            raise _refuse("instrument_inspired_by", self.id)
        return self


class ExpectedProblem(Closed):
    """A problem that filling must find."""

    item: Name
    code: Literal[
        "ANSWER_REQUIRED",
        "ANSWER_TYPE",
        "ANSWER_CHOICE",
        "ANSWER_CONSTRAINT",
        "ANSWER_NOT_ASKED",
        "ANSWER_UNKNOWN",
        "ANSWER_ROUNDS",
    ]


class ExpectedScore(Closed):
    """What a score must come to: only what is given is compared."""

    value: float | None = None
    band: ChoiceCode | None = None
    met: bool | None = None
    label: ChoiceCode | None = None
    cannot_tell: bool = False

    @model_validator(mode="after")
    def _expects_something(self) -> ExpectedScore:
        if not self.model_fields_set:
            raise _refuse("definition_empty", "-")
        return self


def _as_rounds(raw: Any) -> Any:
    """Take one expectation for a list of one: most scores are of the form as a whole."""
    return [raw] if isinstance(raw, Mapping) else raw


Expected = Annotated[tuple[ExpectedScore, ...], BeforeValidator(_as_rounds)]


class CaseFile(Closed):
    """One filled-in form and what must come of it."""

    case: Words
    answers: dict[str, Any]
    skipped: tuple[Name, ...] = ()
    problems: tuple[ExpectedProblem, ...] = ()
    scores: dict[Name, Expected] = Field(default_factory=dict)


class CasesFile(Closed):
    """The worked cases of an instrument."""

    cases: tuple[CaseFile, ...] = Field(min_length=1)


SectionFile.model_rebuild()
