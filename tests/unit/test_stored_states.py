"""Dialogues that version 0.1 stored go on: each open screen, after a restart, as the database keeps it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from bot.service import drafts
from bot.service.catalogue import SAMPLE, import_file
from storage.tables import Address, Dialogue
from tests.casework import FORM, do, half_filled, submitted
from tests.talk import Talk, World


@dataclass(frozen=True, slots=True)
class Stored:
    """What the table holds, and what the service says when the person goes on."""

    conversation: str
    data: str  #: JSON; DRAFT and APPLICATION stand for the ids of what this person has
    shows: str  #: part of the open screen
    does: str  #: "> words", or the code of a button
    then: str  #: part of the answer
    asked: str | None = None
    has: str = ""  #: "application", "draft" or "registration"


LOCATION = "Lokasi tidak diperlukan di sini"
MENU = "Apa yang dapat kami bantu?"
WHO = "Atas nama siapa"
SEARCH = '{"words": "kabupaten", "year": null, "organiser": "", "page": 1, "entry": ENTRY}'

SCREENS = {
    "menu": Stored("menu", "{}", MENU, "> xyzzy qwq", "kami belum memahami pesan itu"),
    "guide": Stored("guide", "{}", "Apa yang ingin Anda ketahui?", "> xyzzy", "belum memahami pertanyaan itu"),
    "page": Stored("guide", '{"page": "biaya"}', "\n\nBiaya\n\n", "> berapa lama?", "paling lama 30 hari kerja"),
    "faq": Stored("guide", '{"faq": "biaya"}', "Berapa biayanya?", "guide:page:biaya", "Biaya\n\n"),
    "language": Stored(
        "language",
        '{"was": "status", "was_data": {"act": "show", "application": 1}, "was_asked": null}',
        "Pilih bahasa Anda.",
        "language:en",
        "From now on we write in English.",
    ),
    "language, in a form": Stored(
        "language",
        '{"was": "form", "was_data": {"draft": DRAFT, "revision": 0, "held": [], "review": ""}, '
        '"was_asked": "judul_kegiatan"}',
        "Pilih bahasa Anda.",
        "language:en",
        "0.1 Activity title",
        has="draft",
    ),
    "account": Stored("account", "{}", "Anda belum terdaftar", "> xyzzy qwq", "Anda belum terdaftar"),
    "offered": Stored("account", '{"step": "offered"}', "Anda terdaftar", "account:elsewhere", "/lanjut", has="draft"),
    "consent": Stored(
        "account", '{"step": "consent"}', "Apakah Anda setuju?", "> mungkin", "Silakan pilih salah satu."
    ),
    "agreed": Stored("account", '{"step": "consent"}', "Apakah Anda setuju?", "account:agree", "Nama lengkap"),
    "e-mail": Stored(
        "account",
        '{"step": "move"}',
        "Tulis alamat e-mail",
        "> budi@example.go.id",
        "Bila budi@example.go.id terdaftar",
        asked="email",
    ),
    "code": Stored(
        "account",
        '{"step": "code", "email": "budi@example.go.id", "draft": null, "shown": ""}',
        "Bila budi@example.go.id terdaftar",
        "> 12345678",
        "Kode itu sudah tidak berlaku.",
        asked="code",
    ),
    "code, registering": Stored(
        "account",
        '{"step": "code", "email": "budi@example.go.id", "draft": DRAFT, "shown": ""}',
        "Kode delapan angka sudah kami kirim ke budi@example.go.id.",
        "account:email",
        "Alamat e-mail",
        asked="code",
        has="registration",
    ),
    "code, going on": Stored(
        "account",
        '{"step": "code", "email": "budi@example.go.id", "draft": null, "shown": "b•••@example.go.id"}',
        "Kode delapan angka sudah kami kirim ke b•••@example.go.id.",
        "account:resend",
        "Kami mengirim kode delapan angka ke b•••@example.go.id.",
        asked="code",
    ),
    "which": Stored("apply", '{"step": "which"}', "belum dikirim", "apply:new", WHO, has="draft"),
    "who": Stored("apply", '{"step": "who"}', WHO, "> entah", "Silakan pilih salah satu."),
    "level": Stored(
        "apply",
        '{"step": "level", "who": "pemerintah"}',
        "tingkat",
        "apply:level:pemerintah:kabupaten",
        "Apakah Anda setuju?",
    ),
    "sent": Stored("apply", "{}", MENU, "> xyzzy qwq", "kami belum memahami pesan itu"),
    "search": Stored(
        "catalogue", '{"entry": 0}', "Tulis kata kunci", "> stunting", "Kegiatan dengan kata", asked="kata_kunci"
    ),
    "results": Stored(
        "catalogue",
        SEARCH.replace("ENTRY", "0"),
        "Kegiatan dengan kata “kabupaten”:",
        "catalogue:page:2:a4b42e",
        "Halaman 2.",
        asked="kata_kunci",
    ),
    "year": Stored(
        "catalogue",
        '{"words": "", "year": 2025, "organiser": "", "page": 1, "entry": 0}',
        "tahun 2025",
        "> stunting",
        "Kegiatan dengan kata “stunting”",
        asked="kata_kunci",
    ),
    "entry": Stored(
        "catalogue",
        SEARCH.replace("ENTRY", "1"),
        "Penyelenggara:",
        "catalogue:back",
        "Kegiatan dengan kata “kabupaten”:",
        asked="kata_kunci",
    ),
    "applications": Stored("status", "{}", "Anda belum mempunyai permohonan", "> xyzzy qwq", "belum memahami"),
    "application": Stored(
        "status",
        '{"act": "show", "application": APPLICATION}',
        "Terkirim, menunggu pemeriksaan",
        "status:ask:APPLICATION",
        "Tarik permohonan",
        has="application",
    ),
    "withdrawing": Stored(
        "status",
        '{"act": "ask", "application": APPLICATION}',
        "Tarik permohonan",
        "status:withdraw:APPLICATION",  # does not say which answers were shown, so it asks again
        "Tarik permohonan",
        has="application",
    ),
}


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    world = World(tmp_path_factory.mktemp("stored") / "data")
    import_file(world.process.units, SAMPLE)
    yield world
    world.stop()


@pytest.mark.parametrize("screen", SCREENS)
def test_an_open_screen_is_shown_again(world: World, screen: str) -> None:
    stored, who = SCREENS[screen], f"{screen}, shown"
    ids = owned(world, who, stored.has)
    talk = resumed(world, who, stored.conversation, filled(stored.data, ids), stored.asked)
    talk.do("location", location=(-5.68, 119.75))
    assert talk.last.startswith(LOCATION) and stored.shows in talk.last


@pytest.mark.parametrize("screen", SCREENS)
def test_an_open_screen_takes_what_it_waits_for(world: World, screen: str) -> None:
    stored, who = SCREENS[screen], f"{screen}, answered"
    ids = owned(world, who, stored.has)
    talk = resumed(world, who, stored.conversation, filled(stored.data, ids), stored.asked)
    does = filled(stored.does, ids)
    talk.say(does.removeprefix("> ")) if does.startswith("> ") else talk.press(does)
    assert stored.then in talk.last


#: conversation and JSON that no version has written, or that fits no screen any more
ODD = [
    ("guide", '{"page": 7}', "Apa yang ingin Anda ketahui?"),
    ("guide", '{"faq": "no such question"}', "Apa yang ingin Anda ketahui?"),
    ("language", "{}", "Pilih bahasa Anda."),
    ("account", '{"step": 7}', "Anda belum terdaftar"),
    ("account", '{"step": "code"}', "Anda belum terdaftar"),
    ("account", '{"step": "code", "email": null, "draft": "x"}', "Anda belum terdaftar"),
    ("apply", '{"step": "level"}', MENU),
    ("apply", '{"step": ["who"]}', MENU),
    ("catalogue", '{"words": 7, "year": "2026", "organiser": "", "page": 1, "entry": 0}', "Tulis kata kunci"),
    ("catalogue", '{"entry": "x"}', "Tulis kata kunci"),
    ("status", '{"act": "fly", "application": 1}', "Anda belum mempunyai permohonan"),
    ("status", '{"act": "show", "application": true}', "Anda belum mempunyai permohonan"),
    ("no such conversation", '{"step": 1}', MENU),
]


@pytest.mark.parametrize(("conversation", "data", "shows"), ODD)
def test_an_odd_state_opens_the_start_of_its_conversation(
    world: World, conversation: str, data: str, shows: str
) -> None:
    talk = resumed(world, f"{conversation} {data}", conversation, data)
    talk.do("location", location=(-5.68, 119.75))
    assert talk.last.startswith(LOCATION) and shows in talk.last
    assert talk.say("apa kabar?") and "gangguan" not in talk.last
    talk.press("language:en")
    assert "From now on we write in English." in talk.last


def owned(world: World, who: str, what: str) -> dict[str, int]:
    match what:
        case "application":
            return {"APPLICATION": submitted(world, who)}
        case "draft":
            half_filled(world, "judul_kegiatan", who=who)
            return {"DRAFT": do(world, who, lambda ctx: drafts.list_unfinished(ctx, FORM)[0].id)}
        case "registration":
            return {
                "DRAFT": do(
                    world, who, lambda ctx: drafts.create(ctx, "registration", {"email": "budi@example.go.id"}).id
                )
            }
    return {}


def filled(words: str, ids: dict[str, int]) -> str:
    for name, id in ids.items():
        words = words.replace(name, str(id))
    return words


def resumed(world: World, who: str, conversation: str, data: str, asked: str | None = None) -> Talk:
    """Somebody whose dialogue stands there, in a process that has just started."""
    talk = Talk(world, who)
    talk.say("menu")

    def put(session: Session) -> None:
        address = session.scalars(select(Address.id).where(Address.external_id == who)).one()
        row = {"conversation": conversation, "data": json.loads(data), "asked": asked, "choices": []}
        session.execute(update(Dialogue).where(Dialogue.address_id == address).values(row))

    world.process.units.write_now(put)
    world.restart()
    return talk
