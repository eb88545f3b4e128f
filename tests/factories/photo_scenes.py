"""Made-up street scenes with faces and number plates in known places.

Nothing here is a photograph of anybody that the repository holds: faces are taken at run time
from an installed package (see ``photo_faces``), all else is drawn from a seed.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from PIL import Image, ImageDraw, ImageEnhance, ImageFilter, ImageFont

Box = tuple[int, int, int, int]

WHITE, YELLOW, BLACK = (244, 244, 240), (247, 206, 40), (20, 20, 22)
BLUE = (12, 60, 160)

# name: (text, ground, ink, blue band left, blue band right, width : height)
PLATES: dict[str, tuple[str, tuple[int, int, int], tuple[int, int, int], bool, bool, float]] = {
    "fr": ("AB-123-CD", WHITE, BLACK, True, True, 4.7),
    "de": ("B MK 4821", WHITE, BLACK, True, False, 4.7),
    "es": ("4827 KLM", WHITE, BLACK, True, False, 4.7),
    "it": ("FA 316 TR", WHITE, BLACK, True, True, 4.7),
    "pt": ("AA 10 BC", WHITE, BLACK, True, False, 4.7),
    "nl": ("G-814-HN", YELLOW, BLACK, True, False, 4.7),
    "be": ("1-ABC-234", WHITE, (150, 20, 30), True, False, 4.7),
    "gb": ("LK19 VWX", YELLOW, BLACK, False, False, 4.7),
    "moto": ("GH 47\n813 K", WHITE, BLACK, True, False, 1.25),
}


@dataclass(frozen=True)
class Scene:
    """A picture and where the things to be covered are."""

    picture: Image.Image
    boxes: tuple[Box, ...]


def street(rng: np.random.Generator, width: int = 1600, height: int = 1200) -> Image.Image:
    """Draw sky, houses with windows, road, kerb and some noise."""
    picture = Image.new("RGB", (width, height), (170, 190, 210))
    draw = ImageDraw.Draw(picture)
    horizon = int(height * 0.62)
    left = 0
    while left < width:
        span = int(rng.integers(width // 10, width // 4))
        top = int(rng.integers(height // 20, height // 4))
        wall = tuple(int(v) for v in rng.integers(90, 215, 3))
        draw.rectangle((left, top, left + span, horizon), fill=wall)
        for x in range(left + span // 8, left + span - span // 6, max(span // 4, 20)):
            for y in range(top + 30, horizon - 60, height // 9):
                pane = tuple(int(v) for v in rng.integers(30, 90, 3))
                draw.rectangle(
                    (x, y, x + span // 9, y + height // 18), fill=pane, outline=(235,) * 3
                )
        left += span
    draw.rectangle((0, horizon, width, height), fill=(96, 96, 100))
    draw.rectangle((0, horizon, width, horizon + height // 40), fill=(150, 148, 144))
    for x in range(0, width, width // 8):
        draw.rectangle((x, height - 60, x + width // 20, height - 48), fill=(225, 225, 220))
    pixels = np.asarray(picture, dtype=np.float32)
    grain = rng.normal(0, 5, pixels.shape).astype(np.float32)
    return Image.fromarray(np.clip(pixels + grain, 0, 255).astype(np.uint8))


def clutter(picture: Image.Image, rng: np.random.Generator) -> None:
    """Draw trees, railings and brickwork: much that changes as fast as writing does."""
    draw = ImageDraw.Draw(picture)
    width, height = picture.size
    for _ in range(5):
        x, y, reach = rng.uniform(0, width), rng.uniform(0.2, 0.5) * height, 0.09 * width
        for at in rng.normal((x, y), reach / 2, (900, 2)):
            leaf = tuple(int(v) for v in rng.integers((20, 50, 15), (110, 165, 80)))
            draw.ellipse((*at, *(at + rng.uniform(3, 12, 2))), fill=leaf)
    for _ in range(3):
        x, y = rng.uniform(0, 0.8) * width, rng.uniform(0.55, 0.8) * height
        for step in range(40):
            draw.line((x + 9 * step, y, x + 9 * step, y + 60), fill=(35, 40, 42), width=3)
        x, y = rng.uniform(0, 0.8) * width, rng.uniform(0.1, 0.4) * height
        for row in range(14):
            for column in range(14):
                left, top = x + 20 * column + 10 * (row % 2), y + 9 * row
                brick = tuple(int(v) for v in rng.integers((120, 60, 45), (175, 95, 75)))
                draw.rectangle((left, top, left + 18, top + 7), fill=brick)


def plate(kind: str, width: int, text: str | None = None) -> Image.Image:
    """Draw a plate of a country's format, `width` pixels wide (drawn large, then shrunk)."""
    usual, ground, ink, band, second, ratio = PLATES[kind]
    text = text or usual
    w, h = 800, int(800 / ratio)
    picture = Image.new("RGB", (w, h), ground)
    draw = ImageDraw.Draw(picture)
    start = 60 if band else 0
    if band:
        draw.rectangle((0, 0, 60, h), fill=BLUE)
    if second:
        draw.rectangle((w - 60, 0, w, h), fill=BLUE)
    end = w - 60 if second else w
    lines = text.split("\n")
    each = h / len(lines)
    for i, line in enumerate(lines):
        _line(draw, line, (start, int(i * each), end, int((i + 1) * each)), ink)
    draw.rectangle((0, 0, w - 1, h - 1), outline=BLACK, width=6)
    return picture.resize((width, max(round(width / ratio), 3)), Image.Resampling.LANCZOS)


def _line(draw: ImageDraw.ImageDraw, text: str, box: Box, ink: tuple[int, int, int]) -> None:
    """Draw a line of characters as large as the box allows."""
    size = int((box[3] - box[1]) * 0.95)
    font = ImageFont.load_default(size=size)
    while draw.textlength(text, font=font) > (box[2] - box[0]) * 0.94 and size > 8:
        size -= 4
        font = ImageFont.load_default(size=size)
    middle = ((box[0] + box[2]) / 2, (box[1] + box[3]) / 2)
    draw.text(middle, text, font=font, fill=ink, anchor="mm", stroke_width=3, stroke_fill=ink)


def turned(patch: Image.Image, degrees: float) -> tuple[Image.Image, Image.Image]:
    """Return the patch turned, and the mask of what belongs to it."""
    mask = Image.new("L", patch.size, 255)
    how = {"resample": Image.Resampling.BICUBIC, "expand": True}
    return patch.rotate(degrees, **how), mask.rotate(degrees, **how)


def skewed(patch: Image.Image, share: float) -> Image.Image:
    """Return the patch seen from the side: its right edge is shorter by `share`."""
    w, h = patch.size
    big = patch.resize((w * 2, h * 2), Image.Resampling.BICUBIC)
    w, h = big.size
    cut = share * h / 2
    wide = w * (1 - share / 2)
    # where the corners of the result lie in the source: solve for the eight coefficients
    target = [(0, 0), (wide, cut), (wide, h - cut), (0, h)]
    source = [(0, 0), (w, 0), (w, h), (0, h)]
    rows = []
    for (x, y), (u, v) in zip(target, source, strict=True):
        rows.append([x, y, 1, 0, 0, 0, -u * x, -u * y])
        rows.append([0, 0, 0, x, y, 1, -v * x, -v * y])
    values = np.array([c for point in source for c in point], dtype=float)
    coefficients = np.linalg.solve(np.array(rows, dtype=float), values)
    seen = big.transform(
        big.size, Image.Transform.PERSPECTIVE, tuple(coefficients), Image.Resampling.BICUBIC
    ).crop((0, 0, int(wide), h))
    return seen.resize((max(int(wide) // 2, 4), max(h // 2, 3)), Image.Resampling.LANCZOS)


def put(ground: Image.Image, patch: Image.Image, at: tuple[int, int], degrees: float = 0.0) -> Box:
    """Paste the patch, turned, with its centre at `at`; return the box of the upright patch."""
    body, mask = turned(patch, degrees)
    x, y = at[0] - body.width // 2, at[1] - body.height // 2
    ground.paste(body, (x, y), mask)
    return (x, y, x + body.width, y + body.height)


def car(
    ground: Image.Image, at: tuple[int, int], plate_width: int, rng: np.random.Generator
) -> None:
    """Draw the back of a car round the place of its plate."""
    draw = ImageDraw.Draw(ground)
    s = plate_width
    x, y = at
    paint = tuple(int(v) for v in rng.integers(15, 235, 3))
    dark = tuple(int(v * 0.45) for v in paint)
    draw.rounded_rectangle(
        (x - 1.7 * s, y - 1.1 * s, x + 1.7 * s, y + 0.7 * s), s * 0.3, fill=paint
    )
    draw.polygon(
        [(x - 1.3 * s, y - s), (x - s, y - 2 * s), (x + s, y - 2 * s), (x + 1.3 * s, y - s)],
        fill=(40, 50, 60),
    )
    for side in (-1, 1):
        low, high = sorted((x + side * 1.1 * s, x + side * 1.6 * s))
        draw.rounded_rectangle((low, y - 0.8 * s, high, y - 0.4 * s), s * 0.05, fill=(170, 20, 25))
        low, high = sorted((x + side * 1.0 * s, x + side * 1.5 * s))
        draw.rounded_rectangle((low, y + 0.5 * s, high, y + 1.1 * s), s * 0.1, fill=(18, 18, 20))
    draw.rectangle((x - 1.7 * s, y + 0.25 * s, x + 1.7 * s, y + 0.4 * s), fill=dark)


def spoilt(
    picture: Image.Image, *, light: float = 1.0, blur: float = 0.0, mirrored: bool = False
) -> Image.Image:
    """Return the picture darker, blurred or mirrored."""
    if light != 1.0:
        picture = ImageEnhance.Brightness(picture).enhance(light)
    if blur:
        picture = picture.filter(ImageFilter.GaussianBlur(blur))
    return picture.transpose(Image.Transpose.FLIP_LEFT_RIGHT) if mirrored else picture


def covered_share(box: Box, boxes: list[Box] | tuple[Box, ...]) -> float:
    """Return how much of the box the given boxes cover together, 0 to 1."""
    grid = np.zeros((max(box[3] - box[1], 1), max(box[2] - box[0], 1)), dtype=bool)
    for left, top, right, bottom in boxes:
        grid[
            max(top - box[1], 0) : max(bottom - box[1], 0),
            max(left - box[0], 0) : max(right - box[0], 0),
        ] = True
    return float(grid.mean())
