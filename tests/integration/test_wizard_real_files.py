"""What the wizard proposes for real open data: families, profiles, keys, and what comes out."""

from __future__ import annotations

from pathlib import Path

import pytest

from convive.connectors.city_pack.wizard import open_session

pytestmark = pytest.mark.real_data

FILES = {
    "chicago_incidents/raw_all_columns_2018-07-01_07.csv.gz": ("incidents", "chicago_crimes"),
    "greater_manchester/2016-06-greater-manchester-street.zip": ("incidents", "data_police_uk_street"),
    "greater_manchester/gmp_burglary_2016-02_2019-01.csv.gz": ("incidents", "data_police_uk_street_short"),
    "greater_manchester/manchester_ward_month_burglary.csv": ("counts", None),
    "greater_manchester/census2011_lsoa_resident_workday_population_EW.csv.gz": ("statistics", "ons_small_area_population"),
    "greater_manchester/manchester_lsoa_2011.zip": ("territory", None),
    "berlin/fahrraddiebstahl_2022-2023.csv.gz": ("incidents", "berlin_bicycle_theft"),
    "berlin/kriminalitaetsatlas_2015-2024.xlsx": ("counts", "berlin_crime_atlas"),
    "berlin/kriminalitaet_2021_fallzahlen_bzr.csv": ("counts", "berlin_crime_atlas_csv"),
    "berlin/Berlin_crimes_2012-2019_by_bezirksregion.csv": ("counts", None),
    "berlin/mss_2021_index_plr.csv": ("statistics", None),
    "berlin/einwohnerbestand_06-2022_plr.csv": ("statistics", None),
    "madrid/madrid_datos_actuaciones_policiales.csv": ("counts", "madrid_municipal_police"),
    "northumbria_asb_2020/northumbria_asb_2020.tab.gz": ("incidents", None),
    "northumbria_asb_2020/northumbria_ward_population.xlsx": ("statistics", None),
    "nottingham_2020/nottingham_violence.csv.gz": ("incidents", None),
    "nottingham_2020/nottingham_wards.gpkg": ("territory", None),
    "nyc_places_shootings/nypd_shootings_2006_2023.csv.gz": ("incidents", "nypd_shootings"),
    "messy/aggravated_assaults.xlsx": ("incidents", None),
    "messy/qld_stalking.xlsx": ("counts", None),
    "bcs_2007_08_fear_of_crime/BCS0708_labels.csv.gz": ("surveys", None),
    "city_boundaries/rotterdam.geojson.gz": ("territory", None),
}  # fmt: skip


@pytest.mark.parametrize("name", list(FILES))
def test_family_and_profile_of_real_files(real_data: Path, name: str) -> None:
    proposal = open_session(real_data / name).proposal
    found = (proposal.family.id, proposal.profile.id if proposal.profile else None)
    assert found == FILES[name]


CONSTANT = {
    "nottingham_2020/nottingham_weapons.gpkg": "weapons",
    "northumbria_asb_2020/northumbria_asb_2020.tab.gz": "nuisance",
}


@pytest.mark.parametrize("name", list(CONSTANT))
def test_a_file_about_one_kind_says_so_in_its_name(real_data: Path, name: str) -> None:
    session = open_session(real_data / name)
    assert session.proposal.value("columns", "constant_category") == CONSTANT[name]
    assert session.proposal.value("columns", "month") == "month"
    assert session.preview().rows_rejected == 0


@pytest.mark.parametrize(
    ("kind", "category"), [("burglaries", "burglary"), ("robberies", "robbery")]
)
def test_files_that_differ_only_by_kind_are_one_series(
    real_data: Path, kind: str, category: str
) -> None:
    session = open_session(real_data / f"nottingham_2020/nottingham_{kind}.csv.gz")
    assert session.source()["files"] == ["nottingham_{category}.csv.gz"]
    assert session.proposal.value("columns", "category") == "{category}"
    shown = session.preview()
    assert shown.rows_rejected == 0
    assert {row["category"] for row in shown.rows} == {category}


def test_a_file_of_police_actions_is_declined(real_data: Path) -> None:
    name = "greater_manchester/2019-06-greater-manchester-stop-and-search.csv.gz"
    proposal = open_session(real_data / name).proposal
    assert proposal.declined is not None
    assert not proposal.is_usable


def test_lists_of_places_are_no_evidence(real_data: Path) -> None:
    for name in ("berlin/sbahn_stations.csv.gz", "nyc_places_shootings/alcohol_licences.csv.gz"):
        family = open_session(real_data / name).proposal.family
        assert family.id == ""
        assert family.reasons[0].code == "places_without_time"


def test_the_crime_atlas_is_read_sheet_by_sheet_with_its_totals_apart(real_data: Path) -> None:
    session = open_session(real_data / "berlin" / "kriminalitaetsatlas_2015-2024.xlsx")
    shown = session.preview()
    assert shown.rows_used == 143 * 10
    assert shown.rows_rejected == 0
    assert shown.rows[0]["count"] == 5475


def test_victims_of_one_shooting_are_one_incident(real_data: Path) -> None:
    session = open_session(real_data / "nyc_places_shootings" / "nypd_shootings_2006_2023.csv.gz")
    shown = session.preview()
    assert shown.rows_read == shown.rows_used + shown.rows_rejected
    assert shown.rows_rejected > 3_000
    assert "FURTHER_ROWS" in {problem.code for problem in shown.problems}


def test_questions_of_the_british_crime_survey_are_found(real_data: Path) -> None:
    session = open_session(real_data / "bcs_2007_08_fear_of_crime" / "BCS0708_labels.csv.gz")
    proposal = session.proposal
    assert proposal.value("columns", "weight") == "tcindwt"
    assert proposal.value("items", "feel_safe_dark")["column"] == "walkdark"
    assert proposal.value("items", "feel_safe_day")["column"] == "walkday"
    assert proposal.value("items", "worry_burglary")["column"] == "wburgl"
    session = session.decide(("survey", "wave"), "2007-08")
    assert session.proposal.missing == ("survey.wave_date, columns.wave_date",)
