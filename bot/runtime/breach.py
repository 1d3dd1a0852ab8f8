"""Drafts what the office must send within 3 x 24 hours after a breach became known: to people, and to the authority.

Source: UU 27/2022, Pasal 46: which data, when and how, and what is done about it. What only the office knows stands in
square brackets.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Collection
from datetime import datetime, timedelta
from pathlib import Path

from bot.errors import OperatorError
from bot.runtime.process import Process
from storage.affected_people import AffectedPerson, affected_people
from storage.private_files import FILE_MODE, make_private_folder

#: the law's time for telling people and the authority
WITHIN = timedelta(hours=72)
_NOTICE = """PEMBERITAHUAN KEGAGALAN PELINDUNGAN DATA PRIBADI

Yth. {reader}

{office} memberitahukan kegagalan pelindungan data pribadi, sesuai dengan Pasal 46 UU Nomor 27 Tahun 2022.

1. Data pribadi yang terungkap: {kinds}. Terdampak: {count} orang.
2. Diketahui pada: {known_at}. Terjadi pada: [isi waktunya]. Cara terungkapnya: [isi].
3. Upaya penanganan dan pemulihan: [isi; misalnya akses ditutup, kunci diganti].
4. Yang dapat Anda lakukan: waspadai pesan yang mengatasnamakan kantor ini, dan jangan berikan kode dari kami kepada
   siapa pun.

Pemberitahuan ini harus terkirim paling lambat {due}.
Narahubung: {phone}, {email}.
"""
_READERS = {
    "pemberitahuan-subjek-data.txt": "pemilik data",
    "pemberitahuan-lembaga.txt": "lembaga pelindungan data pribadi",
}
_TABLE = "terdampak.csv"
_PHONE = re.compile(r"\+[0-9 ]+")
_COLUMNS = ("nomor", "nama", "e-mail", "telepon", "saluran", "data")


def write_notice(
    process: Process, folder: Path, known_at: datetime, person_ids: Collection[int], now: datetime
) -> tuple[int, datetime]:
    """Returns how many are affected, and until when they must be told. `known_at`: the office's time. Raises
    `OperatorError`; a notice that stands in the folder, perhaps filled in already, is never replaced.
    """
    office = process.app.office
    known = known_at.replace(tzinfo=office.zone)
    if known > now:
        raise OperatorError(f"--known-at {known:%Y-%m-%d %H:%M %Z} is in the future; say when it became known")
    there = [name for name in (*_READERS, _TABLE) if (folder / name).exists()]
    if there:
        raise OperatorError(f"{folder / there[0]} is there already; name another folder")
    due = known + WITHIN
    people = process.units.write_now(lambda session: list(affected_people(session, process.app.keys, person_ids)))
    unknown = sorted(set(person_ids) - {person.person_id for person in people})
    if unknown:
        raise OperatorError(f"Nothing is kept of a person with the number {unknown[0]}; {_TABLE} lists all of them")
    kinds = sorted({kind for person in people for kind in person.kinds.split(", ")})
    facts = {
        "office": office.office.name,
        "kinds": ", ".join(kinds) or "[isi]",
        "count": len(people),
        "known_at": f"{known:%d-%m-%Y %H.%M %Z}",
        "due": f"{due:%d-%m-%Y %H.%M %Z}",
        "phone": office.office.phone,
        "email": office.office.email,
    }
    files = {name: _NOTICE.format(reader=reader, **facts) for name, reader in _READERS.items()}
    files[_TABLE] = _table(people)
    try:
        make_private_folder(folder)
        for name, content in files.items():
            (folder / name).write_text(content, encoding="utf-8")
            (folder / name).chmod(FILE_MODE)
    except OSError as error:
        raise OperatorError(f"{folder}: cannot be written ({error.strerror})") from None
    return len(people), due


def _table(people: list[AffectedPerson]) -> str:
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(_COLUMNS)
    for one in people:
        cells = (one.person_id or "", one.name, one.email, one.phone, one.channels, one.kinds)
        writer.writerow([_harmless(str(cell)) for cell in cells])
    return out.getvalue()


def _harmless(cell: str) -> str:
    """A spreadsheet computes cells that begin like a formula; only a phone number may begin with a plus."""
    is_formula = cell[:1] in {"=", "+", "-", "@", "\t", "\r"} and not _PHONE.fullmatch(cell)
    return f"'{cell}" if is_formula else cell
