"""Joins campaigns of fieldwork to the pack whose evidence they become."""

from __future__ import annotations

import importlib
import tomllib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

from convive import __version__
from convive.core.errors import NotFoundError

if TYPE_CHECKING:
    from convive.app.fieldwork.handover import HandOver
    from convive.app.fieldwork.kept_forms import FieldRound, KeptForm
    from convive.connectors.city_pack.fieldwork_files import KeptHandOver
    from convive.core.instruments.model import Instrument

# ruff: noqa: PLC0415 - adapters are imported where they are used

PACK_FILE = "city.toml"


@dataclass(frozen=True)
class PackFacts:
    """What a hand-over must know of a pack."""

    name: str
    language: str
    time_zone: str
    levels: tuple[str, ...]
    analysis: str


def pack_facts(pack: Path) -> PackFacts:
    """Return the town and its levels of areas, from ``city.toml``.

    Raises
    ------
    NotFoundError
        HANDOVER_NO_PACK.
    """
    try:
        found = tomllib.loads((Path(pack) / PACK_FILE).read_text(encoding="utf-8"))
        city, levels = found["city"], found["levels"]
        analysis = [one["id"] for one in levels if one.get("analysis")] or [levels[-1]["id"]]
        return PackFacts(
            str(city["name"]), str(city["languages"][0]), str(city["time_zone"]),
            tuple(str(one["id"]) for one in levels), str(analysis[0]),
        )  # fmt: skip
    except (OSError, ValueError, KeyError, IndexError, TypeError) as error:
        raise NotFoundError("HANDOVER_NO_PACK") from error


def pack_of_site(build: str, workspace: str) -> Path | None:
    """Return the pack that a site belongs to; None where it shows a build on its own."""
    for folder in (build, workspace):
        if folder and (Path(folder).parent / PACK_FILE).is_file():
            return Path(folder).parent
    return None


def preview(
    pack: Path, of: FieldRound, forms: Iterable[KeptForm]
) -> tuple[HandOver, KeptHandOver | None]:
    """Return what would be written into the pack, and what is there of it already.

    Raises
    ------
    RequestError, ConflictError
        As `app.fieldwork.handover.prepare_hand_over` and `kept_hand_over`.
    """
    from convive.app.fieldwork.handover import prepare_hand_over
    from convive.connectors.city_pack.fieldwork_files import kept_hand_over

    facts = pack_facts(pack)
    handed = prepare_hand_over(
        of, forms, levels=facts.levels, analysis=facts.analysis, software=f"Convive {__version__}"
    )
    return handed, kept_hand_over(Path(pack), handed.source_id, of.code)


def write(pack: Path, handed: HandOver, *, today: date) -> tuple[Path, Path]:
    """Write a hand-over into a pack; see `connectors.city_pack.fieldwork_files`."""
    from convive.connectors.city_pack.fieldwork_files import write_hand_over

    return write_hand_over(Path(pack), handed, today=today)


def read_exported_forms(data: bytes, instrument: Instrument, **options: Any) -> Any:
    """Return the forms of an export of a field-app server; see `connectors.form_exports`."""
    from convive.connectors.form_exports import read_form_export

    return read_form_export(data, instrument, **options)


# --- command line ----------------------------------------------------------------------------


def list_campaigns() -> list[dict[str, Any]]:
    """Return the campaigns of the open workspace."""
    found: list[dict[str, Any]] = _desk().list_campaigns()
    return found


def hand_over(pack: Path, campaign: str, *, is_dry_run: bool) -> Mapping[str, Any]:
    """Hand a campaign of the open workspace over to its pack; return what was, or would be."""
    found: Mapping[str, Any] = _desk().hand_over(Path(pack), campaign, is_dry_run=is_dry_run)
    return found


def import_forms(
    campaign: str, data: bytes, *, columns: Mapping[str, str], is_dry_run: bool
) -> Mapping[str, Any]:
    """Take forms of an export into a campaign of the open workspace; return how many."""
    found: Mapping[str, Any] = _desk().import_forms(
        campaign, data, columns=columns, is_dry_run=is_dry_run
    )
    return found


def _desk() -> Any:
    # By name: the web layer stands above this one and is started, not used, from here.
    return importlib.import_module("convive.web.config.fieldwork_desk")


# --- files for people ------------------------------------------------------------------------


def workbook_of_forms(*args: Any, **options: Any) -> Any:
    """Write the forms of a campaign as a workbook; see `reports.forms.workbook`."""
    from convive.reports.forms.workbook import write_workbook

    return write_workbook(*args, **options)


def zip_of_forms(*args: Any, **options: Any) -> Iterator[bytes]:
    """Return the forms of a campaign as CSV files in a ZIP; see `reports.forms.archive`."""
    from convive.reports.forms.archive import stream_csv_archive

    return stream_csv_archive(*args, **options)


def zip_of_files(*args: Any, **options: Any) -> Iterator[bytes]:
    """Return files in a ZIP, as a stream; see `reports.forms.archive`."""
    from convive.reports.forms.archive import stream_file_archive

    return stream_file_archive(*args, **options)


def map_of_places(*args: Any, **options: Any) -> bytes:
    """Return places with results as GeoJSON or GeoPackage; see `reports.forms.places`."""
    from convive.reports.forms.places import render_places

    return render_places(*args, **options)
