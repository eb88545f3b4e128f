"""Write the invented town as a city pack.

``python -m examples.demo_city OUT [--seed N] [--null] [--scale 1.0] [--workspace]``
"""

from __future__ import annotations

import argparse
from pathlib import Path

from . import build_city, write_pack
from .workspace import write_workspace


def main() -> None:
    """Read the arguments, build the town, write the pack and the truth beside it."""
    parser = argparse.ArgumentParser(description="Write an invented town as a city pack.")
    parser.add_argument("out", type=Path, help="folder of the pack")
    parser.add_argument("--seed", type=int, default=20260101)
    parser.add_argument(
        "--null", action="store_true", help="plant nothing: no differences, no changes"
    )
    parser.add_argument("--scale", type=float, default=1.0, help="size against 200,000 residents")
    parser.add_argument(
        "--workspace", action="store_true", help="enter the fieldwork into the workspace too"
    )
    given = parser.parse_args()
    city = build_city(given.seed, is_null=given.null, scale=given.scale)
    truth = write_pack(city, given.out)
    if given.workspace:
        write_workspace(city, given.out)
    print(f"{given.out}: {city.incidents.offence.size:,} incidents; truth in {truth}")


if __name__ == "__main__":
    main()
