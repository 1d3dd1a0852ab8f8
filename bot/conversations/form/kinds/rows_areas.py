"""The buttons of a table whose rows are areas: the office's own district in one tap, the province's others by page."""

from __future__ import annotations

from bot.actions.form import AddArea, FillCells, OwnArea, ShowAreas
from bot.chat import Choice
from bot.conversations.form.kinds.kind import AskAgain, Decision
from bot.conversations.form.kinds.rows_partial import PartialRows, Row, add_rows, keep
from bot.conversations.form.session import FormSession
from domain.form.areas import read_area, read_areas
from domain.form.definition import Question
from domain.text import Text, excerpt, one_line, verbatim

#: the column of the district's name
_NAME = "nama_kabupaten_kota"
#: districts on one screen
_AREAS_A_PAGE = 8


def area_choices(session: FormSession, question: Question, rows: tuple[Row, ...], page: int) -> tuple[Choice, ...]:
    reading = session.ctx.reading
    taken = {row.get("kode_kabupaten_kota") for row in rows}
    others = [area for area in reading.areas if area.code not in taken and (rows or area.code != reading.district.code)]
    pages = max(1, -(-len(others) // _AREAS_A_PAGE))
    page = min(page, pages - 1)
    choices = [] if rows else [_own_choice(session, question)]
    for area in others[page * _AREAS_A_PAGE : (page + 1) * _AREAS_A_PAGE]:
        short = verbatim(area.short) if area.short else None
        choices.append(Choice(session.tap(question, AddArea(area.code)), verbatim(area.name), short))
    if pages > 1:
        following = session.tap(question, ShowAreas((page + 1) % pages))
        label = Text("Wilayah berikutnya (%(page)s dari %(pages)s)", page=page + 1, pages=pages)
        choices.append(Choice(following, label, Text("Wilayah berikutnya"), nav=True))
    elsewhere = session.tap(question, FillCells())
    return (*choices, Choice(elsewhere, Text("Wilayah di provinsi lain"), Text("Provinsi lain"), nav=True))


def _own_choice(session: FormSession, question: Question) -> Choice:
    label = Text("Hanya %(district)s", district=session.ctx.office.words["district"])
    return Choice(session.tap(question, OwnArea()), label, Text("Wilayah sendiri"))


def area_row(session: FormSession, code: str) -> Row:
    """The record of a district of the office's province."""
    row = read_area(code, session.ctx.reading)
    assert row is not None, f"no district {code}"
    return row


def add_listed(session: FormSession, question: Question, now: PartialRows, words: str) -> Decision | None:
    """Adds the districts of a list on one line; `None` for other words. An unknown name adds none of them."""
    known, unknown = read_areas(words, session.ctx.reading)
    if unknown:
        name = excerpt(", ".join(unknown))
        return AskAgain(Text("Wilayah “%(words)s” tidak kami kenali. Tulis nama kabupaten/kota.", words=name))
    return add_rows(question, now, known) if known else None


def begin_elsewhere(question: Question, now: PartialRows, words: str) -> Decision:
    """The name of a district that the office's province does not have begins a row without codes; its province is asked
    for next.
    """
    name = one_line(words)
    column = next(column for column in question.columns if column.id == _NAME)
    if not any(sign.isalpha() for sign in name) or len(name) > column.limits.max_length:
        return AskAgain(Text("Wilayah “%(words)s” tidak kami kenali. Tulis nama kabupaten/kota.", words=excerpt(words)))
    row: Row = {column.id: "" for column in question.columns if not column.required}
    return keep(now.typed(len(now.rows) + 1, {**row, _NAME: name}))
