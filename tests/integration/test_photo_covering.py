"""Real faces and drawn plates are covered, by the real networks."""

from __future__ import annotations

import io
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest
from PIL import Image

from convive.connectors.photos import LocalPhotoCleaner, models
from convive.connectors.photos.cleaner import faces_to_cover, plates_to_cover
from convive.connectors.photos.covering import cover
from factories import photo_faces as faces
from factories import photo_files as files
from factories import photo_scenes as scenes

pytestmark = pytest.mark.skipif(
    not models.installed(), reason="the networks are not there: run `make setup`"
)
photographed = pytest.mark.skipif(
    faces.data_folder() is None, reason="scikit-image, which carries the faces, is not installed"
)
SIZE = (640, 480)


def _with_head(height: int, degrees: float = 0.0) -> scenes.Scene:
    picture = scenes.street(np.random.default_rng(height), *SIZE)
    box = scenes.put(picture, faces.head_of_height(height), (330, 250), degrees)
    return scenes.Scene(picture, (faces.face_in(box),))


def _share(scene: scenes.Scene, boxes: np.ndarray) -> float:
    found = [(int(a), int(b), int(c), int(d)) for a, b, c, d in boxes]
    return scenes.covered_share(scene.boxes[0], found)


@photographed
@pytest.mark.parametrize("height", [24, 48, 120, 250])
@pytest.mark.parametrize("degrees", [0, 30, 90, 180])
def test_a_face_is_covered_whatever_its_size_and_tilt(height: int, degrees: float) -> None:
    scene = _with_head(height, degrees)
    assert _share(scene, faces_to_cover(np.array(scene.picture))) > 0.9


@photographed
@pytest.mark.parametrize(
    "how", [{"light": 0.25}, {"light": 0.08}, {"blur": 1.5}, {"mirrored": True}]
)
def test_a_face_is_covered_in_the_dark_and_out_of_focus(how: dict[str, float]) -> None:
    scene = _with_head(64)
    spoilt = scenes.spoilt(scene.picture, **how)  # type: ignore[arg-type]
    left, top, right, bottom = scene.boxes[0]
    if "mirrored" in how:
        left, right = SIZE[0] - right, SIZE[0] - left
    scene = scenes.Scene(spoilt, ((left, top, right, bottom),))
    assert _share(scene, faces_to_cover(np.array(spoilt))) > 0.9


@photographed
def test_faces_of_many_people_are_covered() -> None:
    """100 people of LFW, 25 by 25 pixels each, three times enlarged: at most five are missed."""
    missed = 0
    for group in range(4):
        sheet = Image.new("RGB", SIZE, (120, 130, 125))
        boxes = []
        for number, face in enumerate(faces.small_faces()[group * 25 : group * 25 + 25]):
            at = (70 + 124 * (number % 5), 50 + 92 * (number // 5))
            large = Image.fromarray(face).convert("RGB").resize((75, 75), Image.Resampling.BICUBIC)
            scenes.put(sheet, large, at)
            boxes.append((at[0] - 15, at[1] - 15, at[0] + 15, at[1] + 15))
        found = faces_to_cover(np.array(sheet))
        missed += sum(_share(scenes.Scene(sheet, (box,)), found) < 0.9 for box in boxes)
    assert missed <= 5


@photographed
def test_after_covering_no_face_is_found_and_the_photo_is_the_same_every_time() -> None:
    buffer = io.BytesIO()
    scene = _with_head(100)
    scene.picture.save(buffer, "JPEG", exif=files.exif())
    cleaner = LocalPhotoCleaner()
    with ThreadPoolExecutor(2) as pool:
        one, other = pool.map(cleaner.clean, [buffer.getvalue()] * 2)
    assert one == other
    assert one.n_faces >= 1
    assert [trace for trace in files.TRACES if trace in one.data] == []
    again = cleaner.clean(one.data)
    assert again.n_faces == 0
    left, top, right, bottom = scene.boxes[0]
    with Image.open(io.BytesIO(one.data)) as picture:
        under = np.asarray(picture)[top:bottom, left:right].astype(int)
    assert np.ptp(under.reshape(-1, 3), axis=0).max() <= 8, "one colour"


@pytest.mark.parametrize("kind", list(scenes.PLATES))
@pytest.mark.parametrize("width", [90, 200])
def test_plates_of_many_countries_are_covered(kind: str, width: int) -> None:
    rng = np.random.default_rng(width)
    picture = scenes.street(rng, *SIZE)
    scenes.car(picture, (320, 330), width, rng)
    left, top, right, bottom = scenes.put(picture, scenes.plate(kind, width), (320, 330), 8)
    inner = (left + width // 10, top + width // 20, right - width // 10, bottom - width // 20)
    scene = scenes.Scene(picture, (inner,))
    assert _share(scene, plates_to_cover(np.array(picture))) > 0.9


def test_an_empty_street_stays_nearly_whole() -> None:
    covered = 0.0
    for seed in range(4):
        pixels = np.array(scenes.street(np.random.default_rng([9, seed]), *SIZE))
        blank = np.ones_like(pixels)
        boxes = np.concatenate([faces_to_cover(pixels), plates_to_cover(pixels)])
        cover(blank, boxes)
        covered += float((blank != 1).mean())
    assert covered / 4 < 0.05


def test_the_networks_are_loaded_once() -> None:
    models._session.cache_clear()
    pixels = np.zeros((64, 64, 3), np.uint8)
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(faces_to_cover, [pixels] * 4))
    assert models._session.cache_info().misses == 1
