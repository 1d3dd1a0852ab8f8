"""Reads districts by code or by name: those of the office's province as people say them, others by their whole name."""

from __future__ import annotations

import csv
import re
from collections.abc import Mapping
from functools import cache

from domain.definitions import DATA
from domain.form.reading import Reading, fold
from domain.text import Json
from domain.vocabulary import VOCABULARY

_AND = re.compile(r"^(?:dan|and|&)\s+|\s+(?:dan|and|&|serta)\s+", re.IGNORECASE)
_BETWEEN = re.compile(rf",|{_AND.pattern}", re.IGNORECASE)


def read_area(words: str, reading: Reading) -> dict[str, Json] | None:
    """The four columns of `wilayah_kegiatan` for a code ("7306") or a name ("Gowa", "kab. gowa").

    Returns `None` for words that fit several districts, such as "Bandung", or none.
    """
    part = re.sub(r"^(?:kabupaten|kab)\b", "", fold(words)).strip()
    no_city, typed = part != fold(words), part.replace(" ", "")
    areas = {area.code: area for area in (reading.district, *reading.areas)}
    names = {code: fold(area.name).replace(" ", "") for code, area in areas.items()}
    said = {code: fold(area.short).replace(" ", "") for code, area in areas.items() if area.short}
    found = [code for code, name in names.items() if typed in (code, name, said.get(code))]
    if not found and not no_city:
        found = [code for code, name in names.items() if name == f"kota{typed}"]
    if not found and part not in VOCABULARY.parts_of_places:
        found = [code for code, area in areas.items() if _has_part(area.name, part, without_city=no_city)]
    if not found:
        found = _find_elsewhere(typed, reading.province.code[:2], without_city=no_city)
    if len(found) != 1:
        return None
    (code,) = found
    is_ours = code in areas
    return {
        "kode_provinsi": code[:2],
        "nama_provinsi": reading.province.name if is_ours else country()[code[:2]],
        "kode_kabupaten_kota": code,
        "nama_kabupaten_kota": areas[code].name if is_ours else country()[code],
    }


def read_areas(words: str, reading: Reading) -> tuple[list[dict[str, Json]], list[str]]:
    """Several districts on one line, "Gowa, Takalar dan Maros", and the names that are unknown.

    Both are empty for words that are no such list.
    """
    if "\n" in words or not _BETWEEN.search(words):
        return [], []
    # "Pangkajene dan Kepulauan" is one name: commas part first
    parts = [part for piece in words.split(",") if piece.strip() for part in _names(piece.strip(), reading)]
    read = {part: read_area(part, reading) for part in parts}
    known = [area for area in read.values() if area is not None]
    return (known, [part for part, area in read.items() if area is None]) if known and len(parts) > 1 else ([], [])


def _names(piece: str, reading: Reading) -> list[str]:
    if read_area(piece, reading) is not None:
        return [piece]
    return [part for part in _AND.split(piece) if part]


@cache
def country() -> Mapping[str, str]:
    """Code → name, of two digits for provinces and of four for districts, as BPS numbers them. The provinces of Papua
    are left out: their districts got new codes in 2022.
    """
    table = (DATA / "areas.csv").read_text(encoding="utf-8")
    return {row["code"]: row["name"] for row in csv.DictReader(table.splitlines())}


@cache
def _folded() -> Mapping[str, str]:
    """Code → name as it is compared."""
    return {code: fold(name).replace(" ", "") for code, name in country().items()}


def _find_elsewhere(typed: str, province: str, *, without_city: bool) -> list[str]:
    """The codes of the districts outside the province that the words name."""
    names = {typed} if without_city else {typed, f"kota{typed}"}
    return [
        code
        for code, name in _folded().items()
        if len(code) == 4 and code[:2] != province and (typed == code or name in names)
    ]


def _has_part(name: str, part: str, *, without_city: bool) -> bool:
    """Whether whole words of a district's name are meant: "Selayar", "Makassar"; never a piece of a word, which may be
    another place.
    """
    folded = fold(name)
    return bool(part) and f" {part} " in f" {folded} " and not (without_city and folded.startswith("kota "))
