"""Files as rows: what is read, from where on, and what is wrong with which line."""

from __future__ import annotations

import csv
import gzip
import io
import json
import os
import sys
import tracemalloc
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pyarrow
import pyarrow.parquet
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from cio_sdk.cli._sources import _TOO_LONG, BadRow, FileError, Format, Item, Position, Row, Source, open_sources

BEGIN = Position()


def source(path: Path, data: bytes | str = b"", **options: Any) -> Source:
    path.write_bytes(data.encode() if isinstance(data, str) else data)
    (made,) = open_sources([str(path)], **options)
    return made


def rows(of: Source, start: Position = BEGIN) -> list[Item]:
    return list(of.rows(start))


def values(items: list[Item]) -> list[Any]:
    return [item.values if isinstance(item, Row) else None for item in items]


def bad(items: list[Item]) -> list[tuple[int, str, str]]:
    return [(item.line, item.column, item.reason) for item in items if isinstance(item, BadRow)]


# --- CSV -------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("newline", ["\n", "\r\n"])
@pytest.mark.parametrize("mark", [b"", b"\xef\xbb\xbf"])
def test_csv_when_read_then_cells_come_in_the_order_of_the_header(tmp_path: Path, newline: str, mark: bytes) -> None:
    made = source(tmp_path / "a.csv", mark + newline.join(["id,name", '1,"A, ""b"""', "", "2,é", ""]).encode())

    assert made.columns == ["id", "name"]
    assert values(rows(made)) == [["1", 'A, "b"'], ["2", "é"]]
    assert [item.line for item in rows(made)] == [2, 4]


def test_csv_when_a_cell_has_line_breaks_then_the_row_has_the_number_of_its_first_line(tmp_path: Path) -> None:
    made = source(tmp_path / "a.csv", 'id,name\n1,"a\nb\n"\n2,c\n')

    assert [(item.line, item.end.line) for item in rows(made)] == [(2, 4), (5, 5)]


def test_tsv_when_read_then_tabs_are_between_the_cells(tmp_path: Path) -> None:
    assert values(rows(source(tmp_path / "a.tsv", "id\tname\n1\ta,b\n"))) == [["1", "a,b"]]


def test_csv_when_the_delimiter_is_another_then_it_is_between_the_cells(tmp_path: Path) -> None:
    made = source(tmp_path / "a.csv", "id;name\n1;a,b\n", delimiter=";")

    assert made.columns == ["id", "name"]
    assert values(rows(made)) == [["1", "a,b"]]


def test_csv_when_compressed_then_it_is_read_as_well(tmp_path: Path) -> None:
    made = source(tmp_path / "a.csv.gz", gzip.compress(b"id\n1\n2\n"))
    first, _ = rows(made)

    assert values(rows(made, first.end)) == [["2"]]


def test_csv_when_its_compressed_data_is_damaged_then_the_file_is_refused(tmp_path: Path) -> None:
    data = bytearray(gzip.compress(b"id\n" + os.urandom(3_000).hex().encode()))
    data[40] ^= 255

    with pytest.raises(FileError, match=r"cannot be read|damaged"):
        rows(source(tmp_path / "a.csv.gz", bytes(data)))


def test_csv_when_compressed_without_saying_so_then_the_file_is_refused(tmp_path: Path) -> None:
    with pytest.raises(FileError, match=r"is compressed with gzip; let its name end in \.gz"):
        _ = source(tmp_path / "a.csv", gzip.compress(b"id\n1\n")).columns


@pytest.mark.parametrize("name", ["a.csv", "a.csv.gz"])
def test_progress_when_all_is_read_then_it_stays_at_the_end(tmp_path: Path, name: str) -> None:
    data = b"id\n1\n2\n"
    made = source(tmp_path / name, gzip.compress(data) if name.endswith(".gz") else data)

    rows(made)

    assert made.progress == made.size


def test_csv_when_compressed_and_cut_off_then_the_file_is_refused(tmp_path: Path) -> None:
    with pytest.raises(FileError, match="ended before the end-of-stream marker"):
        rows(source(tmp_path / "a.CSV.GZ", gzip.compress(b"id\n1\n")[:-9]))


def test_csv_when_the_encoding_is_utf_8_with_a_mark_then_it_is_read(tmp_path: Path) -> None:
    made = source(tmp_path / "a.csv", "id\né\n".encode("utf-8-sig"), encoding="utf-8-sig")

    assert values(rows(made)) == [["é"]]


def test_csv_when_the_encoding_is_another_then_it_is_decoded(tmp_path: Path) -> None:
    made = source(tmp_path / "a.csv", "id\né€\n".encode("cp1252"), encoding="cp1252")

    assert values(rows(made)) == [["é€"]]


CELLS = st.lists(
    st.lists(st.text(st.characters(exclude_categories=["Cs"]), max_size=6), min_size=2, max_size=2), max_size=12
)


@given(CELLS, st.sampled_from(["\n", "\r\n"]))
@settings(max_examples=200, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_csv_when_written_by_pythons_own_writer_then_every_cell_comes_back_from_any_place_on(
    tmp_path: Path, cells: list[list[str]], newline: str
) -> None:
    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator=newline, quoting=csv.QUOTE_ALL)
    writer.writerows([["a", "b"], *cells])
    made = source(tmp_path / "a.csv", text.getvalue())

    items = rows(made)

    assert values(items) == cells
    for place, item in enumerate(items):
        assert rows(made, item.end) == items[place + 1 :]


BROKEN: list[tuple[bytes, tuple[int, str, str]]] = [
    (b'2,"b', (3, "", "has a broken quote")),
    (b'2,"b"x', (3, "", "has a broken quote")),
    (b"2,\xff", (3, "character 3", "has a byte that is not utf-8")),
    ("é,\udcff".encode("utf-8", "surrogateescape"), (3, "character 3", "has a byte that is not utf-8")),
    (b"2", (3, "", "has 1 cell, and the header has 2")),
    (b"2,b,c", (3, "", "has 3 cells, and the header has 2")),
    (b"2," + b"x" * 10_000_000, (3, "", "has more than 1,000,000 bytes")),
    (b'2,"b\n\xff\n"', (3, "character 1", "line 4 has a byte that is not utf-8")),
    (b'2,"\xffb\n5,c"', (3, "character 4", "has a byte that is not utf-8")),
    (b'2,"b\n' + b"x" * 3_000_000 + b'\n5,c"', (3, "", "has more than 1,000,000 bytes, of which only the first 200")),
    (b'2,"' + b"x" * 3_000_000 + b'\n5,c\n6,"",d"', (3, "", "has more than 1,000,000 bytes")),
    (b'2,"\xff\n' + b"x" * 3_000_000 + b'\n5,c"', (3, "", "has more than 1,000,000 bytes")),
    (b'2,"' + b"5,c\n" * 2_000_000 + b'"', (3, "", "has more than 1,000,000 bytes, of which only the first 200")),
]


@pytest.mark.parametrize(("line", "problem"), BROKEN, ids=[str(number) for number in range(len(BROKEN))])
def test_csv_when_a_line_is_broken_then_only_it_is_bad(
    tmp_path: Path, line: bytes, problem: tuple[int, str, str]
) -> None:
    items = rows(source(tmp_path / "a.csv", b"id,name\n1,a\n" + line + b"\n3,c\n4,d\n"))

    assert values(items) == [["1", "a"], None, ["3", "c"], ["4", "d"]]
    ((number, column, reason),) = bad(items)
    assert (number, column) == problem[:2]
    assert reason.startswith(problem[2])


@given(st.lists(st.sampled_from([b'"', b",", b"a", b"\n", b"\r\n", b"\xff", "é".encode()]), max_size=40))
@settings(max_examples=300, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_csv_when_it_is_anything_then_reading_goes_on_from_any_place_as_from_the_start(
    tmp_path: Path, parts: list[bytes]
) -> None:
    made = source(tmp_path / "a.csv", b"id,name\n" + b"".join(parts))
    items = rows(made)

    assert [item.line for item in items] == sorted({item.line for item in items})
    for place, item in enumerate(items):
        assert rows(made, item.end) == items[place + 1 :]


def test_csv_when_a_cell_has_up_to_a_million_bytes_then_it_is_read(tmp_path: Path) -> None:
    cell = "x" * 400_000

    assert values(rows(source(tmp_path / "a.csv", f'id,name\n1,{cell}\n2,"{cell}\n{cell}"\n'))) == [
        ["1", cell],
        ["2", f"{cell}\n{cell}"],
    ]


def test_csv_when_a_quote_is_never_closed_then_only_its_line_is_bad(tmp_path: Path) -> None:
    items = rows(source(tmp_path / "a.csv", b'id,name\n1,"a\n' + b"2,bcdefgh\n" * 300_000))

    assert bad(items) == [(2, "", "has a quote that is not closed, or a cell of more than 1,000,000 bytes")]
    assert len(items) == 300_001
    assert items[-1].line == 300_002


def test_csv_when_many_quotes_are_broken_then_each_line_is_judged_alone(tmp_path: Path) -> None:
    items = rows(source(tmp_path / "a.csv", "id,name\n" + '1,"a\n2,b\n' * 50))

    assert [line for line, *_ in bad(items)] == list(range(2, 102, 2))
    assert len(items) == 100


def test_csv_when_a_row_is_bad_then_what_it_says_is_kept(tmp_path: Path) -> None:
    short, long, undecodable = rows(source(tmp_path / "a.csv", b"id,name\n1\n1,2,3\n\xff,x\n"))

    assert isinstance(short, BadRow)
    assert isinstance(long, BadRow)
    assert isinstance(undecodable, BadRow)
    assert short.raw == {"id": "1", "name": None, "_missing": ["name"]}
    assert long.raw == {"id": "1", "name": "2", "_more": ["3"]}
    assert undecodable.raw == {"_raw": "\\xff,x"}


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"", "is empty; its first line must be a header"),
        (b"id,name,id\n", "line 1: two columns are called 'id'; rename one of them"),
        (b"id,,x\n", "line 1: column 2 of the header has no name"),
        (b'id,"x\n', "line 1: the header has a broken quote"),
        (b"\xff\xfei\x00d\x00", "line 1: is UTF-16 text; convert it: iconv"),
        ("id\n".encode("utf-32"), "line 1: is UTF-32 text; convert it: iconv -f UTF-32"),
        (b"\x00\x00\xfe\xff" + "id\n".encode("utf-32-be"), "line 1: is UTF-32 text; convert it: iconv -f UTF-32"),
        (b"id\xff\n", "line 1: the header has a byte that is not utf-8"),
        (b"id,name\r1,a\r", "its lines end in CR only; convert it: tr "),
        (b"id,name\r" + b"1,a\r" * 300_000, "its lines end in CR only; convert it: tr "),
        (b"id;name\n1;a\n", "line 1: its columns seem to be parted by ';'; give --delimiter ';'"),
        (b"id\tname\n", "line 1: its columns seem to be parted by tabs; give --format tsv"),
    ],
)
def test_csv_when_its_header_is_wrong_then_the_file_is_refused(tmp_path: Path, data: bytes, words: str) -> None:
    with pytest.raises(FileError, match=words):
        _ = source(tmp_path / "a.csv", data).columns


# --- JSON lines ------------------------------------------------------------------------------------------------------


def test_json_lines_when_read_then_each_object_is_a_row(tmp_path: Path) -> None:
    made = source(tmp_path / "a.jsonl", '{"a": 1, "b": [true]}\n\n{"c": "é"}')
    items = rows(made)

    assert values(items) == [{"a": 1, "b": [True]}, {"c": "é"}]
    assert [item.line for item in items] == [1, 3]
    assert rows(made, items[0].end) == items[1:]


@pytest.mark.parametrize(
    ("line", "problem"),
    [
        (b'{"a": }', (2, "character 7", "is not JSON")),
        ('{"é": "éé", "b": }'.encode(), (2, "character 18", "is not JSON")),
        (b"[1]", (2, "", "is not a JSON object")),
        (b'{"a": NaN}', (2, "character 7", "is not JSON")),
        (
            b'{"a": "\xff"}',
            (2, "character 8", "has a byte that is not utf-8; mend it, or say the encoding with --encoding"),
        ),
        (b'{"a": "' + b"x" * 10_000_000 + b'"}', (2, "", _TOO_LONG)),
    ],
)
def test_json_lines_when_a_line_is_broken_then_only_it_is_bad(
    tmp_path: Path, line: bytes, problem: tuple[int, str, str]
) -> None:
    items = rows(source(tmp_path / "a.jsonl", b'{"a": 1}\n' + line + b'\n{"a": 3}\n'))

    assert values(items) == [{"a": 1}, None, {"a": 3}]
    assert bad(items) == [problem]


# --- Parquet ---------------------------------------------------------------------------------------------------------


def test_parquet_when_read_then_rows_come_from_any_place_on(tmp_path: Path) -> None:
    table = pyarrow.table({"id": list(range(25)), "name": [str(number) for number in range(25)]})
    pyarrow.parquet.write_table(table, tmp_path / "a.parquet", row_group_size=10)
    (made,) = open_sources([str(tmp_path / "a.parquet")])

    items = rows(made)

    assert made.columns == ["id", "name"]
    assert [item.values["id"] for item in items if isinstance(item, Row) and isinstance(item.values, dict)] == list(
        range(25)
    )
    for place in (0, 8, 9, 10, 19, 24):
        assert rows(made, items[place].end) == items[place + 1 :]


@pytest.mark.parametrize("unit", ["ns", "s"])
def test_parquet_when_a_time_is_not_one_that_python_has_then_only_its_row_is_bad(tmp_path: Path, unit: str) -> None:
    times = [1, 1_700_000_000_123_456_789 if unit == "ns" else 10**15, 2]
    table = pyarrow.table({"id": ["a", "b", "c"], "seen": pyarrow.array(times, pyarrow.timestamp(unit))})
    pyarrow.parquet.write_table(table, tmp_path / "a.parquet")
    (made,) = open_sources([str(tmp_path / "a.parquet")])

    items = rows(made)

    assert [item.line for item in items] == [1, 2, 3]
    assert [(line, column) for line, column, _ in bad(items)] == ([] if unit == "ns" else [(2, "seen")])
    assert rows(made, items[0].end) == items[1:]


def test_parquet_when_it_is_damaged_then_the_file_is_refused_in_one_line(tmp_path: Path) -> None:
    table = pyarrow.table({"id": [str(number) for number in range(1_000)]})
    pyarrow.parquet.write_table(table, tmp_path / "a.parquet")
    data = (tmp_path / "a.parquet").read_bytes()

    with pytest.raises(FileError, match="cannot be read on") as caught:
        rows(source(tmp_path / "b.parquet", data[:4] + b"\xff" * 40 + data[44:]))
    assert "\n" not in str(caught.value)


def test_parquet_when_it_is_cut_off_then_it_is_refused(tmp_path: Path) -> None:
    with pytest.raises(FileError, match="is not a whole Parquet file"):
        _ = source(tmp_path / "a.parquet", b"PAR1xxxx").columns


def test_parquet_when_pyarrow_is_missing_then_it_says_how_to_install_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "pyarrow", None)

    with pytest.raises(FileError, match=r"needs pyarrow; run: pip install 'cio-sdk\[parquet\]'"):
        _ = source(tmp_path / "a.parquet", b"").columns


# --- Which files -----------------------------------------------------------------------------------------------------


def test_files_when_named_by_a_glob_then_those_of_rejected_rows_are_not_among_them(tmp_path: Path) -> None:
    for name in ("a.jsonl", "a.rejected.jsonl"):
        (tmp_path / name).write_text("{}\n")

    assert [source.path.name for source in open_sources([str(tmp_path / "*.jsonl")])] == ["a.jsonl"]
    assert len(open_sources([str(tmp_path / "a.rejected.jsonl")])) == 1


def test_files_when_named_by_a_glob_then_they_come_in_order(tmp_path: Path) -> None:
    for name in ("b.csv", "a.csv", "c.jsonl"):
        (tmp_path / name).write_text("id\n")

    assert [each.path.name for each in open_sources([str(tmp_path / "*.csv")])] == ["a.csv", "b.csv"]


@pytest.mark.parametrize(
    ("name", "options", "words"),
    [
        ("none.csv", {}, "none.csv: there is no such file"),
        ("*.none", {}, "there is no such file"),
        (".", {}, "is a folder; name its files"),
        ("a.txt", {}, "no ending that says its format; give --format csv, tsv, jsonl or parquet"),
        ("-", {}, "standard input has no ending that says its format"),
        ("a.txt", {"encoding": "utf-16", "format": "csv"}, "utf-16 cannot be read line by line; convert"),
        ("a.txt", {"encoding": "nope", "format": "csv"}, "'nope' is not an encoding"),
        ("a.txt", {"encoding": "undefined", "format": "csv"}, "'undefined' is not an encoding"),
        ("a.txt", {"encoding": "a\0b", "format": "csv"}, "is not an encoding"),
        ("a.txt", {"delimiter": ";;", "format": "csv"}, "--delimiter: must be one character, such as ';'"),
    ],
)
def test_files_when_they_cannot_be_read_then_it_says_why(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str, options: dict[str, Any], words: str
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "a.txt").write_text("id\n")

    with pytest.raises(FileError, match=words):
        open_sources([name], **options)


def test_file_when_given_twice_then_it_is_refused(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("id\n")

    with pytest.raises(FileError, match="is given twice"):
        open_sources([str(tmp_path / "a.csv"), str(tmp_path / "*.csv")])


def test_file_when_it_changes_while_it_is_read_then_it_is_noticed_at_the_end(tmp_path: Path) -> None:
    made = source(tmp_path / "a.csv", "id\n1\n2\n")
    _ = made.fingerprint
    items = made.rows(BEGIN)
    next(items)
    with made.path.open("a") as file:
        file.write("3\n")

    with pytest.raises(FileError, match="has changed while it was read"):
        list(items)


def test_fingerprint_when_the_file_is_another_then_it_differs(tmp_path: Path) -> None:
    first = source(tmp_path / "a.csv", "id\n1\n").fingerprint
    os.utime(tmp_path / "a.csv", (1, 1))

    assert source(tmp_path / "b.csv", "id\n1\n").fingerprint != first
    assert open_sources([str(tmp_path / "a.csv")])[0].fingerprint != first


@pytest.mark.parametrize(
    ("format", "text", "expected"),
    [
        ("csv", "id\n1\n2\n3\n", [["1"], ["2"], ["3"]]),
        ("jsonl", '{"a":1}\n{"a":2}\n{"a":3}\n', [{"a": 1}, {"a": 2}, {"a": 3}]),
    ],
)
def test_standard_input_when_some_of_it_was_looked_at_then_no_row_is_lost(
    monkeypatch: pytest.MonkeyPatch, format: Format, text: str, expected: list[Any]
) -> None:
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(text.encode())))
    (made,) = open_sources(["-"], format)

    assert len(made.peek(2)) == 2
    assert values(rows(made)) == expected


@pytest.mark.parametrize("peeked", [1, 2, 3, 4])
def test_standard_input_when_looked_at_up_to_a_broken_quote_then_no_row_is_lost(
    monkeypatch: pytest.MonkeyPatch, peeked: int
) -> None:
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(b'id\n1\n"x\n2\n3\n4\n')))
    (made,) = open_sources(["-"], "csv")

    made.peek(peeked)

    assert values(rows(made)) == [["1"], None, ["2"], ["3"], ["4"]]


@pytest.mark.parametrize("name", ["a.csv", "a.jsonl"])
def test_file_when_it_is_large_then_memory_stays_flat(tmp_path: Path, name: str) -> None:
    def lines() -> Iterator[str]:
        yield "id,name\n" if name == "a.csv" else ""
        for number in range(60_000):
            yield f"{number},x\n" if name == "a.csv" else json.dumps({"id": number}) + "\n"
        yield "x" * 5_000_000

    path = tmp_path / name
    with path.open("w") as file:
        file.writelines(lines())
    (made,) = open_sources([str(path)])
    tracemalloc.start()
    try:
        count = sum(1 for _ in made.rows(BEGIN))
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()

    assert count == 60_001
    assert peak < 5_000_000
