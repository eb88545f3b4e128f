"""Makes the tables of an empty database: all that the migrations make, in half of their time.

Before each step Django works out anew what every related model looks like; where a migration makes
forty tables in a row, it does so forty times. Here models that are made in a row are worked out
together. What reaches the database is the same, statement by statement.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import groupby
from typing import Any

from django.db.migrations.executor import MigrationExecutor
from django.db.migrations.operations import CreateModel
from django.db.migrations.operations.base import Operation


class QuickExecutor(MigrationExecutor):
    """Runs migrations with models that are made in a row taken together."""

    def __init__(self, connection: Any) -> None:
        super().__init__(connection)
        for migration in self.loader.graph.nodes.values():
            if migration is not None:
                migration.operations = list(_together(migration.operations))


class CreateModels(Operation):
    """Makes tables one after the other, none of which is changed by the next."""

    def __init__(self, parts: Sequence[CreateModel]) -> None:
        self.parts = parts

    def state_forwards(self, app_label: str, state: Any) -> None:
        """Add all models, then work out once what is related to them."""
        apps = state.__dict__.pop("apps", None)
        for one in self.parts:
            one.state_forwards(app_label, state)
        if apps is not None:
            state.__dict__["apps"] = apps
            state.reload_models({(app_label, one.name_lower) for one in self.parts}, delay=False)

    def database_forwards(
        self, app_label: str, schema_editor: Any, from_state: Any, to_state: Any
    ) -> None:
        """Make the tables in their order."""
        for one in self.parts:
            one.database_forwards(app_label, schema_editor, from_state, to_state)


def make_tables(connection: Any) -> None:
    """Bring a database without any table to where the migrations lead; others are left alone."""
    executor = QuickExecutor(connection)
    if not executor.loader.applied_migrations:
        executor.migrate(executor.loader.graph.leaf_nodes())


def _together(operations: Sequence[Operation]) -> Iterator[Operation]:
    for is_making, row in groupby(operations, key=lambda one: type(one) is CreateModel):
        parts: list[Any] = list(row)
        if is_making and len(parts) > 1:
            yield CreateModels(parts)
        else:
            yield from parts
