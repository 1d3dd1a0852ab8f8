"""WhatsApp: what fails or waits is said later, in order, and the word that a template asked for brings the news."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

import locales
from bot.chat import prompt_from_json
from bot.service import decisions, letters, notices
from storage import deliveries, messages, outbox, people, sending
from storage.tables import Address, Message, Person
from tests.casework import (
    APPLICANT,
    DIRECTOR,
    OFFICER,
    answer_again,
    do,
    drawn,
    half_filled,
    issue,
    letter_drafted,
    on,
    resubmit,
    revision_requested,
    send,
    staffed,
)
from tests.contract.whatsapp_harness import ID, WA
from tests.contract.whatsapp_office import Office, begins, casework_of
from tests.platforms.whatsapp import User, faults
from tests.samples import sample

NEWS = "Permohonan REK-2026-0001 selesai diperiksa."
SORRY = "belum memahami"
MENU = "Apa yang dapat kami bantu?"
DAY = 25 * 3600


async def sari_has_written(office: Office) -> User:
    office.approves_templates()
    sari = office.server.user(ID, WA)
    await sari.says("halo")
    await office.settled()
    return sari


async def at_name(office: Office, sari: User) -> None:
    """Her name is asked for."""
    await begins(office, sari)
    for words in ("2", "1", "Ya, saya setuju"):
        await sari.says(words)
        await office.settled()
    assert "R.1" in str(sari.screen[-1])


async def prove_mailbox(office: Office) -> None:
    def prove(session: Session) -> None:
        person = session.scalars(select(Person)).one()
        person.email = person.mailbox = "sari@contoh.go.id"
        person.email_proven_at = office.now
        people.get_or_create_mailbox(session, person.email, person.id, "id", office.now)

    await office.does(prove)


async def mails(office: Office) -> list[str]:
    def read(session: Session) -> list[str]:
        query = select(Message).join(Address, Address.id == Message.address_id).where(Address.channel == people.MAIL)
        found = session.scalars(query.order_by(Message.id)).all()
        return [
            locales.say(prompt_from_json(messages.read_body(office.process.app.keys, message)).text, "id")
            for message in found
        ]

    return await office.process.units.write(read)


def said(shown: list[object]) -> list[str]:
    return [str(one) for one in shown]


# Templates ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("word", ["ya", "halo", "oke siap", "apa saja", "pisang", "👍"])
async def test_the_word_that_a_template_asked_for_brings_the_news_alone(office: Office, word: str) -> None:
    sari = await sari_has_written(office)
    office.server.clock.advance(DAY)
    await office.tells()
    assert sari.screen[-1].template == "pst_permohonan"
    await sari.says(word)
    await sari.waits_for(NEWS)
    await office.settled()
    assert said(list(sari.step)) == [NEWS]
    await sari.says("menu")
    await sari.waits_for(MENU)
    assert office.server.flagged == []


async def test_a_question_in_answer_to_a_template_is_answered_after_the_news(office: Office) -> None:
    sari = await sari_has_written(office)
    office.server.clock.advance(DAY)
    await office.tells()
    await sari.says("berapa biayanya?")
    await sari.waits_for("tidak dipungut biaya")
    await office.settled()
    first, second = said(list(sari.step))
    assert first == NEWS and "tidak dipungut biaya" in second


async def test_the_answer_to_a_template_answers_no_open_question(office: Office) -> None:
    """A word fills nothing; what may be an answer is kept and offered, after the news."""
    office.approves_templates()
    sari = office.server.user(ID, WA)
    await at_name(office, sari)
    office.server.clock.advance(DAY)
    await office.tells()
    await sari.says("iya")
    await sari.waits_for(NEWS)
    await office.settled()
    assert len(sari.step) == 1
    office.server.clock.advance(DAY)
    await office.tells()
    await sari.says("Sari Contoh")
    await sari.waits_for("Pakai untuk R.1?")
    await office.settled()
    first, second = said(list(sari.step))
    assert first == NEWS and "membalas pemberitahuan kami" in second and "“Sari Contoh”" in second
    await sari.says("ya")
    await sari.waits_for("✓ R.1: Sari Contoh")


async def test_a_yes_to_a_template_presses_no_old_button(office: Office) -> None:
    office.approves_templates()
    sari = office.server.user(ID, WA)
    await begins(office, sari)
    for words in ("2", "1"):
        await sari.says(words)
        await office.settled()
    assert "Apakah Anda setuju?" in str(sari.screen[-1])
    office.server.clock.advance(DAY)
    await office.tells()
    await sari.says("ya")
    await sari.waits_for(NEWS)
    await office.settled()
    assert len(sari.step) == 1, "the yes was for the template"


# Failures that are reported later -------------------------------------------------------------------------------------


async def test_a_closed_window_that_is_reported_later_sends_the_template(office: Office) -> None:
    sari = await sari_has_written(office)
    await prove_mailbox(office)
    office.server.faults.next(faults.failed(131047))
    await office.tells()
    await sari.waits_for(lambda shown: shown.template == "pst_permohonan")
    await office.settled()
    assert NEWS not in said(list(sari.screen)) and await mails(office) == []
    await sari.says("ya")
    await sari.waits_for(NEWS)
    await office.settled()
    assert said(list(sari.step)) == [NEWS] and office.server.faults.all_struck


@pytest.mark.parametrize("error", [131026, 131000])
async def test_what_was_not_delivered_waits_for_the_next_message_and_goes_by_mail_too(
    office: Office, error: int
) -> None:
    sari = await sari_has_written(office)
    await prove_mailbox(office)
    office.server.faults.next(faults.failed(error))
    await office.tells()
    assert NEWS not in said(list(sari.screen)) and await mails(office) == [NEWS]
    await sari.says("menu")
    await sari.waits_for(MENU)
    await office.settled()
    first, second = said(list(sari.step))
    assert first == NEWS and MENU in second, "the news comes first"
    row = next(row for row in await office.rows() if row.reason == "result" and row.channel == "whatsapp")
    assert row.progress == "read" and row.failure == ""
    assert await mails(office) == [NEWS], "once"
    assert office.server.flagged == []


async def test_a_template_that_was_not_delivered_leaves_the_news_waiting_and_mails_it(office: Office) -> None:
    sari = await sari_has_written(office)
    await prove_mailbox(office)
    office.server.clock.advance(DAY)
    office.server.faults.next(faults.failed(131026))
    await office.tells()
    assert len(sari.screen) == 1 and await mails(office) == [NEWS]
    await sari.says("ya")
    await sari.waits_for(NEWS)


async def test_a_report_that_comes_twice_has_one_effect(office: Office) -> None:
    sari = await sari_has_written(office)
    office.server.faults.next(faults.failed(131026))
    await office.tells()
    await sari.says("menu")
    await sari.waits_for(NEWS)
    await office.settled()
    await office.server.webhook.replay()
    await office.settled()
    assert said(list(sari.screen)).count(NEWS) == 1


# Order ----------------------------------------------------------------------------------------------------------------


CONTENT = {"revision_requested", "letter", "sent_back", "draft_letter", "complaint", "complaint_answered", "copy"}


def test_what_carries_content_is_never_superseded() -> None:
    assert not CONTENT & {reason for older in notices.SUPERSEDES.values() for reason in older}


async def fails_for_long(office: Office) -> None:
    """The platform is away for longer than a message keeps its place."""
    office.server.faults.next(faults.http(503), times=sending.ORDERED_RETRIES + 2, on="messages")
    for _ in range(sending.ORDERED_RETRIES + 2):
        await office.wakes()
        office.server.clock.advance(120)
    assert office.server.faults.all_struck


async def test_news_that_was_overtaken_while_the_platform_was_away_is_not_sent_behind_it(office: Office) -> None:
    sari = office.server.user(ID, WA)
    await sari.says("halo")
    await office.settled()
    world = casework_of(office)
    case = letter_drafted(staffed(world))
    await fails_for_long(office)
    do(world, OFFICER, on(case, send))
    do(world, DIRECTOR, on(case, issue))
    stored = office.process.store.put(b"%PDF-1.7 surat", "person/1")
    letter_id = do(world, DIRECTOR, on(case, lambda ctx, application: drawn(ctx, application, stored, "person/1")))
    do(world, APPLICANT, lambda ctx: letters.deliver_uploaded(ctx, letter_id, "0" * 64))
    await office.wakes()
    office.server.clock.advance(3600)
    await office.wakes()
    shown = said(list(sari.screen))
    assert any("sudah terbit" in one for one in shown) and not any("sedang disiapkan" in one for one in shown)
    (row,) = [row for row in await office.rows() if row.reason == "result" and row.channel == "whatsapp"]
    assert row.sent_at is None and row.gave_up_at is not None and row.failure == outbox.SUPERSEDED
    assert any("selesai diperiksa" in mail for mail in await mails(office)), "the standard demands this mail"
    assert await office.does(lambda session: deliveries.undelivered(session, session_start(office))) == []


async def test_remarks_are_sent_although_something_newer_was_sent_before(office: Office) -> None:
    sari = office.server.user(ID, WA)
    await sari.says("halo")
    await office.settled()
    world = casework_of(office)
    case = revision_requested(staffed(world))
    await fails_for_long(office)
    answer_again(world, case, judul_kegiatan="Survei Kepuasan Pasien Puskesmas Tahun 2027")
    resubmit(world, case)
    do(world, OFFICER, on(case, lambda ctx, app: decisions.decide(ctx, app, app.round, "ditolak", ["Ya."], [])))
    await office.wakes()
    office.server.clock.advance(3600)
    await office.wakes()
    shown = " ".join(said(list(sari.screen)))
    assert "catatan yang perlu Anda jawab" in shown and "selesai diperiksa" in shown


def session_start(office: Office) -> datetime:
    return office.now - timedelta(days=1)


# A lost answer of the platform ----------------------------------------------------------------------------------------


async def test_after_a_lost_answer_of_the_platform_the_sentence_says_what_happened(office: Office) -> None:
    """The question is on her screen, but we do not know it: her answer is offered, and nothing is blamed on her."""
    sari = office.server.user(ID, WA)
    await at_name(office, sari)
    office.server.clock.advance(5)
    office.server.faults.next(faults.LOST)
    await sari.says("Sari Contoh")
    await sari.waits_for("R.2")
    await office.settled()
    office.server.clock.advance(1)
    await sari.says("Dinas Kesehatan Kabupaten Jeneponto")
    await office.settled()
    office.server.clock.advance(5)
    await office.wakes()
    last = str(sari.screen[-1])
    assert "tercatat sampai kepada Anda" in last and "Pakai untuk R.2?" in last and "sekaligus" not in last
    await sari.taps("Ya, pakai")
    await sari.waits_for("✓ R.2: Dinas Kesehatan Kabupaten Jeneponto")
    assert office.server.faults.all_struck


async def test_a_file_answers_a_file_question_whose_sending_is_uncertain(office: Office) -> None:
    sari = office.server.user(ID, WA)
    await sari.says("halo")
    await office.settled()
    half_filled(casework_of(office), "surat_permohonan", "instrumen")
    await sari.says("menu")
    await office.settled()
    office.server.clock.advance(5)
    office.server.faults.next(faults.LOST)
    await sari.taps("Lanjutkan permohonan")
    await sari.waits_for("9.1")
    await office.settled()
    await sari.sends_document("surat.pdf", sample("surat.pdf"))
    await office.settled()
    office.server.clock.advance(5)
    await office.wakes()
    assert "✓ 9.1 diterima: surat.pdf" in str(sari.screen[-1])
