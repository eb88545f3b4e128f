"""The tutorial "An audit by hand" runs as written, on the invented town and on Manchester."""

from __future__ import annotations

import re
import sys
from pathlib import Path
from types import ModuleType

import pytest

from convive.wiring import run_audit
from demo_city import build_city, write_pack

REPOSITORY = Path(__file__).resolve().parents[2]
PAGE = REPOSITORY / "docs" / "tutorials" / "audit-by-hand.md"
SCRIPTS = REPOSITORY / "examples" / "real_packs"


def _run_page(pack: Path) -> None:
    blocks = re.findall(r"```python\n(.*?)```", PAGE.read_text(encoding="utf-8"), flags=re.DOTALL)
    names: dict[str, object] = {"pack": pack}
    for number, block in enumerate(blocks):
        exec(compile(block, f"{PAGE.name}, block {number}", "exec"), names)


def _assert_told(printed: str, facts: tuple[str, ...]) -> None:
    for fact in facts:
        assert re.search(fact, printed), f"not told: {fact}\n{printed}"


@pytest.fixture
def manchester() -> ModuleType:
    sys.path.insert(0, str(SCRIPTS))
    try:
        import manchester
    finally:
        sys.path.remove(str(SCRIPTS))
    return manchester


def test_runs_on_the_invented_town(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    pack = tmp_path / "marvenza"
    write_pack(build_city(), pack)
    run_audit(pack)
    monkeypatch.chdir(tmp_path)
    _run_page(pack)
    # what was planted there: burglary falls by 6 % a year, women and the old are more afraid,
    # two of the areas that feel worse than recorded, the visitors' area, two biased observers
    facts = (
        r"40 areas of level neighbourhood.* 6 counts not shown",
        r"Isla Verde 2024 not shown: small_count",
        r"refused: RATES_NEGATIVE_COUNT \| Counts of events",
        r"areas without a neighbour that is shown: \['Vega Baja'\]",
        r"breaks in recording: none",
        r"last year against the first: -2\d % \(-3\d to -\d+\)",
        r"the audit: clear_fall, -2\d % since 2021-01",
        r"unusual of the last three months: 0",
        r"unsafe after dark: 30\.\d%",
        r"refused: Nobody answered from a category.*Otro",
        r"'modelled': \d",
        r"neighbourhood: 75 each.* found in 0 of 40 areas",
        r"Alameda \| the odd one: felt",
        r"Porta Vella \| the odd one: recorded",
        r"recorded of what residents lived through: \d\d%",
        r"anything from rank 1 to \d\d",
        r"weight of the last year: alone [67]\d%",
        r"D4 \+\d\.\d points",
        r"observers who clearly deviate: \['O04', 'O09'\]",
        r"40 rows, 2 with a reason instead of a figure",
    )
    _assert_told(capsys.readouterr().out, facts)
    text = (tmp_path / "my-table.csv").read_text(encoding="utf-8")
    assert '"Isla Verde",,"small_count"' in text


@pytest.mark.real_data
def test_runs_on_manchester(
    manchester: ModuleType,
    real_data: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    folder = manchester.PackFolder(tmp_path / "manchester", real_data / "greater_manchester")
    run_audit(manchester.build(folder))
    monkeypatch.chdir(tmp_path)
    _run_page(folder.out)
    facts = (
        r"282 areas of level lsoa.* 0 counts not shown",
        r"2018 shown: 8103 burglaries in 282 areas",
        r"highest: Manchester 054C, 168\.8 \(147\.3 to 192\.7\)",
        r"per 1,000 workday_population: highest Manchester",
        r"chance alone: .*'above': 3\d",
        r"Moran's I 0\.3\d, p 0\.00\d",
        r"'high-high': \d",
        r"cluster\s+\d+ areas around Manchester 054C: \d+ instead of \d+, p 0\.005",
        r"last year against the first: \+14 %",
        r"the audit: likely_rise, \+14 % since 2016-02",
        r"no survey with areas: \[.*'local_survey'",
        r"refused: There are 1 faces with a scale; it takes two",
        r"281 areas in \d bands",
        r"282 rows, 0 with a reason",
    )
    printed = capsys.readouterr().out
    _assert_told(printed, facts)
    assert "unsafe after dark" not in printed
    assert "recorded of what residents" not in printed
