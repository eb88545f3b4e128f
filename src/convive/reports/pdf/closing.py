"""What we do not know, the sources, the methods, the record of the run."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from convive.app.correction_words import told_correction
from convive.app.corrections import newest_first
from convive.app.ports import Build
from convive.app.protection.words import terms_sentences
from convive.app.quality_words import quality_sentence, told_value, unmapped_line
from convive.catalogue.find import indicator as find_indicator
from convive.catalogue.texts import has_text, localised, say
from convive.core.collation import collation_key
from convive.core.errors import NotFoundError
from convive.reports import words
from convive.reports.rows import select
from convive.reports.tables.geopackage import headlines

Content = dict[str, Any]
METHODS = ("rates", "surveys", "trends", "tests", "index")


def unknown(build: Build, language: str) -> Content:
    """Return gaps in the data, how much is not shown, what the headlines cannot show."""
    items = gaps(build, language)
    status = build.tables["estimates"]["status"].to_pylist()
    hidden = sum(1 for value in status if value != "shown")
    items.append(say("report.hidden_share", language, n=hidden, all=len(status)))
    items += [line for line in (_limits(i, language) for i in headlines(build)) if line]
    intro = say(
        "report.unknown_intro" if select(build, "missing") else "report.nothing_missing", language
    )
    return {
        "title": say("report.section.unknown", language),
        "intro": intro,
        "items": items,
        "breaks": True,
    }


def corrections(build: Build, language: str) -> Content | None:
    """Return what was wrong in what was published, and what was taken back; None without any."""
    if not build.corrections:
        return None
    return {
        "title": say("corrections.title", language),
        "items": [
            told_correction(one, build, language).line for one in newest_first(build.corrections)
        ],
    }


def gaps(build: Build, language: str) -> list[str]:
    """Return what data are missing and what that means, a sentence or two each."""
    items = []
    for row in select(build, "missing"):
        name = say(f"missing.{row['family']}", language, **row["params"])
        key = f"missing.{row['consequence']}"
        key = key if key.endswith(".consequence") else f"{key}.consequence"
        text = say(key, language, **row["params"]) if has_text(key) else ""
        items.append(f"{name.rstrip('.')}. {text}".strip())
    return items


def way_back(listed: list[Content], language: str) -> Content | None:
    """Return the rows behind every finding and the query that finds them, by its number."""
    entries = [
        {"n": found["number"], "line": link["line"], "query": link["query"]}
        for found in sorted(listed, key=lambda found: found["number"])
        for link in found["evidence"]
    ]
    if not entries:
        return None
    return {
        "title": say("report.section.way_back", language),
        "intro": say("report.way_back_intro", language),
        "queries": entries,
        "breaks": True,
    }


def _limits(indicator: str, language: str) -> str:
    """Return what an indicator cannot show."""
    try:
        text = localised(find_indicator(indicator).cannot_show, language)
    except NotFoundError:
        return ""
    label = words.indicator_label(indicator, language)
    return say("report.cannot_show", language, indicator=label, text=text) if text else ""


def sources(build: Build, language: str) -> Content | None:
    """Return every source with owner, terms, period, rows and quality in words."""
    rows = []
    for row in select(build, "sources"):
        light = words.lookup(f"light.{row['light']}", language, row["light"])
        reasons = [
            quality_sentence(reason, language)
            for reason in row["reasons"]
            if has_text(f"quality.{reason['code']}")
        ]
        reasons += _mapping_lines(build, row["source_id"], language)
        if row["scope"] == "reference":
            reasons.append(say("report.reference_source", language))
        if row.get("sampling") == "open_link":
            reasons.append(say("report.open_link_source", language))
        rows.append(
            [
                localised(row["title"], language) or row["source_id"],
                " ".join([f"{row['owner']}, {row['licence']}.", *terms_sentences(row, language)]),
                words.period(row["period_start"], row["period_end"], language) or "–",
                _rows_line(row, language),
                f"{light}. {' '.join(reasons)}".strip() if reasons else light,
            ]
        )
    columns = ("source", "owner", "period", "rows", "quality")
    table = {
        "columns": [say(f"report.column.{name}", language) for name in columns],
        "rows": rows,
        "widths": [1.3, 2.3, 1.0, 0.9, 2.3],
    }
    return {"title": say("report.section.sources", language), "table": table} if rows else None


def _rows_line(row: Mapping[str, Any], language: str) -> str:
    used, read = (told_value(row[name], language) for name in ("rows_used", "rows_read"))
    return say("report.rows_line", language, used=used, read=read)


def _mapping_lines(build: Build, source_id: str, language: str) -> list[str]:
    """Return how much of a source has no category, 0 included, and the crosswalk it used."""
    lines = [
        unmapped_line(row, f"report.{key}", language)
        for key, code in (("unmapped", "unmapped_category"), ("left", "left_without_kind"))
        for row in select(build, "quality", source_id=source_id, code=code)
    ]
    used = (build.run.get("parameters") or {}).get("crosswalk") or {}
    if source_id in used:
        lines.append(say("report.crosswalk", language, crosswalk=used[source_id]))
    return lines


def methods(build: Build, language: str) -> Content:
    """Return the methods in short and the rule of disclosure."""
    rule = build.city.disclosure
    disclosure = say(
        "report.disclosure",
        language,
        count=rule.min_count,
        respondents=rule.min_respondents,
        observations=rule.min_observations,
        reason=rule.reason,
    )
    items = [say(f"report.method.{name}", language) for name in METHODS]
    return {
        "title": say("report.section.methods", language),
        "items": [*items, f"{disclosure.strip()} {words.rounding(build, language)}".strip()],
    }


def run_record(build: Build, language: str) -> Content:
    """Return version, seed, definitions and the digests of the files read."""
    run = build.run
    version = run.get("code_version") or run.get("version") or "–"
    definitions = run.get("definitions") or {}
    items = [
        say("report.run.version", language, version=version, seed=run.get("seed", build.city.seed)),
        say("report.run.again", language),
    ]
    if definitions:
        items.append(
            say(
                "report.run.definitions",
                language,
                list=sorted(_names(definitions), key=collation_key),
            )
        )
    rows = [[str(found["path"]), str(found["sha256"])] for found in run.get("inputs") or ()]
    columns = [say(f"report.column.{name}", language) for name in ("file", "digest")]
    table = {"columns": columns, "rows": rows[:200], "widths": [1, 1.6], "mono": True}
    return {
        "title": say("report.section.run", language),
        "items": items,
        **({"table": table} if rows else {}),
    }


def _names(definitions: Any) -> list[str]:
    """Return the names of the definitions with their versions."""
    return [f"{entry['id']} v{entry['version']}" for entry in definitions]
