"""A table: one record a message with `|` between its cells, or cell by cell; areas also from a list of buttons."""

from __future__ import annotations

from typing import cast

from bot.actions.form import (
    AddArea,
    AddPasted,
    DeleteRow,
    DropPasted,
    EditRow,
    FillCells,
    FinishAnswer,
    FinishPasted,
    KeepCell,
    OwnArea,
    PickRow,
    RestoreRow,
    ShowAreas,
    ShowRows,
    SkipCell,
)
from bot.actions.form_codes import FormAct
from bot.chat import Choice, Turn
from bot.conversations.form.kinds.kind import Answered, AskAgain, Decision, Kind, echo_stored, help_on_question
from bot.conversations.form.kinds.rows_areas import add_listed, area_choices, area_row, begin_elsewhere
from bot.conversations.form.kinds.rows_cells import (
    ask_cell,
    back_from_cell,
    keep_cell,
    open_cell,
    open_column,
    take_cell,
)
from bot.conversations.form.kinds.rows_partial import NumberedRow, PartialRows, Row, add_rows, keep
from bot.conversations.form.kinds.rows_pasted import (
    ask_pasted,
    is_interpreted,
    pasted_part,
    take_about_pasted,
    take_pasted,
    take_whole_rows,
    with_pasted,
)
from bot.conversations.form.prompts import OpenPart, heading, help_on, navigation
from bot.conversations.form.session import FormSession, fingerprint
from domain.form.areas import read_area
from domain.form.definition import Question, Value
from domain.form.pasted_rows import split_pasted
from domain.form.reading import read_position
from domain.form.rows import ROWS
from domain.text import Json, Text, as_hint, cut, joined, lines, paragraphs

#: rows of a long table that its question shows
_ROWS_SHOWN = 8
#: characters of a cell that are shown
_CELL_SHOWN = 120
#: the part of the question that is the number of the row to change
_PICK = "pick"


# Asking ---------------------------------------------------------------------------------------------------------------


def _ask(session: FormSession, question: Question, notice: Text | None) -> Turn:
    now = PartialRows.of(session, question)
    if now.pasted:
        return ask_pasted(session, question, now, _table(now.pasted), notice)
    if now.typing:
        return ask_cell(session, question, now, now.typing, notice)
    return _ask_list(session, question, now, notice)


def _ask_list(
    session: FormSession, question: Question, now: PartialRows, notice: Text | None = None, page: int = 0
) -> Turn:
    text = paragraphs(
        notice,
        heading(session, question),
        as_hint(_how(question, now)),
        as_hint(_example(question, now)),
        _table(now.rows),
    )
    if question.areas:
        choices = area_choices(session, question, now.rows, page)
    else:
        choices = (Choice(session.tap(question, FillCells()), Text("Isi satu per satu")),)
    changes = _changes(session, question, now)
    return session.say(question.id, text, *choices, *changes, *navigation(session, question))


def _how(question: Question, now: PartialRows) -> Text:
    if now.rows:
        return Text("Kirim baris berikutnya, atau tekan Selesai bila sudah semua.")
    if question.areas:
        return Text("Pilih wilayahnya satu per satu, atau tulis nama atau kodenya, misalnya Gowa, Takalar, 7305.")
    return Text(
        "Tempel tabel dari Excel, atau tulis satu baris dipisahkan tanda |, dengan urutan: %(columns)s. Anda juga "
        "boleh mengisinya satu per satu.",
        columns=joined(" | ", *(column.label for column in question.columns)),
    )


def _example(question: Question, now: PartialRows) -> Text | None:
    if question.areas or now.rows:
        return None
    example = joined(" | ", *(column.example for column in question.columns))
    return Text("Contoh: %(example)s", example=example) if example else None


def _changes(session: FormSession, question: Question, now: PartialRows) -> list[Choice]:
    choices = []
    if now.rows:
        choices.append(Choice(session.tap(question, FinishAnswer()), Text("Selesai"), nav=True, finishes=True))
        pick = session.tap(question, PickRow())
        choices.append(Choice(pick, Text("Ubah atau hapus baris"), Text("Ubah atau hapus"), nav=True))
    if now.deleted:
        restore = session.tap(question, RestoreRow(fingerprint(now.deleted.row)))
        choices.append(Choice(restore, Text("Batalkan penghapusan"), Text("Batalkan hapus"), nav=True))
    return choices


def _table(rows: tuple[Row, ...], most: int = _ROWS_SHOWN, first: int = 1) -> Text | None:
    """The last rows, numbered."""
    if not rows:
        return None
    hidden = max(0, len(rows) - most)
    shown = [
        Text(
            "%(number)s. %(cells)s",
            number=number,
            cells=_cells(row),
        )
        for number, row in enumerate(rows[hidden:], start=first + hidden)
    ]
    return lines(Text("(%(count)s baris sebelumnya tidak ditampilkan)", count=hidden) if hidden else None, *shown)


def _cells(row: Row) -> str:
    return " · ".join(cut(str(cell), _CELL_SHOWN) for cell in row.values() if cell)


# Typed words ----------------------------------------------------------------------------------------------------------


def _take(session: FormSession, question: Question, text: str) -> Decision:
    now = PartialRows.of(session, question)
    if now.pasted:
        return take_about_pasted(session, question, now, text)
    if now.typing:
        whole = take_whole_rows(session, question, now, text)
        return whole or take_cell(session, question, now, now.typing, text)
    if session.asked_part == _PICK:
        return _take_row_number(session, question, now, text.strip())
    if question.areas and (area := read_area(text, session.ctx.reading)):
        return add_rows(question, now, [area])
    if question.areas and (listed := add_listed(session, question, now, text)):
        return listed
    if pasted := split_pasted(question, text):
        return take_pasted(session, question, now, pasted, asks=is_interpreted(text))
    if question.areas:
        return begin_elsewhere(question, now, text)
    return take_cell(session, question, now, NumberedRow(len(now.rows) + 1, {}), text)


# Changing a row -------------------------------------------------------------------------------------------------------


def _ask_row_number(session: FormSession, question: Question, now: PartialRows) -> Turn:
    text = paragraphs(
        heading(session, question),
        _table(now.rows, len(now.rows)),
        Text("Baris mana? Tulis nomornya, misalnya 1."),
    )
    return session.say(f"{question.id}/{_PICK}", text, *navigation(session, question))


def _take_row_number(session: FormSession, question: Question, now: PartialRows, text: str) -> Turn:
    number = read_position(text)
    row = now.row(number)
    if row is None:
        return _ask_row_number(session, question, now)
    mark = fingerprint(row)
    choices = (
        Choice(session.tap(question, EditRow(number, mark)), Text("Ubah baris ini")),
        Choice(session.tap(question, DeleteRow(number, mark)), Text("Hapus baris ini")),
        Choice(session.tap(question, ShowRows()), Text("Kembali ke daftar")),
    )
    shown = paragraphs(heading(session, question), _table((row,), 1, number))
    return session.say(f"{question.id}/{number}", shown, *choices, *navigation(session, question))


# Buttons --------------------------------------------------------------------------------------------------------------


def _tap(session: FormSession, question: Question, act: FormAct) -> Decision:
    now = PartialRows.of(session, question)
    if isinstance(act, OwnArea | AddArea | ShowAreas) and question.areas:
        return _tap_area(session, question, now, act)
    if isinstance(act, SkipCell | KeepCell) and now.typing and _is_open(act, now.typing):
        if isinstance(act, SkipCell):
            return take_cell(session, question, now, now.typing, "-")
        return keep_cell(question, now, now.typing)
    if now.pasted and not isinstance(act, FinishAnswer | AddPasted | FinishPasted | DropPasted):
        return _no_longer()
    match act:
        case AddPasted(mark) if now.pasted and mark == fingerprint(list(now.pasted)):
            return add_rows(question, PartialRows(now.rows), now.pasted)
        case FinishPasted(mark) if now.pasted and mark == fingerprint(list(now.pasted)):
            return _finish(question, with_pasted(now))
        case DropPasted(mark) if now.pasted and mark == fingerprint(list(now.pasted)):
            return keep(PartialRows(now.rows), Text("Tabel itu tidak kami pakai."))
        case FinishAnswer():
            return _finish(question, with_pasted(now))
        case ShowRows():
            return AskAgain()
        case FillCells():
            return AskAgain() if now.typing else keep(now.typed(len(now.rows) + 1, {}))
        case PickRow() if now.rows:
            return _ask_row_number(session, question, now)
        case EditRow(number, mark) if _is_row(now, number, mark):
            return keep(now.typed(number, {}))
        case DeleteRow(number, mark) if _is_row(now, number, mark):
            return keep(now.without(number), Text("Baris %(number)s dihapus.", number=number))
        case RestoreRow(mark) if now.deleted and mark == fingerprint(now.deleted.row):
            return keep(now.restored(now.deleted), Text("Baris itu sudah dikembalikan."))
    return _no_longer()


def _tap_area(
    session: FormSession, question: Question, now: PartialRows, act: OwnArea | AddArea | ShowAreas
) -> Decision:
    reading = session.ctx.reading
    match act:
        case OwnArea():
            return Answered([area_row(session, reading.district.code)])
        case AddArea(code) if any(area.code == code for area in reading.areas):
            return add_rows(question, now, [area_row(session, code)])
        case ShowAreas(page):
            return _ask_list(session, question, now, page=page)
    return _no_longer()


def _no_longer() -> Decision:
    return AskAgain(Text("Tombol itu tidak berlaku lagi di sini."))


def _is_row(now: PartialRows, number: int, mark: str) -> bool:
    """Whether the row that the button stood under is still there."""
    row = now.row(number)
    return row is not None and fingerprint(row) == mark


def _is_open(act: SkipCell | KeepCell, typing: NumberedRow) -> bool:
    """Whether the button stood under the cell that is open now."""
    return (act.row, act.column) == (typing.number, len(typing.row))


def _finish(question: Question, now: PartialRows) -> Decision:
    least = max(question.limits.min_rows, 1 if question.required else 0)
    if len(now.rows) < least:
        return AskAgain(Text("Isi paling sedikit %(count)s baris, lalu tekan Selesai.", count=least))
    return Answered(cast("Json", list(now.rows)))


def _back(session: FormSession, question: Question) -> Decision | None:
    now = PartialRows.of(session, question)
    if now.pasted:
        return keep(PartialRows(now.rows), Text("Tabel itu tidak kami pakai."))
    if now.typing:
        return back_from_cell(now, now.typing)
    return AskAgain() if session.asked_part else None


def _rows_so_far(session: FormSession, question: Question) -> Value:
    """All rows, with the cells of the one that is typed now."""
    now = PartialRows.of(session, question)
    rows, typing = list(now.rows), now.typing
    if typing and typing.row:
        rows[typing.number - 1 : typing.number] = [{**(now.row(typing.number) or {}), **typing.row}]
    return cast("Json", rows)


def _open_part(session: FormSession, question: Question) -> OpenPart | None:
    now = PartialRows.of(session, question)
    return pasted_part(now) if now.pasted else open_cell(session, question)


def _help(session: FormSession, question: Question) -> Text:
    column = open_column(session, question)
    return help_on(column, column.label) if column else help_on_question(session, question)


KIND = Kind(
    ROWS,
    ask=_ask,
    take=_take,
    tap=_tap,
    back=_back,
    open_part=_open_part,
    so_far=_rows_so_far,
    help=_help,
    echo=echo_stored,
    one_message=False,
)
