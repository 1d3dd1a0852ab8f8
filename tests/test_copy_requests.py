"""A colleague's application is copied only when its applicant allows it, and nobody learns anything from a number."""

from __future__ import annotations

import asyncio
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from functools import partial
from pathlib import Path

import pytest
from sqlalchemy import select

from bot.actions import code
from bot.actions.applicant import AllowCopy, BeginCopy, RefuseCopy
from bot.limits import DAILY
from bot.service import copy_requests
from bot.service.context import Context
from domain.institutions import is_same_institution
from storage import jobs, personal_data
from storage.tables import Application, CopyRequest, Draft
from tests.casework import FORM, audited, context_of, do, half_filled, submitted
from tests.talk import Talk, World, draft_answers

OWNER, COLLEAGUE, STRANGER = "andi", "budi", "cici"
NUMBER = "REK-2026-0001"
ASK = "Salin permohonan rekan seinstansi"
PERSONAL = {
    "pj_teknis_nama": "Rahma Contoh",
    "pj_teknis_telepon": "081200000000",
    "pj_teknis_email": "r@example.go.id",
    "pj_teknis_alamat": "Jl. Contoh No. 2",
    "pj_teknis_faksimile": "0411123457",
}


@pytest.fixture
def world(new_world: World) -> World:
    return new_world


def known(world: World, who: str, institution: str = "") -> Talk:
    """Somebody registered."""

    def rename(ctx: Context) -> None:
        ctx.actor.institution = institution or ctx.actor.institution

    do(world, who, rename)
    return Talk(world, who)


def asked(world: World, who: str = COLLEAGUE, number: str = NUMBER, institution: str = "") -> Talk:
    """Somebody who has asked about a number."""
    talk = known(world, who, institution)
    talk.press("apply:start")
    talk.tap(ASK)
    talk.say(number)
    return talk


def news(talk: Talk) -> str:
    """What somebody was told since they last wrote."""
    asyncio.run(talk.world.process.deliverer.idle())
    return "\n".join(talk.lines(asyncio.run(talk.news())))


def a_day_passes(world: World, days: int) -> None:
    world.now += timedelta(days=days)
    for kind in ("clock", "forget"):
        world.process.units.write_now(
            partial(jobs.add, kind=kind, key=f"{kind} {days}", due_at=world.now, arguments={})
        )
    asyncio.run(world.work())


def state_of(world: World) -> list[str]:
    return world.process.units.write_now(lambda session: list(session.scalars(select(CopyRequest.state))))


def drafts_of(world: World, who: str) -> int:
    def count(ctx: Context) -> int:
        return len(
            ctx.session.scalars(select(Draft.id).where(Draft.person_id == ctx.actor.id, Draft.form == FORM)).all()
        )

    return do(world, who, count)


def test_answers_are_copied_after_the_applicant_allows_it_without_personal_data(world: World) -> None:
    application_id = submitted(world, OWNER, PERSONAL)
    owner = known(world, OWNER)
    colleague = asked(world)
    assert "Pemohonnya kami tanyai" in colleague.last
    question = news(owner)
    assert "Budi dari Dinas Kesehatan Kabupaten Jeneponto (budi@example.go.id)" in question
    assert "tidak ikut disalin" in question and NUMBER in question
    to, subject, mail = world.mails()[-1]
    assert to == "andi@example.go.id" and NUMBER in subject and "tekan Izinkan atau Tolak" in mail
    assert drafts_of(world, COLLEAGUE) == 0, "nothing is copied before"
    owner.tap("Izinkan")
    assert "boleh disalin" in owner.last
    assert f"Jawaban permohonan {NUMBER} boleh Anda salin" in news(colleague)
    colleague.tap(f"Salin {NUMBER}")
    assert "jawaban sudah disalin" in colleague.lines(colleague.told[-1:])[0]
    copied = draft_answers(world)
    assert copied["judul_kegiatan"] and copied["eselon2"]
    assert not {*PERSONAL, "surat_permohonan", "tahun_kegiatan", "jadwal"} & set(copied)
    assert audited(world, application_id)[-3:] == ["ask_copy", "allow_copy", "copied"]
    colleague.press(code(BeginCopy(1)))
    colleague.tap("Mulai permohonan baru")
    assert f"Salin {NUMBER}" not in colleague.labels(), "one permission is one copy"


def test_who_asks_is_told_the_same_whatever_the_number_is(world: World) -> None:
    submitted(world, OWNER)
    owner = known(world, OWNER)
    refused, elsewhere = asked(world), asked(world, STRANGER, institution="Dinas Perikanan Kabupaten Takalar")
    nobody = asked(world, "dedi", "REK-2026-0999")
    told = {talk.last.replace("0999", "0001") for talk in (refused, elsewhere, nobody)}
    assert len(told) == 1
    assert news(owner).count("Izinkan jawabannya disalin?") == 1, "only the colleague's question arrives"
    owner.tap("Tolak")
    no = news(refused)
    assert "izinnya tidak ada" in no and "Ajukan permohonan" in no
    a_day_passes(world, 8)
    assert news(elsewhere) == no and news(nobody) == no.replace("0001", "0999") and news(refused) == ""
    for talk in (refused, elsewhere, nobody):
        talk.press("copy_request:start")
        talk.say("REK-2026-0999" if talk is nobody else NUMBER)
    assert {talk.last.replace("0999", "0001") for talk in (refused, elsewhere, nobody)} == {refused.last}
    assert "sudah berakhir" in refused.last and news(owner) == ""


def test_only_the_applicant_allows_and_only_who_asked_copies(world: World) -> None:
    submitted(world, OWNER)
    colleague, stranger, owner = asked(world), known(world, STRANGER), known(world, OWNER)
    for talk in (stranger, colleague):
        talk.press(code(AllowCopy(1)))
        assert "sudah tidak berlaku" in talk.last and state_of(world) == ["asked"]
    colleague.press(code(BeginCopy(1)))
    assert "tidak dapat disalin" in colleague.last
    owner.press(code(AllowCopy(1)))
    stranger.press(code(BeginCopy(1)))
    assert "tidak dapat disalin" in stranger.last and state_of(world) == ["allowed"]
    owner.press(code(RefuseCopy(1)))
    colleague.press(code(BeginCopy(1)))
    assert "tidak dapat disalin" in colleague.last, "the permission was taken back before the copy"
    assert drafts_of(world, COLLEAGUE) == drafts_of(world, STRANGER) == 0
    for press in (code(AllowCopy(7)), code(BeginCopy(7))):
        owner.press(press)
    assert state_of(world) == ["refused"]


def test_a_permission_and_a_question_run_out_and_are_deleted(world: World) -> None:
    submitted(world, OWNER)
    colleague, owner = asked(world), known(world, OWNER)
    world.now += timedelta(days=7)
    owner.press(code(AllowCopy(1)))
    assert "sudah tidak berlaku" in owner.last and state_of(world) == ["asked"]
    a_day_passes(world, 1)
    assert state_of(world) == ["expired"] and news(colleague)
    asked(world, STRANGER)
    owner.press(code(AllowCopy(2)))
    world.now += timedelta(days=31)
    late = Talk(world, STRANGER)
    late.press(code(BeginCopy(2)))
    assert "tidak dapat disalin" in late.last and drafts_of(world, STRANGER) == 0
    a_day_passes(world, 91)
    assert state_of(world) == []


def test_an_invented_button_tells_nobody_whether_somebody_was_asked(world: World) -> None:
    submitted(world, OWNER)
    about_somebody, about_nobody = asked(world), asked(world, STRANGER, "REK-2026-0999")
    for action in (AllowCopy, RefuseCopy, BeginCopy):
        about_somebody.press(code(action(1)))
        about_nobody.press(code(action(2)))
        assert about_somebody.last == about_nobody.last
    assert state_of(world) == ["asked", "asked"]


def test_who_has_their_data_deleted_allows_nothing_any_more(world: World) -> None:
    submitted(world, OWNER)
    colleague = asked(world)
    known(world, OWNER).press(code(AllowCopy(1)))
    do(world, OWNER, lambda ctx: personal_data.erase(ctx.session, ctx.actor, ctx.now))
    colleague.press(code(BeginCopy(1)))
    assert "tidak dapat disalin" in colleague.last and drafts_of(world, COLLEAGUE) == 0
    do(world, COLLEAGUE, lambda ctx: personal_data.erase(ctx.session, ctx.actor, ctx.now))
    assert state_of(world) == []


def test_nobody_asks_all_day_and_nobody_is_asked_by_everybody(world: World) -> None:
    submitted(world, OWNER)
    owner = known(world, OWNER)
    talk = asked(world)
    talk.press("copy_request:start")
    talk.say(NUMBER)
    assert "masih menunggu" in talk.last
    for serial in range(2, DAILY["copy_requests_of_person"] + 2):
        talk.press("copy_request:start")
        talk.say(f"REK-2026-{serial:04d}")
    assert "coba lagi besok" in talk.last
    for who in ("e", "f", "g", "h"):
        assert asked(world, who).last == asked(world, who + who).last.replace("masih menunggu", "")
    assert news(owner).count("Izinkan jawabannya disalin?") == copy_requests.MOST_OPEN


def test_the_command_asks_for_what_is_missing_and_ones_own_number_is_copied_at_once(world: World) -> None:
    stranger = Talk(world, "baru")
    stranger.say("/salin")
    assert "silakan daftar dahulu" in stranger.last
    submitted(world, OWNER)
    owner = known(world, OWNER)
    owner.say("/salin")
    assert "Tulis nomor permohonan rekan Anda" in owner.last
    owner.say("yang tahun lalu")
    assert "belum terbaca" in owner.last and "REK-2026-0001" in owner.last
    owner.say("nomornya ada di mana?")
    owner.say(NUMBER)
    assert "jawaban sudah disalin" in owner.lines(owner.told[-1:])[0]


def test_an_open_form_is_asked_about_before_a_copy_sets_it_aside(world: World) -> None:
    submitted(world, OWNER)
    colleague = asked(world)
    half_filled(world, "tujuan", who=COLLEAGUE)
    known(world, OWNER).press(code(AllowCopy(1)))
    colleague.press(code(BeginCopy(1)))
    assert "permohonan yang belum dikirim" in colleague.last and state_of(world) == ["allowed"]
    colleague.tap("Mulai permohonan baru")
    colleague.tap(f"Salin {NUMBER}")
    assert "Masih sama?" in colleague.last and state_of(world) == ["copied"]


@pytest.mark.postgres
def test_of_two_presses_at_once_one_copies_on_postgresql(tmp_path: Path, postgres_database: str) -> None:
    world = World(tmp_path / "data", database_url=postgres_database)
    submitted(world, OWNER)
    asked(world)
    known(world, OWNER).press(code(AllowCopy(1)))
    begin = lambda session: copy_requests.begin(context_of(world, session, COLLEAGUE), 1)  # noqa: E731
    with ThreadPoolExecutor(2) as threads:
        made = list(threads.map(world.process.units.write_now, (begin, begin)))
    assert sorted(draft is None for draft in made) == [False, True] and drafts_of(world, COLLEAGUE) == 1
    world.stop()


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("Dinas Kesehatan", "DINAS KESEHATAN Kab. Jeneponto", True),
        ("Dinas Kesehatan Kabupaten Jeneponto", "Dinas Kesehatan, Kabupaten Jeneponto", True),
        ("Dinas Kesehatan Kabupaten Takalar", "Dinas Kesehatan Kabupaten Jeneponto", False),
        ("Dinas", "Dinas Kesehatan", False),
        ("Bappeda", "BAPPEDA", True),
        ("", "", False),
    ],
)
def test_names_of_one_institution_are_the_same_however_they_are_written(one: str, other: str, same: bool) -> None:
    assert is_same_institution(one, other) is is_same_institution(other, one) is same


def test_an_application_of_another_form_or_without_a_chat_is_not_asked_about(world: World) -> None:
    application_id = submitted(world, OWNER)

    def close_chat(ctx: Context) -> None:
        ctx.address.blocked_at = ctx.now
        assert ctx.session.get_one(Application, application_id).person_id == ctx.actor.id

    do(world, OWNER, close_chat)
    colleague = asked(world)
    assert "Pemohonnya kami tanyai" in colleague.last
    assert world.process.units.write_now(lambda s: list(s.scalars(select(CopyRequest.application_id)))) == [None]
