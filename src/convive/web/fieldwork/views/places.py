"""Pages of places: list and map, adding one or many, one place over time."""

from __future__ import annotations

import numpy as np
from django.core.exceptions import ValidationError
from django.http import Http404, HttpResponse, JsonResponse
from django.urls import reverse

from convive.app.fieldwork.city_areas import DrawnPoint, grid_points, random_points
from convive.app.fieldwork.place_list import ListedPlace, parse_places
from convive.catalogue.texts import explain, say
from convive.core.errors import ConflictError
from convive.web import access
from convive.web.accounts.request import AccountRequest
from convive.web.fieldwork.actions.places import add_drawn_places, add_places, change_place
from convive.web.fieldwork.forms.places import (
    MOST_DRAWN,
    DrawForm,
    EditPlaceForm,
    NewPlaceForm,
    PlaceListForm,
)
from convive.web.fieldwork.instruments import instrument_of
from convive.web.fieldwork.models import Place
from convive.web.fieldwork.presenters.place_history import present_history
from convive.web.fieldwork.presenters.place_map import Mark, as_geojson, present_place_map
from convive.web.fieldwork.selectors.places import campaigns_at, find_place, list_places
from convive.web.fieldwork.selectors.rated import stops_of_each
from convive.web.fieldwork.views.campaign_base import NAV, may_see
from convive.web.staff.city import areas_now
from convive.web.staff.page import go, show, tell


@access.editor()
def places(request: AccountRequest, language: str) -> HttpResponse:
    """List the places, with a map."""
    areas, found = areas_now(), list(list_places())
    rows = [
        {"place": one, "area": areas.name_of(one.area_id) if one.area_id else ""} for one in found
    ]
    return show(
        request, "fieldwork/places/list.html",
        language=language, title=say("places.title", language), nav=NAV, rows=rows,
        map=present_place_map(areas, _marks(found, language), language, words="places.map"),
    )  # fmt: skip


@access.editor()
def places_map(request: AccountRequest, language: str) -> HttpResponse:  # noqa: ARG001
    """Give areas and places as GeoJSON."""
    return JsonResponse(as_geojson(areas_now(), _marks(list(list_places()), language)))


def _marks(found: list[Place], language: str) -> list[Mark]:
    return [
        Mark(
            one, "done" if one.is_active else "none",
            say("places.in_use" if one.is_active else "places.not_in_use", language),
            reverse("fieldwork-place", args=(language, one.code)),
        )
        for one in found
    ]  # fmt: skip


@access.editor(methods=access.FORM)
def add_place(request: AccountRequest, language: str) -> HttpResponse:
    """Add one place."""
    form = NewPlaceForm(request.POST or None, language=language)
    if request.method == "POST" and form.is_valid():
        try:
            add_places([ListedPlace(**form.cleaned_data)], areas_now(), by=request.user, how="one")
        except ConflictError:
            form.add_error("code", "")
        else:
            tell(request, "places.added", language, n=1)
            return go("fieldwork-places", language)
    return show(
        request, "fieldwork/places/add.html",
        language=language, title=say("places.add.title", language), nav=NAV, form=form,
    )  # fmt: skip


@access.editor(methods=access.FORM)
def place_list(request: AccountRequest, language: str) -> HttpResponse:
    """Add the places of a list; with any problem none is added, and all are told."""
    data = (request.POST, request.FILES) if request.method == "POST" else (None, None)
    form = PlaceListForm(*data, language=language)
    problems: list[str] = []
    if request.method == "POST" and form.is_valid():
        found = parse_places(form.content())
        problems = [
            say(f"places.problem.{one.code}", language, row=one.row, **one.data)
            for one in found.problems
        ]
        if not problems:
            try:
                add_places(found.places, areas_now(), by=request.user, how="list")
            except ConflictError as error:
                problems = [explain(error, language)]
            else:
                tell(request, "places.added", language, n=len(found.places))
                return go("fieldwork-places", language)
    return show(
        request, "fieldwork/places/paste.html",
        language=language, title=say("places.list.title", language), nav=NAV, form=form,
        list_problems=problems,
    )  # fmt: skip


@access.editor(methods=access.FORM)
def draw_places(request: AccountRequest, language: str) -> HttpResponse:
    """Draw points in the areas of the city."""
    areas = areas_now()
    choices = list(zip(areas.ids, areas.names, strict=True))
    form = DrawForm(
        request.POST or None, language=language, choices=choices,
        initial={"how": "random", "n_per_area": 3, "stem": "P", "seed": Place.objects.count() + 1},
    )  # fmt: skip
    if request.method == "POST" and form.is_valid():
        asked = form.cleaned_data
        points = _drawn(asked)
        if not points or len(points) > MOST_DRAWN:
            form.add_error("spacing" if asked["how"] == "grid" else "n_per_area",
                           _wrong("too_many" if points else "none_drawn"))  # fmt: skip
        else:
            facts = {key: asked[key] for key in ("how", "n_per_area", "spacing", "seed")}
            add_drawn_places(points, areas, prefix=asked["stem"], by=request.user, facts=facts)
            tell(request, "places.added", language, n=len(points))
            return go("fieldwork-places", language)
    return show(
        request, "fieldwork/places/draw.html",
        language=language, title=say("places.draw.title", language), nav=NAV, form=form,
        has_areas=bool(choices),
    )  # fmt: skip


def _wrong(code: str) -> ValidationError:
    return ValidationError("", code=code, params={"most": MOST_DRAWN})


def _drawn(asked: dict[str, object]) -> tuple[DrawnPoint, ...]:
    rng = np.random.default_rng(int(str(asked["seed"])))
    chosen = list(asked["areas"]) if isinstance(asked["areas"], list) else []
    if asked["how"] == "grid":
        return grid_points(areas_now(), float(str(asked["spacing"])), chosen=chosen, rng=rng)
    return random_points(areas_now(), int(str(asked["n_per_area"])), chosen=chosen, rng=rng)


@access.editor()
def place(request: AccountRequest, language: str, code: str) -> HttpResponse:
    """Show a place over time."""
    found = _place(code)
    history = stops_of_each(
        [c for c in campaigns_at(found) if may_see(request, instrument_of(c.form))]
    )
    instruments = {one.code: instrument_of(one.form) for one, _ in history}
    areas = areas_now()
    return show(
        request, "fieldwork/places/place.html",
        language=language, title=f"{found.code} {found.name}", nav=NAV, place=found,
        area=areas.name_of(found.area_id) if found.area_id else "",
        map=present_place_map(areas, _marks([found], language), language, words="places.map"),
        **present_history(found, history, instruments, language),
    )  # fmt: skip


@access.editor(methods=access.FORM)
def edit_place(request: AccountRequest, language: str, code: str) -> HttpResponse:
    """Change a place, or switch it off."""
    found = _place(code)
    initial = {
        "name": found.name, "is_active": found.is_active,
        "latitude": "" if found.latitude is None else str(found.latitude),
        "longitude": "" if found.longitude is None else str(found.longitude),
    }  # fmt: skip
    form = EditPlaceForm(request.POST or None, language=language, initial=initial)
    if request.method == "POST" and form.is_valid():
        change_place(found, form.cleaned_data, areas_now(), by=request.user)
        tell(request, "campaigns.saved", language)
        return go("fieldwork-place", language, found.code)
    return show(
        request, "fieldwork/places/edit.html",
        language=language, title=f"{found.code} {found.name}", nav=NAV, form=form, place=found,
    )  # fmt: skip


def _place(code: str) -> Place:
    found = find_place(code)
    if found is None:
        raise Http404
    return found
