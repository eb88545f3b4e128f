"""Joins the exchange of the shelf to its files, keys and plans."""

from __future__ import annotations

import os
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from convive.app.shelf.ports import MOST_BUNDLE_BYTES
from convive.core.errors import DatasetError, NotFoundError
from convive.wiring import _now, restricted_folder
from convive.wiring.plans import load_plan, plans_of_pack, save_file
from convive.wiring.shelf_told import keep_told, read_told

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from convive.app.shelf.exchange import Published
    from convive.app.shelf.ports import FeedFetcher, Signer
    from convive.app.shelf.subscriptions import Reach
    from convive.connectors.shelf_bundles import BundleReading
    from convive.connectors.shelf_feeds import FeedReading
    from convive.core.shelf.bundle import Bundle, Trust
    from convive.core.shelf.entry import Entry
    from convive.core.shelf.memory import Told, Town
    from convive.core.strategy.model import Plan
    from convive.store.shelf_keys import FolderShelfKeys, KeyRing

# Adapters are imported where they are used: see `convive.wiring`. So is what leads to the
# statistics of targets: every command would wait for them.
# ruff: noqa: PLC0415

SHELF_KEY = "shelf.key"
"""File of the restricted folder with the keys that sign; see `convive.store.shelf_keys`."""
SHELF_FOLDER = "shelf"
"""Folder of a pack with what it published."""


class BundleFiles:
    """See `convive.app.shelf.ports.BundleFiles`."""

    def read(
        self, data: bytes, name: str, *, today: date, trust: Trust | None = None
    ) -> BundleReading:
        """Return the bundle of a file, or why it is refused."""
        from convive.connectors.shelf_bundles import read_bundle

        return read_bundle(data, name, today=today, trust=trust)

    def write(self, bundle: Bundle, signer: Signer, name: str = "") -> bytes:
        """Return a signed bundle as a file."""
        from convive.connectors.shelf_bundles import write_bundle

        return write_bundle(bundle, signer, name)


class FeedFiles:
    """See `convive.app.shelf.subscriptions.FeedFiles`."""

    def read(self, data: bytes, name: str) -> FeedReading:
        """Return the feed of a file, or what is wrong with it."""
        from convive.connectors.shelf_feeds import read_feed

        return read_feed(data, name)


def shelf_keys(pack: Path) -> FolderShelfKeys:
    """Return the keys of a pack and its newest bundle."""
    from convive.store.shelf_keys import FolderShelfKeys

    return FolderShelfKeys(restricted_folder(pack), Path(pack) / SHELF_FOLDER)


def signing_keys(pack: Path, *, is_new: bool = False) -> tuple[str, KeyRing]:
    """Return the name of the town and its keys; with `is_new` a further key is prepared.

    Raises
    ------
    PackError
        CITY_UNREADABLE.
    ConflictError
        SHELF_KEY_ON_ITS_WAY.
    StorageError
        SHELF_KEY_UNREADABLE, SHELF_KEY_NOT_WRITTEN.
    """
    from convive.connectors.city_pack import read_city

    name = read_city(pack).name
    keys = shelf_keys(pack)
    return name, keys.rotate() if is_new else keys.open()


def export_bundle(
    pack: Path, file: Path, *, plan: Path | None = None, contact: str = ""
) -> Published:
    """Write the next bundle of a town from its plans, and keep it as the newest.

    Parameters
    ----------
    pack : Path
        Folder of the city pack.
    file : Path
        Where to write; must not be there.
    plan : Path, optional
        A plan file; without it every plan in the pack's folder ``strategy``.
    contact : str
        Mailbox of the office that answers questions.

    Raises
    ------
    DatasetError
        PLAN_UNUSABLE, SHELF_NOT_WRITTEN, with every problem.
    NotFoundError
        PLAN_NO_FILE, SHELF_NO_PLAN.
    PackError
        CITY_UNREADABLE.
    RequestError
        PLAN_FILE_EXISTS.
    StorageError
        SHELF_KEY_UNREADABLE, SHELF_KEY_NOT_WRITTEN, SHELF_PUBLISHED_UNREADABLE,
        INSTRUMENT_NOT_WRITTEN.
    """
    from convive.app.shelf.exchange import publish
    from convive.connectors.city_pack import read_city
    from convive.core.shelf.memory import Town

    city, keys, now = read_city(pack), shelf_keys(pack), _now()
    language = city.languages[0]
    fingerprint = keys.open().current.fingerprint
    town = Town(fingerprint, city.name, city.country, language, city.disclosure, contact)
    plans, told = tuple(_plans(pack, plan)), read_told(Path(pack) / SHELF_FOLDER)
    entries = _entries(plans, town, now.date(), told)
    save_file(b"", file)  # the name is ours before anything is counted as published
    try:
        # Kept first: a number that was kept and never told does no harm, the other way it would.
        keep_told(Path(pack) / SHELF_FOLDER, plans, city.disclosure, told)
        made = publish(entries, city.name, keys=keys, files=BundleFiles(), now=now)
        file.write_bytes(made.content)
    except BaseException:
        file.unlink(missing_ok=True)
        raise
    return made


def check_bundle(file: Path) -> BundleReading:
    """Return what a bundle holds and everything that is wrong with it; nothing is taken over.

    Raises
    ------
    NotFoundError
        SHELF_NO_FILE.
    """
    try:
        with file.open("rb") as opened:
            content = opened.read(MOST_BUNDLE_BYTES + 1)
    except OSError as error:
        raise NotFoundError("SHELF_NO_FILE", file=file.name) from error
    return BundleFiles().read(content, file.name, today=_now().date())


def feed_reach() -> Reach:
    """Return what a look at a subscription needs.

    Asked is the public internet alone, unless CONVIVE_SHELF_INNER is 1: for towns that exchange
    inside a network of their own.
    """
    from convive.app.shelf.subscriptions import Reach
    from convive.connectors.shelf_feeds import HttpsFetcher

    fetcher: FeedFetcher = HttpsFetcher(allows_private=os.environ.get("CONVIVE_SHELF_INNER") == "1")
    return Reach(fetcher, FeedFiles(), BundleFiles())


def _plans(pack: Path, plan: Path | None) -> Iterator[Plan]:
    kept = plans_of_pack(pack) if plan is None else [(plan.name, load_plan(plan))]
    readings = [reading for _, reading in kept]
    if not readings:
        raise NotFoundError("SHELF_NO_PLAN", pack=Path(pack).resolve().name)
    for reading in readings:
        if reading.plan is None:
            place = next((one.place.file for one in reading.problems), "")
            raise DatasetError("PLAN_UNUSABLE", reading.problems, file=place)
        yield reading.plan


def _entries(plans: Iterable[Plan], town: Town, today: date, told: Told) -> list[Entry]:
    from convive.app.shelf.memory_words import memory_words
    from convive.core.shelf.memory import own_entries

    words = memory_words(town.language)
    return [one for plan in plans for one in own_entries(plan, town, words, today=today, told=told)]


def feed_file(bundle: Bundle, address: str, *, language: str) -> bytes:
    """Return the feed of a bundle that lies at an address beside the feed's own."""
    from convive.app.shelf.feed import feed_of
    from convive.connectors.shelf_feeds import write_feed

    return write_feed(feed_of(bundle, address, language=language), "feed.atom")
