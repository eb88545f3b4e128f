"""Sources, their quality, the run record and the gaps, in words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from convive.app.protection.words import terms_sentences
from convive.app.quality_words import quality_sentence, told_number, unmapped_line
from convive.app.shown_figures import interval_text, words_of
from convive.catalogue.texts import format_number, format_period, has_text, localised, say

Row = Mapping[str, Any]
LIGHT_TAGS = {"good": "ok", "usable": "na", "doubtful": "warn"}
_WITHOUT_KIND = {
    "unmapped_category": "web.sources.unmapped",
    "left_without_kind": "web.sources.left_without_kind",
}
SEVERITY_TAGS = {"error": "warn", "warning": "warn", "note": "na"}


def source_card(
    row: Row, checks: Sequence[Row], language: str, *, crosswalk: str | None = None
) -> dict[str, Any]:
    """Return one source: light with reasons, rows, files, checks with examples.

    `crosswalk` is the one its words were mapped by, as id@version.
    """
    period = ""
    if row["period_start"] and row["period_end"]:
        period = format_period(row["period_start"], row["period_end"], language)
    return {
        "source_id": row["source_id"],
        "title": localised(row["title"], language),
        "kind": words_of("web.kind", row["kind"], language),
        "owner": row["owner"],
        "licence": row["licence"],
        "url": row["url"] if str(row["url"] or "").startswith("https://") else "",
        "is_reference": row["scope"] == "reference",
        "is_open_link": row.get("sampling") == "open_link",
        "period": period,
        "files": row["files"] or [],
        "light": words_of("light", row["light"], language),
        "tag": LIGHT_TAGS.get(str(row["light"]), "na"),
        "reasons": [quality_sentence(one, language) for one in row["reasons"] or ()],
        "terms": " ".join(terms_sentences(row, language)),
        "rows_read": told_number(row["rows_read"], language),
        "rows_used": told_number(row["rows_used"], language),
        "rows_rejected": told_number(row["rows_rejected"], language),
        "checks": [_check(one, language) for one in checks],
        "mapped": mapped_lines(checks, crosswalk, language),
    }


def mapped_lines(checks: Sequence[Row], crosswalk: str | None, language: str) -> list[str]:
    """Return how much has no category, 0 included, and which crosswalk was used."""
    lines = lines_without_kind(checks, language)
    if crosswalk:
        lines.append(say("web.sources.crosswalk", language, crosswalk=crosswalk))
    return lines


def lines_without_kind(checks: Sequence[Row], language: str) -> list[str]:
    """Return how much of a source nobody has mapped, and how much is left so on purpose."""
    return [
        unmapped_line(row, key, language)
        for code, key in _WITHOUT_KIND.items()
        for row in checks
        if row["code"] == code
    ]


def _check(row: Row, language: str) -> dict[str, Any]:
    share = row["share"]
    params = {"n": row["n"], "base": row["base"], "share": share and share * 100}
    params |= row["params"] or {}
    return {
        "text": quality_sentence({"code": row["code"], "params": params}, language),
        "severity": words_of("severity", row["severity"], language),
        "tag": SEVERITY_TAGS.get(str(row["severity"]), "na"),
        "is_of_rows": row["base"] != 0,
        "n": told_number(row["n"], language),
        "base": told_number(row["base"], language),
        "share": "" if share is None else say("web.value.percent1", language, x=share * 100),
        "why": _why_not(params, language) if row["n"] is None else "",
        "examples": [example_text(one, language) for one in row["examples"] or ()],
    }


def _why_not(params: Mapping[str, Any], language: str) -> str:
    reason = words_of("reason", params.get("reason") or "small_count", language)
    return say("web.not_shown", language, reason=reason)


def example_text(place: Any, language: str) -> str:
    """Return a place in a file in words."""
    if not isinstance(place, Mapping):
        return str(place)
    parts = [str(place.get("file", ""))]
    if place.get("sheet"):
        parts.append(say("web.place.sheet", language, sheet=place["sheet"]))
    if place.get("row"):
        parts.append(say("web.place.row", language, row=place["row"]))
    return ", ".join(part for part in parts if part)


def rater_rows(rows: Sequence[Row], language: str) -> list[dict[str, Any]]:
    """Return the observers' leniency, by pseudonym."""
    return [
        {
            "rater": row["rater"],
            "effect": "" if row["effect"] is None else format_number(row["effect"], language, 2),
            "interval": interval_text(row["low"], row["high"], "", language, 2),
            "n": row["n"],
            "is_biased": row["is_biased"],
        }
        for row in rows
    ]


def run_facts(run: Mapping[str, Any]) -> list[tuple[str, str]]:
    """Return the plain facts of a run record as (name, value), nested ones left to tables."""
    left_out = {"inputs", "definitions", "tables"}
    return [
        (
            name,
            ", ".join(f"{k} {v}" for k, v in sorted(value.items()))
            if isinstance(value, Mapping)
            else str(value),
        )
        for name, value in sorted(run.items())
        if name not in left_out
    ]


def definition_rows(definitions: Any) -> list[dict[str, str]]:
    """Return definitions with version and digest; whichever of the two a record gives."""
    rows = []
    items = definitions.items() if isinstance(definitions, Mapping) else ()
    for name, value in sorted(items):
        if isinstance(value, Mapping):
            rows.append(
                {
                    "name": name,
                    "version": str(value.get("version", "")),
                    "digest": str(value.get("digest", "")),
                }
            )
        else:
            rows.append({"name": name, "version": "", "digest": str(value)})
    return rows


def missing_words(row: Row, language: str) -> dict[str, str]:
    """Return a missing family of data: what is missing, and what follows."""
    params = row["params"] or {}
    family = f"missing.{row['family']}"
    consequence = str(row["consequence"])
    if not has_text(consequence):
        consequence = f"{family}.consequence"
    return {
        "family": str(row["family"]),
        "text": say(family, language, **params)
        if has_text(family)
        else str(row["family"]).replace("_", " "),
        "consequence": say(consequence, language, **params) if has_text(consequence) else "",
    }


def hidden_words(groups: Sequence[Row], language: str) -> list[dict[str, Any]]:
    """Return how many figures are not shown, by reason, most frequent first."""
    hidden = [row for row in groups if row["status"] != "shown"]
    return [
        {"reason": words_of("reason", row["reason"] or row["status"], language),
         "n": format_number(row["count_all"], language)}
        for row in sorted(hidden, key=lambda row: -row["count_all"])
    ]  # fmt: skip
