"""Every address declares who may come in, and answers everybody as declared."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from datetime import date
from typing import Any

import pytest
from django.contrib.auth.models import AnonymousUser
from django.db import transaction
from django.test import Client, RequestFactory
from django.urls import URLPattern, get_resolver, resolve, reverse

from convive.web import access
from convive.web.accounts.models import Account, Organisation
from convive.web.roles import EDITORS, Role
from factories.addresses import FOR_HARVESTERS, FOR_PROGRAMS, FOR_TOWNS, LOOK, PAGES
from factories.web_objects import FOR_MEMBERS, FOR_OWN, NOT_FOR_PARTNERS, arguments_of, rights
from factories.web_objects.accounts import make_account

pytestmark = [pytest.mark.usefixtures("site", "published_shelf"), pytest.mark.django_db]


@dataclass(frozen=True)
class Who:
    """Somebody who walks: the roles of the account, and for whom it acts."""

    roles: tuple[Role, ...] = ()
    acts_for: str = ""
    """``own``: the organisation of the objects; ``other``: one that has nothing to do with them;
    ``ended``: one whose agreement on evidence is over."""


PEOPLE: dict[str, Who | None] = {
    "coordinator": Who((Role.COORDINATOR,)),
    "editor": Who((Role.ANALYST,)),
    "reader": Who((Role.READER,)),
    "dpo": Who((Role.DATA_PROTECTION,)),
    "partner": Who((Role.PARTNER,), "own"),
    "partner of others": Who((Role.PARTNER,), "other"),
    "partner with ended agreement": Who((Role.PARTNER,), "ended"),
    "without a role": Who(),
    "nobody": None,
}
METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE")


def patterns(resolver: Any = None) -> list[URLPattern]:
    """Return every address pattern of the site."""
    found = []
    for entry in (resolver or get_resolver()).url_patterns:
        found += [entry] if isinstance(entry, URLPattern) else patterns(entry)
    return found


ALL = {str(pattern.name): pattern for pattern in patterns()}
STAFF = sorted(name for name, found in ALL.items()
               if getattr(access.rule_of(found.callback), "name", "") != access.PUBLIC)  # fmt: skip


def address_of(name: str) -> str:
    """Return an address of the pattern, its objects made."""
    if name == "root" or name in FOR_PROGRAMS | LOOK:
        return PAGES[name]
    return _reversed(name, arguments_of(name))


def _reversed(name: str, arguments: dict[str, Any]) -> str:
    """Return the address; those for field apps and other towns have no language in them."""
    is_bare = name.startswith("odk-") or name in FOR_TOWNS | FOR_PROGRAMS | FOR_HARVESTERS
    language = {} if is_bare else {"language": "en"}
    return reverse(name, kwargs=language | arguments)


def expected(rule: access.Rule, roles: tuple[Role, ...] | None, method: str) -> str:
    """Return what a rule promises to somebody, worked out from its words alone."""
    if method not in rule.methods:
        return "method refused"
    if rule.name in {"public", "anybody", "link_holder"}:
        return "in"
    if rule.name == "password_holder":
        return "forbidden"  # over plain http no password is even asked for
    if roles is None:
        return "sign in"
    wanted = {
        "signed_in": set(),
        "editor": {Role.COORDINATOR, Role.ANALYST},
        "reader": set(Role),
        "role": set(rule.roles),
    }[rule.name]
    return "in" if not wanted or wanted & set(roles) else "forbidden"


def outcome(response: Any) -> str:
    """Return what an answer amounts to."""
    if response.status_code == 405:
        return "method refused"
    if response.status_code == 403:
        return "forbidden"
    if response.status_code == 302 and "/sign-in/" in response.headers["Location"]:
        return "sign in"
    if response.status_code == 404:
        return "not found"
    # 400: whoever comes in and sends nothing.
    assert response.status_code in {200, 204, 302, 303, 400}, response.status_code
    return "in"


@pytest.mark.parametrize("pattern", patterns(), ids=lambda pattern: str(pattern.name))
def test_every_address_declares_an_access_rule(pattern: URLPattern) -> None:
    assert isinstance(access.rule_of(pattern.callback), access.Rule)


def test_names_of_addresses_are_not_used_twice() -> None:
    assert len(ALL) == len(patterns())


def test_every_public_page_is_tried_here() -> None:
    assert set(ALL) - set(STAFF) == set(PAGES)


def test_a_view_without_a_rule_would_be_noticed() -> None:
    assert access.rule_of(lambda _request: None) is None


def account_of(who: Who) -> Account:
    """Make somebody's account, and the organisation for which it acts."""
    if not who.acts_for:
        return make_account(*who.roles)
    theirs = Organisation.objects.order_by("pk").first() if who.acts_for == "own" else None
    theirs = theirs or rights.organisation()
    if who.acts_for == "ended":
        rights.agreement(theirs, valid_until=date(2021, 12, 31))
    return make_account(*who.roles, organisation=theirs)


def client_of(account: Account | None) -> Client:
    """Return the browser of somebody who has signed in, or of nobody."""
    client = Client(headers={"host": "localhost"})
    if account is not None:
        client.force_login(account)
    return client


def is_hidden(name: str, who: Who | None) -> bool:
    """Tell whether what an address names does not exist for somebody whom the rule lets in."""
    if who is None or EDITORS & set(who.roles):
        return False
    if name in FOR_MEMBERS:
        return not (who.acts_for == "own" and name in FOR_OWN)
    if who.acts_for == "ended" and name.startswith("evidence-"):
        return False  # they are told that it has ended: tests/web/test_nowhere.py
    if who.acts_for and name in NOT_FOR_PARTNERS:
        return True
    return who.acts_for in {"other", "ended"} and name in FOR_OWN


@pytest.mark.parametrize("name", sorted(ALL))
def test_everybody_gets_what_the_rule_says(name: str) -> None:
    if name == "method":
        pytest.skip("method pages are copied in at set-up and stand outside this build")
    address, rule = address_of(name), access.rule_of(ALL[name].callback)
    assert rule is not None
    for label, who in PEOPLE.items():
        with suppress(_UndoneError), transaction.atomic():
            walk(name, address, rule, (label, who))
            raise _UndoneError  # the next one finds everything as it was


class _UndoneError(Exception):
    pass


def walk(name: str, address: str, rule: access.Rule, person: tuple[str, Who | None]) -> None:
    """Try every method as one person."""
    label, who = person
    account = None if who is None else account_of(who)
    roles = None if who is None else who.roles
    # What no rule allows is refused before anybody is looked at, and HEAD runs the page as GET does:
    # two people are enough for that.
    methods = (
        METHODS
        if label in {"coordinator", "nobody"}
        else [one for one in rule.methods if one != "HEAD"]
    )
    client = None
    for method in methods:
        client = client or client_of(account)
        response = client.generic(method, address)
        if response.cookies:  # the session has changed or ended: the next method has one of its own
            client = None
        promised = expected(rule, roles, method)
        if promised == "in" and is_hidden(name, who):
            promised = "not found"
        if name in {"sign-out"} and promised == "in":
            assert response.status_code == 302
            continue
        if name == "welcome" and who is not None and promised == "in":
            continue  # an account is there, so the page may have ended
        assert outcome(response) == promised, (name, label, method)
        if rule.name != access.PUBLIC:
            assert response.headers["Cache-Control"] == "no-store"


@pytest.mark.parametrize("name", sorted(set(PAGES) - {"method"}))
def test_a_public_page_is_the_same_for_everybody(name: str) -> None:
    people: list[Any] = [AnonymousUser()]
    people += [account_of(who) for who in PEOPLE.values() if who is not None]
    answers = set()
    for user in people:
        request = RequestFactory(headers={"host": "localhost"}).get(PAGES[name])
        request.user = user
        view, args, kwargs = resolve(PAGES[name].partition("?")[0])
        response = view(request, *args, **kwargs)
        answers.add((response.status_code, response.content))
    assert len(answers) == 1
    assert answers.pop()[0] in {200, 302}


@pytest.mark.parametrize("name", sorted(set(PAGES) - {"method"}))
def test_a_public_page_asks_no_database_and_sets_no_cookie(
    name: str, django_assert_num_queries: Any
) -> None:
    client = Client(headers={"host": "localhost"})
    client.force_login(make_account(Role.COORDINATOR))
    had = dict(client.cookies)
    with django_assert_num_queries(0):
        response = client.get(PAGES[name])
    assert not response.cookies
    assert dict(client.cookies) == had


@pytest.mark.parametrize("name", STAFF)
def test_what_is_not_there_is_not_found(name: str) -> None:
    known = arguments_of(name)
    if not known:
        pytest.skip("names no object")
    unknown = {key: 999_999 if isinstance(value, int) else "none" for key, value in known.items()}
    client = Client(headers={"host": "localhost"})
    client.force_login(make_account(*Role))
    address = _reversed(name, unknown)
    rule = access.rule_of(ALL[name].callback)
    assert rule is not None
    if rule.name == "password_holder":
        pytest.skip("asks for the password first: tests/web/test_openrosa_staff.py")
    for method in rule.methods:
        assert client.generic(method, address).status_code == 404, method


def test_nobody_comes_back_to_where_they_wanted_to_go() -> None:
    response = Client(headers={"host": "localhost"}).get("/fr/work/log/?page=2")
    assert response.headers["Location"] == "/fr/work/sign-in/?next=%2Ffr%2Fwork%2Flog%2F%3Fpage%3D2"


def test_a_fragment_asked_for_by_nobody_changes_the_whole_page() -> None:
    client = Client(headers={"host": "localhost", "HX-Request": "true"})
    response = client.get("/en/work/log/")
    assert response.status_code == 401
    assert response.headers["HX-Redirect"] == "/en/work/sign-in/"


def test_a_form_without_its_token_is_refused() -> None:
    client = Client(enforce_csrf_checks=True, headers={"host": "localhost"})
    client.force_login(make_account(Role.COORDINATOR))
    response = client.post("/en/work/people/invite/", {"email": "new@example.org"})
    assert response.status_code == 403
    assert b"Nothing was saved" in response.content


@pytest.mark.parametrize("name", STAFF)
def test_a_build_on_its_own_has_no_staff_pages(name: str, settings: Any) -> None:
    address = address_of(name)
    settings.CONVIVE_HAS_WORKSPACE = False
    assert Client(headers={"host": "localhost"}).get(address).status_code == 404
