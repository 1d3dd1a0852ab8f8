"""What officers and applicants tell each other: notices, complaints and ratings."""

from __future__ import annotations

from datetime import timedelta
from functools import partial

from sqlalchemy.orm import Session

from bot.service import cases, complaints, officers, ratings
from storage.tables import Rating
from tests.casework import (
    APPLICANT,
    DIRECTOR,
    HEAD,
    OFFICER,
    OTHER_OFFICER,
    awaiting_issue,
    do,
    issued,
    letter_drafted,
    on,
    reopen,
    send_back,
    submitted,
    withdraw,
)
from tests.talk import Talk, World

# Telling --------------------------------------------------------------------------------------------------------------


def told(world: World, who: str) -> str:
    """What somebody finds when they look."""
    talk = Talk(world, who)
    talk.say("menu")
    return "\n".join(talk.lines(talk.told))


def test_each_change_is_told_to_whom_it_concerns(world: World) -> None:
    application_id = submitted(world)
    assert f"Permohonan baru REK-2026-{application_id:04d}" in told(world, OFFICER)
    assert "Permohonan baru" in told(world, HEAD) and "Permohonan baru" not in told(world, DIRECTOR)
    do(world, OFFICER, on(application_id, cases.claim))
    assert do(world, APPLICANT, lambda ctx: withdraw(ctx, application_id))
    assert "Pemohon menarik permohonan" in told(world, OFFICER)
    assert "Pemohon menarik permohonan" not in told(world, OTHER_OFFICER)
    second = letter_drafted(world)
    do(world, OFFICER, on(second, reopen))
    assert "kami periksa lagi sebelum suratnya terbit" in told(world, APPLICANT)
    assert any("kami periksa lagi sebelum suratnya terbit" in text for _, _, text in world.mails())
    issued(world)
    assert "Direktur menerbitkan surat B-1/7304" in told(world, OFFICER)
    third = awaiting_issue(world)
    do(world, OFFICER, lambda ctx: officers.revoke(ctx.session, ctx.app.keys, ctx.actor.id, ctx.now))
    do(world, DIRECTOR, on(third, send_back))
    assert "Perbaiki ejaan." in told(world, OTHER_OFFICER) and "Perbaiki ejaan." not in told(world, OFFICER)


def test_the_letter_is_sent_again_when_asked_for_in_words(world: World) -> None:
    application_id = issued(world)
    talk = Talk(world, APPLICANT)
    talk.say("halo")
    talk.say("Kirim ulang surat")
    assert talk.last == f"Surat untuk REK-2026-{application_id:04d}" and talk.told[-1].prompt.attachment is not None
    other = Talk(world, "orang lain")
    other.say("halo")
    other.say("kirim ulang surat")
    assert "belum mempunyai permohonan" in other.last


def test_complaints_wait_in_a_list_and_are_answered_only_by_the_desk(world: World) -> None:
    for n in range(7):
        do(world, f"warga {n}" if n < 6 else APPLICANT, partial(complaints.file, words=f"Pengaduan ke-{n}."))
    talk = Talk(world, OFFICER)
    talk.say("berkas")
    talk.tap("Pengaduan (7)")
    assert "ADU-2026-0006 · jawab paling lambat" in talk.last
    talk.tap("Berikutnya")
    talk.tap("ADU-2026-0007")
    talk.tap("Jawab")
    talk.say("Terima kasih, sudah kami perbaiki.")
    talk.tap("Kirim")
    assert "sudah kami perbaiki" in told(world, APPLICANT)
    for who in (APPLICANT, DIRECTOR, "orang lain"):
        forger = Talk(world, who)
        for tap in ("complaint:answer:1", "complaint:show:1", "complaint:list"):
            forger.press(tap)
            assert "Pengaduan ke-" not in forger.last and "Tulis jawaban" not in forger.last, (who, tap)


def test_a_rating_can_be_changed_for_seven_days(world: World) -> None:
    application_id = issued(world)
    rate = partial(ratings.rate, application_id=application_id)
    assert do(world, APPLICANT, partial(rate, stars=2))
    world.now += timedelta(days=7)
    assert do(world, APPLICANT, partial(rate, stars=5))
    assert do(world, APPLICANT, partial(ratings.comment, application_id=application_id, words="Baik sekali."))
    world.now += timedelta(seconds=1)
    assert not do(world, APPLICANT, partial(rate, stars=1))
    assert not do(world, APPLICANT, partial(ratings.comment, application_id=application_id, words="Buruk."))
    talk = Talk(world, DIRECTOR)
    talk.say("penilaian")
    assert talk.last.splitlines()[-1] == "★★★★★ Baik sekali."
    for who in ("orang lain", OFFICER):
        assert not do(world, who, partial(rate, stars=1))
    for stars in (0, 6):
        assert not do(world, APPLICANT, partial(ratings.rate, application_id=issued(world), stars=stars))


def test_comments_on_the_service_are_read_page_by_page(world: World) -> None:
    talk = Talk(world, DIRECTOR)
    talk.say("penilaian")
    assert "Belum ada penilaian" in talk.last
    application_ids = [submitted(world, f"p{n}") for n in range(8)]

    def rate_all(session: Session) -> None:
        for n, application_id in enumerate(application_ids):
            words = f"Komentar {n}." if n else ""
            session.add(Rating(application_id=application_id, stars=5 - n % 2, comment=words, created_at=world.now))

    world.process.units.write_now(rate_all)
    talk.say("penilaian")
    assert "rata-rata 4,5 dari 8 penilaian" in talk.last and "★★★★ Komentar 7." in talk.last
    talk.tap("Berikutnya")
    assert talk.last.splitlines()[-2:] == ["★★★★★ Komentar 2.", "★★★★ Komentar 1."]
    other = Talk(world, APPLICANT)
    other.press("rating:page:0")
    assert "Komentar" not in other.last
