"""What typed words become in rows, areas and schedules."""

from __future__ import annotations

import pytest

from domain.form.answers import read, show, still_reads
from domain.form.areas import read_area
from domain.form.reading import Unreadable, source_words
from domain.form.rows import read_cell, read_row
from domain.form.schedules import read_schedule
from tests.unit.answer_samples import AREAS, PLANNING_AND_COLLECTION, READING, SCHEDULE, VARIABLES, question


def test_a_row_is_read_in_the_order_of_the_columns() -> None:
    row = read_row(VARIABLES, "| Jumlah ibu | - | Ibu hamil\ndan nifas. | 12 |", READING)
    assert row == {"nama": "Jumlah ibu", "konsep": "", "definisi": "Ibu hamil\ndan nifas.", "jumlah": "12"}
    shown = source_words(show(VARIABLES, [row, row | {"konsep": "KIA", "jumlah": ""}]))
    assert shown == "1. Jumlah ibu · Ibu hamil\ndan nifas. · 12\n2. Jumlah ibu · KIA · Ibu hamil\ndan nifas."


def test_a_row_of_optional_cells_is_not_empty_altogether() -> None:
    loose = question(
        "rows", columns=(question("text", id="a", required=False), question("text", id="b", required=False))
    )
    assert read_row(loose, "x", READING) == {"a": "x", "b": ""}
    with pytest.raises(Unreadable, match="kosong"):
        read_row(loose, " - | ", READING)
    assert not still_reads(loose, [{"a": "", "b": ""}])


def test_an_optional_cell_may_be_left_out_and_a_required_one_not() -> None:
    name, concept, *_ = VARIABLES.columns
    assert read_cell(concept, " – ", READING) == ""
    with pytest.raises(Unreadable):
        read_cell(name, "-", READING)


@pytest.mark.parametrize(
    ("words", "code"),
    [
        ("7306", "7306"),
        ("73.06", "7306"),
        ("Gowa", "7306"),
        ("kab. gowa", "7306"),
        ("KABUPATEN GOWA", "7306"),
        ("Kota Makassar", "7371"),
        ("makassar", "7371"),
        ("pare-pare", "7372"),
        ("Selayar", "7301"),
        ("luwu", "7317"),
        ("luwu utara", "7322"),
        ("toraja utara", "7326"),
        ("jeneponto", "7304"),
        ("kab. makassar", None),
        ("toraja", None),
        ("lay", None),
        ("kota", None),
        ("kab", None),
        ("", None),
    ],
)
def test_an_area_of_the_province_is_known_by_code_or_name(words: str, code: str | None) -> None:
    area = read_area(words, READING)
    assert (area and area["kode_kabupaten_kota"]) == code
    if area:
        assert area["kode_provinsi"] == "73" and area["nama_provinsi"] == "Sulawesi Selatan"
        assert still_reads(AREAS, [area])


@pytest.mark.parametrize(
    "words,code,name,province",
    [
        ("Kota Bandung", "3273", "Kota Bandung", "Jawa Barat"),
        ("kab. Bandung", "3204", "Bandung", "Jawa Barat"),
        ("Kabupaten Bandung Barat", "3217", "Bandung Barat", "Jawa Barat"),
        ("7401", "7401", "Buton", "Sulawesi Tenggara"),
        ("bantul", "3402", "Bantul", "DI Yogyakarta"),
        ("surabaya", "3578", "Kota Surabaya", "Jawa Timur"),
        ("bone bolango", "7504", "Bone Bolango", "Gorontalo"),
        ("kotabaru", "6302", "Kotabaru", "Kalimantan Selatan"),
        ("Bandung", None, None, None),
        ("kab. surabaya", None, None, None),
        ("Jawa Barat", None, None, None),
        ("32", None, None, None),
        ("Merauke", None, None, None),
    ],
)
def test_an_area_elsewhere_is_known_by_code_or_whole_name(
    words: str, code: str | None, name: str | None, province: str | None
) -> None:
    area = read_area(words, READING)
    assert (area and area["kode_kabupaten_kota"]) == code
    if area and code:
        assert (area["kode_provinsi"], area["nama_provinsi"]) == (code[:2], province)
        assert area["nama_kabupaten_kota"] == name and still_reads(AREAS, [area])


def test_a_schedule_is_read_stage_by_stage_in_any_order() -> None:
    read_lines = read_schedule(
        SCHEDULE, "pengumpulan: Maret 2027\n\n1. Perencanaan kegiatan 1/2/2027 satu hari\nDesain: -", READING
    )
    assert list(read_lines) == ["perencanaan", "desain", "pengumpulan"]
    assert read_lines["desain"] is None, "left out with a dash"
    assert read_lines["perencanaan"] == ["2027-02-01", "2027-02-01"]
    assert read_schedule(SCHEDULE, "", READING) == {}


def test_a_schedule_is_stored_without_the_stages_left_out() -> None:
    assert read(SCHEDULE, PLANNING_AND_COLLECTION + "\nDesain: -", READING) == read(
        SCHEDULE, PLANNING_AND_COLLECTION, READING
    )


def test_a_schedule_shows_one_line_a_stage_and_what_is_shown_reads_back() -> None:
    value = read(SCHEDULE, PLANNING_AND_COLLECTION + "\nDesain: 3/2/2027 - 3/2/2027", READING)
    shown = source_words(show(SCHEDULE, value))
    assert shown == (
        "Perencanaan kegiatan: 2027-02-01 – 2027-02-28\n"
        "Desain: 2027-02-03 (satu hari)\n"
        "Pengumpulan data: 2027-03-01 – 2027-03-31"
    )
    assert read(SCHEDULE, shown, READING) == value
