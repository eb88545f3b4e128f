"""Guessing is slowed down, and nobody is kept out of the own account by it."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest
from django.db import connections
from django.http import HttpResponse
from django.test import Client
from django.utils import timezone

from convive.web.accounts import throttle
from convive.web.accounts.models import Attempt
from convive.web.roles import Role
from factories.web_objects.accounts import PASSWORD, make_account

ANA = "ana@example.org"
HERE, THERE = "192.0.2.7", "192.0.2.8"
SIGN_IN = "/en/work/sign-in/"
pytestmark = pytest.mark.usefixtures("site")


@pytest.fixture
def fast(settings: Any) -> None:
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


def fail(times: int, email: str = ANA, address: str = HERE, device: str = "") -> list[int]:
    """Fail so often; return the minutes that each attempt was told to wait."""
    return [throttle.try_in(email, address, device=device).wait_minutes for _ in range(times)]


def pass_time(**span: float) -> None:
    """Let time pass, as the table sees it."""
    for one in Attempt.objects.all():
        Attempt.objects.filter(pk=one.pk).update(at=one.at - timedelta(**span))


@pytest.mark.django_db
def test_a_pair_waits_longer_after_each_further_failure() -> None:
    assert fail(throttle.FREE) == [0] * throttle.FREE
    waits = []
    for _ in range(7):
        [wait] = fail(1)
        waits.append(wait)
        pass_time(minutes=wait, seconds=1)
        assert fail(1) == [0]
    assert waits == [1, 2, 4, 8, 15, 15, 15]


@pytest.mark.django_db
def test_asking_while_one_waits_does_not_prolong_the_wait() -> None:
    fail(throttle.FREE)
    assert fail(20) == [1] * 20
    pass_time(minutes=1, seconds=1)
    assert fail(1) == [0]


@pytest.mark.django_db
def test_the_owner_elsewhere_does_not_notice_who_guesses_here() -> None:
    fail(throttle.FREE + 5, address=HERE)
    assert fail(1, address=HERE) == [1]
    assert fail(1, address=THERE) == [0]


@pytest.mark.usefixtures("each_database")
def test_one_place_cannot_guess_over_many_accounts() -> None:
    most, span = throttle.MOST["address"]
    waits = [throttle.try_in(f"p{n}@example.org", HERE).wait_minutes for n in range(most + 1)]
    assert waits == [0] * most + [15]
    assert throttle.try_in("p1@example.org", THERE).is_free
    pass_time(seconds=span.total_seconds() + 1)
    assert throttle.try_in("p1@example.org", HERE).is_free


@pytest.mark.django_db
def test_a_swarm_gets_so_many_guesses_a_day_and_a_known_device_still_comes_in() -> None:
    most, span = throttle.MOST["account"]
    waits = [throttle.try_in(ANA, f"198.51.100.{n}").wait_minutes for n in range(most)]
    assert waits == [0] * most
    assert throttle.try_in(ANA, THERE).wait_minutes > 60
    assert throttle.try_in(ANA, THERE, device="a-known-one").is_free
    assert throttle.try_in("ben@example.org", THERE).is_free
    pass_time(seconds=span.total_seconds() + 1)
    assert throttle.try_in(ANA, THERE).is_free


@pytest.mark.django_db
def test_a_stolen_device_has_a_budget_like_any_place() -> None:
    assert fail(throttle.FREE + 1, device="a-known-one") == [0] * throttle.FREE + [1]


@pytest.mark.django_db
def test_success_forgets_the_pair_and_nothing_that_strangers_did() -> None:
    fail(5, address=THERE)
    fail(3, address=HERE)
    throttle.forget(throttle.try_in(ANA, HERE))
    assert fail(throttle.FREE, address=HERE) == [0] * throttle.FREE
    keys = set(Attempt.objects.values_list("key", flat=True))
    assert len(keys) == 5, "pair here, pair there, two places, one account"


@pytest.mark.usefixtures("each_database")
def test_attempts_at_once_do_not_slip_past_the_limit() -> None:
    def run(job: Callable[[], throttle.Try]) -> bool:
        try:
            return job().is_free
        finally:
            connections.close_all()

    with ThreadPoolExecutor(16) as pool:
        free = list(pool.map(run, [lambda: throttle.try_in(ANA, HERE)] * 24))
    assert sum(free) <= throttle.FREE
    pass_time(minutes=16)
    Attempt.objects.all().delete()
    fail(throttle.FREE)
    pass_time(minutes=1, seconds=1)
    with ThreadPoolExecutor(16) as pool:
        free = list(pool.map(run, [lambda: throttle.try_in(ANA, HERE)] * 24))
    assert sum(free) <= 1, "after the wait one may be made, not many at once"


@pytest.mark.django_db
def test_an_attempt_names_nobody_and_is_forgotten_after_a_day() -> None:
    fail(1)
    kept = " ".join(Attempt.objects.values_list("key", flat=True))
    assert "ana" not in kept
    assert HERE not in kept
    pass_time(days=1, seconds=1)
    throttle.try_in("ben@example.org", THERE)
    assert Attempt.objects.filter(at__lt=timezone.now() - throttle.DAY).count() == 0


@pytest.mark.django_db
def test_the_cookie_of_a_device_speaks_for_its_owner_only(rf: Any) -> None:
    ana, ben = make_account(email=ANA), make_account(email="ben@example.org")
    request, response = rf.get("/"), HttpResponse()
    throttle.remember_device(request, response, ana)
    cookie = response.cookies[throttle.DEVICE_COOKIE]
    assert cookie["httponly"]
    assert ANA not in cookie.value
    request.COOKIES[throttle.DEVICE_COOKIE] = cookie.value
    known = throttle.device_of(request, " ANA@example.org")
    assert known
    assert throttle.device_of(request, ben.email) == ""
    throttle.remember_device(request, response, ben)
    request.COOKIES[throttle.DEVICE_COOKIE] = response.cookies[throttle.DEVICE_COOKIE].value
    assert throttle.device_of(request, ANA) == known, "a shared computer knows both"
    assert throttle.device_of(request, ben.email) not in {"", known}
    request.COOKIES[throttle.DEVICE_COOKIE] = cookie.value[:-2] + "xx"
    assert throttle.device_of(request, ANA) == ""


@pytest.mark.django_db
@pytest.mark.usefixtures("fast")
def test_a_stranger_cannot_lock_the_owner_out() -> None:
    make_account(Role.READER, email=ANA, password=PASSWORD)
    owner, stranger = (Client(headers={"host": "localhost"}) for _ in range(2))
    said = {"email": ANA, "password": PASSWORD}
    assert owner.post(SIGN_IN, said).status_code == 302
    owner.post("/en/work/sign-out/")
    for _ in range(throttle.FREE + 3):
        refused = stranger.post(SIGN_IN, {"email": ANA, "password": "wrong"})
    assert b"Please wait one minute" in refused.content
    assert b"Please wait one minute" in stranger.post(SIGN_IN, said).content
    assert owner.post(SIGN_IN, said).status_code == 302, "the same address, a known device"


@pytest.mark.django_db
@pytest.mark.usefixtures("fast")
def test_guesses_in_the_form_of_the_own_password_are_slowed_down_too(client: Client) -> None:
    make_account(Role.READER, email=ANA, password=PASSWORD)
    client.post(SIGN_IN, {"email": ANA, "password": PASSWORD})
    new = "eight candles on the hill"
    for _ in range(throttle.FREE):
        page = client.post("/en/work/password/", {"current": "wrong", "password": new})
        assert b"not your present password" in page.content
    page = client.post("/en/work/password/", {"current": PASSWORD, "password": new})
    assert b"Please wait one minute" in page.content
    pass_time(minutes=1, seconds=1)
    page = client.post("/en/work/password/", {"current": PASSWORD, "password": new})
    assert page.status_code == 302
