"""Numbers of people in bundles from the command line: no two of them differ by a few."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path

import pytest

from convive.core.errors import StorageError
from convive.core.model import DisclosureRule
from convive.core.strategy.model import DiaryEntry
from convive.core.strategy.reached import told_reached
from convive.core.strategy.vocabulary import Delivery
from convive.wiring.shelf_told import keep_told, read_told
from factories.plans import action, plan


def noted(day: int, reached: dict[str, int]) -> DiaryEntry:
    return DiaryEntry(date(2026, 5, day), "works", Delivery.LESS, 2.0, reached, None, "")


RULE = DisclosureRule(min_count=5)


def told(n: int, *before: int) -> int | None:
    (one,) = told_reached([noted(1, {"women": n})], RULE, {"women": before})
    return one.n


def test_a_number_stays_until_enough_people_have_come() -> None:
    assert told(12) == 12
    assert told(14, 12) == 12
    assert told(17, 12) == 17
    assert told(3, 12) is None, "below the floor only that is told"


def test_what_was_told_is_kept_beside_the_bundle_and_read_again(tmp_path: Path) -> None:
    first = plan(action(diary=(noted(1, {"women": 12, "men": 2}),)))
    keep_told(tmp_path, [first], RULE, read_told(tmp_path))
    assert read_told(tmp_path) == {("lights", "women"): (12,)}, "nothing of the two men"
    later = plan(action(diary=(noted(1, {"women": 14}),)))
    keep_told(tmp_path, [later], RULE, read_told(tmp_path))
    assert read_told(tmp_path) == {("lights", "women"): (12,)}
    many = plan(action(diary=(noted(1, {"women": 20}),)))
    keep_told(tmp_path, [many], RULE, read_told(tmp_path))
    assert read_told(tmp_path) == {("lights", "women"): (12, 20)}


@pytest.mark.parametrize("content", ["", "[]", '{"a/b": "x"}', "\udce4"])
def test_where_it_is_damaged_nothing_is_told(tmp_path: Path, content: str) -> None:
    (tmp_path / "told.json").write_bytes(content.encode("utf-8", "surrogateescape"))
    with pytest.raises(StorageError, match="SHELF_PUBLISHED_UNREADABLE"):
        read_told(tmp_path)


def test_nothing_is_written_where_nobody_was_counted(tmp_path: Path) -> None:
    keep_told(tmp_path, [plan(action())], RULE, {})
    assert not list(tmp_path.iterdir())


def test_the_file_is_plain_json(tmp_path: Path) -> None:
    keep_told(tmp_path, [plan(action(diary=(noted(1, {"men": 9}),)))], RULE, {})
    assert json.loads((tmp_path / "told.json").read_text()) == {"lights/men": [9]}
