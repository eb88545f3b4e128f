"""What the diagnosis says, and what it must not say."""

from __future__ import annotations

import dataclasses
import json
from typing import Any

import pytest

from convive.catalogue.texts import PLACEHOLDER, languages, must_say, placeholders, say, texts_of
from convive.core.diagnosis import certainty_of_q
from convive.core.model import Certainty, Face, Finding
from factories.diagnosis import AREAS, CITY, Tables, effect, face, findings_of, gap, planted, trend

CODES = sorted(
    {k.split(".")[1] for k in texts_of("en") if k.startswith("finding.") and k.count(".") == 1}
)
TESTED = (
    "trend_", "area_above", "areas_above", "areas_below", "gap_", "group_difference", "worse_at_night", "rater_bias",
    "intervention_worked", "intervention_harmful", "recording_break_found",
)  # fmt: skip


def only(tables: Tables, *names: str) -> Tables:
    return {name: tables[name] for name in ("areas", *names)}


def codes(found: tuple[Finding, ...]) -> list[str]:
    return [finding.code for finding in found]


@pytest.fixture(scope="module")
def everything() -> tuple[Finding, ...]:
    return findings_of(planted())


def test_every_planted_kind_is_found_and_every_kind_has_a_text(
    everything: tuple[Finding, ...],
) -> None:
    assert sorted(set(codes(everything))) == CODES


@pytest.mark.parametrize("language", languages())
def test_every_finding_speaks_every_language(
    everything: tuple[Finding, ...], language: str
) -> None:
    for finding in everything:
        for form in ("", ".short", ".detail"):
            params = json.loads(json.dumps(dict(finding.params)))  # as it is stored
            said = must_say(f"finding.{finding.code}{form}", language, **params)
            assert not set(said) & set("{}"), said
            assert "–" not in said.split(), said
            assert not [k for k in ("phrase.", "group.", "facenoun.", "missing.") if k in said], (
                said
            )
        for caveat in finding.caveats:
            must_say(f"caveat.{caveat}", language)


def test_sentences_read_as_people_speak(everything: tuple[Finding, ...]) -> None:
    told = {f.code: say(f"finding.{f.code}", "en", **f.params) for f in reversed(everything)}
    assert told["gap_felt_above_recorded"] == (
        "Area 05: people feel much less safe here than the records would suggest."
    )
    assert told["intervention_worked"] == (
        "Plan lamps: it worked. The number of recorded burglaries fell more there than in the "
        "areas compared."
    )
    assert "The number of recorded burglaries has clearly fallen in the city." in {
        say(f"finding.{f.code}", "en", **f.params) for f in everything if f.code == "trend_fall"
    }
    assert told["recording_break_found"].startswith("Around July 2023 the recorded figures drop")


def test_without_any_difference_nothing_tested_is_said() -> None:
    tables = planted()
    for name in ("trends", "faces", "gaps", "raters", "contrasts", "breaks", "effects"):
        for row in tables[name]:
            row["q"] = 0.0501
            if name == "breaks":
                row["is_declared"] = False
    found = findings_of(tables)
    assert [f.code for f in found if f.code.startswith(TESTED)] == []
    assert all(f.q is None for f in found)
    # a plan that "worked" in its own row alone is not called so
    assert "intervention_cannot_tell" in codes(found)


@pytest.mark.parametrize("status", ["suppressed", "unavailable"])
def test_rows_that_are_not_shown_are_never_spoken_of(status: str) -> None:
    tables = planted()
    for name in (
        "trends",
        "faces",
        "gaps",
        "contrasts",
        "effects",
        "estimates",
        "profiles",
        "index",
    ):
        for row in tables[name]:
            row["status"] = status
    left = set(codes(findings_of(tables)))
    assert left == {
        "recording_break_declared", "recording_break_found", "rater_bias", "rates_reproduced",
        "rates_differ", "survey_is_reference", "quality_doubtful", "data_gap",
    }  # fmt: skip


def test_empty_tables_give_no_finding() -> None:
    assert findings_of({}) == ()


def test_ids_are_stable_and_unique_whatever_the_order_of_rows(
    everything: tuple[Finding, ...],
) -> None:
    turned = {name: list(reversed(rows)) for name, rows in planted().items()}
    again = findings_of(turned)
    assert [f.id for f in again] == [f.id for f in everything]
    assert len({f.id for f in everything}) == len(everything)
    # a new figure does not change who a finding is
    tables = planted()
    tables["trends"][0]["change_percent"] = -21.0
    assert {f.id for f in findings_of(tables)} == {f.id for f in everything}


def test_tested_findings_carry_their_q_and_descriptions_say_that_they_are_not_tested(
    everything: tuple[Finding, ...],
) -> None:
    for finding in everything:
        if finding.code.startswith(TESTED):
            assert finding.q is not None
            assert finding.q <= 0.05
        elif finding.code in {
            "index_lowest_band",
            "repeat_concentration",
            "concentration_of_places",
        }:
            assert finding.q is None
            assert finding.certainty == Certainty.TENTATIVE
            assert "untested" in finding.caveats


def test_certainty_follows_q_and_loses_a_step_on_a_doubtful_source() -> None:
    assert certainty_of_q(0.01) == Certainty.STRONG
    assert certainty_of_q(0.011) == Certainty.LIKELY
    assert certainty_of_q(0.06) == Certainty.TENTATIVE
    tables = only(planted(), "trends", "estimates", "sources")
    # only the sources behind an indicator's estimates count
    tables["estimates"][0]["indicator_id"] = "burglary_rate"
    for row in tables["sources"]:
        row["light"] = "doubtful" if row["source_id"] == "police" else "good"
    found = {(f.code, f.level): f for f in findings_of(tables)}
    assert found["trend_fall", "city"].q == 0.001
    assert found["trend_fall", "city"].certainty == Certainty.LIKELY
    assert "doubtful_source" in found["trend_fall", "city"].caveats
    assert "doubtful_source" not in found["trend_rise", "city"].caveats


def test_a_gap_says_which_face_is_worse() -> None:
    up = findings_of(
        {"areas": planted()["areas"], "gaps": [gap("n05", "recorded", "felt", 2.0, 0.01)]}
    )
    down = findings_of(
        {"areas": planted()["areas"], "gaps": [gap("n05", "recorded", "felt", -2.0, 0.01)]}
    )
    assert codes(up) == ["gap_felt_above_recorded"]
    assert codes(down) == ["gap_recorded_above_felt"]
    assert down[0].params["difference"] == 2.0
    assert down[0].params["low"] < down[0].params["high"]
    assert up[0].faces == (Face.RECORDED, Face.FELT)


def test_many_areas_of_one_kind_become_one_finding() -> None:
    rows = [face(a, "felt", 2.0, 0.01) for a in AREAS]
    found = findings_of({"areas": planted()["areas"], "faces": rows})
    assert codes(found) == ["areas_above"]
    assert found[0].params["n_areas"] == len(AREAS)
    assert len(found[0].params["areas"]) == len(AREAS)
    rows = [trend("burglary_rate", a, -20.0, 0.01) for a in AREAS]
    found = findings_of({"areas": planted()["areas"], "trends": rows})
    assert codes(found) == ["trend_fall_areas"]
    assert found[0].q == 0.01


def test_no_kind_drowns_the_others_near_the_top(everything: tuple[Finding, ...]) -> None:
    top = codes(everything)[:6]
    assert len(set(top)) >= 5
    gaps = [gap(a, "recorded", "felt", 2.5, 0.0001) for a in AREAS]
    tables = planted() | {"gaps": gaps}
    assert codes(findings_of(tables))[:6].count("gap_felt_above_recorded") <= 3


def test_the_rate_per_resident_misleads_only_where_the_second_rate_is_ordinary() -> None:
    tables = only(planted(), "estimates")
    found = [f for f in findings_of(tables) if f.code == "denominator_matters"]
    assert [f.area_id for f in found] == ["n01"]
    assert found[0].params["times"] == pytest.approx(150 / 40)
    assert "residents_not_visitors" not in found[0].caveats


def test_places_that_hold_half_are_counted_from_the_largest() -> None:
    found = [
        f for f in findings_of(only(planted(), "estimates")) if f.code == "concentration_of_places"
    ]
    # 3 × 750 + 13 × 75 = 3225; three areas hold 2250, two only 1500
    assert found[0].params["n_areas"] == 3
    assert found[0].params["share"] == pytest.approx(100 * 3 / 16)


def test_hours_are_told_with_their_window_across_midnight() -> None:
    found = [f for f in findings_of(only(planted(), "profiles")) if f.code == "time_concentration"]
    hours = next(f for f in found if f.params["when"] == "hours")
    assert (hours.params["from_hour"], hours.params["to_hour"]) == (22, 4)
    assert hours.params["share"] == pytest.approx(100 * 30 / 48)


def test_an_effect_that_does_not_pass_over_the_whole_audit_is_not_a_success() -> None:
    found = findings_of(
        {"areas": planted()["areas"], "effects": [effect("lamps", "worked", -30.0, 0.2)]}
    )
    assert codes(found) == ["intervention_cannot_tell"]
    assert found[0].q is None
    assert "regression_to_mean" in found[0].caveats


def test_a_change_over_a_break_says_so() -> None:
    tables = planted()
    tables["breaks"][0]["indicator_id"] = "burglary_rate"
    found = next(f for f in findings_of(tables) if f.code == "trend_fall" and f.level == "city")
    assert {"break_nearby", "incomplete_months", "recorded_not_all"} <= set(found.caveats)


def test_parameters_are_plain_json_and_every_placeholder_is_among_them(
    everything: tuple[Finding, ...],
) -> None:
    for finding in everything:
        given = set(json.loads(json.dumps(dict(finding.params))))
        for form in ("", ".short", ".detail"):
            entry: Any = texts_of("en")[f"finding.{finding.code}{form}"]
            forms = [entry] if isinstance(entry, str) else list(entry.values())
            asked = {name for text in forms for name, _ in PLACEHOLDER.findall(text)}
            if not isinstance(entry, str) and "select" in entry:
                assert entry["select"] in given
                asked = placeholders(
                    entry.get(str(finding.params[entry["select"]]), entry["other"])
                )
            assert asked <= given, finding.code


def test_findings_are_frozen_and_about_known_places(everything: tuple[Finding, ...]) -> None:
    for finding in everything:
        assert dataclasses.is_dataclass(finding)
        assert 0 < finding.importance <= 1
        assert (finding.level, finding.area_id) == ("city", CITY.id) or finding.area_id in AREAS
        assert finding.evidence


def test_good_areas_are_told_together_with_the_least_sure_of_them() -> None:
    found = [f for f in findings_of(planted()) if f.code == "areas_below"]
    assert [(f.params["areas"], f.q) for f in found] == [(["Area 12", "Area 13"], 0.03)]
    assert say("finding.areas_below", "en", **found[0].params) == (
        "After dark, people feel clearly safer in Area 12 and Area 13 than in the rest of the city."
    )


def test_after_dark_is_only_said_where_it_was_asked() -> None:
    for indicator, said in (("unsafe_dark_share", True), ("unsafe_day_share", False)):
        rows = [face("n05", "felt", 2.4, 0.001, indicator_id=indicator)]
        found = findings_of({"areas": planted()["areas"], "faces": rows})
        assert ("after dark" in say("finding.area_above", "en", **found[0].params)) is said


def test_season_is_only_said_to_be_out_where_there_were_months() -> None:
    for kind, said in (("month", True), ("year", False)):
        rows = [trend("burglary_rate", "ribera", -20.0, 0.001)]
        series = [{**planted()["series"][0], "period_kind": kind}]
        found = findings_of({"areas": planted()["areas"], "trends": rows, "series": series})
        assert ("season" in say("finding.trend_fall.detail", "en", **found[0].params)) is said


def test_items_worse_at_night_are_one_finding() -> None:
    found = findings_of(planted())
    night = [f for f in found if f.code == "worse_at_night"]
    assert [f.params["items"] for f in night] == [["observed_lighting", "observed_people"]]
    assert say("finding.worse_at_night", "en", **night[0].params).endswith(
        "than by day: lighting and people around."
    )
    told = [f for f in found if f.code == "group_difference"]
    assert all(f.params["dimension"] != "daypart" for f in told)


def test_differences_of_headlines_come_before_larger_ones_of_other_indicators() -> None:
    rows = [
        dict(planted()["contrasts"][0], indicator_id=i, difference=d)
        for i, d in (("avoid_share", 24.0), ("unsafe_dark_share", 16.0))
    ]
    found = findings_of({"areas": planted()["areas"], "contrasts": rows})
    assert [f.indicator_ids[0] for f in found] == ["unsafe_dark_share", "avoid_share"]
