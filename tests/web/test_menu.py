"""The menu of the workspace: every page that people start from is two clicks away, and is marked."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from convive.web.roles import Role
from convive.web.staff.registry import GROUPS, HEAD, entries_for, menu_for
from factories.web_objects.accounts import make_account

pytestmark = [pytest.mark.usefixtures("site"), pytest.mark.django_db]


def signed_in(account: Any) -> Client:
    client = Client(headers={"host": "localhost"})
    client.force_login(account)
    return client


def links_in(text: str, part: str) -> set[str]:
    found = re.search(rf'<{part}">?.*?</nav>', text, re.DOTALL)
    return set(re.findall(r'href="([^"]+)"', found[0])) if found else set()


@pytest.mark.parametrize("role", list(Role))
def test_each_entry_is_two_clicks_away_for_whoever_may_open_it(role: Role) -> None:
    account = make_account(role)
    client, entries = signed_in(account), entries_for(account)
    first = client.get("/en/work/").content.decode()
    parts = links_in(first, 'nav class="main-nav"[^>]*')
    reach = set(parts)
    for address in parts:
        reach |= links_in(client.get(address).content.decode(), 'nav class="sub-nav"[^>]*')
    wanted = {reverse(one.name, args=("en",)) for one in entries if one.group != HEAD}
    assert wanted - reach == set()
    assert {one.group for one in entries} <= {*GROUPS, HEAD}


def test_the_current_page_is_marked_in_the_row_and_on_the_phone() -> None:
    text = signed_in(make_account(Role.COORDINATOR)).get("/en/work/bodies/").content.decode()
    assert re.search(r'aria-current="true">Partners</a>', text), "the part"
    assert text.count('href="/en/work/bodies/" aria-current="page"') == 2, "row, folded menu"
    assert "<summary>Menu: Partners</summary>" in text


def test_a_part_with_one_page_is_that_page() -> None:
    text = signed_in(make_account(Role.COORDINATOR)).get("/en/work/diary/").content.decode()
    assert 'href="/en/work/diary/" aria-current="page">Diary' in text
    assert 'class="sub-nav"' not in text


def test_a_person_sees_no_part_that_is_closed_to_them() -> None:
    names = {one.name for one in menu_for(make_account(Role.FIELD), "en")}
    assert "office" not in names
    assert menu_for(make_account(), "en") == []
