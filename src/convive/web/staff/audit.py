"""What staff pages may know of the audit that is shown: its findings and figures.

Apps of the workspace do not know the observatory; they ask here (areas: `staff.city`), and get
an answer also where there is no audit yet.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta
from typing import Any

from django.utils import timezone

from convive.app.corrections import Correction, Subject, newest_first
from convive.app.plan_wording import Names
from convive.app.withdrawal import Gone, falls_with
from convive.app.withdrawn_words import WITHDRAWN, finding_words
from convive.catalogue import find
from convive.catalogue.texts import localised, say
from convive.core.collation import collation_key
from convive.core.errors import ConviveError
from convive.web.observatory import estimates, selectors
from convive.web.observatory.current import Site, current_site, is_decided
from convive.web.observatory.definitions import find_definition
from convive.web.observatory.presenters.findings import present_finding

Row = dict[str, Any]


def _site() -> Site | None:
    try:
        return current_site()
    except ConviveError:
        return None


def audit_digest() -> str:
    """Return the digest of the audit; empty without one."""
    site = _site()
    return site.digest if site else ""


def findings_now() -> list[Row]:
    """Return the published findings by rank, the area's name among their params."""
    site = _site()
    return selectors.list_findings(site) if site else []


def show_finding(row: Row, language: str) -> Row:
    """Return a published or kept finding as pages show it: sentence, certainty, caveats."""
    site = _site()
    if row["code"] == WITHDRAWN:
        return _withdrawn(row, language)
    area = selectors.get_area(site, row["level"], row["area_id"]) if site else None
    name = area["name"] if area else (row["params"] or {}).get("area", row["area_id"])
    blank = {"finding_id": "", "rank": 0, "evidence": [], "q": None, "caveats": []}
    return present_finding(blank | row, language) | {"area_name": name}


def _withdrawn(row: Row, language: str) -> Row:
    """Return a finding of which only the notice of its withdrawal is told."""
    told = finding_words(row["params"] or {}, language)
    return row | {
        "sentence": told, "short": say("withdrawn.undated", language), "detail": "",
        "certainty_words": "", "tag": "", "caveats": [], "is_gap": False, "area_name": "",
    }  # fmt: skip


def is_audit_lost() -> bool:
    """Tell whether an audit should be shown and cannot be opened: what it withholds is unknown."""
    return _site() is None and is_decided()


def is_withdrawn(kind: str, *codes: str) -> bool:
    """Tell whether the shown audit was taken back, or any of these is gone from it.

    Where the audit is lost it is taken to be so: what nobody can look up is not told.

    Parameters
    ----------
    kind : {"indicator", "finding"}
    """
    site = _site()
    if site is None:
        return is_decided()
    return site.is_withdrawn or any((kind, code) in site.build.gone for code in codes)


def was_withdrawn(kind: str, *codes: str) -> bool:
    """Tell whether a withdrawal that stands is about any of these, in this audit or older ones.

    The shown audit may be right again; what somebody has kept from one before it is not. A whole
    audit that was taken back is about everything: copies do not say of which audit they are.
    """
    return was_named(kind, *codes) or any(
        one.subject is Subject.AUDIT for one in _withdrawals(_site())
    )


def was_named(kind: str, *codes: str) -> bool:
    """Tell whether a withdrawal that stands names any of these, or what they fell along with."""
    site = _site()
    if site is None:
        return is_decided()
    told = site.keep("staff_ever_withdrawn", lambda: _ever_withdrawn(site))
    return any((kind, code) in told for code in codes)


def withdrawal_of(kind: str, *codes: str) -> Correction | None:
    """Return the newest withdrawal to tell where any of these is gone; None where none stands.

    The one that names it comes first, then one that it fell along with, then one of a whole audit,
    then any other.
    """
    standing = _withdrawals(_site())
    named = [one for one in standing if one.subject.value == kind and one.name in codes]
    along = [one for one in standing if kind == Subject.INDICATOR.value and _falls(one, codes)]
    whole = [one for one in standing if one.subject is Subject.AUDIT]
    return next(iter((*named, *along, *whole, *standing)), None)


def is_shown_since(on: date) -> bool:
    """Tell whether what is shown now was shown already on the whole of a day, wherever it began."""
    site = _site()
    if site is None or site.since is None:
        return False
    return on > timezone.localdate(site.changed_at) + timedelta(days=1)


def _withdrawals(site: Site | None) -> list[Correction]:
    told = newest_first(site.build.corrections) if site else []
    return [one for one in told if one.is_withdrawal]


def _falls(one: Correction, codes: Iterable[str]) -> bool:
    is_indicator = one.subject is Subject.INDICATOR
    return is_indicator and not falls_with({one.name}, find.indicators()).isdisjoint(codes)


def _ever_withdrawn(site: Site) -> frozenset[Gone]:
    names: dict[Subject, set[str]] = {Subject.INDICATOR: set(), Subject.FINDING: set()}
    for one in site.build.corrections:
        if one.is_withdrawal and one.subject in names:
            names[one.subject].add(one.name)
    names[Subject.INDICATOR] |= falls_with(names[Subject.INDICATOR], find.indicators())
    return frozenset((kind.value, name) for kind, found in names.items() for name in found)


def newest_figure(indicator_id: str, level: str, area_id: str) -> Row | None:
    """Return the newest published figure of an indicator in an area, None without one."""
    site = _site()
    if site is None:
        return None
    newest = estimates.newest_estimates(site, indicator_id, level).get(area_id)
    if newest is not None:
        return newest
    key = ("staff_newest_by_area", indicator_id, level)
    return site.keep(key, lambda: estimates.newest_by_area(site, indicator_id, level)).get(area_id)


def figures_over_time(indicator_id: str, level: str, area_id: str) -> list[Row]:
    """Return the published figures of an indicator in an area, the oldest first."""
    site = _site()
    if site is None:
        return []
    key = ("staff_over_time", indicator_id, level, area_id)
    return site.keep(key, lambda: estimates.estimates_over_time(site, indicator_id, level, area_id))


def standings_now() -> tuple[str, dict[str, list[Row]]]:
    """Return the level of analysis, and area → how its faces stand against the city."""
    site = _site()
    if site is None:
        return "", {}
    level = selectors.analysis_level(site)

    def read() -> dict[str, list[Row]]:
        found: dict[str, list[Row]] = {
            row["area_id"]: [] for row in selectors.list_areas(site, level)
        }
        for row in selectors.list_rows(site, "faces", level=level):
            found.setdefault(row["area_id"], []).append(row)
        return found

    return level, site.keep("staff_standings", read)


def indicators_now() -> tuple[str, ...]:
    """Return the indicators that the audit has figures of, by face."""
    site = _site()
    return estimates.indicator_ids(site) if site else ()


def faces_now() -> dict[str, str]:
    """Return indicator → face of all that the audit has figures of, by face."""
    site = _site()
    if site is None:
        return {}
    faces = estimates.face_of_indicators(site)
    return {one: faces[one] for one in estimates.indicator_ids(site)}


def is_lower_better(indicator_id: str) -> bool:
    """Tell whether less of an indicator is better; so it is taken for one that nobody defines."""
    definition = find_definition(indicator_id)
    return definition is None or bool(definition.is_lower_better)


def all_areas_now() -> list[tuple[str, str, str]]:
    """Return level, code and name of every area: the city first, then level by level, by name."""
    site = _site()
    if site is None:
        return []
    return site.keep("staff_all_areas", lambda: _areas(site))


def _areas(site: Site) -> list[tuple[str, str, str]]:
    order = {"city": 0} | {one.id: i for i, one in enumerate(site.build.city.levels, start=1)}
    known = selectors.areas_by_key(site).items()
    rows = [(level, area_id, str(row["name"])) for (level, area_id), row in known if level in order]
    return sorted(rows, key=lambda row: (order[row[0]], collation_key(row[2]), row[1]))


def level_names_now(language: str) -> dict[str, str]:
    """Return the levels of areas with their names, the coarsest first."""
    site = _site()
    levels = site.build.city.levels if site else ()
    return {one.id: localised(one.name, language) for one in levels}


def area_name(level: str, area_id: str) -> str:
    """Return the name of an area, its code where it is not known."""
    site = _site()
    row = selectors.get_area(site, level, area_id) if site else None
    return str(row["name"]) if row else area_id


def source_titles(source_ids: Iterable[str], language: str) -> list[str]:
    """Return the titles of sources in the reader's language; the code of one that is gone."""
    known = sources_now(language)
    return [known.get(one) or one for one in source_ids]


def names_now(language: str) -> Names:
    """Return what areas and sources are called in the audit that is shown."""
    areas = {(level, area): name for level, area, name in all_areas_now()}
    return Names(areas, sources_now(language))


def sources_now(language: str) -> dict[str, str]:
    """Return code → title of the sources of the audit that is shown."""
    site = _site()
    rows = site.keep("staff_sources", lambda: selectors.list_rows(site, "sources")) if site else []
    return {row["source_id"]: localised(row["title"], language) for row in rows}


def residents_now() -> int | None:
    """Return how many people live in the town by the newest denominators; None where unknown."""
    site = _site()
    return site.keep("staff_residents", lambda: _residents(site)) if site else None


def _residents(site: Site) -> int | None:
    rows = selectors.list_rows(
        site, "estimates", level=selectors.CITY_LEVEL, denominator_id="residents"
    )
    known = [row for row in rows if row.get("denominator")]
    newest = max(known, key=lambda row: row["period_end"], default=None)
    return int(newest["denominator"]) if newest else None
