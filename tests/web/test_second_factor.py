"""The second factor: set up, asked for, used once, lost, demanded."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from django.db import connections
from django.test import Client

from convive.core.errors import ConflictError
from convive.web.accounts import selectors, throttle
from convive.web.accounts.actions import change_account, invite
from convive.web.accounts.actions.second_factor import remove_factor, reset_second_factor
from convive.web.accounts.models import Account, SignInPolicy
from convive.web.accounts.second_factor import codes
from convive.web.audit_log.models import Event
from convive.web.notices.models import Notice
from convive.web.roles import Role
from factories.web_objects.accounts import APP_SECRET, PASSWORD, app_code, make_account, with_app

ANA = "ana@example.org"
SIGN_IN, STEP = "/en/work/sign-in/", "/en/work/sign-in/second-step/"
FACTOR = "/en/work/account/second-factor/"
pytestmark = pytest.mark.usefixtures("site", "fast")


@pytest.fixture
def fast(settings: Any) -> None:
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


@pytest.fixture
def ana(db: None) -> Account:  # noqa: ARG001
    return make_account(Role.ANALYST, email=ANA, password=PASSWORD)


def give_password(client: Client, **query: str) -> Any:
    return client.post(SIGN_IN, {"email": ANA, "password": PASSWORD}, query_params=query)


def is_in(client: Client) -> bool:
    return client.get("/en/work/").status_code == 200


def test_an_app_is_set_up_by_its_code_and_codes_are_shown_once(
    client: Client, ana: Account
) -> None:
    give_password(client)
    page = client.get(f"{FACTOR}app/").content.decode()
    assert '<svg role="img"' in page
    secret = page.partition('id="app-secret">')[2].partition("<")[0].replace(" ", "")
    assert secret not in str(client.session.items()), "sealed in the session"
    said = {"code": "000000", "current": PASSWORD}
    assert b"This code is not right" in client.post(f"{FACTOR}app/", said).content
    assert not selectors.has_factor(ana)
    said["code"] = app_code(secret=secret)
    wrong = client.post(f"{FACTOR}app/", said | {"current": "wrong"})
    assert b"not your present password" in wrong.content
    shown = client.post(f"{FACTOR}app/", said).content.decode()
    recovery = shown.partition('id="codes">')[2].partition("</ul>")[0].count("<li>")
    assert recovery == 10
    kept = str(list(Authenticator.objects.values_list("data", flat=True)))
    assert secret not in kept, "sealed in the database"
    assert client.post(f"{FACTOR}app/", said).status_code == 302, "reloading shows nothing again"
    assert Event.objects.get(verb="accounts.second_factor_added").facts == {"kind": "totp"}


def test_the_password_alone_opens_nothing(client: Client, ana: Account) -> None:
    with_app(ana)
    before = client.session.session_key
    response = give_password(client, next="/en/work/account/")
    assert response.headers["Location"] == STEP
    assert client.session.session_key != before
    assert not is_in(client)
    assert b"This code is not right" in client.post(STEP, {"code": "123"}).content
    assert not is_in(client)
    entered = client.post(STEP, {"code": f" {app_code()[:3]} {app_code()[3:]} "})
    assert entered.headers["Location"] == "/en/work/account/", "to where Ana wanted to go"
    assert is_in(client)
    facts = Event.objects.get(verb="accounts.signed_in").facts
    assert facts == {"by": "password", "second_factor": "totp"}


def test_a_code_works_once_and_none_before_it(client: Client, ana: Account) -> None:
    with_app(ana)
    late = app_code(1)
    assert codes.use_app_code(ana, late)
    for code in (late, app_code(0), app_code(-1)):
        assert not codes.use_app_code(ana, code)
    give_password(client)
    assert b"used already" in client.post(STEP, {"code": late}).content


@pytest.mark.usefixtures("each_database")
def test_of_the_same_code_at_once_one_wins() -> None:
    account = make_account(Role.ANALYST)
    recovery = with_app(account)[0]

    def run(use: Any, code: str) -> bool:
        try:
            return bool(use(account, code))
        finally:
            connections.close_all()

    for use, code in ((codes.use_app_code, app_code()), (codes.use_recovery_code, recovery)):
        with ThreadPoolExecutor(8) as pool:
            won = list(pool.map(lambda _, use=use, code=code: run(use, code), range(8)))
        assert sum(won) == 1


def test_a_recovery_code_works_once_and_says_how_many_are_left(
    client: Client, ana: Account
) -> None:
    recovery = with_app(ana)[3]
    give_password(client)
    assert client.post(STEP, {"code": recovery}, follow=True).content.count(b"9 are left") == 1
    other = Client(headers={"host": "localhost"})
    give_password(other)
    assert b"used already" in other.post(STEP, {"code": recovery}).content
    assert codes.recovery_codes_left(ana) == 9
    shown = client.post(f"{FACTOR}codes/", {"current": PASSWORD}).content.decode()
    assert shown.partition('id="codes">')[2].count("<li>") >= 10
    assert recovery not in shown
    assert codes.recovery_codes_left(ana) == 10


def test_guessing_codes_is_slowed_down_wherever_it_comes_from(ana: Account) -> None:
    with_app(ana)
    for number in range(throttle.FREE):
        client = Client(headers={"host": "localhost"}, REMOTE_ADDR=f"192.0.2.{number}")
        give_password(client)
        assert b"This code is not right" in client.post(STEP, {"code": "000000"}).content
    last = Client(headers={"host": "localhost"})
    give_password(last)
    assert b"Please wait one minute" in last.post(STEP, {"code": app_code()}).content
    assert Event.objects.filter(verb="accounts.second_step_failed").count() == throttle.FREE


def test_the_step_ends_with_time_with_a_new_password_and_in_another_browser(
    client: Client, ana: Account
) -> None:
    with_app(ana)
    said = {"code": app_code()}
    assert b"This step has ended" in client.post(STEP, said).content
    give_password(client)
    session = client.session
    session["convive.second_step"] = session["convive.second_step"] | {"at": 0}
    session.save()
    assert b"This step has ended" in client.post(STEP, said).content
    give_password(client)
    ana.set_password("another one of some length")
    ana.save()
    assert b"This step has ended" in client.post(STEP, said).content
    assert not is_in(client)


def test_no_other_way_leads_around_it(client: Client, ana: Account) -> None:
    from convive.web.accounts.actions import renew_link

    with_app(ana)
    token = renew_link(ana, by=make_account(Role.COORDINATOR))
    link = client.post(f"/en/work/invitation/{token}/", {"password": "nine boats in the harbour"})
    assert link.headers["Location"] == STEP
    assert not is_in(client)
    assert not selectors.opens_by_password_alone(ana)


def test_removing_asks_for_the_password_and_takes_the_codes_along(
    client: Client, ana: Account
) -> None:
    with_app(ana)
    client.force_login(ana)
    factor = selectors.factors_of(ana).get()
    address = f"{FACTOR}remove/?factor={factor.pk}"
    assert b"Authenticator app" in client.get(address).content
    client.post(address, {"factor": factor.pk, "current": "wrong"})
    assert selectors.has_factor(ana)
    client.post(address, {"factor": factor.pk, "current": PASSWORD})
    assert not Authenticator.objects.exists()


def test_nobody_removes_the_factor_of_somebody_else(client: Client, ana: Account) -> None:
    with_app(ana)
    factor = selectors.factors_of(ana).get()
    client.force_login(make_account(Role.COORDINATOR, email="b@example.org", password=PASSWORD))
    client.post(f"{FACTOR}remove/", {"factor": factor.pk, "current": PASSWORD})
    assert selectors.has_factor(ana)


@pytest.mark.django_db
@pytest.mark.parametrize("role", [Role.ANALYST, Role.COORDINATOR, Role.DATA_PROTECTION])
def test_the_policy_leads_to_setting_one_up_first(client: Client, role: Role) -> None:
    SignInPolicy.objects.create(pk=1, needs_second_factor=True)
    account = make_account(role, email=ANA, password=PASSWORD)
    assert give_password(client).headers["Location"] == FACTOR
    for page in ("/en/work/", "/en/work/account/", "/en/work/password/", "/en/work/people/"):
        assert client.get(page).headers["Location"] == FACTOR
    assert client.post("/en/work/account/end-others/").headers["Location"] == FACTOR
    assert b"Your role asks for a second factor" in client.get(FACTOR).content
    page = client.get(f"{FACTOR}app/").content.decode()
    secret = page.partition('id="app-secret">')[2].partition("<")[0].replace(" ", "")
    client.post(f"{FACTOR}app/", {"code": app_code(secret=secret), "current": PASSWORD})
    assert is_in(client)
    with pytest.raises(ConflictError, match="SECOND_FACTOR_NEEDED"):
        remove_factor(account, selectors.factors_of(account).get().pk)


def test_sessions_that_began_without_a_factor_end_when_it_is_asked_for(
    client: Client, ana: Account
) -> None:
    coordinator = make_account(Role.COORDINATOR, email="c@example.org", password=PASSWORD)
    with_app(make_account(Role.DATA_PROTECTION, email="dpo@example.org"))
    field = make_account(Role.FIELD, email="field@example.org")
    sessions = {}
    for who in (ana, field, Account.objects.get(email="dpo@example.org"), coordinator):
        sessions[who.email] = Client(headers={"host": "localhost"})
        sessions[who.email].force_login(who)
    said = {"needs_second_factor": "on"}
    sessions["c@example.org"].post("/en/work/people/signing-in/", said)
    assert not is_in(sessions[ANA])
    assert is_in(sessions["field@example.org"])
    assert is_in(sessions["dpo@example.org"])
    own = sessions["c@example.org"].get("/en/work/people/")
    assert own.headers["Location"] == FACTOR, "the own session is held back"
    give_password(client)
    assert client.get("/en/work/").headers["Location"] == FACTOR


@pytest.mark.django_db
def test_a_role_that_asks_for_a_factor_ends_the_sessions_without_one(client: Client) -> None:
    SignInPolicy.objects.create(pk=1, needs_second_factor=True)
    by = make_account(Role.COORDINATOR, email="c@example.org")
    person = make_account(Role.PARTNER, email=ANA, password=PASSWORD)
    client.force_login(person)
    change_account(person, roles=[Role.PARTNER, Role.READER], is_active=True, by=by)
    assert is_in(client)
    change_account(person, roles=[Role.ANALYST], is_active=True, by=by)
    assert not is_in(client)


@pytest.mark.django_db
def test_the_policy_asks_nothing_of_other_roles(client: Client) -> None:
    SignInPolicy.objects.create(pk=1, needs_second_factor=True)
    make_account(Role.PARTNER, email=ANA, password=PASSWORD)
    assert give_password(client).headers["Location"] == "/en/work/"
    assert is_in(client)


def test_a_coordinator_takes_a_lost_factor_away_and_the_person_is_told(
    client: Client, ana: Account
) -> None:
    other = Client(headers={"host": "localhost"})
    with_app(ana)
    other.force_login(ana)
    coordinator = make_account(Role.COORDINATOR, email="c@example.org", password=PASSWORD)
    client.force_login(coordinator)
    assert b"Lost second factor" in client.get(f"/en/work/people/{ana.pk}/").content
    client.post(f"/en/work/people/{ana.pk}/second-factor/")
    give_password(other)
    assert b"has taken your second factor away" in other.get("/en/work/notices/").content
    other.post("/en/work/sign-out/")
    assert not Authenticator.objects.exists()
    assert not is_in(other)
    notice = Notice.objects.get()
    assert (notice.account, notice.code) == (ana, "second_factor_reset")
    assert Event.objects.get(verb="accounts.second_factor_reset").actor_id == coordinator.pk
    with pytest.raises(ConflictError, match="SECOND_FACTOR_OWN"):
        reset_second_factor(coordinator, by=coordinator)


def test_a_switched_off_account_gets_no_further(client: Client, ana: Account) -> None:
    with_app(ana)
    give_password(client)
    Account.objects.filter(pk=ana.pk).update(is_active=False)
    assert b"This step has ended" in client.post(STEP, {"code": app_code()}).content


@pytest.mark.django_db
def test_an_invited_person_without_a_factor_goes_straight_in(client: Client) -> None:
    _, token = invite(ANA, name="Ana", language="en", roles=[Role.READER])
    client.post(f"/en/work/invitation/{token}/", {"password": PASSWORD})
    assert is_in(client)


def test_with_another_signing_key_no_code_holds_and_nothing_breaks(
    client: Client, ana: Account, settings: Any
) -> None:
    recovery = with_app(ana)[0]
    assert APP_SECRET not in str(selectors.factors_of(ana).get().data)
    settings.SECRET_KEY = "another key"
    give_password(client)
    for code in (app_code(), recovery):
        assert b"This code is not right" in client.post(STEP, {"code": code}).content
    assert codes.recovery_codes_left(ana) == 0
    reset_second_factor(ana, by="command line")
    assert len(with_app(ana)) == 10
