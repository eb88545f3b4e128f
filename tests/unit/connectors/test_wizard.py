"""The mapping wizard on made-up files: what it proposes, what it refuses, what it saves."""

from __future__ import annotations

import tomllib
import zipfile
from pathlib import Path

import pytest

from convive.app.ports import silent
from convive.catalogue.texts import has_text, languages
from convive.connectors.city_pack.family_schemas import FAMILIES
from convive.connectors.city_pack.wizard import open_session, save_mapping
from convive.connectors.city_pack.wizard.proposal import Confidence
from convive.connectors.city_pack.wizard.session import Session, next_deliveries
from convive.core.errors import ConflictError, DatasetError, NotFoundError, RequestError
from factories.pack import write_pack

HEADERS = {
    "en": ("Incident number", "Date occurred", "Time", "Offence type", "Latitude", "Longitude"),
    "fr": ("Numéro de dossier", "Date des faits", "Heure", "Type d'infraction", "Latitude", "Longitude"),
    "es": ("Número de expediente", "Fecha del hecho", "Hora", "Tipo de delito", "Latitud", "Longitud"),
    "it": ("Numero di protocollo", "Data del fatto", "Ora", "Tipo di reato", "Latitudine", "Longitudine"),
    "de": ("Aktenzeichen", "Tatdatum", "Uhrzeit", "Delikt", "Breitengrad", "Längengrad"),
    "pt": ("Número da ocorrência", "Data do facto", "Hora", "Tipo de crime", "Latitude", "Longitude"),
    "nl": ("Zaaknummer", "Pleegdatum", "Tijd", "Soort misdrijf", "Breedtegraad", "Lengtegraad"),
}  # fmt: skip
KINDS = {
    "en": ("Burglary", "Robbery"), "fr": ("Cambriolage", "Vol avec violence"),
    "es": ("Robo en vivienda", "Atraco"), "it": ("Furto in abitazione", "Rapina"),
    "de": ("Wohnungseinbruch", "Raub"), "pt": ("Furto em residência", "Roubo"),
    "nl": ("Woninginbraak", "Straatroof"),
}  # fmt: skip


def rows(kinds: tuple[str, str], n: int = 40) -> list[list[str]]:
    return [
        [
            f"F{i:04d}",
            f"{i % 28 + 1:02d}/{i % 12 + 1:02d}/2024",
            f"{i % 24:02d}:15",
            kinds[i % 2],
            f"{52.01 + i % 9 * 0.01:.4f}",
            f"{13.01 + i % 7 * 0.01:.4f}",
        ]
        for i in range(n)
    ]


def write(
    path: Path, header: tuple[str, ...] | list[str], body: list[list[str]], mark: str = ";"
) -> Path:
    text = "\n".join(mark.join(row) for row in [list(header), *body]) + "\n"
    path.write_text(text, encoding="utf-8")
    return path


def mapped(session: Session) -> dict:
    """Return what the mapping file says, read back and valid by the closed schema."""
    raw = tomllib.loads(session.text("en", owner="Police", licence="CC0"))
    FAMILIES[session.proposal.family.id].model_validate(raw)
    return raw


@pytest.mark.parametrize("language", list(HEADERS))
def test_incidents_are_understood_in_every_language(tmp_path: Path, language: str) -> None:
    session = open_session(write(tmp_path / "d.csv", HEADERS[language], rows(KINDS[language])))
    number, day, hour, kind, latitude, longitude = HEADERS[language]
    assert session.proposal.family.id == "incidents"
    found = mapped(session)
    assert found["columns"] == {
        "starts": [day, hour], "category": kind, "longitude": longitude, "latitude": latitude,
        "id": number,
    }  # fmt: skip
    assert found["format"]["day_first"] is True
    assert found["categories"]["map"] == {
        KINDS[language][0]: "burglary",
        KINDS[language][1]: "robbery",
    }
    shown = session.preview()
    assert (shown.rows_read, shown.rows_used, shown.rows_rejected) == (40, 40, 0)
    assert shown.rows[0]["category"] == "burglary"
    assert session.proposal.missing == ()


def test_every_reason_has_a_sentence_in_every_language() -> None:
    import re

    folder = Path(open_session.__code__.co_filename).parent
    source = "".join(path.read_text(encoding="utf-8") for path in folder.glob("*.py"))
    codes = set(re.findall(r'Reason\(\s*"([a-z_]+)"', source))
    codes |= {f"dates_{p}" for p in ("minute", "day", "month", "year")}
    codes |= {
        "areas_by_code",
        "areas_by_label",
        "no_pack",
        "areas_unknown",
        "day_first",
        "month_first",
    }
    assert len(codes) > 50
    assert [
        (c, lang) for c in sorted(codes) for lang in languages() if not has_text(f"wizard.reason.{c}", lang)
    ] == []  # fmt: skip


def test_day_and_month_that_nothing_settles_are_asked_about(tmp_path: Path) -> None:
    body = rows(KINDS["en"])
    for i, row in enumerate(body):
        row[1] = f"{i % 12 + 1:02d}/{(i + 3) % 12 + 1:02d}/2024"
    session = open_session(write(tmp_path / "d.csv", HEADERS["en"], body))
    choice = session.proposal.choice("format", "day_first")
    assert choice.confidence is Confidence.CHECK
    assert choice.alternatives == (False,)
    assert (
        session.decide(("format", "day_first"), value=False).proposal.value("format", "day_first")
        is False
    )


def test_two_columns_that_would_do_are_both_named(tmp_path: Path) -> None:
    header = ["start date", "offence date", "offence", "latitude", "longitude"]
    body = [[r[1], r[1], *r[3:]] for r in rows(KINDS["en"])]
    session = open_session(write(tmp_path / "d.csv", header, body))
    choice = session.proposal.choice("columns", "starts")
    assert choice.confidence is Confidence.CHECK
    assert {choice.value, *choice.alternatives} == {"start date", "offence date"}


def test_swapped_coordinates_are_found_by_the_citys_bounds(tmp_path: Path) -> None:
    write_pack(tmp_path / "town")
    body = [[*row[:4], row[5], row[4]] for row in rows(KINDS["en"])]
    path = write(tmp_path / "d.csv", HEADERS["en"], body)
    session = open_session(path, pack=tmp_path / "town")
    assert mapped(session)["columns"]["swap"] is True
    assert session.preview().rows_rejected == 0
    point = session.preview().rows[0]
    assert 13 < point["longitude"] < 13.2
    assert 52 < point["latitude"] < 52.2


@pytest.mark.parametrize("crs", ["EPSG:25833", "EPSG:25832", "EPSG:3035", "EPSG:3857"])
def test_projected_coordinates_get_the_grid_that_puts_them_in_the_city(
    tmp_path: Path, crs: str
) -> None:
    import pyproj

    write_pack(tmp_path / "town")
    moved = pyproj.Transformer.from_crs("EPSG:4326", crs, always_xy=True)
    body = rows(KINDS["en"])
    for row in body:
        x, y = moved.transform(float(row[5]), float(row[4]))
        row[4], row[5] = f"{x:.1f}", f"{y:.1f}"
    path = write(tmp_path / "d.csv", [*HEADERS["en"][:4], "X", "Y"], body)
    session = open_session(path, pack=tmp_path / "town")
    columns = mapped(session)["columns"]
    assert (columns["x"], columns["y"], columns["crs"]) == ("X", "Y", crs)
    point = session.preview().rows[0]
    assert point["longitude"] == pytest.approx(13.01, abs=1e-4)


def test_metres_without_a_pack_are_asked_about_where_several_grids_would_do(tmp_path: Path) -> None:
    body = rows(KINDS["en"])
    for i, row in enumerate(body):
        row[4], row[5] = str(384000 + i), str(397000 + i)
    session = open_session(
        write(tmp_path / "d.csv", [*HEADERS["en"][:4], "easting", "northing"], body)
    )
    assert session.proposal.value("columns", "crs") == "EPSG:27700"


def test_areas_are_matched_by_code_by_name_and_with_lost_zeros(tmp_path: Path) -> None:
    from factories.pack import CITY, feature, square, write_areas

    write_pack(tmp_path / "town", city=CITY)
    areas = [feature(f"00{i}1", square(i, 0), name=f"Ort {i}") for i in range(4)]
    write_areas(tmp_path / "town" / "territory" / "areas.geojson", areas)
    found = {}
    for key, cells in {
        "code": ["0001", "0011", "0021"],
        "pad": ["1", "11", "21"],
        "name": ["ORT 0", "ort 1", "Ort 2"],
    }.items():
        body = [[cell, "2023", "5"] for cell in cells]
        path = write(tmp_path / f"burglary_{key}.csv", ["zone", "year", "count"], body)
        session = open_session(path, pack=tmp_path / "town", family="counts")
        found[key] = mapped(session)["columns"]
        assert session.preview().rows_used == 3
    assert found["code"]["area"] == found["pad"]["area"] == found["name"]["area"] == "zone"
    assert "area_pad" not in found["code"]
    assert found["pad"]["area_pad"] == 4
    assert found["name"]["area_by"] == "label"
    assert {columns["area_level"] for columns in found.values()} == {"area"}


PERSONAL = {
    "name": ("Victim name", "Anna Smith", "Pere Vila"),
    "phone": ("contact", "+34 612 345 678", "+49 30 123456"),
    "email": ("reply to", "anna@example.org", "pere@example.org"),
    "national_id": ("documento", "12345678Z", "87654321X"),
    "birth": ("Geburtsdatum", "1980-01-02", "1991-03-04"),
    "risk_score": ("Offender score", "71", "12"),
    "origin": ("Nationalité", "belge", "française"),
}


@pytest.mark.parametrize("kind", list(PERSONAL))
def test_columns_about_persons_are_named_and_never_mapped(tmp_path: Path, kind: str) -> None:
    name, *cells = PERSONAL[kind]
    body = [[*row, cells[i % 2]] for i, row in enumerate(rows(KINDS["en"]))]
    session = open_session(write(tmp_path / "d.csv", [*HEADERS["en"], name], body))
    assert [(c.column, c.kind) for c in session.proposal.personal] == [(name, kind)]
    raw = mapped(session)
    raw.pop("layout")
    assert name not in str(raw)
    assert cells[0] not in session.text("en")


def test_free_text_is_never_mapped(tmp_path: Path) -> None:
    body = [
        [*row, f"Neighbour number {i} says that a man with a red hat broke the door at night"]
        for i, row in enumerate(rows(KINDS["en"]))
    ]
    session = open_session(write(tmp_path / "d.csv", [*HEADERS["en"], "what happened"], body))
    assert [c.kind for c in session.proposal.personal] == ["free_text"]


def test_counts_are_told_from_incidents_long_wide_and_by_year(tmp_path: Path) -> None:
    long = [[f"A{i % 4}", "2023", k, "7"] for i in range(8) for k in ("Raub", "Einbruch")]
    wide = [[f"A{i}", "2023", "5", "6", "7"] for i in range(8)]
    years = [[f"A{i}", "5", "6", "7"] for i in range(8)]
    shapes = {
        "long": (["Stadtteilnummer", "Jahr", "Delikt", "Anzahl"], long),
        "wide": (["Stadtteilnummer", "Jahr", "Raub", "Einbruch", "Brandstiftung"], wide),
        "periods": (["Stadtteilnummer", "2021", "2022", "2023"], years),
    }
    for shape, (header, body) in shapes.items():
        session = open_session(write(tmp_path / f"{shape}.csv", header, body))
        assert (session.proposal.family.id, session.proposal.family.shape) == ("counts", shape)
        assert mapped(session)["columns"]["area"] == "Stadtteilnummer"
        preview = session.preview()
        assert preview.rows_used == preview.rows_read > 0


def test_areas_in_the_headers_are_proposed_as_a_crosstab(tmp_path: Path) -> None:
    write_pack(tmp_path / "town")
    body = [[f"2023-{m:02d}", k, "5", "6", "7", "8"] for m in range(1, 9) for k in KINDS["en"]]
    header = ["Month", "Offence type", "Area A00", "Area A01", "Area A10", "Area A11"]
    session = open_session(write(tmp_path / "x.csv", header, body), pack=tmp_path / "town")
    assert (session.proposal.family.id, session.proposal.family.shape) == ("counts", "areas")
    columns = mapped(session)["columns"]
    assert (columns["count_in_headers"], columns["area_level"]) == ("area", "area")
    assert columns["area_by"] == "label"
    assert session.proposal.missing == ()
    preview = session.preview()
    assert preview.rows_used == len(body) * 4
    assert {row["area_id"] for row in preview.rows} <= {"A00", "A01", "A10", "A11"}


def test_the_preview_places_points_in_the_areas_and_counts_those_outside(tmp_path: Path) -> None:
    write_pack(tmp_path / "town")
    body = rows(KINDS["en"])
    outside = [[f"X{row[0]}", *row[1:4], "52.95", "13.95"] for row in body[:3]]
    path = write(tmp_path / "d.csv", HEADERS["en"], body + outside)
    preview = open_session(path, pack=tmp_path / "town").preview()
    assert preview.rows_used == 43
    assert dict(preview.placed) == {"area": 40}
    assert preview.rows_outside == 3
    assert open_session(path).preview().placed == {}


def test_a_column_named_like_a_citizen_number_that_holds_none_is_no_personal_data(
    tmp_path: Path,
) -> None:
    def kinds(cells: list[str]) -> list[str]:
        body = [[*row, cells[i % len(cells)]] for i, row in enumerate(rows(KINDS["en"]))]
        session = open_session(write(tmp_path / "d.csv", [*HEADERS["en"], "bsn"], body))
        return [c.kind for c in session.proposal.personal]

    assert kinds(["01B01", "12K07", "03G22"]) == []
    assert kinds(["111222333", "123456782"]) == ["national_id"]


def test_statistics_survey_observations_and_notes_are_told_apart(tmp_path: Path) -> None:
    files = {
        "statistics": (["Code INSEE", "Population", "Logements"], [[f"75{i}", str(900 + i), "400"] for i in range(9)]),
        "surveys": (
            ["Gewicht", "Geschlecht", "Alter", "Sicherheit nachts", "Sicherheit Tag"],
            [["1.1", "Frau", str(20 + i), "sehr sicher", "sehr unsicher"] for i in range(9)]
            + [["0.9", "Mann", str(30 + i), "sehr unsicher", "sehr sicher"] for i in range(9)],
        ),
        "observations": (
            ["observer", "date", "place", "day or night", "lighting", "openness", "latitude", "longitude"],
            [["x", f"2024-05-{i + 1:02d}", f"P{i}", "night", str(i % 4), "2", "52.1", "13.1"] for i in range(9)],
        ),
        "notes": (
            ["thème", "direction", "face", "date"],
            [["éclairage", "pire", "ressenti", f"2024-05-{i + 1:02d}"] for i in range(9)],
        ),
    }  # fmt: skip
    for family, (header, body) in files.items():
        session = open_session(write(tmp_path / f"{family}_2024.csv", header, body))
        assert session.proposal.family.id == family


def test_a_column_only_called_victim_is_about_any_offence(tmp_path: Path) -> None:
    header = ["Weight", "Gender", "Age", "Safety at night", "Victim"]
    body = [
        ["1.1", ("Woman", "Man")[i % 2], str(20 + i), ("very safe", "very unsafe")[i % 2],
         ("yes", "no")[i % 2]]
        for i in range(20)
    ]  # fmt: skip
    session = open_session(write(tmp_path / "survey_2024.csv", header, body))

    items = mapped(session)["items"]
    assert items["victim_12m"]["column"] == "Victim"
    assert "victim_burglary" not in items


def test_polygons_are_proposed_as_a_level(tmp_path: Path) -> None:
    write_pack(tmp_path / "town")
    session = open_session(tmp_path / "town" / "territory" / "areas.geojson")
    assert session.proposal.family.id == "territory"
    (level,) = tomllib.loads(session.text("en"))["levels"]
    assert (level["code"], level["label"]) == ("code", "name")


def test_a_file_without_header_is_declined_with_the_reason(tmp_path: Path) -> None:
    path = tmp_path / "d.csv"
    path.write_text(
        "2024-05-01,12,52.01,13.02\n2024-05-02,13,52.02,13.03\n2024-05-03,9,52.0,13.0\n" * 5
    )
    session = open_session(path)
    assert session.proposal.declined is not None
    assert session.proposal.declined.code == "no_header"
    assert not session.proposal.is_usable


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("empty.csv", b""), ("noise.csv", bytes(range(256)) * 40), ("broken.zip", b"PK\x03\x04zzzz"),
        ("broken.xlsx", b"PK\x03\x04zzzz"), ("broken.csv.gz", b"\x1f\x8bnothing"), ("x.parquet", b"PAR1xxxx"),
        ("x.gpkg", b"SQLite format 3\0"), ("x.geojson", b"[]"), ("x.unknown", b"a,b\n1,2\n"), ("x.sav", b"$FL2"),
    ],
)  # fmt: skip
def test_hostile_and_broken_files_are_refused_with_a_problem(
    tmp_path: Path, name: str, content: bytes
) -> None:
    path = tmp_path / name
    path.write_bytes(content)
    with pytest.raises(DatasetError) as caught:
        open_session(path)
    assert caught.value.code == "FILE_NOT_MAPPED"
    (problem,) = caught.value.problems
    assert all(has_text(f"problem.{problem.code}", language) for language in languages())


def test_control_characters_in_headers_and_words_do_no_harm(tmp_path: Path) -> None:
    header = ["\x1b[31mdate", "category]'#", "latitude", "longitude"]
    body = [[f"2024-05-{i % 28 + 1:02d}", "[bold]Raub\\", "52.1", "13.1"] for i in range(40)]
    body[0][1] = "\x1b[2J" + body[0][1]
    session = open_session(write(tmp_path / "d.csv", header, body))
    text = session.text("en")
    assert "\x1b" not in text
    assert tomllib.loads(text)["columns"]["starts"] == "\x1b[31mdate"


def test_what_reading_would_refuse_is_not_saved(tmp_path: Path) -> None:
    session = open_session(write(tmp_path / "d.csv", HEADERS["en"], rows(KINDS["en"])))
    assert session.is_valid
    spoilt = session.decide(("columns", "area_pad"), "many")
    assert not spoilt.is_valid
    (problem,) = spoilt.preview().problems
    assert (problem.code, problem.data["key"]) == ("VALUE_INVALID", "columns.area_pad")


def test_a_missing_file_a_wrong_family_and_a_wrong_profile_are_errors(tmp_path: Path) -> None:
    with pytest.raises(DatasetError):
        open_session(tmp_path / "nowhere.csv")
    path = write(tmp_path / "d.csv", HEADERS["en"], rows(KINDS["en"]))
    with pytest.raises(RequestError):
        open_session(path, family="weather")
    with pytest.raises(NotFoundError):
        open_session(path, profile_id="atlantis")


def test_only_the_first_rows_of_a_big_file_are_looked_at(tmp_path: Path) -> None:
    body = rows(KINDS["en"], 40) * 600
    session = open_session(write(tmp_path / "d.csv", HEADERS["en"], body))
    assert not session.sample.is_whole
    assert sum(sheet.n_rows for sheet in session.sample.sheets) < 20_001


def test_members_of_an_archive_are_read_and_named_by_a_pattern(tmp_path: Path) -> None:
    write(tmp_path / "a.csv", HEADERS["en"], rows(KINDS["en"]))
    with zipfile.ZipFile(tmp_path / "all.zip", "w") as archive:
        archive.write(tmp_path / "a.csv", "2024-05/a.csv")
        archive.writestr("README.txt", "Read me first. " * 9)
    session = open_session(tmp_path / "all.zip")
    assert mapped(session)["source"]["files"] == ["all.zip!*.csv"]
    assert session.preview().rows_used == 40


def test_the_saved_mapping_reads_back_and_gives_the_previews_numbers(tmp_path: Path) -> None:
    from convive.connectors.city_pack import read_pack

    incidents = write_pack(tmp_path / "town")
    (incidents / "police.toml").unlink()
    body = rows(KINDS["de"])
    body[3][1] = "31/02/2024"
    path = write(incidents / "delikte_2024-05.csv", HEADERS["de"], body)
    session = open_session(path, pack=tmp_path / "town")
    shown = session.preview()
    assert shown.rows_rejected == 1
    saved = save_mapping(session.text("de", owner="Polizei", licence="CC0"), session.target())
    assert saved.parent == incidents
    evidence = read_pack(tmp_path / "town", progress=silent).evidence
    (source,) = evidence.sources.to_pylist()
    assert (source["rows_read"], source["rows_used"]) == (shown.rows_read, shown.rows_used)
    assert "delikte_2024-05.csv" in str(source["files"])


def test_an_existing_mapping_is_left_alone(tmp_path: Path) -> None:
    save_mapping("a = 1\n", tmp_path / "m.toml")
    with pytest.raises(ConflictError) as caught:
        save_mapping("a = 2\n", tmp_path / "m.toml")
    assert caught.value.code == "MAPPING_EXISTS"
    assert (tmp_path / "m.toml").read_text() == "a = 1\n"
    save_mapping("a = 2\n", tmp_path / "m.toml", force=True)
    assert (tmp_path / "m.toml").read_text() == "a = 2\n"


@pytest.mark.parametrize(
    ("name", "pattern"),
    [
        ("police-2024-05.csv", "police-*.csv"), ("police_202405.csv.gz", "police_*.csv.gz"),
        ("2024.csv", "2024.csv"), ("plain.csv", "plain.csv"), ("2016-06-street.zip!*.csv", "*-street.zip!*.csv"),
    ],
)  # fmt: skip
def test_next_months_file_fits_the_pattern(name: str, pattern: str) -> None:
    assert next_deliveries(name) == pattern
