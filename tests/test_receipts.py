"""The receipt comes by mail with the form as it was sent."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.service import applications, revisions
from domain.text import Text, verbatim
from letters.filled_form import FilledForm, FilledSection, render
from storage import continuations
from storage.tables import Application, File
from tests import pdf_text
from tests.casework import APPLICANT, OFFICER, do, on, staffed, submitted, under_review
from tests.talk import World

FORM = FilledForm(
    office="BPS Kabupaten Jeneponto",
    number="REK-2026-0012",
    applicant="Nama Contoh, Dinas Contoh",
    sent_on=date(2026, 3, 2),
    sections=(FilledSection(verbatim("Blok 0 · Identitas"), ((verbatim("0.1 Judul"), verbatim("Survei Contoh")),)),),
)


@pytest.fixture
def world(new_world: World) -> World:
    return new_world


def test_the_receipt_is_mailed_once_with_every_answer(world: World) -> None:
    submitted(world)
    asyncio.run(world.work())
    receipts = [text for _, subject, text in world.mails() if subject == "Tanda terima permohonan REK-2026-0001"]
    assert len(receipts) == 1 and "Formulir yang Anda kirim terlampir." in receipts[0]
    stored = select(File.object, File.owner).where(File.name == "formulir-REK-2026-0001.pdf")
    ((object, owner),) = world.process.units.write_now(lambda session: session.execute(stored).all())
    words = " ".join(pdf_text.text(world.process.store.read(object, owner)).split())
    for part in ("Nomor permohonan : REK-2026-0001", "Blok 0 · Identitas Kegiatan", "0.2 Tahun", "Halaman 2 dari"):
        assert part in words, (part, words[:600])


@pytest.mark.parametrize(
    "channel,save,link,opens",
    [
        ("telegram", continuations.save_link, "https://t.me/contoh_bot?start={word}_{code}", "https://t.me/contoh_bot"),
        ("whatsapp", continuations.save_link, "https://wa.me/62811?text=%2F{word}%20{code}", "https://wa.me/62811"),
        (
            "webchat",
            continuations.save_proof_link,
            "https://pst.example.go.id/kode/{code}",
            "https://pst.example.go.id/",
        ),
    ],
)
def test_a_mail_leads_back_to_the_chat_that_was_used_last(
    world: World, channel: str, save: Callable[[Session, str, str], None], link: str, opens: str
) -> None:
    world.process.units.write_now(lambda session: save(session, channel, link))
    world.found_at[APPLICANT] = (channel, "628110000")
    staffed(world)
    do(world, APPLICANT, lambda ctx: setattr(ctx.address, "last_incoming_at", ctx.now))
    application_id = under_review(world, "judul_kegiatan")
    do(world, OFFICER, on(application_id, revisions.request_revision))
    asyncio.run(world.work())
    assert do(
        world, APPLICANT, lambda ctx: applications.withdraw(ctx, ctx.session.get_one(Application, application_id), 1)
    )
    about = [text for to, _, text in world.mails() if to.startswith(APPLICANT)]
    assert "sudah ditarik atas permintaan Anda" in about[-1]
    assert len(about) == 3 and all(text.endswith(f"Percakapan Anda: {opens}") for text in about), about


def test_the_same_form_gives_the_same_bytes() -> None:
    assert render(FORM) == render(FORM) != render(replace(FORM, number="REK-2026-0013"))


@settings(max_examples=10, deadline=None)
@given(st.text(max_size=300))
def test_any_answer_can_be_drawn(words: str) -> None:
    row = (Text("%(code)s %(label)s", code="3.1", label="Latar Belakang"), verbatim(words))
    assert render(replace(FORM, sections=(FilledSection(verbatim("Blok III"), (row,) * 3),))).startswith(b"%PDF")
