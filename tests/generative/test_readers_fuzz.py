"""Ten thousand damaged files of every type: each ends in a table or in a problem with a known code.

Libraries that can crash or hang run in a child process; what they break is that process.
"""

from __future__ import annotations

import gzip
import warnings
from collections import Counter
from functools import cache
from pathlib import Path

import numpy as np
import pytest

from convive.catalogue.texts import has_text
from convive.connectors.city_pack import guarded_process
from convive.connectors.city_pack.files import PackFolder
from convive.connectors.city_pack.mapping_schema import Format
from convive.connectors.city_pack.open_sheets import open_sheets
from convive.connectors.city_pack.problem_log import ProblemLog, SourceLog
from factories.file_types import all_types, zipped

PATIENCE = 20.0
NUMBERS = (
    b"\x00",
    b"\xff",
    b"\x7f",
    b"\x80",
    b"\xff\xff\xff\xff",
    b"\x7f\xff\xff\xff",
    b"-1",
    b"9" * 20,
)
FORMATS = (
    Format(),
    Format(sheet="*"),
    Format(header_rows=2),
    Format(crs="EPSG:25833", skip_after_header=1),
)
KNOWN_CODES_OF_FORMATS = 4


@cache
def seeds() -> dict[str, bytes]:
    return all_types()


def damaged(data: bytes, rng: np.random.Generator) -> bytes:
    """Return the bytes with a few random mutations."""
    out = bytearray(data)
    for _ in range(int(rng.integers(1, 5))):
        if not out:
            break
        at, length = int(rng.integers(len(out))), int(rng.integers(1, 64))
        kind = int(rng.integers(8))
        if kind == 0:  # bit flips
            for place in rng.integers(len(out), size=int(rng.integers(1, 16))):
                out[place] ^= 1 << int(rng.integers(8))
        elif kind == 1:  # cut off
            del out[at:]
        elif kind == 2:  # a piece twice
            out[at:at] = out[at : at + length] * int(rng.integers(1, 20))
        elif kind == 3:  # a piece taken out
            del out[at : at + length]
        elif kind == 4:  # two bytes change places
            other = int(rng.integers(len(out)))
            out[at], out[other] = out[other], out[at]
        elif kind == 5:  # garbage
            out[at : at + length] = rng.bytes(length)
        elif kind == 6:  # extreme numbers
            value = NUMBERS[int(rng.integers(len(NUMBERS)))]
            out[at : at + len(value)] = value
        else:  # zeros
            out[at : at + length] = bytes(length)
    return bytes(out)


def hostile(rng: np.random.Generator) -> tuple[str, bytes]:
    """Return a file name and bytes: damaged, under a wrong name, or wrapped once more."""
    names = sorted(seeds())
    name = names[int(rng.integers(len(names)))]
    data = seeds()[name]
    dice = rng.random()
    if dice < 0.92:
        data = damaged(data, rng)
    if dice > 0.85:
        other = names[int(rng.integers(len(names)))]
        name = f"data{''.join(Path(other).suffixes)}"
    if rng.random() < 0.04:
        name, data = "data.zip", zipped({name: data, "again.zip": zipped({name: data})})
    if rng.random() < 0.02:
        name, data = f"{name}.gz", gzip.compress(data, mtime=0)
    if rng.random() < 0.02:
        data = rng.bytes(int(rng.integers(1, 4000)))
    return name, data


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
    with warnings.catch_warnings():
        check(fuzz(tmp_path, range(1_500, 11_500)))
