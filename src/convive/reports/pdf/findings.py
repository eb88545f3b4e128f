"""Findings in words, each with certainty, caveats and the way back to the rows."""

from __future__ import annotations

from collections import Counter
from typing import Any

from convive.app.ports import Build
from convive.catalogue.texts import has_text, localised, say
from convive.core.diagnosis import front_statements, speaks_of_verdict
from convive.core.model import FACES
from convive.reports import words
from convive.reports.palette import TONES
from convive.reports.rows import Row, area_names, select

Content = dict[str, Any]
BETWEEN, ON_DATA = "between", "data"
GROUPS = (*(face.value for face in FACES), "context", BETWEEN, ON_DATA)


GAP = "data_gap"
"""Gaps in the data are told under what we do not know, not a second time among the findings."""
SHARED = 0.6
"""A caveat that this share of a group's findings carries stands once, above the group."""
FEWEST_SHARED = 3


def findings_of(build: Build, language: str) -> list[Content]:
    """Return the findings in order of their rank, numbered in the order of the groups."""
    names = area_names(build)
    titles = {
        row["source_id"]: localised(row["title"], language) for row in select(build, "sources")
    }
    rows = sorted(select(build, "findings"), key=lambda row: row["rank"])
    told = [_finding(r, names, titles, language) for r in rows if r["code"] != GAP]
    in_groups = [found for key in GROUPS for found in told if found["group"] == key]
    for number, found in enumerate(in_groups, start=1):
        found["number"] = number
    return told


def grouped(listed: list[Content], language: str) -> list[Content]:
    """Return the findings by face, those across faces and those on the data last."""
    groups = []
    for key in GROUPS:
        some = [found for found in listed if found["group"] == key]
        if some:
            title = f"report.group.{key}" if key in {BETWEEN, ON_DATA} else f"face.{key}"
            groups.append({"title": say(title, language), "caveats": _shared(some), "list": some})
    return groups


def _shared(some: list[Content]) -> list[str]:
    """Take the caveats that most of the findings carry out of them and return them."""
    if len(some) < FEWEST_SHARED:
        return []
    counts = Counter(text for found in some for text in found["caveats"])
    common = [text for text, n in counts.items() if n >= SHARED * len(some)]
    for found in some:
        found["caveats"] = [text for text in found["caveats"] if text not in common]
    return common


def _group(row: Row) -> str:
    """Return under which heading a finding stands."""
    faces = row["faces"] or []
    return faces[0] if len(faces) == 1 else BETWEEN if faces else ON_DATA


def front_of(build: Build, language: str) -> list[str]:
    """Return the statements of the first page, the same as the web's front page."""
    rows = sorted(select(build, "findings"), key=lambda row: row["rank"])
    city = {name: select(build, name, level="city") for name in ("trends", "series")}
    told = [say(key, language, **params) for key, params in front_statements(rows, **city)]
    return told or [say("report.no_findings", language)]


def _finding(
    row: Row, names: dict[tuple[str, str], str], titles: dict[str, str], language: str
) -> Content:
    """Return one finding as the template takes it."""
    key, params = f"finding.{row['code']}", _params(row, names)
    text = say(key, language, **params)
    short = say(f"{key}.short", language, **params) if has_text(f"{key}.short") else text
    detail = say(f"{key}.detail", language, **params) if has_text(f"{key}.detail") else ""
    return {
        "place": (row["level"], row["area_id"]),
        "group": _group(row),
        "area": names.get((row["level"], row["area_id"]), row["area_id"]),
        "text": text,
        "short": short,
        "detail": detail,
        "certainty": words.lookup(f"certainty.{row['certainty']}", language, row["certainty"]),
        "certain": row["certainty"] == "strong",
        "verdict": words.lookup(f"verdict.{row['verdict']}", language, row["verdict"])
        if speaks_of_verdict(row["code"])
        else "",
        "tone": TONES.get(row["verdict"], "plain"),
        "caveats": [
            say(f"caveat.{code}", language, **params)
            for code in row["caveats"]
            if has_text(f"caveat.{code}")
        ],
        "evidence": [_evidence(link, titles, language) for link in row["evidence"]],
    }


def _params(row: Row, names: dict[tuple[str, str], str]) -> dict[str, Any]:
    """Return the values of the sentence; the area by name unless the finding gives it."""
    params = dict(row["params"])
    params.setdefault("area", names.get((row["level"], row["area_id"]), row["area_id"]))
    return params


def _evidence(link: Row, titles: dict[str, str], language: str) -> Content:
    """Return the table, its sources and the query that finds the rows."""
    return {
        "line": say(
            "report.evidence_line" if link.get("n") else "report.evidence_line_uncounted",
            language,
            table=words.lookup(f"report.table.{link['table']}", language, link["table"]),
            n=link.get("n"),
            sources=[titles.get(source) or source for source in link["sources"]],
        ),
        "query": link["query"],
    }
