"""What the diaries say in sum, kept beside the entries; never told on, only counted again."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable

from convive.web.workspace.models import Action, DiaryEntry, DiarySum


def count_entries(actions: Iterable[int]) -> None:
    """Count the diaries of some actions again, in the transaction that has written to them.

    Whoever else writes to one of them waits, so that neither misses the entry of the other.
    """
    keys = list(Action.objects.select_for_update().filter(pk__in=list(actions)).values_list("pk", flat=True))  # fmt: skip
    n_entries: Counter[int] = Counter()
    n_counted: Counter[int] = Counter()
    sums: dict[int, Counter[str]] = defaultdict(Counter)
    rows = DiaryEntry.objects.filter(action__in=keys, corrected_by=None).order_by()
    for action, reached in rows.values_list("action", "reached").iterator(5000):
        n_entries[action] += 1
        n_counted[action] += bool(reached)
        sums[action].update(reached)
    DiarySum.objects.bulk_create(
        (
            DiarySum(action_id=one, n_entries=n_entries[one], n_counted=n_counted[one], reached=dict(sums[one]))
            for one in keys
        ),
        update_conflicts=True, unique_fields=["action"],
        update_fields=["n_entries", "n_counted", "reached"],
    )  # fmt: skip
