"""Numbers of cases and files pass; what could name somebody does not."""

from __future__ import annotations

import pytest

from convive.app.evidence_room.case_numbers import is_case_number

NUMBERS = [
    "2026-114", "SEC/26/7", "114/2026", "2026/004512", "00123/2026/004512",  # plain registers
    "ST/0123456/2026", "120Js114/26", "3Ws114/26", "VG-2026-17", "1BVR1234/26",  # Germany
    "PAD/26/01234567/001/KRIM", "E1/114/2026",  # Austria
    "ST.2026.114",  # Switzerland
    "BR.11.LA.012345/2026",  # Belgium
    "PL0600-2026123456", "2026123456",  # Netherlands
    "RGNR-1142/2026", "N.114/2026", "1142/26-RG",  # Italy
    "28079-43-2-2026-0001234", "DP-114/2026",  # Spain
    "1234/26.0PBLSB", "12/26.9GCLRS-A",  # Portugal
    "01/1234567/26", "CRN-2026/114", "A12345/26",  # United Kingdom and Ireland
]  # fmt: skip
PERSONS = [
    "Ali-Smith1", "AliSmith123", "ali1", "Smith/1999", "SMITH-1999", "A.Smith-114", "Smith114",
    "ALI-KHAN-114", "Ali-114", "ali.khan.114", "AL-KHAN-114", "KHAN7", "J-S-1", "Jane", "12",
    "Jane Smith 114", "jane@example.org", "O'Brien-114", "Æsir-114", "١١٤", "114-", "1--4",
    "", "-", "114/2026\n", "MILLER114/26",
]  # fmt: skip


@pytest.mark.parametrize("text", NUMBERS)
def test_a_number_of_a_case_passes(text: str) -> None:
    assert is_case_number(text)


@pytest.mark.parametrize("text", PERSONS)
def test_what_could_name_somebody_does_not(text: str) -> None:
    assert not is_case_number(text)
