"""The news as feeds: what a reader of feeds gets, and what it must not be told."""

from __future__ import annotations

import dataclasses
from datetime import datetime
from typing import Any
from xml.etree import ElementTree

import pytest
from django.test import Client

from convive.app.findings import findings_of
from convive.app.history import next_history
from convive.catalogue.texts import languages
from convive.web.observatory import current
from factories.build import make_build, shared_build

pytestmark = [pytest.mark.usefixtures("site"), pytest.mark.django_db]
ATOM = "{http://www.w3.org/2005/Atom}"


def with_history() -> tuple[str, str]:
    """Show an audit after another one; return a finding that is new in it and one that is gone."""
    build = make_build()
    findings = build.tables["findings"]
    ids = findings["finding_id"].to_pylist()
    earlier = dataclasses.replace(build, tables={**build.tables, "findings": findings.slice(1)})
    first = {"built_at": "2025-01-01T09:00:00+00:00", "tables": {"findings": "a"}}
    known = next_history(earlier, first, None, [])
    later = dataclasses.replace(
        build, tables={**build.tables, "findings": findings.slice(0, findings.num_rows - 1)}
    )
    history = next_history(later, build.run, earlier, known)
    current.hold(dataclasses.replace(later, history=tuple(history)))
    return ids[0], ids[-1]


def entries(client: Client, language: str = "en") -> list[dict[str, Any]]:
    root = ElementTree.fromstring(client.get(f"/{language}/news.atom").content)
    return [
        {one.tag.removeprefix(ATOM): one.text or one.get("href") for one in entry}
        for entry in root.findall(f"{ATOM}entry")
    ]


@pytest.mark.parametrize("language", languages())
def test_both_feeds_tell_the_same_in_every_language(client: Client, language: str) -> None:
    with_history()
    told = client.get(f"/{language}/news.json")
    assert told.headers["Content-Type"] == "application/feed+json"
    feed = told.json()
    assert feed["language"] == language
    assert [(one["id"], one["title"], one["url"]) for one in feed["items"]] == [
        (one["id"], one["title"], one["link"]) for one in entries(client, language)
    ]
    for one in feed["items"]:
        assert client.get(one["url"].removeprefix("http://localhost")).status_code == 200
        assert datetime.fromisoformat(one["date_published"]).tzinfo


def test_a_feed_has_what_its_standard_asks(client: Client) -> None:
    with_history()
    response = client.get("/de/news.atom")
    root = ElementTree.fromstring(response.content)
    assert response.headers["Content-Type"].startswith("application/atom+xml")
    for name in ("id", "title", "updated"):
        assert len(root.findall(f"{ATOM}{name}")) == 1
        assert all(len(one.findall(f"{ATOM}{name}")) == 1 for one in root.iter(f"{ATOM}entry"))
    ids = [one["id"] for one in entries(client)]
    assert len(set(ids)) == len(ids)
    moments = [datetime.fromisoformat(one["updated"]) for one in entries(client)]
    assert moments == sorted(moments, reverse=True)


def test_new_findings_are_told_and_gone_ones_only_counted(client: Client) -> None:
    new, gone = with_history()
    told = entries(client)
    sentences = {one.id: one.sentence("en") for one in findings_of(shared_build())}
    assert any(one["title"] == f"New: {sentences[new]}" for one in told)
    assert not any(sentences[gone] in (one["title"] + one["summary"]) for one in told)
    assert any("1 new, 0 changed, 1 no longer there" in one["summary"] for one in told)
    assert any(one["summary"].startswith("The first audit") for one in told)


def test_an_audit_without_a_history_is_one_piece_of_news(client: Client) -> None:
    assert [one["link"] for one in entries(client)] == ["http://localhost/en/findings/"]


def test_nobody_is_told_twice_for_the_same_tables() -> None:
    build, run = make_build(), {"tables": {"a": "1"}, "built_at": "2026-01-01T00:00:00+00:00"}
    once = next_history(build, run, None, [])
    again = next_history(build, run | {"built_at": "2026-02-01T00:00:00+00:00"}, build, once)
    assert len(once) == len(again) == 1
    assert again[0]["built_at"] == "2026-02-01T00:00:00+00:00"
    assert again[0]["digest"] != once[0]["digest"]
    changed = next_history(build, run | {"tables": {"a": "2"}}, build, again)
    assert [one["new"] for one in changed] == [[], []]
    assert len(changed) == 2


def test_pictures_are_drawn_after_a_feed_was_read(client: Client) -> None:
    assert client.get("/en/news.atom").status_code == 200
    page = client.get("/en/areas/neighbourhood/n08/").content.decode()
    assert '<svg xmlns="http://www.w3.org/2000/svg"' in page
    assert "<ns0:" not in page
