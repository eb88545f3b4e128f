"""Pages of plans as files, their balance, and their public side."""

from __future__ import annotations

from typing import Any

from factories.web_objects.strategy import make_strategy


def _of_strategy() -> dict[str, Any]:
    return {"code": make_strategy().code}


BUILDERS: dict[str, Any] = {
    **dict.fromkeys(
        ("plan-share", "plan-balance", "plan-balance-print", "plan-publish",
         "plan-brief", "plan-publish-preview", "plan-withdraw"),
        _of_strategy,
    ),
    "plan-export": lambda: _of_strategy() | {"kind": "json"},
    "plan-brief-file": lambda: _of_strategy() | {"kind": "docx"},
    "plan-balance-file": lambda: _of_strategy() | {"kind": "xlsx"},
    "plan-compare-paper": lambda: {"kind": "pdf"},
    "public-plan-action": lambda: {"part": "a"},
}  # fmt: skip
