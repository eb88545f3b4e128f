"""What the card of a page says: the same words and figures as the page, from the same presenters."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from django.http import Http404

from convive.app.look import accents
from convive.app.sharing import Card, CardFigure, CardLine, CardMap, Shape
from convive.app.shown_figures import (
    Figure,
    count_text,
    present_change,
    present_figure,
    tag_of_certainty,
    words_of,
)
from convive.catalogue import find
from convive.catalogue.texts import localised, say
from convive.core.errors import NotFoundError
from convive.web.observatory import estimates, selectors
from convive.web.observatory.current import Site
from convive.web.observatory.presenters.findings import present_finding
from convive.web.observatory.presenters.mapping import WIDTH
from convive.web.observatory.presenters.maps import present_map
from convive.web.observatory.views import areas, front
from convive.web.observatory.views.findings import with_area
from convive.web.observatory.views.page import foot, level_name
from convive.web.observatory.views.shapes import outlines_of
from convive.web.opendata.sources_told import source_line, sources_of
from convive.web.workspace.presenters.public_page import present_head
from convive.web.workspace.published_plan import published

_OTHERS = "line"
"""Token of the areas that a card is not about."""


def card_of(site: Site, kind: str, name: str, language: str) -> Card:
    """Return the card of a page.

    Parameters
    ----------
    kind : str
        page, front, plan, area, indicator, finding or instrument.
    name : str
        Of what the card is about; empty for the first three.

    Raises
    ------
    Http404
        Where there is no such page.
    """
    if kind not in _CARDS or (kind in WHOLE) == bool(name):
        raise Http404
    return _CARDS[kind](site, name, language)


def _card(site: Site, language: str, title: str, source: str, **more: Any) -> Card:
    """Return a card with the town's name; the one place that knows the town's colour."""
    return Card(
        language=language, town=site.build.city.name, sub=say("web.observatory", language),
        title=title, source=source, accent=accents(site.build.city.look).light,
        logo=site.build.city.look.logo, **more,
    )  # fmt: skip


def _page(site: Site, _name: str, language: str) -> Card:
    source = source_line(site, _all_sources(site, language), language)
    promise = say("web.front.promise", language)
    return _card(site, language, promise, source, kicker=data_to(site, language))


def _front(site: Site, _name: str, language: str) -> Card:
    return _card(
        site, language, front.headline_of(site, language),
        source_line(site, _all_sources(site, language), language),
        kicker=data_to(site, language),
        columns=tuple(_column(face, language) for face in front.faces_of(site, language)),
    )  # fmt: skip


def data_to(site: Site, language: str) -> str:
    """Return the last day of the data; empty where no source has a period."""
    last = foot(site, language)["last_day"]
    return say("web.front.kicker", language, day=last) if last else ""


def _all_sources(site: Site, language: str) -> list[str]:
    return [one["source_id"] for one in foot(site, language)["foot_sources"]]


def _column(face: dict[str, Any], language: str) -> CardFigure:
    name = words_of("face", face["face"], language)
    if face["is_missing"]:
        return CardFigure(name, why=say("web.no_data_yet", language))
    figure: Figure = face["figure"]
    note = ", ".join(filter(None, (figure.interval, f"n = {figure.n}", figure.period)))
    label = ", ".join(filter(None, (face["label"], figure.unit)))
    if not figure.is_shown:
        return CardFigure(name, label=face["label"], why=figure.why_not)
    return CardFigure(name, figure.value, label, note=note)


def _area(site: Site, name: str, language: str) -> Card:
    level, _, area_id = name.partition("/")
    area = selectors.get_area(site, level, area_id)
    if area is None or level == selectors.CITY_LEVEL:
        raise Http404
    rows = areas.faces_here(site, area, language)["rows"]
    ids = [row["indicator_id"] for row in rows if row["indicator_id"]]
    return _card(
        site, language, areas.headline_here(site, area, language),
        source_line(site, sources_of(site, ids, level, area_id), language),
        kicker=" · ".join(filter(None, (
            str(area["name"]), level_name(site, language, level), data_to(site, language),
        ))),
        lines=tuple(_line(row, language) for row in rows),
        picture=_where(site, level, area_id),
    )  # fmt: skip


def _line(row: dict[str, Any], language: str) -> CardLine:
    """Return how one face stands against the city, or why that is not told."""
    name = words_of("face", row["face"], language)
    if row["why"] or not row["verdict"]:
        return CardLine(name, row["why"] or say("web.no_figure", language))
    n = f"n = {row['n']}" if row["n"] else ""
    return CardLine(name, words_of("web.standing", row["verdict"], language), n)


def _indicator(site: Site, name: str, language: str) -> Card:
    if name not in estimates.indicator_ids(site):
        raise Http404
    city = selectors.city_key(site)
    row = estimates.newest_estimates(site, name, city[0]).get(city[1])
    change = present_change(selectors.get_trend(site, name, *city), language)
    ids = row["source_ids"] if row else ()
    return _card(
        site, language, words_of("indicator", name, language),
        source_line(site, ids or (), language),
        kicker=words_of("face", estimates.face_of_indicators(site)[name], language),
        tag=change["verdict"], tone=change["tag"],
        picture=_map(site, name, language), **_figure(row, language),
    )  # fmt: skip


def _figure(row: dict[str, Any] | None, language: str) -> dict[str, Any]:
    """Return a figure with interval, n, period, or why it is not shown."""
    figure = present_figure(row, language)
    if row is None or not figure.is_shown:
        return {"why": figure.why_not, "facts": (figure.period,) if figure.period else ()}
    return {"big": figure.value, "unit": figure.unit, "facts": figure_facts(row, language)}


def figure_facts(row: dict[str, Any], language: str) -> tuple[str, ...]:
    """Return what a shown figure never stands without."""
    figure = present_figure(row, language)
    interval = ""
    if figure.interval:
        interval = say(
            "sharing.interval", language,
            level=100 * (row["interval_level"] or 0.95), interval=figure.interval,
        )  # fmt: skip
    n = f"n = {figure.n}" if figure.n else ""
    told = (interval, " · ".join(filter(None, (n, figure.period))), figure.note)
    return tuple(filter(None, told))


def _finding(site: Site, name: str, language: str) -> Card:
    row = selectors.get_finding(site, name)
    if row is None:
        raise Http404
    finding = with_area(site, present_finding(row, language))
    faces = [words_of("face", one, language) for one in finding["faces"]]
    links = finding["evidence"]
    sources = {source for link in links for source in link["sources"]}
    n = max((link["n"] for link in links if link.get("n") is not None), default=None)
    facts = (finding["detail"] or finding["sentence"], _evidence_n(n, language))
    return _card(
        site, language, finding["short"], source_line(site, sources, language),
        kicker=" · ".join([finding["area_name"], *faces]), facts=tuple(filter(None, facts)),
        tag=finding["certainty_words"], tone=tag_of_certainty(finding["certainty"]),
        picture=None if finding["is_city"] else _where(site, row["level"], row["area_id"]),
    )  # fmt: skip


def _evidence_n(n: float | None, language: str) -> str:
    """Return "n = 1,234"; empty where it is not known."""
    return f"n = {count_text(n, language)}" if n is not None else ""


def _pillar(row: Mapping[str, Any], language: str) -> CardFigure:
    """Return the planned money of a pillar, or that nobody noted any."""
    name, label = row["words"], say("plan.doc.planned", language)
    note = f"{say('plan.doc.n', language)}: {row['n']}"
    if row["has_planned"]:
        return CardFigure(name, row["planned"], label, note=note)
    return CardFigure(name, label=label, why=row["planned"], note=note)


def _plan(site: Site, _name: str, language: str) -> Card:
    found = published()
    if found is None:
        return _page(site, "", language)
    head = present_head(found, language)
    day = say("public_plan.as_of", language, day=head["published_on"])
    columns = tuple(_pillar(row, language) for row in head["pillars"])
    return _card(
        site, language, head["title"], day,
        kicker=f"{head['from_year']}–{head['until_year']} · {head['state']}", columns=columns,
    )  # fmt: skip


def _instrument(site: Site, name: str, language: str) -> Card:
    try:
        one = find.instrument(name)
    except NotFoundError as error:
        raise Http404 from error
    return _card(
        site, language, localised(one.title, language),
        say("shelf.version", language, version=one.version, day=one.effective_from),
        kicker=words_of("instrument_kind", one.kind, language),
        facts=(localised(one.summary, language),),
    )  # fmt: skip


def _where(site: Site, level: str, area_id: str) -> CardMap | None:
    """Return where an area lies; None where the pack has no boundaries."""
    outlines = outlines_of(site, level)
    if outlines is None:
        return None
    shapes = [
        Shape(one.path, "accent" if one.area_id == area_id else _OTHERS) for one in outlines.areas
    ]
    return CardMap(WIDTH, outlines.height, shapes)


def _map(site: Site, indicator_id: str, language: str) -> CardMap | None:
    """Return the map of an indicator as its page has it; None where nothing of it is shown."""
    level = selectors.analysis_level(site)
    figures = estimates.newest_estimates(site, indicator_id, level)
    found = present_map(
        outlines_of(site, level), selectors.list_areas(site, level), figures, language
    )
    if not found["shapes"] or not found["key"]:
        return None
    shapes = [Shape(one["path"], one["step"], is_unsure=one["unsure"]) for one in found["shapes"]]
    keys = ["sharing.map_key", *(["sharing.map_few"] if found["has_few"] else [])]
    key = " ".join(say(one, language) for one in keys)
    return CardMap(WIDTH, found["height"], shapes, key)


WHOLE = frozenset({"page", "front", "plan"})
"""Kinds of card of which there is one."""
_CARDS: dict[str, Callable[[Site, str, str], Card]] = {
    "page": _page, "front": _front, "plan": _plan, "area": _area,
    "indicator": _indicator, "finding": _finding, "instrument": _instrument,
}  # fmt: skip
