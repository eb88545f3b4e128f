"""Feeds of published entries (Atom, RFC 4287): written, read as if by an enemy, and fetched."""

from __future__ import annotations

from convive.connectors.shelf_feeds.fetching import HttpsFetcher
from convive.connectors.shelf_feeds.reading import FeedReading, read_feed
from convive.connectors.shelf_feeds.writing import MEDIA_TYPE, write_feed

__all__ = ["MEDIA_TYPE", "FeedReading", "HttpsFetcher", "read_feed", "write_feed"]
