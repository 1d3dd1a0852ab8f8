"""Rows that were pasted together: understood, shown, and added when the person says that they are right."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from bot.actions.form import AddPasted, DropPasted, FinishPasted
from bot.chat import Choice, Turn
from bot.conversations.form.kinds.kind import AskAgain, Decision
from bot.conversations.form.kinds.rows_partial import PartialRows, Row, add_rows, keep
from bot.conversations.form.prompts import OpenPart, heading, navigation
from bot.conversations.form.session import FormSession, fingerprint
from domain.form.definition import Question
from domain.form.pasted_rows import split_pasted
from domain.form.reading import Unreadable, fold
from domain.form.rows import read_row
from domain.text import Text, cut, lines, paragraphs
from domain.vocabulary import VOCABULARY

#: characters of a line that did not read that are shown
_LINE_SHOWN = 200
#: the part of the question that is whether the pasted rows are right
_PART = "pasted"


def is_interpreted(words: str) -> bool:
    """Whether the rows were made of something else than lines with `|`, so that their writer should look at them."""
    return any("|" not in line for line in words.splitlines() if line.strip())


def take_pasted(
    session: FormSession, question: Question, now: PartialRows, written: Sequence[str], *, asks: bool
) -> Decision:
    """Takes the rows before the first one that does not read, and quotes that one. `asks`: shows them first."""
    good, problem = _read_rows(session, question, written)
    if problem and not good:
        return AskAgain(problem)
    if asks and not question.areas:
        return keep(replace(now, typing=None, pasted=(*now.pasted, *good)), problem)
    added = Text("✓ %(count)s baris ditambahkan.", count=len(good))
    return add_rows(question, PartialRows(now.rows), good, lines(added, problem) if problem else None)


def take_whole_rows(session: FormSession, question: Question, now: PartialRows, text: str) -> Decision | None:
    """Whole rows that were pasted where one cell was asked for; `None` for the words of a cell."""
    written = split_pasted(question, text) if "\t" in text or "|" in text else ()
    if not written or any(line.count("|") < len(question.columns) - 1 for line in written):
        return None
    return take_pasted(session, question, now, written, asks=True)


def take_about_pasted(session: FormSession, question: Question, now: PartialRows, text: str) -> Decision:
    """More rows, or a word that the shown ones are right."""
    if fold(text) in VOCABULARY.agreement:
        return add_rows(question, PartialRows(now.rows), now.pasted)
    written = split_pasted(question, text)
    if not written:
        return AskAgain(Text("Tulisan itu belum kami pakai. Silakan jawab dahulu apakah baris ini benar."))
    return take_pasted(session, question, now, written, asks=True)


def ask_pasted(
    session: FormSession, question: Question, now: PartialRows, table: Text | None, notice: Text | None
) -> Turn:
    part, mark = pasted_part(now), fingerprint(list(now.pasted))
    text = paragraphs(notice, heading(session, question), part.heading, table)
    choices = (
        Choice(session.tap(question, FinishPasted(mark)), Text("Ya, sudah semua")),
        Choice(session.tap(question, AddPasted(mark)), Text("Masih ada lagi")),
        Choice(session.tap(question, DropPasted(mark)), Text("Batal")),
    )
    return session.say(f"{question.id}/{part.id}", text, *choices, *navigation(session, question, skippable=False))


def pasted_part(now: PartialRows) -> OpenPart:
    return OpenPart(_PART, Text("Kami baca %(count)s baris. Sudah benar?", count=len(now.pasted)))


def with_pasted(now: PartialRows) -> PartialRows:
    """The rows together with the pasted ones that are not there yet."""
    return PartialRows((*now.rows, *(row for row in now.pasted if row not in now.rows)), now.typing)


def _read_rows(session: FormSession, question: Question, written: Sequence[str]) -> tuple[list[Row], Text | None]:
    good: list[Row] = []
    for line in written:
        try:
            good.append(read_row(question, line, session.ctx.reading))
        except Unreadable as error:
            return good, lines(Text("Baris ini belum masuk: “%(line)s”", line=cut(line, _LINE_SHOWN)), error.text)
    return good, None
