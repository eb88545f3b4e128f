"""Checks of city.toml that need more than its schema."""

from __future__ import annotations

from collections import Counter
from difflib import get_close_matches
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import pyproj

from convive.catalogue import find
from convive.connectors.city_pack.area_index import AreaIndex
from convive.connectors.city_pack.city_schema import RESERVED_LEVELS, CityFile
from convive.connectors.city_pack.problem_log import ProblemLog

CITY_FILE = "city.toml"


def check_city(raw: CityFile, log: ProblemLog) -> pyproj.CRS | None:
    """Return the city's projection, or None after noting why it cannot be used."""
    if not _is_time_zone(raw.city.time_zone):
        data = {"key": "city.time_zone", "value": raw.city.time_zone, "allowed": "Europe/Madrid …"}
        log.fail("VALUE_INVALID", CITY_FILE, **data)
    _check_levels(raw, log)
    _check_ids(raw, log)
    _check_indicators(raw, log)
    try:
        crs = pyproj.CRS.from_user_input(raw.city.crs)
    except pyproj.exceptions.CRSError:
        log.fail("CRS_UNKNOWN", CITY_FILE, crs=raw.city.crs)
        return None
    units = {axis.unit_name for axis in crs.axis_info}
    if not crs.is_projected or units != {"metre"}:
        log.fail("CRS_NOT_METRES", CITY_FILE, crs=raw.city.crs)
        return None
    return crs


def _is_time_zone(name: str) -> bool:
    """Tell whether there is a time zone; listing all would open six hundred files."""
    if name.startswith(("posix", "right", ".", "/")):
        return False
    try:
        return ZoneInfo(name).key == name
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return False


def _check_levels(raw: CityFile, log: ProblemLog) -> None:
    for level in raw.levels:
        if level.id in RESERVED_LEVELS:
            log.fail("VALUE_INVALID", CITY_FILE, key="levels.id", value=level.id, allowed="")
    n_analysis = sum(level.analysis for level in raw.levels)
    if n_analysis != 1:
        log.fail("ANALYSIS_LEVEL", CITY_FILE, n=n_analysis)


def _check_ids(raw: CityFile, log: ProblemLog) -> None:
    """Note ids that come twice, and references to what is not there."""
    lists = {
        "levels": [level.id for level in raw.levels],
        "denominators": [denominator.id for denominator in raw.denominators],
        "interventions": [intervention.id for intervention in raw.interventions],
    }
    for key, ids in lists.items():
        for repeated in [found for found, n in Counter(ids).items() if n > 1]:
            log.fail("DUPLICATE_SOURCE", CITY_FILE, source=repeated, other=key)
    known = {category.id for category in find.categories()}
    used = [(category, "breaks") for b in raw.breaks for category in b.categories]
    used += [(c, "interventions") for i in raw.interventions for c in i.categories]
    for category, _ in sorted({pair for pair in used if pair[0] not in known}):
        shown = ", ".join(sorted(known))
        log.fail("VALUE_INVALID", CITY_FILE, key="categories", value=category, allowed=shown)


def _check_indicators(raw: CityFile, log: ProblemLog) -> None:
    """Note indicators that the catalogue lacks, and denominators that the city does not name."""
    known = [indicator.id for indicator in find.indicators(with_drafts=True)]
    named = [("indicators", found) for found in raw.indicators]
    named += [("denominator_of", found) for found in raw.denominator_of]
    for key, value in [(k, v) for k, v in named if v not in known]:
        log.fail("VALUE_INVALID", CITY_FILE, key=key, value=value, allowed=_likely(value, known))
    denominators = [denominator.id for denominator in raw.denominators]
    for indicator, value in raw.denominator_of.items():
        if value not in denominators:
            data = {"key": f"denominator_of.{indicator}", "value": value}
            log.fail("VALUE_INVALID", CITY_FILE, **data, allowed=", ".join(denominators))


def _likely(value: str, known: list[str]) -> str:
    """Return the known words most like the one given, else all of them."""
    return ", ".join(get_close_matches(value, known) or known)


def check_interventions(raw: CityFile, index: AreaIndex, log: ProblemLog) -> None:
    """Note interventions in levels or areas that the territory does not have."""
    for intervention in raw.interventions:
        known = index.names.get(intervention.level)
        if known is None:
            shown = ", ".join(index.names)
            data = {"key": "interventions.level", "value": intervention.level, "allowed": shown}
            log.fail("VALUE_INVALID", CITY_FILE, **data)
            continue
        areas = [*intervention.areas, *intervention.comparison_areas]
        strange = [area for area in areas if area not in known]
        if strange:
            shown = ", ".join(strange)
            data = {"intervention": intervention.id, "areas": shown, "level": intervention.level}
            log.fail("INTERVENTION_AREA_UNKNOWN", CITY_FILE, **data)
