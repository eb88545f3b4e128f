"""Draws the course of a series itself, in the very signs that Vega would write.

Vega takes some thirty milliseconds of a core for a picture, more than everything else on the
page of an area together. What it knows better is how much room words take. So it draws the first
picture with the same words beside, below and above the plot; others with words that it has placed
before are drawn here. That is done only where the first picture, drawn both ways, was the same
to the last sign; else Vega goes on drawing those.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any, NamedTuple
from xml.sax.saxutils import escape, quoteattr

from convive.reports.charts import series
from convive.reports.charts.style import EDGE, NOTE, RANGE
from convive.reports.palette import SANS, light
from convive.reports.plain_text import plain_values
from convive.reports.rows import Row, is_shown

Point = tuple[float, float]
MOST_FRAMES = 2048
HALF_A_WORD = 6.0
"""Pixels that a word of the axis rises above its line, as Vega reckons."""
_UNSURE = 0.05
"""So near to a whole pixel, every height is a frame of its own."""
PLAIN_WORDS = re.compile("[ -~\u00a0-\u017f\u2010-\u2026]*")
WIDEST_SIGN = 1.3
"""No sign of those is wider, in sizes of the type."""
BESIDE_BREAK = 6
"""Pixels between a break and its words."""
_ROOM = re.compile(r'width="(\d+)" height="(\d+)" .*?transform="translate\((\d+),(\d+)\)"', re.S)
_WORDS = f'font-family="{SANS}" font-size="{NOTE}px" fill="{light("soft")}"'


class Room(NamedTuple):
    """Pixels around the plot, and the height of the whole."""

    left: int
    beside: int
    """Width of the whole without what is left of the plot."""
    height: int
    top: int


class Plot:
    """A view with its scales."""

    def __init__(self, view: series.View) -> None:
        self.view = view
        self.width = view.selection.width - 50
        self.top = series.top_of(view)
        last = max(len(view.rows) - 1, 1)
        edge = 0.5 if view.breaks or series.hidden_of(view) else 0.0
        self.low, self.high = -edge, last + edge
        self.notes = series.break_notes(view, self.width)
        self.open_note = _open_words(view, self.width)
        self.years = series.years_of(view)
        self.steps = series.steps_of(view, self.top)
        self.closed = series.lines_of(view, open_ones=False)
        self.still_open = series.lines_of(view, open_ones=True)
        self.finals, self.band = series.finals_of(view), series.band_of(view)

    def x(self, at: float) -> float:
        """Return where a period stands."""
        part = (at - self.low) / (self.high - self.low)
        return 0 * (1 - part) + self.width * part

    def y(self, value: float) -> float:
        """Return where a count stands."""
        part = value / self.top
        return series.HEIGHT * (1 - part) + 0 * part

    def points(self, rows: Iterable[Row], name: str) -> list[Point]:
        """Return where the rows' counts of a name stand."""
        return [(self.x(row["x"]), self.y(row[name])) for row in rows]

    def left_frame(self) -> tuple[Any, ...]:
        """Return what the room left of the plot depends on."""
        told = (_told_of(note) for note in self.notes if note["left"] and not self._is_within(note))
        return (*self.steps.values(), *told)

    def frame(self) -> tuple[Any, ...]:
        """Return what the rest of the room depends on."""
        ends = (
            max((row["x"] for row in rows), default=None)
            for rows in (self.closed, self.still_open, self.finals, self.band)
        )
        told = tuple(_told_of(note) for note in self.notes if not self._is_within(note))
        # Those within still rise above the plot by a pixel.
        within = {(note["dy"], bool(note["text"])) for note in self.notes if self._is_within(note)}
        return (
            self.width, self.low, self.high, tuple(self.years.items()),
            told, tuple(sorted(within)), self.open_note, *ends, self._above(),
        )  # fmt: skip

    def _is_within(self, note: Row) -> bool:
        """Tell whether the words of a break surely stand within the plot and need no room."""
        if not PLAIN_WORDS.fullmatch(note["text"]):
            return False
        widest = WIDEST_SIGN * NOTE * len(note["text"]) + 2 * BESIDE_BREAK
        at = self.x(note["x"])
        return widest < (at if note["left"] else self.width - at)

    def _above(self) -> float:
        """Return how far the highest word of the axis stands out above the plot, in pixels."""
        above = HALF_A_WORD - self.y(max(self.steps))
        if above < -_UNSURE:
            return 0
        return above if abs(above - round(above)) < _UNSURE else math.ceil(above)


def _told_of(note: Row) -> tuple[Any, ...]:
    return (note["x"], note["text"], note["left"], note["dy"])


def _open_words(view: series.View, width: float) -> str:
    """Return the words about months still filling up; empty without any."""
    layers = series.open_note_of(view, width)
    return str(layers[0].spec["data"]["values"][0]["text"]) if layers else ""


class Rooms:
    """What Vega has said about the room that words take."""

    def __init__(self) -> None:
        self.forget()

    def forget(self) -> None:
        """Begin anew."""
        self._lefts: dict[tuple[Any, ...], int] = {}
        self._rests: dict[tuple[Any, ...], tuple[int, int, int]] = {}
        self._refused: set[tuple[Any, ...]] = set()

    def __len__(self) -> int:
        return len(self._lefts) + len(self._rests) + len(self._refused)

    def find(self, plot: Plot) -> Room | None:
        """Return the room around a plot, None where only Vega knows."""
        left, frame = plot.left_frame(), plot.frame()
        start, rest = self._lefts.get(left), self._rests.get(frame)
        if start is None or rest is None or (left, frame) in self._refused:
            return None
        return Room(start, *rest)

    def learn(self, plot: Plot, picture: str) -> None:
        """Take over what Vega's picture says, if ours of the same is the same."""
        if len(self) >= MOST_FRAMES:
            self.forget()
        found = _ROOM.search(picture)
        left, frame = plot.left_frame(), plot.frame()
        if found is not None:
            width, height, start, top = (int(number) for number in found.groups())
            room = Room(start, width - start, height, top)
            if drawn(plot, room) == picture:
                self._lefts.setdefault(left, room.left)
                self._rests.setdefault(frame, room[1:])
        if (known := self.find(plot)) is None or drawn(plot, known) != picture:
            self._refused.add((left, frame))


rooms = Rooms()
"""Shared by all pictures of this process."""


def quick_svg(view: series.View, slowly: Callable[[], str]) -> str:
    """Return the finished picture in light colours.

    Parameters
    ----------
    slowly : callable
        Returns it as Vega draws it.
    """
    plot = Plot(view)
    room = rooms.find(plot)
    if room is not None:
        return drawn(plot, room)
    picture = slowly()
    rooms.learn(plot, picture)
    return picture


def drawn(plot: Plot, room: Room) -> str:
    """Return the picture."""
    said = plain_values(series.describe(plot.view))
    parts = [*_axes(plot), *_shapes(plot), *_told(plot)]
    size = f"{room.left + room.beside}", f"{room.height}"
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" version="1.1" width="{size[0]}" '
        f'height="{size[1]}" viewBox="0 0 {size[0]} {size[1]}" role="img" '
        f'aria-label={_quoted(said)}><g fill="none" stroke-miterlimit="10" '
        f'transform="translate({room.left},{room.top})">{"".join(parts)}</g></svg>'
    )


def _axes(plot: Plot) -> Iterator[str]:
    """Yield the lines across and the words of both axes."""
    lines = (
        f'<line transform="translate(0,{math.floor(plot.y(at) + 0.5)})" x2="{_short(plot.width)}" '
        f'y2="0" stroke="{light("line")}" stroke-width="1" opacity="1" />'
        for at in plot.steps
    )
    years = (_label("middle", plot.x(at), 17, text) for at, text in plot.years.items())
    steps = (_label("end", -7, plot.y(at) + 4, text) for at, text in plot.steps.items())
    yield f'<g transform="translate(0.5,0.5)">{"".join(lines)}</g>'
    yield f'<g transform="translate(0.5,{series.HEIGHT}.5)">{"".join(years)}</g>'
    yield f'<g transform="translate(0.5,0.5)">{"".join(steps)}</g>'


def _shapes(plot: Plot) -> Iterator[str]:
    """Yield band, hidden months, lines, ranges and open months, from the back to the front."""
    view, accent = plot.view, light("accent")
    for run in _by_run(plot.band):
        stretch = _area(plot.points(run, "low"), plot.points(run, "high"))
        yield (
            f'<path d="{stretch}" fill="{light("accent-2")}" '
            f'stroke="{light("soft")}" stroke-width="{EDGE}" />'
        )
    for row in series.hidden_of(view):
        start, end = plot.x(row["x"]), plot.x(row["x2"])
        wide = _path_number(end - start)
        yield (
            f'<path d="M{_path_number(start)},0h{wide}v{series.HEIGHT}h-{wide}Z" '
            f'fill="{light("few")}" />'
        )
    for points, dashes in ((plot.closed, ""), (plot.still_open, ' stroke-dasharray="4,4"')):
        for run in _by_run(points):
            line = _line(plot.points(run, "count"))
            yield f'<path d="{line}" stroke="{accent}" stroke-width="2"{dashes} />'
    for row in plot.finals:
        at, foot, head = plot.x(row["x"]), plot.y(row["low"]), plot.y(row["high"])
        yield (
            f'<line transform="translate({_short(at)},{_short(foot)})" x2="0" '
            f'y2="{_short(head - foot)}" stroke="{accent}" stroke-width="3" opacity="{RANGE}" />'
        )
    yield from _open_months(plot)


def _open_months(plot: Plot) -> Iterator[str]:
    for row in plot.view.rows:
        if is_shown(row) and row["is_incomplete"]:
            at, up = plot.x(plot.view.position(row["period_start"])), plot.y(row["count"])
            yield (
                f'<path transform="translate({_short(at)},{_short(up)})" '
                'd="M2.9,0A2.9,2.9,0,1,1,-2.9,0A2.9,2.9,0,1,1,2.9,0" '
                f'fill="{light("card")}" stroke="{light("accent")}" stroke-width="1.6" opacity="1" />'
            )


def _told(plot: Plot) -> Iterator[str]:
    """Yield the breaks with their words, and the words about open months."""
    for note in plot.notes:
        yield (
            f'<line transform="translate({_short(plot.x(note["x"]))},0)" x2="0" '
            f'y2="{series.HEIGHT}" stroke="{light("soft")}" stroke-dasharray="3,3" />'
        )
    for is_left, anchor, beside in ((False, "start", BESIDE_BREAK), (True, "end", -BESIDE_BREAK)):
        for note in plot.notes:
            if note["left"] is is_left:
                at = plot.x(note["x"]) + beside
                yield _text(anchor, at, 10 + note["dy"], note["text"], "")
    if plot.open_note:
        yield _text("end", plot.width, series.HEIGHT - 7, plot.open_note, "")


def _label(anchor: str, x: float, y: float, text: str) -> str:
    return _text(anchor, x, y, text, ' opacity="1"')


def _text(anchor: str, x: float, y: float, text: str, more: str) -> str:
    shown = escape(plain_values(text))
    return (
        f'<text text-anchor="{anchor}" transform="translate({_short(x)},{_short(y)})" '
        f"{_WORDS}{more}>{shown}</text>"
    )


def _quoted(text: str) -> str:
    """Return a text as the value of an attribute, always in double quotes."""
    return quoteattr(text.replace('"', "\0")).replace("\0", "&quot;")


def _by_run(rows: Iterable[Row]) -> list[list[Row]]:
    runs: dict[Any, list[Row]] = {}
    for row in rows:
        runs.setdefault(row["run"], []).append(row)
    return list(runs.values())


def _short(number: float) -> str:
    """Return a number with one decimal, as `svg` writes it."""
    text = f"{number:.1f}".removesuffix(".0")
    return "0" if text == "-0" else text


def _path_number(number: float) -> str:
    """Return a number of a path: rounded to a thousandth by Vega, and then to a tenth by us."""
    return _short(math.floor(number * 1000 + 0.5) / 1000)


def _path(commands: str, points: Iterable[Point]) -> str:
    """Return a path: its commands with two numbers in the place of each ``{}``, written at once."""
    numbers = tuple([
        math.floor(number * 1000 + 0.5) / 1000 for point in points for number in point
    ])  # fmt: skip
    written = commands.replace("{}", "%.1f,%.1f") % numbers
    return written.replace("-0.0", "0").replace(".0", "")


def _line(points: Sequence[Point]) -> str:
    """Return a straight line from point to point; one alone is a dot."""
    return _path("M{}" + ("L{}" * (len(points) - 1) or "Z"), points)


def _area(low: Sequence[Point], high: Sequence[Point]) -> str:
    """Return the stretch between two smooth lines."""
    there, back = list(low), list(reversed(high))
    there_commands, there_points = _smooth(there)
    back_commands, back_points = _smooth(back)
    commands = f"M{{}}{there_commands}L{{}}{back_commands}Z"
    return _path(commands, [there[0], *there_points, back[0], *back_points])


def _smooth(points: Sequence[Point]) -> tuple[str, list[Point]]:
    """Return commands and points of curves that rise and fall where the points do.

    They are those of `curveMonotoneX`: M. Steffen, A simple method for monotonic interpolation in
    one dimension, Astronomy and Astrophysics 239 (1990), 443–450, as D3 has it.
    """
    n = len(points) - 1
    if n < 2:
        return "L{}" * n, list(points[1:])
    inner = [_slope(*points[i - 1 : i + 2]) for i in range(1, n)]
    slopes = [
        _end_slope(points[0], points[1], inner[0]), *inner,
        _end_slope(points[-2], points[-1], inner[-1]),
    ]  # fmt: skip
    curves: list[Point] = []
    for i in range(n):
        (x0, y0), (x1, y1) = points[i], points[i + 1]
        third = (x1 - x0) / 3
        curves += (x0 + third, y0 + third * slopes[i]), (x1 - third, y1 - third * slopes[i + 1])
        curves.append(points[i + 1])
    return "C{},{},{}" * n, curves


def _slope(before: Point, here: Point, after: Point) -> float:
    wide0, wide1 = here[0] - before[0], after[0] - here[0]
    steep0, steep1 = (here[1] - before[1]) / wide0, (after[1] - here[1]) / wide1
    mean = (steep0 * wide1 + steep1 * wide0) / (wide0 + wide1)
    signs = (-1 if steep0 < 0 else 1) + (-1 if steep1 < 0 else 1)
    return signs * min(abs(steep0), abs(steep1), 0.5 * abs(mean)) or 0


def _end_slope(start: Point, end: Point, other: float) -> float:
    return (3 * (end[1] - start[1]) / (end[0] - start[0]) - other) / 2
