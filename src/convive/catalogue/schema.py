"""Closed schemas of the definition files: what a criminologist may write, and nothing else.

Status of a definition, and what it promises:

``draft``
    Written, not checked; the audit leaves it out unless somebody opts in.
``checked``
    Passes this schema, its tests and has all its texts, and names what it was inspired by.
    Nobody outside the project has reviewed it. The audit uses it and its page says so.
``reviewed``
    Somebody other than its author, named in `checked_by`, has reviewed it against its sources on
    the day given in `reviewed_on`.
``retired``
    Kept so that old reports can be computed again; not used for new ones.
"""

from __future__ import annotations

from datetime import date
from typing import Annotated, Literal, TypeVar

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, model_validator
from pydantic_core import PydanticCustomError

from convive.catalogue.yaml_files import LANGUAGES
from convive.core.model import Face, Side

_Value = TypeVar("_Value")
_BLANKS = {"", "-", "?", "n/a", "na", "none", "tbd", "todo", "xxx"}


def _not_blank(text: str) -> str:
    if text.strip().casefold() in _BLANKS:
        raise PydanticCustomError("definition_empty", "nothing is said here")
    return text


def all_languages(text: dict[str, _Value]) -> dict[str, _Value]:
    """Return what is said by language, if it is said in each and in no other."""
    missing = [language for language in LANGUAGES if language not in text]
    if missing:
        raise PydanticCustomError(
            "definition_language_missing", "{languages}", {"languages": ", ".join(missing)}
        )
    unknown = sorted(set(text) - set(LANGUAGES))
    if unknown:
        raise PydanticCustomError(
            "definition_unknown_language", "{languages}", {"languages": ", ".join(unknown)}
        )
    return text


Words = Annotated[str, AfterValidator(_not_blank)]
Code = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]*$")]
Texts = Annotated[dict[str, Words], AfterValidator(all_languages)]
IccsCode = Annotated[str, Field(pattern=r"^\d{2}(\d{2,5})?$")]
Relation = Literal["exact", "broader", "narrower", "overlaps"]
"""What a kind or a source's word is to its ICCS codes together: it holds the same, more, less, or
partly other things."""
StatusName = Literal["draft", "checked", "reviewed", "retired"]
Theme = Literal[
    "theft", "violence", "burglary", "vandalism", "nuisance", "other", "perception", "context"
]
Unit = Literal["per_1000", "per_100k", "harm_per_1000", "percent", "score_0_5", "number"]


class Closed(BaseModel):
    """A part of a definition: unknown keys are refused."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class ReferenceFile(Closed):
    """Where a definition comes from."""

    cite: Words
    url: str = ""
    provenance: Literal["verified", "inferred", "recalled", "reconstruction"] = "verified"


class Signed(Closed):
    """What every definition file says about itself."""

    version: int = Field(ge=1)
    status: StatusName
    references: tuple[ReferenceFile, ...] = Field(min_length=1)
    authored_by: Words
    checked_by: Words
    reviewed_on: date | None = None

    @model_validator(mode="after")
    def _is_honest(self) -> Signed:
        if self.authored_by.strip().casefold() == self.checked_by.strip().casefold():
            raise PydanticCustomError("definition_author_is_checker", "author checks himself")
        if self.status == "reviewed" and self.reviewed_on is None:
            raise PydanticCustomError("definition_review_undated", "reviewed, but when?")
        return self


class IncidentsMeasure(Closed):
    """Recorded incidents of categories; an empty list means all."""

    kind: Literal["incidents"]
    categories: tuple[Code, ...] = ()


class RepeatMeasure(Closed):
    """Share of incidents at a target that had one in the year before."""

    kind: Literal["repeats"]
    categories: tuple[Code, ...] = ()


class SurveyMeasure(Closed):
    """Share of valid answers to an item."""

    kind: Literal["survey"]
    item: Code
    counts_as: tuple[Code, ...] = Field(min_length=1)
    otherwise: tuple[Code, ...] = Field(min_length=1)

    @model_validator(mode="after")
    def _sides_do_not_overlap(self) -> SurveyMeasure:
        both = sorted(set(self.counts_as) & set(self.otherwise))
        if both:
            raise PydanticCustomError(
                "definition_answer_twice", "{answers}", {"answers": ", ".join(both)}
            )
        return self


class ObservedMeasure(Closed):
    """Mean of an observation item, or ``score`` for all objective ones."""

    kind: Literal["observed"]
    item: Code
    scale_max: float = Field(default=5.0, gt=0)


class StatisticMeasure(Closed):
    """A value of a statistics table."""

    kind: Literal["statistic"]
    statistic: Code


class HarmMeasure(Closed):
    """Recorded incidents weighted by the pack's own set of harm weights."""

    kind: Literal["harm"]


MeasureFile = Annotated[
    IncidentsMeasure
    | RepeatMeasure
    | SurveyMeasure
    | ObservedMeasure
    | StatisticMeasure
    | HarmMeasure,
    Field(discriminator="kind"),
]


class IndicatorFile(Signed):
    """One indicator."""

    id: Code
    face: Face
    theme: Theme
    label: Texts
    phrase: Texts
    """The indicator as the subject of a sentence, third person singular, small first letter."""
    question: Texts
    unit: Unit
    better: Literal["lower", "higher"]
    measure: MeasureFile
    side: Side | None = None
    denominator: Code | None = None
    other_denominators: tuple[Code, ...] = ()
    """What a rate may be divided by as well, where the pack has it."""
    per: int = Field(default=1000, gt=0)
    level: float = Field(default=0.95, gt=0.5, lt=1)
    headline: bool = False
    cannot_show: tuple[Code, ...] = Field(min_length=1)
    """Codes of the limits, texts ``cannot_show.<code>``."""
    method: Code

    @model_validator(mode="after")
    def _rate_has_denominator(self) -> IndicatorFile:
        is_rate = self.unit in {"per_1000", "per_100k", "harm_per_1000"}
        if is_rate != (self.denominator is not None):
            raise PydanticCustomError("definition_denominator", "a rate, and only a rate, has one")
        every = [self.denominator, *self.other_denominators]
        if self.other_denominators and (not is_rate or len(set(every)) < len(every)):
            raise PydanticCustomError("definition_denominator", "others of a rate, each once")
        return self


def _check_iccs(codes: tuple[str, ...], relation: str | None, reason: str) -> None:
    """Refuse codes without a relation, and no codes without a reason."""
    if bool(codes) != (relation is not None):
        raise PydanticCustomError("definition_iccs", "codes and their relation come together")
    if not codes and not reason.strip():
        raise PydanticCustomError("definition_iccs", "no ICCS code and no reason why")


class CategoryFile(Closed):
    """One kind of incident."""

    id: Code
    theme: Theme
    label: Texts
    iccs: tuple[IccsCode, ...] = ()
    iccs_relation: Relation | None = None
    iccs_note: str = ""
    contains: tuple[Code, ...] = ()
    mixes: tuple[Code, ...] = ()
    remainder: bool = False

    @model_validator(mode="after")
    def _is_placed_or_says_why_not(self) -> CategoryFile:
        _check_iccs(self.iccs, self.iccs_relation, self.iccs_note)
        return self


class CategoriesFile(Signed):
    """The list of kinds of incident."""

    id: Code
    categories: tuple[CategoryFile, ...] = Field(min_length=1)


class CrosswalkEntryFile(Closed):
    """Where one word of the source goes."""

    word: Words
    category: Code | None
    part_of: Words | None = None
    iccs: tuple[IccsCode, ...] = ()
    relation: Relation | None = None
    note: str = ""

    @model_validator(mode="after")
    def _gives_reasons(self) -> CrosswalkEntryFile:
        reason = self.note or (self.part_of or "")
        _check_iccs(self.iccs, self.relation, reason)
        if self.category is None and not reason.strip():
            raise PydanticCustomError("definition_no_reason", "left out without a reason")
        return self


class CrosswalkFile(Signed):
    """From a source's words to the categories."""

    id: Code
    label: Texts
    valid_from: date | None = None
    """First day on which the source used these words, where that is known."""
    valid_to: date | None = None
    """Last day; absent while they are in use."""
    crosswalk: tuple[CrosswalkEntryFile, ...] = Field(min_length=1)


class IccsEntryFile(Closed):
    """One code of ICCS."""

    code: IccsCode
    provenance: Literal["verified", "inferred", "recalled"]
    label: Texts


class IccsFile(Signed):
    """The International Classification of Crime for Statistical Purposes."""

    id: Code
    classification_version: Words
    translations_by: Words
    codes: tuple[IccsEntryFile, ...] = Field(min_length=1)
