"""Signing in, guessing, links, roles."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest
from django.db import connections
from django.test import Client
from django.utils import timezone

from convive.core.errors import ConflictError, ConviveError, NotFoundError
from convive.web.accounts import actions, throttle
from convive.web.accounts.models import Account, Attempt, Invitation
from convive.web.audit_log.models import Event
from convive.web.roles import Role
from factories.web_objects.accounts import PASSWORD, make_account

SIGN_IN = "/en/work/sign-in/"
FAST = ["django.contrib.auth.hashers.MD5PasswordHasher"]
MISMATCH = b"E-mail address and password do not match."
pytestmark = pytest.mark.usefixtures("site")


@pytest.fixture
def fast(settings: Any) -> None:
    """Hash quickly where the hash is not what is looked at."""
    settings.PASSWORD_HASHERS = FAST


def at_once(jobs: list[Callable[[], Any]]) -> list[Any]:
    """Run jobs in threads; return results or the errors of ours."""

    def run(job: Callable[[], Any]) -> Any:
        try:
            return job()
        except ConviveError as error:
            return error
        finally:
            connections.close_all()

    with ThreadPoolExecutor(len(jobs)) as pool:
        return list(pool.map(run, jobs))


def sign_in(client: Client, email: str, password: str, **query: str) -> Any:
    return client.post(SIGN_IN, {"email": email, "password": password}, query_params=query)


@pytest.mark.django_db
def test_passwords_are_hashed_by_argon2_and_sessions_begin_anew(client: Client) -> None:
    account = make_account(Role.READER, email="ana@example.org", password=PASSWORD)
    assert account.password.startswith("argon2$argon2id$")
    session = client.session
    session["kept"] = "before"
    session.save()
    client.cookies["convive_session"] = session.session_key
    response = sign_in(client, " ANA@example.org", PASSWORD)
    assert response.headers["Location"] == "/en/work/"
    cookie = response.cookies["convive_session"]
    assert cookie.value != session.session_key
    assert cookie["httponly"]
    assert cookie["samesite"] == "Lax"
    assert Event.objects.filter(verb="accounts.signed_in", actor_id=account.pk).count() == 1


@pytest.mark.django_db
@pytest.mark.usefixtures("fast")
@pytest.mark.parametrize(
    ("target", "goes"),
    [("/fr/work/people/", "/fr/work/people/"), ("https://evil.example/", "/en/work/"),
     ("//evil.example/", "/en/work/"), ("/\\evil.example", "/en/work/"),
     ("javascript:alert(1)", "/en/work/"), ("", "/en/work/"), ("work", "/en/work/")],
)  # fmt: skip
def test_the_way_back_is_an_address_of_this_site(client: Client, target: str, goes: str) -> None:
    make_account(Role.READER, email="ana@example.org", password=PASSWORD)
    response = sign_in(client, "ana@example.org", PASSWORD, next=target)
    assert response.headers["Location"] == goes


@pytest.mark.django_db
@pytest.mark.usefixtures("fast")
def test_a_wrong_password_an_unknown_and_a_switched_off_account_sound_alike(
    client: Client,
) -> None:
    make_account(Role.READER, email="ana@example.org", password=PASSWORD)
    make_account(Role.READER, email="off@example.org", password=PASSWORD, is_active=False)
    make_account(Role.READER, email="invited@example.org")
    answers = {
        sign_in(client, email, password).content.count(MISMATCH)
        for email, password in (
            ("ana@example.org", "wrong"), ("nobody@example.org", PASSWORD),
            ("off@example.org", PASSWORD), ("invited@example.org", "!"),
        )
    }  # fmt: skip
    assert answers == {1}


@pytest.mark.django_db
@pytest.mark.parametrize("email", ["ana@example.org", "nobody@example.org", "off@example.org"])
def test_the_password_is_hashed_once_whether_or_not_the_account_is_there(
    client: Client, email: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    from django.contrib.auth.hashers import Argon2PasswordHasher

    make_account(Role.READER, email="ana@example.org", password=PASSWORD)
    make_account(Role.READER, email="off@example.org", password=PASSWORD, is_active=False)
    done: list[str] = []
    for name in ("encode", "verify"):
        original = getattr(Argon2PasswordHasher, name)

        def counted(self: Any, *args: Any, _name: str = name, _original: Any = original) -> Any:
            done.append(_name)
            return _original(self, *args)

        monkeypatch.setattr(Argon2PasswordHasher, name, counted)
    sign_in(client, email, "wrong password of some length")
    assert len(done) == 1


@pytest.mark.usefixtures("fast")
@pytest.mark.usefixtures("each_database")
def test_guessing_is_slowed_down_for_accounts_that_exist_and_that_do_not(client: Client) -> None:
    make_account(Role.READER, email="ana@example.org", password=PASSWORD)
    for email in ("ana@example.org", "nobody@example.org"):
        for _ in range(throttle.FREE):
            assert MISMATCH in sign_in(client, email, "wrong").content
        assert b"Too many attempts" in sign_in(client, email.upper(), PASSWORD).content
    Attempt.objects.update(at=timezone.now() - timedelta(minutes=1, seconds=1))
    assert sign_in(client, "ana@example.org", PASSWORD).status_code == 302


@pytest.mark.usefixtures("fast")
@pytest.mark.usefixtures("each_database")
def test_a_link_works_once_even_for_two_at_once() -> None:
    _, token = actions.invite("ben@example.org", name="Ben", language="en", roles=[Role.READER])
    assert token not in " ".join(Invitation.objects.values_list("token_hash", flat=True))
    found = at_once([lambda: actions.accept_invitation(token, PASSWORD)] * 4)
    assert sum(isinstance(one, Account) for one in found) == 1
    assert sum(isinstance(one, NotFoundError) for one in found) == 3


@pytest.mark.usefixtures("fast")
@pytest.mark.usefixtures("each_database")
def test_there_is_one_first_coordinator_and_then_no_welcome() -> None:
    tokens = [actions.make_welcome(), actions.make_welcome()]
    with pytest.raises(NotFoundError):
        _welcome(tokens[0], "early@example.org")
    found = at_once([lambda n=n: _welcome(tokens[1], f"p{n}@example.org") for n in range(4)])
    assert sum(isinstance(one, Account) for one in found) == 1
    assert Account.objects.get().roles == {Role.COORDINATOR}
    assert actions.make_welcome() is None


def _welcome(token: str | None, email: str) -> Account:
    return actions.accept_welcome(
        str(token), email=email, name="Ana", language="en", password=PASSWORD
    )


@pytest.mark.usefixtures("each_database")
def test_two_coordinators_cannot_switch_each_other_off_at_once() -> None:
    ana, ben = make_account(Role.COORDINATOR), make_account(Role.COORDINATOR)
    found = at_once([
        lambda: actions.change_account(ben, roles=[], is_active=True, by=ana),
        lambda: actions.change_account(ana, roles=[], is_active=True, by=ben),
    ])  # fmt: skip
    assert sum(isinstance(one, ConflictError) for one in found) == 1
    assert Account.objects.filter(held_roles__role=Role.COORDINATOR).count() == 1


@pytest.mark.django_db
@pytest.mark.usefixtures("fast")
def test_a_link_that_has_ended_is_not_there(client: Client) -> None:
    _, token = actions.invite("ben@example.org", name="Ben", language="en", roles=[Role.READER])
    Invitation.objects.update(expires_at=timezone.now() - timedelta(seconds=1))
    assert client.get(f"/en/work/invitation/{token}/").status_code == 404


@pytest.mark.django_db
@pytest.mark.usefixtures("fast")
def test_who_is_switched_off_is_out_at_once(client: Client) -> None:
    coordinator, ben = make_account(Role.COORDINATOR), make_account(Role.READER)
    client.force_login(ben)
    assert client.get("/en/work/").status_code == 200
    actions.change_account(ben, roles=[Role.READER], is_active=False, by=coordinator)
    assert client.get("/en/work/").status_code == 302


@pytest.mark.django_db
@pytest.mark.usefixtures("fast")
def test_a_new_password_ends_other_sessions_and_keeps_this_one(client: Client) -> None:
    make_account(Role.READER, email="ana@example.org", password=PASSWORD)
    other = Client(headers={"host": "localhost"})
    for one in (client, other):
        sign_in(one, "ana@example.org", PASSWORD)
    new = "eight candles on the hill"
    refused = client.post("/en/work/password/", {"current": "wrong", "password": new})
    assert b"not your present password" in refused.content
    short = client.post("/en/work/password/", {"current": PASSWORD, "password": "short"})
    assert b"at least 12 characters" in short.content
    client.post("/en/work/password/", {"current": PASSWORD, "password": new})
    assert client.get("/en/work/").status_code == 200
    assert other.get("/en/work/").status_code == 302


@pytest.mark.django_db
def test_nothing_about_a_person_stands_in_the_log(client: Client) -> None:
    client.force_login(make_account(Role.COORDINATOR))
    sent = {"email": "ben@example.org", "name": "Ben Analyst", "language": "nl",
            "roles": ["analyst", "field"]}  # fmt: skip
    shown = client.post("/en/work/people/invite/", sent)
    assert b"/nl/work/invitation/" in shown.content
    told = " ".join(Event.objects.values_list("details", flat=True))
    assert "analyst" in told
    assert "ben" not in told.lower()
    again = client.post("/en/work/people/invite/", sent)
    assert b"There is an account with this e-mail address already." in again.content
