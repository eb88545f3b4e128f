"""Let R compute what our statistics must equal, and keep its numbers for the tests.

Run with `make oracle`, or some of it with `make oracle ARGS="space time"`. Needs R with the packages
that the scripts in tools/oracle load (all of them in Debian). Without R the tests use the kept numbers.
"""

from __future__ import annotations

import csv
import json
import shutil
import subprocess
import sys
from importlib import import_module
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
SCRIPTS = ROOT / "tools" / "oracle"
KEPT = ROOT / "tests" / "oracle" / "r"
INPUTS = ROOT / "var" / "oracle"


def write_inputs(area: str) -> Path:
    """Write what the area's script reads and return the folder."""
    folder = INPUTS / area
    folder.mkdir(parents=True, exist_ok=True)
    for name, table in import_module(f"factories.oracle.{area}").inputs().items():
        with (folder / f"{name}.csv").open("w", newline="", encoding="utf-8") as file:
            writer = csv.writer(file)
            writer.writerow(table)
            writer.writerows(
                [repr(v) if isinstance(v, float) else v for v in row]
                for row in zip(*(_plain(column) for column in table.values()), strict=True)
            )
    return folder


def _plain(column: object) -> list[object]:
    return column.tolist() if hasattr(column, "tolist") else list(column)  # type: ignore[call-overload]


def main() -> None:
    """Run the scripts of the areas asked for and keep what they print."""
    if shutil.which("Rscript") is None:
        sys.exit("There is no R here. Install it with the packages that tools/oracle/*.R load.")
    sys.path.insert(0, str(ROOT / "tests"))
    areas = sys.argv[1:] or sorted(path.stem for path in SCRIPTS.glob("*.R"))
    for area in areas:
        command = ["Rscript", "--vanilla", str(SCRIPTS / f"{area}.R"), str(write_inputs(area))]
        printed = subprocess.run(command, check=True, capture_output=True, text=True).stdout
        numbers = json.loads(printed)
        path = KEPT / f"{area}.json"
        before = path.read_text("utf-8") if path.exists() else ""
        path.write_text(json.dumps(numbers, indent=1, sort_keys=True) + "\n", encoding="utf-8")
        print(f"{area}: {'as kept' if path.read_text('utf-8') == before else 'renewed'}")


if __name__ == "__main__":
    main()
