"""The protocol's documents, ids and times."""

from __future__ import annotations

import xml.etree.ElementTree as ET
from datetime import UTC, datetime
from uuid import UUID

import pytest

from convive.connectors.openrosa import (
    FAILURE,
    FormEntry,
    MediaFile,
    form_list,
    instance_uuid,
    manifest,
    moment_of,
    response,
    root_of,
)
from convive.core.errors import RequestError

NOW = datetime(2026, 11, 21, 12, tzinfo=UTC)
ENTRY = FormEntry("a<b", 'Näme & "x"\x0b', "1-2", "0" * 32, "https://c.example/f?a=1&b=2")


def test_a_list_of_forms_as_the_standard_has_it() -> None:
    assert form_list([ENTRY]).decode() == (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        '<xforms xmlns="http://openrosa.org/xforms/xformsList"><xform><formID>a&lt;b</formID>'
        '<name>Näme &amp; "x"</name><version>1-2</version>'
        f"<hash>md5:{'0' * 32}</hash>"
        "<downloadUrl>https://c.example/f?a=1&amp;b=2</downloadUrl></xform></xforms>"
    )


def test_empty_lists_are_documents_too() -> None:
    assert ET.fromstring(form_list([])).tag == "{http://openrosa.org/xforms/xformsList}xforms"
    assert ET.fromstring(manifest([])).tag == "{http://openrosa.org/xforms/xformsManifest}manifest"


def test_a_manifest_and_an_answer() -> None:
    node = ET.fromstring(manifest([MediaFile("p.csv", "1" * 32, "https://c.example/p")]))[0]
    assert [child.text for child in node] == ["p.csv", "md5:" + "1" * 32, "https://c.example/p"]
    message = ET.fromstring(response("No <b>", FAILURE))[0]
    assert (message.text, message.get("nature")) == ("No <b>", "submit_error")


@pytest.mark.parametrize(
    ("xml", "form_id", "version"),
    [
        (b'<data id="f" version="2"><a/></data>', "f", "2"),
        (b'<x:f xmlns:x="urn:f" version="2"/>', "f", "2"),
        (b'<?xml version="1.0" encoding="utf-8"?><data id="f"><unclosed>', "f", ""),
    ],
)
def test_the_root_says_which_form_it_is(xml: bytes, form_id: str, version: str) -> None:
    found = root_of(xml)
    assert (found.form_id, found.version) == (form_id, version)


def test_ids_that_are_no_uuid_are_told_apart_by_campaign() -> None:
    assert instance_uuid("7", UUID(int=1)) != instance_uuid("7", UUID(int=2))
    with pytest.raises(RequestError, match="OPENROSA_NO_ID"):
        instance_uuid(" ", UUID(int=1))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2026-11-21T13:00:00.000+01:00", NOW),
        ("2026-11-21T12:00:00", NOW),
        ("1970-01-01T00:00:00Z", None),
        ("2031-01-01T00:00:00Z", None),
        ("9999-12-31T23:59:59-12:00", None),
        ("0001-01-01T00:00:00+14:00", None),
        ("", None),
        ("yesterday", None),
    ],
)
def test_a_clock_that_cannot_be_right_is_not_believed(text: str, expected: datetime | None) -> None:
    assert moment_of(text, now=NOW) == expected
