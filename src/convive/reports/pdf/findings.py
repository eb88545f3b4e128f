"""Findings in words, each with certainty, caveats and the way back to the rows."""

from __future__ import annotations

from typing import Any

from convive.app.ports import Build
from convive.catalogue.texts import has_text, localised, say
from convive.core.diagnosis import front_statements, speaks_of_verdict
from convive.reports import words
from convive.reports.palette import TONES
from convive.reports.rows import Row, area_names, select

Content = dict[str, Any]


def findings_of(build: Build, language: str) -> list[Content]:
    """Return the findings in order of their rank."""
    names = area_names(build)
    titles = {
        row["source_id"]: localised(row["title"], language) for row in select(build, "sources")
    }
    rows = sorted(select(build, "findings"), key=lambda row: row["rank"])
    return [_finding(row, names, titles, language) for row in rows]


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
