"""Measures how many faces and plates the photo cleaner covers, and how much too much.

    python tools/photo_recall.py [--set tuning|held-out] [--scenes N] [--heads FOLDER]

Prints the tables of ``docs/reference/photos.md`` (a few minutes). `--heads` takes a folder
with crops of heads of your own besides the one that scikit-image carries; nothing of them is kept.

There are two sets of scenes. Choose thresholds, sizes and numbers of looks by ``tuning`` only: one
thing in a small, tidy street. ``held-out`` has other seeds, other characters on the plates and full
size streets with trees, railings and brickwork, twelve things in each. Only its numbers may be
published. Whoever changes a parameter after having looked at it changes `HELD_OUT` as well.
"""

from __future__ import annotations

import argparse
import io
import resource
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from PIL import Image

ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT / "src"), str(ROOT / "tests")]

from convive.connectors.photos import LocalPhotoCleaner  # noqa: E402
from convive.connectors.photos.cleaner import faces_to_cover, plates_to_cover  # noqa: E402
from convive.connectors.photos.covering import cover  # noqa: E402
from factories import photo_faces as faces  # noqa: E402
from factories import photo_scenes as scenes  # noqa: E402

FACE_SIZES = (16, 24, 32, 48, 96, 200, 400)
PLATE_SIZES = (40, 56, 80, 120, 200)
SIZE = (800, 600)
HELD_OUT = 20261122
"""Seed of the held-out scenes; the tuning set has the seeds 1 and 2."""

FULL = (2048, 1536)
FACES_OF_SCENE = (16, 16, 24, 24, 24, 32, 32, 48, 48, 96, 96, 200)
PLATES_OF_SCENE = (40, 40, 40, 56, 56, 56, 80, 80, 120, 120, 160, 160)
"""Sizes of the things in a held-out scene, which lie in three rows of four."""

ENOUGH = 0.9
"""Share of the face or plate that has to be covered."""


@dataclass(frozen=True)
class Look:
    """One way of spoiling a scene."""

    name: str
    degrees: float = 0.0
    light: float = 1.0
    blur: float = 0.0
    mirrored: bool = False
    skew: float = 0.0


FACE_LOOKS = (
    Look("upright"),
    Look("mirrored", mirrored=True),
    Look("tilted 30°", degrees=30),
    Look("tilted 60°", degrees=60),
    Look("lying 90°", degrees=90),
    Look("upside down", degrees=180),
    Look("dark (25 % light)", light=0.25),
    Look("very dark (8 %)", light=0.08),
    Look("blurred", blur=1.5),
)
PLATE_LOOKS = (
    Look("straight"),
    Look("tilted 15°", degrees=15),
    Look("tilted 30°", degrees=-30),
    Look("from the side", degrees=6, skew=0.35),
    Look("dark (25 % light)", light=0.25),
    Look("blurred", blur=1.5),
)


def face_scene(
    size: int, look: Look, rng: np.random.Generator, source: Image.Image
) -> scenes.Scene:
    """Put one head somewhere in a street."""
    picture = scenes.street(rng, *SIZE)
    head = faces.head_of_height(size, source)
    reach = max(head.size) * 0.75
    at = (
        _within(rng, reach, SIZE[0]),
        _within(rng, reach, SIZE[1]),
    )
    box = faces.face_in(scenes.put(picture, head, at, look.degrees))
    return _spoilt(picture, box, look)


def _within(rng: np.random.Generator, reach: float, length: int) -> int:
    """Draw a place that far from both ends, or near the middle."""
    room = max(length / 2 - reach, 10)
    return int(rng.uniform(length / 2 - room, length / 2 + room))


def plate_scene(size: int, look: Look, rng: np.random.Generator, kind: str) -> scenes.Scene:
    """Put one car with a plate somewhere in a street."""
    picture = scenes.street(rng, *SIZE)
    at = (_within(rng, 1.4 * size, SIZE[0]), int(rng.uniform(380, 450)))
    scenes.car(picture, at, size, rng)
    plate = scenes.plate(kind, size)
    if look.skew:
        plate = scenes.skewed(plate, look.skew)
    box = scenes.put(picture, plate, at, look.degrees)
    return _spoilt(picture, _inner(box), look)


def _inner(box: scenes.Box) -> scenes.Box:
    """Return where the characters are: not the frame, nor the corners of a turned plate's box."""
    shrink_x, shrink_y = (box[2] - box[0]) * 0.1, (box[3] - box[1]) * 0.15
    return (
        round(box[0] + shrink_x),
        round(box[1] + shrink_y),
        round(box[2] - shrink_x),
        round(box[3] - shrink_y),
    )


def _spoilt(picture: Image.Image, box: scenes.Box, look: Look) -> scenes.Scene:
    """Darken, blur or mirror a scene, and its box with it."""
    if look.mirrored:
        box = (picture.width - box[2], box[1], picture.width - box[0], box[3])
    spoilt = scenes.spoilt(picture, light=look.light, blur=look.blur, mirrored=look.mirrored)
    return scenes.Scene(spoilt, (box,))


def covered(scene: scenes.Scene, boxes: np.ndarray) -> bool:
    """Tell whether the boxes cover what is in the scene."""
    found = [(int(a), int(b), int(c), int(d)) for a, b, c, d in boxes]
    return scenes.covered_share(scene.boxes[0], found) >= ENOUGH


def table(
    title: str,
    sizes: tuple[int, ...],
    looks: tuple[Look, ...],
    run: Callable[[int, Look], Iterator[bool]],
) -> None:
    """Print a table of covered of shown, by size and look, as it grows."""
    print(f"\n| {title} | " + " | ".join(f"{size} px" for size in sizes) + " |")
    print("|---" * (len(sizes) + 1) + "|")
    for look in looks:
        cells = []
        for size in sizes:
            results = list(run(size, look))
            cells.append(f"{sum(results)}/{len(results)}")
        print(f"| {look.name} | " + " | ".join(cells) + " |", flush=True)


def held_out_scene(what: str, number: int, heads: list[Image.Image], look: Look) -> scenes.Scene:
    """Put twelve heads or cars somewhere in a full-size street with clutter."""
    sizes = FACES_OF_SCENE if what == "faces" else PLATES_OF_SCENE
    rng = np.random.default_rng([HELD_OUT, len(what), number, *look.name.encode()])
    picture = scenes.street(rng, *FULL)
    scenes.clutter(picture, rng)
    boxes = []
    for place, size in zip(rng.permutation(len(sizes)), sizes, strict=True):
        at = (
            int(256 + 512 * (place % 4) + rng.uniform(-50, 50)),
            int(256 + 512 * (place // 4) + rng.uniform(-50, 50)),
        )
        if what == "faces":
            head = faces.head_of_height(size, heads[rng.integers(len(heads))])
            boxes.append(faces.face_in(scenes.put(picture, head, at, look.degrees)))
        else:
            boxes.append(_parked(picture, at, size, look, rng))
    spoilt = scenes.spoilt(picture, light=look.light, blur=look.blur, mirrored=look.mirrored)
    if look.mirrored:
        boxes = [(FULL[0] - right, top, FULL[0] - left, low) for left, top, right, low in boxes]
    return scenes.Scene(spoilt, tuple(boxes))


def _parked(
    picture: Image.Image, at: tuple[int, int], size: int, look: Look, rng: np.random.Generator
) -> scenes.Box:
    """Put a car with a plate of characters of its own; return where these are."""
    scenes.car(picture, at, size, rng)
    kind = str(rng.choice(list(scenes.PLATES)))
    plate = scenes.plate(kind, size, _other_characters(scenes.PLATES[kind][0], rng))
    if look.skew:
        plate = scenes.skewed(plate, look.skew)
    return _inner(scenes.put(picture, plate, at, look.degrees))


def _other_characters(text: str, rng: np.random.Generator) -> str:
    """Put other letters for letters and other digits for digits."""
    letters, digits = "ABCDEFGHJKLMNPRSTUVWXYZ", "0123456789"
    drawn = [
        str(rng.choice(list(letters if one.isalpha() else digits))) if one.isalnum() else one
        for one in text
    ]
    return "".join(drawn)


def held_out_table(
    what: str, looks: tuple[Look, ...], heads: list[Image.Image], count: int
) -> None:
    """Print covered of shown by look and size, in held-out scenes."""
    sizes = FACES_OF_SCENE if what == "faces" else PLATES_OF_SCENE
    find = faces_to_cover if what == "faces" else plates_to_cover
    shown = sorted(set(sizes))
    print(f"\n| {what}, held out | " + " | ".join(f"{size} px" for size in shown) + " | all |")
    print("|---" * (len(shown) + 2) + "|")
    for look in looks:
        hits: dict[int, list[bool]] = {size: [] for size in shown}
        for number in range(count):
            scene = held_out_scene(what, number, heads, look)
            boxes = find(np.array(scene.picture))
            for size, box in zip(sizes, scene.boxes, strict=True):
                hits[size].append(covered(scenes.Scene(scene.picture, (box,)), boxes))
        cells = [f"{sum(hits[size])}/{len(hits[size])}" for size in shown]
        every = [hit for size in shown for hit in hits[size]]
        cells.append(f"{sum(every)}/{len(every)}")
        print(f"| {look.name} | " + " | ".join(cells) + " |", flush=True)


def held_out_too_much(count: int) -> None:
    """Print how many covers full-size streets with clutter and nobody in them get."""
    n_faces = n_plates = 0
    for number in range(count):
        rng = np.random.default_rng([HELD_OUT, 3, number])
        picture = scenes.street(rng, *FULL)
        scenes.clutter(picture, rng)
        pixels = np.array(picture)
        n_faces += len(faces_to_cover(pixels))
        n_plates += len(plates_to_cover(pixels))
    print(f"\n{count} cluttered streets without anybody: {n_faces} face, {n_plates} plate covers")


def too_much(count: int) -> None:
    """Print how many covers empty streets get, and which share of the picture."""
    n_faces = n_plates = 0
    area = 0.0
    for seed in range(count):
        pixels = np.array(scenes.street(np.random.default_rng([3, seed]), *SIZE))
        face_boxes, plate_boxes = faces_to_cover(pixels), plates_to_cover(pixels)
        n_faces, n_plates = n_faces + len(face_boxes), n_plates + len(plate_boxes)
        marked = np.zeros_like(pixels)
        marked[:] = 255
        for left, top, right, bottom in np.concatenate([face_boxes, plate_boxes]):
            marked[top:bottom, left:right] = 0
        area += float((marked == 0).mean())
    print(f"\n{count} empty streets: {n_faces} face covers, {n_plates} plate covers, ", end="")
    print(f"{area / count:.1%} of the picture on average")


def left_over(heads: list[Image.Image]) -> None:
    """Print how many faces are found in pictures that were covered."""
    before = after = 0
    for number, source in enumerate(heads * 4):
        look = Look("upright")
        scene = face_scene(120, look, np.random.default_rng([4, number]), source)
        pixels = np.array(scene.picture)
        boxes = faces_to_cover(pixels)
        before += len(boxes)
        cover(pixels, boxes)
        after += len(faces_to_cover(pixels))
    print(f"\ncovers: {before}; faces found after covering: {after}")


def speed(heads: list[Image.Image]) -> None:
    """Print seconds of one processor and the peak of memory for a photo of 12 megapixels."""
    rng = np.random.default_rng(5)
    picture = scenes.street(rng, 4000, 3000)
    for number in range(6):
        head = faces.head_of_height(200, heads[number % len(heads)])
        scenes.put(picture, head, (400 + 600 * number, 1500))
    buffer = io.BytesIO()
    picture.save(buffer, "JPEG", quality=90)
    cleaner = LocalPhotoCleaner()
    cleaner.clean(buffer.getvalue())
    begin = time.process_time()
    photo = cleaner.clean(buffer.getvalue())
    spent = time.process_time() - begin
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"\n12 MP, {photo.n_faces} faces: {spent:.1f} s of one processor, peak {peak:.0f} MiB")


def tuning(heads: list[Image.Image], count: int, only: str | None) -> None:
    """Print the tables of the tuning set."""
    kinds = list(scenes.PLATES)

    def with_faces(size: int, look: Look) -> Iterator[bool]:
        for number in range(count):
            rng = np.random.default_rng([1, size, number])
            scene = face_scene(size, look, rng, heads[number % len(heads)])
            yield covered(scene, faces_to_cover(np.array(scene.picture)))

    def with_plates(size: int, look: Look) -> Iterator[bool]:
        for number in range(count):
            rng = np.random.default_rng([2, size, number])
            scene = plate_scene(size, look, rng, kinds[number % len(kinds)])
            yield covered(scene, plates_to_cover(np.array(scene.picture)))

    if only != "plates":
        table("Face, brows to chin", FACE_SIZES, FACE_LOOKS, with_faces)
    if only != "faces":
        table("Plate, width", PLATE_SIZES, PLATE_LOOKS, with_plates)
    too_much(count)
    left_over(heads)


def main() -> int:
    """Print all tables."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--set", choices=("tuning", "held-out"), default="held-out")
    parser.add_argument("--scenes", type=int, default=4)
    parser.add_argument("--heads", type=Path)
    parser.add_argument("--only", choices=("faces", "plates"))
    given = parser.parse_args()
    heads = [faces.head()]
    if given.heads:
        heads += [Image.open(path).convert("RGB") for path in sorted(given.heads.iterdir())]
    if given.set == "tuning":
        tuning(heads, given.scenes, given.only)
    else:
        speed(heads)
        if given.only != "plates":
            held_out_table("faces", FACE_LOOKS, heads, given.scenes)
        if given.only != "faces":
            held_out_table("plates", PLATE_LOOKS, heads, given.scenes)
        held_out_too_much(given.scenes)
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
