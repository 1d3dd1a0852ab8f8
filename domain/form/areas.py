"""Reads districts of the office's province by code or by name."""

from __future__ import annotations

import re

from domain.form.reading import Reading, fold
from domain.text import Json
from domain.vocabulary import VOCABULARY


def read_area(words: str, reading: Reading) -> dict[str, Json] | None:
    """The four columns of `wilayah_kegiatan` for a code ("7306") or a name ("Gowa", "kab. gowa").

    Returns `None` for an area outside the province and for words that fit several districts.
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
    if len(found) != 1:
        return None
    return {
        "kode_provinsi": reading.province.code[:2],
        "nama_provinsi": reading.province.name,
        "kode_kabupaten_kota": found[0],
        "nama_kabupaten_kota": areas[found[0]].name,
    }


def _has_part(name: str, part: str, *, without_city: bool) -> bool:
    """Whether whole words of a district's name are meant: "Selayar", "Makassar"; never a piece of a word, which may be
    another place.
    """
    folded = fold(name)
    return bool(part) and f" {part} " in f" {folded} " and not (without_city and folded.startswith("kota "))
