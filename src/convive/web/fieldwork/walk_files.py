"""Files of the phone page: what a phone keeps so that the page opens without a network."""

from __future__ import annotations

import hashlib
import re
from functools import lru_cache
from pathlib import Path

from django.contrib.staticfiles import finders
from django.templatetags.static import static

SCRIPTS = tuple(
    f"fieldwork/{name}.js"
    for name in (
        "walk", "screens", "texts", "store", "sync", "form", "answers", "camera", "cover",
        "position", "filling", "expressions",
    )
)  # fmt: skip
"""Modules of the page; they name one another without a digest, so they are kept so."""
STYLES = ("observatory/site.css", "fieldwork/form.css", "fieldwork/walk.css")
PICTURES = ("observatory/mark.svg", "fieldwork/icon-192.png", "fieldwork/icon-512.png")
FONTS = tuple(
    f"vendor/fonts/{family}-{subset}-{weight}-normal.woff2"
    for family, weight in (("public-sans", 400), ("public-sans", 600), ("source-serif-4", 600))
    for subset in ("latin", "latin-ext")
)
WORKER_PARTS = ("fieldwork/store.js", "fieldwork/sync.js", "fieldwork/worker.js")
"""Joined to one script: a worker that is no module runs in every browser."""
_MODULE_LINES = re.compile(r"^import .*?;\n", re.MULTILINE | re.DOTALL)


def kept_files(asset_addresses: tuple[str, ...]) -> list[str]:
    """Return the addresses of all files that the page needs, besides itself.

    Parameters
    ----------
    asset_addresses : tuple of str
        As they stand in the page, with a digest.
    """
    plain = [static(path) for path in (*SCRIPTS, *PICTURES, *FONTS) if finders.find(path)]
    return list(dict.fromkeys((*asset_addresses, *plain)))


@lru_cache(maxsize=1)
def files_digest() -> str:
    """Return a digest over the content of all files of the page and its worker."""
    total = hashlib.sha256()
    for path in (*SCRIPTS, *STYLES, *PICTURES, *FONTS, *WORKER_PARTS):
        found = finders.find(path)
        if found:
            total.update(path.encode() + Path(str(found)).read_bytes())
    return total.hexdigest()


@lru_cache(maxsize=1)
def worker_script() -> str:
    """Return the worker's script: its parts one after the other, no longer modules."""
    parts = []
    for path in WORKER_PARTS:
        text = Path(str(finders.find(path))).read_text(encoding="utf-8")
        parts.append(_MODULE_LINES.sub("", text).replace("\nexport ", "\n"))
    return "\n".join(parts)
