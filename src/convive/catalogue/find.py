"""Looks up definitions: indicators, categories, crosswalks, items, themes. Loaded once, offline."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import lru_cache
from pathlib import Path

from convive.catalogue.cards import card as card  # noqa: PLC0414 — looked up here too
from convive.catalogue.cards import cards as cards  # noqa: PLC0414 — looked up here too
from convive.catalogue.core_items import (
    INSTRUMENTS,
    core_items,
    instrument_folders,
    kept_instrument,
)
from convive.catalogue.frameworks import framework_folders, load_frameworks
from convive.catalogue.grading_schemes import (
    grading_schemes as grading_schemes,  # noqa: PLC0414 — looked up here too
)
from convive.catalogue.instrument_files import (
    InstrumentFolder,
    WorkedCase,
    kept_texts,
    versions_in,
)
from convive.catalogue.loader import (
    build_category,
    build_crosswalk,
    build_indicator,
    load_all,
    unknown_references,
)
from convive.catalogue.model import Category, Crosswalk, IccsCode, Item
from convive.catalogue.practices import practice as practice  # noqa: PLC0414 — looked up here too
from convive.catalogue.practices import practices as practices  # noqa: PLC0414 — looked up here too
from convive.catalogue.schema import (
    CategoriesFile,
    CrosswalkFile,
    IccsFile,
    IndicatorFile,
)
from convive.catalogue.shelf_needs import shelf_needs as shelf_needs  # noqa: PLC0414 — here too
from convive.catalogue.thesaurus import concepts as concepts  # noqa: PLC0414 — looked up here too
from convive.catalogue.yaml_files import CATALOGUE, LANGUAGES, load_yaml, yaml_paths
from convive.core.errors import DefinitionError, NotFoundError
from convive.core.instruments.model import Instrument
from convive.core.model import Indicator, Problem, Text
from convive.core.strategy.framework import Framework

USED_STATUSES = ("checked", "reviewed")
"""Statuses that the audit runs without being asked; see `convive.catalogue.schema`."""

THEMES = ("theft", "violence", "burglary", "vandalism", "nuisance", "perception")
"""Themes of the safety index, in the order of pages."""

TOTAL = "all_recorded"
"""Category of a source's own total over everything."""


@lru_cache(maxsize=1)
def _limits() -> Mapping[str, Text]:
    """Return the limits ``cannot_show.<code>`` in all languages."""
    prefix = "cannot_show."
    # This one file of each language: reading all texts of all languages takes many times longer.
    known = {lang: load_yaml(CATALOGUE / "texts" / lang / "limits.yaml") for lang in LANGUAGES}
    return {
        key.removeprefix(prefix): {lang: str(known[lang].get(key, "")) for lang in LANGUAGES}
        for key in known["en"]
        if key.startswith(prefix)
    }


@lru_cache(maxsize=1)
def _categories() -> Mapping[str, Category]:
    path = CATALOGUE / "classifications" / "categories.yaml"
    ((raw, _),) = load_all([path], CategoriesFile)
    return {category.id: build_category(category) for category in raw.categories}


@lru_cache(maxsize=1)
def _crosswalks() -> Mapping[str, Crosswalk]:
    """Return every crosswalk by id@version, and the newest of each by its id alone."""
    paths = yaml_paths(CATALOGUE / "classifications" / "crosswalks")
    found = [build_crosswalk(raw) for raw, _ in load_all(paths, CrosswalkFile)]
    known: dict[str, Crosswalk] = {}
    for one in sorted(found, key=lambda one: (one.id, one.version)):
        known[one.pin] = known[one.id] = one
    return known


@lru_cache(maxsize=1)
def _iccs() -> Mapping[str, IccsCode]:
    ((raw, _),) = load_all([CATALOGUE / "classifications" / "iccs.yaml"], IccsFile)
    return {one.code: IccsCode(one.code, one.label, one.provenance) for one in raw.codes}


@lru_cache(maxsize=1)
def _items() -> Mapping[str, Item]:
    return {item.id: item for item in core_items()}


def load_indicators(folder: Path) -> tuple[Indicator, ...]:
    """Return every indicator of a folder, sorted by id.

    Raises
    ------
    DefinitionError
        DEFINITION_INVALID with every problem of every file.
    """
    found = load_all(yaml_paths(folder), IndicatorFile)
    problems = unknown_references(
        [raw for raw, _ in found], categories=_categories(), items=_items(), limits=_limits()
    )
    if problems:
        raise DefinitionError("DEFINITION_INVALID", problems)
    built = (build_indicator(raw, digest, _limits()) for raw, digest in found)
    return tuple(sorted(built, key=lambda indicator: indicator.id))


@lru_cache(maxsize=1)
def all_indicators() -> tuple[Indicator, ...]:
    """Return every indicator whatever its status, sorted by id."""
    return load_indicators(CATALOGUE / "indicators")


def indicators(*, with_drafts: bool = False) -> tuple[Indicator, ...]:
    """Return the indicators that the audit runs, sorted by id.

    Drafts only on request; every output must then say so.
    """
    statuses = (*USED_STATUSES, "draft") if with_drafts else USED_STATUSES
    return tuple(found for found in all_indicators() if found.status in statuses)


def indicator(identifier: str) -> Indicator:
    """Return an indicator.

    Raises
    ------
    NotFoundError
        INDICATOR_NOT_FOUND.
    """
    for found in all_indicators():
        if found.id == identifier:
            return found
    raise NotFoundError("INDICATOR_NOT_FOUND", id=identifier)


def categories() -> tuple[Category, ...]:
    """Return every category in the order of the list, totals last."""
    return tuple(_categories().values())


def category(identifier: str) -> Category:
    """Return a category.

    Raises
    ------
    NotFoundError
        CATEGORY_NOT_FOUND.
    """
    if identifier not in _categories():
        raise NotFoundError("CATEGORY_NOT_FOUND", id=identifier)
    return _categories()[identifier]


def crosswalks(*, every_version: bool = False) -> tuple[str, ...]:
    """Return the ids of the crosswalks, or id@version of each version of each."""
    return tuple(key for key in _crosswalks() if ("@" in key) is every_version)


def crosswalk(identifier: str) -> Crosswalk:
    """Return a crosswalk from a source's words to categories.

    Parameters
    ----------
    identifier : str
        Id for its newest version, or id@version for one version for good.

    Raises
    ------
    NotFoundError
        CROSSWALK_NOT_FOUND.
    """
    if identifier not in _crosswalks():
        raise NotFoundError("CROSSWALK_NOT_FOUND", id=identifier, known=", ".join(crosswalks()))
    return _crosswalks()[identifier]


def iccs(code: str) -> IccsCode:
    """Return a code of ICCS 1.0.

    Raises
    ------
    NotFoundError
        ICCS_NOT_FOUND; of levels 3 and 4 the catalogue has only what it uses.
    """
    if code not in _iccs():
        raise NotFoundError("ICCS_NOT_FOUND", id=code)
    return _iccs()[code]


def iccs_codes() -> tuple[IccsCode, ...]:
    """Return every ICCS code of the catalogue in the order of the classification."""
    return tuple(_iccs().values())


def items(kind: str | None = None) -> tuple[Item, ...]:
    """Return the items of the core list: ``survey``, ``observation`` or both."""
    return tuple(item for item in _items().values() if kind in (None, item.kind))


def item(identifier: str) -> Item:
    """Return an item.

    Raises
    ------
    NotFoundError
        ITEM_NOT_FOUND.
    """
    if identifier not in _items():
        raise NotFoundError("ITEM_NOT_FOUND", id=identifier)
    return _items()[identifier]


@lru_cache(maxsize=1)
def instruments() -> tuple[Instrument, ...]:
    """Return the current version of every instrument whatever its status, sorted by id.

    Raises
    ------
    DefinitionError
        DEFINITION_INVALID with every problem of every instrument.
    """
    problems: list[Problem] = []
    found: list[Instrument] = []
    for folder in instrument_folders():
        try:
            found.append(kept_instrument(folder, None).instrument)
        except DefinitionError as error:
            problems.extend(error.problems)
    if problems:
        raise DefinitionError("DEFINITION_INVALID", problems)
    return tuple(found)


def instrument(identifier: str, version: int | None = None) -> Instrument:
    """Return an instrument.

    Parameters
    ----------
    identifier : str
        Its id.
    version : int, optional
        The version a form was filled in with; without it the current one.

    Raises
    ------
    NotFoundError
        INSTRUMENT_NOT_FOUND, for a version that the catalogue does not keep too.
    DefinitionError
        DEFINITION_INVALID.
    """
    return _found_instrument(identifier, version).instrument


def instrument_versions(identifier: str) -> tuple[int, ...]:
    """Return the versions of an instrument that the catalogue keeps, ascending.

    Raises
    ------
    NotFoundError
        INSTRUMENT_NOT_FOUND.
    """
    return (*versions_in(INSTRUMENTS / identifier), instrument(identifier).version)


def instrument_texts(identifier: str) -> dict[str, str]:
    """Return the current definition and translations of an instrument as file name → text.

    Raises
    ------
    NotFoundError
        INSTRUMENT_NOT_FOUND.
    """
    instrument(identifier)
    return kept_texts(INSTRUMENTS / identifier)


def worked_cases(identifier: str, version: int | None = None) -> tuple[WorkedCase, ...]:
    """Return the worked cases of an instrument.

    Raises
    ------
    NotFoundError
        INSTRUMENT_NOT_FOUND.
    """
    return _found_instrument(identifier, version).cases


def _found_instrument(identifier: str, version: int | None) -> InstrumentFolder:
    folder = next((one for one in instrument_folders() if one.name == identifier), None)
    if folder is None:
        raise NotFoundError("INSTRUMENT_NOT_FOUND", id=identifier)
    current = kept_instrument(folder, None)
    if version in (None, current.instrument.version):
        return current
    if version not in versions_in(folder):
        raise NotFoundError("INSTRUMENT_NOT_FOUND", id=f"{identifier}@{version}")
    return kept_instrument(folder, version)


@lru_cache(maxsize=1)
def frameworks() -> tuple[Framework, ...]:
    """Return every framework whatever its status, sorted by id.

    Raises
    ------
    DefinitionError
        DEFINITION_INVALID with every problem of every framework.
    """
    return load_frameworks(framework_folders())


def framework(identifier: str) -> Framework:
    """Return a framework.

    Raises
    ------
    NotFoundError
        FRAMEWORK_NOT_FOUND.
    DefinitionError
        DEFINITION_INVALID.
    """
    for found in frameworks():
        if found.id == identifier:
            return found
    raise NotFoundError("FRAMEWORK_NOT_FOUND", id=identifier)


def themes() -> tuple[str, ...]:
    """Return the themes of the safety index in their order."""
    return THEMES


def covered(found: Iterable[str]) -> frozenset[str]:
    """Return the categories that these stand for: themselves and what they hold in one figure.

    Examples
    --------
    >>> sorted(covered(["vehicle_crime"]))
    ['theft_from_vehicle', 'vehicle_crime', 'vehicle_theft']
    """
    ids = frozenset(found)
    known = _categories()
    return ids.union(*(known[c].mixes for c in ids if c in known))


def countable(wanted: Iterable[str], available: Iterable[str]) -> tuple[str, ...]:
    """Return which categories of a source to add up for a measure, nothing counted twice.

    Sources mix totals with their parts. Everything (`wanted` empty) is the source's own grand
    total where it has one, else the sum of all kinds that are not totals. A measure whose
    remainder ("other theft") the source only has inside a total cannot be separated: nothing is
    returned, and the indicator is unavailable rather than too low.

    Parameters
    ----------
    wanted : iterable of str
        Categories of the measure; empty means all.
    available : iterable of str
        Categories that the source knows (mapped words, whether or not any incident has them).

    Examples
    --------
    >>> countable((), ["burglary", "all_recorded", "robbery"])
    ('all_recorded',)
    >>> countable(["theft", "bicycle_theft"], ["bicycle_theft", "all_theft"])
    ()
    """
    present = set(available)
    parts = sorted(c for c in present if c not in _categories() or not _categories()[c].is_total)
    asked = tuple(wanted)
    if not asked:
        return (TOTAL,) if TOTAL in present else tuple(parts)
    hidden = {
        part
        for total in present - set(parts) - {TOTAL}
        for part in _categories()[total].contains
        if part not in present and _categories()[part].is_remainder
    }
    if hidden & set(asked):
        return ()
    return tuple(c for c in asked if c in present)
