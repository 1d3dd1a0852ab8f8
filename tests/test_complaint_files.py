"""Files that come with a complaint: who may read it opens them; one without a name goes without."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from functools import partial

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.runtime import retention
from bot.service import complaints
from storage.tables import File
from tests.casework import APPLICANT, OFFICER, OTHER_OFFICER, do
from tests.complaints import WORDS, answer, written
from tests.made_files import pdf
from tests.talk import Talk, World


def file_ids(world: World) -> dict[str, list[int]]:
    """Name → the rows of people who have such a file, the oldest first."""

    def read(session: Session) -> dict[str, list[int]]:
        found: dict[str, list[int]] = {}
        for file in session.scalars(select(File).order_by(File.id)):
            found.setdefault(file.name, []).append(file.id)
        return found

    return world.process.units.write_now(read)


def test_a_file_is_read_by_the_staff_but_never_by_the_officer_it_is_about(world: World) -> None:
    talk = written(world, APPLICANT)
    talk.send(("loket.pdf", pdf()))
    assert "✓ loket.pdf dilampirkan." in talk.last and WORDS in talk.last
    talk.tap("Tentang petugas tertentu")
    talk.say("Rahmat")
    assert "• loket.pdf" in talk.last and "Rahmat" in talk.last
    talk.tap("Kirim")
    [file_id] = file_ids(world)["loket.pdf"]
    officer, subject = Talk(world, OFFICER), Talk(world, OTHER_OFFICER)
    subject.press(f"complaint:file:1:{file_id}")
    assert "tidak dapat Anda buka" in subject.last and len(file_ids(world)["loket.pdf"]) == 1
    officer.press("complaint:show:1")
    officer.tap("Buka loket.pdf")
    assert officer.told[-1].prompt.attachment is not None and len(file_ids(world)["loket.pdf"]) == 2
    talk.press("complaint:status:1")
    talk.tap("Buka loket.pdf")
    assert talk.told[-1].prompt.attachment is not None
    assert answer(world, 1) and do(world, APPLICANT, lambda ctx: complaints.settle(ctx, 1, ""))
    for days, left in ((29, ["loket.pdf"]), (2, [])):
        world.now += timedelta(days=days)
        asyncio.run(retention.run(world.process, world.now))
        assert list(file_ids(world)) == left
    talk.press("complaint:status:1")
    assert "loket.pdf" in talk.last and "Buka loket.pdf" not in talk.labels()


def test_who_complained_reads_the_file_of_an_answer_and_keeps_it_on_the_page(world: World) -> None:
    talk, officer = written(world, APPLICANT), Talk(world, OFFICER)
    talk.tap("Kirim")
    officer.press("complaint:answer:1")
    officer.send(("denah.pdf", pdf()))
    officer.say("Loket kami tambah.")
    officer.tap("Kirim")
    assert any(message.prompt.attachment for message in asyncio.run(talk.news()))
    _, sent = file_ids(world)["denah.pdf"]
    talk.press("complaint:status:1")
    talk.tap("Buka denah.pdf")
    read = partial(world.process.history.attachment, "console")
    found = asyncio.run(read(APPLICANT, sent))
    assert found is not None and found.name == "denah.pdf"
    assert asyncio.run(read("orang-lain", sent)) is None


def test_a_complaint_without_a_name_goes_without_files(world: World) -> None:
    talk = written(world, APPLICANT)
    talk.send(("loket.pdf", pdf()))
    talk.tap("Tanpa nama")
    assert "berkas tidak ikut dikirim" in talk.last and "• loket.pdf" not in talk.last
    talk.tap("Kirim")
    assert "tanpa nama" in talk.last and file_ids(world) == {}
