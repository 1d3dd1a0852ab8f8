"""Complaints from outside: with a name or without one, about somebody, answered in time, reopened once."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from datetime import timedelta
from itertools import count
from pathlib import Path

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.service import cases, complaint_desk, officers
from bot.service.complaint_subjects import Subject
from domain.complaints import REOPEN_WITHIN, read_reference
from storage.tables import AuditLine, Base, Complaint, ComplaintEntry, Person
from tests.casework import APPLICANT, DIRECTOR, HEAD, OFFICER, OTHER_OFFICER, do, join, on, staffed, submitted
from tests.complaints import WORDS, answer, file, written
from tests.daily_jobs import morning, run_daily_jobs
from tests.filling import filling
from tests.talk import START, Talk, World

_people = count(1)


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """Shared: each test has a complainer and a complaint of its own."""
    world = staffed(World(tmp_path_factory.mktemp("complaints") / "data"))
    yield world
    world.stop()


@pytest.fixture
def own_world(new_world: World) -> World:
    return staffed(new_world)


@pytest.fixture
def who() -> str:
    return f"pengadu {next(_people)}"


def number(complaint_id: int) -> str:
    return f"ADU-2026-{complaint_id:04d}"


def told(world: World, who: str) -> str:
    """Everything that somebody was told."""
    talk = Talk(world, who)
    asyncio.run(talk.news())
    return "\n".join(talk.lines(talk.told))


def stored(world: World, complaint_id: int) -> Complaint:
    return world.process.units.write_now(lambda session: session.get_one(Complaint, complaint_id))


def act(world: World, name: str, complaint_id: int, who: str = OFFICER) -> bool:
    return bool(do(world, who, lambda ctx: getattr(complaint_desk, name)(ctx, complaint_id)))


def test_where_nobody_is_left_to_read_what_is_reopened_it_is_said(tmp_path: Path) -> None:
    world = World(tmp_path / "data")
    join(world, OFFICER, "officer")
    complaint_id = file(world, APPLICANT)
    assert answer(world, complaint_id)
    person_id, keys = do(world, OFFICER, lambda ctx: ctx.person_id), world.process.app.keys
    assert world.process.units.write_now(lambda session: officers.revoke(session, keys, person_id, world.now))
    talk = Talk(world, APPLICANT)
    talk.press(f"complaint:unsettled:{complaint_id}")
    talk.say("Masih panjang.")
    talk.tap("Kirim")
    assert "kami buka lagi" in talk.last and "belum ada petugas yang dapat membacanya" in talk.last
    world.stop()


def test_the_words_that_lead_to_complaints_begin_one_once_and_only_where_they_tell_something(
    world: World, who: str
) -> None:
    talk = Talk(world, who)
    talk.say("halo")
    talk.say("mau mengadu")
    assert "Tulis pengaduan di sini" in talk.labels() and "Pakai tulisan tadi" not in talk.labels()
    talk.say("petugas lambat sekali membalas")
    talk.press("complaint:words")
    assert talk.last.count("petugas lambat sekali membalas") == 1 and "Sudah benar? Tekan Kirim." in talk.last
    talk.press("complaint:words")
    assert talk.last.count("petugas lambat sekali membalas") == 1
    assert "petugas lambat sekali membalas" not in told(world, OFFICER), "nothing is filed unless it is confirmed"
    talk.tap("Batal")
    talk.press("complaint:words")
    assert "Silakan tulis pengaduan Anda" in talk.last, "an old button brings nothing back"


# Without a name -------------------------------------------------------------------------------------------------------


def unnamed(world: World, who: str) -> tuple[Talk, int, str]:
    """Files one in the chat: the chat, the id, the secret code."""
    talk = written(world, who)
    talk.tap("Tanpa nama")
    assert "petugas tidak dapat melihat siapa Anda, jadi jawabannya tidak dapat kami kirim ke sini" in talk.last
    talk.tap("Kirim")
    assert "kami terima tanpa nama, dengan nomor ADU-2026-" in talk.last
    complaint_id = int(talk.last.split("ADU-2026-")[1][:4])
    return talk, complaint_id, talk.last.split("Kode rahasia: ")[1].split()[0]


def test_nothing_leads_from_a_complaint_without_a_name_to_who_wrote_it(world: World, who: str) -> None:
    submitted(world, who)  # so that the office knows the name
    _, complaint_id, secret = unnamed(world, who)

    def rows(session: Session) -> tuple[Person, str]:
        names = {"complaints": "id", "complaint_entries": "complaint_id", "complaint_exclusions": "complaint_id"}
        tables = [(Base.metadata.tables[name], key) for name, key in names.items()]
        found = [tuple(row) for t, key in tables for row in session.execute(select(t).where(t.c[key] == complaint_id))]
        chain = session.scalars(select(AuditLine).where(AuditLine.case == f"complaint/{complaint_id}"))
        found += [(line.actor, line.before, line.after) for line in chain]
        return session.scalars(select(Person).where(Person.name == who.title())).one(), str(found)

    person, found = world.process.units.write_now(rows)
    assert stored(world, complaint_id).person_id is None and WORDS in found
    assert f"person/{person.id}" not in found and secret not in found and who.title() not in found
    officer = Talk(world, OFFICER)
    officer.press(f"complaint:show:{complaint_id}")
    assert WORDS in officer.last and "Pengadu: tanpa nama" in officer.last and who.title() not in officer.last


def test_number_and_code_open_it_from_any_chat_and_guessing_ends(world: World, who: str) -> None:
    talk, complaint_id, secret = unnamed(world, who)
    assert answer(world, complaint_id)
    assert "Loket kami tambah." not in told(world, who)
    talk.say(f"adu 2026 {complaint_id}")
    assert "Tidak ada pengaduan atas nama Anda" in talk.last and WORDS not in talk.last
    stranger = Talk(world, "ponsel lain")
    stranger.say("halo")
    stranger.say(f"{number(complaint_id)} {secret.lower()}")
    assert "Status: Sudah dijawab" in stranger.last and "Loket kami tambah." in stranger.last
    stranger.tap("Belum selesai")
    stranger.say("Antreannya masih panjang.")
    stranger.tap("Kirim")
    assert "kami buka lagi" in stranger.last and stored(world, complaint_id).state == "open"
    for _ in range(5):
        talk.say(f"{number(complaint_id)} AAAAABBBBB")
        assert "tidak cocok" in talk.last
    for words in (f"{number(complaint_id)} {secret}", "ADU-2026-9999 AAAAABBBBB"):
        talk.say(words)
        assert "Terlalu banyak kode yang salah" in talk.last and WORDS not in talk.last
    talk.press(f"complaint:status:{complaint_id}:{secret}")
    assert WORDS not in talk.last


def test_an_old_button_does_not_send_with_a_name_what_was_shown_without(world: World, who: str) -> None:
    talk = written(world, who)
    talk.tap("Tanpa nama")
    old = talk.button("Kirim").value
    talk.tap("Dengan nama")
    talk.press(old)
    assert "Tulisan ini berubah" in talk.last
    talk.press("complaint:write")
    assert WORDS in talk.last and "Tanpa nama" in talk.labels()


@pytest.mark.parametrize(
    ("typed", "read"),
    [
        ("ADU-2026-0001", ("ADU-2026-0001", "")),
        ("adu 2026 12 abcde23456", ("ADU-2026-0012", "abcde23456")),
        ("ADU-2026-0001 terima", None),
        ("pengaduan saya ADU-2026-0001", None),
        ("REK-2026-0001 ABCDE23456", None),
        ("", None),
    ],
)
def test_a_reference_is_a_number_and_perhaps_a_code(typed: str, read: tuple[str, str] | None) -> None:
    assert read_reference(typed) == read


# About somebody -------------------------------------------------------------------------------------------------------


def sees(world: World, who: str, complaint_id: int) -> bool:
    """Whether somebody finds the complaint: told of it, in the list, by its buttons, by its number."""
    heard = f"Pengaduan baru {number(complaint_id)}" in told(world, who)
    talk, seen = Talk(world, who), ""
    talk.press("complaint:list")
    while "Berikutnya" in talk.labels():
        seen += talk.last
        talk.tap("Berikutnya")
    listed = number(complaint_id) in seen + talk.last
    talk.press(f"complaint:show:{complaint_id}")
    opened = WORDS in talk.last
    talk.say(number(complaint_id))
    found = WORDS in talk.last
    for step in () if opened else ("answer", "desk:interim", "desk:take", "desk:release", "desk:close"):
        talk.press(f"complaint:{step}:{complaint_id}")
        assert "tidak dapat Anda buka" in talk.last or "bukan untuk Anda jawab" in talk.last, (who, step)
    assert heard == listed == opened == found, (who, heard, listed, opened, found)
    return opened


SUBJECTS = {
    "pak Rahmat tidak ramah": {OFFICER, HEAD},
    "kepala kantor": {OFFICER, OTHER_OFFICER},
    "siti dan rahmat": {HEAD},
    "Daeng Sila": {HEAD},
    "": {OFFICER, OTHER_OFFICER, HEAD},
}


@pytest.mark.parametrize("words", SUBJECTS)
def test_whom_a_complaint_is_about_never_finds_it(world: World, who: str, words: str) -> None:
    world.now, readers = START, SUBJECTS[words]
    complaint_id = file(world, who, subject=Subject(words=words))
    assert {one for one in (OFFICER, OTHER_OFFICER, HEAD, DIRECTOR) if sees(world, one, complaint_id)} == readers
    for one in {OFFICER, OTHER_OFFICER, HEAD} - readers:
        assert not answer(world, complaint_id, one)
    run_daily_jobs(world, morning(9))
    for one in (OFFICER, OTHER_OFFICER, HEAD):
        assert (f"Pengingat: pengaduan {number(complaint_id)}" in told(world, one)) == (one in readers), one


def test_who_works_on_the_named_case_is_left_out_today_and_later(world: World, who: str) -> None:
    application_id = submitted(world, who)
    do(world, OFFICER, on(application_id, cases.claim))
    talk = written(world, who)
    for name in (talk.say, talk.tap):
        talk.tap("Tentang petugas tertentu")
        name(f"REK-2026-{application_id:04d}")
        assert "Tentang: Siti. Petugas itu tidak dapat membaca pengaduan ini." in talk.last
    talk.tap("Kirim")
    complaint_id = int(talk.last.split("ADU-2026-")[1][:4])
    assert not sees(world, OFFICER, complaint_id) and sees(world, OTHER_OFFICER, complaint_id)
    do(world, OFFICER, on(application_id, cases.release))
    do(world, OTHER_OFFICER, on(application_id, cases.claim))
    assert [act(world, "read", complaint_id, one) for one in (OFFICER, OTHER_OFFICER, HEAD)] == [False, False, True]


def test_when_nobody_may_read_it_admins_and_complainer_are_told(world: World, who: str) -> None:
    join(world, "adi", "admin")
    talk = written(world, who)
    talk.tap("Tentang petugas tertentu")
    talk.say("Siti, Rahmat, dan kepala")
    talk.tap("Kirim")
    assert "Saat ini belum ada petugas yang dapat membacanya" in talk.last and "lapor.go.id" in talk.last
    complaint_id, heard = int(talk.last.split("ADU-2026-")[1][:4]), told(world, "adi")
    assert f"Pengaduan {number(complaint_id)} belum dapat dibaca siapa pun" in heard and WORDS not in heard
    assert not act(world, "read", complaint_id, "adi")


def test_nobody_answers_their_own(world: World) -> None:
    complaint_id = file(world, OFFICER)
    assert not answer(world, complaint_id) and not act(world, "take", complaint_id)
    assert answer(world, complaint_id, OTHER_OFFICER)


# The work of the staff ------------------------------------------------------------------------------------------------


def test_what_somebody_has_taken_only_the_head_takes_over(world: World, who: str) -> None:
    complaint_id = file(world, who)
    talk, other = Talk(world, OFFICER), Talk(world, OTHER_OFFICER)
    talk.say("/pengaduan")
    talk.tap("Pengaduan yang menunggu jawaban")
    talk.tap(number(complaint_id))
    assert talk.labels()[:3] == ["Ambil", "Jawab", "Jawab sementara"]
    talk.tap("Ambil")
    assert "Ditangani: Siti" in talk.last and "Lepas" in talk.labels()
    other.press(f"complaint:show:{complaint_id}")
    assert other.labels() == ["Semua pengaduan", "Menu"] and not answer(world, complaint_id, OTHER_OFFICER)
    other.press(f"complaint:desk:take:{complaint_id}")
    assert "tidak dapat dilakukan" in other.last
    talk.tap("Lepas")
    assert f"{number(complaint_id)} menunggu petugas lain" in told(world, OTHER_OFFICER)
    assert act(world, "take", complaint_id, OTHER_OFFICER) and act(world, "take", complaint_id, HEAD)
    assert f"Kepala mengambil alih pengaduan {number(complaint_id)}" in told(world, OTHER_OFFICER)
    assert not answer(world, complaint_id, OTHER_OFFICER) and answer(world, complaint_id, HEAD)


def test_an_answer_is_given_once_and_an_interim_one_keeps_it_open(world: World, who: str) -> None:
    world.now = START
    complaint_id = file(world, who)
    assert answer(world, complaint_id, is_final=False)
    first = stored(world, complaint_id)
    assert (first.state, first.due_on, first.in_time) == ("open", first.settle_by, True)
    assert "Pengaduan ini kami selesaikan paling lambat 27 Maret 2026." in told(world, who)
    assert answer(world, complaint_id) and not answer(world, complaint_id) and not answer(world, complaint_id, HEAD)
    query = select(ComplaintEntry.kind).where(ComplaintEntry.complaint_id == complaint_id)
    assert world.process.units.write_now(lambda session: list(session.scalars(query))) == ["interim", "answer"]


def test_it_is_reopened_once_and_the_days_count_anew(world: World, who: str) -> None:
    world.now = START
    complaint_id = file(world, who)
    assert answer(world, complaint_id)
    world.now += timedelta(days=10)
    talk = Talk(world, who)
    talk.say("pengaduan")
    talk.tap("Status pengaduan")
    talk.tap(number(complaint_id))
    assert "Jawaban, 2 Maret 2026:\nLoket kami tambah." in talk.last
    talk.tap("Belum selesai")
    talk.say("Loketnya masih tutup.")
    talk.tap("Kirim")
    again, reopened = stored(world, complaint_id), f"Pengaduan {number(complaint_id)} dibuka lagi"
    assert (again.state, again.round) == ("open", 2) and again.due_on > again.first_answer_by
    assert [reopened in told(world, one) for one in (OFFICER, HEAD, OTHER_OFFICER)] == [True, True, False]
    assert answer(world, complaint_id)
    assert "saluran lain" in told(world, who)
    talk.press(f"complaint:unsettled:{complaint_id}")
    assert "tidak dapat dibuka lagi" in talk.last and stored(world, complaint_id).state == "answered"
    talk.tap("Sudah selesai")
    assert "kami nyatakan selesai" in talk.last and stored(world, complaint_id).state == "closed"


def test_who_answered_and_the_head_close_it_and_its_writer_can_object(world: World, who: str) -> None:
    complaint_id = file(world, who)
    assert not act(world, "close", complaint_id) and answer(world, complaint_id)
    assert not act(world, "close", complaint_id, OTHER_OFFICER) and act(world, "close", complaint_id)
    talk = Talk(world, who)
    asyncio.run(talk.news())
    assert "kami nyatakan selesai" in talk.last
    talk.tap("Belum selesai")
    assert "Apa yang belum selesai?" in talk.last


def test_nobody_else_opens_settles_or_reopens_it(world: World, who: str) -> None:
    complaint_id = file(world, who)
    assert answer(world, complaint_id)
    stranger = Talk(world, "orang lain")
    for step in ("status", "settled", "unsettled"):
        stranger.press(f"complaint:{step}:{complaint_id}")
        assert WORDS not in stranger.last and "Apa yang belum" not in stranger.last
    stranger.say(number(complaint_id))
    assert f"Tidak ada pengaduan atas nama Anda dengan nomor {number(complaint_id)}" in stranger.last
    assert stored(world, complaint_id).state == "answered"


def test_a_number_typed_in_a_form_says_how_it_stands_and_the_form_goes_on(world: World, who: str) -> None:
    talk = filling(world, "judul_kegiatan", who=who)
    complaint_id = file(world, who)
    talk.say(number(complaint_id))
    assert talk.last.startswith(f"{number(complaint_id)}: Menunggu jawaban.")
    assert "Apa judul kegiatan Anda?" in talk.last


# Days -----------------------------------------------------------------------------------------------------------------


def test_days_are_watched(own_world: World) -> None:
    """Filed on Monday 2 March, promised for 9 March."""
    world, complaint_id = own_world, file(own_world, APPLICANT)
    assert act(world, "take", complaint_id)
    for day in (5, 6, 9):
        run_daily_jobs(world, morning(day))
        run_daily_jobs(world, morning(day, 11))
    assert told(world, OFFICER).count("Pengingat: pengaduan ADU-2026-0001") == 2
    assert "Pengingat" not in told(world, HEAD) and "Pengingat" not in told(world, OTHER_OFFICER)
    for day in (10, 11):
        run_daily_jobs(world, morning(day))
        run_daily_jobs(world, morning(day, 11))
    assert told(world, HEAD).count("Perhatian: pengaduan ADU-2026-0001") == 2
    sorry = told(world, APPLICANT)
    assert sorry.count("Maaf, pengaduan ADU-2026-0001 belum kami jawab") == 1 and "lapor.go.id" in sorry
    assert "Kepala kantor sudah kami beri tahu." in sorry
    assert answer(world, complaint_id) and stored(world, complaint_id).in_time is False
    talk = Talk(world, APPLICANT)
    talk.say("pengaduan")
    assert "Tahun ini: 1 pengaduan masuk, 0 dijawab tepat waktu, 1 terlambat." in talk.last and WORDS not in talk.last


def test_an_answer_without_objection_closes_it(own_world: World) -> None:
    complaint_id = file(own_world, APPLICANT, named=False)
    assert answer(own_world, complaint_id)
    run_daily_jobs(own_world, START + REOPEN_WITHIN - timedelta(hours=1))
    assert stored(own_world, complaint_id).state == "answered"
    run_daily_jobs(own_world, START + REOPEN_WITHIN + timedelta(hours=1))
    assert stored(own_world, complaint_id).state == "closed"
