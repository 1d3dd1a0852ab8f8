"""The kinds of answers: how typed words become a stored value, how it is shown, whether it still fits its question.

A new kind is one entry in `KINDS`. The values are listed in `desk.forms.Value`; besides, a choice whose option asks for
words is stored like several choices: {"values": ["lainnya"], "other": "wawancara daring"}.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from domain.form import options, schedules
from domain.form.areas import read_area
from domain.form.contacts import phone_hint, read_email, read_phone
from domain.form.dates import read_date, read_period, stored_day
from domain.form.definition import Question, Value
from domain.form.options import NeedsOther, read_choices, with_other
from domain.form.reading import Area, Reading, Unreadable, with_example
from domain.form.schedules import read_schedule
from domain.text import Arg, Json, Text, excerpt, joined, lines, many_lines, normalize, one_line, verbatim

__all__ = [
    "KINDS",
    "Area",
    "Kind",
    "NeedsOther",
    "Reading",
    "Unreadable",
    "ask_hint",
    "read",
    "read_area",
    "read_cell",
    "read_choices",
    "read_date",
    "read_period",
    "read_row",
    "read_schedule",
    "show",
    "still_reads",
    "with_other",
]

MOST_TEXT = 1000  #: characters of a text without a limit of its own
MOST_LONGTEXT = 4000


@dataclass(frozen=True, slots=True)
class Kind:
    """`read` raises `Unreadable`; `show` takes whatever `fits` accepts, and shows anything else as it stands."""

    read: Callable[[Question, str, Reading], Value]
    show: Callable[[Question, Value], Text]
    fits: Callable[[Question, Value], bool]
    hint: Callable[[Question], Text]


def read(question: Question, words: str, reading: Reading) -> Value:
    """The value to store. Raises `Unreadable`, or `NeedsOther` when an option was picked whose text is missing."""
    return KINDS[question.kind].read(question, words, reading)


def show(question: Question, value: Value) -> Text:
    return Text("(dilewati)") if value is None else KINDS[question.kind].show(question, value)


def still_reads(question: Question, value: Value) -> bool:
    """Whether a stored value is an answer to the question as it is now; a skip is one if the question is optional."""
    return not question.required if value is None else KINDS[question.kind].fits(question, value)


def ask_hint(question: Question) -> Text:
    """One sentence on the format that is expected; empty where the question says it all."""
    return KINDS[question.kind].hint(question)


# Words ----------------------------------------------------------------------------------------------------------------


def _plain(read_words: Callable[[Question, str], str], hint: Callable[[Question], Text]) -> Kind:
    """A kind whose value is the words themselves, tidied: what reads once reads again unchanged."""

    def fits(question: Question, value: Value) -> bool:
        try:
            return isinstance(value, str) and bool(read_words(question, value))
        except Unreadable:
            return False

    return Kind(lambda question, words, _: read_words(question, words), _as_it_stands, fits, hint)


def _as_it_stands(_: Question, value: Value) -> Text:
    return verbatim(str(value))


def _read_text(question: Question, words: str) -> str:
    return _within_limits(question, one_line(words), MOST_TEXT)


def _read_longtext(question: Question, words: str) -> str:
    return _within_limits(question, many_lines(words), MOST_LONGTEXT)


def _within_limits(question: Question, text: str, most: int) -> str:
    limits, label, count = question.limits, question.label, len(text)
    most = limits.max_length or most
    if count > most:
        raise Unreadable(
            Text(
                "%(label)s terlalu panjang: %(count)s huruf, paling banyak %(most)s. Silakan dipersingkat.",
                label=label,
                count=count,
                most=most,
            )
        )
    rule: Text | None = None
    if not any(sign.isalnum() for sign in text):
        rule = Text("Jawaban ini belum berisi huruf atau angka. Silakan tulis dengan kata-kata.")
    elif count < limits.min_length:
        rule = Text(
            "%(label)s terlalu pendek: %(count)s huruf, paling sedikit %(least)s.",
            label=label,
            count=count,
            least=limits.min_length,
        )
    elif limits.pattern and not re.fullmatch(limits.pattern, text):
        rule = Text("%(label)s belum sesuai dengan bentuk yang diminta.", label=label)
    if rule:
        raise Unreadable(with_example(rule, question))
    return text


def _text_hint(question: Question) -> Text:
    least, most = question.limits.min_length, question.limits.max_length
    if least:
        return Text("Tulis %(least)s sampai %(most)s huruf.", least=least, most=most or MOST_TEXT)
    return Text("Paling banyak %(most)s huruf.", most=most) if most else Text("")


def _longtext_hint(question: Question) -> Text:
    least, most = question.limits.min_length, question.limits.max_length or MOST_LONGTEXT
    if least:
        return Text("Tulis %(least)s sampai %(most)s huruf; boleh beberapa baris.", least=least, most=most)
    return Text("Paling banyak %(most)s huruf; boleh beberapa baris.", most=most)


def _read_code(question: Question, words: str) -> str:
    code = re.sub(r"[.\s]", "", one_line(words))
    if not re.fullmatch(r"[0-9]{1,10}", code):
        raise Unreadable(with_example(Text("Kode terdiri atas angka saja."), question))
    return code


# Numbers and days -----------------------------------------------------------------------------------------------------

_NUMBER = re.compile(r"[+-]?(?:\d{1,15}|(?!0)\d{1,3}([. ])\d{3}(?:\1\d{3}){0,3})")


def _is_year(question: Question) -> bool:
    return (question.limits.min or 0) >= 1900


def _figure(question: Question, number: int) -> Arg:
    """A year is written without separators."""
    return str(number) if _is_year(question) else number


def _read_number(question: Question, words: str, reading: Reading) -> int:
    typed = one_line(words).replace("−", "-").replace("．", ".").rstrip(".")
    number = int(re.sub(r"[. ]", "", typed)) if _NUMBER.fullmatch(typed) else None
    if number is None or (_is_year(question) and not 1000 <= number <= 9999):
        raise Unreadable(_number_hint(question))
    limits = question.limits
    if limits.min is not None and number < limits.min:
        raise Unreadable(Text("Paling sedikit %(least)s.", least=_figure(question, limits.min)))
    if limits.max is not None and number > limits.max:
        raise Unreadable(Text("Paling besar %(most)s.", most=_figure(question, limits.max)))
    _not_too_far(question, number, reading)
    return number


def _not_too_far(question: Question, year: int, reading: Reading) -> None:
    ahead = question.limits.max_years_ahead
    if ahead is not None and year > reading.today.year + ahead:
        raise Unreadable(Text("Paling jauh tahun %(year)s.", year=str(reading.today.year + ahead)))


def _show_number(question: Question, value: Value) -> Text:
    if isinstance(value, int):
        return Text("%(number)s", number=_figure(question, value))
    return verbatim(str(value))


def _number_fits(question: Question, value: Value) -> bool:
    least, most = question.limits.min, question.limits.max
    if not isinstance(value, int) or isinstance(value, bool):
        return False
    return (least is None or value >= least) and (most is None or value <= most)


def _number_hint(question: Question) -> Text:
    if _is_year(question):
        return Text("Tulis tahun dengan empat angka, misalnya 2027.")
    return Text("Tulis satu bilangan bulat dengan angka, misalnya 25 atau 1.500.")


def _read_day(question: Question, words: str, reading: Reading) -> str:
    day = read_date(words, reading)
    _not_too_far(question, day.year, reading)
    if question.limits.not_past and day < reading.today:
        rule = Text("%(day)s sudah lewat. Tulis tanggal yang masih akan datang, atau pilih kartu lain.", day=day)
        raise Unreadable(with_example(rule, question))
    return day.isoformat()


def _show_day(_: Question, value: Value) -> Text:
    day = stored_day(value)
    return Text("%(day)s", day=day) if day else verbatim(str(value))


# Files ----------------------------------------------------------------------------------------------------------------


def _read_file(question: Question, _: str, __: Reading) -> Value:
    raise Unreadable(joined(" ", Text("Di sini diperlukan berkas, bukan tulisan."), _file_hint(question)))


def _show_files(_: Question, value: Value) -> Text:
    stored = value if isinstance(value, list) else []
    names = [str(file["name"]) for file in stored if isinstance(file, dict) and "name" in file]
    if len(names) < 2:
        return verbatim(names[0] if names else str(value))
    return Text("%(count)s berkas: %(names)s", count=len(names), names=", ".join(names))


def _files_fit(question: Question, value: Value) -> bool:
    return isinstance(value, list) and bool(value) and all(_file_fits(question, file) for file in value)


def _file_fits(question: Question, value: Json) -> bool:
    match value:
        case {"id": int() | str(), "name": str(), "size": int(), "kind": str(kind)}:
            return not question.limits.accept or kind in question.limits.accept
    return False


def _file_hint(question: Question) -> Text:
    return Text(
        "Kirim berkas %(kinds)s, paling besar %(size)s MB.",
        kinds=", ".join(kind.upper() for kind in question.limits.accept),
        size=question.limits.max_mb,
    )


# Rows -----------------------------------------------------------------------------------------------------------------


def read_row(question: Question, words: str, reading: Reading) -> dict[str, Json]:
    """One record from one message, cells in the order of the columns: "nama | konsep | definisi | referensi waktu".

    An optional cell may be empty or "-" and is stored as "". Where the question asks for areas, the name or the code of
    one of the province's districts is a whole record. Raises `Unreadable`, which names the column that is wrong.
    """
    typed = normalize(words).replace("｜", "|").strip()
    if question.areas and "|" not in typed:
        area = read_area(typed, reading)
        if area is None:
            raise Unreadable(_no_such_area(question, typed, reading))
        return area
    cells = typed.removeprefix("|").removesuffix("|").split("|")
    if len(cells) > len(question.columns):
        raise Unreadable(
            Text(
                "Ada %(count)s bagian, seharusnya %(most)s: %(columns)s.",
                count=len(cells),
                most=len(question.columns),
                columns=_columns(question),
            )
        )
    cells += [""] * (len(question.columns) - len(cells))
    row: dict[str, Json] = {
        column.id: _read_named_cell(column, cell, reading) for column, cell in zip(question.columns, cells, strict=True)
    }
    if not any(row.values()):
        raise Unreadable(Text("Baris ini masih kosong. Tulis %(columns)s.", columns=_columns(question)))
    return row


def read_cell(column: Question, words: str, reading: Reading) -> str:
    """What stands in one cell of a record; "" for an optional one left out with "-" or nothing."""
    if not column.required and not one_line(words).strip("-–— "):
        return ""
    return str(read(column, words, reading))


def _read_named_cell(column: Question, words: str, reading: Reading) -> str:
    try:
        return read_cell(column, words, reading)
    except Unreadable as problem:
        raise Unreadable(
            Text("Kolom “%(column)s”: %(problem)s", column=column.label, problem=problem.text)
        ) from problem


def _columns(question: Question) -> Text:
    return joined(" | ", *(column.label for column in question.columns))


def _read_rows(question: Question, words: str, reading: Reading) -> Value:
    """One record a line."""
    rows: list[Json] = [read_row(question, line, reading) for line in many_lines(words).split("\n") if line]
    least, most = max(question.limits.min_rows, 1), question.limits.max_rows
    if len(rows) < least:
        raise Unreadable(
            Text("Isi paling sedikit %(least)s baris: %(columns)s.", least=least, columns=_columns(question))
        )
    if most and len(rows) > most:
        raise Unreadable(Text("Paling banyak %(most)s baris.", most=most))
    return rows


def _show_rows(question: Question, value: Value) -> Text:
    rows = [row for row in value if isinstance(row, dict)] if isinstance(value, list) else []
    numbered = [
        Text("%(number)s. %(cells)s", number=str(number), cells=joined(" · ", *_show_cells(question, row)))
        for number, row in enumerate(rows, 1)
    ]
    return lines(*numbered) if rows else verbatim(str(value))


def _show_cells(question: Question, row: Mapping[str, Json]) -> list[Text]:
    stored = [(column, row.get(column.id)) for column in question.columns]
    return [show(column, _cell_value(column, cell)) for column, cell in stored if cell]


def _rows_fit(question: Question, value: Value) -> bool:
    least, most = max(question.limits.min_rows, 1), question.limits.max_rows
    if not isinstance(value, list) or len(value) < least or (most and len(value) > most):
        return False
    return all(_row_fits(question, row) for row in value)


def _row_fits(question: Question, row: Json) -> bool:
    if not isinstance(row, dict) or not any(row.get(column.id) for column in question.columns):
        return False
    return all(still_reads(column, _cell_value(column, row.get(column.id)) or None) for column in question.columns)


def _cell_value(column: Question, cell: Json) -> Value:
    """A cell is stored as words whatever its kind."""
    if column.kind == "number" and isinstance(cell, str) and re.fullmatch(r"-?[0-9]{1,15}", cell):
        return int(cell)
    return cell


def _no_such_area(question: Question, words: str, reading: Reading) -> Text:
    return Text(
        "“%(words)s” tidak dikenal sebagai satu kabupaten/kota di %(province)s. Tulis nama atau kodenya, misalnya "
        "%(district)s atau %(code)s. Untuk wilayah di provinsi lain tulis %(columns)s.",
        words=excerpt(words),
        province=reading.province.name,
        district=reading.district.name,
        code=reading.district.code,
        columns=_columns(question),
    )


def _row_hint(question: Question) -> Text:
    if question.areas:
        return with_example(Text("Tulis nama atau kode satu kabupaten/kota."), question.columns[-1])
    return Text("Tulis satu baris dalam satu pesan, dipisahkan tanda |: %(columns)s", columns=_columns(question))


# The table ------------------------------------------------------------------------------------------------------------


KINDS: Mapping[str, Kind] = {
    "text": _plain(_read_text, _text_hint),
    "longtext": _plain(_read_longtext, _longtext_hint),
    "code": _plain(_read_code, lambda question: with_example(Text("Tulis angkanya saja."), question)),
    "phone": _plain(read_phone, phone_hint),
    "email": _plain(read_email, lambda _: Text("Tulis satu alamat e-mail, misalnya nama@instansi.go.id.")),
    "number": Kind(_read_number, _show_number, _number_fits, _number_hint),
    "date": Kind(
        _read_day,
        _show_day,
        lambda _, value: stored_day(value) is not None,
        lambda _: Text("Tulis tanggal, misalnya 31/12/2026."),
    ),
    "choice": Kind(
        lambda question, words, _: options.read_choice(question, words), options.show, options.fits, lambda _: Text("")
    ),
    "choices": Kind(
        lambda question, words, _: options.read_several(question, words),
        options.show,
        options.fits,
        lambda _: Text("Boleh lebih dari satu: tulis nomornya dipisahkan koma, misalnya 1, 3."),
    ),
    "file": Kind(_read_file, _show_files, _files_fit, _file_hint),
    "rows": Kind(_read_rows, _show_rows, _rows_fit, _row_hint),
    "schedule": Kind(schedules.read_whole, schedules.show, schedules.fits, schedules.hint),
}
