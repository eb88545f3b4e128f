"""The town's own look: a logo drawn here, by rule, and a colour."""

from __future__ import annotations

import math

COLOUR = "#7a2e4d"
"""Dark enough for white letters on it and for itself on paper."""
GOLD, SEA = "#c98a1b", "#2f6f8f"
LOGO_TEXT = {
    "en": "Coat of arms of Marvenza: a lighthouse above three waves",
    "es": "Escudo de Marvenza: un faro sobre tres olas",
    "fr": "Blason de Marvenza : un phare au-dessus de trois vagues",
    "it": "Stemma di Marvenza: un faro sopra tre onde",
    "de": "Wappen von Marvenza: ein Leuchtturm über drei Wellen",
    "pt": "Brasão de Marvenza: um farol sobre três ondas",
    "nl": "Wapen van Marvenza: een vuurtoren boven drie golven",
}


def logo_svg() -> str:
    """Return a shield with a lighthouse above waves; 120 × 140."""
    shield = "M10 8 H110 V76 C110 106 86 124 60 134 C34 124 10 106 10 76 Z"
    rays = "".join(
        f'<path d="M60 34 L{60 + 46 * math.cos(a):.1f} {34 - 46 * math.sin(a):.1f} '
        f'L{60 + 46 * math.cos(a + 0.16):.1f} {34 - 46 * math.sin(a + 0.16):.1f} Z"/>'
        for a in (0.18, 0.62, math.pi - 0.34, math.pi - 0.78)
    )
    waves = "".join(
        f'<path d="M14 {y} q11.5 -9 23 0 t23 0 t23 0 t23 0" stroke-width="5"/>'
        for y in (92, 104, 116)
    )
    return (
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 120 140" width="120" height="140">'
        f'<defs><clipPath id="shield"><path d="{shield}"/></clipPath></defs>'
        f'<path d="{shield}" fill="#ffffff" stroke="{COLOUR}" stroke-width="5"/>'
        f'<g clip-path="url(#shield)"><g fill="{GOLD}">{rays}</g>'
        f'<path d="M51 44 H69 L74 86 H46 Z" fill="{COLOUR}"/>'
        '<path d="M50 56 H70 L71 66 H49 Z" fill="#ffffff"/>'
        f'<path d="M50 42 V30 H70 V42 Z" fill="{GOLD}"/>'
        f'<path d="M48 30 L60 18 L72 30 Z" fill="{COLOUR}"/>'
        f'<g fill="none" stroke="{SEA}">{waves}</g></g></svg>\n'
    )
