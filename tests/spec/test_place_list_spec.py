"""Lists of places as people paste them, and what is said about those that cannot be read."""

from __future__ import annotations

import pytest
import shapely

from convive.app.fieldwork.city_areas import CityAreas, draw_map, grid_points, random_points
from convive.app.fieldwork.place_changes import change_at_place, rater_noise
from convive.app.fieldwork.place_list import ListedPlace, parse_places
from convive.app.fieldwork.ratings import RatedStop


def codes(content):
    return [(one.code, one.row) for one in parse_places(content).problems]


@pytest.mark.parametrize(
    "content",
    [
        "code,name,lat,lon\nP1,Quay 4,50.85,4.35\n",
        "name;code;latitude;longitude\nQuay 4;P1;50,85;4,35\n",
        "lon\tlat\tname\tcode\r\n4.35\t50.85\tQuay 4\tP1\r\n\r\n",
        "\ufeffcode,name,lat,lon\nP1,Quay 4,50.85,4.35".encode(),
        'code,name,lat,lon\n"P1","Quay 4","50.85","4.35"\n',
    ],
)
def test_a_list_from_any_spreadsheet_is_read(content):
    assert parse_places(content).places == (ListedPlace("P1", "Quay 4", 4.35, 50.85),)


def test_old_windows_files_keep_their_accents():
    found = parse_places("code,name\nP1,Place de l’Église\n".encode("cp1252"))
    assert found.places[0].name == "Place de l’Église"


def test_all_problems_are_told_at_once_each_with_its_row():
    content = (
        "code,name,lat,lon\n"
        "P1,One,50.8,4.3\n"
        "p1,Again,50.8,4.3\n"
        "../etc,Path,50.8,4.3\n"
        "P4,,50.8,4.3\n"
        "P5,Half,50.8,\n"
        "P6,Far,91,4.3\n"
        "P7,Words,here,there\n"
    )
    assert codes(content) == [
        ("LIST_TWICE", 3), ("LIST_CODE", 4), ("LIST_NAME", 5), ("LIST_HALF_POSITION", 6),
        ("LIST_POSITION", 7), ("LIST_POSITION", 8),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"PK\x03\x04\x00\x00zip of a workbook", "LIST_NOT_TEXT"),
        (b"x" * 1_000_001, "LIST_TOO_LARGE"),
        ("code,name\n", "LIST_EMPTY"),
        ("", "LIST_EMPTY"),
        ("kode,navn\nP1,One\n", "LIST_COLUMNS"),
        ('code,name\nP1,"never closed\n', "LIST_BROKEN"),
        ("code,name\n" + "".join(f"P{k},N\n" for k in range(5001)), "LIST_TOO_MANY"),
        ("code,name\nP1,a\u202eb\n", "LIST_NAME"),
        ("code,name,lat,lon\nP1,n,nan,inf\n", "LIST_POSITION"),
    ],
)
def test_hostile_files_end_in_a_problem(content, code):
    assert code in [one for one, _ in codes(content)]


AREAS = CityAreas(
    "ward", ("w1", "w2"), ("West", "East"),
    (shapely.box(4.30, 50.80, 4.34, 50.84), shapely.box(4.34, 50.80, 4.40, 50.84)),
)  # fmt: skip


def test_a_position_is_found_in_its_area_and_outside_of_all():
    assert AREAS.area_at(4.31, 50.81) == "w1"
    assert AREAS.area_at(4.39, 50.81) == "w2"
    assert AREAS.area_at(5.0, 50.81) == ""
    assert AREAS.area_at(None, None) == ""


def test_random_points_lie_in_their_areas_equally_many_and_again_with_the_seed():
    import numpy as np

    found = random_points(AREAS, 5, rng=np.random.default_rng(3))
    assert [p.area for p in found] == ["w1"] * 5 + ["w2"] * 5
    assert all(AREAS.area_at(p.longitude, p.latitude) == p.area for p in found)
    assert found == random_points(AREAS, 5, rng=np.random.default_rng(3))
    assert {p.area for p in random_points(AREAS, 2, chosen=["w2"], rng=np.random.default_rng(3))} == {"w2"}  # fmt: skip


def test_a_grid_has_more_points_in_the_larger_area():
    import numpy as np

    found = grid_points(AREAS, 300.0, rng=np.random.default_rng(3))
    n_west, n_east = (sum(p.area == w for p in found) for w in ("w1", "w2"))
    assert n_east / n_west == pytest.approx(1.5, abs=0.35)


def test_a_map_places_marks_over_areas_and_leaves_out_what_has_no_position():
    drawn = draw_map(AREAS, [(4.34, 50.82), (None, None)])
    assert [area for area, _ in drawn.paths] == ["w1", "w2"]
    assert drawn.points[1] is None
    x, y = drawn.points[0]
    assert 0 < x < 560
    assert y == pytest.approx(drawn.height / 2, abs=1)
    assert draw_map(CityAreas("", (), (), ()), []) is None


def stop(place, rater, value, daypart="day"):
    from datetime import date

    return RatedStop(place, "w1", rater, daypart, date(2026, 1, 1), {"light": value}, None)


DOUBLED = [stop(f"D{k}", rater, 1.0 + k % 2 * (rater == "B")) for k in range(12) for rater in "AB"]


def test_a_change_at_one_place_is_told_only_beyond_how_observers_differ():
    noise = rater_noise([DOUBLED], "light")
    assert noise.df == 12
    assert noise.variance == pytest.approx(0.25)  # every second pair lies one point apart
    small = change_at_place([stop("P", "A", 1.0)], [stop("P", "B", 2.0)], "light", noise)
    large = change_at_place([stop("P", "A", 0.0)], [stop("P", "B", 3.0)], "light", noise)
    assert (small.verdict, large.verdict) == ("cannot_tell", "rise")
    assert small.high - small.low == pytest.approx(2 * 2.1788 * (0.25 * 2) ** 0.5, abs=0.001)


def test_without_places_rated_twice_no_change_is_told():
    assert rater_noise([DOUBLED[:8]], "light") is None
    found = change_at_place([stop("P", "A", 0.0)], [stop("P", "B", 3.0)], "light", None)
    assert (found.low, found.verdict) == (None, "cannot_tell")


def test_day_is_not_compared_with_night():
    noise = rater_noise([DOUBLED], "light")
    assert change_at_place([stop("P", "A", 1.0, "day")], [stop("P", "A", 3.0, "night")], "light", noise) is None  # fmt: skip
