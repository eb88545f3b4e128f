"""The knowledge shelf: find, read, hold against a problem, take into the plan."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from convive.catalogue import find
from convive.catalogue.texts import languages
from convive.core.shelf.entry import Experience, ExperienceVerdict
from convive.core.shelf.grading import Grading, GradingScheme
from convive.web.audit_log.models import Event
from convive.web.roles import Role
from convive.web.shelf.actions import adopt
from convive.web.shelf.selectors import on_shelf
from convive.web.workspace.models import Action, Challenge, Objective, Stakeholder
from convive.web.workspace.selectors.plan import plan_of
from convive.wiring.plans import read_plan, write_plan
from factories.shelf_town import make_pack
from factories.web_objects.accounts import make_account
from factories.web_objects.strategy import (
    make_action,
    make_challenge,
    make_objective,
    make_organisation,
    make_strategy,
)

pytestmark = [pytest.mark.usefixtures("site"), pytest.mark.django_db]

FINDING = "group_difference:ribera"
ENTRY = "convive/a_vos_cotes"
ADOPT = f"/en/work/shelf/entries/{ENTRY}/adopt/"
HOSTILE = (
    '"', "'", "(", "a:b", "title:*", "AND OR NOT", "*", "~2", "^9", "\\", "<script>alert(1)</script>",
    "💥" * 300, "a" * 5000, "%00", "../../etc/passwd", "' OR 1=1 --", "[1 TO 2]", "\t\n\r",
)  # fmt: skip


@pytest.fixture
def editor() -> Client:
    return signed_in(Role.COORDINATOR)


def signed_in(*roles: Role) -> Client:
    client = Client(headers={"host": "localhost"})
    client.force_login(make_account(*roles))
    return client


def text_of(client: Client, address: str) -> str:
    response = client.get(address)
    assert response.status_code == 200, address
    return str(response.content.decode())


# --- find ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("language", languages())
def test_every_page_speaks_every_language(editor: Client, language: str) -> None:
    objective = make_objective()
    code = objective.challenge.strategy.code
    start = reverse("shelf-find", args=(language,))
    for address in (
        start, f"{start}?q=violence&form=card", f"{start}?q=qqqqzzzz", f"{start}cards/",
        f"{start}cards/exploratory_walk/", f"{start}entries/{ENTRY}/",
        f"{start}entries/{ENTRY}/adopt/?objective={objective.pk}",
        f"{start}fit/{code}/findings/{FINDING}/", f"{start}fit/{code}/objectives/o/",
        f"{start}fit/{code}/challenges/c/?band=nearby",
    ):  # fmt: skip
        page = text_of(editor, address)
        missing = re.findall(r"\b(?:shelf|plan)[._][a-z_]+\.[a-z_.]+\b", _words(page))
        assert not missing, (address, missing)


def _words(page: str) -> str:
    return re.sub(r"<[^>]*>", " ", page)


@pytest.mark.parametrize("q", HOSTILE)
def test_hostile_words_find_something_or_nothing(editor: Client, q: str) -> None:
    response = editor.get("/en/work/shelf/", {"q": q})
    assert response.status_code == 200
    assert b"<script>alert" not in response.content


def test_facets_and_pages_that_nothing_has_narrow_nothing(editor: Client) -> None:
    everything = text_of(editor, "/en/work/shelf/")
    odd = text_of(editor, "/en/work/shelf/?topic=nothing&form=%3Cb%3E&unknown=1&page=minus")
    assert _found(odd) == _found(everything) > 200


def _found(page: str) -> int:
    found = re.search(r'id="found-h">([\d,]+) found', page)
    assert found
    return int(found[1].replace(",", ""))


def test_a_chip_takes_back_what_was_chosen(editor: Client) -> None:
    page = text_of(editor, "/en/work/shelf/?q=bars&form=card&topic=nightlife")
    assert 'href="?q=bars&amp;topic=nightlife"' in page
    assert 'href="?q=bars&amp;form=card"' in page
    assert re.search(r'value="nightlife" id="f-topic-nightlife" checked', page)


def test_every_hit_tells_its_strength_and_why(editor: Client) -> None:
    page = text_of(editor, "/en/work/shelf/?q=mediation&form=practice")
    hits = page.count("<h3>")
    assert hits
    assert page.count('class="why"') == page.count('class="strength') == hits


def test_what_scores_persons_is_told_so_or_left_out(editor: Client) -> None:
    page = text_of(editor, "/en/work/shelf/?q=viogen")
    assert "It scores or flags persons: for information only" in page
    assert "It scores or flags persons" not in text_of(
        editor, "/en/work/shelf/?q=viogen&persons=no"
    )


def test_pages_ask_few_queries(editor: Client, django_assert_max_num_queries: Any) -> None:
    objective = make_objective()
    fit = f"/en/work/shelf/fit/{objective.challenge.strategy.code}"
    editor.get("/en/work/shelf/")
    for address, most in (
        ("/en/work/shelf/?q=night", 8), ("/en/work/shelf/cards/", 8),
        (f"/en/work/shelf/entries/{ENTRY}/", 8), (f"{fit}/objectives/o/", 20),
        (f"{fit}/findings/{FINDING}/", 20),
    ):  # fmt: skip
        with django_assert_max_num_queries(most):
            text_of(editor, address)


# --- read ----------------------------------------------------------------------------------------


def test_texts_in_another_language_say_so(editor: Client) -> None:
    english = text_of(editor, f"/en/work/shelf/entries/{ENTRY}/")
    assert 'lang="en">Noise' not in english
    german = text_of(editor, f"/de/work/shelf/entries/{ENTRY}/")
    assert '<span lang="en">Noise, drug dealing and begging in neighbourhoods.</span>' in german
    assert "in ihrer eigenen Sprache: Englisch" in german


def test_what_is_not_told_is_named(editor: Client) -> None:
    page = text_of(editor, f"/en/work/shelf/entries/{ENTRY}/")
    untold = page[page.index('id="p-untold"') :][:400]
    assert "What it took" in untold
    assert "The problem" not in untold


def test_an_own_entry_tells_failures_and_grades_side_by_side(
    editor: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    entry = on_shelf.entries_now()[ENTRY]
    told = Experience(
        "Ribera", 2024, None, ExperienceVerdict.HARMFUL, effect="<b>More</b> fear",
        went_wrong="Nobody had asked.", language="en",
    )  # fmt: skip
    grades = tuple(
        Grading(GradingScheme.EMMIE, "effect", grade, by, None, "The evaluation of 2025")
        for grade, by in (("1", "Ribera"), ("3", "A university"))
    )
    changed = replace(entry, experiences=(told,), gradings=grades)
    monkeypatch.setattr("convive.web.shelf.views.entry.find_entry", lambda *_: changed)
    page = text_of(editor, f"/en/work/shelf/entries/{ENTRY}/")
    assert "Things got worse" in page
    assert "&lt;b&gt;More&lt;/b&gt; fear" in page
    assert "different grades" in page
    assert page.index("A university") > page.index("How it was judged")


@pytest.mark.parametrize("role", [Role.READER, Role.PARTNER, Role.ELECTED, Role.DATA_PROTECTION])
def test_readers_read_and_take_nothing_into_the_plan(role: Role) -> None:
    reader = signed_in(role)
    objective = make_objective()
    assert "Take into the plan" not in text_of(reader, f"/en/work/shelf/entries/{ENTRY}/")
    fit = f"/en/work/shelf/fit/{objective.challenge.strategy.code}/objectives/o/"
    assert reader.get(fit).status_code == 403
    assert reader.post(ADOPT, {"objective": objective.pk}).status_code == 403
    assert not Action.objects.exists()


def test_every_card_and_entry_has_a_page(editor: Client) -> None:
    for card in find.cards()[::6]:
        text_of(editor, f"/fr/work/shelf/cards/{card.id}/")
    for ref in list(on_shelf.entries_now())[::12]:
        text_of(editor, f"/nl/work/shelf/entries/{ref}/")


# --- fit -----------------------------------------------------------------------------------------


def test_candidates_stand_in_bands_with_reasons(editor: Client) -> None:
    strategy = make_strategy()
    page = text_of(editor, f"/en/work/shelf/fit/{strategy.code}/findings/{FINDING}/")
    assert page.index('class="band speaks_to_it"') < page.index('class="band with_care"')
    for words in ("For</h4>", "Not known</h4>", "What must be true here", "What to ask the town"):
        assert words in page


def test_the_profile_changes_what_speaks_against(editor: Client) -> None:
    strategy = make_strategy()
    address = f"/en/work/shelf/fit/{strategy.code}/findings/{FINDING}/"
    alone = text_of(editor, f"{address}?profile=1&sectors=municipality")
    many = "&".join(f"sectors={one}" for one in ("police", "schools", "housing", "social_services",
                    "justice", "transport", "business", "associations", "region", "state",
                    "research", "health", "youth_work", "planning", "victim_support"))  # fmt: skip
    together = text_of(editor, f"{address}?profile=1&{many}")
    missing = "Partners that took part there are not at hand here"
    assert alone.count(missing) > together.count(missing)
    wrong = text_of(editor, f"{address}?profile=1&residents=-5&budget=lots")
    assert 'class="problems"' in wrong


def test_a_finding_that_calls_for_nothing_offers_nothing(editor: Client) -> None:
    page = text_of(editor, f"/en/work/shelf/fit/{make_strategy().code}/findings/trend_fall:ribera/")
    assert "This finding calls for no practice" in page
    assert 'class="candidate"' not in page


def test_pages_of_the_plan_lead_to_the_shelf(editor: Client) -> None:
    make_objective()
    start = "/en/work/strategies/s/"
    for part, target in (
        ("objectives/o/", "objectives/o/"), ("challenges/c/", "challenges/c/"),
        (f"findings/{FINDING}/", f"findings/{FINDING}/"),
    ):  # fmt: skip
        assert f'href="/en/work/shelf/fit/s/{target}"' in text_of(editor, start + part)


# --- adopt ---------------------------------------------------------------------------------------


def test_one_click_makes_an_action_with_target_partners_and_source(editor: Client) -> None:
    for code, sector in (("police", "police"), ("care", "social_services"), ("bus", "transport")):
        make_organisation(code, sector=sector)
    make_organisation("gone", sector="associations", is_active=False)
    objective = make_objective()
    sent = {"objective": objective.pk, "strategy": "s", "finding": FINDING}
    response = editor.post(ADOPT, sent)
    made = Action.objects.get()
    assert response.headers["Location"] == f"/en/work/strategies/s/actions/{made.code}/"
    assert (made.state, made.shelf_ref, made.objective) == ("idea", ENTRY, objective)
    assert {one.code for one in made.partners.all()} == {"police", "care"}
    target = made.targets.get()
    assert (target.indicator_id, target.direction) == ("unsafe_dark_share", "down")
    assert target.baseline["status"] == "shown"
    assert [one.finding_id for one in made.evidence.all()] == [FINDING]
    assert made.logic["problem"].startswith("Noise")
    assert "Groups, never names" in made.logic["outputs"]
    assert "It is at work in the whole town" in made.logic["outcomes"]
    assert any("wrong way" in one.text for one in made.risks.all())
    assert made.milestones.count() == 4
    page = text_of(editor, response.headers["Location"])
    assert f'href="/en/work/shelf/entries/{ENTRY}/"' in page
    assert "Not told by the source" in page


def adopted(editor: Client, **sent: Any) -> set[str]:
    """Return the partners of what was adopted."""
    editor.post(ADOPT, sent | {"again": "on"})
    return {one.code for one in Action.objects.latest("pk").partners.all()}


def test_where_nothing_tells_organisations_of_a_sector_apart_nobody_is_proposed(
    editor: Client,
) -> None:
    for code in ("care-a", "care-b"):
        make_organisation(code, sector="social_services")
    make_organisation("police", sector="police")
    objective = make_objective()
    response = editor.post(ADOPT, {"objective": objective.pk})
    assert {one.code for one in Action.objects.get().partners.all()} == {"police"}
    page = text_of(editor, response.headers["Location"])
    assert "Not named, since nothing tells them apart" in page
    assert "Care-A and Care-B" in page


def test_who_works_at_the_challenge_already_is_proposed_before_who_works_elsewhere_in_the_plan(
    editor: Client,
) -> None:
    care = {code: make_organisation(code, sector="social_services") for code in ("a", "b", "c")}
    objective = make_objective()
    elsewhere = make_objective(make_challenge(objective.challenge.strategy, code="d"), code="p")
    for n in range(2):
        make_action(elsewhere, code=f"far{n}", lead=care["b"], state="running")
    assert adopted(editor, objective=objective.pk) == {"b"}, "it works in the plan"
    make_action(objective, code="near", lead=care["c"], state="running")
    assert adopted(editor, objective=objective.pk) == {"c"}, "it works at the challenge"


def test_who_is_missing_from_the_partnership_stands_behind_who_steers_it(editor: Client) -> None:
    care = {code: make_organisation(code, sector="social_services") for code in ("a", "b")}
    Stakeholder.objects.create(organisation=care["a"], part="absent")
    objective = make_objective()
    assert adopted(editor, objective=objective.pk) == {"b"}


def test_partners_that_are_ticked_are_named_and_none_other(editor: Client) -> None:
    made = [make_organisation(code, sector="social_services") for code in ("a", "b")]
    make_organisation("police", sector="police")
    make_organisation("bus", sector="transport")
    objective = make_objective()
    page = text_of(editor, f"{ADOPT}?objective={objective.pk}")
    ticked = re.findall(r'name="partners" value="(\d+)"[^>]*checked', page)
    assert len(ticked) == 1, "the police is the only one of its sector"
    assert page.count('name="partners"') == 3, "no bus"
    sent = {"objective": objective.pk, "can_choose": "True"}
    assert adopted(editor, **sent, partners=[made[1].pk]) == {"b"}
    assert adopted(editor, **sent) == set(), "nobody ticked means nobody"


def test_an_organisation_of_another_sector_cannot_be_slipped_in(editor: Client) -> None:
    make_organisation("police", sector="police")
    bus = make_organisation("bus", sector="transport")
    objective = make_objective()
    sent = {"objective": objective.pk, "can_choose": "True", "partners": [bus.pk]}
    assert editor.post(ADOPT, sent).status_code == 200
    assert not Action.objects.exists()


def test_a_finding_that_is_not_in_the_plan_brings_challenge_and_objective(editor: Client) -> None:
    make_strategy()
    editor.post(ADOPT, {"strategy": "s", "finding": FINDING})
    assert Challenge.objects.get().findings.get().finding_id == FINDING
    assert (
        Objective.objects.get().title == "Lower than at the start (Ribera): Feel unsafe after dark"
    )
    assert Action.objects.get().objective == Objective.objects.get()


def test_twice_for_one_objective_is_asked_first(editor: Client) -> None:
    objective = make_objective()
    editor.post(ADOPT, {"objective": objective.pk})
    again = editor.post(ADOPT, {"objective": objective.pk})
    assert "Nothing was added" in again.content.decode()
    assert 'type="checkbox" name="again"' in again.content.decode()
    assert Action.objects.count() == 1
    editor.post(ADOPT, {"objective": objective.pk, "again": "on"})
    assert Action.objects.count() == 2


def test_what_a_town_cannot_do_is_refused_with_what_to_do_instead(editor: Client) -> None:
    objective = make_objective()
    address = "/en/work/shelf/entries/convive/viogen/adopt/"
    for response in (editor.get(address), editor.post(address, {"objective": objective.pk})):
        assert "scores or flags persons, and Convive takes on nothing" in response.content.decode()
    assert not Action.objects.exists()


def test_nothing_goes_into_a_closed_plan(editor: Client) -> None:
    closed = make_objective(make_challenge(make_strategy(state="closed")))
    response = editor.post(ADOPT, {"objective": closed.pk, "strategy": "s", "finding": FINDING})
    assert response.status_code == 200
    assert not Action.objects.exists()


def test_without_its_event_nothing_is_adopted(
    editor: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    objective = make_objective()

    def broken(*_: Any, **__: Any) -> None:
        raise RuntimeError

    monkeypatch.setattr(adopt, "record", broken)
    with pytest.raises(RuntimeError):
        editor.post(ADOPT, {"objective": objective.pk})
    assert not Action.objects.exists()
    monkeypatch.undo()
    editor.post(ADOPT, {"objective": objective.pk})
    assert Event.objects.filter(verb="shelf.entry_adopted").count() == 1


@pytest.mark.parametrize("kind", ["json", "xlsx"])
def test_a_plan_file_keeps_where_an_action_comes_from(editor: Client, kind: str) -> None:
    objective = make_objective()
    editor.post(ADOPT, {"objective": objective.pk})
    plan = plan_of(objective.challenge.strategy)
    read = read_plan(write_plan(plan, kind, "en"), f"plan.{kind}")  # type: ignore[arg-type]
    assert [one.shelf_ref for _, _, one in read.actions()] == [ENTRY]


# --- a town's own words --------------------------------------------------------------------------


@pytest.fixture
def pack(settings: Any, tmp_path: Path) -> Path:
    """The pack of the site, with a folder for words of its own."""
    (tmp_path / "words").mkdir()
    return make_pack(settings, tmp_path)


WORDS = """\
id: our_town
version: 1
status: draft
more_words:
  - concept: exploratory_walk
    words:
      en: moonwalkers of the mill
"""


def test_a_town_finds_by_words_of_its_own(editor: Client, pack: Path) -> None:
    address = "/en/work/shelf/?q=moonwalkers+of+the+mill"
    assert "Exploratory walk" not in text_of(editor, address)
    (pack / "words" / "our_town.yaml").write_text(WORDS, encoding="utf-8")
    assert "Exploratory walk" in text_of(editor, address), "without a restart"


def test_a_mistake_in_the_towns_words_stops_no_search_and_is_told_to_editors(
    editor: Client, pack: Path
) -> None:
    (pack / "words" / "our_town.yaml").write_text(
        WORDS.replace("exploratory_walk", "nonsense"), encoding="utf-8"
    )
    page = text_of(editor, "/en/work/shelf/?q=exploratory+walk")
    assert "Exploratory walk" in page
    assert "own words do not count" in page
    assert "our_town.yaml" in page
    assert "our_town.yaml" not in text_of(signed_in(Role.READER), "/en/work/shelf/")
