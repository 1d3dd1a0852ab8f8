"""Reading and importing the catalogue, on real databases."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import func, select

from bot.service.catalogue import SAMPLE, ImportReport, import_file
from domain.catalogue import METHODS, BadLine, CatalogueUnreadable, Entry, parse
from domain.form.loading import load_forms, newest
from domain.office.profile import Office
from storage.catalogue import ImportCounts
from storage.tables import CatalogueEntry, CatalogueWord
from storage.unit import Units
from tests.unit.catalogue_databases import COLUMNS, STUNTING, load, numbered, page, titles

HEADER = ",".join(COLUMNS)


def as_csv(entries: Iterable[Entry], **changes: str) -> list[str]:
    """The lines of a file with these entries. `changes`: column → text that replaces its values."""
    out = io.StringIO()
    writer = csv.DictWriter(out, COLUMNS, lineterminator="\n")
    writer.writeheader()
    for entry in entries:
        row = {name: getattr(entry, name) for name in COLUMNS}
        writer.writerow({name: "" if value is None else value for name, value in (row | changes).items()})
    return out.getvalue().splitlines(keepends=True)


def write(path: Path, entries: Iterable[Entry]) -> Path:
    path.write_text("".join(as_csv(entries)), encoding="utf-8")
    return path


def rows(units: Units, table: type[CatalogueEntry | CatalogueWord]) -> int:
    return units.write_now(lambda session: session.scalar(select(func.count()).select_from(table)) or 0)


class TestReadingAFile:
    def test_an_entry_is_read_with_all_its_facts(self) -> None:
        assert list(parse(as_csv([STUNTING]))) == [STUNTING]

    @pytest.mark.parametrize("mark", ["", "\ufeff"])
    @pytest.mark.parametrize("delimiter", [",", ";"])
    @pytest.mark.parametrize("end", ["\n", "\r\n"])
    def test_a_file_reads_as_spreadsheets_save_it(self, mark: str, delimiter: str, end: str) -> None:
        cells = (STUNTING.title, "Dinas", "2026", "", "", "survei", "", "", "", "ditolak", "", "")
        text = mark + delimiter.join(COLUMNS) + end + delimiter.join(cells) + end
        (entry,) = parse(io.StringIO(text, newline=""))
        assert isinstance(entry, Entry)
        assert (entry.title, entry.method, entry.letter_date) == (STUNTING.title, "survei", None)

    def test_columns_may_stand_in_another_order_with_others_between(self) -> None:
        lines = [",".join(reversed(cells)) for cells in csv.reader(as_csv([replace(STUNTING, note="satu")]))]
        assert list(parse(f"{line},lain\n" for line in lines)) == [replace(STUNTING, note="satu")]

    @pytest.mark.parametrize(
        ("column", "words", "reason"),
        [
            ("title", "", "the title is missing"),
            ("title", "x" * 301, "the title is longer than 300 characters"),
            ("organiser", " ", "the organiser is missing"),
            ("year", "", "the year is missing"),
            ("year", "26", 'the year "26" must have four digits, such as 2026'),
            ("year", "２０２６", 'the year "２０２６" must have four digits, such as 2026'),
            ("region_code", "0", 'the region_code "0" must have four digits, such as 7304'),
            ("method", "sensus", 'the method "sensus" is unknown; use pencacahan_lengkap, survei, '),
            (
                "recommendation_identity",
                "V-23.1375.2",
                'the recommendation_identity "V-23.1375.2" is not written like V-26.7304.001',
            ),
            ("letter_date", "03/03/2026", 'the letter_date "03/03/2026" is no date written like 2026-12-31'),
            ("letter_date", "2026-02-30", 'the letter_date "2026-02-30" is no date written like 2026-12-31'),
            ("status", "", "the status is missing"),
            (
                "status",
                "terbit",
                'the status "terbit" is unknown; use rekomendasi_terbit, diganti, dicabut, ditolak, sektoral',
            ),
            ("letter_number", "B" * 61, "the letter_number is longer than 60 characters"),
        ],
    )
    def test_a_bad_line_says_its_number_and_what_is_wrong(self, column: str, words: str, reason: str) -> None:
        good = numbered(1)
        bad = as_csv([STUNTING], **{column: words})[1]
        assert [type(line) for line in parse([*as_csv([good]), "\n", bad])] == [Entry, BadLine]
        (told,) = [str(line) for line in parse([*as_csv([good]), "\n", bad]) if isinstance(line, BadLine)]
        assert told.startswith(f"line 4: {reason}")

    def test_a_line_with_too_few_columns_is_not_guessed_at(self) -> None:
        (bad,) = parse([f"{HEADER}\n", "Survei,Dinas,2026\n"])
        assert str(bad) == "line 2: there are 3 columns instead of 12; quote texts that hold a separator"

    def test_a_stray_quotation_mark_costs_its_own_line_only(self) -> None:
        first, second = as_csv([numbered(1), numbered(2)])[1:]
        read = list(parse([f"{HEADER}\n", first, '"Survei" x,Dinas\n', second]))
        assert read[0] == numbered(1)
        assert isinstance(read[1], BadLine)
        assert str(read[1]).startswith("line 3: the quotation marks do not fit")
        assert read[2] == numbered(2)

    def test_the_same_activity_twice_in_a_file_is_said_and_taken_once(self) -> None:
        again = replace(STUNTING, note="lain")
        read = list(parse(as_csv([STUNTING, numbered(1), again])))
        assert read == [STUNTING, numbered(1), BadLine(4, "this is the same activity as in line 2")]

    @pytest.mark.parametrize(
        "lines", [[], ["\n"], ["Survei,Dinas,2026\n"], ["title,organiser,year\n"], ['"title" x,\n']]
    )
    def test_a_file_without_the_columns_is_refused_as_a_whole(self, lines: list[str]) -> None:
        with pytest.raises(CatalogueUnreadable, match=r"^the first line must name the columns; missing: .*note$"):
            list(parse(lines))

    @given(st.lists(st.text()))
    def test_nothing_in_a_file_breaks_the_reading(self, lines: list[str]) -> None:
        for line in parse([f"{HEADER}\n", *lines]):
            assert isinstance(line, Entry | BadLine)


class TestImporting:
    def test_a_second_import_changes_nothing(self, either: Units, tmp_path: Path) -> None:
        file = write(tmp_path / "a.csv", (numbered(n) for n in range(1203)))
        assert import_file(either, file) == ImportReport(ImportCounts(new=1203), ())
        words = rows(either, CatalogueWord)
        assert import_file(either, file) == ImportReport(ImportCounts(unchanged=1203), ())
        assert (rows(either, CatalogueEntry), rows(either, CatalogueWord)) == (1203, words)

    def test_changed_facts_are_taken_over_and_found_under_their_new_words_only(self, either: Units) -> None:
        load(either, STUNTING, numbered(1))
        moved = replace(STUNTING, title="Kompilasi Data Gizi", note="Judul diperbaiki")
        assert load(either, moved, numbered(1)) == ImportCounts(changed=1, unchanged=1)
        assert [listed.entry for listed in page(either, "gizi").entries] == [moved]
        assert titles(either, "stunting") == []
        assert rows(either, CatalogueEntry) == 2

    def test_an_entry_is_known_again_by_identity_then_letter_then_title(self) -> None:
        identified = replace(STUNTING, recommendation_identity="V-26.7301.001")
        assert identified.key == replace(identified, title="Lain", letter_number="", year=2025).key
        assert STUNTING.key == replace(STUNTING, title="Lain", year=2025).key
        assert STUNTING.key != replace(STUNTING, region_code="7302").key
        bare = replace(STUNTING, letter_number="")
        assert bare.key == replace(bare, title=bare.title.upper() + " ", region="", note="x").key
        assert len({bare.key, replace(bare, year=2025).key, replace(bare, organiser="Dinas").key, STUNTING.key}) == 4

    def test_the_packaged_sample_is_imported_without_a_bad_line(self, units: Units) -> None:
        report = import_file(units, SAMPLE)
        assert report == ImportReport(ImportCounts(new=44), ())
        assert report.counts.new == rows(units, CatalogueEntry)

    def test_bad_lines_are_reported_and_the_others_imported(self, units: Units, tmp_path: Path) -> None:
        lines = SAMPLE.read_text(encoding="utf-8").splitlines(keepends=True)
        lines[5:5] = as_csv([STUNTING], year="dua ribu")[1:]
        lines.append("Survei tanpa apa pun\n")
        (tmp_path / "bad.csv").write_text("".join(lines), encoding="utf-8-sig")
        report = import_file(units, tmp_path / "bad.csv")
        assert report.counts == ImportCounts(new=44)
        assert [line.line for line in report.bad_lines] == [6, 47]

    @pytest.mark.parametrize(
        ("content", "reason"),
        [
            (None, "cannot be read \\(No such file or directory\\); check path and rights"),
            (b"", "the first line must name the columns"),
            (b"\xff\xfet\x00", 'is not UTF-8 text; save it as "CSV UTF-8"'),
        ],
    )
    def test_a_file_that_is_no_register_is_refused_in_one_line(
        self, tmp_path: Path, sample: Units, content: bytes | None, reason: str
    ) -> None:
        file = tmp_path / "x.csv"
        if content is not None:
            file.write_bytes(content)
        with pytest.raises(CatalogueUnreadable, match=f"^{re.escape(str(file))}: {reason}[^\n]*$"):
            import_file(sample, file)


def test_every_method_of_the_request_form_has_a_name() -> None:
    form = newest(load_forms(Office.load().words), "recommendation_request")
    assert [option.value for option in form.questions["cara_pengumpulan_data"].options] == list(METHODS)
