"""Published findings as objects that speak: for notebooks, the terminal and documents."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from convive.app.ports import Build
from convive.catalogue.texts import has_text, say

_JSON = ("params", "indicator_ids", "faces", "caveats", "evidence")


@dataclass(frozen=True)
class PublishedFinding:
    """One finding of a build; ask it for its sentence in a language."""

    id: str
    rank: int
    code: str
    level: str
    area_id: str
    area: str
    indicator_ids: tuple[str, ...]
    faces: tuple[str, ...]
    verdict: str
    certainty: str
    q: float | None
    caveats: tuple[str, ...]
    evidence: tuple[Mapping[str, Any], ...]
    params: Mapping[str, Any]

    def sentence(self, language: str = "en") -> str:
        """Return the finding as one sentence."""
        return say(f"finding.{self.code}", language, **self.params)

    def detail(self, language: str = "en") -> str:
        """Return what stands behind it in words; empty where there is nothing to add."""
        key = f"finding.{self.code}.detail"
        return say(key, language, **self.params) if has_text(key) else ""

    def __str__(self) -> str:
        return self.sentence()


def findings_of(build: Build) -> list[PublishedFinding]:
    """Return the findings of a build, the first to read first."""
    areas = build.tables["areas"].select(["level", "area_id", "name"]).to_pylist()
    names = {(row["level"], row["area_id"]): row["name"] for row in areas}
    rows = sorted(build.tables["findings"].to_pylist(), key=lambda row: row["rank"])
    return [_finding({**row, **_decoded(row)}, names) for row in rows]


def finding_sentences(build: Build, *, language: str) -> list[str]:
    """Return the findings as sentences, the first to read first."""
    return [found.sentence(language) for found in findings_of(build)]


def _decoded(row: Mapping[str, Any]) -> dict[str, Any]:
    return {name: json.loads(row[name]) for name in _JSON}


def _finding(row: Mapping[str, Any], names: Mapping[tuple[str, str], str]) -> PublishedFinding:
    area = names.get((row["level"], row["area_id"]), row["area_id"])
    return PublishedFinding(
        id=row["finding_id"],
        rank=row["rank"],
        code=row["code"],
        level=row["level"],
        area_id=row["area_id"],
        area=area,
        indicator_ids=tuple(row["indicator_ids"]),
        faces=tuple(row["faces"]),
        verdict=row["verdict"],
        certainty=row["certainty"],
        q=row["q"],
        caveats=tuple(row["caveats"]),
        evidence=tuple(row["evidence"]),
        params={"area": area, **row["params"]},
    )
