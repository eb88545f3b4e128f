"""An attacker with everything that leaves a build: nothing hidden stands in any of it.

The truth comes from the same town built as public data. The reader of all outputs looks for the
digits of every hidden figure, for its interval as it would be written, and for its count in a
row or record that names it. That the reader finds what is there is tried on a build that lets
one figure through, in every kind of output.
"""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest

from convive import wiring
from convive.app.audit import build_audit
from convive.app.ports import Build, Evidence
from convive.app.publish import FIGURES
from convive.catalogue.texts import languages, say
from demo_city import build_city, write_pack
from factories.attacker import Key, Reader, Rows, Secret, recovered_by_sums, secrets_of
from factories.evidence import NEIGHBOURHOODS, incident_rows, town
from factories.outputs import outputs_of, pages_of
from factories.rows import read_with_rows

KINDS = (
    "html", "map", "charts", "api", "ogc", "csv", "xlsx", "gpkg", "geoparquet", "bundle", "parquet",
    "pdf", "run",
)  # fmt: skip
WITHOUT_FIGURES = ("datapackage", "csvw")
Outputs = Mapping[str, Mapping[str, str]]


@dataclass(frozen=True)
class Attack:
    """What was published, what it keeps back, and one figure for a careless gate to leak."""

    build: Build
    outputs: Outputs
    shown: Rows
    truth: list[dict[str, Any]]
    secrets: list[Secret]
    leak: dict[str, Any]


def thin_town(**changes: Any) -> Evidence:
    """Return a town with two burglaries a year in one neighbourhood, three in another."""
    counts = {(area, "burglary", 3): 12 + i for i, area in enumerate(NEIGHBOURHOODS)}
    counts |= {("A1", "burglary", 3): 2, ("B3", "burglary", 3): 3}
    counts |= {(area, "theft", 12): 60 for area in NEIGHBOURHOODS}
    return town(incidents=incident_rows(counts), **changes)


def rows_of(build: Build) -> Rows:
    return {name: build.tables[name].to_pylist() for name in ("estimates", "variance_splits")}


def attack_on(evidence: Evidence, folder: Path, *, source: str) -> Attack:
    ports = wiring.audit_ports(folder, keep=False)
    build = build_audit(evidence, ports=ports)
    public = replace(evidence, public_sources={source: {"en": "for the test"}})
    truth = rows_of(build_audit(public, ports=ports))
    shown = rows_of(build)
    secrets = secrets_of(shown, truth)
    small = {one.key for one in secrets if one.n is not None and 0 < one.n < 5}
    leak = max(
        (row for row in truth["estimates"] if _key(row) in small and row["low"] is not None),
        key=lambda row: (row["period_start"], row["level"], row["smoothed"] or 0, row["area_id"]),
    )
    return Attack(build, outputs_of(build, folder), shown, truth["estimates"], secrets, leak)


def _key(row: Mapping[str, Any]) -> Key:
    names = ("indicator_id", "level", "area_id", "period_start", "period_end")
    return (*(row[name] for name in names), f"{row['group']} {row['denominator_id']}")  # type: ignore[return-value]


def leaking(attack: Attack) -> Build:
    """Return the build of a gate that lets one figure through."""
    table = attack.build.tables["estimates"]
    rows = [attack.leak if _key(row) == _key(attack.leak) else row for row in table.to_pylist()]
    tables = {**attack.build.tables, "estimates": pa.Table.from_pylist(rows, schema=table.schema)}
    names = ("indicator_id", "area_id", "period_start", "n")
    told = {name: attack.leak[name] if name == "n" else str(attack.leak[name]) for name in names}
    return replace(attack.build, tables=tables, run={**attack.build.run, "log": [told]})


@pytest.fixture(scope="module")
def attack(tmp_path_factory: pytest.TempPathFactory) -> Attack:
    return attack_on(thin_town(), tmp_path_factory.mktemp("honest"), source="police")


@pytest.fixture(scope="module")
def leaked(attack: Attack, tmp_path_factory: pytest.TempPathFactory) -> Outputs:
    return outputs_of(leaking(attack), tmp_path_factory.mktemp("leaking"))


def found_in(attack: Attack, texts: Mapping[str, str], kind: str) -> set[Key]:
    """Return the secrets that one kind of output tells."""
    reader = Reader(attack.shown, attack.secrets)
    told: set[Key] = set()
    for text in texts.values():
        told |= reader.found(text)
        if kind in {"run", *WITHOUT_FIGURES}:
            told |= reader.beside(json.loads(text))
    return told


def test_there_is_something_to_look_for(attack: Attack) -> None:
    assert len(attack.secrets) >= 4
    assert {one.n for one in attack.secrets} >= {2, 3}
    assert set(attack.outputs) == {*KINDS, *WITHOUT_FIGURES}
    assert all(attack.outputs.values())
    assert len(attack.outputs["html"]) > 20


@pytest.mark.parametrize("kind", [*KINDS, *WITHOUT_FIGURES])
def test_no_output_tells_what_is_hidden(attack: Attack, kind: str) -> None:
    assert found_in(attack, attack.outputs[kind], kind) == set()


@pytest.mark.parametrize("kind", KINDS)
def test_a_single_figure_that_leaks_is_found(attack: Attack, leaked: Outputs, kind: str) -> None:
    """A control for every kind of output: the same reader, a gate that lets one figure through."""
    assert found_in(attack, leaked[kind], kind) == {_key(attack.leak)}


@pytest.mark.parametrize("language", [one for one in languages() if one != "en"])
def test_no_page_of_any_language_tells_what_is_hidden(attack: Attack, language: str) -> None:
    between = say("web.interval", language, low="1", high="2").split("1")[1].strip("2 ")
    reader = Reader(attack.shown, attack.secrets, to=between, comma=True)
    told, leaked = (
        {key for text in pages_of(build, language).values() for key in reader.found(text)}
        for build in (attack.build, leaking(attack))
    )
    assert told == set()
    assert leaked == {_key(attack.leak)}


def counts_in(outputs: Outputs) -> dict[tuple[str, ...], int]:
    """Return every count that a file or map gives with its key, whichever gives it."""
    found: dict[tuple[str, ...], int] = {}
    names = ("indicator_id", "level", "area_id", "period_start", "period_end")
    tables = [csv.DictReader(io.StringIO(outputs["csv"][one])) for one in ("estimates", "series")]
    rows = [dict(row) for table in tables for row in table]
    rows += [json.loads(text) for text in outputs["parquet"].values()]
    for row in rows:
        n = row.get("n") or row.get("count")
        if n and all(row.get(name) for name in names):
            found[(*(str(row[name]) for name in names), row.get("group") or "all")] = int(n)
    return found


def test_no_subtraction_of_what_any_output_gives_tells_a_small_count(attack: Attack) -> None:
    districts = {d: tuple(a for a in NEIGHBOURHOODS if a[0] == d) for d in ("A", "B")}
    shown = counts_in(attack.outputs)
    assert len(shown) > 80
    recovered = recovered_by_sums(shown, districts)
    assert not [key for key, n in recovered.items() if 0 < n < 5]
    names = ("indicator_id", "level", "area_id", "period_start", "period_end")
    careless = shown | {
        (*(str(row[name]) for name in names), row["group"]): row["n"]
        for row in attack.truth
        if row["n"] is not None and row["n"] >= 5 and row["face"] == "recorded"
    }
    assert [key for key, n in recovered_by_sums(careless, districts).items() if 0 < n < 5]


@pytest.mark.calibration  # two minutes
def test_no_output_of_the_demo_city_tells_what_is_hidden(
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    folder = tmp_path_factory.mktemp("demo")
    write_pack(build_city(11, scale=0.3), folder / "pack")
    evidence = read_with_rows(folder / "pack").evidence
    assert evidence is not None
    attack = attack_on(evidence, folder, source="police")
    assert len(attack.secrets) > 100
    for kind, texts in attack.outputs.items():
        assert found_in(attack, texts, kind) == set(), kind


READ = ("html", "map", "charts", "xlsx", "pdf")


@pytest.mark.parametrize("kind", READ)
def test_what_people_read_says_why_and_never_not_a_number(attack: Attack, kind: str) -> None:
    read = {name: text for name, text in attack.outputs[kind].items() if name != "run/"}
    texts = [re.sub(r"\s+", " ", text) for text in read.values()]
    for reason in ("small_count", "complementary"):
        sentence = say(f"reason.{reason}", "en")
        assert any(sentence in text for text in texts), reason
    for text in texts:
        assert not re.search(r"\b(NaN|nan|None|inf)\b(?!['\]])", text.replace("None,", ""))


@pytest.mark.parametrize("language", languages())
def test_the_page_of_the_area_says_why_in_every_language(attack: Attack, language: str) -> None:
    pages = pages_of(attack.build, language)
    indicator = re.sub(r"\s+", " ", pages[f"indicators/{attack.leak['indicator_id']}/"])
    why = say("web.not_shown", language, reason=say("reason.small_count", language))
    why = re.sub(r"\s+", " ", why)
    assert why in indicator
    name = f"Neighbourhood {attack.leak['area_id']}"
    after = indicator[indicator.rindex(name) + len(name) :].strip()
    assert after.startswith(why), after[:80]


def test_a_hidden_row_of_a_file_is_no_zero(attack: Attack) -> None:
    rows = csv.DictReader(io.StringIO(attack.outputs["csv"]["estimates"]))
    hidden = [row for row in rows if row["status"] == "suppressed"]
    assert hidden
    for row in hidden:
        assert row["reason"] in {"small_count", "complementary"}
        assert all(row[name] == "" for name in FIGURES["estimates"])
    for text in attack.outputs["map"].values():
        for area in json.loads(text):
            if area.get("status") == "suppressed":
                assert area["value"] is None
                assert area["n"] is None
                assert say("reason.small_count", "en") in area["about"] or area["reason"] != (
                    "small_count"
                )
