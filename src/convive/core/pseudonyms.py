"""Keyed hashes of identifiers, many at once: the same for the same, good for nothing else.

BLAKE2b with a key and a digest of eight bytes. Whoever has no key can neither undo a hash nor
try out identifiers; whoever needs a person's name must go back to the source.
"""

from __future__ import annotations

import numpy as np
from numba import njit
from numpy.typing import NDArray

KEY_BYTES = 32
_SLOT_BITS = 24
"""16 MB at most; a table four to eight times as long as the hashes stays in the cache longest."""
_BLOCK = 128
_IV = np.array(
    [
        0x6A09E667F3BCC908,
        0xBB67AE8584CAA73B,
        0x3C6EF372FE94F82B,
        0xA54FF53A5F1D36F1,
        0x510E527FADE682D1,
        0x9B05688C2B3E6C1F,
        0x1F83D9ABFB41BD6B,
        0x5BE0CD19137E2179,
    ],
    dtype=np.uint64,
)
_SIGMA = np.array(
    [
        [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15],
        [14, 10, 4, 8, 9, 15, 13, 6, 1, 12, 0, 2, 11, 7, 5, 3],
        [11, 8, 12, 0, 5, 2, 15, 13, 10, 14, 3, 6, 7, 1, 9, 4],
        [7, 9, 3, 1, 13, 12, 11, 14, 2, 6, 5, 10, 4, 0, 15, 8],
        [9, 0, 5, 7, 2, 4, 10, 15, 14, 1, 11, 12, 6, 8, 3, 13],
        [2, 12, 6, 10, 0, 11, 8, 3, 4, 13, 7, 5, 15, 14, 1, 9],
        [12, 5, 1, 15, 14, 13, 4, 10, 0, 7, 6, 3, 9, 2, 8, 11],
        [13, 11, 7, 14, 12, 1, 3, 9, 5, 0, 15, 4, 8, 6, 2, 10],
        [6, 15, 14, 9, 11, 3, 0, 8, 12, 2, 13, 7, 1, 4, 10, 5],
        [10, 2, 8, 4, 7, 6, 1, 5, 15, 11, 9, 14, 3, 12, 13, 0],
        [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15],
        [14, 10, 4, 8, 9, 15, 13, 6, 1, 12, 0, 2, 11, 7, 5, 3],
    ],
    dtype=np.int64,
)

Words = NDArray[np.uint64]
Bytes = NDArray[np.uint8]


def keyed_hashes(content: Bytes, offsets: NDArray[np.int64], key: bytes) -> NDArray[np.int64]:
    """Return the keyed hash of each text.

    Use it to tell that two rows name the same thing without keeping the name. Do not use it to
    keep passwords, and do not show its results: with the key they can be looked up.

    Parameters
    ----------
    content : ndarray of uint8
        The bytes of all texts, one after the other.
    offsets : ndarray of int64, shape (n + 1,)
        Where each text begins, and where the last ends.
    key : bytes
        `KEY_BYTES` bytes, secret; at most 64.

    Returns
    -------
    ndarray of int64, shape (n,)
        The first eight bytes of BLAKE2b, little endian, as a signed number. Among n texts two
        different ones collide with probability below n² / 2⁶⁵: 7e-5 for fifty million.

    References
    ----------
    .. [1] Saarinen, M.-J. and Aumasson, J.-P. (2015). The BLAKE2 cryptographic hash and message
       authentication code. RFC 7693.

    Examples
    --------
    >>> import numpy as np
    >>> both = keyed_hashes(np.frombuffer(b"abab", np.uint8), np.array([0, 2, 4]), bytes(32))
    >>> bool(both[0] == both[1])
    True
    """
    state = _IV.copy()
    state[0] ^= np.uint64(0x01010000 ^ (len(key) << 8) ^ 8)
    block = np.zeros(_BLOCK, dtype=np.uint8)
    block[: len(key)] = np.frombuffer(key, np.uint8)
    found = np.empty(len(offsets) - 1, dtype=np.uint64)
    _hash_all(content, np.asarray(offsets, np.int64), state, block.view(np.uint64), found)
    signed: NDArray[np.int64] = found.view(np.int64)
    return signed


@njit(cache=True, nogil=True, inline="always")
def _mix(  # noqa: PLR0913, PLR0917 # pragma: no cover - compiled
    v: Words, a: int, b: int, c: int, d: int, x: np.uint64, y: np.uint64
) -> None:
    v[a] = v[a] + v[b] + x
    t = v[d] ^ v[a]
    v[d] = (t >> np.uint64(32)) | (t << np.uint64(32))
    v[c] = v[c] + v[d]
    t = v[b] ^ v[c]
    v[b] = (t >> np.uint64(24)) | (t << np.uint64(40))
    v[a] = v[a] + v[b] + y
    t = v[d] ^ v[a]
    v[d] = (t >> np.uint64(16)) | (t << np.uint64(48))
    v[c] = v[c] + v[d]
    t = v[b] ^ v[c]
    v[b] = (t >> np.uint64(63)) | (t << np.uint64(1))


@njit(cache=True, nogil=True)
def _compress(  # pragma: no cover - compiled
    h: Words, m: Words, v: Words, n_bytes: int, last: int
) -> None:
    """Take one block into the state `h`, 1 for the last; `v` is room to work in."""
    for i in range(8):
        v[i] = h[i]
        v[i + 8] = _IV[i]
    v[12] ^= np.uint64(n_bytes)
    if last:
        v[14] = ~v[14]
    for r in range(12):
        s = _SIGMA[r]
        _mix(v, 0, 4, 8, 12, m[s[0]], m[s[1]])
        _mix(v, 1, 5, 9, 13, m[s[2]], m[s[3]])
        _mix(v, 2, 6, 10, 14, m[s[4]], m[s[5]])
        _mix(v, 3, 7, 11, 15, m[s[6]], m[s[7]])
        _mix(v, 0, 5, 10, 15, m[s[8]], m[s[9]])
        _mix(v, 1, 6, 11, 12, m[s[10]], m[s[11]])
        _mix(v, 2, 7, 8, 13, m[s[12]], m[s[13]])
        _mix(v, 3, 4, 9, 14, m[s[14]], m[s[15]])
    for i in range(8):
        h[i] ^= v[i] ^ v[i + 8]


@njit(cache=True, nogil=True)
def _hash_all(  # pragma: no cover - compiled
    content: Bytes, offsets: NDArray[np.int64], start: Words, key: Words, found: Words
) -> None:
    v = np.empty(16, dtype=np.uint64)
    m = np.empty(16, dtype=np.uint64)
    keyed = start.copy()
    _compress(keyed, key, v, 128, 0)
    h = np.empty(8, dtype=np.uint64)
    for i in range(found.size):
        first, last = offsets[i], offsets[i + 1]
        if first == last:
            # Nothing follows the key: its block is the last one.
            h[:] = start
            _compress(h, key, v, 128, 1)
            found[i] = h[0]
            continue
        h[:] = keyed
        done = 128
        while first < last:
            n = min(last - first, 128)
            m[:] = np.uint64(0)
            for j in range(n):
                m[j >> 3] |= np.uint64(content[first + j]) << np.uint64(8 * (j & 7))
            first += n
            done += n
            _compress(h, m, v, done, int(first == last))
        found[i] = h[0]


@njit(cache=True, nogil=True)
def mix_into(state: Words, values: Words) -> None:
    """Mix another column into the hash of each row, in place (the finaliser of splitmix64).

    Use it on hashes that are keyed already, to tell rows that say the same. By itself it hides
    nothing: it can be undone.

    Parameters
    ----------
    state : ndarray of uint64, shape (n,)
        What the columns so far gave; 0 at first.
    values : ndarray of uint64, shape (n,)
        The next column.
    """
    for i in range(len(state)):
        z = (state[i] ^ values[i]) + np.uint64(0x9E3779B97F4A7C15)
        z = (z ^ (z >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
        z = (z ^ (z >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
        state[i] = z ^ (z >> np.uint64(31))


def may_come_twice(hashes: NDArray[np.int64]) -> NDArray[np.bool_]:
    """Tell which hashes may be among the others: all that are, and a few more.

    Use it before hashes are sorted or compared one by one: of many rows few are left.

    Parameters
    ----------
    hashes : ndarray of int64, shape (n,)
        Values whose low bits are spread evenly, as those of `keyed_hashes` and `mix_into`.
    """
    n_slots = 1 << min(max((4 * len(hashes)).bit_length(), 8), _SLOT_BITS)
    found = np.empty(len(hashes), dtype=np.bool_)
    _find_shared(hashes, np.zeros(n_slots, dtype=np.uint8), found)
    return found


@njit(cache=True, nogil=True)
def _find_shared(  # pragma: no cover - compiled
    hashes: NDArray[np.int64], slots: Bytes, found: NDArray[np.bool_]
) -> None:
    """Tell which hashes share their low bits with another one."""
    low = slots.size - 1
    for i in range(hashes.size):
        slots[hashes[i] & low] = min(slots[hashes[i] & low] + 1, 2)
    for i in range(hashes.size):
        found[i] = slots[hashes[i] & low] > 1
