"""Keyed hashes against the BLAKE2b of Python's standard library."""

from __future__ import annotations

import hashlib

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from convive.core.pseudonyms import KEY_BYTES, keyed_hashes


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
