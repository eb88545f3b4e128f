"""Rules as field apps must have them so that they mean the same as here."""

from __future__ import annotations

from convive.core.instruments.expression import parse


def for_field_app(rule: str, column: str) -> str:
    """Return a rule of a column in the XPath of field apps, names still as ``${name}``.

    A calculation that is true or false becomes 1 or 0: field apps would keep the texts "true" and
    "false", which are both true when a rule looks at them.

    Examples
    --------
    >>> for_field_app("${age} > 17", "calculation"), for_field_app("${age} > 17", "relevant")
    ('if(${age} > 17, 1, 0)', '${age} > 17')
    """
    expression = parse(rule)
    return expression.calculation_to_xpath({}) if column == "calculation" else expression.to_text()
