"""The officer names to whom a letter goes, and who gets a copy."""

from __future__ import annotations

from storage.tables import File, Letter
from tests import pdf_text
from tests.casework import OFFICER, letter_drafted
from tests.talk import Talk, World
from tests.unit.case_rows import all_of


def drawn(world: World) -> str:
    """The words of the newest letter."""
    letter = all_of(world, Letter)[-1]
    assert isinstance(letter, Letter) and letter.state == "ready"
    file = world.process.units.write_now(lambda session: session.get_one(File, letter.file_id))
    return " ".join(pdf_text.text(world.process.store.read(file.object, file.owner)).split())


def test_the_officer_names_the_recipient_and_the_copies(world: World) -> None:
    application_id = letter_drafted(world)
    officer = Talk(world, OFFICER)
    assert "Penerima: Kepala Dinas Kesehatan" in pressed(officer, f"letter:edit:{application_id}")
    officer.press(f"letter:to:{application_id}")
    officer.say("Bupati Jeneponto\nBontosunggu")
    officer.tap("Simpan")
    assert "Yth. Bupati Jeneponto di – Bontosunggu" in drawn(world)
    assert "Penerima: Bupati Jeneponto" in pressed(officer, f"letter:edit:{application_id}")
    officer.press(f"letter:copies:{application_id}")
    officer.say("Kepala Bappeda\nKepala Diskominfo")
    officer.tap("Simpan")
    assert "Tembusan: 1. Kepala Bappeda 2. Kepala Diskominfo" in drawn(world)
    officer.press(f"letter:copies:{application_id}")
    officer.tap("Tidak ada")
    assert "Tembusan" not in drawn(world) and "Bupati" in drawn(world)
    history = pressed(officer, f"history:page:{application_id}")
    assert "Penerima: Bupati Jeneponto" in history and "Tembusan: 1. Kepala Bappeda" in history


def pressed(talk: Talk, code: str) -> str:
    """Everything that is said then."""
    return "\n".join(talk.lines(talk.press(code)))
