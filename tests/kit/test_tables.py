"""Reading tables of any make, refusing what is none, and writing cells that no spreadsheet runs."""

import csv
import io
import tracemalloc

import pytest
from hypothesis import given
from hypothesis import strategies as st

from museumhub.kit import tables
from museumhub.kit.refusals import Refused


def read(content: bytes):
    table = tables.open_table(io.BytesIO(content))
    return table.columns, [(line.number, line.cells) for line in table.lines]


@pytest.mark.parametrize(
    "content",
    [
        b"name,country\nGhent,BE\n",
        b"name;country\r\nGhent;BE\r\n",
        b"name\tcountry\nGhent\tBE",
        b"\xef\xbb\xbfName, Country \nGhent,BE\n\n,\n",
        b'"NAME";"COUNTRY"\n"Ghent";"BE"\n',
        b"name,country,,\nGhent,BE,,\n",
    ],
    ids=["commas", "semicolons", "tabs", "mark and blanks", "quoted", "empty columns"],
)
def test_table_of_any_make_is_read_alike(content):
    assert read(content) == (["name", "country"], [(2, {"name": "Ghent", "country": "BE"})])


def test_line_numbers_are_those_an_editor_shows():
    content = b'name,note\nA,"one\ntwo\nthree"\n\nB,\nC\n'
    assert [number for number, _cells in read(content)[1]] == [2, 6, 7]
    assert read(content)[1][0][1]["note"] == "one\ntwo\nthree"
    assert read(content)[1][2][1] == {"name": "C", "note": ""}


def test_line_with_more_cells_than_columns_is_named():
    [line] = tables.open_table(io.BytesIO(b"name,place\nGhent, the city,Ghent\n")).lines
    assert line.number == 2
    assert "more cells" in line.wrong


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "no head"),
        (b"\n\n", "no head"),
        (b"a,,b\n", "no name"),
        (b"name,Name\n", "twice"),
        ("name\nGhent".encode("utf-16"), "UTF-16"),
        (b"PK\x03\x04....", "XLSX"),
        (b"\xd0\xcf\x11\xe0....", "XLS"),
        (b"name\nM\xe9tro\n", "Line 2 is not in UTF-8"),
        (b'name,note\nA,"open\nB,\n', "Line 2 cannot be read"),
        (b'name,note\nA,"x"y"\n', "Line 2 cannot be read"),
        (b"name\n" + b"x" * (tables.LONGEST_LINE + 1), "Line 2 is too long"),
        (b'name\n"' + b"x\n" * tables.LONGEST_CELL, "Line 2 cannot be read"),
        (b",".join(b"c%d" % n for n in range(300)), "more than 200 columns"),
    ],
)
def test_what_is_no_table_is_refused_in_words(content, words):
    with pytest.raises(Refused) as refusal:
        read(content)
    assert words in str(refusal.value)


def test_large_table_is_read_in_little_memory(tmp_path):
    path = tmp_path / "large.csv"
    with path.open("wb") as file:
        file.write(b"name,country\n")
        for number in range(50_000):
            file.write(b"Museum %d of somewhere or other,BE\n" % number)
    size = path.stat().st_size
    with path.open("rb") as file:
        table = tables.open_table(file)
        tracemalloc.start()
        count = sum(1 for _line in table.lines)
        _now, most = tracemalloc.get_traced_memory()
        tracemalloc.stop()
    assert count == 50_000
    assert most < size / 10


FORMULAS = ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "\n=1", "＝1", '=HYPERLINK("x")']


@pytest.mark.parametrize("text", FORMULAS)
def test_cell_that_a_spreadsheet_would_run_is_guarded(text):
    assert tables.cell(text) == f"'{text}"
    assert tables.without_guard(tables.cell(text)) == text


@pytest.mark.parametrize("text", ["", "Ghent", "'t Hof", "a=b", "1-2"])
def test_other_cells_stay_as_they_are(text):
    assert tables.cell(text) == text
    assert tables.without_guard(text) == text


@given(
    st.lists(
        st.lists(st.text(st.characters(codec="utf-8")) | st.text("'=+a"), min_size=2, max_size=2)
    )
)
def test_what_is_written_can_be_read_by_anybody_and_starts_no_formula(rows):
    text = "".join(tables.written([["a", "b"], *rows]))
    assert text.startswith("\ufeff")
    back = list(csv.reader(io.StringIO(text.removeprefix("\ufeff"), newline="")))
    assert [[tables.without_guard(one) for one in row] for row in back[1:]] == rows
    assert not any(one.startswith(("=", "+", "-", "@", "\t", "\r")) for row in back for one in row)
