"""Nothing is confirmed unseen: the last button of officers and directors is about the letter that it was shown with."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from bot.service import decisions, revisions
from bot.service.access import ActionRefused
from bot.service.context import Context
from bot.service.letter_facts import LetterChanges
from bot.service.letters import issue_by_upload
from storage import letters
from storage.tables import Application, Letter
from tests.casework import (
    AFTER_SILENCE,
    APPLICANT,
    DIRECTOR,
    OFFICER,
    OTHER_OFFICER,
    answer_again,
    awaiting_issue,
    do,
    letter_drafted,
    on,
    remark,
    resubmit,
    revision_requested,
    send,
    send_back,
    staffed,
    status,
    under_review,
)
from tests.samples import sample
from tests.talk import Talk, World

NOT_DRAWN = "Suratnya masih disusun."
CHANGED = "Suratnya sudah berubah sejak tombol itu dikirim."


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
def world(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[World]:
    url = request.getfixturevalue("postgres_database") if request.param == "postgresql" else ""
    world = staffed(World(tmp_path / "data", database_url=url))
    yield world
    world.stop()


class WithoutWorker(World):
    """Nothing is drawn until `draws` is set."""

    draws = False

    async def work(self) -> None:
        if self.draws:
            await super().work()


def newest_id(world: World, application_id: int) -> int:
    found = world.process.units.write_now(lambda session: letters.newest(session, application_id))
    assert found is not None
    return found.id


def issued(world: World) -> int:
    return world.process.units.write_now(lambda session: session.query(Letter).filter_by(stage="issued").count())


def edit(ctx: Context, application: Application) -> None:
    decisions.edit_letter(ctx, application, LetterChanges(["Lebih jelas."]))


def test_an_officer_who_sends_before_the_letter_is_drawn_is_told_so_and_sends_nothing(tmp_path: Path) -> None:
    world = WithoutWorker(tmp_path / "data")
    staffed(world)
    application_id = under_review(world)
    officer = Talk(world, OFFICER)
    officer.press(f"case:show:{application_id}")
    officer.tap("Semua baik")
    officer.tap("Ya, putuskan")
    officer.tap("Kirim ke direktur")
    assert officer.last.startswith(NOT_DRAWN) and status(world, application_id) == "letter_drafted"
    world.restart()
    officer.press(f"case:sent:{application_id}:{newest_id(world, application_id)}:1")
    assert officer.last.startswith(NOT_DRAWN) and status(world, application_id) == "letter_drafted"
    world.draws = True
    officer.say("halo")  # the worker draws now
    officer.press(f"case:send:{application_id}")
    assert officer.last.startswith("Kirim konsep surat") and officer.told[-1].prompt.attachment is not None
    assert status(world, application_id) == "letter_drafted"
    officer.tap("Ya, kirim ke direktur")
    assert status(world, application_id) == "awaiting_issue"
    world.stop()


def test_a_director_sees_the_letter_with_the_question(world: World) -> None:
    application_id = awaiting_issue(world)
    director = Talk(world, DIRECTOR)
    director.press(f"verdict:issue:{application_id}")
    assert director.told[-1].prompt.attachment is not None and issued(world) == 0
    director.tap("Ya, terbitkan")
    assert status(world, application_id) == "issued" and issued(world) == 1


@pytest.mark.parametrize("old", ["verdict:sure:{}", "case:send:{}", "letter:reopened:{}"])
def test_a_last_button_of_version_0_1_only_shows_the_question(world: World, old: str) -> None:
    application_id = awaiting_issue(world) if old.startswith("verdict") else letter_drafted(world)
    before = status(world, application_id)
    talk = Talk(world, DIRECTOR if old.startswith("verdict") else OFFICER)
    talk.press(old.format(application_id))
    assert status(world, application_id) == before
    asked = [choice for message in talk.told for choice in message.prompt.choices if choice.label.msgid[:3] == "Ya,"]
    talk.press(asked[-1].value)
    assert status(world, application_id) != before


def test_a_button_about_an_older_letter_shows_the_newer_one(world: World) -> None:
    application_id = awaiting_issue(world)
    officer, director = Talk(world, OFFICER), Talk(world, DIRECTOR)
    director.press(f"verdict:issue:{application_id}")
    old = director.button("Ya, terbitkan").value
    do(world, DIRECTOR, on(application_id, send_back))
    officer.press(f"case:send:{application_id}")
    old_sending = officer.button("Ya, kirim ke direktur").value
    do(
        world,
        OFFICER,
        on(application_id, lambda ctx, case: decisions.edit_letter(ctx, case, LetterChanges(["Lebih jelas."]))),
    )
    officer.say("halo")  # the worker draws the new draft
    officer.press(old_sending)
    assert officer.last.startswith(CHANGED) and status(world, application_id) == "letter_drafted"
    officer.tap("Ya, kirim ke direktur")
    director.press(old)
    assert director.last.startswith(CHANGED) and director.told[-1].prompt.attachment is not None
    assert status(world, application_id) == "awaiting_issue" and issued(world) == 0
    director.tap("Ya, terbitkan")
    assert status(world, application_id) == "issued"


def test_the_service_alone_refuses_a_letter_that_nobody_saw(world: World) -> None:
    application_id = awaiting_issue(world)
    with pytest.raises(ActionRefused, match="sudah berubah"):
        do(world, DIRECTOR, on(application_id, lambda ctx, case: decisions.issue(ctx, case, 0)))
    assert issued(world) == 0


def test_a_verdict_is_the_one_that_its_message_shows(world: World) -> None:
    application_id = under_review(world)
    officer = Talk(world, OFFICER)
    officer.press(f"verdict:fine:{application_id}")
    old = officer.button("Ya, putuskan").value
    officer.tap("Ubah isinya")
    officer.say("Alasan yang lain.")
    officer.tap("Lanjut")
    officer.tap("Tidak ada")
    officer.press(old)
    assert "sudah berubah sejak tombol itu dikirim" in officer.last and "Alasan yang lain." in officer.last
    assert status(world, application_id) == "under_review"
    officer.tap("Ya, putuskan")
    assert status(world, application_id) == "letter_drafted"


def test_a_verdict_about_an_earlier_round_asks_again(world: World) -> None:
    application_id = under_review(world)
    officer = Talk(world, OFFICER)
    officer.press(f"verdict:fine:{application_id}")
    old = officer.button("Ya, putuskan").value

    def next_round(ctx, case):  # type: ignore[no-untyped-def]
        case.round += 1

    do(world, OFFICER, on(application_id, next_round))
    officer.press(old)
    assert status(world, application_id) == "under_review"


def test_an_expiry_of_an_earlier_round_asks_again(world: World) -> None:
    application_id = revision_requested(world, "tujuan")
    officer = Talk(world, OFFICER)
    world.now += AFTER_SILENCE
    officer.press(f"case:silent:{application_id}")
    old = officer.button("Ya, kedaluwarsa").value
    answer_again(world, application_id, tujuan="Mengukur kepuasan pasien di puskesmas.")
    resubmit(world, application_id)
    remark(world, application_id, "judul_kegiatan")
    do(world, OFFICER, on(application_id, revisions.request_revision))
    world.now += AFTER_SILENCE
    officer.press(old)
    assert status(world, application_id) == "revision_requested" and "Nyatakan permohonan" in officer.last
    officer.tap("Ya, kedaluwarsa")
    assert status(world, application_id) == "expired"


def test_of_two_directors_at_once_one_issues_the_letter_that_both_saw(world: World) -> None:
    application_id = awaiting_issue(world)
    letter_id = newest_id(world, application_id)

    def press(_: int) -> str:
        try:
            do(world, DIRECTOR, on(application_id, lambda ctx, case: decisions.issue(ctx, case, letter_id)))
        except ActionRefused:
            return "refused"
        return "issued"

    with ThreadPoolExecutor(4) as threads:
        assert sorted(threads.map(press, range(4))) == ["issued", "refused", "refused", "refused"]
    assert issued(world) == 1


def test_a_letter_is_sent_back_as_the_director_saw_it(world: World) -> None:
    application_id = awaiting_issue(world)
    director = Talk(world, DIRECTOR)
    director.press(f"verdict:back:{application_id}")
    assert director.told[-1].prompt.attachment is not None
    do(world, DIRECTOR, on(application_id, send_back))
    do(
        world,
        OFFICER,
        on(application_id, lambda ctx, case: decisions.edit_letter(ctx, case, LetterChanges(["Lebih jelas."]))),
    )
    Talk(world, OFFICER).say("halo")  # the worker draws the new draft
    do(world, OFFICER, on(application_id, send))
    director.say("Perbaiki nama kegiatannya.")
    director.tap("Kirim")
    assert director.last.startswith(CHANGED) and director.told[-1].prompt.attachment is not None
    assert "Perbaiki nama kegiatannya." in director.last and status(world, application_id) == "awaiting_issue"
    director.tap("Kirim")
    assert status(world, application_id) == "letter_drafted"


def test_a_letter_signed_outside_is_the_one_whose_draft_was_shown(world: World) -> None:
    application_id = awaiting_issue(world)
    officer = Talk(world, OFFICER)
    officer.press(f"upload:start:{application_id}")
    officer.say("B-90/7304/KS.200/2026")
    officer.say("V-26.7304.001")
    do(world, DIRECTOR, on(application_id, send_back))
    do(
        world,
        OFFICER,
        on(application_id, lambda ctx, case: decisions.edit_letter(ctx, case, LetterChanges(["Lebih jelas."]))),
    )
    do(world, OFFICER, on(application_id, send))
    Talk(world, OTHER_OFFICER).say("halo")  # the worker draws the new draft
    officer.send(("surat.pdf", sample("surat-ttd.pdf")))
    said = officer.lines(officer.tap("Ya, catat dan kirim"))
    assert any(CHANGED in line for line in said) and status(world, application_id) == "awaiting_issue"


def test_a_remark_is_not_closed_by_a_button_about_an_older_answer(world: World) -> None:
    application_id = revision_requested(world, "tujuan")
    officer = Talk(world, OFFICER)

    def next_round(answer: str) -> None:
        answer_again(world, application_id, tujuan=answer)
        resubmit(world, application_id)

    next_round("Mengukur kepuasan pasien di puskesmas.")
    officer.press(f"remark:open:{application_id}")
    old = next(choice.value for choice in officer.told[-1].prompt.choices if choice.value.startswith("remark:close"))
    do(world, OFFICER, on(application_id, revisions.request_revision))
    next_round("Mengukur kepuasan pasien di rumah sakit.")
    for button in (old, old.rpartition(":")[0]):  # version 0.1 did not name the round
        officer.press(button)
        assert "Mengukur kepuasan pasien di rumah sakit." in officer.last and "sudah berubah" in officer.last
    officer.tap(officer.labels()[0])
    assert "Semua catatan sudah ditutup" in officer.last


def test_an_old_withdrawal_does_not_withdraw_newer_answers(world: World) -> None:
    application_id = revision_requested(world, "tujuan")
    applicant = Talk(world, APPLICANT)
    applicant.press(f"status:ask:{application_id}")
    old = applicant.button("Ya, tarik").value
    answer_again(world, application_id, tujuan="Mengukur kepuasan pasien di puskesmas.")
    resubmit(world, application_id)
    for button in (old, f"status:withdraw:{application_id}"):
        applicant.press(button)
        assert "Tarik permohonan" in applicant.last and status(world, application_id) == "under_review"
    applicant.tap("Ya, tarik")
    assert status(world, application_id) == "withdrawn"


@pytest.mark.parametrize(
    ("reach", "who", "act"),
    [
        (
            under_review,
            OFFICER,
            lambda ctx, case: decisions.decide(ctx, case, case.round + 1, "ditolak", ["Tidak."], []),
        ),
        (letter_drafted, OFFICER, lambda ctx, case: decisions.reopen(ctx, case, 0)),
        (awaiting_issue, DIRECTOR, lambda ctx, case: decisions.send_back(ctx, case, 0, "Perbaiki.")),
        (awaiting_issue, OFFICER, lambda ctx, case: issue_by_upload(ctx, case, 0, "B-9", "", 0)),
    ],
    ids=["decide", "reopen", "send back", "issue by upload"],
)
def test_the_service_alone_refuses_what_the_actor_has_not_seen(
    world: World, reach: Callable[[World], int], who: str, act: Callable[[Context, Application], None]
) -> None:
    application_id = reach(world)
    before = status(world, application_id)
    with pytest.raises(ActionRefused, match="sudah berubah"):
        do(world, who, on(application_id, act))
    assert status(world, application_id) == before
