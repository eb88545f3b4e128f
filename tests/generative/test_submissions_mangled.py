"""Whatever arrives as a submission or a workbook: answers, or a refusal, never anything else."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from convive.connectors.xlsform import (
    parse_submission,
    read_xlsform,
    write_submission,
    write_xlsform,
)
from convive.core.errors import DatasetError
from factories.instruments import rich_answers, rich_sample

SAMPLE = rich_sample()
SENT = write_submission(rich_answers(), SAMPLE, instance_id="uuid:1")
SHEET = write_xlsform(SAMPLE)
QUICK = settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))


@QUICK
@given(st.integers(0, len(SENT) - 1), st.binary(max_size=12))
def test_a_mangled_submission_gives_answers_or_is_refused(at: int, junk: bytes) -> None:
    mangled = SENT[:at] + junk + SENT[at + len(junk) :]
    assert _code_of(mangled) in {"", "SUBMISSION_UNREADABLE"}


def _code_of(data: bytes) -> str:
    """Return the code of a refusal; empty where there are answers."""
    try:
        return "" if isinstance(parse_submission(data, SAMPLE).answers, dict) else "?"
    except DatasetError as refused:
        return refused.code


@QUICK
@given(st.integers(0, len(SHEET) - 1), st.binary(min_size=1, max_size=12))
def test_a_mangled_workbook_gives_an_instrument_or_problems(at: int, junk: bytes) -> None:
    data = SHEET[:at] + junk + SHEET[at + len(junk) :]
    reading = read_xlsform(data, "a.xlsx", today=date(2026, 1, 1))
    assert reading.instrument is not None or reading.problems


def wrapped(inside: str, head: str = "") -> bytes:
    return f'{head}<data id="rich_sample" version="3">{inside}</data>'.encode()


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"", "SUBMISSION_NOT_XML"),
        (b"no xml", "SUBMISSION_NOT_XML"),
        (b'<data id="other"/>', "SUBMISSION_OTHER_FORM"),
        (wrapped("", '<!DOCTYPE d [<!ENTITY a "b">]>'), "XML_UNSAFE"),
        (wrapped("", '<!DOCTYPE d SYSTEM "file:///etc/passwd">'), "XML_UNSAFE"),
        (wrapped("<a>" * 60 + "</a>" * 60), "SUBMISSION_TOO_LARGE"),
        (wrapped("<a/>" * 100_001), "SUBMISSION_TOO_LARGE"),
        (wrapped("<spot>" + " " * 4_200_000 + "</spot>"), "SUBMISSION_TOO_LARGE"),
    ],
    ids=["empty", "text", "other form", "entity", "external", "deep", "many", "large"],
)
def test_a_hostile_submission_is_refused(data: bytes, code: str) -> None:
    with pytest.raises(DatasetError) as refused:
        parse_submission(data, SAMPLE)
    assert [problem.code for problem in refused.value.problems] == [code]


def test_what_does_not_fit_is_kept_aside_and_never_said_aloud() -> None:
    inside = (
        "<spot><day>the day Anna came</day><lighting>3</lighting><lighting>2</lighting>"
        "<secret>Anna</secret><where>900 1</where></spot>"
        "<stops><stop_photo>../../etc/passwd</stop_photo></stops><stops><stop_light>1</stop_light></stops>"
    )
    read = parse_submission(wrapped(inside), SAMPLE)
    assert read.answers == {"lighting": "3", "stops": [{}, {"stop_light": "1"}]}
    assert read.aside == {
        "/spot/day": "the day Anna came",
        "/spot/lighting": "2",
        "/spot/secret": "Anna",
        "/spot/where": "900 1",
        "/stops[1]/stop_photo": "../../etc/passwd",
    }
    assert "Anna" not in repr(read.problems)
    assert {(p.code, p.place.column) for p in read.problems} == {
        ("SUBMISSION_VALUE", "/spot/day"),
        ("SUBMISSION_TWICE", "/spot/lighting"),
        ("SUBMISSION_UNKNOWN_NODE", "/spot/secret"),
        ("SUBMISSION_VALUE", "/spot/where"),
        ("SUBMISSION_VALUE", "/stops[1]/stop_photo"),
    }
    assert read.attachments == ()
