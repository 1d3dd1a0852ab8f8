"""One message, one transaction: redelivered messages, failing ones, and messages with files."""

from __future__ import annotations

import asyncio

import pytest
from sqlalchemy import text
from sqlalchemy.orm import Session

from bot.channel import Upload
from bot.chat import DialogueState, Incoming, Turn
from bot.conversations import router
from bot.service.context import Context, context_at
from storage import inbox
from storage.tables import Dialogue, InboxRow, Message, OutboxRow
from tests.samples import sample
from tests.talk import Talk, World

SORRY = "Maaf, ada gangguan di pihak kami"


@pytest.fixture
def world(new_world: World) -> World:
    return new_world


def count(world: World, table: type) -> int:
    return world.process.units.write_now(lambda session: session.query(table).count())


def break_router(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(incoming: Incoming, state: DialogueState, ctx: Context) -> Turn:
        raise RuntimeError("a deliberate fault")

    monkeypatch.setattr(router, "on_message", broken)


def test_a_message_delivered_twice_has_one_effect(world: World) -> None:
    talk = Talk(world)
    assert talk.say("halo", id="m1")
    messages = count(world, Message)
    assert talk.say("halo", id="m1") == []
    assert count(world, Message) == messages


def test_the_same_id_on_another_channel_is_another_message(world: World) -> None:
    Talk(world, "a", channel="console").say("halo", id="m1")
    assert Talk(world, "b", channel="other").say("halo", id="m1")


def test_a_message_that_breaks_is_kept_sealed_and_answered(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    talk = Talk(world)
    with monkeypatch.context() as patch:
        break_router(patch)
        talk.say("rahasia saya", id="m1")
    assert SORRY in talk.last
    row = world.process.units.write_now(lambda session: inbox.waiting(session, "failed")[0])
    assert row.payload and b"rahasia" not in row.payload
    assert row.error.startswith("RuntimeError at tests/unit/test_receive.py:")


def test_a_broken_message_delivered_again_is_not_kept_twice(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    talk = Talk(world)
    break_router(monkeypatch)
    talk.say("halo", id="m1")
    assert talk.say("halo", id="m1") == []
    assert len(world.process.units.write_now(lambda session: inbox.waiting(session, "failed"))) == 1


def test_a_failed_message_has_its_effect_when_it_is_run_again(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    talk = Talk(world)
    with monkeypatch.context() as patch:
        break_router(patch)
        talk.say("halo", id="m1")
    world.restart()
    assert asyncio.run(world.process.retry_failed()) == (1, 0)
    asyncio.run(talk.news())
    assert "Selamat datang" in talk.last
    row = world.process.units.write_now(lambda session: session.query(InboxRow).one())
    assert (row.state, row.payload) == ("done", None)


def test_a_failing_message_does_not_stop_another_person(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    real = router.on_message

    def picky(incoming: Incoming, state: DialogueState, ctx: Context) -> Turn:
        if incoming.text == "racun":
            raise RuntimeError("a deliberate fault")
        return real(incoming, state, ctx)

    monkeypatch.setattr(router, "on_message", picky)
    Talk(world, "a").say("racun")
    other = Talk(world, "b")
    other.say("halo")
    assert "Selamat datang" in other.last


def test_a_dialogue_that_does_not_parse_is_kept_and_its_message_fails(world: World) -> None:
    talk = Talk(world)
    talk.say("halo")

    def damage(session: Session) -> None:
        session.execute(text("""UPDATE dialogues SET choices = '[{"nonsense": 1}]'"""))

    world.process.units.write_now(damage)
    talk.say("menu")
    assert SORRY in talk.last
    dialogue = world.process.units.write_now(lambda session: session.query(Dialogue).one())
    assert dialogue.choices == [{"nonsense": 1}]


def test_a_message_that_the_page_has_not_acknowledged_is_shown_again(world: World) -> None:
    talk = Talk(world)
    first = talk.say("halo")
    shown_again = asyncio.run(world.process.history.conversation(talk.channel, talk.address, first[-1].id, 50))
    assert [message.id for message in shown_again] == [first[-1].id]
    asyncio.run(world.process.history.acknowledge(talk.channel, talk.address, first[-1].id))
    assert asyncio.run(world.process.history.conversation(talk.channel, talk.address, first[-1].id, 50)) == []
    unsent = world.process.units.write_now(
        lambda session: session.query(OutboxRow).filter(OutboxRow.sent_at.is_(None)).count()
    )
    assert unsent == 0


def test_a_file_where_none_is_asked_is_answered_and_its_message_done(world: World) -> None:
    talk = Talk(world)
    talk.say("halo")
    assert talk.send(("surat.pdf", sample("surat.pdf")))
    states = world.process.units.write_now(lambda session: {row.state for row in session.query(InboxRow).all()})
    assert states == {"done"}


def test_a_file_is_handled_though_its_page_closes_before_it_is_stored(world: World) -> None:
    talk = Talk(world)
    talk.say("halo")
    inbound = world.process.inbound
    incoming = Incoming("m1", talk.channel, talk.address, world.now, "file", last_seen_id=talk.seen)

    async def send_and_go() -> None:
        sending = asyncio.create_task(inbound.receive_files(incoming, (Upload("surat.pdf", "missing"),)))
        await asyncio.sleep(0)
        sending.cancel()
        await asyncio.gather(sending, return_exceptions=True)
        await inbound.idle()
        await talk.news()

    asyncio.run(send_and_go())
    states = world.process.units.write_now(lambda session: {row.state for row in session.query(InboxRow).all()})
    assert states == {"done"}


def test_nobody_else_reads_a_file(world: World) -> None:
    from bot.service.drafts import add_file
    from storage import people

    mine, other = Talk(world, "a"), Talk(world, "b")
    mine.say("halo")
    other.say("halo")
    name = world.process.store.put(b"isi", "person/1")

    def add(session: Session) -> int:
        address = people.find(session, "console", "a")
        assert address is not None
        ctx = context_at(session, world.process.app, world.now, address)
        return add_file(ctx, "a.pdf", "pdf", 3, name, "person/1").id

    file = world.process.units.write_now(add)
    stored = asyncio.run(world.process.history.attachment("console", "a", file))
    assert stored is not None and stored.content == b"isi"
    assert asyncio.run(world.process.history.attachment("console", "b", file)) is None
