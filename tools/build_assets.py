"""Put the npm packages' files where the pages and the documents look for them.

Copies the map, htmx and the subset typefaces from ``node_modules`` to
``src/convive/web/static/vendor`` and turns the typefaces into TrueType for the documents in
``src/convive/reports/fonts``, and copies the method pages into the package. Then it compresses
what the pages load (Brotli and gzip) into ``src/convive/web/compressed``. All four folders
stay out of git. Running it again changes nothing;
``--compress`` only compresses; ``--check`` only tells (exit 1) whether something is missing.

    python tools/build_assets.py [--check | --compress]
"""

from __future__ import annotations

import gzip
import hashlib
import logging
import sys
import tempfile
from pathlib import Path

import brotli
from fontTools.merge import Merger
from fontTools.ttLib import TTFont

ROOT = Path(__file__).resolve().parent.parent
MODULES = ROOT / "node_modules"
STATIC = ROOT / "src/convive/web/static"
VENDOR = STATIC / "vendor"
COMPRESSED = ROOT / "src/convive/web/compressed"
WRITTEN = frozenset({".css", ".js", ".svg", ".json", ".txt", ".webmanifest"})
"""Endings of files that are text; pictures and typefaces are compressed already."""
LEAST_GAIN = 0.95
"""A copy that is hardly smaller is not worth its place."""
METHODS = ROOT / "docs/methods"
PACKAGED_METHODS = ROOT / "src/convive/web/observatory/methods"
DOCUMENT_FONTS = ROOT / "src/convive/reports/fonts"

SCRIPTS = {
    "maplibre-gl/dist/maplibre-gl-csp.js": "maplibre/maplibre-gl-csp.js",
    "maplibre-gl/dist/maplibre-gl-csp-worker.js": "maplibre/maplibre-gl-csp-worker.js",
    "maplibre-gl/dist/maplibre-gl.css": "maplibre/maplibre-gl.css",
    "maplibre-gl/LICENSE.txt": "maplibre/LICENSE.txt",
    "htmx.org/dist/htmx.min.js": "htmx/htmx.min.js",
    "htmx.org/LICENSE": "htmx/LICENSE",
}
PAGE_FONTS = (("public-sans", 400), ("public-sans", 600), ("source-serif-4", 600))
DOCUMENT_STYLES = (
    ("public-sans", "PublicSans", 400, "normal"),
    ("public-sans", "PublicSans", 400, "italic"),
    ("public-sans", "PublicSans", 600, "normal"),
    ("public-sans", "PublicSans", 700, "normal"),
    ("source-serif-4", "SourceSerif4", 400, "normal"),
    ("source-serif-4", "SourceSerif4", 400, "italic"),
    ("source-serif-4", "SourceSerif4", 600, "normal"),
    ("source-serif-4", "SourceSerif4", 700, "normal"),
)


def woff2(family: str, subset: str, weight: int, style: str) -> Path:
    """Return the path of a subset typeface in ``node_modules``."""
    return MODULES / "@fontsource" / family / "files" / f"{family}-{subset}-{weight}-{style}.woff2"


def copies() -> dict[Path, Path]:
    """Return source → target of everything that is only copied."""
    plan = {MODULES / source: VENDOR / target for source, target in SCRIPTS.items()}
    for family, weight in PAGE_FONTS:
        for subset in ("latin", "latin-ext"):
            source = woff2(family, subset, weight, "normal")
            plan[source] = VENDOR / "fonts" / source.name
    for family in ("public-sans", "source-serif-4"):
        licence = MODULES / "@fontsource" / family / "LICENSE"
        plan[licence] = VENDOR / "fonts" / f"LICENSE-{family}.txt"
    # An installed package has no docs folder; a checkout shows its own pages and needs no copy.
    for page in sorted(METHODS.glob("*.md")):
        plan[page] = PACKAGED_METHODS / page.name
    return plan


def copy_if_changed(source: Path, target: Path) -> None:
    """Copy unless the target already holds the same bytes."""
    content = source.read_bytes()
    if target.exists() and target.read_bytes() == content:
        return
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_bytes(content)


def document_font(_family: str, name: str, weight: int, style: str) -> Path:
    """Return where the TrueType file of a style belongs."""
    suffix = "Italic" if style == "italic" else ""
    return DOCUMENT_FONTS / f"{name}-{weight}{suffix}.ttf"


def build_document_font(family: str, name: str, weight: int, style: str) -> None:
    """Join the Latin and extended Latin subsets of one style into one TrueType file."""
    target = document_font(family, name, weight, style)
    sources = [woff2(family, subset, weight, style) for subset in ("latin", "latin-ext")]
    newest = max(source.stat().st_mtime for source in sources)
    if target.exists() and target.stat().st_mtime >= newest:
        return
    target.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        parts = []
        for position, source in enumerate(sources):
            font = TTFont(source)
            font.flavor = None
            part = Path(folder) / f"{position}.ttf"
            font.save(part)
            parts.append(str(part))
        merged = Merger().merge(parts)
        # The subsets of Public Sans call themselves "Public Sans Thin" in every weight.
        for record in merged["name"].names:
            if record.nameID in {1, 3, 4, 16}:
                record.string = record.toUnicode().replace("Public Sans Thin", "Public Sans")
        merged.save(target)


def compress(static: Path = STATIC, target: Path = COMPRESSED) -> int:
    """Write compressed copies of a folder's texts, named by digest; return how many there are.

    Copies of what is no longer there are removed.
    """
    target.mkdir(parents=True, exist_ok=True)
    wanted = set()
    for source in sorted(path for path in static.rglob("*") if path.suffix in WRITTEN):
        content = source.read_bytes()
        name = hashlib.sha256(content).hexdigest()
        for ending, make in ((".br", _by_brotli), (".gz", _by_gzip)):
            copy = target / f"{name}{ending}"
            if not copy.exists() and len(small := make(content)) < LEAST_GAIN * len(content):
                copy.write_bytes(small)
            if copy.exists():
                wanted.add(copy)
    for copy in set(target.iterdir()) - wanted:
        copy.unlink()
    return len(wanted)


def _by_brotli(content: bytes) -> bytes:
    return bytes(brotli.compress(content, quality=11))


def _by_gzip(content: bytes) -> bytes:
    return gzip.compress(content, 9, mtime=0)


def missing() -> list[Path]:
    """Return the targets that are not there yet."""
    targets = set(copies().values())
    targets |= {document_font(*style) for style in DOCUMENT_STYLES}
    return sorted(target for target in targets if not target.exists())


def main(arguments: list[str]) -> int:
    """Build everything, or with ``--check`` only tell what is missing."""
    if "--check" in arguments:
        gaps = missing()
        for gap in gaps:
            print(f"missing: {gap.relative_to(ROOT)}")
        return 1 if gaps else 0
    if "--compress" in arguments:
        compress()
        return 0
    if not MODULES.is_dir():
        print("node_modules is missing: run `npm ci` first.")
        return 1
    logging.getLogger("fontTools").setLevel(logging.ERROR)
    for source, target in copies().items():
        copy_if_changed(source, target)
    for style in DOCUMENT_STYLES:
        build_document_font(*style)
    compress()
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
