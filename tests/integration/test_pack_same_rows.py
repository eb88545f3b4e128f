"""However a file is written (encoding, delimiter, decimal, order of dates), its rows are the same."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory

from hypothesis import given, settings
from hypothesis import strategies as st

from factories.pack import INCIDENTS, write_pack
from factories.rows import read_with_rows

DATES = {
    "iso": "%Y-%m-%d",
    "points": "%d.%m.%Y",
    "slashes": "%d/%m/%Y",
    "american": "%m/%d/%Y",
    "compact": "%Y%m%d",
}
WORDS = st.sampled_from(["Einbruch", "Raub", "Körper, Verletzung", 'Sonst; "so"', "Zeile\nzwei"])
ROWS = st.lists(
    st.tuples(
        st.dates(date(2020, 1, 1), date(2024, 12, 31)),
        WORDS,
        st.integers(130_000, 131_900),
        st.integers(520_000, 521_900),
    ),
    min_size=1,
    max_size=15,
)


def quoted(cell: str) -> str:
    return '"' + cell.replace('"', '""') + '"' if set(cell) & set('",;\t|\n') else cell


@settings(max_examples=40)
@given(
    rows=ROWS,
    encoding=st.sampled_from(["utf-8", "utf-8-sig", "utf-16", "latin-1", "utf-16-be"]),
    delimiter=st.sampled_from([",", ";", "\t", "|"]),
    decimal=st.sampled_from([".", ","]),
    form=st.sampled_from(sorted(DATES)),
    ends=st.sampled_from(["\n", "\r\n"]),
    blank_tail=st.integers(0, 3),
)
def test_the_rows_are_the_same(  # noqa: PLR0917
    rows, encoding, delimiter, decimal, form, ends, blank_tail
) -> None:
    lines = [delimiter.join(["id", "date", "kind", "lon", "lat"])]
    for number, (day, word, lon, lat) in enumerate(rows):
        numbers = [f"{lon / 10_000:.4f}", f"{lat / 10_000:.4f}"]
        numbers = [text.replace(".", decimal) for text in numbers]
        cells = [f"c{number}", day.strftime(DATES[form]), word, *numbers]
        lines.append(delimiter.join(quoted(cell) for cell in cells))
    lines += [delimiter * 4] * blank_tail
    mapping = INCIDENTS
    if form in ("slashes", "american"):
        order = "true" if form == "slashes" else "false"
        mapping = mapping.replace("[columns]", f"[format]\nday_first = {order}\n[columns]")
    with TemporaryDirectory() as folder:
        incidents = write_pack(Path(folder), mapping=mapping)
        (incidents / "data.csv").write_bytes(ends.join(lines).encode(encoding))
        reading = read_with_rows(Path(folder))
    assert reading.evidence is not None, reading.problems
    found = [
        (
            r["starts"].date(),
            r["category_source"],
            round(r["longitude"] * 1e4),
            round(r["latitude"] * 1e4),
        )
        for r in reading.evidence.incidents.rows.to_pylist()
    ]
    expected = [(d, w.replace("\n", ends) if ends in w else w, x, y) for d, w, x, y in rows]
    assert found == expected
