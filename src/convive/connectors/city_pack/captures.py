"""What the names of sheets and files tell, as in ``Fallzahlen_{year}`` or ``{area}-*``."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

_FORMS: Mapping[str, str] = {
    "year": r"\d{4}",
    "month": r"\d{1,2}|[^\W\d_]{3,}\.?",
    "area": r".+?",
    "category": r".+?",
}
_HOLE = re.compile(r"\\\{(year|month|area|category)\\\}")


def name_pattern(pattern: str) -> re.Pattern[str]:
    """Return a pattern in which ``{year}`` and its like capture and ``*`` is anything.

    Examples
    --------
    >>> name_pattern("{area} {year}").fullmatch("Nord-Ost 2023").groupdict()
    {'area': 'Nord-Ost', 'year': '2023'}
    """
    seen: set[str] = set()

    def hole(found: re.Match[str]) -> str:
        name = found[1]
        group = f"(?:{_FORMS[name]})" if name in seen else f"(?P<{name}>{_FORMS[name]})"
        seen.add(name)
        return group

    quoted = _HOLE.sub(hole, re.escape(pattern.strip()))
    return re.compile(quoted.replace(r"\*", ".*"), re.DOTALL)


def choose_names(names: Sequence[str], pattern: str | None) -> list[tuple[str, dict[str, str]]]:
    """Return (name, what it captures) of the names asked for; without a pattern the first.

    Examples
    --------
    >>> choose_names(["Titel", "HZ_2021", "HZ_2022"], "HZ_{year}")
    [('HZ_2021', {'year': '2021'}), ('HZ_2022', {'year': '2022'})]
    """
    if pattern is None:
        return [(names[0], {})] if names else []
    if pattern in names:
        return [(pattern, {})]
    form = name_pattern(pattern)
    matches = ((name, form.fullmatch(name.strip())) for name in names)
    return [(name, match.groupdict()) for name, match in matches if match]
