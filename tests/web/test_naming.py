"""Every kind of public page: links, headings and fields are told apart; one thing has one name.

WCAG 2.2, 2.4.4, 2.4.6 and 3.2.4, as far as a program can tell; pages are read as they are sent.
"""

from __future__ import annotations

import os
import re
from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Any
from urllib.parse import urljoin

import pytest
from lxml import html

from convive.catalogue.texts import languages, say
from factories.public_pages import PublicPage, rendered, town_on_show

pytestmark = pytest.mark.django_db
EVERY_LANGUAGE = bool(os.environ.get("CONVIVE_EVERY_LANGUAGE"))
IN = languages() if EVERY_LANGUAGE else ("en", "fr")
HEADINGS = ("h1", "h2", "h3", "h4", "h5", "h6")
BARE = {"en": {"more", "here", "read more", "click here", "details"}, "it": {"qui", "altro"},
        "fr": {"ici", "plus", "lire la suite"}, "es": {"aquí", "más"}, "pt": {"aqui", "mais"},
        "de": {"hier", "mehr"}, "nl": {"hier", "meer"}}  # fmt: skip
TITLE = "Ribera: safe and together"
"""What the town calls its plan: in the plan itself the way back has that name."""


@dataclass(frozen=True)
class Read:
    """A page, read as a tree without what is not shown until a script asks for it."""

    page: PublicPage

    @cached_property
    def root(self) -> Any:
        found = html.fromstring(self.page.html)
        for element in found.xpath("//*[@hidden] | //template | //svg//title"):
            element.getparent().remove(element)
        return found

    def named(self, element: Any) -> str:
        """Return what an element is called for whoever does not see the page."""
        if told := element.get("aria-label"):
            return str(told).strip()
        ids = (element.get("aria-labelledby") or "").split()
        if ids:
            return " ".join(words_in(self.root.get_element_by_id(one)) for one in ids)
        pictures = " ".join(one.get("alt") or "" for one in element.iter("img"))
        return f"{words_in(element)} {pictures}".strip()

    def links(self) -> Iterator[tuple[str, str, Any]]:
        """Yield target, name and element of each link."""
        for element in self.root.iter("a"):
            if element.get("href"):
                yield urljoin(self.page.path, element.get("href")), self.named(element), element

    def headings(self) -> Iterator[tuple[tuple[str, ...], str]]:
        """Yield each heading with those that it stands under."""
        above: list[tuple[str, str]] = []
        for element in self.root.iter(*HEADINGS):
            above = [one for one in above if one[0] < element.tag]
            yield tuple(text for _, text in above), words_in(element)
            above.append((element.tag, words_in(element)))

    def fields(self) -> Iterator[tuple[tuple[str, ...], str]]:
        """Yield each field with its name, and the names of the groups that it stands in."""
        for element in self.root.iter("input", "select", "textarea"):
            if element.get("type") == "hidden":
                continue
            labels = self.root.xpath("//label[@for=$id]", id=element.get("id") or "-")
            around = [*labels, *element.iterancestors("label")]
            name = self.named(element) or " ".join(map(words_in, around))
            groups = [words_in(one.find("legend")) for one in element.iterancestors("fieldset")]
            rounds = [self.named(one) for one in element.iterancestors("details")]
            yield (*groups, *rounds), name


def words_in(element: Any) -> str:
    return "" if element is None else " ".join(element.text_content().split())


@pytest.fixture(scope="module")
def shown(
    tmp_path_factory: pytest.TempPathFactory,
    django_db_setup: None,  # noqa: ARG001
    django_db_blocker: Any,
) -> list[Read]:
    with django_db_blocker.unblock(), town_on_show(tmp_path_factory.mktemp("shown")) as town:
        return [Read(page) for page in rendered(town, IN)]


def test_links_say_where_they_lead(shown: list[Read]) -> None:
    """On one page a text leads to one place, and none is empty or says only "here"."""
    faults = []
    for read in shown:
        page, places = read.page, defaultdict(set)
        for target, name, _ in read.links():
            places[name].add(target)
        bare = {name for name in places if not name or name.casefold() in BARE[page.language]}
        many = {name for name, targets in places.items() if len(targets) > 1}
        faults += [(page.name, page.language, name) for name in sorted(bare | many)]
    assert faults == []


def test_headings_and_fields_are_told_apart(shown: list[Read]) -> None:
    """No two under one heading or in one group are called the same, and none is empty."""
    faults = []
    for read in shown:
        for found in (read.headings(), read.fields()):
            counted = Counter(found)
            faults += [
                (read.page.name, read.page.language, *one)
                for one, n in counted.items()
                if n > 1 or not one[1]
            ]
    assert faults == []


def test_a_page_of_the_menu_is_called_the_same_everywhere(shown: list[Read]) -> None:
    """Menu and foot have the same names on all pages, and links in the text hold that name."""
    called: dict[str, set[str]] = defaultdict(set)
    for read in shown:
        for target, name, element in read.links():
            if element.xpath("ancestor::nav[contains(@class, 'main-nav')] | ancestor::footer"):
                called[target].add(name)
    assert {target: names for target, names in called.items() if len(names) > 1} == {}
    menu = {target: next(iter(names)) for target, names in called.items() if "/work/" not in target}
    assert len(menu) >= 10 * len(IN)
    other = {
        (menu[target], name)
        for read in shown
        for target, name, element in read.links()
        if target in menu and element.xpath("ancestor::main") and not is_same(menu[target], name)
    }
    told = {(say("web.nav.overview", one), say("fill.thanks.observatory", one)) for one in IN}
    plans = {(name, TITLE) for name in menu.values()}
    assert other - told - plans == set()


def is_same(name: str, said: str) -> bool:
    """Tell whether a link says the name of a page, with more words around it or fewer."""
    words, others = (set(re.split(r"[\s’]+", text.casefold())) for text in (name, said))
    return bool(words & others)


def test_a_button_that_does_the_same_is_called_the_same(shown: list[Read]) -> None:
    called: dict[tuple[str, ...], set[str]] = defaultdict(set)
    for read in shown:
        for one in read.root.iter("button"):
            does = one.get("name"), one.get("value")
            if all(does) and not one.get("lang") and does[1] not in {"send", "next"}:
                called[(read.page.language, *does)].add(read.named(one))
    assert called
    assert {does: names for does, names in called.items() if len(names) > 1} == {}
