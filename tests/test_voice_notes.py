"""Voice notes, and files of both sides: with complaints, consultations and conversations, and nowhere else."""

from __future__ import annotations

import pytest

from storage.tables import File
from tests.casework import APPLICANT, OFFICER
from tests.complaints import written
from tests.filling import filling
from tests.made_files import mp3, pdf, voice_note
from tests.talk import Talk, World

NAME = "pesan-suara-1.ogg"
NOT_HERE = "Pesan suara belum dapat dibaca di sini"


def hears(talk: Talk, name: str = NAME) -> None:
    """The newest message carries the recording."""
    attachment = talk.told[-1].prompt.attachment
    assert attachment is not None and attachment.name == name


def stored_names(world: World) -> list[str]:
    return world.process.units.write_now(lambda session: [file.name for file in session.query(File)])


def test_an_officer_hears_the_voice_notes_of_a_complaint(world: World) -> None:
    talk = written(world, APPLICANT)
    talk.record(voice_note())
    assert f"✓ {NAME} dilampirkan." in talk.last
    talk.tap("Kirim")
    officer = Talk(world, OFFICER)
    officer.press("complaint:show:1")
    officer.tap(f"Buka {NAME}")
    hears(officer)


def test_a_complaint_that_begins_with_a_voice_note_is_asked_for_one_sentence(world: World) -> None:
    talk = Talk(world, APPLICANT)
    talk.press("complaint:write")
    talk.record(voice_note())
    assert "Tulis juga satu kalimat tentang isi rekaman itu." in talk.last and f"• {NAME}" in talk.last
    talk.say("Petugas loket tidak ada sampai siang.")
    talk.tap("Kirim")
    assert "kami terima dengan nomor" in talk.last and stored_names(world) == [NAME]


def test_without_a_name_no_voice_is_kept(world: World) -> None:
    talk = written(world, APPLICANT)
    talk.record(voice_note())
    talk.tap("Tanpa nama")
    talk.tap("Kirim")
    assert "tanpa nama" in talk.last and stored_names(world) == []


def test_both_sides_of_a_consultation_and_of_a_conversation_send_recordings(world: World) -> None:
    talk, officer = Talk(world, APPLICANT), Talk(world, OFFICER)
    talk.press("consultation:ask")
    talk.say("Bagaimana membaca tabel ini?")
    talk.record(voice_note())
    talk.tap("Kirim")
    officer.press("consultation:desk:open:1")
    officer.tap(f"Buka {NAME}")
    hears(officer)
    officer.press("consultation:desk:answer:1")
    officer.say("Saya jelaskan dalam rekaman.")
    officer.send(("jawaban.mp3", mp3()))
    officer.tap("Kirim")
    talk.say("/menu")
    assert [one.prompt.attachment.name for one in talk.told if one.prompt.attachment] == ["jawaban.mp3"]
    talk.say("bicara dengan petugas")
    talk.record(voice_note())
    officer.say("/percakapan")
    officer.press("live_desk:claim:1")
    assert f"[{NAME}]" in "".join(officer.lines(officer.told[-3:]))
    assert any(one.prompt.attachment and one.prompt.attachment.name == NAME for one in officer.told[-2:])


@pytest.mark.parametrize("place", ["menu", "question", "file question", "comment"])
def test_elsewhere_one_sentence_says_so_and_nothing_is_kept(world: World, place: str) -> None:
    if place in {"question", "file question"}:
        talk = filling(world, "unit_sampel" if place == "question" else "surat_permohonan", who=APPLICANT)
    else:
        talk = Talk(world, APPLICANT)
        talk.press("menu:show" if place == "menu" else "complaint:show")
    shown = talk.last.rpartition("\n\n")[2]
    wanted = "Butir ini memerlukan berkas" if place == "file question" else NOT_HERE
    for answers in (talk.record(voice_note()), talk.send(("rekaman.mp3", mp3()))):
        said = "\n".join(talk.lines(answers))
        assert len(answers) == 1 and wanted in said and shown in said
    assert stored_names(world) == []


def test_an_answer_and_a_reopening_of_a_complaint_carry_files(world: World) -> None:
    talk, officer = written(world, APPLICANT), Talk(world, OFFICER)
    talk.tap("Kirim")
    officer.press("complaint:answer:1")
    officer.send(("bukti.pdf", pdf()), text="Loket kami tambah.")
    officer.press("menu:show")
    officer.press("complaint:answer:1")
    assert "• bukti.pdf" in officer.last and "Loket kami tambah." in officer.last
    officer.tap("Kirim")
    talk.say("/menu")
    assert [one.prompt.attachment.name for one in talk.told if one.prompt.attachment] == ["bukti.pdf"]
    talk.press("complaint:status:1")
    assert "Berkas dari petugas" in talk.last
    talk.tap("Buka bukti.pdf")
    hears(talk, "bukti.pdf")
    talk.press("complaint:unsettled:1")
    talk.record(voice_note())
    talk.say("Loketnya tutup lagi.")
    talk.tap("Kirim")
    assert "kami buka lagi" in talk.last
    officer.press("complaint:show:1")
    officer.tap(f"Buka {NAME}")
    hears(officer)


def test_without_a_name_neither_side_sends_files(world: World) -> None:
    talk, officer = written(world, APPLICANT), Talk(world, OFFICER)
    talk.tap("Tanpa nama")
    talk.tap("Kirim")
    opened = talk.last.split("tulis di sini: ")[1].split("\n")[0]
    officer.press("complaint:answer:1")
    assert not officer.told[-1].prompt.takes_file
    officer.send(("bukti.pdf", pdf()), text="Loket kami tambah.")
    assert "tidak dapat menerima berkas" in officer.last
    officer.tap("Kirim")
    talk.say(opened)
    talk.tap("Belum selesai")
    assert not talk.told[-1].prompt.takes_file
    talk.send(("foto.pdf", pdf()), text="Masih tutup.")
    assert "Tanpa nama, berkas tidak ikut dikirim" in talk.last
    talk.tap("Kirim")
    assert "kami buka lagi" in talk.last and stored_names(world) == []
