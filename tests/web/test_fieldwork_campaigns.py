"""Campaigns from nothing to closed: what coordinators do, what is recorded, who sees what."""

from __future__ import annotations

import re
import uuid
from datetime import UTC, datetime

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from convive.web.audit_log.models import Event
from convive.web.fieldwork.actions.receive import Envelope, receive
from convive.web.fieldwork.models import (
    AccessLink,
    Campaign,
    CampaignPlace,
    Place,
    Rater,
    Submission,
)
from convive.web.fieldwork.selectors.progress import progress_of
from convive.web.fieldwork.tokens import find_link, token_of
from convive.web.roles import Role
from factories import fieldwork
from factories.web_objects.accounts import make_account

pytestmark = [pytest.mark.usefixtures("site"), pytest.mark.django_db]
NOW = datetime(2026, 11, 21, 20, 0, tzinfo=UTC)
BASE = "/en/work/fieldwork/"
ITEMS = ("lighting", "openness", "visibility", "people", "security", "walk_path", "transport", "gender_use")  # fmt: skip
RAW_KEY = re.compile(r"\b(?:campaigns|places|web|error)\.[a-z_]+(?:\.[a-z_A-Z]+)*\b(?!@)")


@pytest.fixture
def ana():
    """A coordinator."""
    client = Client(headers={"host": "localhost"})
    client.force_login(make_account(Role.COORDINATOR))
    return client


def page(client, path, status=200):
    response = client.get(path if path.startswith("/") else BASE + path)
    assert response.status_code == status, path
    text = response.content.decode()
    if status == 200 and "json" not in response.headers["Content-Type"]:
        body = re.sub(r"<[^>]+>", " ", text)
        assert not RAW_KEY.findall(body), (path, RAW_KEY.findall(body)[:3])
    return text


def post(client, path, data=None):
    response = client.post(BASE + path, data or {}, follow=True)
    assert response.status_code == 200, path
    return response.content.decode()


def planned(n=6, raters=3):
    """A draft audit with places and raters, not planned yet."""
    made = fieldwork.campaign(state=Campaign.State.DRAFT, code="audit", languages=["en", "fr"])
    for k in range(n):
        place = fieldwork.place(f"P{k:03d}", longitude=-3.73 + 0.004 * k, latitude=40.42)
        CampaignPlace.objects.create(campaign=made, place=place, position=k + 1)
    for k in range(raters):
        fieldwork.rater(made, f"R{k:02d}", name=f"Name {k}", email=f"person{k}@example.org")
    return made


def opened(ana, **options):
    made = planned(**options)
    post(ana, "campaigns/audit/plan/", {"dayparts": "both", "double_percent": 30, "seed": 5})
    post(ana, "campaigns/audit/open/")
    made.refresh_from_db()
    return made


def send(campaign, visit, answers=None, **fields):
    envelope = Envelope(
        id=uuid.uuid4(), campaign=campaign, channel="phone", place=visit.place, rater=visit.rater,
        daypart=visit.daypart, answers=answers or {"lighting": "2", "openness": "1"}, **fields,
    )  # fmt: skip
    return receive(envelope, now=NOW).submission


def verbs():
    return set(Event.objects.values_list("verb", flat=True))


# --- places --------------------------------------------------------------------------------------


def test_a_place_gets_the_area_that_it_lies_in_and_keeps_its_code(ana):
    import shapely

    from convive.web.staff.city import areas_now

    areas = areas_now()
    inside = shapely.point_on_surface(areas.shapes[0])
    post(ana, "places/add/", {"code": "Q1", "name": "Quay", "latitude": str(inside.y), "longitude": str(inside.x)})  # fmt: skip
    place = Place.objects.get(code="Q1")
    assert (place.area_level, place.area_id) == (areas.level, areas.ids[0])
    assert "this code" in post(ana, "places/add/", {"code": "q1", "name": "Other"})
    post(ana, "places/at/Q1/edit/", {"name": "Quay 4", "latitude": "", "longitude": "", "is_active": ""})  # fmt: skip
    place.refresh_from_db()
    assert (place.code, place.name, place.area_id, place.is_active) == ("Q1", "Quay 4", "", False)
    assert {"place.added", "place.changed"} <= verbs()


def test_a_list_with_problems_adds_nothing_and_tells_all_of_them(ana):
    fieldwork.place("P9")
    text = post(ana, "places/list/", {"pasted": "code,name,lat,lon\nP1,One,99,0\n<b>,Two,1,1\n"})
    assert "Row 2" in text
    assert "Row 3" in text
    assert "<b>,Two" not in text
    assert Place.objects.count() == 1
    assert "taken: p9." in post(ana, "places/list/", {"pasted": "code,name\np9,Nine\nP8,Eight\n"})
    assert Place.objects.count() == 1
    file = SimpleUploadedFile("../../x.csv", b"code,name\nP1,One\nP2,Two\n")
    post(ana, "places/list/", {"file": file})
    assert sorted(Place.objects.values_list("code", flat=True)) == ["P1", "P2", "P9"]


def test_points_are_drawn_in_every_area_and_numbered_on(ana):
    fieldwork.place("P001")
    asked = {"how": "random", "n_per_area": 2, "stem": "P", "seed": 4}
    post(ana, "places/draw/", asked)
    drawn = Place.objects.exclude(code="P001")
    assert drawn.count() == 24
    assert set(drawn.values_list("area_id", flat=True)) == {f"n{k:02d}" for k in range(1, 13)}
    assert drawn.order_by("code").first().code == "P002"
    post(ana, "places/draw/", {"how": "grid", "spacing": 50, "stem": "G", "seed": 4})
    assert Place.objects.count() == 25, "a grid of more than 2,000 points is refused"
    assert Event.objects.filter(verb="place.drawn").count() == 1


# --- planning ------------------------------------------------------------------------------------


def test_a_campaign_keeps_the_version_of_its_instrument(ana):
    asked = {"kind": "audit", "instrument": "street_observation", "title": "Spring Audit", "languages": ["en"]}  # fmt: skip
    post(ana, "campaigns/new/", asked)
    made = Campaign.objects.get()
    assert (made.code, made.state, str(made.form)) == (
        "spring-audit",
        "draft",
        "street_observation@1",
    )
    post(ana, "campaigns/new/", asked)
    assert Campaign.objects.filter(code="spring-audit-2").exists()
    text = post(
        ana, "campaigns/new/", asked | {"opens_on": "2026-05-01", "closes_on": "2026-04-01"}
    )
    assert "lies before the first" in text
    assert "campaign.created" in verbs()


def test_surveys_are_made_elsewhere(ana):
    text = page(ana, "campaigns/new/")
    assert 'value="survey"' not in text
    assert "core_survey" not in text
    survey = fieldwork.campaign(kind=Campaign.Kind.SURVEY, code="wave-1")
    assert survey.title in page(ana, "")
    assert ana.get(BASE + "campaigns/wave-1/links/").status_code == 404


def test_the_preview_is_what_is_adopted(ana):
    planned()
    text = page(ana, "campaigns/audit/plan/?dayparts=both&double_percent=30&seed=5")
    assert "16 visits for 12 stops" in text
    assert not Campaign.objects.get().assignments.exists()
    post(ana, "campaigns/audit/plan/", {"dayparts": "both", "double_percent": 30, "seed": 5})
    made = Campaign.objects.get()
    assert made.assignments.count() == 16
    assert made.assignments.filter(is_double=True).count() == 4
    assert sum(len(p) for parts in made.plan["routes"].values() for p in parts.values()) == 16
    assert Event.objects.get(verb="campaign.planned").facts["seed"] == 5


def test_a_plan_that_cannot_be_is_refused_in_words(ana):
    planned(raters=1)
    assert "One observer alone" in page(ana, "campaigns/audit/plan/")
    fieldwork.rater(Campaign.objects.get(), "R09")
    fieldwork.rater(Campaign.objects.get(), "R10")
    assert "Rate at least 25" in page(ana, "campaigns/audit/plan/?double_percent=10")


def test_other_places_end_a_plan_and_an_unplanned_audit_does_not_open(ana):
    made = planned()
    post(ana, "campaigns/audit/plan/", {"dayparts": "day", "double_percent": 50, "seed": 5})
    assert made.assignments.exists()
    post(ana, "campaigns/audit/places/", {"place": ["P001", "P002", "nowhere"]})
    assert not made.assignments.exists()
    assert made.places.count() == 2
    assert "Plan the visits first" in post(ana, "campaigns/audit/open/")


def test_places_are_taken_over_from_an_earlier_campaign(ana):
    planned()
    Place.objects.filter(code="P000").update(is_active=False)
    fieldwork.campaign(code="second", state=Campaign.State.DRAFT)
    post(ana, "campaigns/second/places/", {"from": "audit"})
    codes = CampaignPlace.objects.filter(campaign__code="second").values_list(
        "place__code", flat=True
    )
    assert sorted(codes) == ["P001", "P002", "P003", "P004", "P005"]


def test_a_visit_added_by_hand_is_a_second_rating_where_somebody_goes_already(ana):
    made = opened(ana)
    visit = made.assignments.filter(is_double=False, daypart="day").first()
    there = made.assignments.filter(place=visit.place, daypart="day").values_list(
        "rater", flat=True
    )
    other = made.raters.exclude(pk__in=there).first()
    asked = {"place": visit.place.code, "rater": other.pk, "daypart": "day"}
    post(ana, "campaigns/audit/visits/add/", asked)
    assert made.assignments.get(place=visit.place, daypart="day", rater=other).is_double
    assert "planned already" in post(ana, "campaigns/audit/visits/add/", asked)


# --- links ---------------------------------------------------------------------------------------


def test_every_observer_gets_a_link_that_can_be_renewed_and_taken_back(ana):
    made = opened(ana)
    post(ana, "campaigns/audit/links/make/")
    post(ana, "campaigns/audit/links/make/", {"for": "group"})
    assert made.links.filter(kind="rater").count() == 3
    text = page(ana, "campaigns/audit/links/")
    link = made.links.get(rater__label="R01")
    assert f"/en/walk/{token_of(link)}/" in text
    assert text.count("<svg aria-hidden") >= 4
    assert "mailto:person1@example.org?subject=" in text
    assert "Merci de participer" in text
    post(ana, f"campaigns/audit/links/{link.pk}/renew/")
    assert find_link(token_of(link)) is None
    new = made.links.get(rater__label="R01", revoked_at=None)
    assert find_link(token_of(new)) == new
    post(ana, f"campaigns/audit/links/{new.pk}/revoke/")
    assert find_link(token_of(new)) is None
    post(ana, "campaigns/audit/links/make/")
    assert made.links.filter(rater__label="R01", revoked_at=None).count() == 1
    assert {"campaign.links_made", "campaign.link_renewed", "campaign.link_revoked"} <= verbs()
    assert "R02" in page(ana, "campaigns/audit/links/cards/?in=fr")


def test_the_log_holds_no_name_no_address_and_no_token(ana):
    made = opened(ana)
    rater = made.raters.first()
    post(ana, f"campaigns/audit/raters/{rater.pk}/", {"label": rater.label, "name": "Zelda", "email": "z@example.org"})  # fmt: skip
    post(ana, "campaigns/audit/links/make/")
    log = " ".join(Event.objects.values_list("details", flat=True))
    assert "Zelda" not in log
    assert "example.org" not in log
    assert all(token_of(link) not in log for link in AccessLink.objects.all())


def test_who_is_behind_is_listed_with_a_text(ana):
    made = opened(ana)
    post(ana, "campaigns/audit/links/make/")
    for visit in made.assignments.filter(rater__label="R00"):
        send(made, visit)
    text = page(ana, "campaigns/audit/remind/")
    assert "2 observers have visits left" in text
    assert "R00" not in text
    assert "Il vous reste" in text


# --- progress and forms --------------------------------------------------------------------------


def test_progress_counts_visits_doubles_and_what_was_not_planned(ana):
    made = opened(ana)
    first = made.assignments.filter(daypart="day", is_double=False).first()
    send(made, first)
    double = made.assignments.filter(is_double=True).first()
    send(made, double)
    extra = fieldwork.place("X1", longitude=-3.72, latitude=40.41)
    receive(Envelope(id=uuid.uuid4(), campaign=made, channel="phone", place=extra, answers={"lighting": "1"}), now=NOW)  # fmt: skip
    found = progress_of(made)
    assert (found.visits.done, found.visits.planned) == (2, 16)
    assert (found.double.done, found.double.planned) == (1, 4)
    assert (found.n_forms, found.n_unplanned) == (3, 1)
    states = {one.place.code: one.status for one in found.places}
    assert states["X1"] == "extra"
    assert {"part"} <= set(states.values()) <= {"part", "done", "none", "extra"}
    text = page(ana, "campaigns/audit/")
    assert "2 of 16 planned visits are done." in text
    collection = ana.get(BASE + "campaigns/audit/map.geojson").json()
    places = [one for one in collection["features"] if one["properties"]["kind"] == "place"]
    assert len(places) == 7
    assert all(one["geometry"]["coordinates"][0] < 0 for one in places)


def test_a_form_is_left_out_with_a_reason_and_taken_back(ana):
    made = opened(ana)
    form = send(made, made.assignments.first(), answers={"lighting": "7"})
    text = page(ana, f"campaigns/audit/forms/{form.pk}/")
    assert "lighting" in text
    assert "Please fill this in" in post(ana, f"campaigns/audit/forms/{form.pk}/", {"reason": ""})
    post(ana, f"campaigns/audit/forms/{form.pk}/", {"reason": "Wrong square"})
    form.refresh_from_db()
    assert (form.state, form.reason) == ("excluded", "Wrong square")
    assert progress_of(made).visits.done == 0
    assert "Wrong square" in page(ana, f"campaigns/audit/forms/{form.pk}/")
    assert str(form.pk) in page(ana, "campaigns/audit/forms/?show=excluded")
    post(ana, f"campaigns/audit/forms/{form.pk}/")
    form.refresh_from_db()
    assert (form.state, form.reason) == ("complete", "")
    assert {"form.excluded", "form.included"} <= verbs()
    assert "Wrong" not in " ".join(Event.objects.values_list("details", flat=True))


def test_a_form_of_another_campaign_is_not_found(ana):
    made = opened(ana)
    form = send(made, made.assignments.first())
    fieldwork.campaign(code="other")
    page(ana, f"campaigns/other/forms/{form.pk}/", status=404)
    rater = made.raters.first()
    page(ana, f"campaigns/other/raters/{rater.pk}/", status=404)


# --- closing -------------------------------------------------------------------------------------


def test_closing_erases_names_ends_links_and_freezes_results(ana):
    made = opened(ana)
    post(ana, "campaigns/audit/links/make/")
    form = send(made, made.assignments.first())
    Submission.objects.filter(pk=form.pk).update(state=Submission.State.WAITING)
    assert "Names and e-mail addresses" in page(ana, "campaigns/audit/close/")
    post(ana, "campaigns/audit/close/", {"waiting": "leave_out"})
    made.refresh_from_db()
    form.refresh_from_db()
    assert made.state == Campaign.State.CLOSED
    assert not Rater.objects.exclude(name="", email="").exists()
    assert not AccessLink.objects.filter(revoked_at=None).exists()
    assert form.state == Submission.State.EXCLUDED
    assert made.plan["closed"]["n_forms"] == 0
    assert "the campaign is closed" in post(ana, f"campaigns/audit/forms/{form.pk}/")
    form.refresh_from_db()
    assert form.state == Submission.State.EXCLUDED
    assert "the campaign is closed" in post(ana, "campaigns/audit/links/make/")

    assert "Please fill this in" in post(ana, "campaigns/audit/reopen/", {"reason": ""})
    post(ana, "campaigns/audit/reopen/", {"reason": "Ten photos came late"})
    made.refresh_from_db()
    form.refresh_from_db()
    assert (made.state, form.state) == ("open", "waiting")
    assert "Ten photos came late" in page(ana, "campaigns/audit/")
    assert not Rater.objects.exclude(name="", email="").exists()
    assert {"campaign.closed", "campaign.reopened"} <= verbs()


def test_closing_may_count_forms_without_their_photos(ana):
    made = opened(ana)
    form = send(made, made.assignments.first())
    Submission.objects.filter(pk=form.pk).update(state=Submission.State.WAITING)
    post(ana, "campaigns/audit/close/", {"waiting": "count"})
    form.refresh_from_db()
    assert form.state == Submission.State.COMPLETE


# --- results and who sees them -------------------------------------------------------------------


def test_readers_see_results_of_closed_campaigns_without_observers(ana):
    made = opened(ana)
    for visit in made.assignments.select_related("place", "rater"):
        send(made, visit, answers={item: str((visit.pk + k) % 4) for k, item in enumerate(ITEMS)})
    reader = Client(headers={"host": "localhost"})
    reader.force_login(make_account(Role.READER))
    assert "Spring audit" not in page(reader, "")
    assert "still running" in page(reader, "campaigns/audit/results/")
    text = page(ana, "campaigns/audit/results/")
    assert "R01" in text
    assert "Provisional" in text
    post(ana, "campaigns/audit/close/", {"waiting": "count"})
    assert "Spring audit" in page(reader, "")
    text = page(reader, "campaigns/audit/results/")
    assert "R01" not in text
    assert "16 forms from 6 places" in text
    assert reader.get(BASE + "campaigns/audit/").status_code == 403


def test_too_few_forms_are_said_and_not_shown(ana):
    made = opened(ana)
    send(made, made.assignments.first())
    text = page(ana, "campaigns/audit/results/")
    assert "too few forms" in text
    assert "How far observers agree cannot be told yet" in text


def test_a_group_walk_without_a_plan_has_results_too(ana):
    walk = fieldwork.campaign(
        kind=Campaign.Kind.WALK, code="walk", form=fieldwork.form_version("exploratory_walk")
    )
    assert page(ana, "campaigns/walk/results/")
    receive(Envelope(id=uuid.uuid4(), campaign=walk, channel="phone", answers={"daypart": "night", "stops": [{"light_level": "1"}]}), now=NOW)  # fmt: skip
    page(ana, "campaigns/walk/results/")
    assert "1 form has come in" in page(ana, "campaigns/walk/")


def test_a_place_shows_its_visits_campaign_by_campaign(ana):
    made = opened(ana)
    for visit in made.assignments.filter(place__code="P001"):
        send(made, visit)
    later = fieldwork.campaign(code="later", title="Autumn audit")
    place = Place.objects.get(code="P001")
    receive(Envelope(id=uuid.uuid4(), campaign=later, channel="phone", place=place, daypart="day", answers={"lighting": "3"}), now=NOW)  # fmt: skip
    text = page(ana, "places/at/P001/")
    assert "Spring audit" in text
    assert "Autumn audit" in text
    assert "Whether anything changed here cannot be told" in text
