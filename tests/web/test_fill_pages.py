"""Forms on the web for whoever has an address: raters, groups, anonymous surveys."""

from __future__ import annotations

import os
import re
import time
import uuid
from datetime import UTC, date, datetime, timedelta
from types import SimpleNamespace

import pytest
from django.contrib.sessions.models import Session
from django.core import signing
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.utils import timezone

from convive.core.errors import RequestError
from convive.web.fieldwork.actions import draft_photos, drafts, photos
from convive.web.fieldwork.jobs import sweep_fieldwork
from convive.web.fieldwork.models import (
    Assignment,
    Attachment,
    Campaign,
    CampaignPlace,
    HeldAnswer,
    Invitation,
    Submission,
    WebDraft,
)
from convive.web.fieldwork.tokens import token_for, token_hash
from convive.web.jobs.jobs import tidy
from convive.web.rights.actions.proofs import holds
from convive.web.rights.models import Proof
from factories import fieldwork
from factories.html_forms import fields_of

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("site")]
NOW = datetime(2026, 11, 21, 20, 0, tzinfo=UTC)


@pytest.fixture(autouse=True)
def quick_cleaner(monkeypatch, settings, tmp_path):
    """Photos pass at once; a text that says "broken" is none."""
    settings.MEDIA_ROOT = str(tmp_path)

    def clean(data):
        if b"broken" in data:
            raise RequestError("PHOTO_UNREADABLE")
        return SimpleNamespace(data=b"clean:" + data, n_faces=0, n_plates=0)

    for module in (photos, draft_photos):
        monkeypatch.setattr(module, "photo_cleaner", lambda: SimpleNamespace(clean=clean))


@pytest.fixture
def audit():
    """A rater with two visits."""
    campaign = fieldwork.campaign(form=fieldwork.form_version("safety_audit"))
    rater = fieldwork.rater(campaign, "R07")
    place = fieldwork.place("P001", name="Station square")
    CampaignPlace.objects.create(campaign=campaign, place=place, position=1)
    for part in ("day", "night"):
        Assignment.objects.create(campaign=campaign, place=place, rater=rater, daypart=part)
    link, token = fieldwork.link(campaign, rater=rater)
    return SimpleNamespace(campaign=campaign, rater=rater, place=place, link=link, token=token)


@pytest.fixture
def survey():
    """An anonymous survey with an open link."""
    campaign = fieldwork.campaign(kind=Campaign.Kind.SURVEY, form=fieldwork.small_survey())
    link, token = fieldwork.link(campaign, "open_survey")
    return SimpleNamespace(campaign=campaign, link=link, token=token)


SPOT = {
    "position-latitude": "50.85", "position-longitude": "4.35", "observed_at": "2026-11-21T20:00",
    "daypart": "day",
}  # fmt: skip


def _post(client, address, page, do="next", **fields):
    sent = fields_of(page.content.decode())
    for name, value in fields.items():
        sent.setlist(name, value if isinstance(value, list) else [value])
    sent["_do"] = do
    return client.post(address, dict(sent.lists()))


def _begin(client, audit, daypart="day"):
    page = client.get(f"/en/fill/{audit.token}/")
    forms = re.findall(
        r'name="form_id" value="([^"]+)".*?name="daypart" value="(\w+)"',
        page.content.decode(),
        re.S,
    )
    form_id = next(number for number, part in forms if part == daypart)
    sent = client.post(
        f"/en/fill/{audit.token}/", {"form_id": form_id, "place": "P001", "daypart": daypart}
    )
    return sent.headers["Location"]


def _to_the_end(client, address, fields, page=None):
    """Go through a form page by page without JavaScript until it is sent."""
    for _ in range(20):
        page = page or client.get(address)
        html = page.content.decode()
        do = "send" if 'value="send"' in html else "next"
        here = {k: v for k, v in fields.items() if f'name="{k}"' in html}
        answer = _post(client, address, page, do, **here)
        if answer.status_code == 302 and "/forms/" not in answer.headers["Location"]:
            return answer
        page = client.get(answer.headers["Location"]) if answer.status_code == 302 else answer
        address = answer.headers.get("Location", address)
    raise AssertionError("the form does not end")


def test_a_visit_is_begun_filled_in_page_by_page_and_sent_once(client, audit):
    address = _begin(client, audit)
    items = {item.id: item for item in fieldwork.instrument_of_shelf("safety_audit").items()}
    ratings = {name: item.scale.choices[1].code for name, item in items.items() if item.scale}
    answer = _to_the_end(client, address, {**ratings, **_spot(items)})
    assert "/sent/" in answer.headers["Location"]
    assert b"The form has been sent" in client.get(answer.headers["Location"]).content
    kept = Submission.objects.get()
    assert (kept.rater, kept.place, kept.daypart, kept.link) == (
        audit.rater,
        audit.place,
        "day",
        audit.link,
    )
    assert kept.state == Submission.State.COMPLETE
    assert kept.problems == []
    assert kept.started_at
    assert not WebDraft.objects.exists()
    page = client.get(f"/en/fill/{audit.token}/").content.decode()
    assert page.count("sent</span>") == 1
    # Going back in the browser and beginning the same again leads to what was sent.
    assert "/sent/" in client.get(address).headers["Location"]
    form_id = re.search(r"forms/([^/?#]+)", address)[1]
    again = client.post(f"/en/fill/{audit.token}/", {"form_id": form_id, "place": "P001"})
    assert "/sent/" in again.headers["Location"]
    assert Submission.objects.count() == 1


def _spot(items):
    found = {}
    for name, item in items.items():
        if item.type == "position":
            found |= {f"{name}-latitude": "50.85", f"{name}-longitude": "4.35"}
        if item.type == "datetime":
            found[name] = "2026-11-21T20:00"
    return found


def test_what_is_filled_in_is_kept_at_each_step_and_found_again_on_the_same_link(client, audit):
    address = _begin(client, audit)
    item = next(
        one
        for one in fieldwork.instrument_of_shelf("safety_audit").items()
        if one.type == "position"
    )
    page = client.get(address)
    left = _post(
        client,
        address,
        page,
        "leave",
        **{f"{item.id}-latitude": "50,5", f"{item.id}-longitude": "4.5"},
    )
    assert left.headers["Location"] == f"/en/fill/{audit.token}/"
    listed = client.get(f"/en/fill/{audit.token}/").content.decode()
    assert "begun, not sent" in listed
    assert 'value="50.5"' in client.get(address).content.decode()
    french = client.get(address.replace("/en/", "/fr/"))
    assert 'value="50,5"' in french.content.decode()


def test_beginning_twice_is_beginning_once(client, audit):
    form_id = str(uuid.uuid4())
    for _ in range(2):
        client.post(
            f"/en/fill/{audit.token}/", {"form_id": form_id, "place": "P001", "daypart": "day"}
        )
    assert WebDraft.objects.count() == 1


def test_a_draft_is_only_for_the_link_that_began_it(client, audit):
    address = _begin(client, audit)
    _, token = fieldwork.link(audit.campaign, "group")
    assert client.get(address.replace(audit.token, token)).status_code == 404
    assert client.post(address.replace(audit.token, token), {"_do": "next"}).status_code == 404


def test_errors_stand_on_top_with_links_and_the_title_says_so(client, audit):
    address = _begin(client, audit)
    page = _post(client, address, client.get(address), "next")
    html = page.content.decode()
    assert page.status_code == 200
    assert re.search(r"<title>Error: ", html)
    assert re.search(r'<div class="problems" role="alert" tabindex="-1" autofocus>', html)
    for target in re.findall(r'<li><a href="#([^"]+)">', html):
        assert f'id="{target}"' in html


def test_a_place_shows_nothing_of_earlier_visits(client, audit):
    """What others saw, or oneself before, would colour what is rated now."""
    answers = {item.id: item.scale.choices[1].code for item in fieldwork.instrument_of_shelf("safety_audit").items() if item.type == "choice"}  # fmt: skip
    for _ in range(3):
        Submission.objects.create(
            campaign=audit.campaign, form=audit.campaign.form, channel="web", place=audit.place,
            answers=answers, content_digest="x", filled_on=date(2026, 1, 1), state="complete",
        )  # fmt: skip
    address = _begin(client, audit)
    for part in (
        "",
        *(section.id for section in fieldwork.instrument_of_shelf("safety_audit").content),
    ):
        html = client.get(f"{address.split('?')[0]}?part={part}").content.decode()
        assert " checked>" not in html
        assert "2026-01" not in html


def test_photos_are_cleaned_at_once_travel_with_the_draft_and_never_raw(client):
    campaign = fieldwork.campaign(form=fieldwork.form_version("exploratory_walk"), kind="walk")
    _, token = fieldwork.link(campaign, "group")
    draft = drafts.begin(campaign, uuid.uuid4(), token_hash=token_hash(token), now=NOW)
    drafts.keep(draft, {**draft.answers, **WALKED}, "en")
    address = f"/en/fill/{token}/forms/{draft.pk}/"
    page = client.get(f"{address}?part=stops")
    sent = fields_of(page.content.decode())
    sent["_do"] = "next"
    sent["stops-0-stop_position-latitude"], sent["stops-0-stop_position-longitude"] = "50.8", "4.3"
    sent["stops-0-stop_kind"] = "street"
    raw = SimpleUploadedFile("IMG_1.jpg", b"pixels and EXIF", "image/jpeg")
    answer = client.post(address, {**dict(sent.lists()), "stops-0-stop_photo": raw})
    assert answer.headers["Location"].endswith("?part=actions#form")
    draft.refresh_from_db()
    name = draft.answers["stops"][0]["stop_photo"]
    assert draft_photos.draft_photo(draft.pk, name) == b"clean:pixels and EXIF"
    assert b"A photo is kept here already" in client.get(f"{address}?part=stops").content
    ended = _to_the_end(client, f"{address}?part=actions", {})
    assert "/sent/" in ended.headers["Location"]
    kept = Attachment.objects.get()
    assert kept.file
    assert Submission.objects.get().state == Submission.State.COMPLETE
    assert draft_photos.draft_photo(draft.pk, name) is None


WALKED = {
    "route": "Along the river", "started_at": "2026-11-21T20:00:00", "daypart": "day",
    "facilitator": "residents", "consent": "yes",
}  # fmt: skip


def test_a_photo_that_cannot_be_read_is_told_and_the_rest_is_kept(client):
    campaign = fieldwork.campaign(form=fieldwork.form_version("exploratory_walk"), kind="walk")
    _, token = fieldwork.link(campaign, "group")
    draft = drafts.begin(campaign, uuid.uuid4(), token_hash=token_hash(token), now=NOW)
    drafts.keep(draft, {**draft.answers, **WALKED}, "en")
    address = f"/en/fill/{token}/forms/{draft.pk}/"
    sent = fields_of(client.get(f"{address}?part=stops").content.decode())
    sent["_do"], sent["stops-0-stop_kind"] = "next", "street"
    raw = SimpleUploadedFile("x.jpg", b"broken", "image/jpeg")
    page = client.post(address, {**dict(sent.lists()), "stops-0-stop_photo": raw})
    html = page.content.decode()
    assert "This photo cannot be read" in html
    assert 'href="#q-stops-0-stop_photo"' in html
    draft.refresh_from_db()
    assert draft.answers["stops"][0] == {"stop_kind": "street"}


def test_rounds_are_added_and_removed_by_buttons_alone(client):
    campaign = fieldwork.campaign(form=fieldwork.form_version("exploratory_walk"), kind="walk")
    _, token = fieldwork.link(campaign, "group")
    draft = drafts.begin(campaign, uuid.uuid4(), token_hash=token_hash(token), now=NOW)
    drafts.keep(draft, {**draft.answers, **WALKED}, "en")
    address = f"/en/fill/{token}/forms/{draft.pk}/?part=stops"
    answer = _post(
        client, address, client.get(address), "add:stops", **{"stops-0-stop_kind": "street"}
    )
    assert answer.headers["Location"].endswith("?part=stops#q-stops-1")
    page = client.get(answer.headers["Location"])
    assert b'data-round="stops-1"' in page.content
    answer = _post(client, address, page, "remove:stops-0")
    draft.refresh_from_db()
    assert draft.answers["stops"] == [{}]


def test_a_walk_of_forty_stops_is_not_too_large_to_be_sent(client):
    campaign = fieldwork.campaign(form=fieldwork.form_version("exploratory_walk"), kind="walk")
    _, token = fieldwork.link(campaign, "group")
    draft = drafts.begin(campaign, uuid.uuid4(), token_hash=token_hash(token), now=NOW)
    items = {i.id: i for i in fieldwork.instrument_of_shelf("exploratory_walk").items()}
    stop = {k: i.scale.choices[0].code for k, i in items.items() if i.type == "choice"}
    stops = [{**stop, "stop_position": {"latitude": 50.8, "longitude": 4.3}} for _ in range(40)]
    drafts.keep(draft, {**draft.answers, **WALKED, "stops": stops}, "en")
    address = f"/en/fill/{token}/forms/{draft.pk}/?part=stops"
    sent = fields_of(client.get(address).content.decode())
    assert sum(len(values) for _, values in sent.lists()) > 1_000
    answer = client.post(address, {**dict(sent.lists()), "_do": "next"})
    assert answer.headers["Location"].endswith("?part=actions#form")


# --- anonymous ------------------------------------------------------------------------------------


def _walk_through(client, token, fields, language="en"):
    address = f"/{language}/fill/{token}/"
    page = client.post(address, {"_do": "start"})
    for _ in range(20):
        html = page.content.decode()
        do = "send" if 'id="send" name="_do" value="send"' in html else "next"
        here = {k: v for k, v in fields.items() if f'name="{k}"' in html}
        last = page
        page = _post(client, address, page, do, **here)
        if page.status_code == 302:
            return page, last
    raise AssertionError("the form does not end")


ANSWERS = {"feel_safe_dark": "bit_unsafe", "victim_12m": "yes", "trust_police": "fairly_good"}


def test_an_anonymous_survey_goes_through_without_a_trace(client, survey):
    answer, _ = _walk_through(client, survey.token, ANSWERS)
    assert answer.headers["Location"] == "/en/thank-you/"
    thanks = client.get("/en/thank-you/").content.decode()
    assert survey.token not in thanks
    kept = Submission.objects.get()
    assert kept.answers == ANSWERS
    assert (kept.link, kept.rater, kept.started_at, kept.ended_at, kept.received_at) == (None,) * 5
    assert str(kept.pk) not in thanks
    assert not client.cookies
    assert not WebDraft.objects.exists()
    columns = [survey.token, token_hash(survey.token), str(survey.link.pk), survey.link.pk.hex]
    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM fieldwork_submission")
        row = " ".join(map(str, cursor.fetchone()))
    assert not [one for one in columns if one in row]


def test_sending_the_last_page_twice_is_one_answer(client, survey):
    _, last = _walk_through(client, survey.token, ANSWERS)
    address = f"/en/fill/{survey.token}/"
    again = _post(
        client,
        address,
        last,
        "send",
        **{k: v for k, v in ANSWERS.items() if f'name="{k}"' in last.content.decode()},
    )
    assert again.headers["Location"] == "/en/thank-you/"
    changed = _post(client, address, last, "send", trust_police="very_poor")
    assert changed.status_code == 409
    assert b"sent already" in changed.content
    assert Submission.objects.count() == 1
    assert Submission.objects.get().answers["trust_police"] == "fairly_good"


def test_changing_the_language_keeps_the_answers(client, survey):
    address = f"/en/fill/{survey.token}/"
    page = client.post(address, {"_do": "start"})
    assert 'formaction="/fr/fill/' in page.content.decode()
    french = _post(
        client, address.replace("/en/", "/fr/"), page, "stay", feel_safe_dark="very_safe"
    )
    html = french.content.decode()
    assert '<html lang="fr"' in html
    assert re.search(r'value="very_safe" checked', html)


def test_what_travels_cannot_be_forged_and_is_of_this_form_only(client, survey):
    address = f"/en/fill/{survey.token}/"
    forged = signing.dumps({"id": str(uuid.uuid4()), "answers": {}}, salt="other")
    for state in ("x", forged):
        page = client.post(address, {"_do": "send", "_state": state})
        assert page.status_code == 400
    assert client.post(address, {"_do": "send"}).status_code == 200, "the introduction"
    assert not Submission.objects.exists()


def test_what_travels_is_of_one_campaign_and_ends_after_fourteen_days(client, survey, monkeypatch):
    address = f"/en/fill/{survey.token}/"
    page = client.post(address, {"_do": "start"})
    state = fields_of(page.content.decode())["_state"]
    assert client.post(address, {"_do": "next", "_state": state}).status_code == 200
    survey.campaign.__class__.objects.filter(pk=survey.campaign.pk).update(code="another")
    assert client.post(address, {"_do": "next", "_state": state}).status_code == 400
    survey.campaign.__class__.objects.filter(pk=survey.campaign.pk).update(
        code=survey.campaign.code
    )
    later = time.time() + 14 * 86_400 + 60
    monkeypatch.setattr("django.core.signing.time.time", lambda: later)
    assert client.post(address, {"_do": "next", "_state": state}).status_code == 400


def test_without_a_script_a_follow_up_question_is_shown_before_going_on(client, survey):
    address = f"/en/fill/{survey.token}/"
    page = _post(client, address, client.post(address, {"_do": "start"}), "next")
    assert re.search(r'data-name="reported_police"[^>]* hidden>', page.content.decode())
    page = _post(client, address, page, "next", victim_12m="yes")
    html = page.content.decode()
    assert "leads to further questions" in html
    assert not re.search(r'data-name="reported_police"[^>]* hidden>', html)
    page = _post(client, address, page, "next")
    assert "What worries you" in page.content.decode()


def test_an_invitation_counts_once_and_notes_only_that(client, survey):
    number = uuid.uuid4()
    token = token_for("Invitation", number)
    Invitation.objects.create(pk=number, campaign=survey.campaign, token_hash=token_hash(token))
    answer, _ = _walk_through(client, token, ANSWERS)
    assert answer.headers["Location"] == "/en/thank-you/"
    assert Invitation.objects.get().is_used
    assert b"has been used" in client.get(f"/en/fill/{token}/").content
    # A page that was open in a second tab cannot answer again.
    page = client.post(f"/en/fill/{token}/", {"_do": "start"})
    ended = page
    for _ in range(9):
        do = "send" if b'id="send" name="_do" value="send"' in ended.content else "next"
        ended = _post(client, f"/en/fill/{token}/", ended, do)
        if ended.status_code != 200:
            break
    assert ended.status_code == 409
    assert HeldAnswer.objects.count() == 1, "it waits until others can hide it"
    assert not Submission.objects.exists()


# --- doors ----------------------------------------------------------------------------------------


def test_token_pages_leak_nothing_to_elsewhere(client, audit, survey):
    for token in (audit.token, survey.token):
        page = client.get(f"/en/fill/{token}/")
        assert page.headers["X-Robots-Tag"] == "noindex, nofollow"
        assert page.headers["Referrer-Policy"] == "no-referrer"
        assert page.headers["Cache-Control"] == "no-store"
        assert "geolocation=(self)" in page.headers["Permissions-Policy"]
        assert not page.cookies
        assert 'src="http' not in page.content.decode()


def test_a_link_that_was_taken_back_says_so_and_nothing_else(client, audit):
    audit.link.revoked_at = NOW
    audit.link.save()
    for method in ("get", "post"):
        page = getattr(client, method)(f"/en/fill/{audit.token}/")
        assert page.status_code == 410
        html = page.content.decode()
        assert "Spring audit" not in html
        assert "R07" not in html
        assert page.headers["Referrer-Policy"] == "no-referrer"


def test_a_closed_or_early_campaign_takes_nothing(client, audit, survey):
    Campaign.objects.filter(pk=audit.campaign.pk).update(state="closed")
    Campaign.objects.filter(pk=survey.campaign.pk).update(closes_on=date(2020, 1, 1))
    for token in (audit.token, survey.token):
        assert b"This form is closed" in client.get(f"/en/fill/{token}/").content
        assert b"This form is closed" in client.post(f"/en/fill/{token}/", {"_do": "start"}).content
    Campaign.objects.filter(pk=survey.campaign.pk).update(closes_on=None, opens_on=date(2099, 1, 1))
    assert b"1 January 2099" in client.get(f"/en/fill/{survey.token}/").content
    assert not Submission.objects.exists()
    assert not WebDraft.objects.exists()


def test_drafts_nobody_touched_for_fourteen_days_go_with_their_photos(audit):
    draft = drafts.begin(audit.campaign, uuid.uuid4(), token_hash="x", now=NOW)
    draft_photos.keep_draft_photo(draft.pk, "photo-0123456789ab.jpg", b"pixels")
    WebDraft.objects.update(changed_on=date(2026, 11, 1))
    assert drafts.sweep(date(2026, 11, 15)) == 0
    assert drafts.sweep(date(2026, 11, 16)) == 1
    assert draft_photos.draft_photo(draft.pk, "photo-0123456789ab.jpg") is None
    assert draft_photos.draft_photo(draft.pk, "../../secret.key") is None


def test_every_day_drafts_go_and_what_lies_beside_none_and_it_is_proven(audit):
    photo = "photo-0123456789ab.jpg"
    old, closed, fresh, own = (
        drafts.begin(audit.campaign, uuid.uuid4(), token_hash=token, now=NOW)
        for token in ("x", "x", "x", "")
    )
    for one in (old, closed, fresh, own):
        draft_photos.keep_draft_photo(one.pk, photo, b"pixels")
    long_ago = date.today() - timedelta(days=30)  # noqa: DTZ011
    WebDraft.objects.filter(pk__in=(old.pk, own.pk)).update(changed_on=long_ago)
    WebDraft.objects.filter(pk=closed.pk).delete()  # as the closing of a campaign does
    for one in (closed, fresh):
        os.utime(draft_photos._folder(one.pk), (0, 0))
    session = Session.objects.create(session_key="k", expire_date=NOW - timedelta(days=99))
    sweep_fieldwork(timezone.now())
    tidy(timezone.now())
    assert [draft_photos.draft_photo(one.pk, photo) is not None for one in (old, closed, fresh, own)] == [
        False, False, True, True,
    ]  # fmt: skip
    assert set(WebDraft.objects.values_list("pk", flat=True)) == {fresh.pk, own.pk}
    assert not Session.objects.filter(pk=session.pk).exists()
    assert {(one.kind, one.n, one.n_left) for one in Proof.objects.all()} == {
        ("drafts", 1, 0), ("media", 1, 0),
    }  # fmt: skip
    assert all(holds(one) for one in Proof.objects.all())
