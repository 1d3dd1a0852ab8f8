"""The guest book for tests: what a visitor says."""

from __future__ import annotations

from bot.service import drafts, guest_book
from bot.service.context import Context
from domain.form.definition import Value
from storage.tables import GuestVisit

NAME = "Tamu Rahasia Contoh"
ANSWERS: dict[str, Value] = {
    "nama": NAME,
    "jenis_instansi": "pemda",
    "instansi": "Dinas Kesehatan",
    "pekerjaan": "asn",
    "pendidikan": "sarjana",
    "jenis_kelamin": "perempuan",
    "tahun_lahir": "1990",
    "telepon": None,
    "email": None,
    "pernah_mengadu": "tidak",
    "layanan": "konsultasi",
    "keperluan": "pemerintah",
}


def sign(ctx: Context) -> GuestVisit:
    return guest_book.record(ctx, drafts.create(ctx, guest_book.FORM, ANSWERS))
