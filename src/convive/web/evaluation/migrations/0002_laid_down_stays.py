"""Statements by which the database itself refuses to change or remove a plan that was laid down."""

from __future__ import annotations

from typing import Any, ClassVar

from django.db import migrations

TABLE = "evaluation_laiddown"

SQLITE = tuple(
    f"CREATE TRIGGER evaluation_no_{verb.lower()} BEFORE {verb} ON {TABLE} "
    "BEGIN SELECT RAISE(ABORT, 'evaluation: plans that were laid down stay'); END"
    for verb in ("UPDATE", "DELETE")
)
POSTGRESQL = (
    (
        "CREATE FUNCTION evaluation_refuse() RETURNS trigger LANGUAGE plpgsql AS "
        "$$ BEGIN RAISE EXCEPTION 'evaluation: plans that were laid down stay'; END $$"
    ),
    (
        f"CREATE TRIGGER evaluation_no_change BEFORE UPDATE OR DELETE ON {TABLE} "
        "FOR EACH ROW EXECUTE FUNCTION evaluation_refuse()"
    ),
    (
        f"CREATE TRIGGER evaluation_no_truncate BEFORE TRUNCATE ON {TABLE} "
        "FOR EACH STATEMENT EXECUTE FUNCTION evaluation_refuse()"
    ),
)
STATEMENTS = {"sqlite": SQLITE, "postgresql": POSTGRESQL}


def create_triggers(_apps: Any, schema_editor: Any) -> None:
    """Create the triggers; refuses a database that has none of ours."""
    for statement in STATEMENTS[schema_editor.connection.vendor]:
        schema_editor.execute(statement)


class Migration(migrations.Migration):
    """Plans are only added from here on."""

    dependencies: ClassVar = [("evaluation", "0001_plans_and_answers")]
    operations: ClassVar = [migrations.RunPython(create_triggers)]
