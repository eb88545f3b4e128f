"""Rows of long tables, written at once: a template that goes cell by cell takes most of a page."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import lru_cache
from html import escape as _escape
from typing import Any

from django import template
from django.utils.safestring import SafeString, mark_safe

from convive.catalogue.texts import say
from convive.web.observatory.templatetags.convive_texts import address_of

register = template.Library()
Row = Mapping[str, Any]
escape = lru_cache(maxsize=8192)(_escape)
"""The cells of a page are the same few words and small numbers again and again."""


@register.simple_tag
def week_cells(cells: Iterable[Row]) -> SafeString:
    """Return the hours of a day: how much beside the other hours, and the number."""
    return mark_safe("".join(_hour(cell) for cell in cells))


def _hour(cell: Row) -> str:
    shade = "few" if cell["step"] is None else f"q{cell['step']}"
    return f'<td class="{shade}"><span class="cell">{escape(cell["text"])}</span></td>'


@register.simple_tag(takes_context=True)
def month_rows(context: template.Context, rows: Iterable[Row]) -> SafeString:
    """Return the months of a series: count, whether it is still filling up, what is expected."""
    filling = escape(say("web.still_filling", context["language"]))
    return mark_safe("".join(_month(row, filling) for row in rows))


def _month(row: Row, filling: str) -> str:
    more = ""
    if row["is_incomplete"]:
        foreseen = f"; {escape(row['foreseen'])}" if row["foreseen"] else ""
        more = f' <span class="ci-t">({filling}{foreseen})</span>'
    if row["note"]:
        more += f'<span class="ci-t block note">{escape(row["note"])}</span>'
    return (
        f'<tr><th scope="row">{escape(row["month"])}</th><td class="r">{escape(row["count"])}'
        f'{more}</td><td class="r">{escape(row["expected"])}</td></tr>'
    )


@register.simple_tag(takes_context=True)
def figure_rows(context: template.Context, rows: Iterable[Row], name: str) -> SafeString:
    """Return the figures of an area beside the city's, a row an indicator."""
    language = context["language"]
    labels = {
        key: escape(say(f"web.{key}", language))
        for key in ("smoothed", "whole_city", "n", "change_col")
    }
    labels["name"] = escape(name)
    found = (_figure_row(row, labels, language) for row in rows)
    return mark_safe("".join(f"{one}\n" for one in found))


def _figure_row(row: Row, labels: Mapping[str, str], language: str) -> str:
    figure = row["figure"]
    about = escape(f"{figure.unit} · " if figure.unit else "") + escape(figure.period)
    about += f" · {escape(figure.denominator)}" if figure.denominator else ""
    smoothed = escape(figure.smoothed)
    if figure.smoothed_interval:
        smoothed += f' <span class="ci-t">({escape(figure.smoothed_interval)})</span>'
    href = escape(address_of("indicator", language, row["indicator_id"]))
    return (
        f'<tr><th scope="row"><a href="{href}">{escape(row["label"])}</a>'
        f'<span class="ci-t block">{about}</span></th>'
        f'<td class="r" data-label="{labels["name"]}">{_figure(figure)}\n</td>'
        f'<td class="r" data-label="{labels["smoothed"]}">{smoothed}</td>'
        f'<td class="r" data-label="{labels["whole_city"]}">{escape(row["city"].value)}</td>'
        f'<td class="r" data-label="{labels["n"]}">{escape(figure.n)}</td>'
        f'<td data-label="{labels["change_col"]}">{escape(row["change"]["verdict"])}</td></tr>'
    )


def _figure(figure: Any) -> str:
    """Return a figure as ``parts/figure.html`` shows it."""
    if not figure.is_shown:
        return f'<span class="why">{escape(figure.why_not)}</span>'
    shown = f'<span class="num">{escape(figure.value)}</span>'
    if figure.interval:
        shown += f' <span class="ci-t">({escape(figure.interval)})</span>'
    if figure.note:
        shown += f'<span class="ci-t block note">{escape(figure.note)}</span>'
    return shown
