"""Similar activities: labelled pairs, spelling, and that the search in the catalogue reads little."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import text

from domain.catalogue import CatalogueSearch
from domain.similarity import SimilarActivity, StatisticalActivity, compare, is_near, trigrams
from storage import catalogue, similar_activities, vocabulary
from storage.unit import Units
from tests.unit.catalogue_databases import STUNTING, load, numbered, queries_of
from tests.unit.similar_pairs import DIFFERENT, SIMILAR

FIELDS = ("catalogue_words", "catalogue_trigrams", "catalogue_vocabulary", "catalogue")
ACTIVITY = StatisticalActivity(
    "Kompilasi Data Stunting Kabupaten Jeneponto", "Dinas Kesehatan Kabupaten Jeneponto", 2026
)


def find(units: Units, activity: StatisticalActivity, most: int = 3, own: str = "") -> Sequence[SimilarActivity]:
    return units.write_now(lambda session: similar_activities.find(session, activity, most, own))


def test_labelled_pairs_are_told_apart() -> None:
    right = [pair for pair in SIMILAR if compare(*pair)]
    wrong = [pair for pair in DIFFERENT if compare(*pair)]
    precision, recall = len(right) / (len(right) + len(wrong)), len(right) / len(SIMILAR)
    missed = [(one.title, other.title) for one, other in SIMILAR if not compare(one, other)]
    taken = [(one.title, other.title) for one, other in wrong]
    assert precision >= 0.95 and recall >= 0.95, (missed, taken)


def test_it_makes_no_difference_which_activity_comes_first() -> None:
    for one, other in (*SIMILAR, *DIFFERENT):
        assert bool(compare(one, other)) == bool(compare(other, one)), (one.title, other.title)


@given(st.text(max_size=60), st.text(max_size=60))
def test_any_title_is_compared_and_is_similar_to_itself_in_any_order(title: str, organiser: str) -> None:
    one = StatisticalActivity(f"{title} padi", organiser, 2026)
    assert compare(one, replace(one, title=f"padi {title}")) is not None


@pytest.mark.parametrize(
    ("one", "other", "near"),
    [
        ("kepuasan", "kepuasaan", True),
        ("kepuasan", "kepuasn", True),
        ("nelayan", "nealyan", True),
        ("kependudukan", "kependudkan", True),
        ("kependudukan", "kepndudkan", True),
        ("pertanian", "pertanahan", False),
        ("padi", "pedi", False),
        ("2025", "2026", False),
    ],
)
def test_long_words_may_have_errors_and_short_ones_and_numbers_none(one: str, other: str, *, near: bool) -> None:
    assert is_near(one, other) == is_near(other, one) == near


def test_a_word_has_its_parts_of_three_letters_with_its_edges() -> None:
    assert trigrams("padi") == (" pa", "pad", "adi", "di ")


def test_the_same_activity_misspelt_and_in_another_order_comes_first_with_its_reasons(either: Units) -> None:
    wanted = replace(
        STUNTING,
        title="Survei Kepuasan Pasien Puskesmas Kabupaten Jeneponto",
        organiser="Dinas Kesehatan Kabupaten Jeneponto",
        year=2025,
        recommendation_identity="V-25.7304.001",
    )
    elsewhere = replace(
        wanted, title="Survei Kepuasan Pasien Puskesmas Kota Langsa", organiser="RSUD Kota Langsa", letter_number="B-2"
    )
    load(either, STUNTING, wanted, replace(elsewhere, recommendation_identity=""), *(numbered(n) for n in range(50)))
    asked = StatisticalActivity("Survei Puskesmas: Kepuasaan Pasen", "Dinas Kesehatan Kab. Jeneponto", 2026)
    first, second = find(either, asked)
    assert (first.listed.entry, second.listed.entry.organiser) == (wanted, "RSUD Kota Langsa")
    assert first.similarity.same_organiser and not first.similarity.same_year
    assert [similar.listed.entry.organiser for similar in find(either, asked, own="V-25.7304.001")] == [
        "RSUD Kota Langsa"
    ]


def test_of_many_entries_with_the_same_common_words_the_one_of_the_same_office_comes_first(units: Units) -> None:
    many = [replace(numbered(n, "Survei Kepuasan Masyarakat"), organiser=f"Dinas {n}") for n in range(2_100)]
    mine = replace(numbered(9_999, "Survei Kepuasan Masyarakat Dinas Sosial"), organiser="Dinas Sosial Jeneponto")
    load(units, mine)
    for start in range(0, len(many), catalogue.BATCH):
        load(units, *many[start : start + catalogue.BATCH])
    found = find(units, StatisticalActivity("Survei Kepuasan Masyarakat Dinas Sosial", "Dinas Sosial Jeneponto", 2026))
    assert found[0].listed.entry == mine


def test_nothing_similar_is_nothing(units: Units) -> None:
    assert find(units, ACTIVITY) == ()
    load(units, replace(STUNTING, title="Survei Harga Beras"))
    assert find(units, ACTIVITY) == ()


def test_no_statement_reads_all_words_parts_or_entries(either: Units) -> None:
    """The plans, because a small catalogue answers every plan quickly."""
    load(either, STUNTING, *(numbered(n) for n in range(100)))
    with queries_of(either) as told:
        find(either, replace(ACTIVITY, title="Kompilasi Data Stuntingg Survei Jenepnto"))
        either.write_now(lambda session: catalogue.correct(session, CatalogueSearch("stuntng")))
    assert len(told) > 8
    scans = [(statement, line) for statement, parameters in told for line in scanning(either, statement, parameters)]
    assert scans == []


def scanning(units: Units, statement: str, parameters: Any) -> list[str]:
    """The lines of the plan that read a whole table."""
    is_sqlite = units.engine.dialect.name == "sqlite"
    with units.engine.connect() as connection:
        if is_sqlite:
            plan = connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", parameters).all()
            return [row[3] for row in plan if row[3].startswith("SCAN ") and row[3].split()[1] in FIELDS]
        connection.execute(text("SET enable_seqscan = off"))
        plan = connection.exec_driver_sql(f"EXPLAIN {statement}", parameters).all()
        return [row[0] for row in plan if "Seq Scan" in row[0]]


def test_a_misspelt_search_finds_the_word_that_was_meant(either: Units) -> None:
    load(either, STUNTING, numbered(1))

    def correct(typed: str) -> CatalogueSearch | None:
        return either.write_now(lambda session: catalogue.correct(session, CatalogueSearch.of(typed)))

    assert correct("stuntng selayr") == CatalogueSearch("stunting selayar")
    assert correct("data stunitng 2026") == CatalogueSearch("data stunting", 2026)
    assert correct("stunting") is None
    assert correct("xyzzyqwert") is None


def test_the_vocabulary_keeps_each_word_once(units: Units) -> None:
    load(units, STUNTING)
    load(units, replace(STUNTING, note="baru"), numbered(3))
    near = units.write_now(lambda session: vocabulary.near_words(session, "kesehtan"))
    assert near == ("kesehatan",)
