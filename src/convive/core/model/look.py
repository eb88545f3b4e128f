"""How a town shows itself: its logo and its colour."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

LogoKind = Literal["svg", "png"]


@dataclass(frozen=True, slots=True)
class Logo:
    """A drawing that has been looked through: only shapes, or only pixels.

    Attributes
    ----------
    ratio : float
        Width over height.
    """

    kind: LogoKind
    content: bytes
    ratio: float

    @property
    def digest(self) -> str:
        """Return what names exactly this drawing."""
        return hashlib.sha256(self.content).hexdigest()[:12]


@dataclass(frozen=True, slots=True)
class Look:
    """A town's own look; empty: Convive's."""

    colour: str = ""
    """``#rrggbb``; readable on light paper."""
    logo: Logo | None = None
    logo_text: Mapping[str, str] = field(default_factory=dict)
    """What the logo shows, by language, for whoever cannot see it; empty: the town's name."""

    @property
    def digest(self) -> str:
        """Return what changes exactly when colour or logo do."""
        logo = self.logo.digest if self.logo else ""
        return hashlib.sha256(f"{self.colour} {logo}".encode()).hexdigest()[:12]


PLAIN = Look()
"""Convive's own look."""
