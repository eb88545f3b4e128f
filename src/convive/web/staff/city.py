"""What staff pages may know of the audit that is shown: its areas and its thresholds.

Apps of the workspace do not know the observatory; they ask here, and get an answer also where
there is no audit yet.
"""

from __future__ import annotations

from collections.abc import Iterable

from convive.app.fieldwork.city_areas import CityAreas, city_areas
from convive.app.shelf.town import town_profile
from convive.core.errors import ConviveError
from convive.core.model import DisclosureRule
from convive.core.shelf.fit import TownProfile
from convive.core.strategy.model import Plan
from convive.web.observatory.current import current_site

_NOTHING = CityAreas("", (), (), ())


def areas_now() -> CityAreas:
    """Return the areas of the analysis level, read once per audit; none without an audit."""
    try:
        site = current_site()
    except ConviveError:
        return _NOTHING
    return site.keep("staff_areas", lambda: city_areas(site.build))


def disclosure_now() -> DisclosureRule:
    """Return the numbers below which nothing is shown; the usual ones without an audit."""
    try:
        return current_site().build.city.disclosure
    except ConviveError:
        return DisclosureRule()


def languages_now() -> tuple[str, ...]:
    """Return the languages of the town, the first one first; empty without an audit."""
    try:
        return tuple(current_site().build.city.languages)
    except ConviveError:
        return ()


def time_zone_now() -> str:
    """Return the time zone of the town; UTC without an audit."""
    try:
        return current_site().build.city.time_zone
    except ConviveError:
        return "UTC"


def profile_now(plans: Iterable[Plan] = ()) -> TownProfile:
    """Return what the town has to work with, as far as audit and plans tell it."""
    try:
        site = current_site()
    except ConviveError:
        return TownProfile()
    return town_profile(site.build, plans)
