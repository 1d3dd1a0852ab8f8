"""Reading, importing and searching the catalogue, on real databases."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Iterator
from dataclasses import fields, replace
from datetime import date
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import event, func, select
from sqlalchemy.orm import Session

from bot.service.catalogue import SAMPLE, ImportReport, import_file
from domain.catalogue import METHODS, BadLine, CatalogueSearch, CatalogueUnreadable, Entry, parse
from domain.form.loading import load_forms, newest
from domain.office.profile import Office
from storage import catalogue
from storage.catalogue import MAX_YEARS, PAGE, CataloguePage, ImportCounts
from storage.migrate import upgrade
from storage.tables import CatalogueEntry, CatalogueWord
from storage.unit import Units
from tests import fresh

STUNTING = Entry(
    title="Kompilasi Data Stunting di Kabupaten Kepulauan Selayar Tahun 2026",
    organiser="Dinas Kesehatan Kabupaten Kepulauan Selayar",
    year=2026,
    region="Kabupaten Kepulauan Selayar",
    region_code="7301",
    method="kompilasi_produk_administrasi",
    recommendation_identity="",
    letter_number="B-92/7301/KS.200/2026",
    letter_date=date(2026, 3, 3),
    status="rekomendasi_terbit",
    source="Register surat keluar",
    note="",
)
COLUMNS = [field.name for field in fields(Entry)]
HEADER = ",".join(COLUMNS)


def numbered(number: int, title: str = "Survei", year: int = 2026) -> Entry:
    return replace(STUNTING, title=f"{title} {number}", year=year, letter_number=f"B-{number}/7301/KS.200/{year}")


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


def opened(url: str) -> Iterator[Units]:
    units = Units(url)
    upgrade(units.engine)
    yield units
    units.engine.dispose()


@pytest.fixture
def units(tmp_path: Path) -> Iterator[Units]:
    fresh.lay(tmp_path / "catalogue.db")
    yield from opened(f"sqlite+aiosqlite:///{tmp_path}/catalogue.db")


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
def either(request: pytest.FixtureRequest) -> Units:
    """Each database that an office may have."""
    fixture = "units" if request.param == "sqlite" else "postgres_units"
    units: Units = request.getfixturevalue(fixture)
    return units


@pytest.fixture
def postgres_units(postgres_database: str) -> Iterator[Units]:
    yield from opened(postgres_database)


@pytest.fixture(scope="module")
def sample(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Units]:
    """A database with the packaged sample; tests only read it."""
    for units in opened(f"sqlite+aiosqlite:///{tmp_path_factory.mktemp('sample')}/catalogue.db"):
        import_file(units, SAMPLE)
        yield units


def load(units: Units, *entries: Entry) -> ImportCounts:
    return units.write_now(partial(catalogue.load, batch=entries))


def page(units: Units, typed: str | CatalogueSearch, number: int = 1) -> CataloguePage:
    search = typed if isinstance(typed, CatalogueSearch) else CatalogueSearch.of(typed)
    return units.write_now(lambda session: catalogue.search(session, search, number))


def titles(units: Units, typed: str | CatalogueSearch, number: int = 1) -> list[str]:
    return [listed.entry.title for listed in page(units, typed, number).entries]


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
            ("status", "terbit", 'the status "terbit" is unknown; use rekomendasi_terbit, ditolak, sektoral'),
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


class TestSearching:
    @pytest.mark.parametrize(
        "typed",
        [
            "stunting",
            "STUNT",
            "data stun",
            "selayar stunting",
            "dinas kesehatan selayar",
            "stunting 2026",
            "stúnting",
            "B-92/7301/KS.200/2026",
            "b-92/7301",
            "kompilasi data stunting di kabupaten kepulauan selayar tahun 2026",
        ],
    )
    def test_an_entry_is_found_by_the_beginnings_of_its_words(self, sample: Units, typed: str) -> None:
        assert STUNTING.title in titles(sample, typed)

    @pytest.mark.parametrize(
        "typed", ["unting", "stunting jeneponto", "stunting 2025", "stuntingan", "B-9/7301/KS.200/2026"]
    )
    def test_every_word_must_fit_from_its_beginning(self, sample: Units, typed: str) -> None:
        assert STUNTING.title not in titles(sample, typed)

    @pytest.mark.parametrize("typed", ["V-23.1375.002", "v-23.1375.002", "V 23 1375 002", "v231375002"])
    def test_an_identity_finds_its_one_entry(self, units: Units, typed: str) -> None:
        neighbour = replace(
            STUNTING, title="V 23 1375 002x", letter_number="B-1", recommendation_identity="V-23.1375.003"
        )
        wanted = replace(STUNTING, title="Peta Drainase", recommendation_identity="V-23.1375.002", letter_number="")
        load(units, neighbour, wanted)
        assert titles(units, typed) == ["Peta Drainase"]

    def test_words_that_every_title_has_count_only_alone(self, units: Units) -> None:
        load(units, replace(STUNTING, title="Data Ikan", region="", organiser="Diskan"))
        assert titles(units, "data yang ikan untuk tahun") == ["Data Ikan"]
        assert titles(units, "tahun") == []
        assert titles(units, "tahun 2026") == ["Data Ikan"]

    def test_a_year_in_the_query_is_a_filter_and_two_years_are_words(self) -> None:
        assert CatalogueSearch.of("stunting, 2026") == CatalogueSearch("stunting", 2026)
        assert CatalogueSearch.of("tahun 2026") == CatalogueSearch("", 2026)
        assert CatalogueSearch.of("2024 2025") == CatalogueSearch("2024 2025")
        assert CatalogueSearch.of("B-92/7301/KS.200/2026") == CatalogueSearch("B-92/7301/KS.200/2026")
        assert CatalogueSearch.of("v-23.2013.002 2026").year is None

    def test_an_organiser_is_matched_as_a_whole(self, units: Units) -> None:
        load(units, numbered(1), replace(numbered(2), organiser=f"UPT {STUNTING.organiser}"))
        assert titles(units, CatalogueSearch(organiser=STUNTING.organiser)) == ["Survei 1"]

    def test_the_newest_year_comes_first_and_pages_hold_five(self, units: Units) -> None:
        load(units, *(numbered(n, year=2020 + n % 3) for n in range(12)))
        first, second, third = (page(units, "survei", number) for number in (1, 2, 3))
        years = [listed.entry.year for part in (first, second, third) for listed in part.entries]
        assert years == sorted(years, reverse=True)
        assert [len(part.entries) for part in (first, second, third)] == [PAGE, PAGE, 2]
        assert [part.after is not None for part in (first, second, third)] == [True, True, False]
        assert len({listed.id for part in (first, second, third) for listed in part.entries}) == 12

    def test_exactly_five_are_one_page(self, units: Units) -> None:
        load(units, *(numbered(n) for n in range(PAGE)))
        assert not page(units, "survei").after

    def test_the_years_told_are_the_newest_in_which_something_is_found(self, units: Units) -> None:
        load(units, *(numbered(n, year=2020 + n) for n in range(6)), numbered(9, "Kompilasi", 2026))
        assert page(units, "survei").years == (2025, 2024, 2023, 2022)
        assert page(units, "kompilasi").years == (2026,)
        assert page(units, "survei 2024").years == ()
        assert len(page(units, "survei").years) == MAX_YEARS

    @settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
    @given(st.text() | st.sampled_from(["V-23.1375.002 ", "B-9/7/", "2026 ", "%", "'", "\0", "\ud800", "ﬁ", "İ"]))
    def test_no_query_raises(self, sample: Units, typed: str) -> None:
        search = CatalogueSearch.of(typed)
        assert all(prefix.isascii() and prefix.isalnum() for prefix in search.prefixes)
        assert len(page(sample, search).entries) <= PAGE

    @settings(max_examples=200)
    @given(st.text(min_size=1), st.data())
    def test_any_beginning_of_any_word_is_among_the_words_searched_for(self, title: str, data: st.DataObject) -> None:
        entry = replace(STUNTING, title=title)
        word = data.draw(st.sampled_from(title.split() or [title]))
        beginning = word[: data.draw(st.integers(1, len(word)))]
        for prefix in CatalogueSearch(beginning).prefixes:
            assert any(known.startswith(prefix) for known in entry.words), (beginning, prefix)


class TestCostOfASearch:
    """With small limits, so that a few entries are searched like hundreds of thousands."""

    WAYS = (
        ("ikan", 1),  # common and among the newest: scanned
        ("survei ikan", 2),
        ("ikan 2021", 1),
        ("ikan", 9),  # a late page: all of its entries are read
        ("gempa", 1),  # common, but none among the newest
        ("gempa survei", 1),  # both common, but in no entry together
        ("ikan 17", 1),  # one word is less common
        ("padi 45", 1),  # one word is rare, and its entry not among the newest of its year
        ("v-26.7301.001", 1),
        ("2021", 1),
    )

    @pytest.fixture
    def small(self, either: Units, monkeypatch: pytest.MonkeyPatch) -> Units:
        monkeypatch.setattr(catalogue, "RARE", 10)
        monkeypatch.setattr(catalogue, "WINDOW", 20)
        kinds = ("Survei Ikan", "Survei Padi", "Kompilasi Ikan", "Kompilasi Padi")
        load(either, *(numbered(n, kinds[n % 4], 2020 + n % 7) for n in range(200)))
        load(either, *(numbered(n, "Sensus Gempa", 2001) for n in range(300, 340)))
        return either

    def test_every_way_finds_what_looking_at_all_entries_finds(self, small: Units) -> None:
        for typed, number in self.WAYS:
            search = CatalogueSearch.of(typed)
            expected = small.write_now(partial(all_fitting, search=search))
            found = page(small, search, number)
            ids = [row.id for row in expected[(number - 1) * PAGE :][:PAGE]]
            assert [listed.id for listed in found.entries] == ids, (typed, number)
            assert (found.after is not None) == (len(expected) > number * PAGE), (typed, number)
            if search.year is None:
                years = sorted({row.year for row in expected}, reverse=True)
                assert found.years == tuple(years[:MAX_YEARS]), (typed, number)

    @pytest.mark.parametrize("either", ["sqlite"], indirect=True)
    @pytest.mark.parametrize(
        ("typed", "scans"),
        [
            ("padi 45", False),
            ("V-26.7301.001", False),
            ("B-17/7301/KS.200/2023", False),
            ("gempa", False),
            ("gempa survei", False),
            ("ikan", True),
            ("survei ikan 2021", True),
        ],
    )
    def test_no_statement_reads_a_whole_table(self, small: Units, typed: str, scans: bool) -> None:
        statements: list[tuple[str, Any]] = []

        def note(_connection: Any, _cursor: Any, statement: str, values: Any, *_: Any) -> None:
            if statement.startswith("SELECT"):
                statements.append((statement, values))

        event.listen(small.engine, "before_cursor_execute", note)
        assert page(small, typed).number == 1
        event.remove(small.engine, "before_cursor_execute", note)
        with small.engine.connect() as connection:
            plans = [
                [row[3] for row in connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", values)]
                for statement, values in statements
            ]
        steps = [step for plan in plans for step in plan if re.match("(SCAN|SEARCH) catalogue", step)]
        assert steps
        for step in steps:
            assert "INDEX" in step or "PRIMARY KEY" in step, steps
            assert not step.startswith("SCAN catalogue_words"), steps
        if not scans and "gempa" not in typed:
            assert max(sum("LIST SUBQUERY" in step for step in plan) for plan in plans) == 1, (
                "more than the rarest word"
            )
        walked = [step for step in steps if re.search("SCAN catalogue USING INDEX ix_catalogue_year_id", step)]
        assert bool(walked) == (scans and "2021" not in typed), steps


def all_fitting(session: Session, search: CatalogueSearch) -> list[CatalogueEntry]:
    """All matching entries, found by reading each."""

    def fits(row: CatalogueEntry) -> bool:
        words = Entry(**{name: getattr(row, name) for name in COLUMNS}).words
        all_found = all(any(word.startswith(prefix) for word in words) for prefix in search.prefixes)
        return all_found and search.year in (None, row.year)

    return sorted(filter(fits, session.scalars(select(CatalogueEntry))), key=lambda row: (-row.year, -row.id))


@pytest.mark.postgres
def test_words_are_found_whatever_the_order_of_letters_in_the_database(postgres_units: Units) -> None:
    """A PostgreSQL may sort by a language. The range of words with one beginning must be right there too."""
    by_language = 'ALTER TABLE catalogue_words ALTER COLUMN word TYPE varchar(40) COLLATE "id-x-icu"'
    with postgres_units.engine.begin() as connection:
        connection.exec_driver_sql(by_language)
    other = replace(numbered(1), title="Zzz Zona 9z Øst")
    load(postgres_units, STUNTING, other)
    assert titles(postgres_units, "stunt") == [STUNTING.title]
    for typed in ("z", "zz", "9z", "ø"):
        assert titles(postgres_units, typed) == [other.title], typed
    assert titles(postgres_units, "sz") == []


def test_every_method_of_the_request_form_has_a_name() -> None:
    form = newest(load_forms(Office.load().words), "recommendation_request")
    assert [option.value for option in form.questions["cara_pengumpulan_data"].options] == list(METHODS)
