"""Facts of an agenda as sentences, with what makes their figures honest, and where they lead."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from convive.app.withdrawn_words import WITHDRAWN
from convive.catalogue.texts import format_date, format_period, say
from convive.web.staff.audit import show_finding, source_titles
from convive.web.workspace.frozen import thaw
from convive.web.workspace.models import AgendaItem
from convive.web.workspace.presenters.links import Links
from convive.web.workspace.selectors.still_told import fact_told, reasons_told

LIGHT_TAGS = {"on_track": "ok", "done": "ok", "at_risk": "warn", "off_track": "warn"}


@dataclass(frozen=True)
class FactLine:
    """One fact as a page or a paper shows it."""

    text: str
    basis: str = ""
    """n, period, source."""
    tag: str = ""
    """A word for how it stands: a light, a certainty, overdue."""
    tone: str = ""
    """Class of that word."""
    details: tuple[str, ...] = ()
    address: str = ""
    kind: str = ""
    who: str = ""
    due: str = ""


def lines_of(item: AgendaItem, links: Links, language: str) -> list[FactLine]:
    """Return the facts of an item; reasons of actions only to whoever may see the action whole."""
    build = item.meeting.pack_build
    return [_line(thaw(fact), links, language, build) for fact in item.facts]


def refs_of(items: Iterable[AgendaItem]) -> set[str]:
    """Return every reference that the facts of an agenda lead to."""
    return {fact.get("ref", "") for item in items for fact in item.facts} - {""}


def _line(fact: Mapping[str, Any], links: Links, language: str, build: str) -> FactLine:
    key, params, ref = str(fact["key"]), dict(fact["params"]), str(fact["ref"])
    address = links.address(ref)
    if key.startswith("finding_"):
        return _finding(key, params, ref, address, language)
    if key == "action":
        return _action(params, ref, links, language, build)
    if key.startswith("commitment_"):
        return _promise(key, params, address, language)
    if key == "decide_answer" and links.is_whole(ref):
        verdict = say(f"agenda.verdict.{params['verdict']}", language)
        text = say(f"agenda.fact.{key}", language, **params)
        return FactLine(text, kind=key, address=address, details=(verdict,))
    return FactLine(say(f"agenda.fact.{key}", language, **params), kind=key, address=address)


def _finding(
    key: str, params: Mapping[str, Any], ref: str, address: str, language: str
) -> FactLine:
    told = fact_told(ref.partition(":")[2], params)
    if told is None or told["code"] == WITHDRAWN:
        return FactLine(_notice(told, language), address=address, kind="finding")
    row = told | {"level": "", "area_id": "", "faces": [], "indicator_ids": []}
    text = say(
        f"agenda.fact.{key}", language, sentence=show_finding(row, language)["sentence"],
        certainty=params["certainty"], before=params["before"],
    )  # fmt: skip
    tag = say(f"certainty.{params['certainty']}", language)
    return FactLine(text, basis_of(params, language), tag, "", address=address, kind="finding")


def _notice(told: Mapping[str, Any] | None, language: str) -> str:
    """Return what is said in place of a finding that was withdrawn, or may have been."""
    if told is None:
        return say("withdrawn.maybe", language)
    return str(show_finding(dict(told), language)["sentence"])


def basis_of(params: Mapping[str, Any], language: str) -> str:
    """Return n, period and sources of a figure in one line; what is not known is left out."""
    parts = []
    if params.get("n") is not None:
        parts.append(say("agenda.basis.n", language, n=params["n"]))
    if params.get("period_start") and params.get("period_end"):
        start, end = (date.fromisoformat(params[k]) for k in ("period_start", "period_end"))
        period = format_period(start, end, language)
        parts.append(say("agenda.basis.period", language, period=period))
    if params.get("sources"):
        titles = source_titles(params["sources"], language)
        parts.append(say("agenda.basis.sources", language, sources=titles))
    return " · ".join(parts)


def _action(
    params: Mapping[str, Any], ref: str, links: Links, language: str, build: str
) -> FactLine:
    reasons = [
        say(f"plan.reason.{one['code']}", language, **one["params"])
        for one in reasons_told(params["reasons"], build=build)
    ]
    return FactLine(
        str(params["title"]), tag=say(f"plan.progress.{params['progress']}", language),
        tone=LIGHT_TAGS.get(str(params["progress"]), ""), address=links.address(ref), kind="action",
        details=tuple(reasons) if links.is_whole(ref) else (),
    )  # fmt: skip


def _promise(key: str, params: Mapping[str, Any], address: str, language: str) -> FactLine:
    return FactLine(
        str(params["text"]), tag=say(f"agenda.fact.{key}", language, **params),
        tone={"commitment_overdue": "warn", "commitment_done": "ok"}.get(key, ""),
        address=address, kind="commitment", who=str(params["owner"]),
        due=format_date(params["due"], language),
    )  # fmt: skip
