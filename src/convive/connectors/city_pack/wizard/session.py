"""One file on its way to a mapping: sample, proposal, preview, text; nothing is saved here."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Any

from convive.app.ingest.placing import Placer
from convive.app.territory import build_territory
from convive.catalogue import find
from convive.catalogue.model import Crosswalk
from convive.catalogue.source_profiles import Profile, profile, profiles
from convive.connectors.city_pack.area_index import AreaIndex
from convive.connectors.city_pack.captures import is_captured
from convive.connectors.city_pack.categories import CategoryMap
from convive.connectors.city_pack.family_schemas import FAMILIES
from convive.connectors.city_pack.files import PackFolder
from convive.connectors.city_pack.layout import MAX_WORDS, day_first_of
from convive.connectors.city_pack.mapping_schema import Categories
from convive.connectors.city_pack.problem_log import ProblemLog, RefusedError
from convive.connectors.city_pack.reading import Territory, read_territory
from convive.connectors.city_pack.sheet import Sheet
from convive.connectors.city_pack.wizard.preview import Preview, fits, is_valid, preview
from convive.connectors.city_pack.wizard.proposal import Choice, Path_, Proposal
from convive.connectors.city_pack.wizard.propose import FAMILIES as KNOWN
from convive.connectors.city_pack.wizard.propose import main_group, propose
from convive.connectors.city_pack.wizard.sample import Sample, take_sample
from convive.connectors.city_pack.wizard.siblings import (
    names_beside,
    names_within,
    series_of,
    told_sample,
    with_words,
)
from convive.connectors.city_pack.wizard.writing import copy_missing, mapping_text, source_id
from convive.core.errors import DatasetError, NotFoundError, PackError, RequestError
from convive.core.model import City, Place, Problem, Severity

_DATE = r"(?:19|20)\d{2}(?:[-_.]?(?:0[1-9]|1[0-2])(?:[-_.]?[0-3]\d)?)?"
_DATED = re.compile(rf"(?<!\d){_DATE}(?:(?:[-_. ]|[-_ ]?to[-_ ]?)(?:{_DATE}|\d{{2}}))*(?!\d)")
NOWHERE = City("town", "Town", "ZZ", ("en",), "UTC", "EPSG:3035", 2000, ())
"""Stands for the city where no pack is given; nothing of it is written anywhere."""


@dataclass(frozen=True)
class Session:
    """Everything about one file; immutable, every decision gives a new one."""

    path: Path
    sample: Sample
    proposal: Proposal
    city: City = NOWHERE
    index: AreaIndex | None = None
    pack: Path | None = None
    placer: Placer | None = None
    """Places incidents in the pack's areas; what one look has built serves the next."""

    def preview(self) -> Preview:
        """Return what the real reader makes of the sample by the present proposal."""
        return preview(self.sample, self.proposal, self.city, self.index, self.placer)

    @property
    def is_valid(self) -> bool:
        """Whether a mapping can be saved that reading accepts."""
        return is_valid(self.proposal)

    def decide(self, path: Path_, value: Any) -> Session:
        """Return the session after a person has decided on a key."""
        return replace(self, proposal=self.proposal.with_value(path, value))

    def answer(self, path: Path_, text: str) -> Session:
        """Return the session after a person has written a value: a number or a day where one belongs."""
        said = self.decide(path, text)
        if fits(said.proposal, path):
            return said
        try:
            value = tomllib.loads(f"value = {text}")["value"]
        except (tomllib.TOMLDecodeError, RecursionError):
            return said
        return self.decide(path, value)

    def instead(self, choice: Choice, text: str) -> Session | None:
        """Return the session after a person has written a value beside the options of a choice.

        None where it is rather a slip: a number where none belongs, a column that the file does
        not have. Text in quotes is always meant.
        """
        if len(text) > 1 and text[0] == text[-1] and text[0] in "\"'":
            return self.decide(choice.path, text[1:-1])
        said = self.answer(choice.path, text)
        value = said.proposal.value(*choice.path)
        columns = {name for sheet in self.sample.sheets for name in sheet.names}
        options = (choice.value, *choice.alternatives)
        # The name of a level may be that of a column too.
        is_column = choice.path != ("columns", "area_level") and any(
            isinstance(one, str) and one in columns for one in options
        )
        is_slip = isinstance(value, str) and (text.isdecimal() or is_column)
        return None if not text or (is_slip and value not in columns) else said

    def as_family(self, family: str) -> Session:
        """Return the session after a person has said what the file is."""
        found = propose(self.sample, self.index, profiles(), family=family)
        return replace(self, proposal=found)

    def source(self) -> dict[str, Any]:
        """Return what can be said about the source: from its profile, else from the file's name."""
        known = self.proposal.profile
        title = dict(known.title) if known else self.sample.name.partition(".")[0]
        found: dict[str, Any] = {
            "id": source_id(known.id.replace("_", "-") if known else self.sample.name),
            "title": title,
            "owner": known.publisher if known else "",
            "licence": known.licence if known else "",
            "files": [self._pattern()],
        }
        if known:
            found["url"] = known.url
        return found

    def _pattern(self) -> str:
        known = self.proposal.profile
        archive, _, _ = self.sample.pattern.partition("!")
        if known is not None and known.members and "!" in self.sample.pattern:
            return f"{archive}!*{known.members.lstrip('*')}"
        return next_deliveries(self.sample.pattern)

    def layout(self) -> dict[str, Any]:
        """Return what the file looks like now, for the table ``layout``."""
        group = main_group(self.sample.sheets)
        if group is None:
            return {}
        sheet = self._sheet(group.first)
        names = [name for name in sheet.names if not is_captured(name)]
        found: dict[str, Any] = {"columns": names}
        if sheet.delimiter:
            found["delimiter"] = sheet.delimiter
        order = self._day_first(sheet)
        if order is not None:
            found["day_first"] = order
        words, (unmapped, left) = self._words(sheet)
        if words:
            found.update(words=words, unmapped_share=round(unmapped, 4), left_share=round(left, 4))
        return found

    def _sheet(self, first: Sheet) -> Sheet:
        """Return the sheet that the mapping reads: of a profile, the one that it knows."""
        known = self.proposal.profile
        fitting = [s for s in self.sample.sheets if known and known.fits(s.names, s.sheet)]
        return fitting[0] if fitting else first

    def _day_first(self, sheet: Sheet) -> bool | None:
        """Return what comes first in dates like 03/04/2024; None where there are none."""
        columns = self.proposal.mapping().get("columns", {})
        for key in ("starts", "date", "period", "recorded"):
            given = columns.get(key)
            name = given[0] if isinstance(given, list) else given
            if isinstance(name, str) and sheet.has(name):
                return day_first_of(sheet.texts(name))
        return None

    def _words(self, sheet: Sheet) -> tuple[list[str], tuple[float, float]]:
        """Return the words of the category column, and which shares of rows have no category.

        First the share whose words nobody has mapped, then that of words left so on purpose.
        """
        tables = self.proposal.mapping()
        column = tables.get("columns", {}).get("category")
        if not isinstance(column, str) or not sheet.has(column):
            return [], (0.0, 0.0)
        given = Categories(**tables.get("categories", {}))
        known = CategoryMap(given, _crosswalk(given.crosswalk))
        counted = sheet.texts(column).drop_null().value_counts().to_pylist()
        total = sum(c["counts"] for c in counted) or 1
        unknown, left = (
            sum(c["counts"] for c in counted if known.lookup(c["values"]) == (None, is_known))
            for is_known in (False, True)
        )
        words = sorted(c["values"] for c in counted)
        return words if len(words) <= MAX_WORDS else [], (unknown / total, left / total)

    def text(self, language: str, **source: str) -> str:
        """Return the mapping file; `source` fills in what the wizard cannot know."""
        given = {**self.source(), **{key: value for key, value in source.items() if value}}
        return mapping_text(self.proposal, given, self.layout(), language)

    def target(self) -> Path:
        """Return where the mapping belongs: in the pack's folder of its family, or beside the file."""
        stem = self.path.name.partition(".")[0] or "mapping"
        name = f"{stem}.level.toml" if self.proposal.family.id == "territory" else f"{stem}.toml"
        if self.pack is not None and self.proposal.family.id in FAMILIES:
            return self.pack / "evidence" / self.proposal.family.id / name
        return self.path.parent / name


def _crosswalk(identifier: str | None) -> Crosswalk | None:
    """Return a crosswalk, of the version that is pinned; None for one that does not exist."""
    if identifier is None:
        return None
    try:
        return find.crosswalk(identifier)
    except NotFoundError:
        return None


def next_deliveries(pattern: str) -> str:
    """Return a pattern that next month's file fits too: days, months and years become ``*``.

    Examples
    --------
    >>> next_deliveries("police-2024-05.csv.gz")
    'police-*.csv.gz'
    >>> next_deliveries("burglary_2016-02_2019-01.csv")
    'burglary_*.csv'
    """
    found = _DATED.sub("*", pattern)
    return pattern if found.startswith("*.") else found


def bring_file(session: Session) -> tuple[Path, ...]:
    """Copy the data file into the pack where it is not there yet; return what was copied."""
    if session.pack is None or session.path.resolve().is_relative_to(session.pack.resolve()):
        return ()
    family = session.proposal.family.id
    folder = session.pack / ("territory" if family == "territory" else f"evidence/{family}")
    files = [session.path]
    if session.path.suffix.lower() == ".shp":
        files += [
            f
            for s in (".shx", ".dbf", ".prj", ".cpg")
            if (f := session.path.with_suffix(s)).is_file()
        ]
    return copy_missing(files, folder)


def open_session(
    path: Path,
    *,
    pack: Path | None = None,
    family: str | None = None,
    profile_id: str | None = None,
    sheet: str | None = None,
) -> Session:
    """Return the session of a file, with what the wizard proposes.

    Parameters
    ----------
    path : Path
        A table, workbook, geographic file or archive; anywhere.
    pack : Path, optional
        The city's pack: then areas, bounds and projection are matched.
    family, profile_id, sheet : str, optional
        What a person knows already.

    Raises
    ------
    DatasetError
        FILE_NOT_MAPPED with the problem that keeps the file from being read.
    PackError
        PACK_UNUSABLE with every problem of the territory.
    RequestError
        FAMILY_NOT_KNOWN.
    NotFoundError
        PROFILE_NOT_FOUND.
    """
    if family is not None and family not in KNOWN:
        raise RequestError("FAMILY_NOT_KNOWN", family=family, known=", ".join(KNOWN))
    wanted: tuple[Profile, ...] = profiles() if profile_id is None else (profile(profile_id),)
    territory = _around(pack) if pack is not None else None
    index = territory.index if territory else None
    try:
        sample = take_sample(Path(path), sheet=sheet, index=index)
    except RefusedError as refused:
        data = dict(refused.data)
        place = Place(str(data.pop("label", Path(path).name)))
        problem = Problem(refused.code, place, Severity.ERROR, data=data)
        raise DatasetError("FILE_NOT_MAPPED", [problem], file=Path(path).name) from None
    by = partial(propose, index=index, profiles=wanted, family=family)
    sample, proposal = _with_names(sample, by, Path(path), index)
    if territory is None:
        return Session(Path(path), sample, proposal)
    placer = Placer(build_territory(territory.city, territory.areas))
    return Session(Path(path), sample, proposal, territory.city, index, pack, placer)


def _with_names(
    sample: Sample, by: Callable[[Sample], Proposal], path: Path, index: AreaIndex | None
) -> tuple[Sample, Proposal]:
    """Return the proposal, by what the names of files tell where the columns do not."""
    first = by(sample)
    if first.profile is not None or first.declined is not None:
        return sample, first
    own, names = sample.name, names_beside(path)
    if "!" in sample.pattern:
        names = names_within(sample)
        own = next(iter(names), "")
    for series in series_of(own, names, index):
        named = told_sample(sample, series)
        proposal = with_words(by(named), series)
        is_told = proposal.value("columns", "category") == "{category}"
        if proposal.is_usable and (not first.is_usable or (is_told and _is_of_one_kind(first))):
            return named, proposal
    return sample, first


def _is_of_one_kind(proposal: Proposal) -> bool:
    """Tell whether the kind was only known from the file's name: other files are of others."""
    reasons = {reason.code for choice in proposal.choices for reason in choice.reasons}
    return "file_name" in reasons


def _around(pack: Path) -> Territory:
    """Return the city of a pack, its areas and how rows find them."""
    log = ProblemLog()
    folder = PackFolder(Path(pack))
    territory = read_territory(folder, log)
    if territory is None:
        raise PackError("PACK_UNUSABLE", log.problems, pack=str(pack))
    return territory
