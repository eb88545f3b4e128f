"""Write a table in any type, mangle how it is written, read it: the values are the same."""

from __future__ import annotations

import io
import tempfile
from datetime import date
from pathlib import Path

import pyarrow as pa
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from pyarrow import parquet

from convive.connectors.city_pack.cells import read_numbers
from convive.connectors.city_pack.dates import read_moments
from convive.connectors.city_pack.mapping_schema import Format
from factories.file_types import ods, xlsx
from factories.reading import read_bytes

WORDS = ("Raub", "Übergriff", "vol à l'étalage", "a, b; c", 'he said "no"', "two\nlines", "señal")
NAMES = ["code", "day", "kind", "value"]
ENCODINGS = ("utf-8", "utf-8-sig", "utf-16", "cp1252", "latin-1")
ORDERS = ("%Y-%m-%d", "%d.%m.%Y", "%d/%m/%Y", "%m/%d/%Y", "%Y%m%d")

row = st.tuples(
    st.integers(0, 99_999).map(lambda n: f"{n:05d}"),
    st.dates(min_value=date(1990, 1, 1), max_value=date(2029, 12, 31)),
    st.sampled_from(WORDS),
    st.integers(-(10**6), 10**6).map(lambda n: n / 100),
)
tables = st.lists(row, min_size=3, max_size=12)


def check(data: bytes, name: str, rows: list[tuple], fmt: Format) -> None:
    """Read the file and compare every value with what was written."""
    with tempfile.TemporaryDirectory() as folder:
        sheets, _ = read_bytes(Path(folder), name, data, fmt)
    (sheet,) = sheets
    assert list(sheet.names[:4]) == NAMES
    assert sheet.texts("code").to_pylist() == [r[0] for r in rows]
    kinds = [text.replace("\r\n", "\n") for text in sheet.texts("kind").to_pylist()]
    assert kinds == [r[2] for r in rows]
    moments = read_moments(sheet.texts("day"), day_first=fmt.day_first)
    assert [str(m)[:10] for m in moments.values] == [r[1].isoformat() for r in rows]
    numbers = read_numbers(sheet.texts("value"), fmt)
    assert numbers.values.tolist() == [r[3] for r in rows]


def written(rows: list[tuple], order: str, decimal: str) -> list[list[str]]:
    """Return the rows as texts."""
    return [
        [code, day.strftime(order), kind, f"{value:.2f}".replace(".", decimal)]
        for code, day, kind, value in rows
    ]


@settings(max_examples=120)
@given(
    rows=tables,
    order=st.sampled_from(ORDERS),
    decimal=st.sampled_from(".,"),
    delimiter=st.sampled_from(",;\t|"),
    encoding=st.sampled_from(ENCODINGS),
    title=st.integers(0, 2),
    blanks=st.integers(0, 3),
    trailing=st.booleans(),
    ends=st.sampled_from(["\n", "\r\n"]),
)
def test_delimited_text(  # noqa: PLR0917
    rows: list, order: str, decimal: str, delimiter: str, encoding: str,
    title: int, blanks: int, trailing: bool, ends: str,
) -> None:  # fmt: skip
    texts = written(rows, order, decimal)

    def line(cells: list[str]) -> str:
        quoted = ['"' + cell.replace('"', '""') + '"' for cell in cells]
        return delimiter.join(quoted) + (delimiter if trailing else "")

    empty = delimiter * (3 + trailing)
    top = ["Recorded crime 2024" + empty] * title
    body = [line(NAMES), *(line(cells) for cells in texts)]
    body[2:2] = [empty] * blanks
    data = (ends.join([*top, *body]) + ends).encode(encoding)
    fmt = Format(day_first="%d" in order[:2], decimal=decimal)
    check(data, "a.csv", rows, fmt)


@settings(max_examples=40)
@given(rows=tables, title=st.integers(0, 3), blanks=st.integers(0, 3), left=st.booleans())
def test_workbooks(rows: list, title: int, blanks: int, left: bool) -> None:
    pad: list[str | None] = [None] if left else []
    body: list[list] = [pad + list(cells) for cells in written(rows, "%Y-%m-%d", ".")]
    body[1:1] = [pad + [None] * 4] * blanks
    top = [[*pad, "Recorded crime", None, None, None]] * title
    grid = [*top, [*pad, *NAMES], *body]
    typed = [*top, [*pad, *NAMES], *([*pad, *cells] for cells in rows)]
    for name, data in (("a.xlsx", xlsx(grid)), ("a.ods", ods(grid)), ("b.xlsx", xlsx(typed))):
        check(data, name, rows, Format(decimal="."))


@settings(max_examples=40)
@given(rows=tables, group=st.integers(1, 5), packing=st.sampled_from(["none", "snappy", "zstd"]))
def test_parquet_of_typed_columns(rows: list, group: int, packing: str) -> None:
    assume(rows)
    columns = list(zip(*rows, strict=True))
    kinds = pa.array(columns[2]).dictionary_encode()
    table = pa.table(
        {"code": columns[0], "day": pa.array(columns[1]), "kind": kinds, "value": columns[3]}
    )
    out = io.BytesIO()
    parquet.write_table(table, out, row_group_size=group, compression=packing)
    check(out.getvalue(), "a.parquet", rows, Format(decimal="."))
