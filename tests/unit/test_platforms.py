"""What every platform relies on: order, albums, files at the platform, rate limits, templates, e-mail as a fallback."""

from __future__ import annotations

import asyncio
import os
import resource
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from datetime import timedelta
from functools import partial
from pathlib import Path

import pytest
from pikepdf import Object, Pdf
from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.channel import (
    Capabilities,
    Delivered,
    FetchFailed,
    Inbound,
    Outgoing,
    PlatformEvents,
    RateLimit,
    Receiver,
    SendFailed,
    Upload,
)
from bot.chat import Incoming, Prompt, prompt_to_json
from bot.limits import ALLOWANCES, Sender
from bot.pipeline import albums, loops, media
from bot.pipeline.deliver import RateLimiter
from bot.pipeline.payload import PendingMessage
from bot.runtime.process import Process, open_process
from bot.service import devices
from bot.service.context import context_of_address
from bot.settings import Settings
from domain.text import verbatim
from locales import say
from storage import inbox, installation, messages, outbox, people, sending
from storage.tables import Address, Dialogue, File, Message, OutboxRow, Person
from tests.made_files import pdf
from tests.samples import sample
from tests.talk import START

NAME = "post"


@dataclass
class Post:
    """A platform in memory. The numbers of its messages grow, it keeps files, and it raises the `faults`."""

    name: str = NAME
    capabilities: Capabilities = field(
        default_factory=lambda: Capabilities(each=RateLimit(3, 10.0), upload_life=timedelta(days=1))
    )
    sent: list[Outgoing] = field(default_factory=list)
    files: dict[str, bytes] = field(default_factory=dict)
    faults: list[Exception] = field(default_factory=list)
    knocks: bool = False
    number: int = 0

    async def send(self, outgoing: Outgoing) -> Delivered:
        if self.faults:
            raise self.faults.pop(0)
        self.sent.append(outgoing)
        self.number += 1
        return Delivered((str(self.number),), "kept-1" if outgoing.prompt.attachment else "", template_sent=self.knocks)

    async def fetch(self, remote: str) -> AsyncIterator[bytes]:
        if self.faults:
            raise self.faults.pop(0)
        if remote not in self.files:
            raise FetchFailed("gone")
        yield self.files[remote]

    def receiver(self, inbound: Inbound, events: PlatformEvents) -> Receiver:
        raise AssertionError("nothing comes in by itself here")

    async def close(self) -> None:
        pass

    @property
    def said(self) -> list[str]:
        return [say(outgoing.prompt.text, outgoing.locale) for outgoing in self.sent]


class Office:
    """One process with this platform, on one event loop."""

    def __init__(self, folder: Path) -> None:
        self.now = START
        self.post = Post()
        settings = Settings(data_dir=folder)
        self.process: Process = open_process(settings, lambda *_: {NAME: self.post}, clock=lambda: self.now)
        self.units = self.process.units
        self._ids = iter(range(1, 1000))

    async def says(self, text: str, who: str = "budi", **more: object) -> None:
        self.now += timedelta(seconds=30)
        self.post.number += 1
        incoming = Incoming(f"m{next(self._ids)}", NAME, who, self.now, "text", text=text, sequence=self.post.number)
        for name, value in more.items():
            incoming = _with(incoming, name, value)
        await self.process.inbound.receive(incoming)
        await self.process.deliverer.idle()

    async def sends(self, *remotes: str, who: str = "budi", group: str = "") -> None:
        for remote in remotes:
            self.post.number += 1
            incoming = Incoming(
                f"m{next(self._ids)}", NAME, who, self.now, "file", sequence=self.post.number, group=group
            )
            upload = Upload(remote, remote=remote, size=len(self.post.files.get(remote, b"")))
            await self.process.inbound.receive_files(incoming, (upload,))
        await self.process.inbound.idle()
        await self.process.deliverer.idle()

    def address(self, who: str = "budi") -> Address:
        return self.units.write_now(
            lambda s: s.scalars(select(Address).where(Address.channel == NAME, Address.external_id == who)).one()
        )

    def address_id(self, session: Session, who: str = "budi") -> int:
        return session.scalars(select(Address.id).where(Address.channel == NAME, Address.external_id == who)).one()

    def rows(self, channel: str = NAME) -> list[OutboxRow]:
        query = select(OutboxRow).where(OutboxRow.channel == channel).order_by(OutboxRow.id)
        return list(self.units.write_now(lambda session: session.scalars(query).all()))

    async def notice(self, text: str = "kabar", who: str = "budi", file: int | None = None) -> None:
        """Queues a notice as the service does, and sends it if that is allowed."""
        address, keys = self.address(who), self.process.app.keys
        body = prompt_to_json(Prompt(verbatim(text), reason="letter"))
        assert isinstance(body, dict)
        if file is not None:
            body["file"] = {"id": file, "name": "surat.pdf"}
        self.units.write_now(lambda s: outbox.add(s, keys, address, body, self.now, reason="letter", bulk=True))
        self.process.notify({address.id: (NAME, who)})
        await self.process.deliverer.idle()


def _with(incoming: Incoming, name: str, value: object) -> Incoming:
    from dataclasses import replace

    return replace(incoming, **{name: value})  # type: ignore[arg-type]


@pytest.fixture
async def office(tmp_path: Path) -> AsyncIterator[Office]:
    office = Office(tmp_path)
    yield office
    await office.process.close()


# Order ----------------------------------------------------------------------------------------------------------------


async def _in_form(office: Office, who: str = "budi") -> None:
    """Brings the person to the first question of the registration."""
    for words in ("halo", "akun dan pindah perangkat", "daftar sekarang", "setuju"):
        await office.says(words, who)


def _open_question(office: Office) -> str | None:
    return office.units.write_now(lambda session: session.scalars(select(Dialogue)).one().asked)


async def test_a_text_sent_before_the_question_is_offered_and_not_recorded(office: Office) -> None:
    await _in_form(office)
    assert _open_question(office) == "nama"
    early = office.post.number - 1  # sent before the question got its number
    await office.says("Budi Santoso", sequence=early)
    assert _open_question(office) == "nama" and "Pakai untuk R.1?" in office.post.said[-1]
    await office.says("ya")
    assert _open_question(office) != "nama"


async def test_without_numbers_of_messages_the_times_decide(office: Office) -> None:
    await _in_form(office)
    before = office.now
    await office.says("Budi Santoso", sequence=None, shown_by=before - timedelta(seconds=1))
    assert _open_question(office) == "nama"
    await office.says("ya", sequence=None, shown_by=office.now + timedelta(seconds=2))
    await office.says("Dinas Contoh", sequence=None, shown_by=office.now + timedelta(seconds=32))
    assert _open_question(office) not in {"nama", "instansi"}


async def test_a_quoted_question_or_answer_is_found_by_its_number(office: Office) -> None:
    await _in_form(office)
    question = office.post.number
    await office.says("Budi Santoso")
    answer = question + 1
    for quoted, name in ((question, "Budi Dua"), (answer + 2, "Budi Tiga")):
        await office.says(name, quoted_message_id=str(quoted))
        assert f"✓ R.1 diubah: {name}" in office.post.said[-1] and _open_question(office) == "instansi"


async def test_texts_that_arrive_together_answer_one_question(office: Office) -> None:
    await _in_form(office)
    office.now += timedelta(seconds=30)
    first = office.post.number
    burst = [
        Incoming(f"b{n}", NAME, "budi", office.now, "text", text=f"Kata nomor {n}", sequence=first + n)
        for n in range(1, 5)
    ]
    office.post.number += 4
    await asyncio.gather(*(office.process.inbound.receive(incoming) for incoming in burst))
    await office.process.deliverer.idle()
    assert list(draft_answers_of(office)) == ["nama"]


def draft_answers_of(office: Office) -> dict[str, object]:
    from storage.tables import Draft

    return office.units.write_now(lambda session: dict(session.scalars(select(Draft)).one().answers))


# Files ----------------------------------------------------------------------------------------------------------------


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
    assert await office.process.inbound.spooled() == set()
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


# Sending --------------------------------------------------------------------------------------------------------------


async def test_one_address_gets_a_burst_and_then_waits(office: Office) -> None:
    await office.says("halo")
    office.now += timedelta(hours=1)
    address, keys = office.address(), office.process.app.keys
    body = prompt_to_json(Prompt(verbatim("kabar")))
    paces = office.process.deliverer._address_limits

    def queue(session):  # type: ignore[no-untyped-def]
        for _ in range(5):
            outbox.add(session, keys, address, body, office.now, reason="letter", bulk=True)

    office.units.write_now(queue)
    waits = []
    for _ in range(5):
        claimed = office.units.write_now(lambda s: sending.claim(s, keys, address.id, office.now, (NAME,), paces))
        if isinstance(claimed, sending.RateLimited):
            waits.append((claimed.until - office.now).total_seconds())
            office.now = claimed.until
            claimed = office.units.write_now(lambda s: sending.claim(s, keys, address.id, office.now, (NAME,), paces))
        assert isinstance(claimed, sending.ClaimedMessage)
        office.units.write_now(partial(sending.settle, claimed=claimed, now=office.now))
    assert waits == [10.0, 10.0]


async def test_all_addresses_together_keep_the_rate_and_replies_go_first() -> None:
    turns = RateLimiter(RateLimit(burst=2, every=0.02))
    order: list[str] = []

    async def send(name: str, *, bulk: bool) -> None:
        assert await turns.wait(bulk=bulk)
        order.append(name)

    begun = asyncio.get_running_loop().time()
    waiting = [send(f"notice {n}", bulk=True) for n in range(6)] + [send(f"reply {n}", bulk=False) for n in range(3)]
    await asyncio.gather(*waiting)
    assert asyncio.get_running_loop().time() - begun >= 0.02 * 6
    assert order[:3] == ["reply 0", "reply 1", "reply 2"]


async def test_a_file_is_sent_by_the_platforms_id_until_the_platform_deletes_it(office: Office) -> None:
    await office.says("halo")
    person = office.address().person_id

    def keep(session):  # type: ignore[no-untyped-def]
        file = File(
            person_id=person, object="0" * 64, owner="x", name="s.pdf", kind="pdf", size=1, created_at=office.now
        )
        session.add(file)
        session.flush()
        return file.id

    file = office.units.write_now(keep)
    for _ in range(2):
        office.now += timedelta(minutes=5)
        await office.notice("surat", file=file)
    office.now += timedelta(days=2)
    await office.notice("surat", file=file)
    assert [outgoing.remote_file for outgoing in office.post.sent[-3:]] == ["", "kept-1", ""]


async def test_after_a_template_the_message_waits_until_the_person_writes(office: Office) -> None:
    await office.says("halo")
    office.now += timedelta(days=2)
    office.post.knocks = True
    await office.notice("Surat Anda terbit")
    row = office.rows()[-1]
    assert row.template_sent_at == office.now and row.sent_at is None
    office.post.knocks = False
    await office.notice("Nilai layanan kami")
    assert office.post.sent[-1].template_sent_at == row.template_sent_at
    await office.says("ya")
    assert "Surat Anda terbit" in office.post.said[-2:][0] + office.post.said[-1]
    assert all(row.sent_at for row in office.rows())


def _prove_mailbox(office: Office) -> None:
    address = office.address()

    def prove(session):  # type: ignore[no-untyped-def]
        person = session.get_one(Person, address.person_id)
        person.email, person.email_proven_at = "budi@contoh.go.id", office.now
        people.get_or_create_mailbox(session, person.email, person.id, "id", office.now)

    office.units.write_now(prove)


async def test_notices_to_a_person_who_blocked_us_go_by_mail(office: Office) -> None:
    await office.says("halo")
    _prove_mailbox(office)
    office.post.faults = [SendFailed("blocked", "Forbidden")]
    await office.notice("Surat Anda terbit")
    assert office.address().blocked_at == office.now
    assert len(office.rows("email")) == 1 and office.rows()[-1].failure == "blocked: Forbidden"
    await office.says("saya kembali")
    assert office.address().blocked_at is None, "who writes can be written to"


async def test_a_reply_that_cannot_be_sent_is_not_mailed(office: Office) -> None:
    await office.says("halo")
    _prove_mailbox(office)
    office.post.faults = [SendFailed("refused", "too long")]
    await office.says("menu")
    assert office.rows("email") == [] and office.rows()[-1].gave_up_at is not None


async def test_a_chat_with_a_new_identifier_gets_its_messages_there(office: Office) -> None:
    await office.says("halo")
    office.post.faults = [SendFailed("gone", "migrated", new_address="budi-2")]
    await office.notice()
    office.now += timedelta(seconds=30)
    address = office.address("budi-2")
    office.process.notify({address.id: (NAME, "budi-2")})
    await office.process.deliverer.idle()
    assert office.post.sent[-1].address == "budi-2"


async def test_progress_only_moves_forward_and_a_late_failure_goes_by_mail(office: Office) -> None:
    await office.says("halo")
    _prove_mailbox(office)
    await office.notice()
    remote = office.rows()[-1].remote_id
    assert remote is not None
    process = office.process
    for state, expected in (("sent", "sent"), ("read", "read"), ("delivered", "read"), ("failed", "read")):
        await process.events.progress(NAME, remote, state)  # type: ignore[arg-type]
        assert office.rows()[-1].progress == expected
    assert office.rows("email") == []
    office.now += timedelta(minutes=1)
    await office.notice("lagi")
    remote = office.rows()[-1].remote_id or ""
    await process.events.progress(NAME, remote, "failed", "131026")
    assert (office.rows()[-1].progress, office.rows()[-1].failure) == ("failed", "131026")
    assert len(office.rows("email")) == 1
    await process.events.progress(NAME, "unknown", "read")


# Two identifiers of one address ---------------------------------------------------------------------------------------


def _address(office: Office, external_id: str, alternate: str = "") -> Address:
    return office.units.write_now(
        lambda s: people.get_or_create_address(s, NAME, external_id, "id", office.now, alternate)
    )


def _register(office: Office, address: Address) -> None:
    def register(session):  # type: ignore[no-untyped-def]
        session.get_one(Person, address.person_id).registered_at = office.now

    office.units.write_now(register)


async def test_an_address_known_by_its_number_is_found_by_its_identifier(office: Office) -> None:
    before = _address(office, "62811")
    after = _address(office, "ID.1", "62811")
    assert after.id == before.id and (after.external_id, after.alternate_address) == ("ID.1", "62811")
    assert _address(office, "ID.1").id == before.id, "also when the number is not shown"


async def test_of_two_rows_of_one_address_the_registered_person_stays(office: Office) -> None:
    by_number = _address(office, "62811")
    _register(office, by_number)
    by_id = _address(office, "ID.1")
    assert by_id.id != by_number.id
    one = _address(office, "ID.1", "62811")
    assert (one.id, one.person_id) == (by_number.id, by_number.person_id)
    assert _address(office, "ID.1").id == by_number.id


async def test_a_number_that_went_to_somebody_else_leads_to_no_earlier_owner(office: Office) -> None:
    earlier = _address(office, "ID.1", "62811")
    _register(office, earlier)
    later = _address(office, "ID.2", "62811")
    assert later.person_id != earlier.person_id
    assert _address(office, "ID.1").person_id == earlier.person_id
    assert _address(office, "ID.2", "62811").id == later.id


# Shared by processes -------------------------------------------------------------------------------------------------


async def test_only_one_holds_a_lease_until_it_runs_out(office: Office) -> None:
    process = office.process
    assert await process.events.lease("poll", 10) and await process.events.lease("poll", 10)

    def other() -> bool:
        until = office.now + timedelta(seconds=10)
        return office.units.write_now(lambda s: installation.acquire_lease(s, "poll", "other", office.now, until))

    assert not other()
    office.now += timedelta(seconds=10)
    assert other() and not await process.events.lease("poll", 10)


async def test_what_a_channel_announces_is_kept(office: Office) -> None:
    from storage import continuations

    for link in ("https://one.example/{word}/{code}", "https://two.example/{word}/{code}"):
        await office.process.events.announce(NAME, link)
    assert office.units.write_now(lambda s: continuations.links(s, "gabung", "X")) == {
        NAME: "https://two.example/gabung/X"
    }


async def test_input_that_could_not_be_read_is_kept_and_can_be_retried(office: Office) -> None:
    process = office.process
    for _ in range(2):
        await process.events.dead_letter(NAME, b"odd", "a message without a sender")

    def rows() -> list[tuple[str, str]]:
        found = office.units.write_now(lambda session: inbox.waiting(session, "failed"))
        assert all(b"odd" not in (row.payload or b"") for row in found), "sealed"
        return [(row.channel, row.error) for row in found]

    assert rows() == [(NAME, "a message without a sender")]
    assert await process.inbound.spooled() == set()
    given: list[tuple[str, bytes]] = []

    async def again(channel: str, part: bytes) -> bool:
        given.append((channel, part))
        return len(given) > 1

    assert await process.inbound.retry_failed(again) == (0, 1)
    assert await process.inbound.retry_failed(again) == (1, 0)
    assert given == [(NAME, b"odd")] * 2 and rows() == []


async def test_news_of_who_signed_out_stays_away_from_who_writes_there_later(office: Office) -> None:
    """It had left when they signed out; that it failed is reported afterwards."""
    await office.says("halo")
    await office.notice("kabar rahasia")
    (remote,) = office.rows()[-1].remote_ids

    def sign_out(session: Session) -> None:
        ctx = context_of_address(session, office.process.app, office.now, office.address_id(session))
        assert devices.sign_out(ctx, ctx.actor.id)

    office.units.write_now(sign_out)
    _prove_mailbox(office)  # of somebody else, who uses this chat now
    told = office.post.said.count("kabar rahasia")
    await office.process.events.progress(NAME, str(remote), "failed", "131026")
    await office.says("menu")
    assert office.post.said.count("kabar rahasia") == told and office.rows("email") == []
