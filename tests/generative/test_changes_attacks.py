"""Random corrections of a small town, release after release, and an attacker with all of them.

The attacker takes whatever follows from the sums of two releases, and looks for figures, alone or
all hidden ones of a sum together, of which a small change follows from both.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import product

import numpy as np
import pytest
from numpy.typing import NDArray

from convive.core.disclosure import CellRole, CellStatus, Known, suppress, suppress_changes

FEWEST = 5
SHAPE = (3, 3, 3)
"""Areas, months and kinds; nobody names the last kind."""
N_RELEASES = 4
Longs = NDArray[np.int64]


@dataclass(frozen=True)
class Table:
    """All cells with the atoms that each adds up, and every sum between them."""

    atoms: Longs
    """(n_cells, n_atoms), those that nobody publishes last."""
    equations: list[tuple[int, list[int]]]
    n_published: int

    @property
    def given(self) -> dict[str, list[tuple[int, list[int]]]]:
        """What the gate gets: sums of published cells, and those between rests beside them."""
        is_rest = [total >= self.n_published for total, _ in self.equations]
        return {
            name: [one for one, of_rest in zip(self.equations, is_rest, strict=True)
                   if of_rest == wanted]
            for name, wanted in (("margins", False), ("implied", True))
        }  # fmt: skip


def table() -> Table:
    """Return a cube with all its margins; the last kind is a rest, and so is all that is of it."""
    axes = [[*((i,) for i in range(n)), tuple(range(n))] for n in SHAPE]
    sets = sorted(product(*axes), key=lambda one: one[2] == (SHAPE[2] - 1,))
    at = {one: i for i, one in enumerate(sets)}
    atoms = np.zeros((len(sets), int(np.prod(SHAPE))), dtype=np.int64)
    equations = []
    for one, i in at.items():
        grid = np.zeros(SHAPE, dtype=np.int64)
        grid[np.ix_(*one)] = 1
        atoms[i] = grid.ravel()
        for axis, own in enumerate(one):
            if len(own) > 1:
                parts = [at[(*one[:axis], (k,), *one[axis + 1 :])] for k in own]
                equations.append((i, parts))
    n_rests = sum(one[2] == (SHAPE[2] - 1,) for one in sets)
    return Table(atoms, equations, len(sets) - n_rests)


TABLE = table()


@dataclass(frozen=True)
class Told:
    counts: Longs
    is_shown: NDArray[np.bool_]


def released(truth: Longs, earlier: list[Told], *, with_rests: bool) -> Told:
    """Return what a gate shows that has compared each figure with its earlier self."""
    counts = TABLE.atoms @ truth
    role = np.zeros(counts.size, dtype=np.int8)
    role[TABLE.n_published :] = CellRole.DERIVED
    for old in earlier:
        change = np.abs(counts - old.counts)
        role[old.is_shown & (change == 0) & (role != CellRole.SENSITIVE)] = CellRole.FIXED
    for old in earlier:
        change = np.abs(counts - old.counts)
        role[old.is_shown & (change > 0) & (change < FEWEST)] = CellRole.SENSITIVE
    known = [Known(old.counts, old.is_shown) for old in earlier]
    found = (
        suppress_changes(counts, known, roles=role, **TABLE.given)
        if with_rests
        else suppress(counts, margins=TABLE.given["margins"], roles=role)
    )
    is_shown = found.status == CellStatus.SHOWN
    is_shown[TABLE.n_published :] = False
    return Told(counts, is_shown)


def follow(wanted: Longs, told: Told) -> NDArray[np.bool_]:
    _, size, turned = np.linalg.svd(TABLE.atoms[told.is_shown].astype(float), full_matrices=False)
    basis = turned[size > 1e-9]
    return np.abs(wanted - wanted @ basis.T @ basis).max(axis=1) < 1e-7


def leaks(old: Told, new: Told) -> int:
    """Count the figures, and sums of hidden ones, of which a small change follows from both."""
    known = follow(TABLE.atoms, old) & follow(TABLE.atoms, new)
    unions = [TABLE.atoms[[p for p in parts if not known[p]]].sum(axis=0)
              for _, parts in TABLE.equations]  # fmt: skip
    wanted = np.vstack([TABLE.atoms, *unions])
    change = wanted @ np.linalg.lstsq(
        TABLE.atoms.astype(float), (new.counts - old.counts).astype(float), rcond=None
    )[0]  # fmt: skip
    change = np.rint(change)
    tells = follow(wanted, old) & follow(wanted, new)
    return int((tells & (change != 0) & (np.abs(change) < FEWEST)).sum())


def town(generator: np.random.Generator) -> Longs:
    counts = generator.poisson(40, SHAPE)
    few = generator.random(SHAPE) < 0.12
    return np.where(few, generator.integers(0, 9, SHAPE), counts).ravel()


def corrected(truth: Longs, generator: np.random.Generator) -> Longs:
    """Move many incidents here and there, and one or two besides."""
    found = truth.copy()
    for _ in range(4):
        found[generator.integers(found.size)] += generator.integers(6, 25)
    found[generator.integers(found.size)] += generator.integers(1, 3)
    return found


def attacked(seed: int, *, with_rests: bool) -> int:
    generator = np.random.default_rng(seed)
    truth, told, found = town(generator), list[Told](), 0
    for _ in range(N_RELEASES):
        new = released(truth, told, with_rests=with_rests)
        found += sum(leaks(old, new) for old in told)
        told.append(new)
        truth = corrected(truth, generator)
    return found


@pytest.mark.parametrize("seed", range(8))
def test_no_release_after_another_tells_a_small_change(seed: int) -> None:
    assert attacked(seed, with_rests=True) == 0


def test_a_gate_that_compares_figures_in_pairs_only_tells_some() -> None:
    """The control: the same attacker, the same towns, without the rests of sums."""
    assert sum(attacked(seed, with_rests=False) > 0 for seed in range(8)) >= 2


def test_what_is_hidden_because_of_changes_is_not_everything() -> None:
    generator = np.random.default_rng(1)
    truth = town(generator)
    first = released(truth, [], with_rests=True)
    second = released(corrected(truth, generator), [first], with_rests=True)
    assert second.is_shown.sum() > TABLE.n_published / 2
