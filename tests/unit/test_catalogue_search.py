"""Searching the catalogue, on real databases."""

from __future__ import annotations

import re
from dataclasses import replace
from functools import partial

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select
from sqlalchemy.orm import Session

from domain.catalogue import CatalogueSearch, Entry
from storage import catalogue
from storage.catalogue import MAX_YEARS, PAGE
from storage.tables import CatalogueEntry
from storage.unit import Units
from tests.unit.catalogue_databases import COLUMNS, STUNTING, load, numbered, page, queries_of, titles


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
        with queries_of(small) as statements:
            assert page(small, typed).number == 1
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

    @pytest.mark.postgres
    @pytest.mark.parametrize("either", ["postgresql"], indirect=True)
    @pytest.mark.parametrize("typed", ["padi 45", "gempa survei"])
    def test_postgresql_finds_the_entries_of_all_words_before_it_reads_any(self, small: Units, typed: str) -> None:
        with queries_of(small) as statements:
            assert page(small, typed).number == 1
        (listed,) = ((query, values) for query, values in statements if "catalogue.title" in query)
        with small.engine.connect() as connection:
            steps = [row[0] for row in connection.exec_driver_sql(f"EXPLAIN {listed[0]}", listed[1])]
        assert any("InitPlan" in step for step in steps), steps
        read = steps.index(next(step for step in steps if re.search(" on catalogue ", step)))
        assert any("= ANY ($" in step for step in steps[read : read + 2]), steps
        assert not any(re.search(" on catalogue_words", step) for step in steps[read:]), steps


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
