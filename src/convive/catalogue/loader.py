"""Reads definition files into core types once; every problem of every file is reported together."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from hashlib import sha256
from pathlib import Path
from typing import Any, TypeVar, get_args

from pydantic import ValidationError

from convive.catalogue.model import Category, Crosswalk, CrosswalkEntry, Item
from convive.catalogue.schema import (
    CategoryFile,
    Closed,
    CrosswalkFile,
    HarmMeasure,
    IncidentsMeasure,
    IndicatorFile,
    ObservedMeasure,
    RepeatMeasure,
    StatisticMeasure,
    SurveyMeasure,
)
from convive.catalogue.yaml_files import (
    LANGUAGES,
    line_of,
    parse_kept,
    parse_yaml,
    read_definition,
)
from convive.core.errors import DefinitionError
from convive.core.model import (
    HarmSum,
    IncidentCount,
    Indicator,
    Measure,
    ObservedScore,
    Place,
    Problem,
    Reference,
    RepeatShare,
    StatisticValue,
    SurveyShare,
    Text,
)

_Schema = TypeVar("_Schema", bound=Closed)

_CODES = {
    "extra_forbidden": "DEFINITION_UNKNOWN_KEY",
    "missing": "DEFINITION_MISSING_KEY",
    "definition_empty": "DEFINITION_EMPTY",
    "definition_language_missing": "DEFINITION_LANGUAGE_MISSING",
    "definition_author_is_checker": "DEFINITION_AUTHOR_IS_CHECKER",
    "definition_review_undated": "DEFINITION_REVIEW_UNDATED",
    "definition_answer_twice": "DEFINITION_ANSWER_TWICE",
    "definition_denominator": "DEFINITION_DENOMINATOR",
}


def parse_definition(
    content: str, schema: type[_Schema], file: str, *, path: Path | None = None
) -> _Schema:
    """Return the checked content of a definition file.

    Parameters
    ----------
    content : str
        The text of the file.
    schema : type
        One of the file schemas of `convive.catalogue.schema`.
    file : str
        Name for the messages.
    path : Path, optional
        Where the file is: one of the package's own is parsed once for all processes.

    Raises
    ------
    DefinitionError
        DEFINITION_INVALID with all problems, each with file and row.
    """
    document = parse_yaml(content, file) if path is None else parse_kept(content, path)
    try:
        return schema.model_validate(document)
    except ValidationError as error:
        with_lines = parse_yaml(content, file, with_lines=True)
        problems = [
            _problem(entry, with_lines, file, schema)
            for entry in error.errors()
            # A list counts as too short for pydantic when its entries are wrong: they are told.
            if entry["type"] != "too_short" or not entry["input"]
        ]
        raise DefinitionError("DEFINITION_INVALID", problems, file=file) from error


def _problem(entry: Mapping[str, Any], document: Any, file: str, schema: type[Closed]) -> Problem:
    """Return one problem of pydantic as ours."""
    keys = tuple(key for key in entry["loc"] if _is_in_file(key))
    code = _CODES.get(entry["type"], "DEFINITION_WRONG_VALUE")
    data: dict[str, Any] = {"key": ".".join(str(key) for key in keys) or "-"}
    if code == "DEFINITION_UNKNOWN_KEY":
        data["allowed"] = ", ".join(sorted(_schema_at(keys, schema).model_fields))
    else:
        data["problem"] = entry["msg"]
    return Problem(code, Place(file, row=line_of(document, keys)), data=data)


def _schema_at(keys: tuple[str | int, ...], schema: type[Closed]) -> type[Closed]:
    """Return what may stand in the part that holds the last key, as far as there is one choice."""
    for key in keys[:-1]:
        field = schema.model_fields.get(str(key))
        parts = tuple(_parts_of(field.annotation)) if field else ()
        schema = parts[0] if len(parts) == 1 else schema
    return schema


def _parts_of(annotation: Any) -> Iterator[type[Closed]]:
    """Yield the schemas that a type names, inside lists and choices too."""
    if isinstance(annotation, type) and issubclass(annotation, Closed):
        yield annotation
    for one in get_args(annotation):
        yield from _parts_of(one)


def _is_in_file(key: str | int) -> bool:
    """Leave out the names that pydantic adds for the kind of a measure."""
    return key not in {
        "incidents",
        "repeats",
        "survey",
        "observed",
        "statistic",
        "harm",
    } or isinstance(key, int)


def digest_of(content: str) -> str:
    """Return the SHA-256 of a definition file, for the run record."""
    return sha256(content.encode("utf-8")).hexdigest()


def _measure(raw: Any) -> Measure:
    """Return the measure as the core knows it."""
    if isinstance(raw, IncidentsMeasure):
        return IncidentCount(raw.categories)
    if isinstance(raw, RepeatMeasure):
        return RepeatShare(raw.categories)
    if isinstance(raw, SurveyMeasure):
        return SurveyShare(raw.item, raw.counts_as, raw.otherwise)
    if isinstance(raw, ObservedMeasure):
        return ObservedScore(raw.item, raw.scale_max)
    if isinstance(raw, StatisticMeasure):
        return StatisticValue(raw.statistic)
    if isinstance(raw, HarmMeasure):
        return HarmSum()
    raise RuntimeError("a measure of the schema has no counterpart in the core")


def _joined(codes: Sequence[str], limits: Mapping[str, Text]) -> dict[str, str]:
    """Return the limits of an indicator as one text per language."""
    return {lang: " ".join(limits[code][lang] for code in codes) for lang in LANGUAGES}


def build_indicator(raw: IndicatorFile, digest: str, limits: Mapping[str, Text]) -> Indicator:
    """Return the core type of a checked indicator file."""
    return Indicator(
        id=raw.id,
        version=raw.version,
        status=raw.status,
        face=raw.face,
        theme=raw.theme,
        label=raw.label,
        question=raw.question,
        unit=raw.unit,
        is_lower_better=raw.better == "lower",
        measure=_measure(raw.measure),
        side=raw.side,
        denominator=raw.denominator,
        other_denominators=raw.other_denominators,
        per=raw.per,
        level=raw.level,
        is_headline=raw.headline,
        cannot_show=_joined(raw.cannot_show, limits),
        method=raw.method,
        references=tuple(Reference(r.cite, r.url, r.provenance) for r in raw.references),
        authored_by=raw.authored_by,
        checked_by=raw.checked_by,
        reviewed_on=raw.reviewed_on.isoformat() if raw.reviewed_on else "",
        digest=digest,
    )


def build_category(raw: CategoryFile) -> Category:
    """Return a category."""
    return Category(
        raw.id,
        raw.theme,
        raw.label,
        raw.iccs,
        raw.iccs_relation,
        raw.iccs_note,
        raw.contains,
        raw.mixes,
        raw.remainder,
    )


def build_crosswalk(raw: CrosswalkFile) -> Crosswalk:
    """Return a crosswalk."""
    entries = tuple(
        CrosswalkEntry(e.word, e.category, e.part_of, e.iccs, e.relation, e.note)
        for e in raw.crosswalk
    )
    return Crosswalk(
        raw.id,
        raw.label,
        entries,
        raw.references[0].cite,
        raw.version,
        raw.valid_from,
        raw.valid_to,
    )


def load_all(paths: Sequence[Path], schema: type[_Schema]) -> list[tuple[_Schema, str]]:
    """Return (definition, digest) of every file; all problems of all files together.

    Raises
    ------
    DefinitionError
        DEFINITION_INVALID; DEFINITION_DUPLICATE_ID among its problems for an id given twice.
    """
    found: list[tuple[_Schema, str]] = []
    problems: list[Problem] = []
    seen: set[str] = set()
    for path in paths:
        try:
            content = read_definition(path)
            definition = parse_definition(content, schema, path.name, path=path)
        except DefinitionError as error:
            problems.extend(error.problems)
            continue
        identifier = str(getattr(definition, "id", ""))
        if isinstance(definition, CrosswalkFile):  # several versions of one may stand side by side
            identifier = f"{identifier}@{definition.version}"
        if identifier in seen:
            place = Place(path.name, row=1)
            problems.append(Problem("DEFINITION_DUPLICATE_ID", place, data={"key": identifier}))
        seen.add(identifier)
        found.append((definition, digest_of(content)))
    if problems:
        raise DefinitionError("DEFINITION_INVALID", problems)
    return found


def unknown_references(
    definitions: Sequence[IndicatorFile],
    *,
    categories: Mapping[str, Category],
    items: Mapping[str, Item],
    limits: Mapping[str, Text],
) -> list[Problem]:
    """Return a problem for every name in an indicator that the catalogue does not have."""
    problems: list[Problem] = []
    for raw in definitions:
        wanted = [(code, code in limits) for code in raw.cannot_show]
        measure = raw.measure
        if isinstance(measure, IncidentsMeasure | RepeatMeasure):
            wanted += [(code, code in categories) for code in measure.categories]
        if isinstance(measure, SurveyMeasure):
            wanted += [(measure.item, measure.item in items)]
            known = items[measure.item].answer_codes if measure.item in items else None
            answers = measure.counts_as + measure.otherwise
            wanted += [(a, known is None or a in known) for a in answers]
        if isinstance(measure, ObservedMeasure) and measure.item != "score":
            wanted += [(measure.item, measure.item in items)]
        problems += [
            Problem(
                "DEFINITION_UNKNOWN_REFERENCE",
                Place(f"{raw.id}.yaml"),
                data={"key": raw.id, "problem": name},
            )
            for name, is_known in wanted
            if not is_known
        ]
    return problems
