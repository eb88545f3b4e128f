"""Write a crosstab, or files whose names tell; mangle how; read: the figures are the same."""

from __future__ import annotations

import tempfile
import zipfile
from collections import Counter
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from convive.connectors.city_pack.cells import read_numbers
from convive.connectors.city_pack.crosstab import melted
from convive.connectors.city_pack.family_schemas import CountColumns
from convive.connectors.city_pack.file_names import is_month
from convive.connectors.city_pack.files import PackFolder
from convive.connectors.city_pack.mapping_schema import Format
from convive.connectors.city_pack.open_sheets import find_files, open_sheets
from convive.connectors.city_pack.problem_log import ProblemLog, SourceLog
from factories.file_types import xlsx
from factories.reading import read_bytes

AREAS = ("Nord-Ost", "Ciutat Vella", "St. John's", "L'Horta, Sud", "Über der Aa", "01", "W-2/3")
ENCODINGS = ("utf-8", "utf-8-sig", "utf-16", "cp1252")
COLUMNS = CountColumns.model_validate(
    {"area_level": "ward", "period": "Monat", "category": "Delikt", "count_in_headers": "area"}
)
KINDS = ("Raub", "vol à l'étalage", "hurto; robo")
Figures = dict[tuple[str, str, str], int]

figures = st.dictionaries(
    st.tuples(
        st.integers(1, 12).map(lambda n: f"2024-{n:02d}"),
        st.sampled_from(KINDS),
        st.sampled_from(AREAS),
    ),
    st.integers(0, 99_999),
    min_size=3,
    max_size=30,
)


def crosstab(found: Figures, areas: list[str], gap: str) -> list[list[str]]:
    """Return header and rows with one column an area; `gap` stands where there is no figure."""
    rows = sorted({(month, kind) for month, kind, _ in found})
    return [
        ["Monat", "Delikt", *areas],
        *(
            [month, kind, *(str(found.get((month, kind, area), gap)) for area in areas)]
            for month, kind in rows
        ),
    ]


def read_back(name: str, data: bytes) -> Figures:
    """Return the figures of a crosstab by month, kind and area."""
    with tempfile.TemporaryDirectory() as folder:
        sheets, _ = read_bytes(Path(folder), name, data)
    (sheet,) = (melted(sheet, COLUMNS) for sheet in sheets)
    keys = zip(*(sheet.texts(c).to_pylist() for c in ("Monat", "Delikt", "#area")), strict=True)
    numbers = read_numbers(sheet.texts("#count"), Format()).values
    return {key: int(n) for key, n in zip(keys, numbers, strict=True) if n == n}  # noqa: PLR0124


@settings(max_examples=40)
@given(
    found=figures,
    order=st.permutations(AREAS),
    delimiter=st.sampled_from(",;\t|"),
    encoding=st.sampled_from(ENCODINGS),
    gap=st.sampled_from(["", "-", "NA"]),
    title=st.integers(0, 2),
    blanks=st.integers(0, 2),
    wide=st.booleans(),
)
def test_areas_in_the_headers_of_text(  # noqa: PLR0917
    found: Figures, order: list[str], delimiter: str, encoding: str, gap: str, title: int,
    blanks: int, wide: bool,
) -> None:  # fmt: skip
    grid = crosstab(found, list(order), gap)
    if wide:
        grid[0] = [f" {cell.replace(' ', '  ')} " for cell in grid[0]]
    empty = delimiter * (len(grid[0]) - 1)
    lines = [delimiter.join(f'"{cell}"' for cell in row) for row in grid]
    lines[1:1] = [empty] * blanks
    text = "\r\n".join(["Straftaten 2024" + empty] * title + lines) + "\r\n"
    assert read_back("a.csv", text.encode(encoding)) == found


@settings(max_examples=10)
@given(found=figures, order=st.permutations(AREAS), title=st.integers(0, 2), left=st.booleans())
def test_areas_in_the_headers_of_workbooks(
    found: Figures, order: list[str], title: int, left: bool
) -> None:
    pad: list[object] = [None] if left else []
    head, *rows = crosstab(found, list(order), "-")
    typed = [
        [*pad, *row[:2], *(int(cell) if cell != "-" else None for cell in row[2:])] for row in rows
    ]
    top = [[*pad, "Straftaten", *[None] * (len(head) - 1)]] * title
    assert read_back("a.xlsx", xlsx([*top, [*pad, *head], *typed])) == found


PATTERNS = (
    "{area}_{year}-{month}.csv",
    "{year}/{month}/{area}.csv",
    "{year}{month} {area} final.csv",
    "deliveries {year}/{area}, {month}.csv",
    "{area}/{year}/{year}_{month}.csv",
)
MONTHS = ("01", "02", "12", "März", "sept", "décembre", "gen")
NAMES = tuple(area for area in AREAS if "/" not in area)

file = st.tuples(st.sampled_from(NAMES), st.integers(1990, 2030), st.sampled_from(MONTHS))


def named(pattern: str, area: str, year: int, month: str) -> str:
    """Return the name of a file by a pattern."""
    holes = (("{area}", area), ("{year}", str(year)), ("{month}", month))
    for hole, text in holes:
        pattern = pattern.replace(hole, text)
    return pattern


@settings(max_examples=30)
@given(
    pattern=st.sampled_from(PATTERNS),
    files=st.sets(file, min_size=1, max_size=6),
    packed=st.booleans(),
)
def test_what_names_capture(pattern: str, files: set[tuple], packed: bool) -> None:
    with tempfile.TemporaryDirectory() as temporary:
        base = Path(temporary)
        content = {named(pattern, *one): f"kind,n\nRaub,{i}\n" for i, one in enumerate(files)}
        content |= {"README.csv": "kind,n\nRaub,9999\n", "x/y/z/other.csv": "kind,n\nRaub,9999\n"}
        if packed:
            with zipfile.ZipFile(base / "all.zip", "w") as archive:
                for name, text in content.items():
                    archive.writestr(name, text)
            pattern = f"all.zip!{pattern}"
        for name, text in content.items() if not packed else ():
            (base / name).parent.mkdir(parents=True, exist_ok=True)
            (base / name).write_text(text)
        log = ProblemLog()
        wanted = find_files(base, [pattern], log, "m.toml")
        sheets = list(open_sheets(PackFolder(base), wanted, Format(), SourceLog("s", log)))
    told = ("{area}", "{year}", "{month}", "n")
    found = Counter(tuple(s.texts(c)[0].as_py() for c in told) for s in sheets)
    assert found == Counter(
        (area, str(year), month, str(i)) for i, (area, year, month) in enumerate(files)
    )
    assert not log.problems
    assert all(sheet.has("{month} {year}") and is_month(m) for sheet in sheets for m in MONTHS)
