"""A resident asks: is it getting worse where I live, and what is being done?"""

from __future__ import annotations

import json
import re
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from tools import accessibility

from convive.catalogue.directions import direction_of
from convive.core.model import Certainty, Face
from convive.core.strategy.lights import standings_of
from convive.core.strategy.model import KeptFinding, Plan, Spot
from convive.web.observatory import added_parts, selectors
from convive.web.observatory.current import Site
from convive.web.observatory.presenters import neighbourhood
from convive.web.observatory.presenters.areas import MOST_OFFERED, names_to_offer, only_match
from convive.web.observatory.views import pages
from convive.web.workspace.public_snapshot import PeopleRule, snapshot_of
from convive.web.workspace.published_plan import write_published
from factories.town_plan import town_plan

MOLINO = "/en/areas/neighbourhood/n08/"
TODAY = date(2026, 11, 1)


pytestmark = pytest.mark.usefixtures("site", "folder")


@pytest.fixture
def folder(settings: Any, tmp_path: Path) -> Path:
    """An empty folder, into which the town publishes its plan."""
    settings.MEDIA_ROOT = settings.CONVIVE_WORKSPACE = str(tmp_path)
    return tmp_path


def body(client: Client, address: str) -> str:
    response = client.get(address)
    assert response.status_code == 200, address
    return response.content.decode()


def section(text: str, heading: str) -> str:
    """Return the section under a heading, from the heading's id to the end of the section."""
    return text.split(f'id="{heading}"')[1].split("</section>", maxsplit=1)[0]


def publish(site: Site, plan: Plan, decided: dict[str, date] | None = None) -> None:
    """Publish without a database: what residents see is this file alone."""
    rule = PeopleRule(site.build.city.disclosure, TODAY)
    write_published(
        snapshot_of(
            plan, standings=standings_of(plan, today=TODAY), rule=rule,
            decided=decided or {}, language="en",
        )
    )  # fmt: skip


def plan_for(site: Site, area_id: str, *, with_findings: bool = True) -> Plan:
    """Return the town's plan: the lights in an area, its challenge for what was found there."""
    rows = [row for row in selectors.list_findings(site) if row["area_id"] == area_id]
    kept = tuple(
        KeptFinding(
            row["finding_id"], row["code"], row["params"], Certainty(row["certainty"]),
            row["level"], row["area_id"], "", tuple(Face(one) for one in row["faces"]),
            tuple(row["indicator_ids"]), date(2026, 1, 10), "b" * 64,
        )
        for row in rows
    ) if with_findings else ()  # fmt: skip
    plan = town_plan()
    station, *others = plan.challenges
    aim = station.objectives[0]
    lights = replace(aim.actions[0], spots=(Spot("neighbourhood", area_id, "Here"),))
    station = replace(
        station, findings=kept, objectives=(replace(aim, actions=(lights, *aim.actions[1:])),)
    )
    return replace(plan, challenges=(station, *others))


# --- is it getting worse? ------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("verdict", "is_lower_better", "found"),
    [
        ("clear_rise", True, "worse"),
        ("clear_rise", False, "better"),
        ("clear_fall", True, "better"),
        ("likely_fall", True, "likely_better"),
        ("likely_rise", True, "likely_worse"),
        ("no_clear_change", True, "same"),
        ("no_clear_change", None, "same"),
        ("clear_rise", None, "cannot"),
        ("cannot_tell", True, "cannot"),
        ("", True, "cannot"),
    ],
)
def test_worse_is_said_only_where_it_is_known_what_would_be_better(
    verdict: str, is_lower_better: bool | None, found: str
) -> None:
    assert neighbourhood.direction(verdict, is_lower_better=is_lower_better) == found


def test_the_page_says_what_changed_and_what_did_not(client: Client) -> None:
    told = section(body(client, MOLINO), "changed-h")
    felt = told.split("<b>Felt</b>")[1].split("</li>")[0]
    assert ">worse</span>" in felt
    assert "+2.2 points" in felt
    assert told.count(">no clear change</span>") == 2
    assert ">we cannot tell</span>" in told.split("<b>Observed</b>")[1]
    assert told.count("Compared:") == 1, "the same for all faces, so said once"


def test_what_is_hidden_is_not_called_unmeasured(client: Client) -> None:
    told = section(body(client, "/en/areas/neighbourhood/n12/"), "changed-h")
    assert "too few figures can be compared" in told
    assert "no clear change" not in told


def test_a_face_that_was_measured_once_is_among_what_is_not_known(client: Client) -> None:
    assert "Whether this has changed: Street observation score." in section(
        body(client, MOLINO), "unknown-h"
    )


def test_an_area_with_too_few_answers_says_so_and_shows_no_zero(client: Client) -> None:
    unknown = section(body(client, "/en/areas/neighbourhood/n12/"), "unknown-h")
    assert "Felt: Not shown:" in unknown
    assert "figures are not shown here; the table says why" in unknown


@pytest.mark.parametrize("heading", ["changed-h", "faces-h", "done-h", "unknown-h", "context-h"])
@pytest.mark.parametrize(
    "address", [MOLINO, "/de/areas/neighbourhood/n12/", "/fr/areas/district/d1/"]
)
def test_what_must_stand_on_every_area_stands_there(
    client: Client, address: str, heading: str
) -> None:
    assert f'id="{heading}"' in body(client, address)


# --- when, for whom ------------------------------------------------------------------------------


def week(value: float | None = 1.0) -> list[dict[str, Any]]:
    return [
        {"weekday": day, "hour": hour, "expected_count": value}
        for day in range(1, 8) for hour in range(24)
    ]  # fmt: skip


def test_an_even_week_is_four_quarters() -> None:
    told = neighbourhood.when_it_happens(week(), "en")
    assert "25 fall between midnight and 6" in told
    assert "Saturday and Sunday together have 29" in told


@pytest.mark.parametrize("rows", [week()[1:], week(None), [*week()[1:], week(None)[0]], week(0.0)])
def test_no_sum_is_told_from_which_a_hidden_hour_could_be_worked_out(rows: Any) -> None:
    assert neighbourhood.when_it_happens(rows, "en") == ""


def test_one_group_alone_is_not_told() -> None:
    row = {
        "dimension": "sex",
        "group": "female",
        "value": 35.0,
        "unit": "percent",
        "status": "shown",
    }
    hidden = row | {"group": "male", "value": None, "status": "suppressed"}
    other = row | {"group": "male", "value": 18.0}
    assert neighbourhood.group_lines({"unsafe_dark_share": [row, hidden]}, "en") == []
    (line,) = neighbourhood.group_lines({"unsafe_dark_share": [row, other]}, "en")
    assert line["told"] == "women 35%, men 18%"


# --- what is being done --------------------------------------------------------------------------


def test_without_a_plan_the_page_says_that_it_cannot_tell(client: Client) -> None:
    text = body(client, MOLINO)
    assert "The town has published no plan" in section(text, "done-h")
    assert 'id="said-h"' not in text
    assert "Lighting of the passages" in section(text, "tried-h")


def test_what_is_done_here_and_what_answers_what_people_said(client: Client, site: Site) -> None:
    publish(site, plan_for(site, "n08"))
    text = body(client, MOLINO)
    done, said = section(text, "done-h"), section(text, "said-h")
    assert 'href="/en/plan/lights/"' in done
    assert "3 actions of the plan name no area." in done
    assert "people feel much less safe here" in said
    assert 'href="/en/plan/mediators/"' in said
    assert "Not in the plan yet" not in said
    assert "secret idea" not in text


def test_what_people_said_and_no_plan_takes_up_is_told_too(client: Client, site: Site) -> None:
    publish(site, plan_for(site, "n08", with_findings=False))
    said = section(body(client, MOLINO), "said-h")
    assert "people feel much less safe here" in said
    assert "Not in the plan yet" in said


def test_another_area_has_nothing_of_it(client: Client, site: Site) -> None:
    publish(site, plan_for(site, "n08"))
    text = body(client, "/en/areas/neighbourhood/n01/")
    assert "names no action for this area" in section(text, "done-h")
    assert "stands out clearly enough" in section(text, "said-h")


def test_the_district_around_it_shows_what_is_done_inside(client: Client, site: Site) -> None:
    publish(site, plan_for(site, "n08"))
    parent = selectors.get_area(site, "neighbourhood", "n08")
    assert parent
    assert "/en/plan/lights/" in body(client, f"/en/areas/district/{parent['parent_id']}/")


def test_records_alone_are_nobodys_word(client: Client, site: Site) -> None:
    publish(site, plan_for(site, "n06"))
    text = body(client, "/en/areas/neighbourhood/n06/")
    assert "/en/plan/lights/" in section(text, "done-h")
    assert "stands out clearly enough" in section(text, "said-h")


def test_a_plan_of_before_names_no_areas_and_is_still_shown(client: Client, site: Site) -> None:
    plan = plan_for(site, "n08")
    rule = PeopleRule(site.build.city.disclosure, TODAY)
    old = snapshot_of(plan, standings={}, rule=rule, decided={}, language="en")
    for challenge in old["challenges"]:
        for objective in challenge["objectives"]:
            for action in objective["actions"]:
                del action["areas"]
    write_published(old)
    assert "names no action for this area" in section(body(client, MOLINO), "done-h")


def test_the_page_changes_when_the_plan_is_published(client: Client, site: Site) -> None:
    before = client.get(MOLINO).headers["ETag"]
    publish(site, plan_for(site, "n08"))
    again = client.get(MOLINO, headers={"If-None-Match": before})
    assert again.status_code == 200
    assert "/en/plan/lights/" in again.content.decode()


def test_a_part_that_has_nothing_to_say_is_not_there() -> None:
    asked = added_parts.AreaAsked("neighbourhood", "n08", frozenset(), (), "en")
    assert added_parts.added_parts(asked) == []


# --- found by name -------------------------------------------------------------------------------


@pytest.mark.parametrize("typed", ["Molino", "molino", "estacion", "Estación"])
def test_a_name_leads_straight_to_the_area(client: Client, typed: str) -> None:
    response = client.get("/en/areas/", {"q": typed, "go": "1"})
    assert response.status_code == 302
    assert response.headers["Location"].startswith("/en/areas/neighbourhood/n0")


def test_a_name_that_fits_several_areas_lists_them(client: Client) -> None:
    response = client.get("/en/areas/", {"q": "r", "go": "1"})
    assert response.status_code == 200
    assert response.content.decode().count('class="strong" href="/en/areas/neighbourhood/') > 1


def test_the_name_of_a_district_is_found_as_well(client: Client, site: Site) -> None:
    name = str(selectors.list_areas(site, "district")[0]["name"])
    response = client.get("/en/areas/", {"q": name, "go": "1"})
    assert response.headers["Location"].startswith("/en/areas/district/")


@pytest.mark.parametrize("typed", ["nowhere at all", "", "<script>", "%00", "x" * 5000])
def test_what_fits_nothing_is_answered_with_a_page(client: Client, typed: str) -> None:
    text = body(client, f"/en/areas/?go=1&q={typed}")
    assert "<script>" not in text.split("<main")[1]


def test_the_exact_name_goes_before_names_that_hold_it() -> None:
    near = [{"name": "Centro"}, {"name": "Centro Sur"}]
    assert only_match(near, "centro") == {"name": "Centro"}
    assert only_match(near, "centr") is None
    assert only_match(near[:1], "") is None


def test_names_are_offered_while_they_weigh_little(client: Client) -> None:
    assert '<option value="Molino">' in body(client, "/en/")
    assert names_to_offer([{"name": str(n)} for n in range(MOST_OFFERED + 1)]) == []


# --- languages -----------------------------------------------------------------------------------


def test_the_direction_of_a_page_is_that_of_its_language(client: Client) -> None:
    assert '<html lang="de" dir="ltr"' in body(client, "/de/")
    assert [direction_of(one) for one in ("ar", "fa-AF", "he", "pt", "en")] == ["rtl"] * 3 + [
        "ltr"
    ] * 2


def test_the_other_language_keeps_the_place(client: Client) -> None:
    text = body(client, "/en/areas/?q=mol&within=district/d2")
    assert 'href="/fr/areas/?q=mol&amp;within=district/d2"' in text


# --- the accessibility statement -----------------------------------------------------------------


def test_the_statement_tells_what_the_checks_found(
    client: Client, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    junit = tmp_path / "junit.xml"
    cases = "".join(
        f'<testcase name="{name}[front]">{inner}</testcase>'
        for name, inner in (
            (accessibility.CHECKS["rules"][0], ""),
            (accessibility.CHECKS["rules"][0], "<failure/>"),
            (accessibility.CHECKS["keyboard"][0], "<skipped/>"),
            ("test_of_something_else", "<failure/>"),
        )
    )
    junit.write_text(f'<t><testsuite timestamp="2026-11-21T22:00:00">{cases}</testsuite></t>')
    found = accessibility.read_results(junit)
    counts = {
        one["check"]: (one["passed"], one["failed"], one["not_run"]) for one in found["checks"]
    }
    assert counts["rules"] == (1, 1, len(accessibility.CHECKS["rules"]) - 1)
    assert counts["keyboard"] == (0, 0, len(accessibility.CHECKS["keyboard"]))
    assert counts["growing"] == (0, 0, len(accessibility.CHECKS["growing"]))
    kept = tmp_path / "results.json"
    kept.write_text(json.dumps(found))
    monkeypatch.setattr(pages, "RESULTS", kept)
    told = body(client, "/en/accessibility/").split('id="results-h"')[1]
    assert "Automatic checks of 21 November 2026" in told
    lines = dict(re.findall(r"<th scope=.row.>([0-9.]+) .*?data-label=.Result.>(.*?)</td>", told))
    assert len(lines) == 55
    assert "a check failed" in lines["1.4.3"], "one of two checks of it failed"
    assert "not checked" in lines["2.1.1"], "it was left out"
    assert "does not apply" in lines["1.2.4"]
    assert "seen by the developers on 22 November 2026" in lines["1.4.1"]
    assert "partly met" in lines["2.5.7"]
    assert '<td class="r" data-label="Failed">1</td>' in told


def test_the_statement_names_tests_that_are_there() -> None:
    folder = Path(__file__).resolve().parents[1]
    text = "".join((folder / f"{one}.py").read_text() for one in accessibility.FILES)
    for name in (one for tests in accessibility.CHECKS.values() for one in tests):
        assert f"def {name}(" in text, name


def test_the_results_that_are_published_are_those_of_every_check() -> None:
    found = json.loads(accessibility.RESULTS.read_text(encoding="utf-8"))
    assert [one["check"] for one in found["checks"]] == list(accessibility.CHECKS)
    assert all(one["passed"] + one["failed"] for one in found["checks"]), "each was tried"
