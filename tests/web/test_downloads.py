"""The downloads say in the reader's language what each table holds."""

from __future__ import annotations

from html import unescape

import pytest
from django.test import Client

from convive.app.tables import RESULT_TABLES
from convive.catalogue import find
from convive.catalogue.texts import has_text, languages, say
from factories.addresses import PAGES

pytestmark = pytest.mark.usefixtures("site")


@pytest.mark.parametrize("language", languages())
def test_every_table_is_described_in_the_readers_language(client: Client, language: str) -> None:
    text = unescape(client.get(f"/{language}/downloads/").content.decode())
    for spec in RESULT_TABLES:
        key = f"table.{spec.name}"
        assert has_text(key, language), key
        assert f"<td>{say(key, language)}</td>" in text
        if language != "en":
            assert say(key, language) != say(key, "en")


def test_the_spanish_downloads_describe_the_tables_in_spanish(client: Client) -> None:
    text = unescape(client.get("/es/downloads/").content.decode())
    assert "Todas las fuentes de datos, su calidad" in text
    assert not [spec.name for spec in RESULT_TABLES if spec.about in text]


def test_english_references_are_marked_as_english(client: Client) -> None:
    text = client.get(PAGES["indicator"].replace("/en/", "/es/")).content.decode()
    cited = find.indicator("recorded_total_rate").references
    assert cited
    for one in cited:
        assert f'<li lang="en">{one.cite}</li>' in unescape(text)
