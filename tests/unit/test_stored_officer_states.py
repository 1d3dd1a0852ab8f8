"""Dialogues that version 0.1 stored for officers, for complaints and for ratings go on where they stood."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import partial

import pytest
from sqlalchemy.orm import Session

from bot.chat import DialogueState, Incoming, IncomingKind, Turn
from bot.conversations import router
from bot.service import complaints, ratings
from tests.casework import (
    APPLICANT,
    DIRECTOR,
    OFFICER,
    awaiting_issue,
    context_of,
    do,
    issued,
    letter_drafted,
    said,
    staffed,
    tried,
    under_review,
)
from tests.talk import World

#: ids of the applications in `world`
REVIEWED, REMARKED, DRAFTED, AWAITING, ISSUED = 1, 2, 3, 4, 5


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    world = staffed(World(tmp_path_factory.mktemp("stored") / "data"))
    made = (under_review(world), under_review(world, "tujuan"), letter_drafted(world), awaiting_issue(world))
    assert (*made, issued(world)) == (REVIEWED, REMARKED, DRAFTED, AWAITING, ISSUED)
    do(world, APPLICANT, partial(complaints.file, words="Antreannya panjang."))
    assert do(world, APPLICANT, partial(ratings.rate, application_id=ISSUED, stars=4))
    yield world
    world.stop()


@dataclass(frozen=True)
class Resumed:
    """A dialogue in the table `dialogues`, and what its person sends next."""

    conversation: str
    data: str  #: as it stands in the column
    message: str  #: "/tap CODE" presses a button
    answer: str  #: a part of it
    who: str = OFFICER
    is_text: bool = False  #: the message is a text, which is shown whole and then sent


STORED = (
    Resumed("inbox", "{}", "REK-2026-0001", "Status: Sedang diperiksa"),
    Resumed("inbox", '{"sought": "survei"}', "/tap inbox:found:0", "Permohonan dengan kata “survei”:"),
    Resumed("case", '{"application": 1}', "3.2", "3.2 Tujuan"),
    Resumed("case", '{"application": 1}', "bantuan", "Status: Sedang diperiksa"),
    Resumed("case", '{"step": "note", "application": 1}', "bantuan", "Tulis catatan untuk rekan petugas."),
    Resumed(
        "case", '{"step": "note", "application": 1}', "Untuk rekan.", "✓ Catatan internal tersimpan.", is_text=True
    ),
    Resumed("examine", '{"application": 1}', "3.2", "3.2 Tujuan"),
    Resumed("history", '{"application": 1}', "bantuan", "Status: Sedang diperiksa"),
    Resumed("remark", '{"application": 2}', "/tap remark:open:2", "Catatan terbuka: 1"),
    Resumed("remark", '{"step": "which", "application": 1}', "3.2", "Tulis catatan Anda"),
    Resumed("remark", '{"step": "remark", "application": 1, "question": "3.2"}', "bantuan", "Tulis catatan Anda"),
    Resumed(
        "remark",
        '{"step": "remark", "application": 1, "question": "3.2"}',
        "Jelaskan.",
        "✓ Catatan 1 untuk 3.2",
        is_text=True,
    ),
    Resumed("verdict", '{"application": 1}', "bantuan", "Status: Sedang diperiksa"),
    Resumed(
        "verdict",
        '{"step": "grounds", "application": 1, "verdict": "ditolak"}',
        "Sudah ada.",
        "diperhatikan",
        is_text=True,
    ),
    Resumed(
        "verdict",
        '{"step": "heed", "application": 1, "verdict": "ditolak", "grounds": ["Sudah ada."]}',
        "Pakai yang ada.",
        "Putusan: Ditolak\n\nAlasan:\n1. Sudah ada.\n\nPerlu diperhatikan:\n1. Pakai yang ada.",
        is_text=True,
    ),
    Resumed(
        "verdict",
        '{"application": 1, "verdict": "ditolak", "grounds": ["Sudah ada."], "heed": ["Pakai itu."], "ready": true}',
        "bantuan",
        "Putusan: Ditolak\n\nAlasan:\n1. Sudah ada.\n\nPerlu diperhatikan:\n1. Pakai itu.",
    ),
    Resumed(
        "verdict",
        '{"application": 1, "verdict": "ditolak", "grounds": ["Sudah ada."], "heed": [], "ready": true}',
        "/tap verdict:final:1:ditolak",
        "Putusannya sudah berubah sejak tombol itu dikirim. Silakan periksa sekali lagi.\n\nPutusan: Ditolak",
    ),
    Resumed("verdict", '{"step": "back", "application": 4}', "Perbaiki ejaan.", "sudah berubah", DIRECTOR, True),
    Resumed("letter", '{"application": 3}', "bantuan", "Status: Surat disusun"),
    Resumed("letter", '{"step": "grounds", "application": 3}', "Memadai.", "✓ Isi surat diubah.", is_text=True),
    Resumed("letter", '{"step": "heed", "application": 3}', "Laporkan.", "✓ Isi surat diubah.", is_text=True),
    Resumed("upload", '{"application": 4, "feasible": true}', "B-9/7304/2026", "Tulis identitas rekomendasinya"),
    Resumed("upload", '{"application": 4, "feasible": true, "letter": "B-9"}', "V-26.7304.009", "Kirim PDF surat"),
    Resumed("upload", '{"application": 4, "feasible": false, "letter": "B-9"}', "B-9", "Kirim satu berkas PDF."),
    Resumed(
        "upload",
        '{"application": 4, "feasible": true, "letter": "B-9", "identity": "V-26.7304.009"}',
        "bantuan",
        "Kirim PDF surat",
    ),
    Resumed("complaint", '{"step": "write"}', "Antreannya panjang.", "Pengaduan Anda kami terima", APPLICANT, True),
    Resumed("complaint", '{"step": "answer", "complaint": 1}', "Maaf.", "✓ Jawaban sudah dikirim.", is_text=True),
    Resumed("complaint", '{"complaint": 1}', "bantuan", "Antreannya panjang."),
    Resumed("complaint", '{"page": 0}', "bantuan", "Pengaduan yang menunggu jawaban:"),
    Resumed("rating", '{"application": 5}', "Cepat sekali.", "komentar Anda sudah kami simpan", APPLICANT, True),
    Resumed("rating", '{"application": 5}', "bantuan", "Bila berkenan, tulis satu kalimat", APPLICANT),
)


def answer_to(world: World, stored: Resumed) -> Turn:
    """What the router answers; nothing of it is kept."""
    words, tap = ("", stored.message[5:]) if stored.message.startswith("/tap ") else (stored.message, "")
    kind: IncomingKind = "tap" if tap else "text"
    incoming = Incoming("1", "console", stored.who, world.now, kind, text=words, tap=tap)
    state = DialogueState(stored.conversation, json.loads(stored.data))

    def handle(session: Session) -> Turn:
        with tried(session):
            ctx = context_of(world, session, stored.who)
            shown = router.on_message(incoming, state, ctx)
            if not stored.is_text:
                return shown
            send = replace(incoming, kind="tap", text="", tap=shown.state.choices[0].value)
            return router.on_message(send, shown.state, ctx)

    return world.process.units.write_now(handle)


@pytest.mark.parametrize("stored", STORED, ids=lambda stored: f"{stored.conversation} {stored.data} {stored.message}")
def test_a_dialogue_that_version_0_1_stored_goes_on(world: World, stored: Resumed) -> None:
    assert stored.answer in said(answer_to(world, stored))


@pytest.mark.parametrize(
    "conversation,data",
    [
        ("case", "{}"), ("case", '{"application": "1"}'), ("remark", '{"step": 1, "application": 1}'),
        ("verdict", '{"step": "fly", "application": 1}'), ("verdict", '{"application": 1, "grounds": "x"}'),
        ("letter", "{}"), ("history", '{"application": null}'), ("upload", '{"application": 4, "letter": 5}'),
        ("inbox", '{"sought": 1}'),
    ],
)  # fmt: skip
def test_a_document_that_is_no_state_opens_the_inbox(world: World, conversation: str, data: str) -> None:
    assert "Berkas permohonan" in said(answer_to(world, Resumed(conversation, data, "bantuan", "")))


@pytest.mark.parametrize("data", ['{"step": "fly"}', '{"step": "answer", "complaint": "1"}', '{"page": "0"}'])
def test_a_document_that_is_no_state_opens_the_page_about_complaints(world: World, data: str) -> None:
    turn = answer_to(world, Resumed("complaint", data, "bantuan", ""))
    shown = [choice.value for choice in turn.state.choices]
    assert shown == ["complaint:list", "complaint:write", "complaint:own", "menu:show"]


def test_the_state_of_a_verdict_is_stored_as_before(world: World) -> None:
    chosen = Resumed("verdict", '{"application": 1}', "/tap verdict:ground:1:ditolak:1", "")
    kept = dict(answer_to(world, chosen).state.data)
    assert len(str(kept.pop("grounds"))) > 10
    assert kept == {"step": "heed", "application": 1, "verdict": "ditolak"}
