"""Profiles of known sources and the vocabulary: complete, valid, recognised by headers alone."""

from __future__ import annotations

import pytest

from convive.catalogue import find
from convive.catalogue.source_profiles import Profile, profile, profiles, recognise
from convive.catalogue.texts import has_text, languages
from convive.catalogue.vocabulary import fold_words, vocabulary
from convive.connectors.city_pack.family_schemas import FAMILIES
from convive.core.errors import NotFoundError

SOURCE = {"id": "x", "title": "x", "owner": "x", "licence": "x", "files": ["x"]}
HEADERS = {
    "data_police_uk_street": "Crime ID,Month,Reported by,Falls within,Longitude,Latitude,Location,LSOA code,LSOA name,Crime type,Last outcome category,Context",
    "data_police_uk_street_short": "Month,Crime.type,Longitude,Latitude",
    "data_police_uk_stop_search": "Type,Date,Part of a policing operation,Policing operation,Latitude,Longitude,Gender,Age range,Legislation,Object of search,Outcome",
    "chicago_crimes": "ID,Case Number,Date,Block,IUCR,Primary Type,Description,Location Description,Arrest,Domestic,Beat,District,Ward,Community Area,FBI Code,X Coordinate,Y Coordinate,Year,Updated On,Latitude,Longitude,Location",
    "nypd_shootings": "INCIDENT_KEY,OCCUR_DATE,OCCUR_TIME,BORO,PRECINCT,JURISDICTION_CODE,STATISTICAL_MURDER_FLAG,X_COORD_CD,Y_COORD_CD,Latitude,Longitude",
    "nypd_complaints": "CMPLNT_NUM,CMPLNT_FR_DT,CMPLNT_FR_TM,CMPLNT_TO_DT,CMPLNT_TO_TM,RPT_DT,KY_CD,OFNS_DESC,LAW_CAT_CD,BORO_NM,Latitude,Longitude",
    "berlin_crime_atlas": "LOR-Schlüssel (Bezirksregion),Bezeichnung (Bezirksregion),Straftaten -insgesamt-,Raub,Fahrrad-diebstahl,Kieztaten",
    "berlin_crime_atlas_csv": "LOR-Schlüssel (Bezirksregion),Bezeichnung (Bezirksregion),Straftaten-insgesamt,Raub,Fahrraddiebstahl,Kieztaten",
    "berlin_bicycle_theft": "ANGELEGT_AM,TATZEIT_ANFANG_DATUM,TATZEIT_ANFANG_STUNDE,TATZEIT_ENDE_DATUM,TATZEIT_ENDE_STUNDE,LOR,SCHADENSHOEHE,VERSUCH,ART_DES_FAHRRADS,DELIKT,ERFASSUNGSGRUND",
    "madrid_municipal_police": "fecha,año,mes,distrito,archivo_fuente,relacionadas_con_personas,relacionadas_con_patrimonio,por_tenencia_armas,por_tenencia_drogas",
    "vancouver_police": "TYPE,YEAR,MONTH,DAY,HOUR,MINUTE,HUNDRED_BLOCK,NEIGHBOURHOOD,X,Y",
    "ons_small_area_population": "geography,geography_code,respop,wkdpop",
}  # fmt: skip


def test_every_profile_has_headers_to_be_known_by() -> None:
    assert sorted(HEADERS) == sorted(found.id for found in profiles())


@pytest.mark.parametrize("identifier", sorted(HEADERS))
def test_profile_is_recognised_from_headers_alone(identifier: str) -> None:
    sheet = "Fallzahlen_2024" if profile(identifier).sheets else None
    found = recognise(HEADERS[identifier].split(","), sheet)
    assert found is not None
    assert found.id == identifier


@pytest.mark.parametrize("identifier", sorted(HEADERS))
def test_profile_is_not_recognised_without_one_of_its_columns(identifier: str) -> None:
    found = profile(identifier)
    sheet = "Fallzahlen_2024" if found.sheets else None
    for gone in found.columns:
        joined = fold_words(gone).replace(" ", "")
        names = [
            n for n in HEADERS[identifier].split(",") if fold_words(n).replace(" ", "") != joined
        ]
        assert len(names) == len(HEADERS[identifier].split(",")) - 1
        assert not found.fits(names, sheet)


@pytest.mark.parametrize("found", profiles(), ids=lambda found: found.id)
def test_profile_is_a_valid_mapping_of_its_family(found: Profile) -> None:
    if found.is_declined:
        assert not found.mapping
        return
    mapping = FAMILIES[found.family].model_validate({"source": SOURCE, **found.mapping})
    crosswalk = getattr(getattr(mapping, "categories", None), "crosswalk", None)
    assert crosswalk is None or crosswalk in find.crosswalks()
    known = {category.id for category in find.categories()}
    if found.family == "counts":
        assert set(mapping.values.values()) <= known


@pytest.mark.parametrize("found", profiles(), ids=lambda found: found.id)
def test_cautions_stand_in_every_language(found: Profile) -> None:
    missing = [
        (code, language)
        for code in found.cautions
        for language in languages()
        if not has_text(f"caution.{code}", language)
    ]
    assert missing == []


def test_unknown_profile_names_the_known_ones() -> None:
    with pytest.raises(NotFoundError) as caught:
        profile("atlantis")
    assert caught.value.code == "PROFILE_NOT_FOUND"
    assert "vancouver_police" in caught.value.data["known"]


def test_vocabulary_speaks_of_categories_and_questions_that_exist() -> None:
    words = vocabulary()
    assert set(words.categories) <= {category.id for category in find.categories()}
    assert set(words.items) <= {item.id for item in find.items("survey")}


@pytest.mark.parametrize(
    ("name", "field"),
    [
        ("Date occurred", "starts"), ("Date de l'événement", "starts"), ("Fecha del hecho", "starts"),
        ("Data del fatto", "starts"), ("TATZEIT_ANFANG_DATUM", "starts"), ("data_ocorrencia", "starts"),
        ("Pleegdatum", "starts"), ("Anzeigedatum", "recorded"), ("Tipo di reato", "category"),
        ("SoortMisdrijf", "category"), ("Natureza", "category"), ("RD X", "x"), ("Breitengrad", "latitude"),
    ],
)  # fmt: skip
def test_names_of_columns_are_known_in_every_language(name: str, field: str) -> None:
    scores = vocabulary().field_scores(name)
    assert max(scores, key=lambda f: scores[f]) == field
    assert scores[field] >= 0.7
