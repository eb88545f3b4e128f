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
    disk = layout.disk
    for left in layout.staging.iterdir():
        disk.remove(left)
    needed: set[Path] = {kept.path for kept in state.entries.values()}
    for number in manifest_numbers(layout):
        if number == state.number:
            continue
        is_spared = number < state.number and number in spare
        if is_spared or not _removed(layout, number, is_forced=is_forced):
            needed |= _paths(layout, number)
    disk.sync_folder(layout.manifests)
    for folder in sorted(layout.objects.glob("??")):
        left_over = [path for path in folder.iterdir() if path not in needed]
        for path in left_over:
            disk.remove(path)
        if left_over:
            disk.sync_folder(folder)


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
