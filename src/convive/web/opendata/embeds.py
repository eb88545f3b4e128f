"""What a frame or a picture on another page shows: a part of a page, from the same presenters."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from django.http import Http404
from django.urls import reverse

from convive import wiring
from convive.app.sharing import ChartWords, Picture
from convive.app.shown_figures import present_figure, words_of
from convive.catalogue.texts import say
from convive.core.errors import NotFoundError
from convive.web.observatory import estimates, selectors
from convive.web.observatory.current import Site
from convive.web.observatory.presenters.findings import present_finding
from convive.web.observatory.presenters.maps import present_map
from convive.web.observatory.views import areas
from convive.web.observatory.views.findings import series_behind, with_area
from convive.web.observatory.views.page import level_name
from convive.web.observatory.views.shapes import outlines_of
from convive.web.opendata.cards import card_of, data_to, figure_facts
from convive.web.opendata.sources_told import source_line
from convive.wiring.sharing import chart_words, render_picture

Row = dict[str, Any]
_WIDTH = 720
Selection = tuple[str, dict[str, Any]]
"""A chart of the grammar, and what of it."""


@dataclass(frozen=True, slots=True)
class Embedded:
    """A part of a page that may stand elsewhere.

    Attributes
    ----------
    facts : tuple of str
        What its figures never stand without: interval, n, period.
    path : str
        Of the page that it is a part of.
    parts : mapping
        What the template draws: ``map``, ``faces`` or ``series``.
    """

    title: str
    kicker: str
    figure: str
    facts: tuple[str, ...]
    source: str
    path: str
    parts: dict[str, Any]


def embedded(site: Site, kind: str, name: str, area: str, language: str) -> Embedded:
    """Return what a frame shows.

    Parameters
    ----------
    kind, name : str
        indicator, area or finding, and which.
    area : str
        ``level/code`` of the area that an indicator is wanted of; empty for the whole city.

    Raises
    ------
    Http404
    """
    if kind not in _EMBEDDED:
        raise Http404
    return _EMBEDDED[kind](site, name, area, language)


def _indicator(site: Site, name: str, area: str, language: str) -> Embedded:
    if name not in estimates.indicator_ids(site):
        raise Http404
    level, _, area_id = area.partition("/")
    if not area:
        level, area_id = selectors.city_key(site)
    place = selectors.get_area(site, level, area_id)
    row = estimates.newest_estimates(site, name, level).get(area_id)
    if row is None or place is None:
        raise Http404
    figure = present_figure(row, language)
    parts = {"map": _map(site, name, language)}
    if area:
        parts = {"series": _series(site, name, place, language), "area": place}
    return Embedded(
        title=words_of("indicator", name, language), kicker=str(place["name"]),
        figure=" ".join(filter(None, (figure.value, figure.unit))) or figure.why_not,
        facts=figure_facts(row, language) if figure.is_shown else (figure.period,),
        source=source_line(site, row["source_ids"] or (), language),
        path=reverse("indicator", args=(language, name)), parts=parts,
    )  # fmt: skip


def _map(site: Site, indicator_id: str, language: str) -> Row | None:
    level = selectors.analysis_level(site)
    figures = estimates.newest_estimates(site, indicator_id, level)
    if not figures:
        return None
    shown = present_map(
        outlines_of(site, level), selectors.list_areas(site, level), figures, language
    )
    # Two hundred links in a frame are no help; the page that it belongs to has them.
    return shown | {"has_links": False, "level_name": level_name(site, language, level)}


def _series(site: Site, indicator_id: str, area: Row, language: str) -> Row | None:
    found = areas.series_of(site, indicator_id, area, language)
    return found if found and found["rows"] else None


def _area(site: Site, name: str, area: str, language: str) -> Embedded:  # noqa: ARG001
    level, _, area_id = name.partition("/")
    row = selectors.get_area(site, level, area_id)
    if row is None or level == selectors.CITY_LEVEL:
        raise Http404
    card = card_of(site, "area", name, language)
    return Embedded(
        title=card.title, kicker=card.kicker, figure="", facts=(), source=card.source,
        path=reverse("area", args=(language, level, area_id)),
        parts={"faces": areas.faces_here(site, row, language)},
    )  # fmt: skip


def _finding(site: Site, name: str, area: str, language: str) -> Embedded:  # noqa: ARG001
    card = card_of(site, "finding", name, language)
    row = selectors.get_finding(site, name)
    if row is None:
        raise Http404
    finding = with_area(site, present_finding(row, language))
    series = series_behind(site, finding, language)
    parts: dict[str, Any] = {"tag": finding["tag"], "certainty": finding["certainty_words"]}
    if series:
        parts |= {"series": series, "area": {"name": finding["area_name"]}}
    return Embedded(
        title=finding["sentence"], kicker=card.kicker, figure="", facts=card.facts,
        source=card.source, path=reverse("finding", args=(language, name)), parts=parts,
    )  # fmt: skip


_EMBEDDED: dict[str, Callable[[Site, str, str, str], Embedded]] = {
    "indicator": _indicator, "area": _area, "finding": _finding,
}  # fmt: skip


# --- pictures and tables to keep ----------------------------------------------------------------


def picture_file(site: Site, kind: str, name: str, language: str, ending: str) -> bytes:
    """Return what a frame shows as ``svg`` or ``png``, with title, facts and source."""
    shown = embedded(site, kind, name, "", language)
    svg, said = "", ""
    for chart, selection in _charts(site, kind, name, language):
        try:
            svg = wiring.chart_svg(site.build, chart, language=language, **selection)
            said = chart_words(site.build, chart, language=language, **selection).said
        except NotFoundError:
            continue
        break
    if kind == "area":
        # The chart's own words have no n.
        lines = card_of(site, kind, name, language).lines
        said = " ".join(
            f"{one.name}: {', '.join(filter(None, (one.text, one.note)))}." for one in lines
        )
    facts = (shown.figure, *shown.facts, said, data_to(site, language))
    town = site.build.city.name
    is_said = shown.kicker.startswith(town)
    picture = Picture(
        language=language, town=shown.kicker if is_said else f"{town} · {shown.kicker}",
        title=shown.title, facts=tuple(filter(None, facts)), source=shown.source, svg=svg,
    )  # fmt: skip
    return render_picture(picture, "svg" if ending == "svg" else "png")


def table_of(site: Site, kind: str, name: str, language: str) -> tuple[Embedded, ChartWords | None]:
    """Return the rows behind a picture; None where there is none."""
    shown = embedded(site, kind, name, "", language)
    if kind == "area":
        return shown, _faces_table(shown, data_to(site, language), language)
    for chart, selection in _charts(site, kind, name, language):
        try:
            return shown, chart_words(site.build, chart, language=language, **selection)
        except NotFoundError:
            continue
    return shown, None


def _faces_table(shown: Embedded, data_to: str, language: str) -> ChartWords:
    """Return the four faces of an area as rows, each with its n or the reason why it is not told."""
    heads = (
        "web.face",
        "web.indicator",
        "web.area.faces",
        "web.interval_col",
        "web.n",
        "web.verdict",
    )
    rows = tuple(
        (
            words_of("face", row["face"], language),
            words_of("indicator", row["indicator_id"], language) if row["indicator_id"] else "",
            row["score"], row["interval"], row["n"],
            row["why"] or words_of("web.standing", row["verdict"], language),
        )
        for row in shown.parts["faces"]["rows"]
    )  # fmt: skip
    said = ". ".join(filter(None, (shown.title.rstrip("."), data_to)))
    return ChartWords(said, tuple(say(one, language) for one in heads), rows)


def _charts(site: Site, kind: str, name: str, language: str) -> Iterator[Selection]:
    """Yield the charts that show a thing, the best first."""
    level = selectors.analysis_level(site)
    if kind == "area":
        at, _, area_id = name.partition("/")
        yield "faces", {"level": at, "area_id": area_id, "width": _WIDTH}
        return
    if kind == "indicator":
        yield "map", {"indicator": name, "level": level, "width": _WIDTH}
        yield "series", {"indicator": name, "level": "city", "width": _WIDTH,
                         "area_id": selectors.city_key(site)[1]}  # fmt: skip
        return
    row = selectors.get_finding(site, name)
    if row is None:
        return
    for indicator_id in present_finding(row, language)["indicator_ids"]:
        yield "series", {"indicator": indicator_id, "level": row["level"], "width": _WIDTH,
                         "area_id": row["area_id"]}  # fmt: skip
    for indicator_id in present_finding(row, language)["indicator_ids"]:
        yield "map", {"indicator": indicator_id, "level": level, "width": _WIDTH}
