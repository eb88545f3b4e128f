"""The look of a pack: what is taken, what is refused and why, and that a build carries it."""

from __future__ import annotations

import io
import json
from pathlib import Path

import pytest
from defusedxml.ElementTree import fromstring
from examples.demo_city.look import COLOUR, logo_svg
from PIL import Image, PngImagePlugin

from convive.app.ports import PackReading
from convive.connectors.city_pack.city_schema import LookTable
from convive.connectors.city_pack.files import PackFolder
from convive.connectors.city_pack.logo_svg import read_svg
from convive.connectors.city_pack.look import KEPT_SIDE, MOST_BYTES, read_look
from convive.connectors.city_pack.problem_log import ProblemLog, RefusedError
from convive.core.colours import contrast
from convive.core.model import Look, Severity
from convive.store.cities import parse_city, render_city
from factories.build import make_city
from factories.pack import write_pack
from integration.test_pack_bad_input import GOOD, found, read_checked

HEAD = 'xmlns="http://www.w3.org/2000/svg" viewBox="0 0 40 20"'
DRAWN = '<rect width="40" height="20" fill="#7a2e4d"/>'


def svg(inside: str = DRAWN, head: str = HEAD) -> bytes:
    return f"<svg {head}>{inside}</svg>".encode()


def png(size: tuple[int, int] = (80, 40), **more: object) -> bytes:
    into = io.BytesIO()
    Image.new("RGBA", size, (122, 46, 77, 200)).save(into, "PNG", **more)
    return into.getvalue()


def looked(folder: Path, logo: bytes, name: str = "logo.svg") -> tuple[Look, list[str]]:
    """Read a look with a logo of these bytes; return it with the codes of what is wrong."""
    (folder / name).write_bytes(logo)
    log = ProblemLog()
    look = read_look(PackFolder(folder), LookTable(logo=name), "en", log)
    return look, [one.code for one in log.problems]


def read_with_look(folder: Path, table: str, logo: bytes = b"", rows: str = "") -> PackReading:
    (write_pack(folder) / "data.csv").write_text(rows, "utf-8")
    city = folder / "city.toml"
    city.write_text(city.read_text("utf-8") + f"\n[look]\n{table}\n", "utf-8")
    (folder / "logo.svg").write_bytes(logo)
    return read_checked(folder)


# --- what is taken --------------------------------------------------------------------------------
def test_a_look_is_read_and_travels_with_the_build(tmp_path: Path) -> None:
    table = 'logo = "logo.svg"\nlogo_text = { en = "A lighthouse" }\ncolour = "#7A2E4D"'
    reading = read_with_look(tmp_path, table, logo_svg().encode(), GOOD)
    assert reading.evidence is not None, reading.problems
    city = reading.evidence.city
    assert (city.look.colour, dict(city.look.logo_text)) == (COLOUR, {"en": "A lighthouse"})
    assert parse_city(render_city(city)) == city
    assert "logo.svg" in {one["path"] for one in reading.evidence.inputs}


def test_a_build_of_before_has_our_look() -> None:
    old = json.loads(render_city(make_city()))
    del old["look"]
    assert parse_city(json.dumps(old)).look == Look()


@pytest.mark.parametrize(
    ("inside", "kept"),
    [
        ('<style>.a,.b{fill:#123456;}</style><path class="a" d="M0 0h9v9z"/>', 'fill="#123456"'),
        ('<path style="fill:#123456;-inkscape-font:x" d="M0 0h9v9z"/>', 'fill="#123456"'),
        (
            '<title>T</title><metadata><x xmlns="urn:x">y</x></metadata><g>' + DRAWN + "</g>",
            "<rect",
        ),
        (
            '<linearGradient id="a"><stop stop-color="red"/></linearGradient><g fill="url(#a)"/>',
            'fill="url(#a)"',
        ),
    ],
)
def test_what_drawing_tools_write_is_taken(inside: str, kept: str) -> None:
    content, ratio = read_svg(svg(inside))
    text = content.decode()
    assert kept in text
    assert ratio == 2
    assert not [word for word in ("style", "title", "metadata", "class") if word in text]
    fromstring(text)


def test_a_drawing_is_written_the_same_when_it_is_read_again() -> None:
    once, _ = read_svg(logo_svg().encode())
    assert read_svg(once)[0] == once


def test_only_the_pixels_of_a_png_are_kept(tmp_path: Path) -> None:
    notes = PngImagePlugin.PngInfo()
    notes.add_text("Author", "somebody@example.org")
    look, codes = looked(tmp_path, png((3000, 1500), pnginfo=notes) + b"<script>", "logo.png")
    assert codes == []
    assert look.logo is not None
    assert b"somebody" not in look.logo.content
    assert b"script" not in look.logo.content
    with Image.open(io.BytesIO(look.logo.content)) as kept:
        assert kept.size == (KEPT_SIDE, KEPT_SIDE // 2)


# --- what is refused ------------------------------------------------------------------------------
@pytest.mark.parametrize(
    "inside",
    [
        "<script>alert(1)</script>",
        "<SCRIPT/>",
        '<foreignObject><p xmlns="http://www.w3.org/1999/xhtml">x</p></foreignObject>',
        '<image href="https://example.org/x.png"/>',
        '<image href="data:image/png;base64,AAAA"/>',
        '<a href="https://example.org"><rect/></a>',
        '<use href="#a"/>',
        '<rect onload="alert(1)" width="1" height="1"/>',
        '<animate attributeName="x"/>',
        '<text x="1">Town</text>',
        "<style>@import url(https://example.org/x.css);</style>" + DRAWN,
        "<style>rect{fill:url(https://example.org/x)}</style>" + DRAWN,
        "<style>rect:hover{fill:red}</style>" + DRAWN,
        "<style>rect{fill:red}}</style>" + DRAWN,
        "<style>rect{fill{:red}</style>" + DRAWN,
        pytest.param(f"<style>{'a' * 400_000}</style>{DRAWN}", id="a long sheet without a rule"),
        pytest.param(f"<style>{'/*' * 200_000}*/a</style>{DRAWN}", id="remarks that never end"),
        '<rect fill="url(https://example.org/#a)" width="1" height="1"/>',
        '<rect fill="url(javascript:alert(1))" width="1" height="1"/>',
        '<rect style="fill:url(//example.org)" width="1" height="1"/>',
        '<linearGradient id="a" href="https://example.org/x#a"/>',
        '<filter id="a"><feImage href="x"/></filter>',
        '<rect width="1" height="1" fill="&#92;75rl(x)"/>',
        "<g><svg><script>1</script></svg></g>",
    ],
)
def test_what_could_run_or_fetch_is_refused(inside: str) -> None:
    with pytest.raises(RefusedError) as refused:
        read_svg(svg(inside))
    assert refused.value.code == "LOGO_UNSAFE"
    assert refused.value.data["what"]


def test_clips_of_clips_are_not_kept() -> None:
    inside = (
        '<clipPath id="a"><rect clip-path="url(#a)" width="1" height="1"/></clipPath>'
        '<rect clip-path="url(#a)" width="9" height="9"/>'
    )
    assert read_svg(svg(inside))[0].count(b"clip-path") == 1


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b'<!DOCTYPE svg [<!ENTITY a "b">]>' + svg("<g>&a;</g>"), "LOGO_UNSAFE"),
        (svg("<g><g>"), "LOGO_UNREADABLE"),
        (svg(""), "LOGO_UNREADABLE"),
        (b"<html><svg/></html>", "LOGO_UNREADABLE"),
        (svg(DRAWN, 'xmlns="http://www.w3.org/2000/svg"'), "LOGO_SHAPE"),
        (svg(DRAWN, 'xmlns="http://www.w3.org/2000/svg" viewBox="0 0 nan 5"'), "LOGO_SHAPE"),
        (svg(DRAWN, 'xmlns="http://www.w3.org/2000/svg" viewBox="0 0 900 9"'), "LOGO_SHAPE"),
        (svg("<g>" * 60 + DRAWN + "</g>" * 60), "LOGO_SHAPE"),
        (svg(DRAWN * 5_000), "LOGO_SHAPE"),
        (b"GIF89a", "LOGO_KIND"),
        (b"", "LOGO_KIND"),
        (png()[:60], "LOGO_UNREADABLE"),
        (png((8, 8)), "LOGO_SHAPE"),
        (png((1, 4_001)), "LOGO_SHAPE"),
        (svg(f"<!--{'x' * MOST_BYTES}-->"), "LOGO_TOO_LARGE"),
    ],
)
def test_what_is_no_small_drawing_is_refused(tmp_path: Path, data: bytes, code: str) -> None:
    assert looked(tmp_path, data) == (Look(), [code])


@pytest.mark.parametrize(
    ("name", "code"),
    [("../logo.svg", "FILE_OUTSIDE_PACK"), ("/etc/hostname", "FILE_OUTSIDE_PACK"), ("no.svg", "FILE_UNREADABLE")],
)  # fmt: skip
def test_a_logo_lies_in_the_pack(tmp_path: Path, name: str, code: str) -> None:
    log = ProblemLog()
    read_look(PackFolder(tmp_path), LookTable(logo=name), "en", log)
    assert [one.code for one in log.problems] == [code]


def test_a_pale_colour_is_refused_with_the_nearest_that_can_be_read(tmp_path: Path) -> None:
    problem = found(read_with_look(tmp_path, 'colour = "#e0b000"'), "LOOK_COLOUR_PALE")
    assert problem.severity is Severity.ERROR
    assert problem.place.file == "city.toml"
    assert problem.data["key"] == "look.colour"
    assert contrast(str(problem.data["nearest"]), "#fbfaf6") >= 4.5


def test_what_is_no_colour_is_refused_with_its_line(tmp_path: Path) -> None:
    problem = found(read_with_look(tmp_path, 'colour = "red"'), "VALUE_INVALID")
    assert problem.data["key"] == "look.colour"
    assert problem.place.row
