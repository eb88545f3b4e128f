"""When two spellings are one area, and which area may have been meant."""

from __future__ import annotations

from typing import Any

import pyarrow as pa
import pytest

from convive.connectors.city_pack.area_index import AreaIndex, find_areas
from convive.connectors.city_pack.area_names import NameIndex
from convive.connectors.city_pack.mapping_schema import AreaColumns

MADRID = NameIndex(
    {
        "1": "Centro",
        "2": "Chamartin",
        "3": "Fuencarral-El Pardo",
        "4": "San Blas",
        "5": "Villa de Vallecas",
        "6": "Puente de Vallecas",
        "7": "La Latina",
        "8": "Latina",
    }
)


@pytest.mark.parametrize(
    ("said", "code"),
    [
        ("CHAMARTÍN", "2"),
        (" chamartin ", "2"),
        ("FUENCARRAL - EL PARDO", "3"),
        ("Fuencarral / Pardo", "3"),
        ("Villa Vallecas", "5"),
        ("LATINA", "8"),
        ("La Latina", "7"),
        ("SAN BLAS - CANILLEJAS", None),
        ("Vallecas", None),
        ("Getafe", None),
        ("", None),
    ],
)
def test_case_accents_hyphens_and_articles_do_not_matter(said: str, code: str | None) -> None:
    assert MADRID.code_of(said) == code


@pytest.mark.parametrize(
    ("said", "name"),
    [
        ("SAN BLAS - CANILLEJAS", "San Blas"),
        ("Chamatrin", "Chamartin"),
        ("Vallecas", None),
        ("Getafe", None),
        ("", None),
        ("12", None),
    ],
)
def test_only_one_name_can_have_been_meant(said: str, name: str | None) -> None:
    assert MADRID.near(said) == name


def test_two_areas_of_one_name_are_neither() -> None:
    twice = NameIndex({"a": "Mitte", "b": "MITTE", "c": "Die Mitte", "d": "Nord"})
    assert twice.code_of("Mitte") is None
    assert twice.code_of("nord") == "d"


def test_names_of_nothing_but_articles_stay_what_they_are() -> None:
    odd = NameIndex({"a": "La", "b": "Los"})
    assert (odd.code_of("LA"), odd.code_of("los"), odd.code_of("el")) == ("a", "b", None)


def column(**keys: Any) -> AreaColumns:
    return AreaColumns(area="a", area_level="district", **keys)


DISTRICTS = AreaIndex({"district": {"001": "Centro", "002": "San Blas"}})


def test_only_the_commonest_unknown_words_are_compared_with_all_names(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    asked = []
    monkeypatch.setattr(NameIndex, "near", lambda _, text: asked.append(text))
    words = [f"nowhere {i}" for i in range(200)]
    texts = pa.array([*words, *words[150:], "Centro"])
    found = find_areas(texts, column(area_by="label"), DISTRICTS)
    assert set(asked) == set(words[150:])
    assert found.unknown == {word: 1 + (i >= 150) for i, word in enumerate(words)}


def test_given_names_are_looked_up_as_written_then_padded() -> None:
    given = column(area_pad=3, area_names={"7": "001", "008": "002", "x.0": "001"})
    found = find_areas(pa.array(["7", "8", "x.0", "2", "9", "09"]), given, DISTRICTS)
    assert found.codes.to_pylist() == ["001", "002", "001", "002", None, None]
    assert found.unknown == {"009": 2}


def test_given_names_are_compared_as_names_are() -> None:
    given = column(area_by="label", area_names={"San Blas - Canillejas": "San Blas"})
    texts = pa.array(["SAN BLÁS-CANILLEJAS", "San Blas - Canillejas", "Canillejas"])
    assert find_areas(texts, given, DISTRICTS).codes.to_pylist() == ["002", "002", None]
