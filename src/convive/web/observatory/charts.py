"""Charts of the one chart grammar, made fit for a page.

They come from `convive.wiring`, the same that the printed report holds, drawn with the page's
colour variables, so that dark mode works, and without any inline style.
"""

from __future__ import annotations

import re
from typing import Any

from django.utils.safestring import SafeString, mark_safe

from convive import wiring
from convive.core.errors import NotFoundError
from convive.web.observatory.current import Site

_REFUSED = re.compile(
    r"<(script|style|foreignObject).*?</\1>|\s(on[a-z]+|style)=(\"[^\"]*\"|'[^']*')", re.S | re.I
)
_HEAD = re.compile(r"<svg\b([^>]*)>", re.S)
_SIZE = re.compile(r"\s(width|height)=\"[^\"]*\"")


def fit_for_page(svg: str) -> str:
    """Return the SVG without fixed size, and without what the content policy would refuse."""
    plain = _REFUSED.sub("", svg)
    return _HEAD.sub(lambda m: f'<svg{_SIZE.sub("", m[1])} class="chart">', plain, count=1)


def draw(site: Site, chart: str, language: str, **selection: Any) -> SafeString | None:
    """Return a chart of the audit, drawn once; None where there is nothing to draw."""

    def make() -> SafeString | None:
        try:
            svg = wiring.chart_svg(site.build, chart, language=language, theme="css", **selection)
        except NotFoundError:
            return None
        return mark_safe(fit_for_page(svg))

    return site.keep(("chart", chart, language, tuple(sorted(selection.items()))), make)


def series_chart(
    site: Site, indicator_id: str, level: str, area_id: str, language: str
) -> SafeString | None:
    """Return months (or years) with expected band, breaks and open months."""
    return draw(
        site, "series", language,
        indicator=indicator_id, level=level, area_id=area_id, width=1040,
    )  # fmt: skip
