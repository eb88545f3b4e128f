"""Assessments by staff, results explained, restricted ones only for those named; the shelf."""

from __future__ import annotations

import re
import uuid
from datetime import UTC, date, datetime

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from convive.catalogue import find
from convive.catalogue.texts import languages
from convive.core.instruments.filling import fill
from convive.web.audit_log.models import Event
from convive.web.fieldwork.actions import drafts
from convive.web.fieldwork.actions.assessments import begin_assessment, finish_assessment
from convive.web.fieldwork.models import Campaign, Submission, WebDraft
from convive.web.fieldwork.outcomes import answer_blocks, outcomes
from convive.web.fieldwork.selectors.field_apps import Door, campaigns_of
from convive.web.roles import Role
from factories.html_forms import fields_of
from factories.instruments import rich_answers, rich_sample
from factories.web_objects.accounts import make_account

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("site")]
NOW = datetime(2026, 11, 21, 20, 0, tzinfo=UTC)
TODAY = date(2026, 11, 21)
RESTRICTED = "barrier_model"
HERE = "/en/work/fieldwork/assessments/"


def _client(account) -> Client:
    client = Client(headers={"host": "localhost"})
    client.force_login(account)
    return client


def _begun(by, instrument="nightlife_venue_label", answers=None):
    draft = begin_assessment(instrument, "Bar Miramar", uuid.uuid4(), by=by, now=NOW)
    if answers:
        drafts.keep(draft, answers, "en")
        draft.refresh_from_db()
    return draft


def _case(instrument):
    return find.worked_cases(instrument)[0]


def test_from_the_shelf_to_a_draft_to_a_result():  # noqa: PLR0915 - one story
    analyst = make_account(Role.ANALYST)
    client = _client(analyst)
    assert "Label for nightlife venues" in client.get(f"{HERE}new/").content.decode()
    page = client.get(f"{HERE}new/nightlife_venue_label/")
    assert "not the official tool" in page.content.decode()
    sent = {**dict(fields_of(page.content.decode()).lists()), "subject": "Bar Miramar"}
    address = client.post(f"{HERE}new/nightlife_venue_label/", sent).headers["Location"]
    client.post(f"{HERE}new/nightlife_venue_label/", sent)
    draft = WebDraft.objects.get()
    assert (draft.campaign.title, draft.campaign.created_by) == ("Bar Miramar", analyst)
    case = _case("nightlife_venue_label")
    drafts.keep(draft, {**draft.answers, **case.answers}, "en")
    answer = client.get(address)
    for _ in range(20):
        html = answer.content.decode()
        do = "send" if 'id="send" name="_do" value="send"' in html else "next"
        sent = {**dict(fields_of(html).lists()), "_do": do}
        answer = client.post(address, sent)
        if "/result/" in answer.headers.get("Location", ""):
            break
        if answer.status_code == 302:
            answer = client.get(answer.headers["Location"])
    html = client.get(answer.headers["Location"]).content.decode()
    assert "What comes out" in html
    assert "How this came about" in html
    assert "rebuilt without the original" in html
    assert (
        Submission.objects.get().answers
        == fill(find.instrument("nightlife_venue_label"), case.answers, today=TODAY).answers
    )
    assert Campaign.objects.get().state == Campaign.State.CLOSED
    verbs = list(Event.objects.values_list("verb", flat=True))
    assert {"fieldwork.assessment_begun", "fieldwork.assessment_finished"} <= set(verbs)
    assert verbs.count("fieldwork.assessment_begun") == 1
    assert "Bar Miramar" in client.get(HERE).content.decode()
    assert client.get(address.split("?")[0]).headers["Location"].endswith("/result/")


def test_every_score_says_how_it_came_about_and_when_it_cannot_be_told():
    filled = fill(rich_sample(), rich_answers(), today=TODAY)
    found = {one.id: one for one in outcomes(rich_sample(), filled, "en") if not one.round}
    assert found["gate"].text == "not met"
    assert (found["verdict"].text, found["verdict"].is_known) == ("Open", True)
    assert found["risk"].text == "cannot tell" or found["risk"].reason
    parts = {str(part.name): part for part in found["spot_score"].parts}
    assert parts["How well is it lit?"].answer == "Poor"
    assert parts["How well is it lit?"].counted == "0 of 3"
    assert parts["Can one see far?"].counted == "does not apply"
    rounds = [one for one in outcomes(rich_sample(), filled, "fr") if one.id == "stop_sum"]
    assert [(one.round, one.is_known) for one in rounds] == [("Arrêt 1", True), ("Arrêt 2", False)]


def test_all_answers_are_shown_as_people_say_them():
    filled = fill(rich_sample(), rich_answers(), today=TODAY)
    rows = {
        (f"{block.title} {block.number}".strip(), str(row.question)): row.answer
        for block in answer_blocks(rich_sample(), filled, "fr")
        for row in block.rows
    }
    assert rows["Le lieu", "Quel jour est-ce ?"] == "21 novembre 2026"
    assert rows["Les gens", "Combien de personnes ?"] == "8"
    assert rows["Arrêt 1", "Une photo sans visages"] == "photo"
    assert rows["Lampadaire 1", "Hauteur en mètres"] == "4,5"
    assert rows["Le lieu", "Qui est là ?"] == "Des femmes; Des enfants"


@pytest.mark.parametrize("role", [Role.ANALYST, Role.READER, Role.PARTNER, Role.ELECTED])
def test_a_restricted_assessment_is_not_there_for_those_not_named(role):
    draft = _begun(make_account(Role.PARTNER), RESTRICTED)
    client = _client(make_account(role))
    assert "Bar Miramar" not in client.get(HERE).content.decode()
    for address in (f"{HERE}{draft.pk}/result/", f"{HERE}{draft.pk}/"):
        assert client.get(address).status_code in {403, 404}
        assert client.post(address, {"reason": "own_work"}).status_code in {403, 404}
    assert not Event.objects.filter(verb="fieldwork.assessment_looked").exists()


@pytest.mark.parametrize("role", [Role.COORDINATOR, Role.DATA_PROTECTION])
def test_those_named_see_it_for_a_reason_and_every_look_is_recorded(role):
    creator = make_account(Role.PARTNER)
    draft = _begun(creator, RESTRICTED)
    account = make_account(role)
    client = _client(account)
    address = f"{HERE}{draft.pk}/result/"
    asked = client.get(address).content.decode()
    assert "Why do you need to see this?" in asked
    assert "Bar Miramar" not in asked
    assert "Please fill this in" in client.post(address, {}).content.decode()
    assert not Event.objects.filter(verb="fieldwork.assessment_looked").exists()
    for _ in range(2):
        assert "Bar Miramar" in client.post(address, {"reason": "oversight"}).content.decode()
    looks = Event.objects.filter(verb="fieldwork.assessment_looked")
    assert looks.count() == 2
    assert looks.first().actor_id == account.pk
    assert "oversight" in str(looks.first().details)
    assert "Bar Miramar" not in str(looks.first().details)


def test_the_creator_of_a_restricted_one_goes_on_and_others_only_read():
    creator = make_account(Role.PARTNER)
    draft = _begun(creator, RESTRICTED)
    mine, theirs = _client(creator), _client(make_account(Role.COORDINATOR))
    assert "Restricted" in mine.get(f"{HERE}{draft.pk}/").content.decode()
    assert Event.objects.filter(verb="fieldwork.assessment_looked").count() == 1
    assert theirs.get(f"{HERE}{draft.pk}/").headers["Location"].endswith("/result/")
    assert (
        theirs.post(f"{HERE}{draft.pk}/", {"_do": "next"}).headers["Location"].endswith("/result/")
    )


def test_a_form_of_an_assessment_needs_its_token():
    account = make_account(Role.ANALYST)
    draft = _begun(account)
    client = Client(enforce_csrf_checks=True, headers={"host": "localhost"})
    client.force_login(account)
    assert client.post(f"{HERE}{draft.pk}/", {"_do": "next"}).status_code == 403


def test_finishing_twice_is_finishing_once():
    account = make_account(Role.ANALYST)
    draft = _begun(account, answers=dict(_case("nightlife_venue_label").answers))
    first = finish_assessment(draft, by=account, now=NOW)
    assert finish_assessment(draft, by=account, now=NOW).submission == first.submission
    assert Submission.objects.count() == 1


# --- the shelf ------------------------------------------------------------------------------------


@pytest.mark.parametrize("language", languages())
def test_the_shelf_lists_every_instrument_with_when_not_to_use_it(client, language):
    html = client.get(f"/{language}/instruments/").content.decode()
    for one in find.instruments():
        assert f'href="/{language}/instruments/{one.id}/"' in html
    assert "shelf." not in re.sub(r"<link[^>]*>", "", html)


@pytest.mark.parametrize("instrument", find.instruments(), ids=lambda one: one.id)
def test_the_page_of_an_instrument_shows_questions_scores_cases_and_sources(client, instrument):
    html = client.get(f"/fr/instruments/{instrument.id}/").content.decode()
    assert html.count('<p class="strong"') >= sum(1 for item in instrument.items() if item.question)
    assert html.count('<details class="fold">') == len(find.worked_cases(instrument.id))
    assert not re.search(
        r"(shelf|assess|fill|score_method)\.[a-z_]+", re.sub(r"<link[^>]*>", "", html)
    )


@pytest.mark.parametrize(
    ("kind", "begins"), [("xlsx", b"PK"), ("xml", b"<?xml"), ("pdf", b"%PDF-1")]
)
def test_an_instrument_can_be_taken_along(client, kind, begins):
    page = client.get("/fr/instruments/safety_audit/").content.decode()
    address = f"/fr/instruments/safety_audit/{kind}/"
    assert f'href="{address}"' in page
    assert client.get(address).content.startswith(begins)
    assert client.get("/fr/instruments/safety_audit/exe/").status_code == 404


def test_skip_rules_are_told_in_words_by_the_number_of_the_question(client):
    html = client.get("/en/instruments/safety_audit/").content.decode()
    assert "${" not in html.split('id="scores-h"')[0]
    assert "Only if the answer to question 3 is “After dark”." in html


def test_an_unknown_instrument_is_not_found(client):
    assert client.get("/en/instruments/none/").status_code == 404
    assert client.get("/en/instruments/..%2Fsecret/").status_code == 404


def test_nobody_else_meets_whom_a_restricted_assessment_is_about():
    """Its title is the subject: on no list of campaigns, on no sheet, in no field app."""
    owner = make_account(Role.ANALYST)
    draft = begin_assessment(
        RESTRICTED, "Calle Luna 7, third floor", uuid.uuid4(), by=owner, now=NOW
    )
    code = draft.campaign.code
    for role in Role:
        account = make_account(role)
        client = _client(account)
        for state in Campaign.State.values:
            Campaign.objects.filter(code=code).update(state=state)
            for page in ("", "paper/", f"paper/of/{code}/", f"campaigns/{code}/"):
                answer = client.get(f"/en/work/fieldwork/{page}")
                assert "Calle Luna" not in answer.content.decode(), (role, state, page)
            door = Door("https://localhost/odk/staff", "en", account=account)
            assert not campaigns_of(door).filter(code=code).exists(), (role, state)


def test_what_a_stranger_sends_is_not_read(monkeypatch):
    """Who may not come in cannot fill the memory of the server either."""
    read = []
    monkeypatch.setattr(
        "convive.web.fieldwork.uploads.InMemoryOnly.new_file", lambda *_a, **_k: read.append(1)
    )
    client = Client(headers={"host": "localhost"}, enforce_csrf_checks=True)
    client.cookies["convive_csrf"] = "a" * 32
    photo = SimpleUploadedFile("a.jpg", b"x" * 100)
    answer = client.post(f"{HERE}{uuid.uuid4()}/", {"photo": photo})
    assert answer.headers["Location"].endswith("/en/work/sign-in/")
    assert not read


def test_a_writer_without_the_token_of_the_page_changes_nothing():
    partner = make_account(Role.PARTNER)
    draft = _begun(partner)
    client = Client(headers={"host": "localhost"}, enforce_csrf_checks=True)
    client.force_login(partner)
    assert client.post(f"{HERE}{draft.pk}/", {"_do": "send"}).status_code == 403
