"""What the names of sheets and files tell, as in ``Fallzahlen_{year}`` or ``{area}-*``."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

Told = tuple[tuple[str, str], ...]
"""What the name of a file captures: (year, month, area or category; text)."""
_FORMS: Mapping[str, str] = {
    "year": r"\d{4}",
    "month": r"\d{1,2}|[^\W\d_]{3,}\.?",
    "area": r".+?",
    "category": r".+?",
}
_HOLE = re.compile(r"\\\{(year|month|area|category)\\\}")
_HOLE_OR_SIGN = re.compile(r"\{(year|month|area|category)\}|\*\*/|\*|\?|\[[^]]+\]")
_HOLES_TOGETHER = re.compile(r"\*?(?:\{(?:year|month|area|category)\}\*?)+")
_SIGNS = {"**/": "(?:.*/)?", "*": ".*"}
_CAPTURED = re.compile(r"\{(?:year|month|area|category|month\} \{year)\}")


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


def is_captured(column: str) -> bool:
    """Tell whether a column holds what a name captures, such as ``{month} {year}``."""
    return _CAPTURED.fullmatch(column) is not None


def as_glob(pattern: str) -> str:
    """Return a pattern of files in which the holes are ``*``.

    Examples
    --------
    >>> as_glob("{year}{month}/{area}_*.csv")
    '*/*_*.csv'
    """
    return _HOLES_TOGETHER.sub("*", pattern)  # never **, which means folders


def told_by(name: str, pattern: str) -> Told | None:
    """Return what a file's name captures by a pattern; None where it does not fit.

    What is captured lies within one part of the path, and a hole that stands twice must
    capture the same twice. The name is known to fit the pattern as a glob.

    Examples
    --------
    >>> told_by("2024/03/Nord.csv", "{year}/{month}/{area}.csv")
    (('year', '2024'), ('month', '03'), ('area', 'Nord'))
    >>> told_by("Nord_total.csv", "{area}_{year}.csv") is None
    True
    """
    if as_glob(pattern) == pattern:
        return ()
    form, end, seen = "", 0, set()
    for found in _HOLE_OR_SIGN.finditer(pattern):
        form += re.escape(pattern[end : found.start()])
        end, hole = found.end(), found[1]
        if hole is None:
            form += _SIGNS.get(found[0], ".")
        elif hole in seen:
            form += f"(?P={hole})"
        else:
            seen.add(hole)
            form += f"(?P<{hole}>{_FORMS[hole].replace('.+?', '[^/]+?')})"
    match = re.fullmatch(form + re.escape(pattern[end:]), name, re.DOTALL)
    return tuple(match.groupdict().items()) if match else None
