"""How a stored answer is shown, and whether its question still accepts it."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.form.answers import brief, show, still_reads
from domain.form.definition import Value
from domain.form.reading import source_words
from domain.text import Json
from tests.unit.answer_samples import EMAIL, EVERY_QUESTION, FAX, FILE, LONGTEXT, NUMBER, VARIABLES, YEAR

JSON: st.SearchStrategy[Json] = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.text(max_size=12)
    | st.sampled_from(["2027-02-31", "2027-02-01", "ya"]),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(["values", "other", "id", "name", "size", "kind", "nama", "definisi", "perencanaan", "x"]),
            inner,
            max_size=4,
        )
    ),
    max_leaves=8,
)


@given(st.sampled_from(sorted(EVERY_QUESTION)), JSON)
def test_an_answer_of_another_form_is_shown_and_judged_never_an_error(name: str, value: Json) -> None:
    asked = EVERY_QUESTION[name]
    still_reads(asked, value)
    source_words(show(asked, value))


def stored_file(kind: str = "pdf") -> Json:
    return {"id": "a1", "name": f"surat.{kind}", "size": 120_000, "kind": kind}


def test_files_are_shown_by_name_and_their_number() -> None:
    assert source_words(show(FILE, [stored_file()])) == "surat.pdf"
    assert source_words(show(FILE, [stored_file(), stored_file("docx")])) == "2 berkas: surat.pdf, surat.docx"
    assert still_reads(FILE, [stored_file()])


def test_a_year_is_shown_without_separators_and_a_skip_as_skipped() -> None:
    assert show(YEAR, 2027).args == {"number": "2027"}
    assert show(NUMBER, 2027).args == {"number": 2027}
    assert source_words(show(FAX, None)) == "(dilewati)"


NO_LONGER: list[tuple[str, Value]] = [
    ("text", None),
    ("title", "Terlalu pendek"),
    ("text", 5),
    ("postcode", "9231"),
    ("number", "5"),
    ("number", True),
    ("number", -1),
    ("number", 2_000_001),
    ("date", "2027-02-29"),
    ("date", "20270201"),
    ("date", "1899-12-31"),
    ("email", "dinas@gmail"),
    ("mobile", "0411 854838"),
    ("yes or no", "mungkin"),
    ("yes or no", {"values": ["ya"]}),
    ("occupation", "lain"),
    ("occupation", {"values": ["lain"]}),
    ("occupation", {"values": ["asn", "lain"], "other": "x"}),
    ("methods", "wawancara"),
    ("methods", {"values": []}),
    ("methods", {"values": ["wawancara", "foto"]}),
    ("methods", {"values": ["wawancara", "wawancara"]}),
    ("methods", {"values": ["lainnya"]}),
    ("methods", {"values": ["wawancara"], "other": "foto"}),
    ("tools", {"values": ["papi"]}),
    ("file", []),
    ("file", [stored_file("png")]),
    ("variables", []),
    ("variables", [{"nama": "a", "konsep": "", "definisi": "", "jumlah": ""}]),
    ("variables", [{"nama": "a", "definisi": "b", "jumlah": "banyak"}]),
    ("variables", [{"nama": "a", "definisi": "b"}] * 4),
    ("schedule", {}),
    ("schedule", {"perencanaan": ["2027-02-01", "2027-02-28"]}),
    ("schedule", {"perencanaan": ["2027-02-28", "2027-02-01"], "pengumpulan": ["2027-03-01", "2027-03-01"]}),
]


@pytest.mark.parametrize(("name", "value"), NO_LONGER)
def test_an_answer_that_the_question_no_longer_accepts_is_found(name: str, value: Value) -> None:
    assert not still_reads(EVERY_QUESTION[name], value)


def test_a_skip_fits_only_an_optional_question() -> None:
    assert still_reads(FAX, None)
    assert not still_reads(EMAIL, None)


def test_a_new_optional_column_leaves_old_rows_standing() -> None:
    assert still_reads(VARIABLES, [{"nama": "a", "definisi": "b", "removed": "c"}])


def test_a_long_answer_is_shown_by_its_beginning_and_says_what_is_left_out() -> None:
    assert source_words(brief(LONGTEXT, "kata " * 200)) == ("kata " * 50).rstrip() + " … (1000 huruf)"
    assert source_words(brief(LONGTEXT, "satu kata")) == "satu kata"
    rows: list[Json] = [{"nama": f"n{n}", "konsep": "", "definisi": "d", "jumlah": ""} for n in range(7)]
    assert source_words(brief(VARIABLES, rows)).splitlines()[-2:] == ["5. n4 · d", "… dan 2 baris lagi"]
    assert source_words(brief(VARIABLES, rows[:5])) == source_words(show(VARIABLES, rows[:5]))
    assert source_words(brief(VARIABLES, None)) == "(dilewati)"
