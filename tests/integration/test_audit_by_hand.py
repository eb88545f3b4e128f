"""The tutorial "An audit by hand" runs as written, on the invented town and on Manchester."""

from __future__ import annotations

import re
import sys
from pathlib import Path
from types import ModuleType

import pytest

from convive.wiring import run_audit
from factories.shared import own_copy
from factories.tutorial import AUDIT_BY_HAND, told, with_output

SCRIPTS = Path(__file__).resolve().parents[2] / "examples" / "real_packs"


@pytest.fixture
def page() -> str:
    return AUDIT_BY_HAND.read_text(encoding="utf-8")


@pytest.fixture
def manchester() -> ModuleType:
    sys.path.insert(0, str(SCRIPTS))
    try:
        import manchester
    finally:
        sys.path.remove(str(SCRIPTS))
    return manchester


def _assert_told(page: str, facts: tuple[str, ...]) -> None:
    for fact in facts:
        assert re.search(fact, told(page)), f"not told: {fact}\n{told(page)}"


def test_the_invented_town_tells_what_was_planted_there(
    page: str, demo_city_pack: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    pack = own_copy(demo_city_pack, tmp_path)
    monkeypatch.chdir(tmp_path)
    found = with_output(page, {"pack": pack})
    facts = (
        r"Isla Verde 2024 not shown: small_count",
        r"refused: RATES_NEGATIVE_COUNT \| Counts of events",
        # burglary falls by 6 % a year, without a break in recording
        r"breaks in recording: none",
        r"last year against the first: -2\d % \(-3\d to -\d+\)",
        r"the audit: clear_fall, -2\d % since 2021-01",
        r"refused: Nobody answered from a category.*Otro",
        r"'modelled': \d",
        r"by neighbourhood: 75 each.*\n.* found in 0 of 40 areas",
        # one of two areas that are more afraid than the record, one with visitors
        r"Alameda \| the odd one: felt",
        r"Porta Vella \| the odd one: recorded",
        r"observers who clearly deviate: \['O04', 'O09'\]",
        r"40 rows, 2 with a reason instead of a figure",
    )
    _assert_told(found, facts)
    text = (tmp_path / "my-table.csv").read_text(encoding="utf-8")
    assert '"Isla Verde",,"small_count"' in text
    assert found == page, "run tools/tutorial_output.py and look at what changed"


@pytest.mark.real_data
def test_runs_on_manchester(
    page: str,
    manchester: ModuleType,
    real_data: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    folder = manchester.PackFolder(tmp_path / "manchester", real_data / "greater_manchester")
    run_audit(manchester.build(folder))
    monkeypatch.chdir(tmp_path)
    found = with_output(page, {"pack": folder.out})
    facts = (
        r"282 areas of level lsoa.* 0 counts not shown",
        r"2018 shown: 8103 burglaries in 282 areas",
        r"highest: Manchester 054C, 168\.8 \(147\.3 to 192\.7\)",
        r"chance alone: .*'above': 3\d",
        r"Moran's I 0\.3\d, p 0\.00\d",
        r"'high-high': \d",
        r"cluster\n\d+ areas around Manchester 054C: \d+ instead of \d+, p 0\.005",
        r"last year against the first: \+14 %",
        r"the audit: likely_rise, \+14 % since 2016-02",
        r"no survey with areas: \[.*'local_survey'",
        r"refused: There are 1 faces with a scale; it takes two",
        r"281 areas in \d bands",
        r"282 rows, 0 with a reason",
    )
    _assert_told(found, facts)
    assert "unsafe after dark" not in told(found)
    assert "lived through" not in told(found)
