"""The staff's door of field apps (HTTP Basic), and the page that sets a phone up."""

from __future__ import annotations

import base64
import json
import zlib
from typing import Any

import pytest
from django.test import Client

from convive.connectors.xlsform import write_submission
from convive.web.accounts.models import Attempt, SignInPolicy
from convive.web.accounts.oidc.town import TownSignIn
from convive.web.audit_log.models import Event
from convive.web.fieldwork.models import Campaign, Submission
from convive.web.roles import Role
from factories import fieldwork
from factories.field_app import Answer, StrictApp, ThroughDjango
from factories.web_objects.accounts import PASSWORD, make_account, with_app

pytestmark = pytest.mark.django_db
EMAIL = "field@example.org"


def _app(
    email: str = EMAIL, password: str = PASSWORD, *, secure: bool = True, base: str = "odk/staff"
) -> StrictApp:
    client = Client(headers={"host": "localhost"}, enforce_csrf_checks=True)
    packed = base64.b64encode(f"{email}:{password}".encode()).decode()
    headers = {"Authorization": f"Basic {packed}"} if email else {}
    scheme = "https" if secure else "http"
    return StrictApp(f"{scheme}://localhost/{base}", ThroughDjango(client, secure=secure), headers)


def _asked(app: StrictApp, path: str = "/formList", method: str = "GET") -> Answer:
    return app.transport.send(method, app.base + path, app.headers)


@pytest.fixture
def audit() -> Campaign:
    return fieldwork.campaign(code="audit-1", title="Audit")


@pytest.fixture
def field() -> Any:
    return make_account(Role.FIELD, email=EMAIL, password=PASSWORD)


@pytest.mark.usefixtures("field", "audit")
def test_an_account_lists_fills_and_sends() -> None:
    app = _app()
    [form] = app.forms()
    assert form.download_url.startswith("https://localhost/odk/staff/forms/audit-1/")
    assert b'id="audit-1"' in app.download(form)
    xml = write_submission(
        {"lighting": "2"}, fieldwork.instrument_of_shelf("street_observation"),
        instance_id="uuid:0e6d6ab8-3b5c-4c4e-8ad0-0c1b4e5ef2a1", version=form.version,
    ).replace(b'id="street_observation"', b'id="audit-1"')  # fmt: skip
    app.submit(xml)
    assert Submission.objects.get().answers["lighting"] == "2"
    assert Event.objects.get(verb="fieldwork.form_received").actor_id is not None


@pytest.mark.usefixtures("field", "audit")
def test_over_plain_http_no_password_is_asked_for() -> None:
    for path, method in (("/formList", "GET"), ("/submission", "HEAD"), ("/submission", "POST")):
        answer = _asked(_app(secure=False), path, method)
        assert answer.status == 403
        assert "www-authenticate" not in answer.headers
    assert not Attempt.objects.exists()


@pytest.mark.usefixtures("field", "audit")
@pytest.mark.parametrize(
    ("email", "password"),
    [("", ""), (EMAIL, "wrong"), ("nobody@example.org", PASSWORD), (EMAIL, "")],
)
def test_a_wrong_password_is_asked_for_again(email: str, password: str) -> None:
    answer = _asked(_app(email, password))
    assert answer.status == 401
    assert answer.headers["www-authenticate"].startswith("Basic ")


@pytest.mark.usefixtures("field", "audit")
@pytest.mark.parametrize("header", ["Basic !!!", "Basic", "Bearer x", "Basic /w==", "Basic YQ=="])
def test_a_mangled_header_is_asked_for_again(header: str) -> None:
    app = _app()
    app.headers["Authorization"] = header
    assert _asked(app).status == 401


@pytest.mark.usefixtures("field", "audit")
def test_guessing_is_slowed_down_and_success_is_not() -> None:
    for _ in range(12):
        assert _asked(_app()).status == 200
    for _ in range(8):
        assert _asked(_app(password="wrong")).status == 401
    assert _asked(_app(password="wrong")).status == 429
    assert _asked(_app()).status == 429, "also with the right one, as at the sign-in page"


@pytest.mark.usefixtures("audit")
def test_an_account_without_a_role_for_fieldwork_stays_out() -> None:
    make_account(Role.READER, email=EMAIL, password=PASSWORD)
    assert _asked(_app()).status == 403


@pytest.mark.usefixtures("audit")
def test_an_account_that_was_switched_off_stays_out() -> None:
    make_account(Role.FIELD, email=EMAIL, password=PASSWORD, is_active=False)
    assert _asked(_app()).status == 401


@pytest.mark.usefixtures("audit")
def test_an_account_that_needs_more_than_a_password_stays_out(field: Any, settings: Any) -> None:
    policy = SignInPolicy.objects.create(pk=1, needs_second_factor=True)
    assert _asked(_app()).status == 200, "the policy asks nothing of the field team"
    settings.CONVIVE_TOWN_SIGN_IN = TownSignIn("https://login.town.example", "c", "s")
    SignInPolicy.objects.filter(pk=policy.pk).update(is_password_off=True)
    assert _asked(_app()).status == 403
    SignInPolicy.objects.filter(pk=policy.pk).update(is_password_off=False)
    assert _asked(_app()).status == 200
    with_app(field)
    answer = _asked(_app())
    assert answer.status == 403
    assert b"needs more than a password" in answer.body
    assert _asked(_app(password="wrong")).status == 401, "said only to who knows the password"


@pytest.mark.usefixtures("audit")
def test_being_signed_in_on_a_page_opens_nothing(field: Any) -> None:
    app = _app("", "")
    app.transport.client.force_login(field)
    assert _asked(app).status == 401


@pytest.mark.usefixtures("field", "audit")
def test_surveys_and_drafts_are_not_offered_to_accounts() -> None:
    fieldwork.campaign(code="survey-1", kind=Campaign.Kind.SURVEY)
    fieldwork.campaign(code="draft-1", state=Campaign.State.DRAFT)
    assert [form.form_id for form in _app().forms()] == ["audit-1"]
    for code in ("survey-1", "draft-1", "none"):
        assert _asked(_app(), f"/forms/{code}/1-0.xml").status == 404
        assert _asked(_app(), f"/forms/{code}/places.csv").status == 404


@pytest.mark.usefixtures("field")
def test_the_account_of_a_rater_gets_the_own_visits(audit: Campaign) -> None:
    rater = fieldwork.rater(audit, email=EMAIL.upper())
    for code in ("P1", "P2"):
        audit.places.create(place=fieldwork.place(code))
    audit.assignments.create(place=audit.places.last().place, rater=rater)
    app = _app()
    assert b"P2" in app.files(app.forms()[0])["places.csv"]
    assert b"P1" not in app.files(app.forms()[0])["places.csv"]


@pytest.mark.usefixtures("site")
def test_the_page_holds_the_settings_of_the_app(audit: Campaign) -> None:
    link, token = fieldwork.link(audit, rater=fieldwork.rater(audit, "R07"))
    client = Client(headers={"host": "localhost"})
    client.force_login(make_account(Role.COORDINATOR))
    page = client.get(f"/en/work/fieldwork/field-apps/{link.pk}/").content.decode()
    assert f"http://localhost/odk/{token}" in page
    assert "R07" in page
    assert '<svg role="img"' in page
    assert "<title>QR code with the settings of the app</title>" in page
    assert "style=" not in page.partition("<svg")[2].partition("</svg>")[0]


def test_the_code_holds_address_and_no_password() -> None:
    from convive.wiring.openrosa import settings_code

    packed = settings_code("https://city.example/odk/abc", project="Spring ü")
    said = json.loads(zlib.decompress(base64.b64decode(packed)))
    assert said["general"]["server_url"] == "https://city.example/odk/abc"
    assert said["general"]["form_update_mode"] == "match_exactly"
    assert said["general"]["autosend"] == "wifi_and_cellular"
    assert (said["admin"], said["project"]) == ({}, {"name": "Spring ü"})
    assert "password" not in json.dumps(said)


@pytest.mark.usefixtures("site")
def test_a_link_that_was_taken_back_shows_no_code(audit: Campaign) -> None:
    from django.utils import timezone

    link, token = fieldwork.link(audit, revoked_at=timezone.now())
    client = Client(headers={"host": "localhost"})
    client.force_login(make_account(Role.COORDINATOR))
    page = client.get(f"/en/work/fieldwork/field-apps/{link.pk}/").content.decode()
    assert token not in page
    assert 'class="qr' not in page
