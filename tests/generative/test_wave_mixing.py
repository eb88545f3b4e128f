"""Whatever comes in, no answer moves on alone and no group that looks alike is small."""

from __future__ import annotations

from collections import Counter, defaultdict

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from convive.app.fieldwork.mixing import NOWHERE, cells_to_carry, to_release

K = 5
CELLS = st.tuples(st.sampled_from("ab"), st.sampled_from("1234"))


@given(st.lists(CELLS, max_size=90), st.integers(0, 2**32 - 1))
def test_from_the_first_answer_to_closing(cells: list[tuple[str, str]], seed: int) -> None:
    rng = np.random.default_rng(seed)
    held: dict[tuple[str, str], list[int]] = defaultdict(list)
    released: Counter[tuple[str, str]] = Counter()
    for number, cell in enumerate(cells):
        held[cell].append(number)
        moved = to_release(held, rng)
        assert not moved or len(moved) >= K
        for one in moved:
            held[cells[one]].remove(one)
            released[cells[one]] += 1
        assert all(len(held[cell]) >= K for cell in released), "as many always stay behind"
    left = [cells[number] for numbers in held.values() for number in numbers]
    carried = cells_to_carry(left, released)
    if len(cells) < K:
        assert carried is None
        return
    assert carried is not None
    assert len(carried) == len(left)
    for was, now in zip(left, carried, strict=True):
        assert now in {was, (was[0], ""), NOWHERE}, "nobody is put where they were not"
    groups = released + Counter(carried)
    assert all(n >= K for n in groups.values())


@given(st.integers(0, 40))
def test_every_answer_of_a_cell_has_the_same_chance_to_stay(seed: int) -> None:
    moved = to_release({("a", "1"): list(range(10))}, np.random.default_rng(seed))
    assert len(moved) == K
    assert set(moved) <= set(range(10))
