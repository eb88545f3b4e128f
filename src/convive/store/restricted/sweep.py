"""Clears away what no kept state needs: leftovers of killed writers, replaced contents."""

from __future__ import annotations

from pathlib import Path

from convive.store.restricted.disk import Layout
from convive.store.restricted.locks import claimed
from convive.store.restricted.manifest import Manifest, manifest_numbers, parse_manifest


def sweep(
    layout: Layout, state: Manifest, *, spare: set[int | None], is_forced: bool = False
) -> None:
    """Remove staged files, old manifests and contents that only they name.

    Parameters
    ----------
    layout : Layout
        The store; the caller is its one writer.
    state : Manifest
        The current state, which stays.
    spare : set of int
        Numbers of further states to keep.
    is_forced : bool
        Whether states that somebody reads at this moment go too.
    """
    for left in layout.staging.iterdir():
        layout.disk.remove(left)
    others = [number for number in manifest_numbers(layout) if number != state.number]
    stays = {
        number
        for number in others
        if (number < state.number and number in spare)
        or not _removed(layout, number, is_forced=is_forced)
    }
    if stays != set(others):
        layout.disk.sync_folder(layout.manifests)
    needed = {kept.path for kept in state.entries.values()}
    _clear_contents(layout, needed.union(*(_paths(layout, number) for number in stays)))


def _clear_contents(layout: Layout, needed: set[Path]) -> None:
    """Remove the contents that nothing needs."""
    for folder in sorted(layout.objects.glob("??")):
        left_over = [path for path in folder.iterdir() if path not in needed]
        for path in left_over:
            layout.disk.remove(path)
        if left_over:
            layout.disk.sync_folder(folder)


def _removed(layout: Layout, number: int, *, is_forced: bool) -> bool:
    """Remove a manifest unless somebody reads it; tell whether it is gone."""
    path = layout.manifest(number)
    with claimed(path) as is_free:
        if is_free or is_forced:
            layout.disk.remove(path)
    return is_free or is_forced


def _paths(layout: Layout, number: int) -> set[Path]:
    try:
        manifest = parse_manifest(layout.manifest(number).read_bytes(), layout)
    except (OSError, ValueError):
        return set()
    return {kept.path for kept in manifest.entries.values()}
