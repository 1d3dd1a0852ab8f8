"""The form as an Excel file: one row a question, a sheet for each table, lists where choices are given.

The file is in Indonesian, as the paper form is. Answers are always written as text, so that no program takes what a
person wrote for a formula. Sheets with questions are protected without a password, so that rows stay whole.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from io import BytesIO
from typing import TYPE_CHECKING

from domain.form import answers
from domain.form.definition import Question, When
from domain.form.form_cells import HIDDEN_SHEET, MARK_SHEET, QUESTIONS_SHEET, TABLE_SHEET
from domain.form.form_file import FormFile, is_written_in_file, stage_key
from domain.form.reading import source_words
from domain.text import cut, one_line
from letters.workbook import new_workbook

if TYPE_CHECKING:
    from xlsxwriter import Workbook
    from xlsxwriter.format import Format
    from xlsxwriter.worksheet import Worksheet

KEY, CODE, QUESTION, ANSWER, HELP = range(5)
_WIDTHS = (0, 8, 42, 60, 70)
#: rows of a table that are laid out beyond those with answers
_EMPTY_ROWS = 30
#: points of a line, characters of a line and points of a line of explanations, and of the tallest row
_LINE, _HELP_WIDTH, _HELP_LINE, _TALLEST = 14.5, 84, 12.0, 400
#: characters of a name of a sheet, and of a comment
_SHEET_NAME, _COMMENT = 31, 500
_TITLE = "Isian"
_HOW = (
    "Isi kolom Jawaban yang berwarna kuning, boleh sebagian. Simpan berkas ini, lalu kirim kembali dalam percakapan.",
    "Baris abu-abu tidak berlaku menurut jawaban lain. Daftar variabel dan wilayah ada di lembar tersendiri.",
)
_SEVERAL = "Boleh lebih dari satu: tulis nomornya, misalnya 1, 3."
_IN_CHAT = "(berkas ini dikirim dalam percakapan)"
_ON_SHEET = "(isi pada lembar “{sheet}”)"
LEFT_OUT_UPLOAD = "Berkas ini dikirim dalam percakapan. Bila tidak ada, tulis tanda - di sini."
_LOCKED = "Sudah ditentukan oleh pertanyaan kelayakan."
_OTHER = "Untuk pilihan “{label}”, tulis: {number}: isinya."
_BORDER = {"border": 1, "border_color": "#999999", "valign": "top", "text_wrap": True}
_FORMATS: Mapping[str, Mapping[str, object]] = {
    "title": {"bold": True, "font_size": 14},
    "head": {"bold": True, "font_color": "#FFFFFF", "bg_color": "#1F4E79", "valign": "top", "text_wrap": True},
    "section": {"bold": True, "bg_color": "#DDE8F3", "valign": "top", "text_wrap": True},
    "about": {"bg_color": "#DDE8F3", "valign": "top", "text_wrap": True, "font_size": 9},
    "plain": _BORDER,
    "help": {**_BORDER, "font_color": "#555555", "font_size": 9},
    "answer": {**_BORDER, "bg_color": "#FFFBE6", "num_format": "@", "locked": False},
    "locked": {**_BORDER, "bg_color": "#EEEEEE", "num_format": "@"},
    "off": {"bg_color": "#D9D9D9", "font_color": "#808080"},
}


def render(file: FormFile) -> bytes:
    out = BytesIO()
    with new_workbook(out) as book:
        _FormWorkbook(book, file).draw()
    return out.getvalue()


class _FormWorkbook:
    def __init__(self, book: Workbook, file: FormFile) -> None:
        self._book = book
        self._file = file
        self._formats: dict[str, Format] = {name: book.add_format(dict(look)) for name, look in _FORMATS.items()}
        self._sheet: Worksheet = book.add_worksheet(_TITLE)
        self._tables = {question.id: _sheet_name(question) for question in file.questions if question.columns}
        self._lists = 1  #: rows of the hidden sheet that are used
        self._answer_rows: dict[str, int] = {}  #: id of a question → its row

    def draw(self) -> None:
        title = source_words(self._file.form.title)
        self._book.set_properties({"title": title, "subject": f"{self._file.form.id} v{self._file.form.version}"})
        for question in self._file.questions:
            if question.columns:
                self._draw_table(question)
        self._hidden = self._book.add_worksheet(HIDDEN_SHEET)
        self._hidden.very_hidden()
        self._hidden.write_row(0, 0, (MARK_SHEET, self._file.mark))
        self._draw_head(title)
        row = len(_HOW) + 2
        section = ""
        for question in self._file.questions:
            if question.section != section:
                section = question.section
                self._draw_section(row, question)
                row += 1
            row += self._draw_question(row, question)

    def _draw_head(self, title: str) -> None:
        sheet = self._sheet
        for column, width in enumerate(_WIDTHS):
            sheet.set_column(column, column, width, None, {"hidden": column == KEY})
        sheet.write_string(0, KEY, QUESTIONS_SHEET)
        sheet.write_string(0, CODE, title, self._formats["title"])
        for row, line in enumerate(_HOW, start=1):
            sheet.write_string(row, CODE, line)
        head = len(_HOW) + 1
        for column, word in ((CODE, "Nomor"), (QUESTION, "Pertanyaan"), (ANSWER, "Jawaban"), (HELP, "Penjelasan")):
            sheet.write_string(head, column, word, self._formats["head"])
        sheet.freeze_panes(head + 1, ANSWER)
        sheet.protect("", {"format_rows": True, "format_columns": True, "objects": True})
        sheet.set_landscape()
        sheet.fit_to_pages(1, 0)
        sheet.repeat_rows(head)

    def _draw_section(self, row: int, question: Question) -> None:
        section = self._file.form.section_of[question.id]
        words = (f"Blok {section.code}", source_words(section.title), "", source_words(section.help))
        self._sheet.set_row(row, _height(*words))
        for column, text in enumerate(words, start=CODE):
            self._sheet.write_string(row, column, text, self._formats["about" if column == HELP else "section"])

    def _draw_question(self, row: int, question: Question) -> int:
        """Returns how many rows it takes."""
        self._answer_rows[question.id] = row
        label = question.heading or question.label
        if question.stages:
            for number, stage in enumerate(question.stages):
                name, key = f"{source_words(label)}: {source_words(stage.label)}", stage_key(question, stage.id)
                self._draw_row(row + number, question, key, name, "" if number else self._help(question))
            return len(question.stages)
        self._draw_row(row, question, question.id, source_words(label), self._help(question))
        return 1

    def _draw_row(self, row: int, question: Question, key: str, label: str, explained: str) -> None:
        sheet, formats = self._sheet, self._formats
        fixed, answer = self._fixed_words(question), self._file.cells.words.get(key, "")
        asked = "\n".join(filter(None, (label, source_words(question.asks) if question.asks else "")))
        sheet.set_row(row, _height(question.code, asked, fixed or answer, explained))
        sheet.write_string(row, CODE, question.code, formats["plain"])
        sheet.write_string(row, QUESTION, asked, formats["plain"])
        sheet.write_string(row, HELP, explained, formats["help"])
        if fixed:
            sheet.write_string(row, ANSWER, fixed, formats["locked"])
        else:
            sheet.write_string(row, KEY, key)
            sheet.write_string(row, ANSWER, answer, formats["answer"])
            sheet.write_comment(row, ANSWER, _rule(question)[:_COMMENT], {"x_scale": 2.5, "y_scale": 1.5})
            self._give_list(row, question)
        self._grey_out(row, question)

    def _fixed_words(self, question: Question) -> str:
        """What stands in place of an answer that is not written here."""
        if question.columns:
            return _ON_SHEET.format(sheet=self._tables[question.id])
        if not is_written_in_file(question, self._file.answers.get(question.id)):
            return _IN_CHAT
        return self._file.cells.words.get(question.id, "") if question.id in self._file.locked else ""

    def _help(self, question: Question) -> str:
        remark = self._file.remarks.get(question.id, "")
        lines = (
            f"Catatan pemeriksa: {remark}" if remark else "",
            _LOCKED if question.id in self._file.locked else "",
            source_words(question.help),
            f"Contoh: {source_words(question.example)}" if question.example else "",
            *(_numbered_options(question) if question.kind == "choices" else ()),
            source_words(question.purpose) if question.personal_data else "",
        )
        return "\n".join(filter(None, lines))

    def _give_list(self, row: int, question: Question) -> None:
        """Anything else may be written where an option asks for words."""
        if question.kind != "choice":
            return
        labels = [source_words(option.label) for option in question.options]
        first, self._lists = self._lists, self._lists + len(labels)
        for offset, label in enumerate(labels):
            self._hidden.write_string(first + offset, 1, label)
        takes_words = any(option.asks_text for option in question.options)
        self._sheet.data_validation(
            *(row, ANSWER, row, ANSWER),
            {
                "validate": "list",
                "source": f"={HIDDEN_SHEET}!$B${first + 1}:$B${first + len(labels)}",
                "error_type": "information" if takes_words else "stop",
                "error_title": "Pilihan tidak ada",
                "error_message": "Pilih salah satu dari daftar.",
            },
        )

    def _grey_out(self, row: int, question: Question) -> None:
        """Greys a row out as long as the answers to earlier questions say that it does not apply."""
        conditions = (question.when, self._file.form.section_of[question.id].when)
        wrong = [formula for when in conditions for formula in self._unmet(when)]
        if wrong:
            look = {"type": "formula", "criteria": f"=OR({','.join(wrong)})", "format": self._formats["off"]}
            self._sheet.conditional_format(row, CODE, row, HELP, look)

    def _unmet(self, when: When) -> Iterator[str]:
        """A formula for each condition: the deciding answer is given, and is none of those that are wanted."""
        for name, wanted in when.items():
            decides = self._file.form.questions[name]
            row = self._answer_rows.get(name)
            if row is None:
                continue
            cell = f"$D${row + 1}"
            labels = [
                source_words(option.label).replace('"', '""') for option in decides.options if option.value in wanted
            ]
            holds = [
                f'ISNUMBER(SEARCH("{label}",{cell}))' if decides.kind == "choices" else f'{cell}="{label}"'
                for label in labels
            ]
            yield f'AND({cell}<>"",NOT(OR({",".join(holds)})))'

    def _draw_table(self, question: Question) -> None:
        """Keys in a hidden row, then the names of the columns, then one row a record."""
        sheet, rows = self._book.add_worksheet(self._tables[question.id]), self._file.cells.tables.get(question.id, ())
        sheet.write_string(0, 0, f"{TABLE_SHEET}{question.id}")
        sheet.set_row(0, None, None, {"hidden": True})
        sheet.write_string(1, 0, f"{question.code} {source_words(question.label)}", self._formats["title"])
        sheet.write_string(2, 0, source_words(question.help))
        for number, column in enumerate(question.columns):
            sheet.write_string(0, number + 1, column.id)
            sheet.set_column(number + 1, number + 1, 40)
            sheet.write_string(3, number + 1, source_words(column.label), self._formats["head"])
            sheet.write_comment(3, number + 1, _rule(column)[:_COMMENT], {"x_scale": 2.5, "y_scale": 1.5})
        sheet.write_string(3, 0, "No.", self._formats["head"])
        sheet.freeze_panes(4, 1)
        sheet.set_landscape()
        sheet.fit_to_pages(1, 0)
        for row in range(min(len(rows) + _EMPTY_ROWS, question.limits.max_rows or len(rows) + _EMPTY_ROWS)):
            sheet.write_number(row + 4, 0, row + 1, self._formats["plain"])
            cells = rows[row] if row < len(rows) else ("",) * len(question.columns)
            for number, cell in enumerate(cells, start=1):
                sheet.write_string(row + 4, number, cell, self._formats["answer"])


def _height(*cells: str) -> float:
    """Of a row with these words in its columns. Not every program fits rows to their words by itself."""
    widths = ((_WIDTHS[CODE], _LINE), (_WIDTHS[QUESTION], _LINE), (_WIDTHS[ANSWER], _LINE), (_HELP_WIDTH, _HELP_LINE))
    needed = [
        line * sum(1 + len(words) // width for words in cell.split("\n"))
        for cell, (width, line) in zip(cells, widths, strict=True)
    ]
    return min(max(needed) + 3, _TALLEST)


def _sheet_name(question: Question) -> str:
    name = f"{question.code} {source_words(question.heading or question.label)}"
    return cut(one_line("".join(" " if sign in "[]:*?/\\'" else sign for sign in name)), _SHEET_NAME - 1)


def _rule(question: Question) -> str:
    """The expected format and an example, for the comment of a cell."""
    required = "Wajib diisi." if question.required else "Boleh kosong."
    example = f"Contoh: {source_words(question.example)}" if question.example else ""
    hint = source_words(answers.ask_hint(question)) if question.kind in answers.KINDS else ""
    if question.stages:
        hint = "Tulis hari pertama dan hari terakhirnya, misalnya 1/2/2027 – 28/2/2027."
    if question.kind == "choices":
        hint = "\n".join(_numbered_options(question))
    if question.kind == "choice":
        hint = "Pilih dari daftar."
    if answers.is_upload(question):
        hint = LEFT_OUT_UPLOAD
    return "\n".join(filter(None, (required, hint, example)))


def _numbered_options(question: Question) -> Iterator[str]:
    yield _SEVERAL
    for number, option in enumerate(question.options, start=1):
        yield f"{number} = {source_words(option.label)}"
    for number, option in enumerate(question.options, start=1):
        if option.asks_text:
            yield _OTHER.format(label=source_words(option.short or option.label), number=number)
