"""Normalises coded interview and meeting notes; free text is never read."""

from __future__ import annotations

from collections.abc import Mapping as Map
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from convive.app.tables import NOTES
from convive.connectors.city_pack.cells import constant
from convive.connectors.city_pack.dates import read_moments
from convive.connectors.city_pack.family import (
    Context,
    Reading,
    areas_of,
    has_columns,
    kept_columns,
)
from convive.connectors.city_pack.family_schemas import NotesMapping
from convive.connectors.city_pack.incidents import note_dates
from convive.connectors.city_pack.problem_log import N_EXAMPLES, SourceLog
from convive.connectors.city_pack.sheet import Sheet, as_mask

FACES = ("recorded", "experienced", "felt", "observed")
DIRECTIONS = ("worse", "better", "neutral")


class NotesReader:
    """Reads the sheets of one source of notes."""

    def __init__(self, mapping: NotesMapping, context: Context, source: SourceLog) -> None:
        self.mapping, self.context, self.source = mapping, context, source
        self.reading = Reading()
        self._seen: set[tuple[str, str]] = set()

    def prepare(self) -> bool:
        """Check the mapping itself; return whether files can be read by it."""
        columns = self.mapping.columns
        if not (columns.face or columns.constant_face):
            label = self.context.mapping_label
            self.source.fail("MAPPING_INCOMPLETE", label, keys="face, constant_face")
            return False
        return True

    def read(self, sheet: Sheet) -> None:
        """Add the notes of a sheet, one row a theme."""
        columns = self.mapping.columns
        names = [columns.id, columns.date, columns.area, columns.face]
        if not has_columns(sheet, [*names, columns.theme, columns.direction], self.source):
            return
        n = sheet.n_rows
        areas = areas_of(sheet, columns, self.context, self.source)
        if columns.face:
            own_faces = {face: face for face in FACES} | dict(self.mapping.faces)
            face = self._coded(sheet, columns.face, own_faces)
        else:
            face = constant(columns.constant_face, n)
        directions = {word: word for word in DIRECTIONS} | dict(self.mapping.directions)
        direction = self._coded(sheet, columns.direction, directions)
        themes = sheet.texts(columns.theme)
        is_used = as_mask(face.is_valid()) & as_mask(direction.is_valid())
        is_used &= as_mask(themes.is_valid())
        without = sheet.rows[as_mask(themes.is_null())]
        place = sheet.place(columns.theme)
        self.source.rows("VALUE_MISSING", place, without, n, column=columns.theme)
        cells = {
            "source_id": constant(self.source.source_id, n),
            "note_id": self._ids(sheet),
            "day": self._days(sheet),
            "area_level": areas.level,
            "area_id": areas.code,
            "theme": themes,
            "face": face,
            "direction": direction,
        }
        self._add_themes(sheet, kept_columns(cells, is_used), sheet.rows[is_used])
        self.reading.count(sheet, int(is_used.sum()))

    def finish(self) -> Reading:
        """Return the reading."""
        return self.reading

    def _add_themes(self, sheet: Sheet, cells: dict[str, pa.Array], rows: np.ndarray) -> None:
        """Add one row for every theme of every note; a repeated one is noted and left out."""
        taken: list[int] = []
        names: list[str] = []
        again: set[int] = set()
        ids = cells["note_id"].to_pylist()
        for position, cell in enumerate(cells["theme"].to_pylist()):
            for theme in self._themes(cell):
                if (ids[position], theme) in self._seen:
                    again.add(position)
                    continue
                self._seen.add((ids[position], theme))
                taken.append(position)
                names.append(theme)
        chosen = pa.array(taken, pa.int64())
        columns = {name: column.take(chosen) for name, column in cells.items()}
        columns["theme"] = pa.array(names, pa.string())
        self.reading.add(NOTES, columns)
        repeated = rows[sorted(again)]
        place = sheet.place(self.mapping.columns.id)
        self.source.rows("DUPLICATE_ID", place, repeated, sheet.n_rows)

    def _themes(self, cell: str) -> list[str]:
        known = {word.casefold(): theme for word, theme in self.mapping.themes.items()}
        parts = [part.strip() for part in cell.split("|") if part.strip()]
        return list(dict.fromkeys(known.get(part.casefold(), part) for part in parts))

    def _ids(self, sheet: Sheet) -> pa.Array:
        rows = pa.array([f"{sheet.file}#{row}" for row in sheet.rows.tolist()], pa.string())
        column = self.mapping.columns.id
        return pc.coalesce(sheet.texts(column), rows) if column else rows

    def _days(self, sheet: Sheet) -> pa.Array:
        column = self.mapping.columns.date
        if column is None:
            return pa.nulls(sheet.n_rows, pa.date32())
        moments = read_moments(sheet.texts(column), day_first=self.mapping.format.day_first)
        note_dates(sheet, column, moments, self.source)
        return pa.array(moments.values.astype("datetime64[D]"), pa.date32())

    def _coded(self, sheet: Sheet, column: str, known: Map[str, str]) -> pa.Array:
        folded = {word.casefold(): code for word, code in known.items()}
        texts = sheet.texts(column).to_pylist()
        codes = pa.array([folded.get(t.casefold()) if t else None for t in texts], pa.string())
        is_lost = as_mask(codes.is_null())
        strange = sorted({texts[i] or "" for i in np.flatnonzero(is_lost)})
        data: dict[str, Any] = {"column": column, "words": ", ".join(strange[:N_EXAMPLES])}
        self.source.rows(
            "WORD_UNKNOWN", sheet.place(column), sheet.rows[is_lost], sheet.n_rows, **data
        )
        return codes
