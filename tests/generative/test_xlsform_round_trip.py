"""What goes out as XLSForm comes back as it was; so do answers through the XML of field apps."""

from __future__ import annotations

from datetime import date

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from convive.connectors.xlsform import (
    parse_submission,
    read_xlsform,
    to_xform,
    write_submission,
    write_xlsform,
)
from convive.core.instruments.model import Instrument
from factories.instruments import fillings, instruments

ANY_DAY = date(1999, 12, 31)
SLOW = settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))


@SLOW
@given(instruments())
def test_a_workbook_reads_back_as_the_same_instrument(instrument: Instrument) -> None:
    reading = read_xlsform(write_xlsform(instrument), "any.xlsx", today=ANY_DAY)
    assert reading.instrument == instrument, reading.problems


@SLOW
@given(instruments(), st.data())
def test_a_submission_reads_back_as_the_same_answers(
    instrument: Instrument, data: st.DataObject
) -> None:
    answers = data.draw(fillings(instrument))
    sent = write_submission(
        answers, instrument, instance_id="uuid:1", version="1-a", started="2026-01-01T10:00:00Z"
    )
    read = parse_submission(sent, instrument)
    assert read.answers == answers
    assert (read.instance_id, read.form_id, read.version) == ("uuid:1", instrument.id, "1-a")
    assert (read.started, read.ended, read.problems) == ("2026-01-01T10:00:00Z", "", ())


@SLOW
@given(instruments())
def test_the_same_instrument_gives_the_same_form_byte_for_byte(instrument: Instrument) -> None:
    assert to_xform(instrument) == to_xform(instrument)
    assert write_xlsform(instrument) == write_xlsform(instrument)
