"""A messy text file read in stretches of any length gives the rows and problems of the whole."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from convive.connectors.city_pack.delimited import read_delimited
from convive.connectors.city_pack.mapping_schema import Format
from convive.connectors.city_pack.problem_log import RefusedError
from convive.connectors.city_pack.second_look import Known, SecondLookError
from convive.connectors.city_pack.sheet import Sheet
from convive.connectors.city_pack.text_stretches import read_stretches
from convive.connectors.city_pack.typed_tables import join_stretches

CELLS = st.sampled_from(
    [
        *["", " ", "a", " b ", "Übergriff", "-", "NA", "1,5", 'x"y', "\x00", "señal", "…"],
        *['"a, b; c"', '"he said ""no"""', '"two\nlines"', '"two\r\nlines"', '"cr\rhere"'],
        '"loose" tail',
    ]
)
LINES = st.one_of(
    st.lists(CELLS, min_size=3, max_size=3),
    st.lists(CELLS, min_size=3, max_size=3),
    st.lists(CELLS, min_size=3, max_size=3),
    st.lists(CELLS, min_size=1, max_size=5),
    st.sampled_from([[""], ["", "", ""], ['"open', "b", "c"], ["a", '"', "b"]]),
)
HEADERS = st.sampled_from(
    [["code", "kind", "value"], ["code", "", "code"], ['"a ""b"""', "c", "d"]]
)


def outcome(read) -> tuple:
    """Return the table and its problems, or the refusal."""
    try:
        sheet: Sheet = read()
    except RefusedError as refused:
        return refused.code, refused.data
    columns = [sheet.texts(name).to_pylist() for name in sheet.names]
    notes = sorted((code, sorted(data.items())) for code, data in sheet.notes)
    return sheet.names, columns, sheet.rows.tolist(), sheet.bad_rows, sheet.n_blank, notes


def joined(data: bytes, fmt: Format, size: int, wanted: list[str] | None = None) -> Sheet:
    """Read in stretches, again where it is asked for, and join them."""
    known = Known()

    def chunks() -> Iterator[bytes]:
        return (data[at : at + 997] for at in range(0, len(data), 997))

    while True:
        try:
            found = read_stretches(chunks, "a.csv", fmt, known, wanted=wanted, size=size)
            sheets = list(found)
        except SecondLookError as second:
            known = second.known
            continue
        assert [sheet.part for sheet in sheets] == list(range(len(sheets)))
        assert [sheet.is_last for sheet in sheets] == [False] * (len(sheets) - 1) + [True]
        return join_stretches(sheets)


@settings(max_examples=300, deadline=None)
@given(
    header=HEADERS,
    lines=st.lists(LINES, max_size=60),
    title=st.integers(0, 2),
    ends=st.sampled_from(["\n", "\r\n", "\r", "\n", "\r\n"]),
    encoding=st.sampled_from(["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "cp1252"]),
    delimiter=st.sampled_from(",;\t"),
    given_format=st.sampled_from([{}, {}, {"encoding": "utf-8"}, {"encoding": "utf-16"}]),
    cut=st.integers(0, 5),
    size=st.sampled_from([1, 20, 200, 500, 10_000]),
    last=st.booleans(),
)
def test_stretches_are_the_whole(  # noqa: PLR0917
    header, lines, title, ends, encoding, delimiter, given_format, cut, size, last
) -> None:
    rows = [["Title"]] * title + [header, *lines]
    text = ends.join(delimiter.join(row) for row in rows) + (ends if last else "")
    data = text.encode(encoding)
    data = data[: len(data) - cut]
    fmt = Format(**given_format)
    whole = outcome(lambda: read_delimited(data, "a.csv", fmt))
    assert outcome(lambda: joined(data, fmt, size)) == whole


@settings(max_examples=150, deadline=None)
@given(
    lines=st.lists(LINES, max_size=40),
    size=st.sampled_from([1, 50, 300]),
    wanted=st.lists(st.sampled_from(["code", "kind", "value", "none"]), unique=True),
)
def test_chosen_columns_have_the_rows_of_the_whole(lines, size, wanted) -> None:
    text = "\n".join(",".join(row) for row in [["code", "kind", "value"], *lines])
    data = text.encode()
    try:
        whole = read_delimited(data, "a.csv", Format())
    except RefusedError:
        return
    if not set(wanted) <= set(whole.names):
        wanted = [name for name in wanted if name in whole.names]
    some = joined(data, Format(), size, wanted)
    assert some.rows.tolist() == whole.rows.tolist()
    assert (some.n_blank, some.bad_rows) == (whole.n_blank, whole.bad_rows)
    assert set(some.names) == set(wanted)
    for name in wanted:
        assert some.texts(name).to_pylist() == whole.texts(name).to_pylist()


def test_a_mark_that_is_never_closed_does_not_gather_the_file(monkeypatch) -> None:
    monkeypatch.setattr("convive.connectors.city_pack.text_blocks.MAX_RECORD_BYTES", 5_000)
    data = b'a,b\n1,2\n3,"4\n' + b"5,6\n" * 10_000 + b'7,"8\n' * 2
    with pytest.raises(RefusedError) as refused:
        joined(data, Format(), 1_000)
    assert (refused.value.code, refused.value.data) == ("QUOTE_UNCLOSED", {"row": 3})
