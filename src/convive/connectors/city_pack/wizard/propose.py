"""From a sample to a proposal: pure, so that terminal and web ask the same and get the same."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any

from convive.catalogue.model import loose
from convive.catalogue.source_profiles import Profile
from convive.catalogue.vocabulary import vocabulary
from convive.connectors.city_pack.area_index import AreaIndex
from convive.connectors.city_pack.area_names import fold
from convive.connectors.city_pack.sheet import Sheet
from convive.connectors.city_pack.wizard.answers import (
    propose_notes,
    propose_observations,
    propose_survey,
)
from convive.connectors.city_pack.wizard.families import tell_family
from convive.connectors.city_pack.wizard.figures import propose_counts, propose_statistics
from convive.connectors.city_pack.wizard.forms import format_choices
from convive.connectors.city_pack.wizard.incidents import propose_incidents
from convive.connectors.city_pack.wizard.looks import look_at
from convive.connectors.city_pack.wizard.personal import personal_columns
from convive.connectors.city_pack.wizard.proposal import (
    Choice,
    Confidence,
    Family,
    PersonalColumn,
    Proposal,
    Reason,
)
from convive.connectors.city_pack.wizard.recognised import propose_by_profile
from convive.connectors.city_pack.wizard.roles import Table
from convive.connectors.city_pack.wizard.sample import Sample
from convive.connectors.city_pack.wizard.territory import propose_territory

FAMILIES = ("incidents", "counts", "statistics", "surveys", "observations", "notes", "territory")
_YEAR = re.compile(r"(?<!\d)(?:19|20)\d{2}(?!\d)")
_BUILDERS: dict[str, Callable[[Proposal, Table], Proposal]] = {
    "incidents": propose_incidents,
    "counts": propose_counts,
    "statistics": propose_statistics,
    "surveys": propose_survey,
    "observations": propose_observations,
    "notes": propose_notes,
}


@dataclass(frozen=True)
class SheetGroup:
    """Sheets of a workbook with the same columns."""

    sheets: tuple[Sheet, ...]
    pattern: str | None
    """For ``format.sheet``; None where the file has no sheets or the first is meant."""
    is_of_city: bool = False
    """Whether it is the one sheet that has the name of the city."""

    @property
    def first(self) -> Sheet:
        """Return the sheet that stands for all."""
        return max(self.sheets, key=lambda sheet: sheet.n_rows)


def propose(
    sample: Sample,
    index: AreaIndex | None = None,
    profiles: Sequence[Profile] = (),
    *,
    family: str | None = None,
) -> Proposal:
    """Return what the wizard proposes for a file.

    Parameters
    ----------
    sample : Sample
        The first rows; see `take_sample`.
    index : AreaIndex, optional
        Areas and bounds of the city; without it no column can be matched with areas.
    profiles : sequence of Profile
        Known sources, the most demanding first; one that fits beats guessing.
    family : str, optional
        What a person says that the file is.
    """
    group = _of_city(main_group(sample.sheets), index)
    if group is None:
        reasons = (Reason("no_table"),)
        return Proposal(sample.name, Family("", reasons=reasons), declined=Reason("no_table"))
    table = Table(group.first, look_at(group.first, index), vocabulary(), index, sample.name)
    personal = personal_columns(table)
    known = _recognised(sample, profiles)
    if known is not None and family in (None, known[0].family):
        profile, sheet = known
        if sheet is not group.first:
            table = Table(sheet, look_at(sheet, index), vocabulary(), index, sample.name)
        return _finished(propose_by_profile(sample, profile, table), table, personal)
    return _finished(_guessed(sample, group, table, personal, family), table, personal)


def _guessed(
    sample: Sample,
    group: SheetGroup,
    table: Table,
    personal: Sequence[PersonalColumn],
    family: str | None,
) -> Proposal:
    """Return the proposal for a file of which no profile knows anything."""
    if _has_no_header(table):
        declined = Reason("no_header", {"columns": list(group.first.names[:5])})
        return Proposal(sample.name, Family(""), personal=tuple(personal), declined=declined)
    table.take(*(column.column for column in personal))
    table.take(*(column.name for column in table.columns if not column.n_filled))
    told = tell_family(table, sample, family)
    proposal = Proposal(sample.name, told, personal=tuple(personal))
    if told.id == "territory":
        return propose_territory(proposal, table, sample)
    if told.id not in _BUILDERS:
        return proposal
    form = (*_sheet_choice(group), *_grid_choice(sample), *format_choices(table))
    built = _BUILDERS[told.id](replace(proposal, choices=form), table)
    # A wrong projection puts the points elsewhere: of several a person must choose.
    missing = (*built.missing, *(("format.crs",) if len(sample.grids) > 1 else ()))
    return replace(built, choices=(*form, *built.choices), missing=missing)


def _grid_choice(sample: Sample) -> tuple[Choice, ...]:
    """Return the projection of points whose file does not tell it."""
    if not sample.grids:
        return ()
    best, *others = sample.grids
    reasons = (Reason("crs_missing"),)
    return (Choice(("format", "crs"), best, Confidence.CHECK, reasons, tuple(others[:6])),)


def _recognised(sample: Sample, profiles: Sequence[Profile]) -> tuple[Profile, Sheet] | None:
    """Return the profile that fits a sheet of the file."""
    for profile in profiles:
        for sheet in sample.sheets:
            if profile.fits(sheet.names, sheet.sheet):
                return profile, sheet
    return None


def main_group(sheets: Sequence[Sheet]) -> SheetGroup | None:
    """Return the sheets with the same columns that hold most rows; None where there is no table.

    Titles and tables of contents have few columns; a year in the names becomes ``{year}``.
    """
    groups: dict[tuple[Any, ...], list[Sheet]] = defaultdict(list)
    for sheet in sheets:
        if sheet.n_rows and len(sheet.names) > 0:
            groups[(sheet.names, _YEAR.sub("{year}", sheet.sheet or ""))].append(sheet)
    joined = _joined(list(groups.values()))
    if not joined:
        return None
    best = max(joined, key=lambda found: sum(s.n_rows for s in found) * min(len(found[0].names), 5))
    return SheetGroup(tuple(best), _pattern(best, len(sheets)))


def _of_city(group: SheetGroup | None, index: AreaIndex | None) -> SheetGroup | None:
    """Return of sheets that are alike the one that has the name of the city, where one has."""
    if group is None or index is None:
        return group
    names = {fold(name) for name in index.names.get("city", {}).values()}
    own = [sheet for sheet in group.sheets if fold(sheet.sheet or "") in names]
    if len(group.sheets) == 1 or len(own) != 1:
        return group
    return SheetGroup((own[0],), own[0].sheet, is_of_city=True)


def _joined(groups: list[list[Sheet]]) -> list[list[Sheet]]:
    """Return groups of single sheets with the same columns as one: one sheet an area."""
    single: dict[tuple[str, ...], list[Sheet]] = defaultdict(list)
    rest = []
    for group in groups:
        if len(group) == 1 and group[0].sheet is not None:
            single[group[0].names].append(group[0])
        else:
            rest.append(group)
    return [*single.values(), *rest]


def _pattern(group: list[Sheet], n_sheets: int) -> str | None:
    """Return the pattern that chooses a group's sheets; None where the first is the only one."""
    name = group[0].sheet
    if name is None or n_sheets == 1:
        return None
    if len(group) == 1:
        return name
    forms = {_YEAR.sub("{year}", sheet.sheet or "", count=1) for sheet in group}
    return forms.pop() if len(forms) == 1 else "*"


def _sheet_choice(group: SheetGroup) -> tuple[Choice, ...]:
    if group.pattern is None:
        return ()
    code = "sheets_alike" if len(group.sheets) > 1 else "sheet_largest"
    code = "named" if group.is_of_city else code
    names = [sheet.sheet or "" for sheet in group.sheets]
    reasons = (Reason(code, {"n": len(names), "sheets": names}),)
    confidence = Confidence.CHECK if group.pattern == "*" else Confidence.LIKELY
    return (Choice(("format", "sheet"), group.pattern, confidence, reasons),)


def _has_no_header(table: Table) -> bool:
    """Tell whether the first row is data: its cells look like those below, most of them no names."""
    cells = [column for column in table.columns if column.n_filled]
    if not cells:
        return False
    numbers = [c for c in cells if c.numbers > 0.9 or c.dates > 0.9]
    alike = sum(bool(re.fullmatch(r"[\d\s.,:/T+-]+", column.name)) for column in numbers)
    return len(numbers) >= 1 and alike == len(numbers) and not _is_year_header(numbers)


def _is_year_header(columns: Sequence[Any]) -> bool:
    return all(re.fullmatch(r"(19|20)\d{2}([-_/.]\d{2})?", column.name) for column in columns)


def _finished(proposal: Proposal, table: Table, personal: Sequence[PersonalColumn]) -> Proposal:
    """Return the proposal with what is not read, and without any column that speaks of persons."""
    mapped = {loose(text) for text in _strings(proposal.mapping())}
    named = {loose(column.column) for column in personal}
    unused = tuple(c.name for c in table.columns if loose(c.name) not in mapped | named)
    personal = tuple(column for column in personal if loose(column.column) not in mapped)
    return replace(proposal, unused=unused, personal=personal)


def _strings(value: Any) -> list[str]:
    """Return every text in nested tables, keys included: column names stand on both sides."""
    if isinstance(value, dict):
        return [text for pair in value.items() for part in pair for text in _strings(part)]
    if isinstance(value, list | tuple):
        return [text for part in value for text in _strings(part)]
    return [value] if isinstance(value, str) else []
