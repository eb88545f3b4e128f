"""Enter partnership, strategy and a year of delivery into the workspace of the audited pack.

``python -m examples.demo_city.partnership PACK [--seed N] [--today 2026-11-20]``
"""

from __future__ import annotations

import argparse
from datetime import date
from pathlib import Path

from . import write_partnership


def main() -> None:
    """Read the arguments and enter everything, once."""
    parser = argparse.ArgumentParser(description="Enter a year of work into an invented town.")
    parser.add_argument("pack", type=Path, help="folder of the pack; it must be audited")
    parser.add_argument("--seed", type=int, default=20260101)
    parser.add_argument(
        "--today", type=date.fromisoformat, default=None,
        help="last day of the delivery; otherwise counted from the pack's last month",
    )  # fmt: skip
    given = parser.parse_args()
    told = write_partnership(given.pack, seed=given.seed, today=given.today)
    print(f"{given.pack}: {told}")


if __name__ == "__main__":
    main()
