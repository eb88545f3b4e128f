"""Keyed hashes against the BLAKE2b of Python's standard library."""

from __future__ import annotations

import hashlib

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from convive.core.pseudonyms import KEY_BYTES, keyed_hashes, mix_into


@settings(max_examples=60, deadline=None)
@given(
    texts=st.lists(st.binary(max_size=300), max_size=20),
    key=st.binary(min_size=KEY_BYTES, max_size=KEY_BYTES),
)
def test_hashes_are_those_of_hashlib(texts: list[bytes], key: bytes) -> None:
    texts = [b"", b"x" * 128, b"x" * 129, *texts]
    content = np.frombuffer(b"".join(texts), np.uint8)
    offsets = np.cumsum([0, *map(len, texts)])
    expected = [
        int.from_bytes(
            hashlib.blake2b(text, key=key, digest_size=8).digest(), "little", signed=True
        )
        for text in texts
    ]
    assert keyed_hashes(content, offsets, key).tolist() == expected


NUMBERS = st.lists(st.integers(0, 2**64 - 1), min_size=1, max_size=8)


@given(NUMBERS, NUMBERS)
@settings(max_examples=50, deadline=None)
def test_mixing_is_the_finaliser_of_splitmix64(state: list[int], values: list[int]) -> None:
    """As published by Vigna (splitmix64.c), in plain whole numbers."""
    n = min(len(state), len(values))
    mixed = np.array(state[:n], dtype=np.uint64)
    mix_into(mixed, np.array(values[:n], dtype=np.uint64))
    for i in range(n):
        z = ((state[i] ^ values[i]) + 0x9E3779B97F4A7C15) % 2**64
        z = ((z ^ (z >> 30)) * 0xBF58476D1CE4E5B9) % 2**64
        z = ((z ^ (z >> 27)) * 0x94D049BB133111EB) % 2**64
        assert int(mixed[i]) == z ^ (z >> 31)
