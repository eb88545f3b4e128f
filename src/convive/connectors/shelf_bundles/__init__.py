"""Bundles of the knowledge shelf in files: signed, in one canonical form, read as if by an enemy.

A file is refused whole where it is not what its publisher signed; of a file that is, single
entries that cannot be used are named and the others stay.
"""

from __future__ import annotations

from convive.connectors.shelf_bundles.parts import FORMAT, bundle_schema
from convive.connectors.shelf_bundles.reading import BundleReading, read_bundle
from convive.connectors.shelf_bundles.writing import write_bundle

__all__ = [
    "FORMAT",
    "BundleReading",
    "bundle_schema",
    "read_bundle",
    "write_bundle",
]
