"""Hands the forms of a campaign out as files; every time is recorded."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import transaction

from convive import __version__
from convive.app.fieldwork.flat_forms import CODEBOOK_COLUMNS, codebook_rows, flat_tables
from convive.app.fieldwork.kept_forms import KeptForm
from convive.app.fieldwork.place_results import place_rows
from convive.core.errors import ConflictError, RequestError
from convive.core.instruments.model import Instrument
from convive.web.audit_log.actions import record
from convive.web.fieldwork.instruments import instrument_of
from convive.web.fieldwork.models import Attachment, Campaign, Submission
from convive.web.fieldwork.selectors.kept_forms import kept_forms
from convive.wiring import fieldwork_evidence

FORMATS = ("csv", "xlsx", "geojson", "gpkg", "media")
REASONS = ("correction", "request", "answer_group", "check")
"""Why personal columns may be asked for; told by ``fieldwork_results.reason.<code>``."""
_TYPES = {
    "csv": ("application/zip", "zip"),
    "xlsx": ("application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", "xlsx"),
    "geojson": ("application/geo+json", "geojson"),
    "gpkg": ("application/geopackage+sqlite3", "gpkg"),
    "media": ("application/zip", "zip"),
}
_PART = 64 * 1024


@dataclass(frozen=True)
class ExportedFile:
    """A file on its way out."""

    name: str
    media_type: str
    parts: Iterator[bytes]


@dataclass(frozen=True)
class ExportRequest:
    """What somebody asks for."""

    format: str
    language: str
    reason: str = ""
    """Code of why personal columns are needed; empty: without them."""


def export_forms(campaign: Campaign, asked: ExportRequest, *, by: Any) -> ExportedFile:
    """Return the forms of a campaign as a file.

    Raises
    ------
    RequestError
        EXPORT_FORMAT, EXPORT_TOO_LONG.
    ConflictError
        EXPORT_NOT_CLOSED: of a survey that runs, two exports would show who answered in between.
    """
    if asked.format not in FORMATS or (asked.reason and asked.reason not in REASONS):
        raise RequestError("EXPORT_FORMAT", format=asked.format[:20])
    if campaign.is_anonymous and campaign.state != Campaign.State.CLOSED:
        raise ConflictError("EXPORT_NOT_CLOSED")
    with transaction.atomic():
        record(
            "fieldwork.exported", actor=by, thing=("campaign", campaign.code),
            format=asked.format, reason=asked.reason,
            n=Submission.objects.filter(campaign=campaign).count(),
        )  # fmt: skip
    media_type, ending = _TYPES[asked.format]
    makers: dict[str, Callable[[Campaign, ExportRequest], Iterator[bytes]]] = {
        "csv": _csv, "xlsx": _xlsx, "media": _media,
    }  # fmt: skip
    parts = makers.get(asked.format, _map)(campaign, asked)
    word = "-photos" if asked.format == "media" else ""
    return ExportedFile(f"{campaign.code}{word}.{ending}", media_type, parts)


def _csv(campaign: Campaign, asked: ExportRequest) -> Iterator[bytes]:
    instrument, personal = instrument_of(campaign.form), bool(asked.reason)
    return fieldwork_evidence.zip_of_forms(
        flat_tables(instrument, with_personal=personal), _reader(campaign),
        [
            ("codebook", CODEBOOK_COLUMNS,
             codebook_rows(instrument, asked.language, with_personal=personal)),
            ("about", ("what", "value"), about(campaign, instrument).items()),
        ],
    )  # fmt: skip


def _xlsx(campaign: Campaign, asked: ExportRequest) -> Iterator[bytes]:
    instrument, personal = instrument_of(campaign.form), bool(asked.reason)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "forms.xlsx"
        fieldwork_evidence.workbook_of_forms(
            path, flat_tables(instrument, with_personal=personal), _reader(campaign),
            codebook_rows(instrument, asked.language, with_personal=personal),
            about(campaign, instrument),
        )  # fmt: skip
        # Held open, it can be read to its end after its name is gone.
        opened = path.open("rb")
    return _read(opened)


def _map(campaign: Campaign, asked: ExportRequest) -> Iterator[bytes]:
    rows = place_rows(instrument_of(campaign.form), kept_forms(campaign, only_counted=True))
    return iter([fieldwork_evidence.map_of_places(rows, kind=asked.format)])


def _media(campaign: Campaign, asked: ExportRequest) -> Iterator[bytes]:  # noqa: ARG001 - one signature
    """Return the photos, a folder a form as ODK's own exports have it."""
    found = Attachment.objects.filter(submission__campaign=campaign).exclude(file="")
    rows = found.order_by("submission_id", "name").values_list("submission_id", "name", "file")
    folder = Path(settings.MEDIA_ROOT)
    return fieldwork_evidence.zip_of_files(
        (f"media/{form}/{Path(name).name}", folder / file)
        for form, name, file in rows.iterator(chunk_size=_PART)
    )


def about(campaign: Campaign, instrument: Instrument) -> dict[str, str]:
    """Return where an export comes from."""
    return {
        "campaign": campaign.code,
        "title": campaign.title,
        "kind": campaign.kind,
        "sampling": campaign.sampling,
        "wave": campaign.wave,
        "instrument": f"{instrument.id}@{instrument.version}",
        "digest": instrument.digest,
        "software": f"Convive {__version__}",
    }


def _reader(campaign: Campaign) -> Callable[[], Iterator[KeptForm]]:
    return lambda: kept_forms(campaign)


def _read(opened: Any) -> Iterator[bytes]:
    with opened:
        while part := opened.read(_PART):
            yield part
