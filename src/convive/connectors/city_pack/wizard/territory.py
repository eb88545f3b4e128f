"""Proposes a level of areas for ``city.toml`` from a file of polygons."""

from __future__ import annotations

from dataclasses import replace
from pathlib import PurePosixPath

from convive.catalogue.vocabulary import fold_words
from convive.connectors.city_pack.wizard.looks import Column
from convive.connectors.city_pack.wizard.proposal import Choice, Confidence, Proposal, Reason
from convive.connectors.city_pack.wizard.roles import Candidate, Table
from convive.connectors.city_pack.wizard.sample import Sample

MAX_CODE = 24
"""Longer texts are names or keys of a database, not codes that people write."""


def propose_territory(proposal: Proposal, table: Table, sample: Sample) -> Proposal:
    """Return the proposal with code, label and projection of a level of areas."""
    codes = _codes(table)
    choices = [
        Choice(("id",), _level_id(sample.name), Confidence.CHECK, (Reason("level_id"),)),
        Choice(("file",), f"territory/{sample.name}", Confidence.SURE, (Reason("territory_file"),)),
    ]
    if codes:
        best = codes[0]
        sure = Confidence.SURE if best.name >= 0.7 and _is_key(best.column) else Confidence.CHECK
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
    labels = _labels(table)
    if labels:
        sure = Confidence.SURE if labels[0].name >= 0.5 else Confidence.LIKELY
        others = tuple(c.column.name for c in labels[1:6])
        choices.append(Choice(("label",), labels[0].column.name, sure, (Reason("named"),), others))
    if sample.shapes is not None and sample.shapes.crs is None:
        choices.append(Choice(("crs",), "EPSG:4326", Confidence.CHECK, (Reason("crs_missing"),)))
    missing = () if codes else ("code",)
    return replace(proposal, choices=tuple(choices), missing=missing)


def _level_id(name: str) -> str:
    stem = fold_words(PurePosixPath(name).name.partition(".")[0])
    return (stem.replace(" ", "_") or "area")[:64]


def _codes(table: Table) -> list[Candidate]:
    """Return columns that can be codes: different in every row, named so where possible."""
    found = []
    for column in table.free():
        name = max(
            table.name_score(column, "area"),
            0.8 * table.name_score(column, "id"),
            0.5 * table.name_score(column, "label"),
            _code_name(column),
        )
        if column.n_filled < column.n or column.dates > 0.5 or _is_measure(column):
            continue
        if _is_technical(column) or column.mean_length > MAX_CODE:
            name = 0.05
        found.append(Candidate(column, name, 1.0 if _is_key(column) else 0.5))
    unique = [c for c in found if c.fit == 1.0]
    chosen = unique or [c for c in found if c.name >= 0.4]
    # Short texts are codes, running numbers and long names are not so good.
    return sorted(chosen, key=lambda c: (-c.score, c.column.mean_length))


def _is_key(column: Column) -> bool:
    return column.is_unique or column.n == 1


def _is_technical(column: Column) -> bool:
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
    is_running = (
        column.wholes == 1 and column.low in (0, 1) and column.high - column.low + 1 == column.n
    )
    return is_numbered or (is_running and column.n > 3 and not folded.endswith(("code", "no")))


def _code_name(column: Column) -> float:
    """Return how much a name ends like a code's: wd16cd, lsoa21cd, ward_code, BEZ_ID."""
    folded = fold_words(column.name).replace(" ", "")
    if folded.endswith(("code", "cd", "cod")):
        return 0.9
    return 0.6 if folded.endswith(("id", "nr", "num")) else 0.0


def _is_measure(column: Column) -> bool:
    return column.numbers > 0.9 and column.wholes < 0.9


def _labels(table: Table) -> list[Candidate]:
    found = []
    for column in table.free():
        folded = fold_words(column.name).replace(" ", "")
        name = max(
            table.name_score(column, "label"),
            table.name_score(column, "area_label"),
            0.9 if folded.endswith(("name", "nm", "nom", "label")) else 0.0,
        )
        if column.has_letters and name > 0.3:
            fit = column.n_distinct / max(1, column.n_filled)
            found.append(Candidate(column, name, fit))
    return sorted(found, key=lambda c: -c.score)
