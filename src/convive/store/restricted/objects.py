"""Contents by their digest: Parquet written so that the same rows give the same bytes."""

from __future__ import annotations

import hashlib
import os
import secrets
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from convive.store.restricted.disk import Layout, writing_fails_clearly

ROWS_A_GROUP = 131_072
_PIECE_BYTES = 1 << 20


class _Sink:
    """A file that knows the digest of what went through it."""

    def __init__(self, layout: Layout) -> None:
        self.path = layout.staging / f"object-{secrets.token_hex(8)}"
        self._disk = layout.disk
        self._handle = self._disk.create(self.path)
        self._hash = hashlib.sha256()
        self.size = 0
        self.closed = False
        self._is_dropped = False
        self._waiting = bytearray()

    def write(self, content: Any) -> int:
        n = len(content)
        if not self._is_dropped:
            self._waiting += content
            if len(self._waiting) >= _PIECE_BYTES:
                self._pass_on()
        self.size += n
        return n

    def tell(self) -> int:
        return self.size

    def flush(self) -> None:
        """Nothing waits here."""

    def close(self) -> None:
        """Arrow closes what it was given; the file is ours to sync first."""

    def finish(self) -> str:
        self._pass_on()
        self._disk.sync(self._handle)
        self._release()
        return self._hash.hexdigest()

    def drop(self) -> None:
        """Take no more and leave nothing."""
        self._is_dropped = True
        self._release()
        self._disk.remove(self.path)

    def _pass_on(self) -> None:
        """Write what waits: Arrow comes page by page, a disk likes larger pieces."""
        piece, self._waiting = self._waiting, bytearray()
        self._disk.write(self._handle, piece)
        self._hash.update(piece)

    def _release(self) -> None:
        if not self.closed:
            self.closed = True
            self._disk.close(self._handle)


class ObjectWriter:
    """Writes one table, stretch by stretch, in groups of rows of one size.

    However the rows were cut into stretches, dictionaries and chunks, the bytes are the same.
    """

    def __init__(self, layout: Layout, schema: pa.Schema) -> None:
        self.meta: dict[str, Any] = {}
        self.n_rows = 0
        self._layout = layout
        self._schema = _plain_schema(schema)
        self._waiting = self._schema.empty_table()
        with writing_fails_clearly(layout.folder):
            self._sink = _Sink(layout)
            # Arrow comes with a few bytes at a time: every call into Python costs more than they.
            self._file = pa.BufferedOutputStream(
                pa.PythonFile(self._sink, mode="w"), buffer_size=_PIECE_BYTES
            )
            self._parquet = pq.ParquetWriter(
                self._file,
                self._schema,
                compression="lz4",
                use_dictionary=_repeating(self._schema),
                write_statistics=False,
                version="2.6",
                data_page_version="1.0",
            )

    def write(self, table: pa.Table) -> None:
        """Take rows; every stretch has the same columns."""
        rows = pa.concat_tables([self._waiting, _plain(table, self._schema)])
        self.n_rows += table.num_rows
        while rows.num_rows >= ROWS_A_GROUP:
            self._write_group(rows.slice(0, ROWS_A_GROUP))
            rows = rows.slice(ROWS_A_GROUP)
        self._waiting = rows.combine_chunks()

    def finish(self) -> tuple[str, int]:
        """Put the object in its place; return digest and bytes."""
        if self._waiting.num_rows:
            self._write_group(self._waiting)
        with writing_fails_clearly(self._layout.folder):
            self._parquet.close()
            self._file.flush()
            digest = self._sink.finish()
            _settle(self._layout, self._sink, digest, "parquet")
        return digest, self._sink.size

    def drop(self) -> None:
        """Leave nothing behind."""
        with writing_fails_clearly(self._layout.folder):
            self._sink.drop()
            self._parquet.close()

    def _write_group(self, rows: pa.Table) -> None:
        with writing_fails_clearly(self._layout.folder):
            # One chunk: where chunks end would show in the pages.
            self._parquet.write_table(rows.combine_chunks(), row_group_size=ROWS_A_GROUP)


def store_bytes(layout: Layout, content: bytes) -> str:
    """Put bytes in their place and return their digest."""
    with writing_fails_clearly(layout.folder):
        sink = _Sink(layout)
        try:
            sink.write(content)
            digest = sink.finish()
            _settle(layout, sink, digest, "json")
        except BaseException:
            sink.drop()
            raise
    return digest


def _settle(layout: Layout, sink: _Sink, digest: str, suffix: str) -> None:
    target = layout.object(digest, suffix)
    if not target.parent.is_dir():
        # Its name is synced with all the others before a state speaks of them.
        layout.disk.make_folder(target.parent, is_synced=False)
    # Also over an equal one: the same content, and a damaged copy is healed by it.
    layout.disk.rename(sink.path, target)


def _plain_schema(schema: pa.Schema) -> pa.Schema:
    """Return the schema without dictionaries, whose order would show in the bytes."""
    return pa.schema(
        pa.field(
            f.name, f.type.value_type if pa.types.is_dictionary(f.type) else f.type, f.nullable
        )
        for f in schema
    )


def _repeating(schema: pa.Schema) -> list[str]:
    """Return the columns whose values repeat: a dictionary of the others costs more than it saves."""
    wide = (pa.types.is_int32, pa.types.is_int64, pa.types.is_floating, pa.types.is_timestamp)
    return [field.name for field in schema if not any(test(field.type) for test in wide)]


def _plain(table: pa.Table, schema: pa.Schema) -> pa.Table:
    chosen = table.select(schema.names).replace_schema_metadata(None)
    return chosen if chosen.schema.equals(schema) else chosen.cast(schema)


def digest_of_file(path: os.PathLike[str]) -> str:
    """Return the SHA-256 of a file."""
    with open(path, "rb") as file:  # noqa: PTH123 - any path-like
        return hashlib.file_digest(file, "sha256").hexdigest()
