"""A case for Romantik as JSON and as an Excel file, from the same facts. In Indonesian, as the form is."""

from __future__ import annotations

import json
from collections.abc import Sequence
from io import BytesIO

from domain.form.definition import Question
from domain.frozen import frozen
from domain.romantik import Field, nested
from letters.workbook import add_list, new_workbook
from locales import SOURCE, say

_WIDTHS = (62, 10, 80)  #: characters
_HEADINGS = ("Nama bidang Romantik", "Butir", "Isian")
_UNKNOWN = "Nama bidang Romantik untuk butir ini, atau sebagiannya, belum diketahui. Isikan dengan tangan bila diminta."


@frozen
class RomantikCase:
    number: str  #: of the application
    verdict: str
    letter_number: str
    identity: str
    fields: Sequence[Field]
    left_out: Sequence[Question]


def as_json(case: RomantikCase) -> bytes:
    document = {
        "status_rekomendasi": case.verdict,
        **nested(case.fields, [say(field.words, SOURCE) for field in case.fields]),
        "_layanan": {
            "nomor_permohonan": case.number,
            "nomor_surat": case.letter_number,
            "identitas_rekomendasi": case.identity,
            "butir_tanpa_nama_bidang": [question.code for question in case.left_out],
        },
    }
    return json.dumps(document, ensure_ascii=False, indent=2).encode()


def as_workbook(case: RomantikCase) -> bytes:
    known = [(_path(field), field.question.code, say(field.words, SOURCE)) for field in case.fields]
    first = [("status_rekomendasi", "", case.verdict)]
    without = [(_UNKNOWN, one.code, say(one.heading or one.label, SOURCE)) for one in case.left_out]
    out = BytesIO()
    with new_workbook(out) as book:
        wrapped = book.add_format({"text_wrap": True, "valign": "top"})
        for name, rows in (("Isian", [*first, *known]), ("Tanpa nama bidang", without)):
            sheet = add_list(book, name, _HEADINGS, _WIDTHS)
            for place, row in enumerate(rows, 1):
                for column, words in enumerate(row):
                    sheet.write_string(place, column, words, wrapped)
            sheet.freeze_panes(1, 0)
            sheet.set_landscape()
            sheet.fit_to_pages(1, 0)
    return out.getvalue()


def _path(field: Field) -> str:
    """ "blok_iii.variabel_yang_dikumpulkan[1].nama" """
    parts = (f"[{part}]" if isinstance(part, int) else f".{part}" for part in field.path)
    return "".join(parts).removeprefix(".")
