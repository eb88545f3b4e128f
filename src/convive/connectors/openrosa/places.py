"""The planned places of a campaign as a file that a question of a form chooses from."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable
from dataclasses import dataclass

PLACES_FILE = "places.csv"


@dataclass(frozen=True)
class PlaceRow:
    """One line of the question; `name` is what the form sends back."""

    name: str
    label: str
    latitude: float | None = None
    longitude: float | None = None


def places_csv(rows: Iterable[PlaceRow]) -> bytes:
    r"""Return the file; `geometry` is ODK's spelling of a point, latitude first.

    Examples
    --------
    >>> places_csv([PlaceRow("p1", "Quay", 50.85, 4.35)])
    b'name,label,geometry\np1,Quay,50.85 4.35 0 0\n'
    """
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(("name", "label", "geometry"))
    for row in rows:
        is_known = row.latitude is not None and row.longitude is not None
        point = f"{row.latitude} {row.longitude} 0 0" if is_known else ""
        writer.writerow((row.name, " ".join(row.label.split()), point))
    return text.getvalue().encode("utf-8")
