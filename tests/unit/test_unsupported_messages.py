"""Messages that cannot be answers get a reply, and the open question or screen stays as it was."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, get_args

import pytest

import locales
from bot.chat import IncomingFile, IncomingKind
from bot.conversations.unsupported import REFUSED_FILES, UNSUPPORTED
from storage.inspection.result import Reason
from storage.tables import Address, Dialogue
from tests.casework import APPLICANT, OFFICER, awaiting_issue, issued, signed_outside, staffed, submitted, under_review
from tests.filling import filling
from tests.talk import Talk, World

FILE = IncomingFile("foto.jpg", 2048, "jpeg", "0" * 64, "person/1", 1)
NEEDS_FILE = ("Butir ini memerlukan berkas.", "Kirim satu berkas PDF.")


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    world = staffed(World(tmp_path_factory.mktemp("unread") / "data"))
    yield world
    world.stop()


#: what leads to a screen: buttons, and words after "> "
SCREENS = {
    "menu": ("menu:show",),
    "guide": ("guide:start",),
    "a page of the guide": ("guide:page:biaya",),
    "language": ("language:start",),
    "account": ("account:start",),
    "consent": ("account:register",),
    "whose e-mail": ("account:move",),
    "code": ("account:move", "> budi@example.go.id"),
    "who applies": ("apply:new",),
    "level": ("apply:new", "apply:who:pemerintah"),
    "search": ("catalogue:start",),
    "results": ("catalogue:start", "> stunting"),
    "no application": ("status:start",),
    "complaint": ("complaint:show",),
    "words of a complaint": ("complaint:write",),
}
#: kind of question → one of them, and what begins its answer
QUESTIONS = {
    "text": ("pj_teknis_jabatan", ()),
    "number": ("tahun_kegiatan", ()),
    "choice": ("cara_pengumpulan_data", ()),
    "lainnya": ("pengumpulan_lain", ()),
    "longtext": ("latar_belakang", ("> Kegiatan ini dilakukan karena",)),
    "schedule": ("jadwal", ("> 1/2/2027 – 28/2/2027",)),
    "rows": ("variabel", ("> Kepuasan",)),
    "areas": ("wilayah_kegiatan", ()),
    "choices": ("metode_pengumpulan", ("on.2",)),
    "e-mail": ("pj_teknis_email", ()),
    "file": ("surat_permohonan", ()),
}


def lead(talk: Talk, *steps: str) -> None:
    for step in steps:
        talk.say(step.removeprefix("> ")) if step.startswith("> ") else talk.press(step)


def standing(world: World, who: str) -> tuple[object, ...]:
    """The stored dialogue of an address."""

    def read(session):  # type: ignore[no-untyped-def]
        row = session.query(Dialogue).join(Address, Address.id == Dialogue.address_id)
        found = row.filter(Address.external_id == who).one()
        return found.conversation, found.data, found.asked, [choice["v"] for choice in found.choices], found.takes_file

    return world.process.units.write_now(read)


def send(talk: Talk, kind: IncomingKind) -> str:
    """Sends a message of this kind. Returns the reply, which is one message."""
    what: dict[str, dict[str, Any]] = {
        "contact": {"contact": "+6281234567890"},
        "location": {"location": (-5.68, 119.75)},
        "file": {"files": (FILE,), "text": "ini fotonya"},
        "voice": {},
        "other": {},
    }
    answers = talk.do(kind, **what[kind])
    assert len(answers) == 1, f"{len(answers)} answers"
    return talk.last


def holds(world: World, talk: Talk) -> None:
    """Sends every kind, and checks the replies and that the stored dialogue did not change."""
    before, asked = standing(world, talk.address), talk.last
    for kind, sentence in UNSUPPORTED.items():
        if kind == "file" and (talk.told[-1].prompt.takes_file or before[2] == "text"):
            continue  # its caption is a part of the text that is written: tests/test_written_texts.py
        answer = send(talk, kind)
        needs_file = talk.told[-1].prompt.takes_file and before[2] != "text"
        wanted = NEEDS_FILE if needs_file else locales.say(sentence, "id")
        assert answer.startswith(wanted) or "bukan berkas" in answer, answer
        # the help that opened the question holds its example, so the question shows it only from the next reply on
        assert asked.rpartition("\n\n")[2] in answer, answer
        assert standing(world, talk.address) == before, f"{kind} moved the conversation"


@pytest.mark.parametrize("screen", SCREENS)
def test_a_screen_stays_whatever_is_sent(world: World, screen: str) -> None:
    talk = Talk(world, screen)
    lead(talk, "menu:show", *SCREENS[screen])
    holds(world, talk)


@pytest.mark.parametrize("kind", [kind for kind in QUESTIONS if kind != "lainnya"])
def test_a_question_stays_open_whatever_is_sent(world: World, kind: str) -> None:
    question, begun = QUESTIONS[kind]
    talk = filling(world, question, who=f"q {kind}")
    for step in begun:
        if step.startswith("> "):
            talk.say(step.removeprefix("> "))
        else:
            talk.press(next(c.value for c in talk.told[-1].prompt.choices if f":{step}:" in c.value))
    holds(world, talk)
    draft = talk.button("Daftar isian").value.split(":")[1]
    for screen in ("blocks", "block.blok_0"):
        talk.press(f"form:{draft}:-:{screen}:0")
        holds(world, talk)


def test_screens_about_an_application_stay(world: World) -> None:
    number = submitted(world)
    talk = Talk(world, APPLICANT)
    for screen in (f"status:show:{number}", f"status:ask:{number}", "status:list:0"):
        talk.press(screen)
        holds(world, talk)
    rated = issued(world)
    lead(talk, "menu:show", f"rating:stars:{rated}:4")
    holds(world, talk)
    talk.say("Cepat dan ramah.")
    talk.tap("Kirim")
    assert "komentar Anda sudah kami simpan" in talk.last


def test_what_an_officer_is_asked_stays(world: World) -> None:
    number = under_review(world, "judul_kegiatan")
    talk = Talk(world, OFFICER)
    for screen in ("case:show:{}", "case:note:{}", "remark:which:{}", "remark:ask:{}:0.1"):
        talk.press(screen.format(number))
        holds(world, talk)
    for step in ("verdict:taken:{}:ditolak", "> Rancangan belum memadai.", "> ya", "> Lengkapi sampelnya.", "> ya"):
        lead(talk, step.format(number))
        holds(world, talk)
    assert "Rancangan belum memadai." in talk.last and "Ya, putuskan" in talk.labels()


def test_a_letter_that_was_signed_outside_is_waited_for(world: World) -> None:
    number = awaiting_issue(world)
    talk = Talk(world, OFFICER)
    lead(talk, "menu:show")
    for step in (f"upload:start:{number}", "> B-77/7304/KS.200/2026", "> V-26.7304.077"):
        lead(talk, step)
        holds(world, talk)
    assert "berkas ini dikunci kata sandi" in said_of(talk, IncomingFile("surat.pdf", 9, refused="encrypted"))
    assert "Suratnya harus berupa PDF yang utuh." in said_of(
        talk, IncomingFile("surat.pdf", 9, "pdf", "0" * 64, "x", 1)
    )
    assert "Surat ini utuh dan ditandatangani oleh Direktur." in said_of(talk, signed_outside(world))


def said_of(talk: Talk, file: IncomingFile) -> str:
    return talk.lines(talk.do("file", files=(file,)))[0]


def test_complaints_stay_on_an_officers_screen(world: World) -> None:
    mine, talk = Talk(world, "pengadu"), Talk(world, OFFICER)
    lead(mine, "complaint:write", "> Petugas tidak menjawab telepon.", "> kirim")
    for screen in ("complaint:list", "complaint:show:1", "complaint:answer:1"):
        talk.press(screen)
        holds(world, talk)


def test_the_first_message_may_be_anything(world: World) -> None:
    for kind in UNSUPPORTED:
        talk = Talk(world, f"first {kind}")
        answer = send(talk, kind)
        assert answer.startswith("Selamat datang") and locales.say(UNSUPPORTED[kind], "id") in answer


def test_every_reason_why_a_file_is_not_there_has_its_sentence(world: World) -> None:
    talk = filling(world, "surat_permohonan", who="berkas")
    assert set(get_args(Reason)) < set(REFUSED_FILES)
    for reason, sentence in REFUSED_FILES.items():
        answer = said_of(talk, IncomingFile("surat.pdf", 5, refused=reason))
        assert f"surat.pdf: {locales.say(sentence, 'id')}" in answer
