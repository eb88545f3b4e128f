"""Two entries of one sheet: what always holds."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from convive.app.fieldwork.double_entry import Agreements, compare, is_drawn, leaves, settled

values = st.one_of(
    st.sampled_from(["1", "2", "yes"]),
    st.integers(0, 9),
    st.lists(st.sampled_from("ab"), min_size=1),
)
names = st.sampled_from(["a", "b", "c"])
plain = st.dictionaries(names, values, max_size=3)
forms = st.builds(
    lambda head, rounds: {**head, **({"stops": rounds} if rounds else {})},
    plain,
    st.lists(st.dictionaries(names, values, min_size=1, max_size=3), max_size=3),
)


@given(forms, forms)
def test_choosing_one_side_everywhere_gives_that_side(first, second) -> None:
    differences = compare(first, second).differences
    assert settled(first, {d.path: d.first for d in differences}) == first
    assert dict(leaves(settled(first, {d.path: d.second for d in differences}))) == dict(
        leaves(second)
    )


@given(forms, forms)
def test_comparing_is_symmetric_and_counts_every_answer_once(first, second) -> None:
    one, other = compare(first, second), compare(second, first)
    assert {d.path for d in one.differences} == {d.path for d in other.differences}
    assert one.n == other.n == len({*dict(leaves(first)), *dict(leaves(second))})
    assert compare(first, first).differences == ()


@given(forms, forms)
def test_agreement_adds_up_over_items_and_pairs(first, second) -> None:
    found = Agreements()
    found.add(compare(first, second), (2, 1))
    found.add(compare(second, first), (1, 2))
    assert sum(a.n for a in found.by_item.values()) == found.total.n
    assert len(found.by_pair) <= 1
    assert sum(a.same for a in found.by_pair.values()) == found.total.same


@given(st.integers(0, 2**31), st.sampled_from([0.05, 0.1, 0.25, 0.5]))
def test_of_every_twenty_sheets_the_share_is_drawn(seed: int, share: float) -> None:
    for start in (1, 21, 401):
        drawn = [n for n in range(start, start + 20) if is_drawn(n, share=share, seed=seed)]
        assert len(drawn) == round(20 * share)
    assert not is_drawn(5, share=0.0, seed=seed)
    assert is_drawn(5, share=1.0, seed=seed)
