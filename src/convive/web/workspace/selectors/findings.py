"""Published findings of the shown audit, and what the plan has made of them."""

from __future__ import annotations

from typing import Any

from convive.core.model import Certainty, Face
from convive.core.strategy.data_findings import DataStep, data_step
from convive.core.strategy.model import KeptFinding as PlainFinding
from convive.web.staff.audit import findings_now, show_finding
from convive.web.workspace.models import KeptFinding
from convive.web.workspace.selectors.still_told import row_told

Row = dict[str, Any]


def published_findings() -> list[Row]:
    """Return the published findings of the shown audit by rank; none without an audit."""
    return findings_now()


def published_finding(finding_id: str) -> Row | None:
    """Return one published finding, None where the shown audit has none of this name."""
    return next((row for row in findings_now() if row["finding_id"] == finding_id), None)


def step_of(row: Row) -> DataStep | None:
    """Return what to do about a finding on the data; None for a finding about the town."""
    return data_step(row["code"], row["params"] or {})


def sentence_of(row: Row, language: str) -> str:
    """Return the sentence of a published row."""
    return str(show_finding(row, language)["sentence"])


def kept_sentence(kept: KeptFinding, language: str) -> str:
    """Return the sentence of a kept finding; the notice where it was withdrawn since."""
    return sentence_of(row_told(kept.finding_id, kept.row), language)


def plain_finding(kept: KeptFinding) -> PlainFinding:
    """Return a kept finding as the plan's plain value; where it was withdrawn, its notice."""
    row = row_told(kept.finding_id, kept.row)
    return PlainFinding(
        finding_id=kept.finding_id, code=row["code"], params=row["params"] or {},
        certainty=Certainty(row["certainty"]), level=row["level"], area_id=row["area_id"],
        area=str(row.get("area") or (row["params"] or {}).get("area", row["area_id"])),
        faces=tuple(Face(one) for one in row["faces"] or ()),
        indicator_ids=tuple(row["indicator_ids"] or ()), kept_on=kept.kept_at.date(),
        build=kept.build,
    )  # fmt: skip
