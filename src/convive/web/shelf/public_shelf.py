"""What this town publishes, as files: public addresses read these and no database.

::

    public/shelf/feed.atom              names the newest bundle; published exactly while it is there
    public/shelf/bundle-<sequence>.json  as signed; the one before stays for who is just fetching
"""

from __future__ import annotations

from pathlib import Path

from django.conf import settings

from convive.core.errors import StorageError
from convive.web.shared_files import write_whole

_FOLDER, _FEED = "public/shelf", "feed.atom"
_KEPT = 2


def write_public(sequence: int, bundle: bytes, feed: bytes) -> None:
    """Show a bundle and its feed from now on, the bundle first.

    Raises
    ------
    StorageError
        SHELF_NOT_PUBLISHED.
    """
    folder = _folder()
    if folder is None:
        raise StorageError("SHELF_NOT_PUBLISHED")
    try:
        write_whole(folder / bundle_name(sequence), bundle)
        write_whole(folder / _FEED, feed)
        for old in sorted(folder.glob("bundle-*.json"), key=_sequence)[:-_KEPT]:
            old.unlink(missing_ok=True)
    except OSError as error:
        raise StorageError("SHELF_NOT_PUBLISHED") from error


def remove_public() -> None:
    """Show nothing any more.

    Raises
    ------
    StorageError
        SHELF_NOT_UNPUBLISHED.
    """
    folder = _folder()
    try:
        if folder is not None and folder.is_dir():
            (folder / _FEED).unlink(missing_ok=True)
            for old in folder.glob("bundle-*.json"):
                old.unlink(missing_ok=True)
    except OSError as error:
        raise StorageError("SHELF_NOT_UNPUBLISHED") from error


def public_feed() -> bytes | None:
    """Return the feed, None where nothing is published."""
    return _read(_FEED)


def public_bundle(sequence: int) -> bytes | None:
    """Return a bundle, None where it is not published (any more)."""
    return _read(bundle_name(sequence)) if public_feed() is not None else None


def bundle_name(sequence: int) -> str:
    """Return the name of a bundle's file and the end of its address."""
    return f"bundle-{sequence}.json"


def _read(name: str) -> bytes | None:
    folder = _folder()
    if folder is None or not settings.CONVIVE_HAS_WORKSPACE:
        return None
    try:
        return (folder / name).read_bytes()
    except OSError:
        return None


def _sequence(file: Path) -> int:
    text = file.stem.removeprefix("bundle-")
    return int(text) if text.isdigit() else 0


def _folder() -> Path | None:
    root = settings.MEDIA_ROOT or settings.CONVIVE_WORKSPACE
    return Path(root) / _FOLDER if root else None
