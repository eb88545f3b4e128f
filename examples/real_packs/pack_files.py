"""Find open data, copy it into a pack, and say clearly what is absent."""

from __future__ import annotations

import csv
import os
import shutil
import sys
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

REPOSITORY = Path(__file__).resolve().parents[2]
DEFAULT_DATA = REPOSITORY.parent / "shared" / "data" / "open"
EXIT_DATA_ABSENT = 22
"""As Convive's own exit code for a source that failed."""


def data_folder() -> Path:
    """Return the folder with open data: CONVIVE_REAL_DATA, or the folder beside the repository."""
    return Path(os.environ.get("CONVIVE_REAL_DATA", "") or DEFAULT_DATA)


@dataclass(frozen=True)
class PackFolder:
    """A pack being put together in `out` from one folder of open data."""

    out: Path
    data: Path

    def require(self, names: Iterable[str]) -> None:
        """End with the list of absent files unless all are there."""
        absent = [name for name in names if not (self.data / name).is_file()]
        if absent:
            lines = "\n".join(f"  {self.data / name}" for name in absent)
            print(f"These files are needed and absent:\n{lines}", file=sys.stderr)
            print("Set CONVIVE_REAL_DATA to the folder that holds them.", file=sys.stderr)
            raise SystemExit(EXIT_DATA_ABSENT)

    def copy(self, name: str, to: str) -> Path:
        """Copy an original into the pack, unchanged."""
        target = self._target(to)
        shutil.copyfile(self.data / name, target)
        return target

    def write(self, to: str, text: str) -> None:
        """Write a text file."""
        self._target(to).write_bytes(text.encode("utf-8"))

    def write_rows(self, to: str, header: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
        """Write a derived table as comma-separated UTF-8."""
        with self._target(to).open("w", encoding="utf-8", newline="") as file:
            writer = csv.writer(file)
            writer.writerow(header)
            writer.writerows(rows)

    def _target(self, to: str) -> Path:
        path = self.out / to
        path.parent.mkdir(parents=True, exist_ok=True)
        return path


def start_pack(folder: str) -> PackFolder:
    """Return the pack named on the command line, reading from one folder of open data."""
    if len(sys.argv) != 2 or sys.argv[1].startswith("-"):
        print(f"usage: python {sys.argv[0]} OUT\n\nOUT is the folder of the pack.", file=sys.stderr)
        raise SystemExit(0 if sys.argv[1:] in (["--help"], ["-h"]) else 2)
    return PackFolder(Path(sys.argv[1]), data_folder() / folder)
