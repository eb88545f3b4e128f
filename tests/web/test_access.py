"""Every address declares who may read it, and answers everybody as declared."""

from __future__ import annotations

import pytest
from django.contrib.auth.models import AnonymousUser, Group, User
from django.test import Client, RequestFactory
from django.urls import URLPattern, get_resolver, resolve

from convive.web import access
from factories.addresses import PAGES

pytestmark = pytest.mark.usefixtures("site")


def patterns(resolver: object = None) -> list[URLPattern]:
    """Return every address pattern of the site."""
    found = []
    for entry in (resolver or get_resolver()).url_patterns:
        found += [entry] if isinstance(entry, URLPattern) else patterns(entry)
    return found


@pytest.mark.parametrize("pattern", patterns(), ids=lambda pattern: str(pattern.name))
def test_every_address_declares_an_access_rule(pattern: URLPattern) -> None:
    assert access.rule_of(pattern.callback) in access.RULES


def test_every_kind_of_address_is_tried_here() -> None:
    assert {pattern.name for pattern in patterns()} == set(PAGES)


def test_a_view_without_a_rule_would_be_noticed() -> None:
    assert access.rule_of(lambda _request: None) is None


@pytest.mark.django_db
@pytest.mark.parametrize("name", sorted(set(PAGES) - {"method"}))
def test_a_public_page_is_the_same_for_editor_reader_stranger_and_nobody(name: str) -> None:
    people: list[User | AnonymousUser] = [AnonymousUser()]
    for who in ("editor", "reader", "stranger"):
        user = User.objects.create_user(who)
        user.groups.add(Group.objects.get_or_create(name=who)[0])
        people.append(user)
    answers = set()
    for user in people:
        request = RequestFactory(headers={"host": "localhost"}).get(PAGES[name])
        request.user = user
        view, args, kwargs = resolve(PAGES[name])
        response = view(request, *args, **kwargs)
        answers.add((response.status_code, response.content))
    assert len(answers) == 1
    assert answers.pop()[0] in {200, 302}


@pytest.mark.parametrize("method", ["post", "put", "patch", "delete", "options", "trace"])
@pytest.mark.parametrize("name", sorted(PAGES))
def test_an_address_that_is_read_refuses_to_be_written(
    client: Client, name: str, method: str
) -> None:
    response = getattr(client, method)(PAGES[name])
    assert response.status_code == 405
    assert response.headers["Allow"] == "GET, HEAD"


def test_nobody_needs_a_cookie(client: Client) -> None:
    assert not client.get("/en/").cookies
