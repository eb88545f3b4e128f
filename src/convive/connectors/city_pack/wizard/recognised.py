"""A file of a known source: its profile says how it is mapped."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from convive.catalogue.source_profiles import Profile
from convive.connectors.city_pack.family_schemas import FAMILIES
from convive.connectors.city_pack.wizard.areas import area_choices
from convive.connectors.city_pack.wizard.proposal import (
    Choice,
    Confidence,
    Family,
    Proposal,
    Reason,
)
from convive.connectors.city_pack.wizard.roles import Table
from convive.connectors.city_pack.wizard.sample import Sample
from convive.connectors.city_pack.wizard.words import place_words

AREA_KEYS = ("area", "area_level", "area_pad", "area_by")


def propose_by_profile(sample: Sample, profile: Profile, table: Table) -> Proposal:
    """Return the profile's mapping as a proposal; what the city decides is found out."""
    reasons = (Reason("profile", {"title": profile.title}),)
    family = Family(profile.family, confidence=Confidence.SURE, reasons=reasons)
    proposal = Proposal(sample.name, family, profile=profile)
    if profile.is_declined:
        return replace(proposal, declined=Reason("profile_declined", {"title": profile.title}))
    given = tuple(
        Choice(path, value, Confidence.SURE, (Reason("profile_key"),))
        for path, value in _flat(profile.mapping)
        if _is_there(path, value, table) and _is_known(path, profile.family)
    )
    choices = (*(c for c in given if not _is_area(c)), *_areas(given, table))
    crosswalk = profile.mapping.get("categories", {}).get("crosswalk")
    category = profile.mapping.get("columns", {}).get("category")
    words = place_words(table.column(category).words, crosswalk) if category else ()
    return replace(proposal, choices=choices, words=words)


def _flat(tables: Any, path: tuple[str, ...] = ()) -> list[tuple[tuple[str, ...], Any]]:
    """Return (path, value) of every key; pairs and tables of parts stay whole."""
    found: list[tuple[tuple[str, ...], Any]] = []
    for key, value in tables.items():
        here = (*path, key)
        is_table = isinstance(value, dict) and here not in (
            ("columns", "starts"),
            ("columns", "ends"),
        )
        found += _flat(value, here) if is_table else [(here, value)]
    return found


def _is_there(path: tuple[str, ...], value: Any, table: Table) -> bool:
    """Tell whether the column of an optional key is in this very file."""
    optional = ("id", "area", "recorded", "accuracy", "label", "ends")
    if path[0] != "columns" or path[-1] not in optional or not isinstance(value, str):
        return True
    return table.sheet.has(value)


def _is_known(path: tuple[str, ...], family: str) -> bool:
    """Tell whether mapping files of the family have the key."""
    columns = FAMILIES[family].model_fields["columns"].annotation
    return path[0] != "columns" or path[1] in getattr(columns, "model_fields", {})


def _is_area(choice: Choice) -> bool:
    return choice.path[0] == "columns" and choice.path[-1] in AREA_KEYS


def _areas(given: tuple[Choice, ...], table: Table) -> tuple[Choice, ...]:
    """Return the area keys: of the profile, but of the level that the city's own areas say."""
    own = {choice.path[-1]: choice for choice in given if _is_area(choice)}
    if "area" not in own:
        return ()
    position = table.sheet.position(str(own["area"].value))
    column = table.columns[position] if position is not None else None
    others = {c.name for c in table.columns if column is None or c.name != column.name}
    table.take(*others)
    known = {choice.path for choice in given if not _is_area(choice)}
    found = tuple(c for c in area_choices(table, is_needed=True) if c.path not in known)
    levels = [choice for choice in found if choice.path[-1] == "area_level"]
    if not levels or table.index is None or (column is not None and not column.areas):
        is_placed = any(choice.path[-1] in ("longitude", "x") for choice in given)
        if is_placed:
            return ()  # the points say where; the codes are of areas that the city does not have
        unsure = Reason("no_pack" if table.index is None else "areas_unknown")
        level = own.get("area_level") or own["area"]
        name = own["area_level"].value if "area_level" in own else "area"
        asked = replace(
            level,
            path=("columns", "area_level"),
            value=name,
            confidence=Confidence.CHECK,
            reasons=(unsure,),
        )
        return (*(c for key, c in own.items() if key != "area_level"), asked)
    return found
