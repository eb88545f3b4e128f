"""The phone page and what phones send: once, whole, in the version it was begun with."""

from __future__ import annotations

import json
import re
import uuid
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from convive.app.fieldwork.photo_ports import CleanPhoto
from convive.core.errors import RequestError, SourceError
from convive.web.audit_log.models import Event
from convive.web.fieldwork.models import (
    Assignment,
    Campaign,
    CampaignPlace,
    FormVersion,
    Submission,
)
from factories import fieldwork
from factories.web_objects.walk import ANSWERS, make_walk

pytestmark = [pytest.mark.usefixtures("site"), pytest.mark.django_db]
BARE = {key: value for key, value in ANSWERS.items() if key != "photo"}


class Cleaner:
    """Says what the photo is worth, quickly."""

    fails: Exception | None = None

    def clean(self, data: bytes) -> CleanPhoto:
        if self.fails:
            raise self.fails
        return CleanPhoto(b"clean:" + data, 1, 1, 0, 0)


@pytest.fixture
def cleaner(monkeypatch: pytest.MonkeyPatch, settings: Any, tmp_path: Any) -> Iterator[Cleaner]:
    """A quick cleaner and a media folder of the test's own."""
    settings.MEDIA_ROOT = str(tmp_path)
    made = Cleaner()
    monkeypatch.setattr("convive.web.fieldwork.actions.photos.photo_cleaner", lambda: made)
    return made


class Sender:
    """A phone with a link."""

    def __init__(self, token: str, language: str = "en", **headers: str) -> None:
        self.base = f"/{language}/walk/{token}/"
        self.client = Client(headers={"host": "localhost", **headers}, enforce_csrf_checks=True)

    def form(self, answers: Any = None, form_id: Any = None, **more: Any) -> Any:
        letter = {
            "form": {"instrument": "safety_audit", "version": 1},
            "answers": BARE if answers is None else answers, "language": "en", **more,
        }  # fmt: skip
        self.id = str(form_id or uuid.uuid4())
        return self.post(json.dumps(letter).encode())

    def post(self, data: bytes) -> Any:
        kind = "application/json"
        return self.client.post(f"{self.base}forms/{self.id}/", data, content_type=kind)

    def photo(self, name: str = "photo-1.jpg", data: bytes = b"pixels") -> Any:
        address = f"{self.base}forms/{self.id}/photos/{name}/"
        return self.client.put(address, data, content_type="image/jpeg")


@pytest.fixture
def phone(cleaner: Cleaner) -> Sender:  # noqa: ARG001 - no photo must be cleaned for real
    """A phone of a walking group."""
    return Sender(make_walk()[1])


def test_a_form_without_photos_is_whole_at_once_and_sent_twice_it_is_one(phone: Sender) -> None:
    first = phone.form()
    assert (first.status_code, first.json()) == (
        201, {"state": "complete", "arrived": [], "missing": []},
    )  # fmt: skip
    again = phone.form(form_id=phone.id)
    assert (again.status_code, Submission.objects.count()) == (200, 1)
    assert Submission.objects.get().channel == "phone"
    assert Event.objects.filter(verb="fieldwork.form_received").count() == 1


def test_a_form_waits_for_its_photos_and_is_whole_with_the_last_one(phone: Sender) -> None:
    assert phone.form(ANSWERS).json()["missing"] == ["photo-1.jpg"]
    told = phone.photo().json()
    assert told == {"state": "complete", "arrived": ["photo-1.jpg"], "missing": []}
    assert phone.photo().json() == told, "the same photo again changes nothing"
    other = phone.photo(data=b"other")
    assert (other.status_code, other.json()["code"]) == (409, "PHOTO_CONFLICT")


def test_a_photo_that_no_answer_names_is_refused(phone: Sender) -> None:
    phone.form(ANSWERS)
    assert phone.photo("other.jpg").json()["code"] == "PHOTO_NOT_NAMED"


def test_the_server_says_by_name_what_it_has_and_nothing_of_other_campaigns(phone: Sender) -> None:
    phone.form(ANSWERS)
    other = Sender(make_walk()[1])
    other.form()
    asked = f"{phone.base}state/?form={phone.id}&form={other.id}&form=x&form={uuid.uuid4()}"
    found = phone.client.get(asked).json()
    assert found["forms"] == {
        phone.id: {"state": "waiting", "arrived": [], "missing": ["photo-1.jpg"]}
    }
    assert found["takesForms"] is True


@pytest.mark.parametrize(
    ("error", "status", "again"),
    [
        (RequestError("PHOTO_UNREADABLE"), 422, False),
        (RequestError("PHOTO_TOO_LARGE", limit=25), 413, False),
        (SourceError("PHOTO_DETECTOR"), 503, True),
    ],
)
def test_a_refused_photo_says_why_and_whether_to_try_again(
    phone: Sender, cleaner: Cleaner, error: Exception, status: int, again: bool
) -> None:
    phone.form(ANSWERS)
    cleaner.fails = error
    answer = phone.photo()
    assert (answer.status_code, answer.json()["again"]) == (status, again)
    assert answer.json()["text"]
    cleaner.fails = None
    assert phone.photo().json()["state"] == "complete"


@pytest.mark.parametrize(
    "data",
    [
        b"", b"{", b"[]", b"null", b'{"answers": []}', b'{"answers": {}}', b"\xff\xfe",
        b'{"answers": {}, "form": {"instrument": "safety_audit", "version": true}}',
        b'{"answers": {"a": NaN}, "form": {"instrument": "safety_audit", "version": 1}}',
        b'{"answers": {"a": "\\ud800"}, "form": {"instrument": "safety_audit", "version": 1}}',
        b"[" * 100_000, b'{"answers": {"a": ' + b"[" * 60 + b"]" * 60 + b"}}",
    ],
)  # fmt: skip
def test_what_is_no_form_is_refused_in_words(phone: Sender, data: bytes) -> None:
    phone.id = str(uuid.uuid4())
    answer = phone.post(data)
    assert (answer.status_code, answer.json()["code"]) == (400, "WALK_NOT_READABLE")
    assert Submission.objects.count() == 0


def test_a_form_that_is_too_large_is_refused_unread(phone: Sender) -> None:
    phone.id = str(uuid.uuid4())
    answer = phone.post(b" " * (2 * 1024 * 1024 + 1))
    assert (answer.status_code, answer.json()["code"]) == (413, "WALK_TOO_LARGE")


def test_times_are_believed_within_reason(phone: Sender) -> None:
    ahead = (timezone.now() + timedelta(days=3)).isoformat()
    phone.form(startedAt="2026-11-21T20:00:00+01:00", endedAt=ahead)
    form = Submission.objects.get()
    assert form.started_at is not None
    assert form.ended_at is None


def test_a_revoked_link_tells_phones_and_people_and_leaks_nothing() -> None:
    link, token = make_walk(title="Secret title")
    link.revoked_at = timezone.now()
    link.save()
    late = Sender(token, language="fr")
    answer = late.form()
    assert (answer.status_code, answer.json()["code"]) == (410, "WALK_REVOKED")
    assert answer.json()["again"] is False
    page = late.client.get(late.base)
    assert page.status_code == 410
    assert b"Secret title" not in page.content
    assert late.client.get(f"{late.base}worker.js").status_code == 404


def test_a_closed_campaign_takes_nothing_new_but_the_rest_of_what_it_has(phone: Sender) -> None:
    phone.form(ANSWERS)
    Campaign.objects.update(state=Campaign.State.CLOSED)
    assert phone.photo().json()["state"] == "complete"
    answer = phone.form()
    assert (answer.status_code, answer.json()["code"]) == (409, "CAMPAIGN_CLOSED")


def test_a_form_is_kept_in_the_version_it_was_begun_with(phone: Sender) -> None:
    old = FormVersion.objects.get()
    new = FormVersion.objects.create(
        instrument_id=old.instrument_id, version=2, digest="x" * 64, files=old.files
    )
    Campaign.objects.update(form=new)
    assert phone.form().status_code == 201
    assert Submission.objects.get().form == old
    phone.id = str(uuid.uuid4())
    letter = {"form": {"instrument": "safety_audit", "version": 3}, "answers": {}}
    assert phone.post(json.dumps(letter).encode()).json()["code"] == "FORM_NOT_SERVED"


@pytest.mark.parametrize(
    "headers",
    [
        {"Sec-Fetch-Site": "cross-site"}, {"Sec-Fetch-Site": "same-site"},
        {"Origin": "https://elsewhere.example"}, {"Origin": "null"},
    ],
)  # fmt: skip
def test_what_comes_from_another_site_is_refused(headers: dict[str, str]) -> None:
    answer = Sender(make_walk()[1], **headers).form()
    assert (answer.status_code, answer.json()["code"]) == (403, "WALK_FOREIGN_SITE")
    assert Submission.objects.count() == 0


def test_our_own_page_may_send(cleaner: Cleaner) -> None:  # noqa: ARG001
    own = Sender(make_walk()[1], **{"Sec-Fetch-Site": "same-origin", "Origin": "http://localhost"})
    assert own.form().status_code == 201


def test_no_answer_sets_a_cookie_and_all_keep_the_address_secret(phone: Sender) -> None:
    tails = ["", "state/", "worker.js", "manifest.webmanifest"]
    answers = [phone.client.get(phone.base + tail) for tail in tails]
    answers += [phone.form(ANSWERS), phone.photo(), phone.form({"x": 1}, form_id=phone.id)]
    for answer in answers:
        assert not answer.cookies
        assert answer.headers["Cache-Control"] == "no-store"
        assert answer.headers["Referrer-Policy"] == "no-referrer"
        assert "noindex" in answer.headers["X-Robots-Tag"]


def test_only_the_page_may_use_camera_and_position(phone: Sender) -> None:
    allowed = phone.client.get(phone.base).headers["Permissions-Policy"]
    assert "camera=(self), geolocation=(self), microphone=()" in allowed
    assert "camera=()" in phone.client.get("/en/").headers["Permissions-Policy"]


def data_of(phone: Sender) -> dict[str, Any]:
    text = phone.client.get(phone.base).content.decode()
    found = re.search(r'<script id="walk-data" type="application/json">(.*?)</script>', text, re.S)
    assert found
    loaded: dict[str, Any] = json.loads(found[1])
    return loaded


def test_a_rater_gets_the_own_visits_in_the_order_of_the_route_and_no_word_of_double_rating(
    cleaner: Cleaner,  # noqa: ARG001
) -> None:
    form = fieldwork.form_version("safety_audit")
    audit = fieldwork.campaign(form=form)
    mine, other = fieldwork.rater(audit, "R01"), fieldwork.rater(audit, "R02")
    far, near = fieldwork.place("P001"), fieldwork.place("P002")
    for place, position in ((far, 2), (near, 1)):
        CampaignPlace.objects.create(campaign=audit, place=place, position=position)
        for rater, double in ((mine, True), (other, False)):
            Assignment.objects.create(
                campaign=audit, place=place, rater=rater, daypart="night", is_double=double
            )
    Assignment.objects.create(campaign=audit, place=far, rater=other, daypart="day")
    phone = Sender(fieldwork.link(audit, rater=mine)[1])
    data = data_of(phone)
    assert [(one["code"], one["daypart"]) for one in data["visits"]] == [
        ("P002", "night"), ("P001", "night"),
    ]  # fmt: skip
    assert "double" not in json.dumps(data["visits"])
    assert data["mayAdd"] is False
    phone.form(place=str(near.pk), daypart="night")
    assert phone.client.get(f"{phone.base}state/").json()["done"] == [f"{near.pk}:night"]
    sent = Submission.objects.get()
    assert (sent.place, sent.rater, sent.daypart) == (near, mine, "night")
    elsewhere = phone.form(place=str(fieldwork.place("P009").pk))
    assert elsewhere.json()["code"] == "PLACE_NOT_IN_CAMPAIGN"


def test_a_new_address_for_the_same_round_finds_what_the_phone_kept(phone: Sender) -> None:
    link, token = make_walk()
    second = fieldwork.link(link.campaign, "group")[1]
    assert data_of(Sender(token))["key"] == data_of(Sender(second))["key"]
    assert data_of(Sender(token))["key"] != data_of(phone)["key"]


@pytest.mark.parametrize("language", ["en", "fr", "es", "it", "de", "pt", "nl"])
def test_the_page_is_the_same_until_something_of_it_changes(language: str) -> None:
    link, token = make_walk()
    phone = Sender(token, language)
    before = data_of(phone)["version"]
    assert data_of(phone)["version"] == before
    assert phone.client.get(f"{phone.base}state/").json()["version"] == before
    assert before in phone.client.get(f"{phone.base}worker.js").content.decode()
    Campaign.objects.filter(pk=link.campaign.pk).update(title="Another title")
    assert data_of(phone)["version"] != before


def test_an_anonymous_survey_keeps_no_link_and_no_time(cleaner: Cleaner) -> None:  # noqa: ARG001
    _, token = make_walk(kind=Campaign.Kind.SURVEY)
    Sender(token).form(startedAt="2026-11-21T20:00:00+01:00", endedAt="2026-11-21T20:05:00+01:00")
    form = Submission.objects.get()
    assert (form.link, form.started_at, form.ended_at, form.received_at) == (None,) * 4


def test_a_link_of_an_open_survey_opens_no_phone_page() -> None:
    _, token = fieldwork.link(fieldwork.campaign(kind=Campaign.Kind.SURVEY), "open_survey")
    assert Sender(token).client.get(f"/en/walk/{token}/").status_code == 404


def test_every_file_that_the_worker_keeps_is_there(phone: Sender) -> None:
    text = phone.client.get(f"{phone.base}worker.js").content.decode()
    plan = json.loads(text.splitlines()[0].removeprefix("const PLAN = ").removesuffix(";"))
    for address in plan["files"]:
        answer = phone.client.get(address)
        answer.close()
        assert answer.status_code == 200, address
    assert "import " not in re.sub(r"//.*", "", text)
    assert "\nexport " not in text


def test_a_rater_learns_nothing_of_a_form_of_another_and_adds_nothing_to_it(
    cleaner: Cleaner,  # noqa: ARG001 - no photo must be cleaned for real
) -> None:
    link, _ = make_walk()
    tokens = [
        fieldwork.link(link.campaign, rater=fieldwork.rater(link.campaign, label))[1]
        for label in ("R01", "R02")
    ]
    one, other = (Sender(token) for token in tokens)
    assert one.form(ANSWERS).json()["state"] == "waiting"
    other.id = one.id
    assert other.photo().status_code == 404
    assert other.client.get(f"{other.base}state/", {"form": one.id}).json()["forms"] == {}
    assert one.id in one.client.get(f"{one.base}state/", {"form": one.id}).json()["forms"]
    assert one.photo().json()["state"] == "complete"
