"""The lines at the head of an agency's letter, as the agency writes them."""

from __future__ import annotations

import re

from domain.text import Text

#: a letterhead has at most so many lines, of at most so many characters
MOST_LINES = 6
_LONGEST = 110
#: how a line begins, or what it has, that says where the agency is and not what it is called
_DETAILS = re.compile(
    r"(?:jl|jalan|jln|telp|telepon|tlp|fax|faks|e-?mail|surel|laman|website|situs|kode pos)\b|.*@|.*\d{4}"
)


def read_letterhead(typed: str) -> tuple[str, ...] | Text:
    """A line for each typed line. A `Text` says what is wrong."""
    lines = tuple(line for line in (" ".join(line.split()) for line in typed.splitlines()) if line)
    if not any(letter.isalpha() for letter in "".join(lines)):
        return Text("Silakan tulis kop surat instansi Anda, paling sedikit nama instansinya.")
    if len(lines) > MOST_LINES or max(map(len, lines)) > _LONGEST:
        return Text(
            "Kop surat paling banyak %(lines)s baris, masing-masing paling panjang %(most)s huruf.",
            lines=MOST_LINES,
            most=_LONGEST,
        )
    return lines


def compose_letterhead(institution: str, address: str, phone: str, email: str) -> tuple[str, ...]:
    """From what the form knows of the agency; empty where it has no name."""
    if not institution:
        return ()
    reached = " · ".join(filter(None, (phone and f"Telepon {phone}", email and f"E-mail {email}")))
    return tuple(filter(None, (" ".join(institution.upper().split()), " ".join(address.split()), reached)))


def names_and_details(lines: tuple[str, ...]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The lines that name the agency, and those from the first one on that says where it is."""
    first = next((place for place, line in enumerate(lines) if place and _DETAILS.match(line.casefold())), len(lines))
    return lines[:first], lines[first:]
