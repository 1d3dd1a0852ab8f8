"""What every platform relies on: rate limits, files sent again, templates, e-mail as a fallback."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta
from functools import partial
from pathlib import Path

import pytest
from sqlalchemy.orm import Session

from bot.channel import RateLimit, SendFailed
from bot.chat import Prompt, prompt_to_json
from bot.pipeline.rate_limiter import OwnBudget, RateLimiter
from bot.service import devices
from bot.service.context import context_of_address
from domain.text import verbatim
from storage import outbox, people, sending
from storage.tables import File, Person
from tests.unit.platform_in_memory import NAME, Office


@pytest.fixture
async def office(tmp_path: Path) -> AsyncIterator[Office]:
    office = Office(tmp_path)
    yield office
    await office.process.close()


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
    turns = RateLimiter(OwnBudget(RateLimit(burst=2, every=0.02)))
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
