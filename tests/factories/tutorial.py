"""A tutorial run as it is written: its Python blocks, and below each what it prints."""

from __future__ import annotations

import contextlib
import io
import re
from pathlib import Path
from typing import Any

REPOSITORY = Path(__file__).resolve().parents[2]
AUDIT_BY_HAND = REPOSITORY / "docs" / "tutorials" / "audit-by-hand.md"


def with_output(page: str, names: dict[str, Any]) -> str:
    """Return a page with the output of its Python blocks, run one after the other in `names`."""
    bare = re.sub(r"\n```text\n.*?```\n", "", page, flags=re.DOTALL)

    def run(block: re.Match[str]) -> str:
        printed = io.StringIO()
        with contextlib.redirect_stdout(printed):
            exec(compile(block[1], "a block of the page", "exec"), names)
        lines = [line.rstrip() for line in printed.getvalue().splitlines()]
        return "\n".join([block[0], "```text", *lines, "```", ""]) if lines else block[0]

    return re.sub(r"```python\n(.*?)```\n", run, bare, flags=re.DOTALL)


def told(page: str) -> str:
    """Return all output that stands in a page."""
    return "".join(re.findall(r"```text\n(.*?)```", page, flags=re.DOTALL))
