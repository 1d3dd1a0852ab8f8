"""Reads districts of the office's province by code or by name."""

from __future__ import annotations

import re

from domain.form.reading import Reading, fold
from domain.text import Json

#: letters that a part of a name needs to stand for the whole name
_SHORTEST_PART = 4


def read_area(words: str, reading: Reading) -> dict[str, Json] | None:
    """The four columns of `wilayah_kegiatan` for a code ("7306") or a name ("Gowa", "kab. gowa").

    Returns `None` for an area outside the province and for words that fit several districts.
    """
    typed = re.sub(r"^(?:kabupaten|kab)\b", "", fold(words))
    no_city, typed = typed != fold(words), typed.replace(" ", "")
    areas = {area.code: area for area in (reading.district, *reading.areas)}
    names = {code: fold(area.name).replace(" ", "") for code, area in areas.items()}
    said = {code: fold(area.short).replace(" ", "") for code, area in areas.items() if area.short}
    found = [code for code, name in names.items() if typed in (code, name, said.get(code))]
    if not found and len(typed) >= _SHORTEST_PART:
        found = [code for code, name in names.items() if typed in name and not (no_city and name.startswith("kota"))]
    if len(found) != 1:
        return None
    return {
        "kode_provinsi": reading.province.code[:2],
        "nama_provinsi": reading.province.name,
        "kode_kabupaten_kota": found[0],
        "nama_kabupaten_kota": areas[found[0]].name,
    }
