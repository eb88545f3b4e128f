"""What is new on the site: audits, findings that changed, the plan, corrections; newest first."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from typing import Any
from urllib.parse import quote

from django.urls import reverse

from convive.app.corrections import newest_first
from convive.app.findings import findings_of
from convive.app.shown_figures import words_of
from convive.catalogue.texts import format_date, say
from convive.web.observatory.current import Site
from convive.web.observatory.presenters.corrections import present
from convive.web.observatory.views import areas
from convive.web.observatory.views import neighbourhood as here
from convive.web.workspace.presenters.area_answers import area_answers
from convive.web.workspace.published_plan import published

MOST = 100


@dataclass(frozen=True, slots=True)
class News:
    """One piece of news: a name that never changes, when, in words, and where to read on."""

    id: str
    at: datetime
    title: str
    text: str
    path: str


def news_of(site: Site, language: str) -> list[News]:
    """Return the news in a language, newest first.

    Of audits that have been replaced only numbers are told: what they said is not shown any more.
    """
    told = (_audits, _findings, _plan, _corrections)
    found = [one for of in told for one in of(site, language)]
    return sorted(found, key=lambda one: (one.at, one.id), reverse=True)[:MOST]


def area_news(site: Site, area: dict[str, Any], language: str) -> list[News]:
    """Return the news of one area, newest first: what changed, its findings, what is done there."""
    told = [
        _area_changes(site, area, language),
        *_area_findings(site, area, language),
        *_area_actions(site, area, language),
    ]
    return sorted(told, key=lambda one: (one.at, one.id), reverse=True)[:MOST]


def _area_changes(site: Site, area: dict[str, Any], language: str) -> News:
    """Return what this audit says has changed in the area and what has not, face by face."""
    lines = [
        " ".join(filter(None, (
            f"{words_of('face', one['face'], language)}: {one['words']}",
            f"{one['change']} ({one['interval']})" if one["change"] else "", one["compared"],
        )))
        for one in here.change_lines(site, area, language)
    ]  # fmt: skip
    text = "; ".join(lines) or say("here.change.none", language)
    return News(
        f"{_urn(site, area)}:audit:{site.version}", site.built_at,
        say("sharing.feed_changes", language, area=area["name"]),
        f"{areas.headline_here(site, area, language)} {text}", _area_path(area, language),
    )  # fmt: skip


def _area_findings(site: Site, area: dict[str, Any], language: str) -> Iterator[News]:
    """Yield the findings about the area, dated by the audit that brought or changed them last."""
    for one in findings_of(site.build):
        if (one.level, one.area_id) != (area["level"], area["area_id"]):
            continue
        since = next(
            (entry for entry in _entries(site)
             if one.id in {*entry.get("new", ()), *entry.get("changed", ())}),
            _entries(site)[-1],
        )  # fmt: skip
        sentence = one.sentence(language)
        yield News(
            f"urn:convive:{site.build.city.id}:finding:{str(since['digest'])[:12]}:{one.id}",
            _moment(since.get("built_at"), site), sentence, one.detail(language) or sentence,
            reverse("finding", args=(language, one.id)),
        )  # fmt: skip


def _area_actions(site: Site, area: dict[str, Any], language: str) -> Iterator[News]:
    """Yield the actions of the published plan that are at work in the area."""
    plan = published()
    answered = area_answers(here.asked_here(site, area, [], language))
    if plan is None or answered is None:
        return
    day = date.fromisoformat(plan["published_on"])
    for one in answered["actions"]:
        said = (one["state"], one["light"], one["lead"], one["places"])
        yield News(
            f"urn:convive:{site.build.city.id}:action:{one['code']}",
            datetime.combine(day, time(), UTC),
            say("sharing.feed_action", language, title=one["title"]),
            " · ".join(filter(None, said)), one["address"],
        )  # fmt: skip


def _urn(site: Site, area: dict[str, Any]) -> str:
    return f"urn:convive:{site.build.city.id}:area:{quote(area['level'])}:{quote(area['area_id'])}"


def _area_path(area: dict[str, Any], language: str) -> str:
    return reverse("area", args=(language, area["level"], area["area_id"]))


def _entries(site: Site) -> tuple[Any, ...]:
    """Return the history; the audit that is shown alone where none was kept.

    Editions of one audit are left out: what differs between them is a correction, told as such.
    """
    shown = {"digest": site.digest, "built_at": site.built_at.isoformat()}
    audits = [one for one in site.build.history if not one.get("is_edition")]
    return tuple(audits) or (shown,)


def _audits(site: Site, language: str) -> Iterator[News]:
    city = site.build.city
    for number, one in enumerate(_entries(site)):
        at = _moment(one.get("built_at"), site)
        is_first = number + 1 == len(_entries(site))
        text = say(
            "news.audit.changes", language,
            new=len(one.get("new", ())), changed=len(one.get("changed", ())),
            gone=len(one.get("gone", ())),
        )  # fmt: skip
        yield News(
            f"urn:convive:{city.id}:audit:{str(one['digest'])[:12]}", at,
            say("news.audit", language, city=city.name, day=format_date(at.date(), language)),
            say("news.audit.first", language) if is_first else text,
            reverse("findings", args=(language,)),
        )  # fmt: skip


def _findings(site: Site, language: str) -> Iterator[News]:
    """Yield the findings of the audit that is shown which are new in it, or changed."""
    newest = _entries(site)[0]
    kinds = {id_: kind for kind in ("new", "changed") for id_ in newest.get(kind, ())}
    for one in findings_of(site.build):
        if one.id in kinds:
            sentence = one.sentence(language)
            yield News(
                f"urn:convive:{site.build.city.id}:finding:{newest['digest'][:12]}:{one.id}",
                site.built_at,
                say(f"news.finding.{kinds[one.id]}", language, sentence=sentence),
                one.detail(language) or sentence,
                reverse("finding", args=(language, one.id)),
            )


def _plan(site: Site, language: str) -> Iterator[News]:
    plan = published()
    if plan is None:
        return
    day = date.fromisoformat(plan["published_on"])
    yield News(
        f"urn:convive:{site.build.city.id}:plan:{plan['digest'][:12]}",
        datetime.combine(day, time(), UTC),
        say("news.plan", language, title=plan["title"]),
        say("news.plan.text", language, day=format_date(day, language)),
        reverse("public-plan", args=(language,)),
    )


def _corrections(site: Site, language: str) -> Iterator[News]:
    for one in newest_first(site.build.corrections):
        shown = present(one, site, language)
        yield News(
            f"urn:convive:{site.build.city.id}:correction:{one.id}",
            datetime.combine(one.on, time(), UTC),
            shown["title"],
            " ".join(part for part in (shown["wrong"], shown["right"]) if part),
            reverse("corrections", args=(language,)) + f"#{one.id}",
        )  # fmt: skip


def _moment(text: object, site: Site) -> datetime:
    try:
        found = datetime.fromisoformat(str(text))
    except ValueError:
        return site.built_at
    return found if found.tzinfo else found.replace(tzinfo=UTC)
