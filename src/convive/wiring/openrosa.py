"""Joins the addresses of field apps to the documents of OpenRosa and to XForms."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from convive.connectors.openrosa import (
    CONTENT_TYPE,
    FAILURE,
    PLACES_FILE,
    SUCCESS,
    FormEntry,
    MediaFile,
    Part,
    PlaceRow,
    Root,
    form_list,
    instance_uuid,
    manifest,
    md5_of,
    moment_of,
    parse_multipart,
    places_csv,
    read_announced,
    read_chunked,
    read_to_end,
    response,
    root_of,
    settings_code,
)
from convive.core.errors import DatasetError, RequestError
from convive.core.instruments.model import Instrument

if TYPE_CHECKING:
    from convive.connectors.xlsform import Submission

# ruff: noqa: PLC0415 - pyxform is imported where it is used

__all__ = [
    "CONTENT_TYPE",
    "FAILURE",
    "PLACES_FILE",
    "PLACE_NODE",
    "SUCCESS",
    "FieldForm",
    "FormEntry",
    "MediaFile",
    "Part",
    "PlaceRow",
    "Root",
    "field_form_xml",
    "form_list",
    "instance_uuid",
    "manifest",
    "md5_of",
    "moment_of",
    "parse_multipart",
    "places_csv",
    "read_announced",
    "read_chunked",
    "read_field_form",
    "read_to_end",
    "response",
    "root_of",
    "settings_code",
]

PLACE_NODE = "convive_place"
"""Node of a form that says at which planned place it was filled in."""
_TOO_LARGE = "SUBMISSION_TOO_LARGE"


@dataclass(frozen=True)
class FieldForm:
    """An instrument as one campaign offers it to field apps."""

    instrument: Instrument
    form_id: str
    title: str
    version: str
    languages: Sequence[str]
    place_question: Mapping[str, str]
    """Language → question; empty: the campaign has no planned places."""
    place_hint: Mapping[str, str]


def field_form_xml(form: FieldForm) -> bytes:
    """Return the XForm.

    Raises
    ------
    DefinitionError
        As `convive.connectors.xlsform.to_xform`.
    """
    from convive.connectors.xlsform import to_xform

    titled = dict.fromkeys((*form.languages, "en"), form.title)
    return to_xform(
        replace(form.instrument, id=form.form_id, title=titled),
        version_string=form.version,
        languages=form.languages,
        default_language=form.languages[0] if form.languages else "",
        asked_first=_place_rows(form),
    )


def read_field_form(xml: bytes, instrument: Instrument, form_id: str) -> Submission:
    """Return what a field app sent for an instrument.

    Raises
    ------
    RequestError
        OPENROSA_TOO_LARGE, OPENROSA_NOT_XML.
    """
    from convive.connectors.xlsform import parse_submission

    try:
        return parse_submission(xml, replace(instrument, id=form_id), also=frozenset({PLACE_NODE}))
    except DatasetError as error:
        problem = error.problems[0]
        if problem.code == _TOO_LARGE:
            raise RequestError("OPENROSA_TOO_LARGE", limit=problem.data["mib"]) from error
        raise RequestError("OPENROSA_NOT_XML") from error


def _place_rows(form: FieldForm) -> list[dict[str, str]]:
    if not form.place_question:
        return []
    from convive.connectors.xlsform.columns import translated

    row = {
        "type": f"select_one_from_file {PLACES_FILE}",
        "name": PLACE_NODE,
        "appearance": "minimal autocomplete",
    }
    texts = translated("label", form.place_question) | translated("hint", form.place_hint)
    return [row | texts]
