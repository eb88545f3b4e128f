"""Where an area lies: the outlines of its level in a few lines, itself filled."""

from __future__ import annotations

from html import escape

from shapely.geometry.base import BaseGeometry

from convive.app.ports import Build
from convive.reports.outlines import on_paper, shapes_of
from convive.reports.palette import light

_WIDTH, _HEIGHT, _EDGE = 300.0, 170.0, 2.0


class Locator:
    """Draws one area among its neighbours; the outlines are thinned once for all areas."""

    def __init__(self, build: Build, level: str) -> None:
        shapes = shapes_of(build, level)
        placed, self._height = on_paper(shapes, _WIDTH, _HEIGHT) if shapes else ({}, 0.0)
        self._paths = {area: _path(shape) for area, shape in placed.items()}
        self._all = "".join(self._paths.values())

    def svg(self, area_id: str, alt: str) -> str:
        """Return the drawing; empty where the area has no outline."""
        own = self._paths.get(area_id)
        if not own:
            return ""
        wide, high = _WIDTH + 2 * _EDGE, self._height + 2 * _EDGE
        return (
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="{-_EDGE} {-_EDGE} {wide:.1f} {high:.1f}"'
            f' width="{wide:.1f}" height="{high:.1f}" role="img" aria-label="{escape(alt)}">'
            f'<path d="{self._all}" fill="{light("few")}" stroke="{light("soft")}"'
            ' stroke-width="0.5" fill-rule="evenodd"/>'
            f'<path d="{own}" fill="{light("accent")}" fill-rule="evenodd"/></svg>'
        )


def _path(shape: BaseGeometry) -> str:
    """Return the rings of a shape as one path."""
    parts = getattr(shape, "geoms", [shape])
    rings = [r for p in parts if p.geom_type == "Polygon" for r in (p.exterior, *p.interiors)]
    return "".join(
        "M" + "L".join(f"{x:g},{y:g}" for x, y in ring.coords[:-1]) + "Z" for ring in rings
    )
