"""Close looks, where they are taken, and photos that take turns."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager

import numpy as np
import pytest

from convive.connectors.photos import LocalPhotoCleaner, cleaner, decoding, faces, models, plates
from convive.connectors.photos.sheets import cut, on_sheets
from factories import photo_files as files
from factories import photo_scenes as scenes

NOBODY = np.zeros((0, 4))


def _bright_spots(sheet: np.ndarray) -> np.ndarray:
    """Find white squares, as a detector would: one box each."""
    from scipy import ndimage

    labels, _ = ndimage.label(sheet[:, :, 0] > 220)
    return np.array(
        [
            [place[1].start, place[0].start, place[1].stop, place[0].stop]
            for place in ndimage.find_objects(labels)
        ],
        dtype=float,
    ).reshape(-1, 4)


# --- sheets


@pytest.mark.parametrize("quarters", range(4))
@pytest.mark.parametrize("scale", [0.5, 1.0, 2.0])
def test_what_is_seen_on_a_sheet_comes_back_to_its_place(quarters: int, scale: float) -> None:
    pixels = np.zeros((700, 900, 3), np.uint8)
    middles = [(100, 80), (450, 350), (880, 690), (12, 400), (300, 600), (700, 200), (600, 500)]
    views = []
    for x, y in middles:
        pixels[y - 6 : y + 6, x - 10 : x + 10] = 255
    views = [cut(pixels, middle, scale, (96, 96), quarters) for middle in middles]
    found = on_sheets(views, _bright_spots, side=220)
    assert len(found) == len(middles)
    wanted = np.array([(x - 10, y - 6, x + 10, y + 6) for x, y in middles])
    assert np.abs(found - wanted).max() <= 2


def test_a_picture_smaller_than_a_close_look_is_seen_whole() -> None:
    pixels = np.zeros((20, 30, 3), np.uint8)
    pixels[5:15, 10:20] = 255
    view = cut(pixels, (3, 3), 2.0, (96, 96))
    assert view.pixels.shape == (40, 60, 3)
    found = on_sheets([view], _bright_spots)
    assert np.abs(found - [[10, 5, 20, 15]]).max() <= 1


def test_no_close_looks_find_nothing() -> None:
    assert on_sheets([], _bright_spots).shape == (0, 4)


# --- where to look


@pytest.mark.parametrize("light", [1.0, 0.25])
@pytest.mark.parametrize("width", [40, 80])
def test_small_plates_are_looked_at_closely(width: int, light: float) -> None:
    rng = np.random.default_rng(width)
    picture = scenes.street(rng, 1600, 1200)
    scenes.clutter(picture, rng)
    scenes.car(picture, (800, 900), width, rng)
    scenes.put(picture, scenes.plate("de", width), (800, 900))
    pixels = np.array(scenes.spoilt(picture, light=light))
    reach = np.array(plates.CLOSE) / plates.ENLARGED / 2
    near = np.abs(np.array(plates.busy_places(pixels)) - (800, 900)) <= reach
    assert near.all(axis=1).any()


def test_a_bare_wall_is_not_looked_at_and_a_pattern_costs_no_more_than_allowed() -> None:
    rng = np.random.default_rng(1)
    wall = rng.normal(150, 4, (1536, 2048, 1)).clip(0, 255).astype(np.uint8).repeat(3, axis=2)
    assert plates.busy_places(wall) == []
    stripes = np.zeros((1536, 2048, 3), np.uint8)
    stripes[:, ::4] = stripes[:, 1::4] = 255
    assert len(plates.busy_places(stripes)) == plates.MOST_CLOSE


def test_hints_of_the_same_face_are_looked_at_once_and_a_crowd_is_bounded() -> None:
    same = np.array([[10, 10, 30, 30, 0.1], [12, 11, 31, 33, 0.2], [90, 10, 110, 30, 0.05]])
    assert faces._apart(same)[:, 4].tolist() == [0.2, 0.05]
    x = np.arange(400) * 50.0
    crowd = np.column_stack([x, x, x + 20, x + 20, np.linspace(0.03, 0.2, 400)])
    assert len(faces._apart(crowd)) == faces.MOST_HINTS
    assert faces._apart(crowd)[0, 4] == 0.2


@pytest.mark.parametrize("size", [(1, 1), (2, 3), (9, 1), (17, 2000)])
def test_tiny_and_narrow_pictures_have_no_busy_place_or_some_but_no_error(
    size: tuple[int, int],
) -> None:
    pixels = np.random.default_rng(3).integers(0, 256, (size[1], size[0], 3), dtype=np.uint8)
    for x, y in plates.busy_places(pixels):
        assert cut(pixels, (x, y), plates.ENLARGED, plates.CLOSE).pixels.size


# --- taking turns


class _Session:
    """A network that notes how many runs there are at once."""

    def __init__(self) -> None:
        self.now = self.most = 0

    @contextmanager
    def _noted(self) -> Iterator[None]:
        self.now += 1
        self.most = max(self.most, self.now)
        time.sleep(0.01)
        yield
        self.now -= 1

    def get_inputs(self) -> list[object]:
        return [type("Input", (), {"name": "x"})()]

    def run(self, _names: None, _inputs: object) -> list[np.ndarray]:
        with self._noted():
            return []


def test_one_run_at_a_time_so_memory_does_not_add_up(monkeypatch: pytest.MonkeyPatch) -> None:
    session = _Session()
    monkeypatch.setattr(models, "_session", lambda _name: session)
    with ThreadPoolExecutor(6) as pool:
        list(pool.map(lambda _: models.run("x", NOBODY), range(12)))
    assert session.most == 1


def test_a_photo_that_is_looked_at_for_long_does_not_keep_others_waiting(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """A turn is one step: while the slow one is between two steps, another is done with."""
    slow, go_on = threading.Event(), threading.Event()

    def find(pixels: np.ndarray) -> np.ndarray:
        if pixels.shape[1] == 200:
            slow.set()
            assert go_on.wait(20)
        return NOBODY

    monkeypatch.setattr(cleaner, "find_faces", find)
    monkeypatch.setattr(cleaner, "find_plates", lambda _pixels: NOBODY)
    one = LocalPhotoCleaner()
    with ThreadPoolExecutor(2) as pool:
        waiting = pool.submit(one.clean, files.encoded(files.picture(200, 100)))
        assert slow.wait(20)
        assert pool.submit(one.clean, files.encoded(files.picture())).result(timeout=20).width == 96
        go_on.set()
        assert waiting.result(timeout=20).width == 200


def test_a_failure_gives_the_turn_back(monkeypatch: pytest.MonkeyPatch) -> None:
    class Broken(_Session):
        def run(self, _names: None, _inputs: object) -> list[np.ndarray]:
            raise RuntimeError

    monkeypatch.setattr(models, "_session", lambda _name: Broken())
    for _ in range(3):
        with pytest.raises(RuntimeError):
            models.run("x", NOBODY)
        with pytest.raises(Exception, match="PHOTO_UNREADABLE"):
            decoding.decode(b"\xff\xd8\xff damaged", cleaner.NOTHING_ASKED)
    assert decoding.decode(files.encoded(files.picture()), cleaner.NOTHING_ASKED).pixels.any()
