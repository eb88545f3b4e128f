"""Whether what the name of a file captures is there: its month, its area."""

from __future__ import annotations

import pyarrow as pa

from convive.connectors.city_pack.area_index import AreaIndex, find_areas
from convive.connectors.city_pack.files import PackFile
from convive.connectors.city_pack.mapping_schema import AreaColumns
from convive.connectors.city_pack.month_names import month_of
from convive.connectors.city_pack.problem_log import SourceLog


def is_named_right(
    file: PackFile, columns: AreaColumns, index: AreaIndex, source: SourceLog
) -> bool:
    """Tell whether month and area in a file's name exist; what does not is noted.

    All rows of such a file would be left out: better its name is mended first.
    """
    told = dict(file.told)
    month, area = told.get("month"), told.get("area")
    if month is not None and not is_month(month):
        source.fail("FILE_NAME_MONTH", file.label, month=month)
        return False
    if area is None or columns.area != "{area}" or columns.ignore_unknown_areas:
        return True
    if find_areas(pa.array([area.strip()]), columns, index).is_unknown.any():
        source.fail("FILE_NAME_AREA", file.label, area=area, level=columns.level_key)
        return False
    return True


def is_month(text: str) -> bool:
    """Tell whether a text is a month's number or name.

    Examples
    --------
    >>> is_month("03"), is_month("Sept."), is_month("13"), is_month("Nord")
    (True, True, False, False)
    """
    return 1 <= int(text) <= 12 if text.isdigit() else month_of(text.rstrip(".")) is not None
