"""Names stand in lists as readers of the seven languages look them up."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from convive.core.collation import collation_key

LISTS = {
    "French: marks on letters do not matter": ["Ecully", "Écully-Nord", "Étoile", "Œuvre", "Ozanam", "Zola"],
    "German: umlauts stand with their letters, ß with ss": ["Altona", "Ärztehof", "Azaleenweg", "Masse", "Maße", "Oberdorf", "Öjendorf", "Ulm"],
    "Spanish: ñ follows n, accents do not matter": ["Cano", "Canto", "Caña", "Cañón", "Caoba", "Sánchez", "Santos"],
    "Portuguese: tilde and cedilla do not matter": ["Açor", "Açude", "Adeganha", "São Brás", "Saúde"],
    "Numbers count as numbers and precede letters": ["2 de Mayo", "10 de Agosto", "Ward 2", "Ward 10", "Ward 10a"],
    "Letters of the north": ["Aalborg", "Åbo", "Ærø", "Oslo", "Østerbro", "Zug"],
    "Apostrophes and hyphens part words": ["L'Étang", "L’Hay", "La Rue", "Saint-Denis", "Saint Louis", "Sainte Anne"],
}  # fmt: skip


@pytest.mark.parametrize("names", LISTS.values(), ids=LISTS)
def test_names_stand_in_alphabetical_order(names: list[str]) -> None:
    shuffled = names[1::2] + names[::2]
    assert sorted(shuffled, key=collation_key) == names


def test_capitals_do_not_decide_where_a_name_stands() -> None:
    assert sorted(["beta", "Gamma", "Alpha"], key=collation_key) == ["Alpha", "beta", "Gamma"]


@given(st.lists(st.text(max_size=8), max_size=6))
def test_any_names_can_be_sorted_and_their_order_does_not_depend_on_where_they_stood(
    names: list[str],
) -> None:
    turned = [*reversed(names)]
    assert sorted(names, key=collation_key) == sorted(turned, key=collation_key)
