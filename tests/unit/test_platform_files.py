"""What every platform relies on: files are fetched when they are asked for, within a budget; albums are one message."""

from __future__ import annotations

import asyncio
import os
import resource
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest
from pikepdf import Object, Pdf
from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.channel import FetchFailed, Upload
from bot.chat import DialogueState, Incoming, Turn
from bot.conversations import router
from bot.limits import ALLOWANCES, Sender
from bot.pipeline import albums, loops, media
from bot.pipeline.payload import PendingMessage
from bot.service import form_files
from bot.service.context import Context, context_of_address
from letters import form_workbook
from storage import drafts, inbox, messages
from storage.tables import Dialogue, Message
from tests.made_files import pdf
from tests.samples import sample
from tests.unit.platform_in_memory import NAME, Office


@pytest.fixture
async def office(tmp_path: Path) -> AsyncIterator[Office]:
    office = Office(tmp_path)
    yield office
    await office.process.close()


@pytest.fixture
def short_waits(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(media, "FETCH_PAUSES", (0.0, 0.0))
    monkeypatch.setattr(albums, "ALBUM_WAIT", 0.2)


async def test_a_file_that_was_not_asked_for_is_not_fetched(office: Office) -> None:
    await office.says("halo")
    await office.sends("foto.png")  # the platform does not have it: fetching it would fail
    assert "tidak kami simpan" in office.post.said[-1]


async def _asked_for_a_file(office: Office) -> None:
    await office.says("halo")
    address = office.address()

    def ask(session):  # type: ignore[no-untyped-def]
        session.get_one(Dialogue, address.id).takes_file = True

    office.units.write_now(ask)


async def _refusal(office: Office, remote: str) -> str:
    """Why a file was refused; empty when it was accepted."""
    upload = Upload(remote, remote=remote, size=len(office.post.files.get(remote, b"")))
    taken = await office.process.inbound._media.process(NAME, upload, "person/1", is_asked=True)
    return taken.refused


@pytest.mark.usefixtures("short_waits")
@pytest.mark.parametrize(
    "faults,refused",
    [
        ([], ""),
        ([FetchFailed("unreachable"), FetchFailed("unreachable")], ""),
        ([FetchFailed("unreachable")] * 3, "unfetched"),
        ([FetchFailed("gone")], "unfetched"),
    ],
)
async def test_fetching_a_file_is_retried_after_a_fault(office: Office, faults: list[Exception], refused: str) -> None:
    office.post.files["surat.pdf"] = sample("surat.pdf")
    office.post.faults = list(faults)
    assert await _refusal(office, "surat.pdf") == refused
    assert not list((office.process.settings.data_dir / "files" / "spool").glob("*"))


async def test_files_at_a_platform_have_a_budget_of_bytes(office: Office) -> None:
    """What could not be fetched uses nothing of it."""
    owner, most = Sender("person/1"), ALLOWANCES["upload_bytes", "address"].at_once
    office.post.files["surat.pdf"] = sample("surat.pdf")
    size = len(office.post.files["surat.pdf"])
    office.process.limiter.take("upload_bytes", owner, most - size)
    office.post.faults = [FetchFailed("gone")]
    assert [await _refusal(office, "surat.pdf") for _ in range(3)] == ["unfetched", "", "too_many"]
    office.now += timedelta(minutes=5)
    assert await _refusal(office, "surat.pdf") == ""


@pytest.mark.usefixtures("short_waits")
async def test_a_file_that_finds_no_room_on_the_disk_is_taken_as_soon_as_there_is_room(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    await _asked_for_a_file(office)
    monkeypatch.setattr(loops, "FIRST_PAUSE", 0.05)
    office.post.files["besar.pdf"] = pdf(lambda document: document.Root.__setattr__("Kept", noise(document)))
    said, (soft, hard) = len(office.post.sent), resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (5_000_000, hard))  # enough for the database
    try:
        sending = asyncio.create_task(office.sends("besar.pdf"))
        await asyncio.sleep(0.4)
        assert not sending.done() and len(office.post.sent) == said and not list(office.process.store.names())
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    await sending
    assert len(list(office.process.store.names())) == 1 and "gangguan" not in office.post.said[-1]


def noise(document: Pdf) -> Object:
    """More than the room that there is."""
    return document.make_indirect(document.make_stream(os.urandom(6_000_000)))


async def test_a_damaged_row_of_the_inbox_stops_nobody(office: Office) -> None:
    await _asked_for_a_file(office)
    office.post.files["surat.pdf"] = sample("surat.pdf")
    await _keeps_first_part(office, "surat.pdf", group="")

    def damage(session: Session) -> None:
        inbox.keep(session, NAME, "m-damaged", "siti", office.now, "pending", b"nothing that was sealed")

    office.units.write_now(damage)
    await office.process.inbound.resume()
    await office.process.inbound.idle()
    await office.process.deliverer.idle()
    assert len(list(office.process.store.names())) == 1
    (failed,) = office.units.write_now(lambda session: inbox.waiting(session, "failed"))
    assert failed.external_id == "m-damaged"
    assert await office.process.pending.spooled() == set()
    assert await office.process.retry_failed() == (0, 1)


async def test_a_file_that_the_platform_calls_too_large_is_not_fetched(office: Office) -> None:
    upload = Upload("besar.pdf", remote="besar.pdf", size=25_000_000)
    taken = await office.process.inbound._media.process(NAME, upload, "person/1", is_asked=True)
    assert taken.refused == "too_large"


@pytest.mark.usefixtures("short_waits")
async def test_an_album_is_one_message_also_after_a_crash_between_its_parts(office: Office, tmp_path: Path) -> None:
    await _asked_for_a_file(office)
    said = len(office.post.sent)
    await office.sends("a.png", "b.png", "c.png", group="album-1")
    assert len(office.post.sent) == said + 1, "one answer to an album"
    _says_it_took(office, "a.png", "b.png", "c.png")
    office.now += timedelta(hours=1)
    await _keeps_first_part(office, "d.png", group="album-2")
    await office.process.inbound.resume()
    await asyncio.sleep(3 * albums.ALBUM_WAIT)  # the next process gets the lease later
    await office.sends("e.png", "f.png", group="album-2")
    assert len(office.post.sent) == said + 2, "one answer to an album, though a crash came between its parts"
    _says_it_took(office, "d.png", "e.png", "f.png")


@pytest.mark.usefixtures("short_waits")
async def test_an_album_whose_handling_fails_is_kept_with_all_its_files(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(incoming: Incoming, state: DialogueState, ctx: Context) -> Turn:
        raise RuntimeError("a deliberate fault")

    await _asked_for_a_file(office)
    monkeypatch.setattr(router, "on_message", broken)
    await office.sends("a.png", "b.png", "c.png", group="album-1")
    (failed,) = office.units.write_now(lambda session: inbox.waiting(session, "failed"))
    kept = office.process.pending.opened(failed)
    assert kept and [upload.name for upload in kept.uploads] == ["a.png", "b.png", "c.png"]


def _says_it_took(office: Office, *names: str) -> None:
    rows = office.units.write_now(
        lambda s: s.scalars(select(Message).where(Message.direction == "in").order_by(Message.id.desc())).first()
    )
    assert rows is not None
    keys, address = office.process.app.keys, office.address()
    body = messages.unseal_body(keys, rows.body, address.id)
    assert all(name in str(body) for name in names)


async def _keeps_first_part(office: Office, remote: str, group: str) -> None:
    """Leaves the first part of an album in the inbox, as a process does that is killed before the next part."""
    office.post.number += 1
    incoming = Incoming("first-part", NAME, "budi", office.now, "file", sequence=office.post.number, group=group)
    part = PendingMessage(incoming, (Upload(remote, remote=remote),))
    assert await office.process.inbound._keep(part, asyncio.get_running_loop().create_future())


async def test_a_filled_form_is_fetched_whenever_its_draft_is_open(office: Office) -> None:
    await office.says("halo")
    await office.sends("formulir.xlsx")
    assert "tidak kami simpan" in office.post.said[-1], "nobody without a draft has a form to send back"
    person = office.address().person_id
    draft = office.units.write_now(lambda s: drafts.create(s, person, "recommendation_request", 1, office.now))
    office.post.files["formulir.xlsx"] = office.units.write_now(lambda session: _drawn(office, session, draft.id))
    assert await office.process.history.takes_file(NAME, "budi", "Formulir saya.XLSX")
    assert not await office.process.history.takes_file(NAME, "budi", "foto.png")
    await office.sends("formulir.xlsx")
    assert "tidak ada jawaban yang berbeda" in office.post.said[-1]


def _drawn(office: Office, session: Session, draft_id: int) -> bytes:
    ctx = context_of_address(session, office.process.app, office.now, office.address_id(session))
    return form_workbook.render(form_files.facts_of(ctx, draft_id).file)
