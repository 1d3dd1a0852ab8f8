"""Reads days and periods as people in Indonesia write them.

The day comes first, the month is a number or a name, in Indonesian or English.
"""

from __future__ import annotations

import re
from calendar import monthrange
from collections.abc import Mapping
from datetime import date, timedelta

from domain.form.definition import Question, Value
from domain.form.kind import AnswerKind
from domain.form.reading import Reading, Unreadable, with_example
from domain.number_words import with_digits
from domain.text import Json, Text, one_line, verbatim
from domain.vocabulary import VOCABULARY

#: years that an answer may name
YEARS = range(1900, 2200)

_MONTHS: Mapping[int, tuple[str, ...]] = {
    1: ("januari", "january"),
    2: ("februari", "february", "pebruari"),
    3: ("maret", "march", "mrt"),
    4: ("april",),
    5: ("mei", "may"),
    6: ("juni", "june"),
    7: ("juli", "july"),
    8: ("agustus", "august", "agt", "ags"),
    9: ("september",),
    10: ("oktober", "october"),
    11: ("november", "nopember"),
    12: ("desember", "december"),
}
#: words for a day → days from today
_RELATIVE: Mapping[str, int] = {
    "hari ini": 0,
    "today": 0,
    "besok": 1,
    "tomorrow": 1,
    "lusa": 2,
    "kemarin": -1,
    "yesterday": -1,
}

_GAP = r"(?:\s*[/.\-]\s*|\s+)"
_NAME = r"[^\W\d_]{3,9}"
_D, _M, _N = r"(?P<d>\d{1,2})", r"(?P<m>\d{1,2})", rf"(?P<m>{_NAME})"
_Y, _Y4 = r"(?P<y>\d{4}|\d{2})", r"(?P<y>\d{4})"
_AROUND_NAME = r"[\s/.,\-]*"


def _compile(*patterns: str) -> tuple[re.Pattern[str], ...]:
    return tuple(re.compile(pattern) for pattern in patterns)


_DAY = _compile(
    rf"{_D}{_GAP}{_M}{_GAP}{_Y}",
    rf"{_Y4}{_GAP}{_M}{_GAP}{_D}",
    rf"{_D}{_AROUND_NAME}{_N}{_AROUND_NAME}{_Y}",
    rf"{_N}\.?\s*{_D}(?:st|nd|rd|th)?(?:\s*,\s*|\s+){_Y4}",
)
_MONTH = _compile(rf"{_M}{_GAP}{_Y4}", rf"{_Y4}{_GAP}{_M}", rf"{_N}{_AROUND_NAME}{_Y4}")
_DAY_WITHOUT_YEAR = _compile(rf"{_D}{_GAP}{_M}", rf"{_D}{_AROUND_NAME}{_N}\.?")
_ONLY_DAY = re.compile(r"\d{1,2}")

#: words that may stand before a date and say nothing about it
_LEAD = re.compile(
    r"^(?:(?:dari|from|mulai|pada|hari(?!\s+ini)|bulan|tanggal|tgl\.?|senin|selasa|rabu|kamis|jum'?at|sabtu|minggu|ahad"
    r"|monday|tuesday|wednesday|thursday|friday|saturday|sunday)\b[\s,:]*)+"
)
#: words between the parts of a date that say nothing about it: "3 bulan maret tahun 2027"
_INSIDE = re.compile(r"\s+(?:bulan(?=\s+[^\W\d_])|tahun(?=\s+\d))\s+")
#: what may stand between the two days of a period
_BETWEEN = re.compile(
    r"\s*(?:-|(?<![^\W\d_])(?:s\s?/\s?d|s\.?\s?d\.?|sampai(?:\s+dengan)?|hingga|until|to)(?![^\W\d_]))\s*"
)
#: dashes, slashes, points and apostrophes of other scripts → ASCII
_TO_ASCII = str.maketrans("–—−‐‑―~／．’‘ʼ`´′ʻ", "-------/.'''''''")
#: behind the only day of a period
_ONE_DAY = re.compile(rf"\s*\(?(?:{'|'.join(VOCABULARY.one_day)})\)?$")
#: characters of a period; longer words are not read
_MAX_PERIOD = 80


def read_date(words: str, reading: Reading) -> date:
    """Raises `Unreadable`, also for a month without a day and for a day that the month does not have."""
    tidy = _normalize(words)
    day = _find_day(tidy, reading.today)
    if day is None:
        tidy = with_digits(tidy)
        day = _find_day(tidy, reading.today)
    if day is not None:
        return day
    _refuse_month(tidy)
    _refuse_incomplete(tidy, _DAY_WITHOUT_YEAR)
    raise Unreadable(Text("Tanggalnya belum terbaca. Tulis misalnya 31/12/2026 atau 31 Desember 2026."))


def read_period(words: str, reading: Reading) -> tuple[date, date]:
    """First and last day. A month alone means the whole month, a day alone that day. Raises `Unreadable`."""
    tidy = _ONE_DAY.sub("", _normalize(words))
    period = _find_period(tidy, reading.today)
    if period is None:
        tidy = with_digits(tidy)
        period = _find_period(tidy, reading.today)
    if period is None:
        for part in (tidy, *(tidy[gap.end() :] for gap in _BETWEEN.finditer(tidy))):
            _refuse_incomplete(part, _DAY_WITHOUT_YEAR)
        raise Unreadable(
            Text("Jangka waktunya belum terbaca. Tulis tanggal awal dan akhir, misalnya 1/2/2027 – 28/2/2027.")
        )
    first, last = period
    if last < first:
        raise Unreadable(
            Text(
                "Tanggal akhir (%(last)s) lebih awal daripada tanggal mulai (%(first)s). "
                "Tulis tanggal mulai dahulu, misalnya 1/2/2027 – 28/2/2027.",
                first=first,
                last=last,
            )
        )
    return period


def names_one_day(words: str, reading: Reading) -> bool:
    """Whether words that read as a period name a single day, and do not say that it is the only one."""
    return _find_day(_normalize(words), reading.today) is not None


def write_day(day: date) -> str:
    """In words that `read_date` reads."""
    return f"{day.day}/{day.month}/{day.year}"


def stored_day(value: Json) -> date | None:
    """The day of an ISO date in a stored answer; `None` for anything else."""
    try:
        day = date.fromisoformat(value) if isinstance(value, str) else None
    except ValueError:
        return None
    return day if day and day.isoformat() == value and day.year in YEARS else None


def _normalize(words: str) -> str:
    tidy = one_line(words).casefold().translate(_TO_ASCII).strip(" .,;")
    tidy = _INSIDE.sub(" ", _LEAD.sub("", tidy))
    return tidy if len(tidy) <= _MAX_PERIOD else ""


def _find_period(words: str, today: date) -> tuple[date, date] | None:
    return _find_span(words, today) or _split_period(words, today)


def _split_period(words: str, today: date) -> tuple[date, date] | None:
    """Splits at the first separator that has a date on both sides: a hyphen also stands inside dates."""
    for gap in _BETWEEN.finditer(words):
        right = _find_span(_LEAD.sub("", words[gap.end() :]), today)
        left = _find_first_half(words[: gap.start()], right, today) if right else None
        if left and right:
            return left[0], right[1]
    return None


def _find_span(words: str, today: date) -> tuple[date, date] | None:
    """The first and the last day of one day or of a whole month."""
    day = _find_day(words, today)
    if day is not None:
        return day, day
    for shape in _MONTH:
        found = shape.fullmatch(words)
        month = _read_month(found["m"]) if found else None
        if found and month:
            return _whole_month(month, int(found["y"]))
    return None


def _find_first_half(words: str, right: tuple[date, date], today: date) -> tuple[date, date] | None:
    """The first half of a period. It may leave out what the second half says: "1 – 28 Februari 2027"."""
    whole = _find_span(words, today)
    if whole:
        return whole
    year, month = right[1].year, right[1].month
    month_alone = None if words[:1].isdigit() else _read_month(words)
    if month_alone:
        return _whole_month(month_alone, year)
    if right[0] != right[1]:
        return None
    if _ONLY_DAY.fullmatch(words):
        day = _make_date(words, month, str(year))
        return day, day
    for shape in _DAY_WITHOUT_YEAR:
        found = shape.fullmatch(words)
        named = _read_month(found["m"]) if found else None
        if found and named is not None:
            day = _make_date(found["d"], named, str(year))
            return day, day
    return None


def _find_day(words: str, today: date) -> date | None:
    if words in _RELATIVE:
        return today + timedelta(days=_RELATIVE[words])
    for shape in _DAY:
        found = shape.fullmatch(words)
        month = _read_month(found["m"]) if found else None
        if found and month is not None:
            return _make_date(found["d"], month, found["y"])
    return None


def _read_month(words: str) -> int | None:
    """The number of a month, typed as any number or as at least three letters of its name."""
    if words.isdecimal():
        return int(words)
    if len(words) < 3:
        return None
    return next((month for month, names in _MONTHS.items() if any(name.startswith(words) for name in names)), None)


def _whole_month(month: int, year: int) -> tuple[date, date]:
    first = _make_date("1", month, str(year))
    return first, first.replace(day=monthrange(year, month)[1])


def _make_date(day: str, month: int, year: str) -> date:
    """Raises `Unreadable` for a day that does not exist. A year of two digits is one of this century."""
    year = f"20{year}" if len(year) == 2 else year
    if not 1 <= month <= 12:
        raise Unreadable(
            Text(
                "Bulan %(month)s tidak ada. Tulis tanggal dahulu, lalu bulan, misalnya 31/12/2026.",
                month=str(month),
            )
        )
    if int(year) not in YEARS:
        raise Unreadable(
            Text("Tahun %(year)s tidak dapat dipakai. Tulis tanggal seperti 31/12/2026.", year=str(int(year)))
        )
    last = monthrange(int(year), month)[1]
    if not 1 <= int(day) <= last:
        raise Unreadable(
            Text(
                "Tanggal %(day)s tidak ada dalam bulan itu: hari terakhirnya %(last)s.",
                day=str(int(day)),
                last=date(int(year), month, last),
            )
        )
    return date(int(year), month, int(day))


def _refuse_month(words: str) -> None:
    """Raises `Unreadable` for a month without a day, with a day of that month as the example."""
    for shape in _MONTH:
        found = shape.fullmatch(words)
        month = _read_month(found["m"]) if found else None
        if found and month:
            day = _make_date("15", month, found["y"])
            raise Unreadable(Text("Tanggalnya belum lengkap. Tulis juga harinya, misalnya %(day)s.", day=day))


def _refuse_incomplete(words: str, shapes: tuple[re.Pattern[str], ...]) -> None:
    """Raises `Unreadable` for words that would be a date if they named the missing part."""
    for shape in shapes:
        found = shape.fullmatch(words)
        if found and _read_month(found["m"]) is not None:
            raise Unreadable(Text("Tanggalnya belum lengkap. Tulis hari, bulan, dan tahun, misalnya 31/12/2026."))


def refuse_far_future(question: Question, year: int, reading: Reading) -> None:
    """Raises `Unreadable` for a year that lies further ahead than the question allows."""
    ahead = question.limits.max_years_ahead
    if ahead is not None and year > reading.today.year + ahead:
        raise Unreadable(Text("Paling jauh tahun %(year)s.", year=str(reading.today.year + ahead)))


def _read(question: Question, words: str, reading: Reading) -> str:
    day = read_date(words, reading)
    refuse_far_future(question, day.year, reading)
    if question.limits.not_past and day < reading.today:
        rule = Text("%(day)s sudah lewat. Tulis tanggal yang masih akan datang, atau pilih kartu lain.", day=day)
        raise Unreadable(with_example(rule, question))
    return day.isoformat()


def _show(_: Question, value: Value) -> Text:
    day = stored_day(value)
    return Text("%(day)s", day=day) if day else verbatim(str(value))


def _fits(_: Question, value: Value) -> bool:
    return stored_day(value) is not None


def _hint(_: Question) -> Text:
    return Text("Tulis tanggal, misalnya 31/12/2026.")


def _write(_: Question, value: Value, __: Reading) -> str:
    day = stored_day(value)
    return "" if day is None else write_day(day)


DATE = AnswerKind(_read, _show, _fits, _hint, write=_write)
