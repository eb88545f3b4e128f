"""Plans in files: JSON to exchange and keep, a workbook to fill in and correct.

Both are read whole or not at all, with every problem at once, and read back as the same plan.
"""

from __future__ import annotations

from convive.connectors.plan_files.json_file import FORMAT, plan_schema, write_json
from convive.connectors.plan_files.reading import PlanReading, read_plan_file
from convive.connectors.plan_files.workbook_writing import write_workbook

__all__ = [
    "FORMAT",
    "PlanReading",
    "plan_schema",
    "read_plan_file",
    "write_json",
    "write_workbook",
]
