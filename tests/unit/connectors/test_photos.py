"""What comes out of the photo cleaner, and what is refused."""

from __future__ import annotations

import io
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta, timezone

import numpy as np
import pytest
from PIL import Image

from convive.app.fieldwork.photo_ports import AskedFacts, CoverBox
from convive.connectors.photos import LocalPhotoCleaner, cleaner, decoding, kinds, models
from convive.core.errors import ConviveError, RequestError, SourceError
from factories import photo_files as files

NOBODY = np.zeros((0, 4))
KINDS = ("JPEG", "PNG", "WEBP", "HEIF")
EVERYTHING = AskedFacts(taken_at=True, position=True)


@pytest.fixture
def blind(monkeypatch: pytest.MonkeyPatch) -> LocalPhotoCleaner:
    """A cleaner that finds nobody: for all that has nothing to do with finding."""
    monkeypatch.setattr(cleaner, "find_faces", lambda _pixels: NOBODY)
    monkeypatch.setattr(cleaner, "find_plates", lambda _pixels: NOBODY)
    return LocalPhotoCleaner()


def _opened(data: bytes) -> Image.Image:
    with Image.open(io.BytesIO(data), formats=["JPEG"]) as picture:
        picture.load()
        return picture


def _code(work: object, data: bytes) -> str:
    assert callable(work)
    with pytest.raises(ConviveError) as caught:
        work(data)
    return caught.value.code


# --- kinds and limits


@pytest.mark.parametrize("kind", KINDS)
def test_four_kinds_are_taken_and_come_out_as_jpeg(blind: LocalPhotoCleaner, kind: str) -> None:
    photo = blind.clean(files.encoded(files.picture(), kind))
    assert photo.data[:3] == b"\xff\xd8\xff"
    assert (photo.width, photo.height) == _opened(photo.data).size == (96, 64)
    assert (photo.n_faces, photo.n_plates, photo.n_by_hand) == (0, 0, 0)


@pytest.mark.parametrize("kind", ["GIF", "BMP", "TIFF", "AVIF", "PDF", "ICO", "PPM", "EPS"])
def test_other_kinds_are_refused_though_pillow_could_read_them(
    blind: LocalPhotoCleaner, kind: str
) -> None:
    try:
        data = files.encoded(files.picture(), kind)
    except (OSError, KeyError):
        pytest.skip(f"this Pillow does not write {kind}")
    assert _code(blind.clean, data) == "PHOTO_KIND"


@pytest.mark.parametrize(
    "data", [b"", b"<svg xmlns='x'/>", b"<html>", b"MZ\x90", files.archive(b"x"), b"\0" * 64]
)
def test_what_is_no_photo_is_refused(blind: LocalPhotoCleaner, data: bytes) -> None:
    assert _code(blind.clean, data) == "PHOTO_KIND"


def test_a_file_above_the_limit_is_refused_unread(blind: LocalPhotoCleaner) -> None:
    data = files.encoded(files.picture()) + b"\0" * kinds.MAX_BYTES
    assert _code(blind.clean, data) == "PHOTO_TOO_LARGE"


@pytest.mark.parametrize("size", [(7746, 7746), (30000, 30000), (2_000_000_000, 2)])
def test_a_small_file_that_unfolds_to_a_huge_picture_is_refused(
    blind: LocalPhotoCleaner, size: tuple[int, int]
) -> None:
    code = _code(blind.clean, files.png_that_claims(*size))
    assert code in {"PHOTO_TOO_MANY_PIXELS", "PHOTO_UNREADABLE"}
    if size[0] == size[1]:
        assert code == "PHOTO_TOO_MANY_PIXELS"


def test_a_jpeg_with_endless_scans_is_refused(blind: LocalPhotoCleaner) -> None:
    plain = files.encoded(files.picture(), progressive=True)
    scan = plain.rindex(b"\xff\xda")
    data = plain[:scan] + plain[scan:-2] * (kinds.MOST_SCANS + 1) + b"\xff\xd9"
    assert _code(blind.clean, data) == "PHOTO_UNREADABLE"


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("share", [0.05, 0.3, 0.6, 0.9])
def test_an_incomplete_file_is_refused(blind: LocalPhotoCleaner, kind: str, share: float) -> None:
    rng = np.random.default_rng(1)
    noise = Image.fromarray(rng.integers(0, 255, (200, 200, 3), dtype=np.uint8))
    data = files.encoded(noise, kind)
    code = _code(blind.clean, data[: int(len(data) * share)])
    assert code in {"PHOTO_UNREADABLE", "PHOTO_KIND"}


# --- nothing but pixels


@pytest.mark.parametrize("asked", [AskedFacts(), EVERYTHING])
def test_nothing_of_the_metadata_survives(blind: LocalPhotoCleaner, asked: AskedFacts) -> None:
    data = files.laden_jpeg()
    assert all(trace in data for trace in files.TRACES if trace != b"GPS")
    photo = blind.clean(data, asked)
    assert [trace for trace in files.TRACES if trace in photo.data] == []
    assert b"PK\x03\x04" not in photo.data
    assert photo.data.endswith(b"\xff\xd9")
    assert photo.data.count(b"\xff\xd8\xff") == 1, "no thumbnail"
    # JFIF header, tables, frame, scan: no other segment
    assert set(files.segments_of(photo.data)) <= {0xE0, 0xDB, 0xC0, 0xC4, 0xDA}
    opened = _opened(photo.data)
    assert dict(opened.getexif()) == {}
    assert not {"exif", "icc_profile", "xmp", "comment", "photoshop"} & set(opened.info)


@pytest.mark.parametrize("kind", ["PNG", "WEBP", "HEIF"])
def test_nothing_of_the_metadata_of_other_kinds_survives(
    blind: LocalPhotoCleaner, kind: str
) -> None:
    data = files.encoded(files.picture(), kind, exif=files.exif())
    assert files.MAKER in data
    photo = blind.clean(data)
    assert [trace for trace in files.TRACES if trace in photo.data] == []


def test_only_what_the_form_asks_for_is_handed_over(blind: LocalPhotoCleaner) -> None:
    data = files.laden_jpeg()
    taken = datetime(2026, 5, 17, 21, 40, 3, tzinfo=timezone(timedelta(hours=2)))
    nothing, when = blind.clean(data), blind.clean(data, AskedFacts(taken_at=True))
    where = blind.clean(data, AskedFacts(position=True))
    assert (nothing.taken_at, nothing.position) == (None, None)
    assert (when.taken_at, when.position) == (taken, None)
    assert (where.taken_at, where.position) == (None, files.POSITION)
    assert nothing.data == when.data == where.data


@pytest.mark.parametrize("kind", ["PNG", "WEBP", "HEIF"])
def test_time_and_place_are_read_from_other_kinds(blind: LocalPhotoCleaner, kind: str) -> None:
    photo = blind.clean(files.encoded(files.picture(), kind, exif=files.exif()), EVERYTHING)
    assert photo.position == files.POSITION
    assert photo.taken_at is not None


@pytest.mark.parametrize(
    ("latitude", "reference"),
    [
        ((0.0, 0.0, 0.0), "N"),
        ((91.0, 0.0, 0.0), "N"),
        ((48.0, 51.0), "N"),
        ((48.0, 51.0, 2.0), "X"),
    ],
)
def test_an_impossible_place_is_none(
    blind: LocalPhotoCleaner, latitude: tuple[float, ...], reference: str
) -> None:
    from PIL.ExifTags import GPS, IFD

    facts = files.exif()
    place = facts.get_ifd(IFD.GPSInfo)
    place[GPS.GPSLatitude], place[GPS.GPSLatitudeRef] = latitude, reference
    if latitude == (0.0, 0.0, 0.0):
        place[GPS.GPSLongitude] = latitude
    photo = blind.clean(files.encoded(files.picture(), exif=facts), EVERYTHING)
    assert photo.position is None


@pytest.mark.parametrize("written", ["", "yesterday", "2026:13:40 25:61:00", "0000:00:00 00:00:00"])
def test_an_impossible_time_is_none(blind: LocalPhotoCleaner, written: str) -> None:
    from PIL.ExifTags import IFD, Base

    facts = files.exif()
    facts.get_ifd(IFD.Exif)[Base.DateTimeOriginal] = written
    photo = blind.clean(files.encoded(files.picture(), exif=facts), EVERYTHING)
    assert photo.taken_at is None


def test_a_photo_without_facts_has_none(blind: LocalPhotoCleaner) -> None:
    photo = blind.clean(files.encoded(files.picture()), EVERYTHING)
    assert (photo.taken_at, photo.position) == (None, None)


# --- the picture itself


@pytest.mark.parametrize("orientation", range(1, 9))
def test_every_orientation_comes_out_upright(blind: LocalPhotoCleaner, orientation: int) -> None:
    undo = {
        2: Image.Transpose.FLIP_LEFT_RIGHT,
        3: Image.Transpose.ROTATE_180,
        4: Image.Transpose.FLIP_TOP_BOTTOM,
        5: Image.Transpose.TRANSPOSE,
        6: Image.Transpose.ROTATE_90,
        7: Image.Transpose.TRANSVERSE,
        8: Image.Transpose.ROTATE_270,
    }
    lying = files.picture()
    if orientation in undo:
        lying = lying.transpose(undo[orientation])
    data = files.encoded(lying, exif=files.exif(orientation), quality=95, subsampling=0)
    photo = blind.clean(data)
    corners = np.asarray(_opened(photo.data))[[8, 8, -8, -8], [8, -8, 8, -8]].astype(int)
    expected = np.array([(220, 30, 30), (30, 200, 30), (30, 30, 220), (230, 230, 40)])
    assert np.abs(corners - expected).max() < 25


@pytest.mark.parametrize(
    ("size", "expected"),
    [((4000, 3000), (2048, 1536)), ((100, 5000), (41, 2048)), ((1, 1), (1, 1)), ((9000, 2), (2048, 1))],
)  # fmt: skip
def test_the_long_side_is_at_most_2048(
    blind: LocalPhotoCleaner, size: tuple[int, int], expected: tuple[int, int]
) -> None:
    photo = blind.clean(files.encoded(Image.new("RGB", size, (90, 120, 30))))
    assert (photo.width, photo.height) == _opened(photo.data).size == expected


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "RGBA", "CMYK", "I;16"])
def test_every_way_of_storing_colours_comes_out_as_srgb(
    blind: LocalPhotoCleaner, mode: str
) -> None:
    if mode == "I;16":
        source = Image.fromarray(np.full((40, 40), 65535, np.uint16))
    else:
        source = Image.new("RGB", (40, 40), (255, 255, 255)).convert(mode)
    photo = blind.clean(files.encoded(source, "JPEG" if mode == "CMYK" else "PNG"))
    opened = _opened(photo.data)
    assert opened.mode == "RGB"
    assert np.asarray(opened).min() > 245


def test_what_is_transparent_becomes_white(blind: LocalPhotoCleaner) -> None:
    photo = blind.clean(files.encoded(Image.new("RGBA", (40, 40), (200, 0, 0, 0)), "PNG"))
    assert np.asarray(_opened(photo.data)).min() > 250


def test_a_damaged_profile_is_left_aside(blind: LocalPhotoCleaner) -> None:
    photo = blind.clean(files.encoded(files.picture(), "PNG", icc_profile=b"\x01" * 300))
    assert (photo.width, photo.height) == (96, 64)


def test_another_colour_space_is_converted(blind: LocalPhotoCleaner) -> None:
    from PIL import ImageCms

    # a profile of the same colours whose red and blue primaries changed places
    profile = bytearray(ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes())
    red, blue = profile.index(b"rXYZ"), profile.index(b"bXYZ")
    profile[red : red + 4], profile[blue : blue + 4] = b"bXYZ", b"rXYZ"
    source = Image.new("RGB", (40, 40), (250, 0, 0))
    photo = blind.clean(files.encoded(source, "PNG", icc_profile=bytes(profile)))
    colour = np.asarray(_opened(photo.data))[20, 20]
    assert colour[2] > colour[0] + 140


@pytest.mark.parametrize("kind", ["PNG", "WEBP"])
def test_of_an_animation_the_first_picture_is_taken(blind: LocalPhotoCleaner, kind: str) -> None:
    first, second = Image.new("RGB", (32, 32), (250, 0, 0)), Image.new("RGB", (32, 32), (0, 0, 250))
    data = files.encoded(first, kind, save_all=True, append_images=[second], duration=100)
    colour = np.asarray(_opened(blind.clean(data).data))[16, 16]
    assert colour[0] > colour[2] + 140


# --- covering


def test_what_is_covered_cannot_be_told_apart(blind: LocalPhotoCleaner) -> None:
    """Two photos that differ only under the cover, with the same mean, give the same bytes."""
    rng = np.random.default_rng(2)
    inside = rng.integers(0, 255, (32, 48, 3), dtype=np.uint8)
    ground = np.full((96, 96, 3), 130, np.uint8)
    results = []
    for part in (inside, inside[::-1, ::-1]):
        ground[16:48, 16:64] = part
        data = files.encoded(Image.fromarray(ground), "PNG")
        results.append(blind.cover(data, [CoverBox(16, 16, 64, 48)]))
    assert results[0].data == results[1].data
    assert (results[0].n_by_hand, results[0].n_faces) == (1, 0)


def test_a_cover_is_one_colour_and_the_rest_stays(blind: LocalPhotoCleaner) -> None:
    photo = blind.cover(files.encoded(files.picture(), "PNG"), [CoverBox(30.4, 20, 200, 44)])
    pixels = np.asarray(_opened(photo.data)).astype(int)
    assert (
        np.ptp(pixels[24:40, 36:90].reshape(-1, 3), axis=0).max() <= 16
    )  # JPEG's ringing at the edge
    assert np.abs(pixels[4, 4] - [220, 30, 30]).max() < 12


@pytest.mark.parametrize(
    "box",
    [
        CoverBox(96, 0, 120, 20),
        CoverBox(-20, -20, 0, 0),
        CoverBox(30, 30, 30, 40),
        CoverBox(40, 30, 20, 40),
        CoverBox(float("nan"), 0, 10, 10),
        CoverBox(0, 0, float("inf"), 10),
    ],
)
def test_a_rectangle_that_covers_nothing_is_refused(
    blind: LocalPhotoCleaner, box: CoverBox
) -> None:
    with pytest.raises(RequestError) as caught:
        blind.cover(files.encoded(files.picture()), [CoverBox(0, 0, 9, 9), box])
    assert caught.value.code == "PHOTO_BOX"


# --- failing closed


def test_without_the_networks_nothing_is_let_through(
    monkeypatch: pytest.MonkeyPatch, tmp_path_factory: pytest.TempPathFactory
) -> None:
    monkeypatch.setattr(models, "FOLDER", tmp_path_factory.mktemp("none"))
    models._session.cache_clear()
    with pytest.raises(SourceError) as caught:
        LocalPhotoCleaner().clean(files.encoded(files.picture()))
    assert caught.value.code == "PHOTO_DETECTOR"
    assert not models.installed()


def test_an_exchanged_network_lets_nothing_through(
    monkeypatch: pytest.MonkeyPatch, tmp_path_factory: pytest.TempPathFactory
) -> None:
    folder = tmp_path_factory.mktemp("exchanged")
    for name in models.SHA256:
        (folder / name).write_bytes(b"\x08\x04")
    monkeypatch.setattr(models, "FOLDER", folder)
    models._session.cache_clear()
    with pytest.raises(SourceError) as caught:
        LocalPhotoCleaner().clean(files.encoded(files.picture()))
    assert caught.value.code == "PHOTO_DETECTOR"


def test_a_detector_that_fails_lets_nothing_through(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(_pixels: np.ndarray) -> np.ndarray:
        raise RuntimeError

    monkeypatch.setattr(cleaner, "find_plates", lambda _pixels: NOBODY)
    monkeypatch.setattr(cleaner, "find_faces", broken)
    with pytest.raises(RuntimeError):
        LocalPhotoCleaner().clean(files.encoded(files.picture()))


def test_many_threads_get_the_same_answer(blind: LocalPhotoCleaner) -> None:
    data = [files.encoded(files.picture(), kind) for kind in KINDS] * 4
    alone = [blind.clean(one).data for one in data]
    with ThreadPoolExecutor(8) as pool:
        together = [photo.data for photo in pool.map(blind.clean, data)]
    assert alone == together


def test_the_limits_are_those_of_the_sentences() -> None:
    assert kinds.MAX_BYTES == 20_000_000
    assert decoding.MAX_PIXELS == 60_000_000
    assert decoding.MAX_SIDE == 2048
