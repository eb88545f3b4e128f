"""OpenRosa: what ODK Collect, KoboCollect and their kin say to a server, and want to hear.

Pure documents: nothing here knows of a database or a request. The rules are in
``docs/reference/openrosa.md``.
"""

from __future__ import annotations

from convive.connectors.openrosa.bodies import read_announced, read_chunked, read_to_end
from convive.connectors.openrosa.documents import (
    CONTENT_TYPE,
    FAILURE,
    SUCCESS,
    FormEntry,
    MediaFile,
    form_list,
    manifest,
    md5_of,
    response,
)
from convive.connectors.openrosa.envelope import Root, instance_uuid, moment_of, root_of
from convive.connectors.openrosa.multipart import Part, parse_multipart
from convive.connectors.openrosa.places import PLACES_FILE, PlaceRow, places_csv
from convive.connectors.openrosa.provisioning import settings_code

__all__ = [
    "CONTENT_TYPE",
    "FAILURE",
    "PLACES_FILE",
    "SUCCESS",
    "FormEntry",
    "MediaFile",
    "Part",
    "PlaceRow",
    "Root",
    "form_list",
    "instance_uuid",
    "manifest",
    "md5_of",
    "moment_of",
    "parse_multipart",
    "places_csv",
    "read_announced",
    "read_chunked",
    "read_to_end",
    "response",
    "root_of",
    "settings_code",
]
