"""What is handed over, and what stays with the forms."""

from __future__ import annotations

from datetime import date

import pytest

from convive.app.fieldwork.handover import prepare_hand_over
from convive.app.fieldwork.kept_forms import FieldRound, KeptForm
from convive.catalogue import find
from convive.core.errors import RequestError

DAY = date(2026, 6, 1)


def of(instrument: str = "street_observation", **fields):
    return FieldRound(**{
        "code": "Audit-1", "title": "Audit", "kind": "audit", "sampling": "none", "wave": "",
        "instrument": find.instrument(instrument), "owner": "Town", **fields,
    })  # fmt: skip


def form(number: int = 1, answers=None, **fields) -> KeptForm:
    return KeptForm(**{
        "id": f"f{number}", "day": DAY, "answers": answers or {"lighting": "2"}, "channel": "phone",
        "daypart": "day", "longitude": 4.35, "latitude": 50.85, "place": "P001", **fields,
    })  # fmt: skip


def handed(forms, **fields):
    return prepare_hand_over(
        of(**fields), forms, levels=("district", "quarter"), analysis="quarter", software="Convive"
    )


def cells(found, row: int = 0) -> dict[str, str]:
    return dict(zip(found.found.columns, found.found.rows[row], strict=True))


def test_a_stop_has_its_place_its_rater_and_its_ratings():
    row = cells(handed([form(rater="R03", area_level="quarter", area_id="q1")]))
    assert (row["stop"], row["place"], row["rater"], row["daypart"]) == ("f1", "P001", "R03", "day")
    assert (row["lighting"], row["openness"], row["area"]) == ("2", "", "q1")


@pytest.mark.parametrize(
    ("hour", "daypart"), [(6, "day"), (19, "day"), (20, "night"), (5, "night")]
)
def test_the_part_of_the_day_follows_from_the_hour_where_nothing_says_it(hour, daypart):
    assert cells(handed([form(daypart="any", hour=hour)]))["daypart"] == daypart


@pytest.mark.parametrize(
    ("fields", "why"),
    [
        ({"daypart": ""}, "no_daypart"),
        ({"longitude": None, "latitude": None}, "no_place"),
        ({"answers": {"remark": "x"}}, "no_rating"),
        ({"broken": (("lighting",),)}, "no_rating"),
        ({"state": "waiting"}, "waiting"),
        ({"state": "excluded"}, "excluded"),
    ],
)
def test_what_cannot_be_used_is_left_out_with_its_reason(fields, why):
    found = handed([form(), form(2, **fields)])
    assert found.n_rows == 1
    assert found.provenance["left_out"] == {why: 1}


def test_an_area_of_a_level_that_the_pack_does_not_have_is_not_named():
    found = handed([form(area_level="zone", area_id="z9")])
    assert cells(found)["area"] == ""
    assert "area" not in found.found.mapping["columns"]


def test_each_stop_of_a_walk_is_a_row_with_its_own_position():
    stops = [
        {"stop_position": {"latitude": 50.85, "longitude": 4.35 + k / 100}, "general_feeling": "3",
         "light_level": "na" if k else "1"}
        for k in range(2)
    ]  # fmt: skip
    walk = form(answers={"daypart": "night", "stops": stops}, daypart="", longitude=None,
                latitude=None, place="")  # fmt: skip
    found = handed([walk], instrument="exploratory_walk", kind="walk")
    assert [cells(found, k)["stop"] for k in range(2)] == ["f1-1", "f1-2"]
    assert [cells(found, k)["longitude"] for k in range(2)] == ["4.350000", "4.360000"]
    assert [cells(found, k)["lighting"] for k in range(2)] == ["1", ""]
    assert {cells(found, k)["rater"] for k in range(2)} == {"group"}
    assert found.found.items_left["route"] == "personal"


def wave(forms, **fields):
    return handed(
        forms,
        **{
            "instrument": "core_survey",
            "kind": "survey",
            "sampling": "frame",
            "wave": "2026",
            **fields,
        },
    )


def test_a_respondent_has_no_number_that_a_form_carries():
    found = wave([form(k, {"feel_safe_dark": "very_safe"}, place="") for k in range(3)])
    assert "f1" not in {cell for row in found.found.rows for cell in row}
    assert found.found.mapping["survey"]["sampling"] == "probability"


@pytest.mark.parametrize("sampling", ["open_link", "none"])
def test_what_was_not_drawn_is_never_called_drawn(sampling):
    found = wave([form(answers={"feel_safe_dark": "very_safe"})], sampling=sampling)
    assert found.found.mapping["survey"]["sampling"] == "open_link"


def test_weights_count_only_where_everybody_has_one():
    answers = {"feel_safe_dark": "very_safe"}
    half = wave([form(1, answers, weight=2.0), form(2, answers)])
    assert "weight" not in half.found.mapping["columns"]
    whole = wave([form(1, answers, weight=2.0), form(2, answers, weight=0.5)])
    assert whole.found.mapping["columns"]["weight"] == "weight"
    assert [row[0] for row in whole.found.rows] == ["2.0", "0.5"]


def test_an_instrument_that_feeds_nothing_is_refused():
    with pytest.raises(RequestError, match="HANDOVER_NOTHING_FEEDS"):
        handed([form()], instrument="security_by_design", kind="assessment")


def test_nothing_usable_is_refused_with_the_numbers():
    with pytest.raises(RequestError, match="HANDOVER_NOTHING_LEFT") as caught:
        handed([form(daypart=""), form(2, state="excluded")])
    assert caught.value.data["n_left"] == 2
