"""Place or people: the split of survey answers as a sentence, marks and a table."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from convive.app.shown_figures import (
    interval_text,
    period_text,
    why_not_shown,
    words_of,
    written,
)
from convive.catalogue.splits import composition_sentence, split_sentence
from convive.catalogue.texts import localised, say
from convive.core.multilevel.place_or_people import NOTABLE
from convive.web.observatory.presenters.findings import SMALLEST_Q
from convive.web.observatory.presenters.marks import Axis, interval_mark

Row = Mapping[str, Any]
NARROWEST_AXIS = 10.0
"""Percent: small shares must look small."""


def present_split(row: Row | None, source: Row | None, language: str) -> dict[str, Any] | None:
    """Return a row of ``variance_splits`` as a page shows it; None without one.

    Parameters
    ----------
    row : row of table ``variance_splits``
    source : row of table ``sources`` of the survey
    """
    if row is None:
        return None
    if row["status"] != "shown":
        return {"why": why_not_shown(row, language), "rows": []}
    parts = [_in_percent(row, name) for name in ("areas", "groups")]
    axis = Axis(0.0, max(NARROWEST_AXIS, *(part["high"] for part in parts)))
    return {
        "why": "",
        "sentence": split_sentence(row, language),
        "composition": composition_sentence(row, language),
        "basis": say(
            "split.basis", language, n=row["n"], areas=row["n_areas"],
            period=period_text({**row, "period_kind": "wave"}, language),
            source=localised(source["title"], language) if source else row["source_id"],
            light=words_of("light", source["light"], language) if source else "–",
        ),
        "limit": axis.x(100 * NOTABLE),
        "rows": [
            {
                "name": say(f"split.{part['name']}", language),
                "mark": interval_mark(part, axis),
                "share": written(part["value"], "percent", language),
                "interval": interval_text(part["low"], part["high"], "percent", language),
            }
            for part in parts
        ],
    }  # fmt: skip


def _in_percent(row: Row, name: str) -> dict[str, Any]:
    shares = {key: 100 * row[f"{name}_{column}"] for key, column in
              (("value", "share"), ("low", "low"), ("high", "high"))}  # fmt: skip
    return {"name": name, **shares}


def joint_sentence(row: Row | None, fdr: float, language: str) -> str:
    """Return whether all faces of an area agree; empty where that was not tested."""
    if row is None or row.get("joint_q") is None:
        return ""
    q = max(row["joint_q"], SMALLEST_Q)
    if row["joint_q"] > fdr:
        return say("joint.agree", language, q=q)
    told = say("joint.disagree", language, q=q)
    if not row.get("odd_face"):
        return told
    return f"{told} {say('joint.odd', language, face=words_of('face', row['odd_face'], language))}"
