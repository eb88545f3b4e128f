"""Statements by which the database itself refuses to change or remove an event."""

from __future__ import annotations

from typing import Any, ClassVar

from django.db import migrations

TABLE = "audit_log_event"

SQLITE = tuple(
    f"CREATE TRIGGER audit_log_no_{verb.lower()} BEFORE {verb} ON {TABLE} "
    "BEGIN SELECT RAISE(ABORT, 'audit log: events are only added'); END"
    for verb in ("UPDATE", "DELETE")
)
POSTGRESQL = (
    (
        "CREATE FUNCTION audit_log_refuse() RETURNS trigger LANGUAGE plpgsql AS "
        "$$ BEGIN RAISE EXCEPTION 'audit log: events are only added'; END $$"
    ),
    (
        f"CREATE TRIGGER audit_log_no_change BEFORE UPDATE OR DELETE ON {TABLE} "
        "FOR EACH ROW EXECUTE FUNCTION audit_log_refuse()"
    ),
    (
        f"CREATE TRIGGER audit_log_no_truncate BEFORE TRUNCATE ON {TABLE} "
        "FOR EACH STATEMENT EXECUTE FUNCTION audit_log_refuse()"
    ),
)
STATEMENTS = {"sqlite": SQLITE, "postgresql": POSTGRESQL}


def create_triggers(_apps: Any, schema_editor: Any) -> None:
    """Create the triggers; refuses a database that has none of ours."""
    for statement in STATEMENTS[schema_editor.connection.vendor]:
        schema_editor.execute(statement)


class Migration(migrations.Migration):
    """Events are only added from here on."""

    dependencies: ClassVar = [("audit_log", "0001_initial")]
    operations: ClassVar = [migrations.RunPython(create_triggers)]
