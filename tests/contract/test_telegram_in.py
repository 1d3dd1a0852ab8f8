"""From updates to what the backend is told: a table of updates."""

from __future__ import annotations

import asyncio
from dataclasses import replace

import pytest
from structlog.testing import capture_logs

from tests.contract.telegram_harness import TelegramBackend
from tests.contract.telegram_updates import (
    FORGOTTEN,
    GROUP,
    NOTHING,
    NOW,
    OTHER,
    SAID,
    TAPPED,
    Json,
    feeding,
    file,
    from_,
    membership,
    message,
    tap,
    told,
)


@pytest.mark.parametrize("name", SAID)
async def test_what_a_person_does_is_heard(name: str) -> None:
    update, incoming, uploads = SAID[name]
    with capture_logs():
        backend = await told(update)
    assert backend.received == [incoming]
    assert backend.uploads == ({incoming.id: uploads} if uploads else {})


@pytest.mark.parametrize("name", NOTHING)
async def test_what_does_not_concern_the_service_is_nothing(name: str) -> None:
    backend = await told(NOTHING[name])
    assert (backend.received, backend.blocks) == ([], [])


async def test_updates_that_come_together_reach_the_backend_in_their_order_at_once() -> None:
    backend = TelegramBackend()
    updates = [message(text=f"pesan {number}") | {"update_id": number} for number in range(20)]
    async with feeding(backend) as feed:
        tasks = [asyncio.create_task(feed(update)) for update in updates]
        await asyncio.sleep(0)  # runs each task until it awaits something
        assert backend.calls == [f"pesan {number}" for number in range(20)]
        await asyncio.gather(*tasks)


def test_a_pressed_button_says_what_is_left_to_do_about_it() -> None:
    from aiogram.types import MessageEntity, Update

    from bot.handlers.telegram.updates import ButtonPress, PressedMessage, from_button

    def pressed(update: Json) -> ButtonPress:
        query = Update.model_validate(update).callback_query
        assert query is not None
        return from_button("7000000001:5", query, NOW)[1]

    bold: Json
    link: Json
    bold, link = {"type": "bold", "offset": 0, "length": 2}, {"type": "url", "offset": 3, "length": 5}
    question = PressedMessage(11, "Cara?", (MessageEntity.model_validate(bold),))
    assert pressed(tap(entities=[bold, link])) == ButtonPress("Q1", 1001, question, "Sensus")
    letter = PressedMessage(11, "Surat", (), is_caption=True)
    below = tap(text=None, document=file("D"), caption="Surat")
    assert pressed(below) == ButtonPress("Q1", 1001, letter, "Sensus")
    assert pressed(FORGOTTEN) == ButtonPress("Q1", 1001, None, "")


async def test_a_tap_on_a_message_that_telegram_no_longer_shows_is_still_a_tap() -> None:
    assert (await told(FORGOTTEN)).received == [replace(TAPPED, text="")]


async def test_who_shuts_the_bot_out_or_lets_it_in_is_an_event() -> None:
    for status, is_blocked in (("kicked", True), ("member", False)):
        backend = await told(membership(status))
        assert (backend.blocks, backend.received) == ([("1001", is_blocked)], [])


async def test_of_an_update_that_cannot_be_read_it_is_heard_that_somebody_sent_something() -> None:
    backend = TelegramBackend()
    with capture_logs():
        async with feeding(backend) as feed:
            assert await feed(message(text={"blocks": []}))
            nobody = {"chat": {"id": True, "type": "private"}, **from_({"id": True})}
            assert not await feed(message(text={"blocks": []}, **nobody))
            assert not await feed(message(text={"blocks": []}, chat=GROUP))
    assert backend.received == [replace(OTHER, at=NOW)]
