"""Who signs a letter: the cover letter of an agency, and our own."""

from __future__ import annotations

import re

from domain.frozen import frozen
from domain.text import Text

_SEPARATOR = re.compile(r"[\n;|]+")
_NIP = re.compile(r"(?:nip\b)?[\s.:]*((?:\d[\s.]*){9,})", re.IGNORECASE)
#: a NIP between other words, so that the line is not a name or a position
_NUMBER = re.compile(r"(?:\d[\s.]*){9,}")
#: digits of the day of birth, the month of appointment, the sex and the number, as offices group them
_GROUPS = (8, 6, 1, 3)
_LONGEST = 150  #: characters of a name or a position


@frozen
class Signer:
    """Every text may be empty: then the letter has dots to write on."""

    name: str = ""
    position: str = ""
    nip: str = ""  #: eighteen digits, or empty


@frozen
class RankAndNip:
    """Of a director, as the letter names them. Both may be empty."""

    rank: str = ""
    nip: str = ""  #: eighteen digits, or empty


def read_signer(typed: str, position: str) -> Signer | Text:
    """Name, position and NIP, a line each, of which only the name is needed. A `Text` says what is wrong.

    `position`: stands where no position was typed.
    """
    parts = [part.strip() for part in _SEPARATOR.split(typed) if part.strip()]
    numbers = [found[1] for part in parts if (found := _NIP.fullmatch(part))]
    words = [part for part in parts if not _NIP.fullmatch(part)]
    is_unclear = not words or len(words) > 2 or len(numbers) > 1 or any(_NUMBER.search(word) for word in words)
    if is_unclear or not any(letter.isalpha() for letter in words[0]):
        return Text("Silakan tulis nama, jabatan, dan NIP, masing-masing satu baris. NIP boleh tidak ditulis.")
    if max(map(len, words)) > _LONGEST:
        return Text("Nama dan jabatan masing-masing paling panjang %(most)s huruf.", most=_LONGEST)
    nip = _digits(numbers)
    return nip if isinstance(nip, Text) else Signer(words[0], words[1] if len(words) > 1 else position, nip)


def read_rank(typed: str) -> RankAndNip | Text:
    """Rank and NIP, a line each, of which one may be left out. A `Text` says what is wrong."""
    parts = [part.strip() for part in _SEPARATOR.split(typed) if part.strip()]
    numbers = [found[1] for part in parts if (found := _NIP.fullmatch(part))]
    words = [part for part in parts if not _NIP.fullmatch(part)]
    if not parts or len(words) > 1 or len(numbers) > 1 or not all(word[:1].isalpha() for word in words):
        return Text("Silakan tulis pangkat dan NIP, masing-masing satu baris. Salah satunya boleh tidak ditulis.")
    if words and len(words[0]) > _LONGEST:
        return Text("Pangkat paling panjang %(most)s huruf.", most=_LONGEST)
    nip = _digits(numbers)
    return nip if isinstance(nip, Text) else RankAndNip(words[0] if words else "", nip)


def _digits(numbers: list[str]) -> str | Text:
    """The eighteen digits of a NIP; empty where none was typed."""
    nip = "".join(str(int(sign)) for sign in numbers[0] if sign.isdecimal()) if numbers else ""
    if nip and len(nip) != sum(_GROUPS):
        return Text("NIP terdiri atas 18 angka, misalnya %(example)s.", example=group_nip("197001011995012001"))
    return nip


def printed_nip(nip: str) -> str:
    """As letters print it; what is not eighteen digits stays as it is."""
    return group_nip(nip) if re.fullmatch(r"[0-9]{18}", nip) else nip


def group_nip(nip: str) -> str:
    """Eighteen digits as "19700101 199501 2 001"."""
    ends = [sum(_GROUPS[: index + 1]) for index in range(len(_GROUPS))]
    return " ".join(nip[end - size : end] for size, end in zip(_GROUPS, ends, strict=True))
