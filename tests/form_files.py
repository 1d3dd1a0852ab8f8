"""Fills the form as people do who got it as a file: opens it in another program, writes, and saves it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from io import BytesIO
from typing import Any

from openpyxl import Workbook, load_workbook
from pikepdf import Name, Pdf, String
from sqlalchemy.orm import Session

from domain.form.definition import Value
from domain.form.form_cells import HIDDEN_SHEET
from domain.form.form_file import write_answers
from storage.tables import File
from tests.casework import FORM
from tests.samples import sample
from tests.talk import Talk
from tests.unit.answer_samples import READING
from tests.unit.check_cases import SURVEY

FIRST_RECORD = 5  #: row of a table, as openpyxl counts
ANSWER = 4  #: column, as openpyxl counts

NOT_WRITTEN = {"jenis_statistik", "wilayah_pengajuan"}  #: the eligibility questions decide these
LONG = "Data kepuasan pasien belum tersedia setiap tahun untuk menyusun rencana kerja. " * 3
WHOLE: Mapping[str, Value] = {
    **SURVEY,
    "telepon_instansi": "(0419) 21001",
    "email_instansi": "dinkes@jenepontokab.go.id",
    "faksimile_instansi": "-",
    "pj_teknis_faksimile": "-",
    "latar_belakang": LONG.strip(),
    "tujuan": LONG.strip(),
    "unit_pengumpulan": {"values": ["individu", "lainnya"], "other": "kelompok tani, dan nelayan"},
    "penyesuaian_nonrespon": "tidak",
    "kak": None,
    "dummy_tabel": None,
    "catatan": None,
}


def ordered(talk: Talk, words: str = "lewat berkas") -> bytes:
    """Asks for the file, and downloads it."""
    talk.say(words)
    return downloaded(talk)


def downloaded(talk: Talk) -> bytes:
    """The newest file that the service sent."""
    attachment = next(m.prompt.attachment for m in reversed(talk.told) if m.prompt.attachment)
    process = talk.world.process

    def place(session: Session) -> tuple[str, str]:
        file = session.get_one(File, attachment.file_id)
        return file.object, file.owner

    return process.store.read(*process.units.write_now(place))


def completed(talk: Talk) -> bytes:
    """The newest file that the service sent, with a whole survey in it."""
    questions = tuple(talk.world.process.app.form(FORM).questions.values())
    cells = write_answers(questions, {id: WHOLE[id] for id in WHOLE if id not in NOT_WRITTEN}, READING)
    return filled(downloaded(talk), cells.words, cells.tables)


def sent_content(talk: Talk, name: str) -> bytes:
    """What a transcript calls so: `formulir.xlsx` is the file of the form that the service sent, completed."""
    return completed(talk) if name == "formulir.xlsx" else sample(name)


def filled(
    content: bytes, words: Mapping[str, str], tables: Mapping[str, Sequence[Sequence[str]]] | None = None
) -> bytes:
    """The same file with more written in it. `words`: by the key of the cell."""

    def write(book: Any) -> None:
        sheet = book.worksheets[0]
        rows = {sheet.cell(row, 1).value: row for row in range(1, sheet.max_row + 1)}
        for key, written in words.items():
            sheet.cell(rows[key], ANSWER).value = written
        for id, records in (tables or {}).items():
            table = next(s for s in book.worksheets if s.cell(1, 1).value == f"pst:tabel:{id}")
            for number, record in enumerate(records):
                for column, written in enumerate(record, start=2):
                    table.cell(FIRST_RECORD + number, column).value = written

    return changed(content, write)


def changed(content: bytes, change: Callable[[Any], None]) -> bytes:
    """What openpyxl saves after a change of the workbook."""
    book = load_workbook(BytesIO(content))
    change(book)
    out = BytesIO()
    book.save(out)
    return out.getvalue()


def with_mark(content: bytes, change: Callable[[str], str]) -> bytes:
    def write(book: Any) -> None:
        cell = book[HIDDEN_SHEET].cell(1, 2)
        cell.value = change(cell.value)

    return changed(content, write)


def foreign() -> bytes:
    """A real workbook of somebody else."""
    book, out = Workbook(), BytesIO()
    book.active.append(["Daftar hadir", "Rapat"])
    book.save(out)
    return out.getvalue()


def filled_pdf(content: bytes, words: Mapping[str, str]) -> bytes:
    """The same PDF with more in its fields. `words`: by the name of the field; "1" ticks a box."""
    with Pdf.open(BytesIO(content)) as pdf:
        for field in pdf.Root.AcroForm.Fields:
            if str(field.T) in words:
                field.V = Name.Yes if Name.Btn == field.FT else String(words[str(field.T)])
        out = BytesIO()
        pdf.save(out)
    return out.getvalue()
