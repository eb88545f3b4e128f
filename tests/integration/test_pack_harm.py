"""A pack brings its harm weights and pins its crosswalk; what is wrong with them is said."""

from __future__ import annotations

from pathlib import Path

import pytest

from convive.connectors.city_pack import read_pack
from factories.pack import CITY, INCIDENTS, as_csv, incident_rows, write_pack

LANGUAGES = ("en", "fr", "es", "it", "de", "pt", "nl")
TEXT = "{ " + ", ".join(f'{lang} = "points"' for lang in LANGUAGES) + " }"
HEAD = f"""id = "ours"
version = 1
unit = {TEXT}
source = "A test"
author = "Somebody"
dated = 2024-03-12
cannot_show = {TEXT}
"""
GOOD = """
[[weights]]
category = "robbery"
weight = 60
[[weights]]
iccs = "0502"
weight = 2
[[weights]]
iccs = "05"
weight = 1
"""
CITY_LINE = '\n[harm]\nfile = "harm.toml"\n'


def pack(folder: Path, harm: str | None, line: str = CITY_LINE, mapping: str = INCIDENTS) -> Path:
    """Return a pack with these weights."""
    data = write_pack(folder, city=CITY + line, mapping=mapping)
    (data / "data.csv").write_text(as_csv(incident_rows(20)))
    if harm is not None:
        (folder / "harm.toml").write_text(harm, encoding="utf-8")
    return folder


def test_weights_come_by_category_or_by_the_closest_code_around_it(tmp_path: Path) -> None:
    evidence = read_pack(pack(tmp_path, HEAD + GOOD)).evidence
    assert evidence is not None
    harm = evidence.city.harm
    assert harm is not None
    assert (harm.id, harm.dated, harm.is_invented) == ("ours", "2024-03-12", False)
    assert harm.weights["robbery"] == 60
    assert harm.weights["bicycle_theft"] == 2  # 0502 is closer than 05
    assert harm.weights["burglary"] == 1
    assert "violence" not in harm.weights
    assert "all_theft" not in harm.weights  # a total takes no weight from a code
    assert "nuisance" not in harm.weights  # outside ICCS


def test_a_pack_without_weights_has_none(tmp_path: Path) -> None:
    evidence = read_pack(pack(tmp_path, None, line="")).evidence
    assert evidence is not None
    assert evidence.city.harm is None


BAD = {
    "a total": HEAD + '[[weights]]\ncategory = "all_theft"\nweight = 1\n',
    "an unknown kind": HEAD + '[[weights]]\ncategory = "piracy"\nweight = 1\n',
    "an unknown code": HEAD + '[[weights]]\niccs = "0599"\nweight = 1\n',
    "both at once": HEAD + '[[weights]]\ncategory = "robbery"\niccs = "0401"\nweight = 1\n',
    "twice": HEAD + 2 * '[[weights]]\ncategory = "robbery"\nweight = 1\n',
    "below nought": HEAD + '[[weights]]\ncategory = "robbery"\nweight = -1\n',
    "not a number": HEAD + '[[weights]]\ncategory = "robbery"\nweight = nan\n',
    "nothing": HEAD + '[[weights]]\ncategory = "robbery"\nweight = 0\n',
    "no author": HEAD.replace('author = "Somebody"\n', "") + GOOD,
    "one language": HEAD.replace(TEXT, '{ en = "points" }') + GOOD,
    "no TOML": "id = ",
}


@pytest.mark.parametrize("harm", BAD.values(), ids=BAD)
def test_wrong_weights_are_a_problem_of_their_file(tmp_path: Path, harm: str) -> None:
    reading = read_pack(pack(tmp_path, harm))
    assert reading.evidence is None
    assert {problem.place.file for problem in reading.problems} == {"harm.toml"}


@pytest.mark.parametrize(
    "line",
    [
        '\n[harm]\nfile = "../harm.toml"\n',
        '\n[harm]\nid = "nowhere"\n',
        "\n[harm]\n",
        '\n[harm]\nfile = "harm.toml"\nid = "x"\n',
    ],
)
def test_a_wrong_way_to_the_weights_is_a_problem_of_the_city_file(
    tmp_path: Path, line: str
) -> None:
    reading = read_pack(pack(tmp_path, HEAD + GOOD, line=line))
    assert reading.evidence is None
    assert {problem.place.file for problem in reading.problems} == {"city.toml"}


def test_the_crosswalk_used_is_named_with_its_version(tmp_path: Path) -> None:
    for given, used in (("data_police_uk", "data_police_uk@2"), ("data_police_uk@1",) * 2):
        mapping = INCIDENTS.replace(
            "[categories.map]", f'[categories]\ncrosswalk = "{given}"\n[categories.map]'
        )
        evidence = read_pack(pack(tmp_path / given, None, line="", mapping=mapping)).evidence
        assert evidence is not None
        assert evidence.crosswalks == {"police": used}
