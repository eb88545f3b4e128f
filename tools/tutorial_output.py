"""Write below each step of "An audit by hand" what it prints for the invented town, full size.

Run with ``PYTHONPATH=src:tests:examples .venv/bin/python tools/tutorial_output.py``. The test of
the page runs it in the same way and compares.
"""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

from convive.wiring import run_audit
from demo_city import build_city, write_pack
from factories.tutorial import AUDIT_BY_HAND, REPOSITORY, with_output


def main() -> None:
    """Build and audit the town, run the page in a folder of its own, write it anew."""
    with tempfile.TemporaryDirectory() as folder:
        pack = Path(folder) / "marvenza"
        write_pack(build_city(), pack)
        run_audit(pack)
        os.chdir(folder)
        page = with_output(AUDIT_BY_HAND.read_text(encoding="utf-8"), {"pack": pack})
        os.chdir(REPOSITORY)
    AUDIT_BY_HAND.write_text(page, encoding="utf-8")


if __name__ == "__main__":
    main()
