"""The tables that the migrations have made, at any point of their history."""

from __future__ import annotations

from typing import Any

from django.apps.registry import Apps
from django.db.migrations.loader import MigrationLoader
from django.db.models import Field, Model

from convive.core.errors import StorageError

LEFT_OUT = frozenset({"django_session"})
"""Who is signed in stays with the installation: after a restore everybody signs in anew."""

Migration = tuple[str, str]


def applied(connection: Any) -> list[Migration]:
    """Return the migrations that a database has been brought to.

    Raises
    ------
    StorageError
        BACKUP_DATABASE_NEWER where a later version of Convive has changed the tables.
    """
    loader = MigrationLoader(connection)
    ours = {app for app, _ in loader.graph.nodes}
    found = sorted(key for key in loader.applied_migrations if key[0] in ours)
    if not set(found) <= set(loader.graph.nodes):
        raise StorageError("BACKUP_DATABASE_NEWER")
    return found


def models_at(connection: Any, migrations: list[Migration]) -> list[type[Model]]:
    """Return the models as they were after some migrations, referred ones first.

    Raises
    ------
    StorageError
        BACKUP_NEWER where this version of Convive does not know a migration.
    """
    loader = MigrationLoader(connection)
    if not set(migrations) <= set(loader.graph.nodes):
        raise StorageError("BACKUP_NEWER", made_by="")
    apps: Apps = loader.project_state(migrations).apps
    found = [
        model for model in apps.get_models(include_auto_created=True)
        if model._meta.managed and not model._meta.proxy and model._meta.db_table not in LEFT_OUT
    ]  # fmt: skip
    return _ordered(sorted(found, key=lambda model: model._meta.db_table))


def last_of(connection: Any, migrations: list[Migration]) -> list[Migration]:
    """Return the last ones of each app: what to migrate to."""
    nodes, there = MigrationLoader(connection).graph.node_map, set(migrations)
    return [
        key for key in migrations
        if not any(child.key in there and child.key[0] == key[0] for child in nodes[key].children)
    ]  # fmt: skip


def columns_of(model: type[Model]) -> list[Field[Any, Any]]:
    """Return the fields of a model that have a column."""
    return list(model._meta.local_concrete_fields)


def _ordered(models: list[type[Model]]) -> list[type[Model]]:
    ordered: dict[type[Model], None] = {}

    def put(model: type[Model], path: frozenset[type[Model]]) -> None:
        if model in ordered or model in path:
            return
        for field in columns_of(model):
            if field.remote_field and field.remote_field.model in models:
                put(field.remote_field.model, path | {model})
        ordered[model] = None

    for model in models:
        put(model, frozenset())
    return list(ordered)
