"""The rows of a table while they are typed. Until Selesai they are kept in the draft as a partial answer."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeAlias, cast

from bot.conversations.form.kinds.kind import AskAgain, Collected, Decision
from bot.conversations.form.session import FormSession
from domain.form.definition import Question
from domain.frozen import frozen
from domain.text import Json, Text

Row: TypeAlias = dict[str, Json]

#: rows of a table, where the question sets no limit
_MAX_ROWS = 500


@frozen
class NumberedRow:
    number: int  #: from 1
    row: Row

    @staticmethod
    def of_json(stored: Json) -> NumberedRow | None:
        match stored:
            case {"n": int(number), "row": dict(row)}:
                return NumberedRow(number, row)
        return None

    def to_json(self) -> Json:
        return {"n": self.number, "row": self.row}


@frozen
class PartialRows:
    """Stored as `{"rows": [...], "typing": {"n": 3, "row": {...}}, "deleted": {"n": 2, "row": {...}}, "pasted":
    [...]}`; only the rows are always there.
    """

    rows: tuple[Row, ...] = ()
    #: the row that is typed cell by cell, with the cells that it has so far
    typing: NumberedRow | None = None
    #: the row that was deleted last; it can be restored
    deleted: NumberedRow | None = None
    #: rows of a pasted table, about which the person is asked
    pasted: tuple[Row, ...] = ()

    @staticmethod
    def of(session: FormSession, question: Question) -> PartialRows:
        """The rows typed so far, else those of the stored answer."""
        partial = session.partial(question)
        if not isinstance(partial, dict):
            return PartialRows(_rows(session.value(question)))
        typing, deleted = (NumberedRow.of_json(partial.get(name)) for name in ("typing", "deleted"))
        return PartialRows(_rows(partial["rows"]), typing, deleted, _rows(partial.get("pasted")))

    def to_json(self) -> Json:
        document: dict[str, Json] = {"rows": list(self.rows)}
        if self.typing:
            document["typing"] = self.typing.to_json()
        if self.deleted:
            document["deleted"] = self.deleted.to_json()
        if self.pasted:
            document["pasted"] = list(self.pasted)
        return document

    def row(self, number: int) -> Row | None:
        """The row with this number, if there is one."""
        return self.rows[number - 1] if 1 <= number <= len(self.rows) else None

    def typed(self, number: int, row: Row) -> PartialRows:
        """The same rows while this one is typed."""
        return PartialRows(self.rows, typing=NumberedRow(number, row))

    def replaced(self, number: int, row: Row) -> PartialRows:
        return PartialRows((*self.rows[: number - 1], row, *self.rows[number:]))

    def without(self, number: int) -> PartialRows:
        """The rows without this one, which can be restored."""
        gone = NumberedRow(number, self.rows[number - 1])
        return PartialRows((*self.rows[: number - 1], *self.rows[number:]), deleted=gone)

    def restored(self, deleted: NumberedRow) -> PartialRows:
        before = deleted.number - 1
        return PartialRows((*self.rows[:before], deleted.row, *self.rows[before:]))


def keep(rows: PartialRows, notice: Text | None = None) -> Collected:
    return Collected(rows.to_json(), notice)


def add_rows(question: Question, now: PartialRows, rows: Sequence[Row], notice: Text | None = None) -> Decision:
    """Appends the rows that the table does not have yet."""
    most = question.limits.max_rows or _MAX_ROWS
    new = [row for row in rows if row not in now.rows]
    if len(now.rows) + len(new) > most:
        return AskAgain(Text("Paling banyak %(count)s baris. Pesan ini belum ditambahkan.", count=most))
    if not new:
        return AskAgain(Text("Baris itu sudah ada di daftar."))
    return keep(PartialRows((*now.rows, *new)), notice or Text("✓ %(count)s baris ditambahkan.", count=len(new)))


def next_column(question: Question, row: Row) -> Question | None:
    """The first column without a cell."""
    return next((column for column in question.columns if column.id not in row), None)


def _rows(stored: Json) -> tuple[Row, ...]:
    return tuple(cast("list[Row]", stored or []))
