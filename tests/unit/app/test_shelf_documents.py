"""What of entries and cards is searched, and that all of it has a name to show."""

from __future__ import annotations

from datetime import date

from convive.app.shelf.documents import (
    Rank,
    card_document,
    country_names,
    documents_of,
    entry_document,
)
from convive.app.shelf.query import FACETS, ShelfQuery, WhyKind
from convive.catalogue.texts import has_text, languages
from convive.core.shelf.card import Effort, MethodCard
from convive.core.shelf.entry import Experience, ExperienceVerdict, Origin, OriginKind
from convive.core.strategy.practice import PracticeCategory, PracticeYears
from convive.core.strategy.vocabulary import Topic
from factories.shelf_search import entry, everywhere, index_of

CARD = MethodCard(
    id="walk", version=1, status="checked", title={"en": "Exploratory walk"},
    summary={"en": "See a place as those who use it."}, when={"en": "Fear at dusk."},
    not_when={"en": "Never alone."}, steps=({"en": "Invite."},), pitfalls=({"en": "Only noon."},),
    fairness={"en": "Women first."}, rights={"en": "No photographs."},
    effort=Effort(2, 4, {"en": "one coordinator"}), category=PracticeCategory.ASSESSMENT,
    topics=(Topic.PUBLIC_SPACE,), kinds=(), pillars=(), levels=(), sectors=(), instruments=(),
    practices=(), cards=(), convive={"en": "not yet"}, sources=(),
)  # fmt: skip
TOWN = Origin(OriginKind.OWN, "cd" * 32, "Gent", date(2026, 11, 1))


def fields(language: str, **given: object) -> set[tuple[str, str]]:
    document = entry_document(entry("one", {language: "Titel"}, origin=TOWN, **given))
    return {(one.where, one.language) for one in document.passages}


def test_texts_of_a_town_are_in_the_language_of_its_title() -> None:
    assert ("problem", "nl") in fields("nl", problem="Te donker")
    assert ("problem", "en") in fields("en", problem="Too dark")


def test_a_title_that_is_not_translated_is_a_name() -> None:
    document = entry_document(entry("one", everywhere("Nachtvlinder")))
    assert [one.text for one in document.passages if one.rank is Rank.NAME] == ["Nachtvlinder"]
    translated = entry_document(entry("one", {"en": "Night butterfly", "fr": "Papillon de nuit"}))
    assert [one for one in translated.passages if one.rank is Rank.NAME] == []


def test_a_country_is_found_by_its_name_in_every_language() -> None:
    assert country_names("DE")["it"] == "Germania"
    assert set(country_names("EU")) == set(languages())
    assert country_names("no such country") == {}


def test_years_are_found() -> None:
    document = entry_document(entry("one", "One", years=PracticeYears(2014, None)))
    assert [one.text for one in document.passages if one.where == "years"] == ["2014"]


def test_a_card_is_found_by_its_steps_and_narrowed_as_a_card() -> None:
    document = card_document(CARD)
    assert document.ref == "card/walk"
    assert document.facets["form"] == ("card",)
    assert {"title", "summary", "when", "steps", "pitfalls", "rights"} <= {
        one.where for one in document.passages
    }
    assert [one.ref for one in documents_of((entry("a", "A"),), (CARD,))] == [
        "card/walk", "convive/a",
    ]  # fmt: skip


def test_every_facet_is_counted() -> None:
    assert set(entry_document(entry("one", "One")).facets) == set(FACETS)
    assert set(index_of(()).search(ShelfQuery()).facets) == set(FACETS)


def test_every_kind_of_reason_and_every_field_has_a_name() -> None:
    told = Experience(
        "Gent", 2024, None, ExperienceVerdict.WORKED, effect="e", delivered="d", went_wrong="w",
        would_change="c", language="nl",
    )  # fmt: skip
    whole = entry(
        "one", "One", problem="p", mechanism="m", activities="a", resources="r", risk="r",
        transferability="t", end_users="e", cost_benefit="c", sustainability="s", lead="l",
        partners=("p",), success_factors=("s",), barriers=("b",), contradictions=("c",),
        cross_cutting={"cyber": "x"}, aliases=("a",), topics=(Topic.DRUGS,), origin=TOWN,
    )  # fmt: skip
    made = entry_document(type(whole)(whole.practice, TOWN, experiences=(told,)))
    used = {one.where for one in (*made.passages, *card_document(CARD).passages)}
    keys = [f"shelf_field.{one}" for one in used] + [f"shelf_why.{one}" for one in WhyKind]
    assert [key for key in keys if not has_text(key)] == []
