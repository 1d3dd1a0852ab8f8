"""The catalogue of activities that have a recommendation: its entries, their import from CSV, and searching."""

from __future__ import annotations

import csv
import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import fields
from datetime import date
from hashlib import sha256
from itertools import chain

from domain.frozen import frozen
from domain.numbers import IDENTITY
from domain.text import Text, one_line

ISSUED = "rekomendasi_terbit"
REPLACED, REVOKED = "diganti", "dicabut"
METHODS: Mapping[str, Text] = {
    "pencacahan_lengkap": Text("Pencacahan lengkap"),
    "survei": Text("Survei"),
    "kompilasi_produk_administrasi": Text("Kompilasi produk administrasi"),
    "cara_lain": Text("Cara lain"),
}
STATUSES: Mapping[str, Text] = {
    ISSUED: Text("Rekomendasi terbit"),
    REPLACED: Text("Rekomendasi sudah diganti dengan yang baru"),
    REVOKED: Text("Rekomendasi dicabut"),
    "ditolak": Text("Permohonan rekomendasi ditolak"),
    "sektoral": Text("Kegiatan sektoral; nomor rekomendasinya tidak tercatat"),
}

WORD_LENGTH = 40  #: characters of a word that the index keeps
LONGEST_QUERY = 300  #: characters
_MOST_WORDS = 30
#: Too frequent to distinguish entries; used only when the search has no other word.
_STOP_WORDS = frozenset(
    ("atau", "dalam", "dan", "dari", "dengan", "di", "kab", "kabupaten", "ke", "oleh", "pada", "tahun", "tentang")
) | {"untuk", "yang"}
_LIMITS = {
    "title": 300,
    "organiser": 200,
    "region": 100,
    "letter_number": 60,
    "source": 300,
    "note": 500,
}
_ASSESSED = re.compile(r"sektoral_dinilai_epss_([0-9]{4})")
_YEAR = re.compile(r"(?<!\w)(?:19|20)[0-9]{2}(?!\w)")
_WORD = re.compile(r"[^\W_]+")
#: An identity or a letter number as people type it. A year inside it is no filter.
_OFFICIAL_NUMBER = re.compile(
    r"(?<!\w)(?:[a-z][\s.-]*[0-9]{2}[\s.-]*[0-9]{4}[\s.-]*[0-9]{3}|[a-z]{1,3}-[0-9]+[a-z]?(?:/[a-z0-9.]+)+)(?!\w)",
    re.IGNORECASE | re.ASCII,
)


@frozen
class Entry:
    """One activity, as an office's register describes it. What the register leaves out is "" or `None`."""

    title: str
    organiser: str
    year: int
    region: str
    region_code: str
    method: str
    recommendation_identity: str
    letter_number: str
    letter_date: date | None
    status: str
    source: str
    note: str

    @property
    def key(self) -> str:
        """Identifies the activity: a second import with the same key updates the entry."""
        if self.recommendation_identity:
            parts: tuple[str, ...] = ("identity", self.recommendation_identity)
        elif self.letter_number:
            parts = ("letter", self.letter_number, self.region_code)
        else:
            parts = ("title", *(" ".join(split_words(part)) for part in (self.title, self.organiser)), str(self.year))
        return sha256("\0".join(parts).encode()).hexdigest()

    @property
    def words(self) -> frozenset[str]:
        """The words of the index: a search finds the entry by the beginnings of these."""
        numbers = (self.recommendation_identity, self.letter_number)
        told = (self.title, self.organiser, self.region, *numbers, str(self.year))
        pieces = chain.from_iterable(split_words(part) for part in told)
        return frozenset((*pieces, *(_join_words(number) for number in numbers if number)))

    @property
    def status_text(self) -> Text:
        assessed = _ASSESSED.fullmatch(self.status)
        if assessed:
            return Text(
                "Kegiatan sektoral yang dinilai pada EPSS %(year)s; nomor rekomendasinya tidak tercatat",
                year=assessed[1],
            )
        return STATUSES[self.status]


@frozen
class EntryRow:
    """A stored entry with the id of its row; buttons name the id."""

    id: int
    entry: Entry


@frozen
class BadLine:
    line: int
    reason: str  #: one sentence for the operator, in English

    def __str__(self) -> str:
        return f"line {self.line}: {self.reason}"


class CatalogueUnreadable(Exception):
    """The whole file cannot be used. One line that says what to do."""


@frozen
class CatalogueSearch:
    """Words to look for in any field, and filters."""

    words: str = ""
    year: int | None = None
    organiser: str = ""  #: exactly as an entry names it

    @classmethod
    def of(cls, typed: str) -> CatalogueSearch:
        """Takes one year among the typed words as a filter; several years, or one in a letter number, stay words."""
        words = one_line(typed)[:LONGEST_QUERY]
        years = set(_YEAR.findall(words))
        if len(years) != 1 or _OFFICIAL_NUMBER.search(words):
            return cls(words)
        rest = one_line(_YEAR.sub(" ", words)).strip(" ,.;:()-")
        return cls(rest if without_stop_words(split_words(rest)) else "", int(years.pop()))

    @property
    def prefixes(self) -> tuple[str, ...]:
        """An entry is found when each of these begins one of its words."""
        numbers = [_join_words(match[0]) for match in _OFFICIAL_NUMBER.finditer(self.words)]
        typed = split_words(_OFFICIAL_NUMBER.sub(" ", self.words))
        telling_apart = without_stop_words(typed)
        plain = telling_apart if telling_apart or numbers or self.organiser else typed
        return tuple(dict.fromkeys((*numbers, *plain, *without_stop_words(split_words(self.organiser)))))[:_MOST_WORDS]

    @property
    def is_empty(self) -> bool:
        return self.year is None and not self.prefixes


def parse(lines: Iterable[str]) -> Iterator[Entry | BadLine]:
    """Reads a register as CSV, separated by comma or semicolon. A line that cannot be used becomes a `BadLine`.

    Raises `CatalogueUnreadable` when the first line does not name the columns.
    """
    rows = _rows(lines)
    columns = _columns(next(rows, (1, [])))
    seen: dict[str, int] = {}
    for number, cells in rows:
        if isinstance(cells, str):
            yield BadLine(number, cells)
            continue
        try:
            entry = _entry(columns, cells)
        except ValueError as error:
            yield BadLine(number, str(error))
            continue
        before = seen.setdefault(entry.key, number)
        yield entry if before == number else BadLine(number, f"this is the same activity as in line {before}")


def _rows(lines: Iterable[str]) -> Iterator[tuple[int, list[str] | str]]:
    """Line number and cells, or what is wrong with the quotation marks; skips empty lines."""
    source = iter(lines)
    header = next(source, "").removeprefix("\ufeff")
    delimiter = ";" if header.count(";") > header.count(",") else ","
    reader = csv.reader(chain([header], source), delimiter=delimiter, strict=True)
    while True:
        number = reader.line_num + 1
        try:
            cells = [one_line(cell) for cell in next(reader)]
        except StopIteration:
            return
        except csv.Error as error:
            yield number, f"the quotation marks do not fit ({error})"
            continue
        if any(cells) or number == 1:
            yield number, cells


def _columns(header: tuple[int, list[str] | str]) -> list[str]:
    names = [name.casefold() for name in header[1]]
    missing = [field.name for field in fields(Entry) if field.name not in names]
    if missing:
        raise CatalogueUnreadable(f"the first line must name the columns; missing: {', '.join(missing)}")
    return names


def _entry(columns: list[str], cells: list[str]) -> Entry:
    """Raises `ValueError` with one sentence for the operator."""
    if len(cells) != len(columns):
        raise ValueError(f"there are {len(cells)} columns instead of {len(columns)}; quote texts that hold a separator")
    row = dict(zip(columns, cells, strict=True))
    for name, most in _LIMITS.items():
        if len(row[name]) > most:
            raise ValueError(f"the {name} is longer than {most} characters")
    return Entry(
        title=_required(row, "title"),
        organiser=_required(row, "organiser"),
        year=int(_matching(_required(row, "year"), r"(?:19|20)[0-9]{2}", "the year", "four digits, such as 2026")),
        region=row["region"],
        region_code=_matching(row["region_code"], "(?:[0-9]{4})?", "the region_code", "four digits, such as 7304"),
        method=_known(row["method"], ("", *METHODS), "method"),
        recommendation_identity=_identity(row["recommendation_identity"]),
        letter_number=row["letter_number"],
        letter_date=_date(row["letter_date"]),
        status=_status(_required(row, "status")),
        source=row["source"],
        note=row["note"],
    )


def _required(row: Mapping[str, str], name: str) -> str:
    if not row[name]:
        raise ValueError(f"the {name} is missing")
    return row[name]


def _matching(words: str, pattern: str, what: str, rule: str) -> str:
    if not re.fullmatch(pattern, words):
        raise ValueError(f'{what} "{words}" must have {rule}')
    return words


def _identity(words: str) -> str:
    if words and not IDENTITY.fullmatch(words):
        raise ValueError(f'the recommendation_identity "{words}" is not written like V-26.7304.001')
    return words


def _known(words: str, known: Iterable[str], what: str) -> str:
    if words not in known:
        raise ValueError(f'the {what} "{words}" is unknown; use {", ".join(filter(None, known))}')
    return words


def _status(words: str) -> str:
    return words if _ASSESSED.fullmatch(words) else _known(words, STATUSES, "status")


def _date(words: str) -> date | None:
    if not words:
        return None
    if re.fullmatch("[0-9]{4}-[0-9]{2}-[0-9]{2}", words):
        try:
            return date.fromisoformat(words)
        except ValueError:
            pass
    raise ValueError(f'the letter_date "{words}" is no date written like 2026-12-31')


def split_words(text: str) -> list[str]:
    """Words in lower-case ASCII letters and digits only, so that every database sorts them in the same order."""
    return [_to_ascii(word)[:WORD_LENGTH] for word in _WORD.findall(_without_accents(text.casefold()))]


def _without_accents(text: str) -> str:
    if text.isascii():
        return text
    split = unicodedata.normalize("NFKD", text)
    return "".join(sign for sign in split if not unicodedata.combining(sign)).casefold()


def _to_ascii(word: str) -> str:
    """Replaces letters of other scripts by their code points; equal beginnings stay equal."""
    return word if word.isascii() else "".join(sign if sign.isascii() else f"{ord(sign):x}" for sign in word)


def _join_words(number: str) -> str:
    return "".join(split_words(number))[:WORD_LENGTH]


def without_stop_words(words: Iterable[str]) -> list[str]:
    return [word for word in words if word not in _STOP_WORDS]
