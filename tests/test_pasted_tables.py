"""Tables are pasted from Excel, Word or a message: what was understood is shown, and added when it is right."""

from __future__ import annotations

from collections.abc import Iterator
from typing import cast

import pytest

from tests.filling import at
from tests.talk import Talk, World, draft_answers

VISITS = ("Jumlah kunjungan", "Kunjungan", "Banyaknya kunjungan selama setahun.", "Tahun 2026")
STAFF = ("Jumlah tenaga", "", "Banyaknya tenaga; semua golongan.", "Akhir 2026")
COLUMNS = ("nama", "konsep", "definisi", "referensi_waktu")
HEADINGS = ("No", "Nama Variabel", "Konsep", "Definisi", "Referensi Waktu")
PASTED = {
    "excel": "\t".join(VISITS) + "\n" + "\t".join(STAFF) + "\n",
    "excel with headings and numbers": "\n".join(
        "\t".join(cells) for cells in (HEADINGS, ("1", *VISITS), ("2", *STAFF), ("", "", "", "", ""))
    ),
    "bullets": "\n".join(f"• {' | '.join(cells)}" for cells in (VISITS, STAFF)),
    "numbers": "\n".join(f"{n}. {' | '.join(cells)}" for n, cells in enumerate((VISITS, STAFF), start=1)),
    "a table of Markdown": "\n".join(f"| {' | '.join(cells)} |" for cells in (VISITS, STAFF)),
    "semicolons": "; ".join(VISITS),
    "a cell with a stroke": "\t".join((*VISITS[:2], "Banyaknya kunjungan | pasien.", VISITS[3])),
}


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    world = World(tmp_path_factory.mktemp("pasted") / "data")
    yield world
    world.stop()


def stored(world: World) -> list[tuple[str, ...]]:
    rows = cast("list[dict[str, str]]", draft_answers(world).get("variabel") or [])
    return [tuple(row[column] for column in COLUMNS) for row in rows]


def finish(talk: Talk) -> None:
    talk.tap("Ya, sudah semua" if "Ya, sudah semua" in talk.labels() else "Selesai")


@pytest.mark.parametrize("way", PASTED)
def test_a_pasted_table_becomes_rows(world: World, way: str) -> None:
    talk = at(world, "variabel", who=way)
    talk.say(PASTED[way])
    assert "1. Jumlah kunjungan · Kunjungan" in talk.last
    finish(talk)
    count = len(stored(world))
    assert stored(world)[0][0] == VISITS[0] and count == (1 if way in {"semicolons", "a cell with a stroke"} else 2)
    if count == 2:
        assert stored(world) == [VISITS, STAFF]


def test_what_was_understood_is_asked_about_before_it_is_added(world: World) -> None:
    talk = at(world, "variabel", who="asked")
    talk.say("\t".join(VISITS))
    assert "Kami baca 1 baris. Sudah benar?" in talk.last
    talk.say("bukan itu")
    assert "Tulisan itu belum kami pakai." in talk.last
    world.restart()
    talk.say("\t".join(STAFF))
    assert "Kami baca 2 baris" in talk.last and "2. Jumlah tenaga" in talk.last
    talk.tap("Batal")
    assert "Tabel itu tidak kami pakai." in talk.last and "Jumlah kunjungan" not in talk.last.partition("Contoh")[0]
    talk.say("\t".join(VISITS))
    talk.say("ya")
    assert "✓ 1 baris ditambahkan." in talk.last
    talk.say("\t".join(STAFF))
    talk.tap("Masih ada lagi")
    talk.say("selesai")
    assert stored(world) == [VISITS, STAFF]


def test_a_line_that_does_not_read_is_quoted_and_the_rows_before_it_are_shown(world: World) -> None:
    talk = at(world, "variabel", who="bad")
    talk.say("\t".join(VISITS) + "\nJumlah dokter\tDokter\t\tTahun 2026")
    assert "Baris ini belum masuk: “Jumlah dokter | Dokter |  | Tahun 2026”" in talk.last and "Definisi" in talk.last
    finish(talk)
    assert stored(world) == [VISITS]


def test_a_first_cell_alone_asks_for_the_next_and_a_whole_row_is_understood_there(world: World) -> None:
    talk = at(world, "variabel", who="cell")
    talk.say("Jumlah kunjungan; termasuk rujukan")
    assert "Baris 1: Konsep" in talk.last
    talk.say(" | ".join(STAFF))
    assert "Kami baca 1 baris" in talk.last
    finish(talk)
    assert stored(world) == [STAFF]


def test_an_old_button_of_a_pasted_table_adds_nothing_else(world: World) -> None:
    talk = at(world, "variabel", who="old")
    talk.say("\t".join(VISITS))
    button = talk.button("Masih ada lagi").value
    talk.tap("Batal")
    talk.press(button)
    assert "tidak berlaku lagi" in talk.last
    talk.say("\t".join(STAFF))
    talk.press(button)
    assert "Kami baca 1 baris" in talk.last and "1. Jumlah tenaga" in talk.last


def test_areas_are_pasted_one_a_line(world: World) -> None:
    talk = at(world, "wilayah_kegiatan", who="areas")
    talk.say("- Gowa\n- 7305\n- Kota Makassar")
    talk.say("selesai")
    rows = cast("list[dict[str, str]]", draft_answers(world)["wilayah_kegiatan"])
    assert [row["nama_kabupaten_kota"] for row in rows] == ["Gowa", "Takalar", "Kota Makassar"]


def test_areas_are_listed_on_one_line(world: World) -> None:
    talk = at(world, "wilayah_kegiatan", who="listed")
    talk.say("gowa, atlantis")
    assert "“atlantis” tidak kami kenali" in talk.last
    talk.say("gowa, Pangkajene dan Kepulauan, takalar dan kota makassar")
    assert "✓ 4 baris ditambahkan." in talk.last
    talk.say("selesai")
    rows = cast("list[dict[str, str]]", draft_answers(world)["wilayah_kegiatan"])
    names = [row["nama_kabupaten_kota"] for row in rows]
    assert names == ["Gowa", "Pangkajene dan Kepulauan", "Takalar", "Kota Makassar"]


def test_going_back_from_words_in_doubt_opens_the_cell_before(world: World) -> None:
    talk = at(world, "variabel", who="doubt")
    talk.tap("Isi satu per satu")
    talk.say("Jumlah kunjungan pasien")
    talk.say("Pelayanan kesehatan")
    assert "Baris 1: Definisi" in talk.last
    talk.say("bantuan")
    talk.tap("Kembali")
    assert "Baris 1: Konsep" in talk.last and "Ini jawaban saya" not in talk.labels()
    talk.say("Pelayanan dasar")
    assert "Baris 1: Definisi" in talk.last


def test_going_back_before_the_cell_was_seen_takes_no_cell_back(world: World) -> None:
    talk = at(world, "variabel", who="early")
    talk.tap("Isi satu per satu")
    talk.say("Jumlah kunjungan pasien")
    talk.say("Pelayanan kesehatan")
    assert "Baris 1: Definisi" in talk.last
    talk.say("kembali", unseen=True)
    assert "Baris 1: Definisi" in talk.last and "Silakan tulis sekali lagi" in talk.last
    talk.say("kembali")
    assert "Baris 1: Konsep" in talk.last
