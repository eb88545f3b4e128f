from collections import Counter, defaultdict
from typing import Any

import django.db.models.deletion
from django.db import migrations, models


def count_what_is_there(apps: Any, _schema_editor: Any) -> None:
    """Sum up the diaries that were written before sums were kept."""
    entries = apps.get_model("workspace", "DiaryEntry").objects.filter(corrected_by=None)
    n_entries: Counter[int] = Counter()
    n_counted: Counter[int] = Counter()
    sums: dict[int, Counter[str]] = defaultdict(Counter)
    for action, reached in entries.order_by().values_list("action_id", "reached").iterator(5000):
        n_entries[action] += 1
        n_counted[action] += bool(reached)
        sums[action].update(reached)
    kept = apps.get_model("workspace", "DiarySum")
    kept.objects.bulk_create(
        (
            kept(action_id=one, n_entries=n, n_counted=n_counted[one], reached=dict(sums[one]))
            for one, n in n_entries.items()
        ),
        batch_size=2000,
    )


class Migration(migrations.Migration):
    dependencies = [
        ("workspace", "0004_delivery"),
    ]

    operations = [
        migrations.CreateModel(
            name="DiarySum",
            fields=[
                (
                    "action",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        primary_key=True,
                        related_name="diary_sum",
                        serialize=False,
                        to="workspace.action",
                    ),
                ),
                ("n_entries", models.PositiveIntegerField()),
                ("n_counted", models.PositiveIntegerField()),
                ("reached", models.JSONField()),
            ],
        ),
        migrations.RunPython(count_what_is_there, migrations.RunPython.noop),
    ]
