"""Updates as nobody has sent them yet break nothing, and plain texts say the same without aiogram's models."""

from __future__ import annotations

import asyncio
import copy
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pydantic import ValidationError
from structlog.testing import capture_logs

from bot.chat import Incoming
from tests.contract.telegram_harness import TelegramBackend
from tests.contract.telegram_updates import NOTHING, SAID, Json, feeding, membership

anything = st.sampled_from(
    [
        None,
        True,
        -1,
        0,
        2**63,
        1.5,
        "",
        "x",
        "\ud800",
        "/start " + "A" * 5000,
        [],
        [None],
        {},
        {"id": 1},
        {"type": "private"},
    ]
)
VALID = [update for update, _, _ in SAID.values()] + list(NOTHING.values()) + [membership("kicked")]


def assert_plain_text_is_read_as_by_aiogram(update: Json) -> None:
    """What is read without aiogram's models says what they would say, if they can read it."""
    from aiogram.types import Update

    from bot.handlers.telegram.updates import from_message, from_plain_text, normalize_command

    plain = from_plain_text("7000000001:5", update)
    try:
        message = Update.model_validate(update).message
    except ValidationError:
        return
    if plain is not None:
        assert message is not None
        assert plain == from_message("7000000001:5", message, "text", normalize_command(message.text or ""))


def test_plain_texts_are_read_without_aiogram_and_say_the_same() -> None:
    from bot.handlers.telegram.updates import from_plain_text

    read = {name for name, (update, _, _) in SAID.items() if from_plain_text("7000000001:5", update) is not None}
    assert {"words", "no language", "a command", "a mail address", "start", "a link of a mail"} <= read
    assert not read & {"forwarded words", "words that quote a message", "a document", "an edited message", "a tap"}
    for update in VALID:
        assert_plain_text_is_read_as_by_aiogram(update)


def places(document: Any) -> list[tuple[Any, Any]]:
    inside = (
        document.items() if isinstance(document, dict) else enumerate(document) if isinstance(document, list) else ()
    )
    return [found for key, value in inside for found in [(document, key), *places(value)]]


@settings(max_examples=150, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.data())
def test_nothing_that_comes_breaks_the_reading(data: st.DataObject) -> None:
    update = copy.deepcopy(data.draw(st.sampled_from(VALID)))
    for _ in range(data.draw(st.integers(1, 3))):
        holder, key = data.draw(
            st.sampled_from([place for place in places(update) if place[1] != "update_id"] or [(update, "x")])
        )
        holder[key] = copy.deepcopy(data.draw(anything))
    backend = TelegramBackend()

    async def feed_one() -> None:
        async with feeding(backend) as feed:
            await feed(update)

    with capture_logs():
        asyncio.run(feed_one())
    assert_plain_text_is_read_as_by_aiogram(update)
    for incoming in backend.received:
        assert Incoming.of_json(incoming.to_json()) == incoming
        assert incoming.address.lstrip("-").isdigit() and incoming.id == "7000000001:5"
