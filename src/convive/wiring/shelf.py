"""Joins the knowledge shelf to its search."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import lru_cache
from pathlib import Path

from convive.app.shelf.documents import Document, documents_of
from convive.app.shelf.query import ShelfIndex
from convive.catalogue import find
from convive.catalogue.thesaurus import THESAURUS, load_concepts
from convive.catalogue.yaml_files import yaml_paths
from convive.core.shelf.concept import Concept
from convive.core.shelf.entry import CATALOGUE_PUBLISHER, Entry, Origin, OriginKind

# Adapters are imported where they are used: see `convive.wiring`.
# ruff: noqa: PLC0415


@lru_cache(maxsize=1)
def catalogue_entries() -> tuple[Entry, ...]:
    """Return the entries that come with the software, sorted by id."""
    origin = Origin(OriginKind.CATALOGUE, CATALOGUE_PUBLISHER, "")
    return tuple(Entry(practice, origin) for practice in find.practices())


WORDS_FOLDER = "words"
"""Folder of a pack with words that its town alone uses; see docs/reference/thesaurus-files.md."""


def words_of_town(pack: Path) -> Path | None:
    """Return the folder with a town's own words, None where it has none."""
    folder = Path(pack) / WORDS_FOLDER
    return folder if yaml_paths(folder) else None


def shelf_index(entries: Iterable[Entry] | None = None, *, words: Path | None = None) -> ShelfIndex:
    """Return the search over entries, those of the catalogue by default, and the method cards.

    Parameters
    ----------
    entries : iterable of Entry, optional
        Everything on this shelf. Building takes about a second for two hundred entries: keep
        what is returned until one of them changes.
    words : Path, optional
        Folder with words of the town, see `words_of_town`, that count beside the catalogue's.

    Raises
    ------
    DefinitionError
        DEFINITION_INVALID with every mistake in the town's words.
    """
    known = find.concepts() if words is None else load_concepts(THESAURUS, words)
    if entries is None and words is None:
        return _catalogue_index()
    if entries is None:
        return _index_of(tuple(shelf_documents().values()), known)
    return _index_of(documents_of(entries, find.cards()), known)


@lru_cache(maxsize=1)
def shelf_documents() -> Mapping[str, Document]:
    """Return what is searched of the catalogue's entries and the method cards, by ref."""
    return {one.ref: one for one in documents_of(catalogue_entries(), find.cards())}


@lru_cache(maxsize=1)
def _catalogue_index() -> ShelfIndex:
    return _index_of(tuple(shelf_documents().values()), find.concepts())


def _index_of(documents: tuple[Document, ...], words: tuple[Concept, ...]) -> ShelfIndex:
    from convive.store.shelf_index import TantivyAnalysis, TantivyShelfIndex

    return TantivyShelfIndex(documents, words, TantivyAnalysis())
