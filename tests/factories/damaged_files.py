"""Files as no program writes them: damaged, wrongly named, wrapped once more."""

from __future__ import annotations

import gzip
from collections.abc import Callable
from functools import cache
from pathlib import Path

import numpy as np

from factories.file_types import all_types, zipped

NUMBERS = (b"\x00", b"\xff", b"\x7f", b"\x80", b"\xff" * 4, b"\x7f\xff\xff\xff", b"-1", b"9" * 20)
Mutation = Callable[[bytearray, np.random.Generator, int, int], None]


@cache
def seeds() -> dict[str, bytes]:
    """Return the undamaged files."""
    return all_types()


def _flip(out: bytearray, rng: np.random.Generator, _at: int, _length: int) -> None:
    for place in rng.integers(len(out), size=int(rng.integers(1, 16))):
        out[place] ^= 1 << int(rng.integers(8))


def _cut(out: bytearray, _rng: np.random.Generator, at: int, _length: int) -> None:
    del out[at:]


def _repeat(out: bytearray, rng: np.random.Generator, at: int, length: int) -> None:
    out[at:at] = out[at : at + length] * int(rng.integers(1, 20))


def _remove(out: bytearray, _rng: np.random.Generator, at: int, length: int) -> None:
    del out[at : at + length]


def _swap(out: bytearray, rng: np.random.Generator, at: int, _length: int) -> None:
    other = int(rng.integers(len(out)))
    out[at], out[other] = out[other], out[at]


def _garbage(out: bytearray, rng: np.random.Generator, at: int, length: int) -> None:
    out[at : at + length] = rng.bytes(length)


def _number(out: bytearray, rng: np.random.Generator, at: int, _length: int) -> None:
    value = NUMBERS[int(rng.integers(len(NUMBERS)))]
    out[at : at + len(value)] = value


def _zeros(out: bytearray, _rng: np.random.Generator, at: int, length: int) -> None:
    out[at : at + length] = bytes(length)


MUTATIONS: tuple[Mutation, ...] = (
    _flip,
    _cut,
    _repeat,
    _remove,
    _swap,
    _garbage,
    _number,
    _zeros,
)


def damaged(data: bytes, rng: np.random.Generator) -> bytes:
    """Return the bytes with a few random mutations."""
    out = bytearray(data)
    for _ in range(int(rng.integers(1, 5))):
        if out:
            at, length = int(rng.integers(len(out))), int(rng.integers(1, 64))
            MUTATIONS[int(rng.integers(len(MUTATIONS)))](out, rng, at, length)
    return bytes(out)


def hostile(rng: np.random.Generator) -> tuple[str, bytes]:
    """Return a file name and bytes: damaged, under a wrong name, or wrapped once more."""
    names = sorted(seeds())
    name = names[int(rng.integers(len(names)))]
    data = seeds()[name]
    dice = rng.random()
    if dice < 0.92:
        data = damaged(data, rng)
    if dice > 0.85:
        other = names[int(rng.integers(len(names)))]
        name = f"data{''.join(Path(other).suffixes)}"
    if rng.random() < 0.04:
        name, data = "data.zip", zipped({name: data, "again.zip": zipped({name: data})})
    if rng.random() < 0.02:
        name, data = f"{name}.gz", gzip.compress(data, mtime=0)
    if rng.random() < 0.02:
        data = rng.bytes(int(rng.integers(1, 4000)))
    return name, data
