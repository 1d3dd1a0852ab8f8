"""Typing a row of a table cell by cell."""

from __future__ import annotations

from bot.actions.form import KeepCell, SkipCell
from bot.chat import Choice, Turn
from bot.conversations.form.kinds.kind import AskAgain, Decision
from bot.conversations.form.kinds.rows_partial import (
    NumberedRow,
    PartialRows,
    add_rows,
    keep,
    next_column,
)
from bot.conversations.form.prompts import OpenPart, heading, navigation
from bot.conversations.form.session import FormSession
from domain.form.definition import Question
from domain.form.reading import Unreadable, is_left_out
from domain.form.rows import read_cell
from domain.text import Json, Text, as_hint, paragraphs


def open_column(session: FormSession, question: Question) -> Question | None:
    """The column of the open cell."""
    typing = PartialRows.of(session, question).typing
    return next_column(question, typing.row) if typing else None


def open_cell(session: FormSession, question: Question) -> OpenPart | None:
    typing = PartialRows.of(session, question).typing
    return _part(typing, _open_column(question, typing)) if typing else None


def ask_cell(
    session: FormSession, question: Question, now: PartialRows, typing: NumberedRow, notice: Text | None
) -> Turn:
    column = _open_column(question, typing)
    part, before = _part(typing, column), _cell_before(now, typing, column)
    text = paragraphs(
        notice,
        heading(session, question),
        part.heading.shown_as("question"),
        as_hint(Text("Contoh: %(example)s", example=column.example)) if column.example else None,
        Text("Isian sekarang: %(answer)s", answer=str(before)) if before else None,
    )
    choices, filled = [], len(typing.row)
    if before:
        keep_act = session.tap(question, KeepCell(typing.number, filled))
        choices.append(Choice(keep_act, Text("Tetap seperti ini"), nav=True))
    if not column.required:
        skip_act = session.tap(question, SkipCell(typing.number, filled))
        choices.append(Choice(skip_act, Text("Kosongkan kolom ini"), Text("Kosongkan"), nav=True))
    ways = navigation(session, question, skippable=False)
    return session.say(f"{question.id}/{part.id}", text, *choices, *ways)


def take_cell(session: FormSession, question: Question, now: PartialRows, typing: NumberedRow, text: str) -> Decision:
    column = _open_column(question, typing)
    left_out = not column.required and is_left_out(text)
    try:
        cell = "" if left_out else read_cell(column, text, session.ctx.reading)
    except Unreadable as error:
        return AskAgain(error.text)
    return _put_cell(question, now, typing, column, cell)


def keep_cell(question: Question, now: PartialRows, typing: NumberedRow) -> Decision:
    """The cell stays as it was before the row was changed."""
    before = now.row(typing.number)
    if before is None:
        return AskAgain()
    column = _open_column(question, typing)
    return _put_cell(question, now, typing, column, before.get(column.id, ""))


def back_from_cell(now: PartialRows, typing: NumberedRow) -> Decision:
    """To the cell before, or from the first cell to the list."""
    if not typing.row:
        return keep(PartialRows(now.rows))
    filled = list(typing.row)[:-1]
    return keep(now.typed(typing.number, {name: typing.row[name] for name in filled}))


def _put_cell(question: Question, now: PartialRows, typing: NumberedRow, column: Question, cell: Json) -> Decision:
    row = {**typing.row, column.id: cell}
    if next_column(question, row) is not None:
        return keep(now.typed(typing.number, row))
    if now.row(typing.number) is None:
        return add_rows(question, PartialRows(now.rows), [row])
    return keep(now.replaced(typing.number, row), Text("✓ Baris %(number)s diubah.", number=typing.number))


def _part(typing: NumberedRow, column: Question) -> OpenPart:
    name = Text("Baris %(number)s: %(column)s", number=typing.number, column=column.label)
    return OpenPart(f"{typing.number}/{column.id}", name)


def _cell_before(now: PartialRows, typing: NumberedRow, column: Question) -> Json:
    return (now.row(typing.number) or {}).get(column.id, "")


def _open_column(question: Question, typing: NumberedRow) -> Question:
    column = next_column(question, typing.row)
    assert column is not None, "a complete row is never kept as typed"
    return column
