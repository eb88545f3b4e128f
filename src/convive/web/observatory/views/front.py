"""The front page: what really changed, what is noise, what we do not know."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.cache import patch_vary_headers

from convive.app.shown_figures import present_change, words_of
from convive.catalogue.texts import localised, say
from convive.core.model import FACES
from convive.web import access
from convive.web.language import preferred_language
from convive.web.observatory import estimates, selectors
from convive.web.observatory.current import Site
from convive.web.observatory.definitions import find_headline
from convive.web.observatory.markdown import render_markdown
from convive.web.observatory.presenters import findings as present_findings
from convive.web.observatory.presenters import front as present
from convive.web.observatory.presenters.areas import names_to_offer
from convive.web.observatory.presenters.maps import present_map
from convive.web.observatory.views.elsewhere import reference_rows
from convive.web.observatory.views.page import chosen, level_name, public_page, show
from convive.web.observatory.views.shapes import outlines_of


@access.public
def choose_language(request: HttpRequest) -> HttpResponse:
    """Send the reader on to the front page in a language of theirs."""
    response = HttpResponseRedirect(reverse("front", args=(preferred_language(request),)))
    patch_vary_headers(response, ["Accept-Language"])
    return response


@public_page
def front(request: HttpRequest, site: Site, language: str) -> HttpResponse:
    """Show the few sentences that matter, the four faces, map, gaps, index, what is missing."""
    level = selectors.analysis_level(site)
    headlines = estimates.headline_of_faces(site)
    faces = faces_of(site, language)
    headline = headline_of(site, language)
    shown = [face["face"] for face in faces if face["has_map"]]
    face = chosen(request, "show", shown, _first_face(site, shown, headlines))
    drawn = _drawn_level(site, headlines.get(face))
    findings = [
        present_findings.present_finding(row, language) for row in selectors.list_findings(site)
    ]
    return show(
        request, site, "front",
        language=language, nav="front", title=say("web.front.page_title", language),
        names=names_to_offer(selectors.list_areas(site, level)),
        headline=headline, description=headline,
        faces=faces, show=face, choices=shown,
        map=_front_map(site, drawn, headlines.get(face), language),
        map_level="" if drawn == level else drawn,
        map_level_name=level_name(site, language, drawn),
        map_indicator=headlines.get(face, ""),
        map_title=words_of("indicator", headlines.get(face, ""), language),
        gaps=[finding for finding in findings if len(set(finding["faces"])) > 1][:4],
        leading=findings[:4], n_findings=len(findings),
        index=_index(site, level, language),
        tried=present.tried(
            selectors.list_rows(site, "effects"), selectors.list_findings(site), language
        ),
        no_index=_why_no_index(site),
        missing=selectors.list_rows(site, "missing"), words=words_of_editors(site, language),
    )  # fmt: skip


def headline_of(site: Site, language: str) -> str:
    """Return the few sentences that matter."""
    return present.headline(
        selectors.list_findings(site), language,
        trends=selectors.list_rows(site, "trends", level=selectors.CITY_LEVEL),
        series=selectors.list_rows(site, "series", level=selectors.CITY_LEVEL),
    )  # fmt: skip


def faces_of(site: Site, language: str) -> list[dict[str, Any]]:
    """Return the cards of the four faces, each with its figure or the reason why there is none."""
    headlines = estimates.headline_of_faces(site)
    return [_face(site, face.value, headlines.get(face.value), language) for face in FACES]


def words_of_editors(site: Site, language: str) -> dict[str, Any] | None:
    """Return what the editors say about this edition, None where they say nothing."""
    told = (site.build.run.get("edition") or {}).get("words") or {}
    title, text = (localised(told.get(part), language) for part in ("title", "text"))
    return {"title": title, "html": render_markdown(text).html} if title or text else None


def _first_face(site: Site, shown: list[str], headlines: dict[str, str]) -> str:
    """Return the face whose map can be read best: the one with the most areas shown."""
    level = selectors.analysis_level(site)

    def areas_shown(face: str) -> int:
        rows = estimates.newest_estimates(site, headlines[face], level).values()
        return sum(row["status"] == "shown" for row in rows)

    return max(shown, key=areas_shown, default="")


def _face(site: Site, face: str, indicator_id: str | None, language: str) -> dict[str, Any]:
    if indicator_id is None:
        card = present.missing_face(face, selectors.list_rows(site, "missing"), language)
        return card | {"elsewhere": _elsewhere(site, face, language)}
    level, area_id = selectors.city_key(site)
    newest = estimates.newest_estimates(site, indicator_id, level).get(area_id)
    history = estimates.estimates_over_time(site, indicator_id, level, area_id)
    series = selectors.list_series(site, indicator_id, level, area_id)
    trend = selectors.get_trend(site, indicator_id, level, area_id)
    analysed = estimates.newest_estimates(site, indicator_id, selectors.analysis_level(site))
    return present.face_card(
        face, indicator_id, newest, history, series, language
    ) | {
        "change": present_change(trend, language),
        "has_map": bool(analysed),
        "groups": present.group_words(
            estimates.list_groups(site, indicator_id, level, area_id), language
        ),
    }  # fmt: skip


def _elsewhere(site: Site, face: str, language: str) -> list[dict[str, Any]]:
    """Return what the face's headline indicator says about elsewhere."""
    headline = find_headline(face)
    return reference_rows(site, headline, language) if headline else []


def _drawn_level(site: Site, indicator_id: str | None) -> str:
    """Return the level of the map: the analysis level, else the finest that has outlines."""
    level = selectors.analysis_level(site)
    finest_first = [one.id for one in reversed(site.build.city.levels)]
    for candidate in (level, *finest_first):
        figures = estimates.newest_estimates(site, indicator_id or "", candidate)
        if figures and outlines_of(site, candidate) is not None:
            return candidate
    return level


def _front_map(
    site: Site, level: str, indicator_id: str | None, language: str
) -> dict[str, Any] | None:
    if not indicator_id:
        return None
    figures = estimates.newest_estimates(site, indicator_id, level)
    areas = selectors.list_areas(site, level)
    return present_map(outlines_of(site, level), areas, figures, language)


def _why_no_index(site: Site) -> str:
    """Return the text that says why there is no index: half of it is known, or nothing."""
    rows = selectors.list_rows(site, "index", component="objective", status="shown")
    return "web.front.index_half" if rows else "web.front.index_none"


def _index(site: Site, level: str, language: str) -> dict[str, Any] | None:
    rows = selectors.list_index(site, level, "overall")
    names = {row["area_id"]: row["name"] for row in selectors.list_areas(site, level)}
    return present.index_bands(rows, names, language)
