"""Whatever is sent: a clean photo or a clear error, and nothing of what was hidden in the file."""

from __future__ import annotations

import io
from functools import cache

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PIL import Image

from convive.app.fieldwork.photo_ports import AskedFacts, CleanPhoto
from convive.connectors.photos import covering, decoding
from convive.connectors.photos.cleaner import _encoded
from convive.connectors.photos.views import tiles
from convive.core.errors import RequestError
from factories import photo_files as files

KINDS = ("JPEG", "PNG", "WEBP", "HEIF")
CODES = {"PHOTO_UNREADABLE", "PHOTO_KIND", "PHOTO_TOO_MANY_PIXELS"}
FEW = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])


@cache
def _sound(kind: str) -> bytes:
    if kind == "JPEG":
        return files.laden_jpeg()
    return files.encoded(files.picture(), kind, exif=files.exif())


def _cleaned(data: bytes) -> CleanPhoto | None:
    """What a cleaner that finds nobody makes of it; None for a clear refusal."""
    try:
        decoded = decoding.decode(data, AskedFacts(taken_at=True, position=True))
    except RequestError as error:
        return None if error.code in CODES else pytest.fail(error.code)
    height, width = decoded.pixels.shape[:2]
    return CleanPhoto(_encoded(decoded.pixels), width, height, 0, 0)


@given(st.binary(max_size=300), st.sampled_from([b"", b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n", b"RIFF\0\0\0\0WEBP", b"\0\0\0\x18ftypheic"]))  # fmt: skip
@FEW
def test_random_bytes_are_refused_clearly(data: bytes, head: bytes) -> None:
    _cleaned(head + data)


@given(st.sampled_from(KINDS), st.floats(0, 1))
@FEW
def test_a_file_cut_anywhere_is_refused_or_harmless(kind: str, share: float) -> None:
    sound = _sound(kind)
    photo = _cleaned(sound[: int(len(sound) * share)])
    if photo is not None:
        assert [trace for trace in files.TRACES if trace in photo.data] == []


@given(
    st.sampled_from(KINDS),
    st.lists(st.tuples(st.integers(0, 600), st.integers(0, 255)), min_size=1, max_size=12),
)
@settings(FEW, max_examples=150)
def test_a_file_with_mangled_bytes_is_refused_or_harmless(
    kind: str, changes: list[tuple[int, int]]
) -> None:
    data = bytearray(_sound(kind))
    for at, value in changes:
        data[at % len(data)] = value
    photo = _cleaned(bytes(data))
    if photo is not None:
        assert [trace for trace in files.TRACES if trace in photo.data] == []


@given(st.sampled_from(KINDS), st.binary(min_size=12, max_size=60), st.booleans())
@FEW
def test_what_is_appended_never_comes_through(kind: str, secret: bytes, zipped: bool) -> None:
    page = b"<html><script>" + secret + b"</script>"
    photo = _cleaned(_sound(kind) + (files.archive(secret) if zipped else page))
    assert photo is not None
    assert photo.data == _cleaned(_sound(kind)).data  # type: ignore[union-attr]
    assert b"<script" not in photo.data
    assert b"PK\x03\x04" not in photo.data


BOXES = st.lists(
    st.tuples(*(st.floats(-50, 250, allow_nan=False) for _ in range(4))), min_size=1, max_size=8
)


@given(BOXES, st.floats(0, 0.5))
@FEW
def test_boxes_stay_within_the_picture_and_joining_uncovers_nothing(
    rows: list[tuple[float, ...]], margin: float
) -> None:
    boxes = covering.pixel_boxes(np.array(rows), margin, 200, 120)
    joined = covering.joined(boxes)
    assert len(joined) <= len(boxes)
    before, after = np.zeros((120, 200), bool), np.zeros((120, 200), bool)
    for mask, some in ((before, boxes), (after, joined)):
        for left, top, right, bottom in some:
            assert 0 <= left < right <= 200
            assert 0 <= top < bottom <= 120
            mask[top:bottom, left:right] = True
    assert not (before & ~after).any()


@given(st.integers(0, 2**31), st.integers(1, 40), st.integers(1, 40))
@FEW
def test_a_cover_leaves_three_numbers_of_eight_levels(seed: int, width: int, height: int) -> None:
    pixels = np.random.default_rng(seed).integers(0, 256, (60, 60, 3), dtype=np.uint8)
    untouched = pixels.copy()
    covering.cover(pixels, np.array([[10, 10, 10 + width, 10 + height]]))
    part = pixels[10 : 10 + height, 10 : 10 + width]
    assert len(np.unique(part.reshape(-1, 3), axis=0)) == 1
    assert (part % 32 == 16).all()
    pixels[10 : 10 + height, 10 : 10 + width] = untouched[10 : 10 + height, 10 : 10 + width]
    assert (pixels == untouched).all()


@given(
    st.integers(40, 3000), st.integers(40, 3000), st.sampled_from([1.0, 0.5]), st.integers(0, 3)
)  # fmt: skip
@settings(FEW, max_examples=25)
def test_a_box_seen_in_any_view_comes_back_to_its_place(
    width: int, height: int, scale: float, quarters: int
) -> None:
    pixels = np.zeros((height, width, 3), np.uint8)
    left, top = width // 4, height // 3
    pixels[top : top + 12, left : left + 12] = 255
    seen = False
    for view in tiles(pixels, scale, quarters):
        rows, columns = np.nonzero(view.pixels[:, :, 0] > 127)
        if len(rows) < (12 * scale - 2) ** 2:
            continue
        box = [columns.min(), rows.min(), columns.max() + 1, rows.max() + 1]
        back = view.to_picture(np.array([box], dtype=float))[0]
        assert np.abs(back - [left, top, left + 12, top + 12]).max() <= 4
        seen = True
    assert seen


def test_a_decoder_sees_no_more_than_its_own_kind() -> None:
    """A PNG behind the first bytes of a JPEG is not handed to the reader of PNG."""
    data = b"\xff\xd8\xff" + files.encoded(Image.new("RGB", (9, 9)), "PNG")
    assert _cleaned(data) is None
    assert io.BytesIO(data).read(3) == b"\xff\xd8\xff"
