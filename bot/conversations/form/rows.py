"""Repeated records: variables row by row (one message with `|`, or cell by cell), areas from the list.

Until Selesai everything is in the draft's `partial`: {"rows": [...], "typing": {"n": 3, "row": {...}}, "
    ""deleted": {"n": 2, "row": {...}}}.
"""

from __future__ import annotations

from typing import TypedDict, cast

from bot.chat import Choice, Turn
from bot.conversations.form import record
from bot.conversations.form.prompts import AREAS_A_PAGE, ASK, PART, Part, ask, heading, nav
from bot.conversations.form.session import FormSession, mark
from bot.service import drafts
from domain.form.areas import read_area
from domain.form.definition import Question
from domain.form.reading import Unreadable
from domain.form.rows import read_cell, read_row
from domain.text import Json, Text, joined, lines, paragraphs, verbatim

Row = dict[str, Json]
ROWS_SHOWN = 8


class Numbered(TypedDict):
    n: int
    row: Row


class Sheet(TypedDict, total=False):
    rows: list[Row]
    typing: Numbered
    deleted: Numbered


def sheet(session: FormSession, question: Question) -> Sheet:
    partial = session.partial(question)
    if isinstance(partial, dict):
        return cast("Sheet", dict(partial))
    return {"rows": cast("list[Row]", list(cast("list[Json]", session.value(question) or [])))}


def put(session: FormSession, question: Question, notice: Text | None = None, page: int = 0) -> Turn:
    now = sheet(session, question)
    if "typing" in now:
        return _ask_cell(session, question, now, notice)
    how = (
        Text("Kirim baris berikutnya, atau tekan Selesai bila sudah semua.")
        if now["rows"]
        else Text("Pilih wilayahnya satu per satu, atau tulis nama atau kodenya, misalnya Gowa atau 7306.")
        if question.areas
        else Text(
            "Kirim satu baris dalam satu pesan, dipisahkan tanda |, dengan urutan: %(columns)s. Atau isi satu "
            "per satu.",
            columns=joined(" | ", *(column.label for column in question.columns)),
        )
    )
    example = None if question.areas or now["rows"] else joined(" | ", *(column.example for column in question.columns))
    text = paragraphs(
        notice,
        heading(session, question),
        how,
        example and Text("Contoh: %(example)s", example=example),
        _table(question, now["rows"]),
    )
    choices = (
        *(_areas(session, question, now["rows"], page) if question.areas else _starts(session, question)),
        *_edits(session, question, now),
    )
    return session.say(question.id, text, *choices, *nav(session, question))


def words(session: FormSession, question: Question, text: str) -> Turn:
    now = sheet(session, question)
    if "typing" in now:
        return _cell(session, question, now, text)
    if len(session.asked) > 1 and session.asked[1] == "pick":
        return _picked(session, question, now, text.strip())
    if question.areas and (area := read_area(text, session.ctx.reading)):
        return _add(session, question, now, [area])
    if "|" in text:
        return _lines(session, question, now, text)
    return _cell(session, question, {**now, "typing": {"n": len(now["rows"]) + 1, "row": {}}}, text)


def tap(session: FormSession, question: Question, what: str) -> Turn:
    now = sheet(session, question)
    action, _, number = what.partition(".")
    row = _row_meant(now["rows"], number)
    match action:
        case "done":
            return _done(session, question, now)
        case "own" if question.areas:
            return record.recorded(
                session, question, [cast("Json", _area_row(session, session.ctx.reading.district.code))]
            )
        case "area" if question.areas and any(area.code == number for area in session.ctx.reading.areas):
            return _add(session, question, now, [_area_row(session, number)])
        case "page" if question.areas and number.isascii() and number.isdigit() and len(number) < 4:
            return put(session, question, page=int(number))
        case "list":
            return ask(session, question)
        case "cells" if "typing" in now:
            return ask(session, question)
        case "cells":
            return _save(session, question, {"rows": now["rows"], "typing": {"n": len(now["rows"]) + 1, "row": {}}})
        case "pick" if now["rows"]:
            return _ask_pick(session, question, now)
        case "edit" if row:
            return _save(session, question, {"rows": now["rows"], "typing": {"n": row, "row": {}}})
        case "delete" if row:
            return _delete(session, question, now, row)
        case "undelete" if "deleted" in now and number == mark(now["deleted"]["row"]):
            back = now["deleted"]
            rows = [*now["rows"][: back["n"] - 1], back["row"], *now["rows"][back["n"] - 1 :]]
            return _save(session, question, {"rows": rows}, Text("Baris itu sudah dikembalikan."))
        case "skipcell" if number == _cell_code(question, now):
            return _cell(session, question, now, "-")
        case "keepcell" if number == _cell_code(question, now):
            return _keep_cell(session, question, now)
    return ask(session, question, Text("Tombol itu tidak berlaku lagi di sini."))


def _row_meant(rows: list[Row], number: str) -> int:
    """The number of the row that a button stood under ("3.1a2b3c"); 0 when another row stands there by now."""
    return next((n for n, row in enumerate(rows, start=1) if number == f"{n}.{mark(row)}"), 0)


def _cell_code(question: Question, now: Sheet) -> str:
    """Names the open cell in its buttons: row and column."""
    if "typing" not in now:
        return "-"
    return f"{now['typing']['n']}.{len(now['typing']['row'])}"


def _delete(session: FormSession, question: Question, now: Sheet, n: int) -> Turn:
    rest = [*now["rows"][: n - 1], *now["rows"][n:]]
    gone: Numbered = {"n": n, "row": now["rows"][n - 1]}
    return _save(session, question, {"rows": rest, "deleted": gone}, Text("Baris %(number)s dihapus.", number=n))


def back(session: FormSession, question: Question) -> Turn | None:
    """From a cell to the one before it, from the first to the list; `None` where the list itself is open."""
    now = sheet(session, question)
    if "typing" not in now:
        return None if len(session.asked) < 2 else ask(session, question)
    done = list(now["typing"]["row"])
    if not done:
        return _save(session, question, {"rows": now["rows"]})
    row = {name: cell for name, cell in now["typing"]["row"].items() if name != done[-1]}
    return _save(session, question, {"rows": now["rows"], "typing": {"n": now["typing"]["n"], "row": row}})


def open_cell(session: FormSession, question: Question) -> Part | None:
    now = sheet(session, question)
    if "typing" not in now:
        return None
    n, column = now["typing"]["n"], _next_column(question, now["typing"]["row"])
    assert column is not None
    return Part(f"{n}/{column.id}", Text("Baris %(number)s: %(column)s", number=n, column=column.label))


def column_asked(session: FormSession, question: Question) -> Question | None:
    """The column whose cell is open, for help."""
    now = sheet(session, question)
    return _next_column(question, now["typing"]["row"]) if "typing" in now else None


def _done(session: FormSession, question: Question, now: Sheet) -> Turn:
    least = max(question.limits.min_rows, 1 if question.required else 0)
    if len(now["rows"]) < least:
        return ask(session, question, Text("Isi paling sedikit %(count)s baris, lalu tekan Selesai.", count=least))
    return record.recorded(session, question, cast("Json", now["rows"]))


def _add(session: FormSession, question: Question, now: Sheet, rows: list[Row], notice: Text | None = None) -> Turn:
    most = question.limits.max_rows or 500
    fresh = [row for row in rows if row not in now["rows"]]
    if len(now["rows"]) + len(fresh) > most:
        return ask(session, question, Text("Paling banyak %(count)s baris. Pesan ini belum ditambahkan.", count=most))
    if not fresh:
        return ask(session, question, Text("Baris itu sudah ada di daftar."))
    return _save(
        session,
        question,
        {"rows": [*now["rows"], *fresh]},
        notice or Text("✓ %(count)s baris ditambahkan.", count=len(fresh)),
    )


def _lines(session: FormSession, question: Question, now: Sheet, text: str) -> Turn:
    """Each line a row; the good ones are taken, the first bad one is named and stays to be sent again."""
    good: list[Row] = []
    for line in filter(None, (line.strip() for line in text.splitlines())):
        try:
            good.append(read_row(question, line, session.ctx.reading))
        except Unreadable as error:
            problem = lines(Text("Baris ini belum masuk: “%(line)s”", line=line[:200]), error.text)
            if not good:
                return ask(session, question, problem)
            return _add(
                session, question, now, good, lines(Text("✓ %(count)s baris ditambahkan.", count=len(good)), problem)
            )
    return _add(session, question, now, good)


def _cell(session: FormSession, question: Question, now: Sheet, text: str) -> Turn:
    typing = now["typing"]
    column = _next_column(question, typing["row"])
    assert column is not None
    try:
        cell = "" if text.strip() == "-" and not column.required else read_cell(column, text, session.ctx.reading)
    except Unreadable as error:
        return ask(session, question, error.text)
    return _put_cell(session, question, now, column, cell)


def _keep_cell(session: FormSession, question: Question, now: Sheet) -> Turn:
    typing = now["typing"]
    column = _next_column(question, typing["row"])
    if column is None or typing["n"] > len(now["rows"]):
        return ask(session, question)
    return _put_cell(session, question, now, column, now["rows"][typing["n"] - 1].get(column.id, ""))


def _put_cell(session: FormSession, question: Question, now: Sheet, column: Question, cell: Json) -> Turn:
    n, row = now["typing"]["n"], {**now["typing"]["row"], column.id: cell}
    if _next_column(question, row) is not None:
        return _save(session, question, {"rows": now["rows"], "typing": {"n": n, "row": row}})
    if n > len(now["rows"]):
        return _add(session, question, {"rows": now["rows"]}, [row])
    rows = [*now["rows"][: n - 1], row, *now["rows"][n:]]
    return _save(session, question, {"rows": rows}, Text("✓ Baris %(number)s diubah.", number=n))


def _save(session: FormSession, question: Question, now: Sheet, notice: Text | None = None) -> Turn:
    drafts.save_partial(session.ctx, session.draft, question, cast("Json", now))
    return ask(session, question, notice)


def _ask_cell(session: FormSession, question: Question, now: Sheet, notice: Text | None) -> Turn:
    typing = now["typing"]
    column = _next_column(question, typing["row"])
    assert column is not None
    cell = open_cell(session, question)
    assert cell is not None
    before = now["rows"][typing["n"] - 1].get(column.id, "") if typing["n"] <= len(now["rows"]) else ""
    code = _cell_code(question, now)
    text = paragraphs(
        notice,
        heading(session, question),
        cell.heading,
        column.example and Text("Contoh: %(example)s", example=column.example),
        Text("Isian sekarang: %(answer)s", answer=str(before)) if before else None,
    )
    choices = []
    if before:
        choices.append(Choice(session.tap(question, f"keepcell.{code}"), Text("Tetap seperti ini"), nav=True))
    if not column.required:
        choices.append(
            Choice(session.tap(question, f"skipcell.{code}"), Text("Kosongkan kolom ini"), Text("Kosongkan"), nav=True)
        )
    ways = (choice for choice in nav(session, question) if choice.label.msgid != "Lewati")
    return session.say(f"{question.id}/{cell.id}", text, *choices, *ways)


def _ask_pick(session: FormSession, question: Question, now: Sheet) -> Turn:
    text = paragraphs(
        heading(session, question),
        _table(question, now["rows"], len(now["rows"])),
        Text("Baris mana? Tulis nomornya, misalnya 1."),
    )
    return session.say(f"{question.id}/pick", text, *nav(session, question))


def _picked(session: FormSession, question: Question, now: Sheet, text: str) -> Turn:
    if text.isascii() and text.isdigit() and len(text) < 5 and 1 <= int(text) <= len(now["rows"]):
        return _show_row(session, question, now, int(text))
    return _ask_pick(session, question, now)


def _show_row(session: FormSession, question: Question, now: Sheet, n: int) -> Turn:
    text = paragraphs(heading(session, question), _table(question, now["rows"][n - 1 : n], 1, n))
    choices = (
        Choice(session.tap(question, f"edit.{n}.{mark(now['rows'][n - 1])}"), Text("Ubah baris ini")),
        Choice(session.tap(question, f"delete.{n}.{mark(now['rows'][n - 1])}"), Text("Hapus baris ini")),
        Choice(session.tap(question, "list"), Text("Kembali ke daftar")),
    )
    return session.say(f"{question.id}/{n}", text, *choices, *nav(session, question))


def _next_column(question: Question, row: Row) -> Question | None:
    return next((column for column in question.columns if column.id not in row), None)


def _table(question: Question, rows: list[Row], most: int = ROWS_SHOWN, first: int = 1) -> Text | None:
    if not rows:
        return None
    hidden = max(0, len(rows) - most)
    shown = [
        Text("%(number)s. %(cells)s", number=number, cells=" · ".join(_short(cell) for cell in row.values() if cell))
        for number, row in enumerate(rows[hidden:], start=first + hidden)
    ]
    return lines(Text("(%(count)s baris sebelumnya tidak ditampilkan)", count=hidden) if hidden else None, *shown)


def _short(cell: Json) -> str:
    words = str(cell)
    return words if len(words) <= 120 else f"{words[:117]}…"


def _starts(session: FormSession, question: Question) -> tuple[Choice, ...]:
    return (Choice(session.tap(question, "cells"), Text("Isi satu per satu")),)


def _edits(session: FormSession, question: Question, now: Sheet) -> tuple[Choice, ...]:
    choices = []
    if now["rows"]:
        choices.append(Choice(session.tap(question, "done"), Text("Selesai"), nav=True))
        choices.append(
            Choice(session.tap(question, "pick"), Text("Ubah atau hapus baris"), Text("Ubah/hapus baris"), nav=True)
        )
    if "deleted" in now:
        choices.append(
            Choice(
                session.tap(question, f"undelete.{mark(now['deleted']['row'])}"),
                Text("Batalkan penghapusan"),
                Text("Batalkan hapus"),
                nav=True,
            )
        )
    return tuple(choices)


def _areas(session: FormSession, question: Question, rows: list[Row], page: int) -> tuple[Choice, ...]:
    """The office's own district in one tap; the province's others a page at a time."""
    reading = session.ctx.reading
    taken = {row.get("kode_kabupaten_kota") for row in rows}
    others = [area for area in reading.areas if area.code not in taken and (rows or area.code != reading.district.code)]
    pages = max(1, -(-len(others) // AREAS_A_PAGE))
    page = min(page, pages - 1)
    shown = others[page * AREAS_A_PAGE : (page + 1) * AREAS_A_PAGE]
    choices = [
        Choice(
            session.tap(question, f"area.{area.code}"),
            verbatim(area.name),
            verbatim(area.short) if area.short else None,
        )
        for area in shown
    ]
    if not rows:
        own = session.ctx.office.words["district"]
        choices.insert(
            0,
            Choice(
                session.tap(question, "own"),
                Text("Hanya %(district)s", district=own),
                Text("Wilayah sendiri"),
            ),
        )
    if pages > 1:
        following = (page + 1) % pages
        label = Text("Wilayah berikutnya (%(page)s dari %(pages)s)", page=page + 1, pages=pages)
        choices.append(Choice(session.tap(question, f"page.{following}"), label, Text("Wilayah berikutnya"), nav=True))
    choices.append(
        Choice(session.tap(question, "cells"), Text("Wilayah di provinsi lain"), Text("Provinsi lain"), nav=True)
    )
    return tuple(choices)


def _area_row(session: FormSession, code: str) -> Row:
    row = read_area(code, session.ctx.reading)
    assert row is not None
    return row


ASK["rows"] = put
PART["rows"] = open_cell
record.WORDS["rows"] = words
record.TAPS["rows"] = tap
