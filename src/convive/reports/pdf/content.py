"""What the report says, section by section, as plain data for the template."""

from __future__ import annotations

from typing import Any

from convive.app.ports import Build
from convive.catalogue.texts import say
from convive.reports import words
from convive.reports.pdf import areas, closing, findings, overview
from convive.reports.pdf.pictures import Pictures

Content = dict[str, Any]
MOST_GAPS = 8
"""Gaps in the data that the summary names; the section has all."""


def report_content(build: Build, pictures: Pictures, language: str) -> Content:
    """Return everything that stands in the report, in the order of thought of the pages."""
    listed = findings.findings_of(build, language)
    drawn = overview.face_maps(build, pictures, language)
    return {
        "lang": language,
        "city": build.city.name,
        "title": say("report.title", language, city=build.city.name),
        "kind": say("report.kind", language),
        "period": say("report.period", language, period=words.city_period(build, language)),
        "built": say("report.built", language, day=str(build.run.get("built_at") or "1970-01-01")),
        "honest": f"{say('report.honest', language)} {words.rounding(build, language)}".strip(),
        "page": say("report.page", language, page="{page}", pages="{pages}"),
        "contents": say("report.contents", language),
        "matters": {
            "title": say("report.section.matters", language),
            "sentences": findings.front_of(build, language),
        },
        "faces": overview.faces(build, pictures, language),
        "findings": {
            "title": say("report.section.findings", language),
            "none": say("report.no_findings", language),
            "caveats": say("report.caveats", language),
            "evidence": say("report.evidence", language),
            "groups": findings.grouped(listed, language),
        },
        "summary": {
            "map": drawn[:1],
            "title": say("report.section.unknown", language),
            "items": closing.gaps(build, language)[:MOST_GAPS]
            or [say("report.nothing_missing", language)],
        },
        "sections": [
            part
            for part in (
                closing.corrections(build, language),
                overview.maps(build, pictures, drawn, language),
                overview.changes(build, language),
                overview.when(build, pictures, language),
                overview.groups(build, pictures, language),
                overview.places_or_people(build, language),
                overview.denominators(build, pictures, language),
                overview.index(build, pictures, language),
                overview.effects(build, language),
                *areas.areas(build, pictures, listed, language),
                closing.unknown(build, language),
                closing.sources(build, language),
                closing.methods(build, language),
                closing.way_back(listed, language),
                closing.run_record(build, language),
            )
            if part
        ],
    }
