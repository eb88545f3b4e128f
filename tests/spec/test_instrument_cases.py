"""Every worked case of every instrument comes out as it was worked out by hand."""

from __future__ import annotations

import pytest

from convive.catalogue import find
from convive.catalogue.instrument_files import WorkedCase
from convive.catalogue.worked_cases import differences
from convive.core.instruments.model import Instrument

KEPT = [
    (found.id, version)
    for found in find.instruments()
    for version in find.instrument_versions(found.id)
]
CASES = [
    pytest.param(find.instrument(name, version), case, id=f"{name}@{version}: {case.title}")
    for name, version in KEPT
    for case in find.worked_cases(name, version)
]


@pytest.mark.parametrize(("instrument", "case"), CASES)
def test_a_worked_case_comes_out_as_written(instrument: Instrument, case: WorkedCase) -> None:
    lines = [
        f"{instrument.id}, “{case.title}”, {one.about}:\n"
        f"  expected {one.expected}\n  got      {one.got}"
        for one in differences(instrument, case)
    ]

    assert not lines, "\n".join(lines)
