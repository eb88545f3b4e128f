"""Proposes a level of areas for ``city.toml`` from a file of polygons."""

from __future__ import annotations

from dataclasses import replace
from pathlib import PurePosixPath

import numpy as np

from convive.catalogue.vocabulary import fold_words
from convive.connectors.city_pack.cells import read_numbers
from convive.connectors.city_pack.mapping_schema import Format
from convive.connectors.city_pack.wizard.looks import Column
from convive.connectors.city_pack.wizard.places import grids_for
from convive.connectors.city_pack.wizard.proposal import Choice, Confidence, Proposal, Reason
from convive.connectors.city_pack.wizard.roles import Candidate, Table
from convive.connectors.city_pack.wizard.sample import Sample

MAX_CODE = 24
"""Longer texts are names or keys of a database, not codes that people write."""
TECHNICAL = -0.5
"""Of the name of a column that numbers the rows: taken only where nothing else tells areas apart."""
MIN_LABELS = 0.5
"""A label for less different areas than this share is of a larger area."""
MAX_ID = 32


def propose_territory(proposal: Proposal, table: Table, sample: Sample) -> Proposal:
    """Return the proposal with code, label and projection of a level of areas."""
    codes = _codes(table)
    choices = [
        _level_id(sample.name),
        Choice(("file",), f"territory/{sample.name}", Confidence.SURE, (Reason("territory_file"),)),
    ]
    if codes:
        best = codes[0]
        sure = _sure(codes)
        others = tuple(c.column.name for c in codes[1:6])
        reasons = (Reason("unique"),) if _is_key(best.column) else (Reason("dissolve"),)
        choices.append(Choice(("code",), best.column.name, sure, reasons, others))
        if not _is_key(best.column):
            choices.append(
                Choice(
                    ("dissolve",),
                    value=True,
                    confidence=Confidence.CHECK,
                    reasons=(Reason("dissolve"),),
                )
            )
        table.take(best.column.name)
    labels = _labels(table, codes[0].column.n_distinct if codes else 0)
    if labels:
        sure = Confidence.SURE if labels[0].name >= 0.5 else Confidence.LIKELY
        others = tuple(c.column.name for c in labels[1:6])
        choices.append(Choice(("label",), labels[0].column.name, sure, (Reason("named"),), others))
    missing = () if codes else ("code",)
    if sample.shapes is not None and sample.shapes.crs is None:
        found = grids_for(sample.shapes.bounds, table.index)
        # A wrong projection puts the city elsewhere: of several a person must choose.
        missing = (*missing, *(("crs",) if len(found) != 1 else ()))
        reasons = (Reason("crs_missing"),)
        choices += [
            Choice(("crs",), crs, Confidence.CHECK, reasons, found[1:7]) for crs in found[:1]
        ]
    return replace(proposal, choices=tuple(choices), missing=missing)


def _level_id(name: str) -> Choice:
    """Return the id of the level: a short word can stay as it is."""
    stem = fold_words(PurePosixPath(name).name.partition(".")[0]).replace(" ", "_") or "area"
    sure = Confidence.LIKELY if len(stem) <= MAX_ID else Confidence.CHECK
    return Choice(("id",), stem[:64], sure, (Reason("level_id"),))


def _sure(codes: list[Candidate]) -> Confidence:
    """Return how sure the first column is: of several that could be codes a person should choose."""
    best, *others = codes
    if not _is_key(best.column) or best.name == TECHNICAL:
        return Confidence.CHECK
    if best.name >= 0.7:
        return Confidence.SURE
    rivals = [c for c in others if c.name > TECHNICAL and c.column.words != best.column.words]
    is_ahead = all(best.score - c.score > 0.1 for c in rivals)
    return Confidence.LIKELY if is_ahead else Confidence.CHECK


def _codes(table: Table) -> list[Candidate]:
    """Return columns that can be codes: different in every row, named so where possible."""
    found = []
    for column in table.free():
        name = max(
            table.name_score(column, "area"),
            0.5 * table.name_score(column, "id"),
            0.5 * table.name_score(column, "label"),
            0.5 * table.name_score(column, "area_label"),
            _code_name(column),
        )
        if column.n_filled < column.n or column.dates > 0.5 or _is_measure(column):
            continue
        if _is_technical(column, table):
            name = TECHNICAL
        elif column.mean_length > MAX_CODE:
            name = 0.0
        found.append(Candidate(column, name, 1.0 if _is_key(column) else 0.5))
    unique = [c for c in found if c.fit == 1.0]
    if not unique:
        # Polygons of one area in several pieces: the finest areas that are named so.
        named = [c for c in found if c.name >= 0.4]
        return sorted(named, key=lambda c: (-c.column.n_distinct, -c.score))
    # Short texts are codes, running numbers and long names are not so good.
    return sorted(unique, key=lambda c: (-c.score, c.column.mean_length))


def _is_key(column: Column) -> bool:
    return column.is_unique or column.n == 1


def _is_technical(column: Column, table: Table) -> bool:
    """Tell whether it numbers the rows: such codes change with every edition of a file."""
    folded = fold_words(column.name).replace(" ", "")
    is_numbered = folded in (
        "objectid",
        "cartodbid",
        "fid",
        "ogcfid",
        "gid",
        "shapearea",
        "shapelen",
    )
    is_complete = column.wholes == 1 and column.high - column.low + 1 == column.n
    if is_numbered or not is_complete or column.n <= 3 or folded.endswith(("code", "no")):
        return is_numbered
    # Numbers that people gave to areas do not stand in the order of the rows.
    numbers = read_numbers(table.sheet.texts(column.name), Format()).values
    return bool((np.diff(numbers) == 1).all())


def _code_name(column: Column) -> float:
    """Return how much a name ends like a code's: wd16cd, lsoa21cd, ward_code, BEZ_ID."""
    folded = fold_words(column.name).replace(" ", "")
    if folded.endswith(("code", "cd", "cod", "fips", "fipsno", "geoid")):
        return 0.9
    numbered = ("nr", "no", "num", "numbe", "number", "nummer", "numero")
    return 0.6 if folded.endswith(numbered) else 0.55 if folded.endswith("id") else 0.0


def _is_measure(column: Column) -> bool:
    return column.numbers > 0.9 and column.wholes < 0.9


def _labels(table: Table, n_areas: int) -> list[Candidate]:
    found = []
    for column in table.free():
        folded = fold_words(column.name).replace(" ", "")
        name = max(
            table.name_score(column, "label"),
            table.name_score(column, "area_label"),
            0.9 if folded.endswith(("name", "nm", "nom", "label")) else 0.0,
        )
        if column.has_letters and name > 0.3 and column.n_distinct >= MIN_LABELS * n_areas:
            fit = column.n_distinct / max(1, column.n_filled)
            found.append(Candidate(column, name, fit))
    return sorted(found, key=lambda c: -c.score)
