"""Numbers that people read and write: of an application, of a letter, of a recommendation.

The office chooses how they look, with a pattern such as "REK-%(year)s-%(serial)04d". The parts that a pattern may have
are defined here. Patterns are checked when the office profile is read, so that none fails when a letter is issued.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from functools import cache

#: The national notation, as printed on questionnaires: a letter, the two-digit year, the area, the serial.
IDENTITY = re.compile(r"[A-Z]-[0-9]{2}\.[0-9]{4}\.[0-9]{3}")

APPLICATION_PARTS = frozenset({"year", "serial"})
LETTER_PARTS = frozenset({"year", "short_year", "serial", "area", "month", "month_roman"})
IDENTITY_PARTS = frozenset({"short_year", "area", "serial"})

ROMAN_MONTHS = ("I", "II", "III", "IV", "V", "VI", "VII", "VIII", "IX", "X", "XI", "XII")

LONGEST_APPLICATION = 20  #: characters of an application number; buttons show them

_PART = re.compile(r"%\((?P<name>\w+)\)(?P<form>s|0[1-9]d|d)")
_SAMPLE: Mapping[str, str | int] = {
    "year": "2026",
    "short_year": "26",
    "serial": 1,
    "area": "7304",
    "month": 1,
    "month_roman": "I",
}
_AROUND = " .,;:!?#()“”\"'"  #: what may stand around a typed number
#: What may stand between the parts of a typed number: spaces, slashes and the dashes that phones insert.
_BETWEEN = r"[\s./_\u2010-\u2015-]{0,4}"


def checked_pattern(pattern: str, parts: Collection[str]) -> str:
    """The same pattern. Raises `ValueError` with the reason. A pattern needs a serial, so that numbers are unique."""
    used = [match["name"] for match in _PART.finditer(pattern)]
    if "%" in _PART.sub("", pattern):
        raise ValueError(f'"{pattern}": write parts as %(name)s or %(name)04d')
    if unknown := sorted(set(used) - set(parts)):
        raise ValueError(f'"{pattern}": unknown part {unknown[0]}; known are {", ".join(sorted(parts))}')
    if used.count("serial") != 1 or len(used) != len(set(used)):
        raise ValueError(f'"{pattern}": needs %(serial)d once and no part twice')
    for match in _PART.finditer(pattern):
        if match["form"] != "s" and isinstance(_SAMPLE[match["name"]], str):
            raise ValueError(f'"{pattern}": {match["name"]} is text, write %({match["name"]})s')
    return pattern


def checked_application_pattern(pattern: str) -> str:
    """The same pattern. Raises `ValueError` also when its numbers are too long for a button."""
    checked_pattern(pattern, APPLICATION_PARTS)
    longest = pattern % {**_SAMPLE, "serial": 99_999}
    if len(longest) > LONGEST_APPLICATION:
        raise ValueError(f'"{pattern}": "{longest}" is longer than the {LONGEST_APPLICATION} characters of a button')
    return pattern


def checked_identity_pattern(pattern: str) -> str:
    """The same pattern. Raises `ValueError` also when its results are not in the national notation."""
    checked_pattern(pattern, IDENTITY_PARTS)
    if not IDENTITY.fullmatch(pattern % _SAMPLE):
        raise ValueError(f'"{pattern}": gives "{pattern % _SAMPLE}", which is not written like V-26.7304.001')
    return pattern


def application_number(pattern: str, year: int, serial: int) -> str:
    return checked_pattern(pattern, APPLICATION_PARTS) % {"year": str(year), "serial": serial}


def letter_number(pattern: str, *, year: int, month: int, area: str, serial: int) -> str:
    """The number of an outgoing letter, e.g. "B-90/7304/KS.200/2026". Serials are counted for each year."""
    return checked_pattern(pattern, LETTER_PARTS) % {
        "year": str(year),
        "short_year": f"{year % 100:02d}",
        "serial": serial,
        "area": area,
        "month": month,
        "month_roman": ROMAN_MONTHS[month - 1],
    }


def recommendation_identity(pattern: str, *, year: int, area: str, serial: int) -> str:
    """The identity of a recommendation, e.g. "V-26.7304.002". Serials are counted for each year and area.

    Raises `ValueError` when the result is not in the national notation, which has room for 999 in a year.
    """
    parts = {"short_year": f"{year % 100:02d}", "area": area, "serial": serial}
    identity = checked_pattern(pattern, IDENTITY_PARTS) % parts
    if not IDENTITY.fullmatch(identity):
        raise ValueError(f'"{identity}" is not written like V-26.7304.001')
    return identity


def parse_application_number(text: str, pattern: str = "REK-%(year)s-%(serial)04d") -> str | None:
    """The application number that a typed text contains, in the office's notation: "rek 2026 1" is REK-2026-0001."""
    match = _typed_number(pattern).search(text)
    if match is None:
        return None
    found = match.groupdict()
    return application_number(pattern, int(found.get("year") or 0), int(found["serial"]))


def whole_application_number(text: str, pattern: str) -> str | None:
    """The application number that the text is, without other words. `None` for digits alone, which may be a code."""
    typed = text.strip().strip(_AROUND)
    if not _typed_number(pattern).fullmatch(typed) or not any(sign.isalpha() for sign in typed):
        return None
    return parse_application_number(typed, pattern)


@cache
def _typed_number(pattern: str) -> re.Pattern[str]:
    parts = {"year": "(?P<year>20[0-9]{2})", "serial": "0*(?P<serial>[1-9][0-9]{0,5})"}
    pieces: list[str] = []
    end = 0
    for match in _PART.finditer(checked_pattern(pattern, APPLICATION_PARTS)):
        pieces += re.findall(r"\w+", pattern[end : match.start()])
        pieces.append(parts[match["name"]])
        end = match.end()
    pieces += re.findall(r"\w+", pattern[end:])
    return re.compile(rf"(?<!\w){_BETWEEN.join(pieces)}(?!\w)", re.IGNORECASE)
