"""How something stands, in words, with the reasons."""

from __future__ import annotations

from typing import Any

from convive.catalogue.texts import say
from convive.core.strategy.lights import Standing


def present_standing(standing: Standing, language: str) -> dict[str, Any]:
    """Return the light in words and its reasons as sentences, the gravest first."""
    return {
        "code": standing.progress.value,
        "words": say(f"plan.progress.{standing.progress}", language),
        "reasons": [
            {"text": say(f"plan.reason.{one.code}", language, **one.params), "weight": one.weight}
            for one in standing.reasons
        ],
    }  # fmt: skip
