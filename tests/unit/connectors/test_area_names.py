"""When two spellings are one area, and which area may have been meant."""

from __future__ import annotations

import pytest

from convive.connectors.city_pack.area_names import NameIndex

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
