"""The form as a PDF whose fields can be filled in: fpdf2 draws it, pikepdf adds the fields.

The file is in Indonesian, as the paper form is. A field is named after what it holds, see `domain.form.form_cells`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial

from domain.form import answers
from domain.form.definition import Question, chosen
from domain.form.form_cells import MARK_FIELD, OTHER_FIELD, TABLE_FIELD, TICK_FIELD, WORDS_FIELD, Row
from domain.form.form_file import FormFile, is_written_in_file, stage_key
from domain.form.reading import source_words
from letters.form_workbook import LEFT_OUT_UPLOAD
from letters.pdf import WIDTH, PdfDocument
from letters.pdf_fields import COMBO, EDITABLE, MULTILINE, PdfField, add_fields

_HOW = (
    "Isi kotak yang tersedia di komputer atau ponsel, boleh sebagian. Simpan berkas ini, lalu kirim kembali dalam "
    "percakapan. Jangan dicetak menjadi PDF baru, karena isinya tidak terbaca lagi."
)
_IN_CHAT = "(berkas ini dikirim dalam percakapan)"
_SMALL, _LABEL_SIZE = 8.5, 10.5
_BOX, _TALL_BOX, _TICK = 7.0, 32.0, 4.2
#: kind of question → millimetres that stay on one page with its heading
_TOGETHER = {"longtext": 58, "rows": 50}
#: what is asked for otherwise than in the chat
_HINTS = {
    "choices": "Centang semua yang sesuai.",
    "file": LEFT_OUT_UPLOAD,
    "rows": "Satu baris untuk setiap isian; bila barisnya kurang, tambahkan lewat percakapan atau berkas Excel.",
    "schedule": "Tulis hari pertama dan hari terakhirnya, misalnya 1/2/2027 – 28/2/2027.",
}
#: rows of a table that are laid out beyond those with answers
_EMPTY_ROWS = 8
_CELL = 12.0


@dataclass(slots=True)
class _FormPdf:
    file: FormFile
    document: PdfDocument
    fields: list[PdfField] = field(default_factory=list)

    def draw(self) -> None:
        self.document.paragraph(source_words(self.file.form.title), bold=True, size=14, align="C")
        self.document.gap(2)
        self.document.paragraph(_HOW, size=9, grey=True)
        section = ""
        for question in self.file.questions:
            if question.section != section:
                section = question.section
                self._draw_section(question)
            self._draw_question(question)
        self.document.number_pages()

    def _draw_section(self, question: Question) -> None:
        section = self.file.form.section_of[question.id]
        self.document.keep_together(45)
        self.document.gap(5)
        self.document.rule(0.5, 60)
        self.document.gap(1.5)
        self.document.paragraph(f"Blok {section.code} · {source_words(section.title)}", bold=True, size=12)
        self.document.paragraph(source_words(section.help), grey=True, size=_SMALL)

    def _draw_question(self, question: Question) -> None:
        self.document.keep_together(_TOGETHER.get(question.kind, 30))
        self.document.gap(3)
        label = source_words(question.heading or question.label)
        self.document.paragraph(f"{question.code} {label}", bold=True, size=_LABEL_SIZE)
        remark = self.file.remarks.get(question.id)
        if remark:
            self.document.paragraph(f"Catatan pemeriksa: {remark}", size=_SMALL)
        self.document.paragraph(_explained(question), grey=True, size=_SMALL)
        self.document.gap(0.8)
        if not is_written_in_file(question, self.file.answers.get(question.id)):
            self.document.paragraph(_IN_CHAT, size=_SMALL)
        elif question.id in self.file.locked:
            self.document.paragraph(self.file.cells.words.get(question.id, ""), size=_LABEL_SIZE)
        else:
            _DRAWN.get(question.kind, _FormPdf._draw_text)(self, question)

    def _draw_text(self, question: Question) -> None:
        self._add(question, _BOX)

    def _draw_long_text(self, question: Question) -> None:
        self._add(question, _TALL_BOX, flags=MULTILINE)

    def _draw_choice(self, question: Question) -> None:
        """A list; anything may be typed where an option asks for words."""
        takes_words = any(option.asks_text for option in question.options)
        labels = tuple(source_words(option.label) for option in question.options)
        self._add(question, _BOX, flags=COMBO | (EDITABLE if takes_words else 0), options=("", *labels))

    def _draw_choices(self, question: Question) -> None:
        value = self.file.answers.get(question.id)
        for number, option in enumerate(question.options, start=1):
            label = source_words(option.label)
            self.document.keep_together(_TICK + 1)
            place = self.document.frame(_TICK, width=_TICK, below=False)
            ticked = "1" if option.value in chosen(value) else ""
            name = f"{TICK_FIELD}/{question.id}/{number}"
            self.fields.append(PdfField(name, place, f"{question.code} {label}", ticked, is_tick=True))
            self.document.paragraph(label, size=10, left=_TICK + 2, width=WIDTH - _TICK - 2)
            self.document.gap(0.6)
            if option.asks_text:
                other = value.get("other") if isinstance(value, dict) else ""
                place = self.document.frame(_BOX)
                name = f"{OTHER_FIELD}/{question.id}"
                self.fields.append(PdfField(name, place, f"{question.code} {label}", str(other or "")))

    def _draw_schedule(self, question: Question) -> None:
        for stage in question.stages:
            label, key = source_words(stage.label), stage_key(question, stage.id)
            self.document.keep_together(_BOX + 1)
            place = self.document.frame(_BOX, left=60, width=WIDTH - 60, below=False)
            words = self.file.cells.words.get(key, "")
            self.fields.append(PdfField(f"{WORDS_FIELD}/{key}", place, f"{question.code} {label}", words))
            self.document.gap(1)
            self.document.paragraph(label, size=10, width=58)
            self.document.gap(1.2)

    def _draw_table(self, question: Question) -> None:
        rows = self.file.cells.tables.get(question.id, ())
        count = min(len(rows) + _EMPTY_ROWS, question.limits.max_rows or len(rows) + _EMPTY_ROWS)
        width = WIDTH / len(question.columns)
        for number in range(count):
            self.document.keep_together(_CELL + 6)
            if not number:
                self._draw_columns(question.columns, 0, width)
            self._draw_row(question, number, rows[number] if number < len(rows) else (), width)

    def _draw_columns(self, columns: Sequence[Question], left: float, width: float) -> None:
        """Their names, each above its cells."""
        name = source_words(columns[0].label)
        draw = partial(self.document.paragraph, name, size=_SMALL, left=left, width=width - 1)
        if len(columns) == 1:
            draw()
        else:
            self.document.draw_beside(draw, partial(self._draw_columns, columns[1:], left + width, width))

    def _draw_row(self, question: Question, number: int, row: Row, width: float) -> None:
        for position, column in enumerate(question.columns):
            is_last = position == len(question.columns) - 1
            place = self.document.frame(_CELL, left=position * width, width=width, below=is_last)
            name = f"{TABLE_FIELD}/{question.id}/{number + 1}/{position + 1}"
            words = row[position] if position < len(row) else ""
            tip = f"{question.code} baris {number + 1}: {source_words(column.label)}"
            self.fields.append(PdfField(name, place, tip, words, MULTILINE))

    def _add(self, question: Question, height: float, flags: int = 0, options: tuple[str, ...] = ()) -> None:
        self.document.keep_together(height)
        words, name = self.file.cells.words.get(question.id, ""), f"{WORDS_FIELD}/{question.id}"
        tip = f"{question.code} {source_words(question.asks or question.label)}"
        self.fields.append(PdfField(name, self.document.frame(height), tip, words, flags, options))


_DRAWN: Mapping[str, Callable[[_FormPdf, Question], None]] = {
    "longtext": _FormPdf._draw_long_text,
    "choice": _FormPdf._draw_choice,
    "choices": _FormPdf._draw_choices,
    "schedule": _FormPdf._draw_schedule,
    "rows": _FormPdf._draw_table,
}


def render(file: FormFile) -> bytes:
    document = PdfDocument(source_words(file.form.title), "", file.day)
    drawing = _FormPdf(file, document)
    drawing.draw()
    return add_fields(document.output(), drawing.fields, (MARK_FIELD, file.mark))


def _explained(question: Question) -> str:
    hint = _HINTS.get(question.kind, source_words(answers.ask_hint(question)))
    example = f"Contoh: {source_words(question.example)}" if question.example else ""
    required = "Wajib diisi." if question.required else "Boleh dikosongkan."
    return " ".join(filter(None, (source_words(question.help), hint, example, required)))
