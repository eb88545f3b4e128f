"""Ten thousand damaged files of every type: each ends in a table or in a problem with a known code.

Libraries that can crash or hang run in a child process; what they break is that process.
"""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import numpy as np
import pytest

from convive.catalogue.texts import has_text
from convive.connectors.city_pack import guarded_process
from convive.connectors.city_pack.files import PackFolder
from convive.connectors.city_pack.mapping_schema import Format
from convive.connectors.city_pack.open_sheets import open_sheets
from convive.connectors.city_pack.problem_log import ProblemLog, SourceLog
from factories.damaged_files import hostile, seeds

PATIENCE = 20.0
FORMATS = (
    Format(),
    Format(sheet="*"),
    Format(header_rows=2),
    Format(crs="EPSG:25833", skip_after_header=1),
)


def read_all(folder: Path, name: str, data: bytes, fmt: Format) -> tuple[int, set[str]]:
    """Return how many rows were read and the codes of all problems."""
    path = folder / name
    path.write_bytes(data)
    log = ProblemLog()
    pack = PackFolder(folder)
    rows = sum(s.n_rows for s in open_sheets(pack, [(path, None)], fmt, SourceLog("s", log)))
    path.unlink()
    return rows, {problem.code for problem in log.problems}


def fuzz(folder: Path, numbers: range) -> Counter[str]:
    """Read the files of these numbers; return how often which problem came."""
    found: Counter[str] = Counter()
    for number in numbers:
        rng = np.random.default_rng(number)
        name, data = hostile(rng)
        fmt = FORMATS[int(rng.integers(len(FORMATS)))]
        rows, codes = read_all(folder, name, data, fmt)
        found.update(codes or {"read" if rows else "nothing"})
    return found


def check(found: Counter[str]) -> None:
    assert not found["nothing"], "a file without rows ends in a word about it"
    for code in set(found) - {"read"}:
        assert has_text(f"problem.{code}", "en"), code
        assert has_text(f"problem.{code}.remedy", "en"), code


@pytest.fixture(autouse=True)
def _short_patience(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(guarded_process, "PATIENCE_SECONDS", PATIENCE)


@pytest.mark.parametrize("name", sorted(seeds()))
def test_every_type_is_read_undamaged(tmp_path: Path, name: str) -> None:
    rows, codes = read_all(tmp_path, name, seeds()[name], Format())
    assert rows >= 2
    assert codes <= {"ENCODING_GUESSED"}


def test_fifteen_hundred_damaged_files_end_in_a_table_or_a_problem(tmp_path: Path) -> None:
    found = fuzz(tmp_path, range(1_500))
    check(found)
    assert found["read"] > 50, "some damage does no harm"
    assert len(found) > 10, "many kinds of damage are told apart"


@pytest.mark.calibration
def test_ten_thousand_damaged_files_end_in_a_table_or_a_problem(tmp_path: Path) -> None:
    check(fuzz(tmp_path, range(1_500, 11_500)))
