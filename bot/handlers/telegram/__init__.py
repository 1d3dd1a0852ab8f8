"""The Telegram channel. Its libraries take long and much memory to import, so only `connect` and `set_up` do."""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable
from typing import Literal

from bot.channel import Platform, StoredFile
from bot.errors import OperatorError
from bot.handlers.telegram.library import import_aiogram
from bot.handlers.telegram.webhook import WebhookSettings


def connect(
    token: str,
    api_base: str,
    mode: Literal["polling", "webhook"],
    public_url: str,
    webhook_secret: str,
    attachment: Callable[[int], Awaitable[StoredFile | None]],
) -> Platform:
    """Builds the channel. `attachment` loads the file of a message by its id."""
    import_aiogram()
    from bot.handlers.telegram.send import TelegramChannel

    _quiet_libraries()
    webhook = WebhookSettings(public_url, webhook_secret) if mode == "webhook" else None
    return TelegramChannel(token, api_base, webhook, attachment)


async def set_up(token: str, api_base: str) -> list[str]:
    """Sets menus and texts. Gives a line for each. Raises `OperatorError`."""
    import_aiogram()
    from bot.handlers.telegram import setup
    from bot.handlers.telegram.client import AiogramClient, BotApiError
    from bot.handlers.telegram.receive import WRONG_TOKEN

    _quiet_libraries()
    client = AiogramClient(token, api_base)
    try:
        return await setup.set_up(client)
    except BotApiError as failed:
        wrong_token = failed.status in {401, 404}
        raise OperatorError(WRONG_TOKEN if wrong_token else f"Telegram did not take it: {failed}") from None
    finally:
        await client.close()


def _quiet_libraries() -> None:
    """Below warnings, the libraries log URLs that hold the token. Two of them log failures that the outbox logs too."""
    for name in ("httpx", "httpcore", "aiogram", "telegram"):
        logging.getLogger(name).setLevel(logging.WARNING)
    for name in ("telegram.ext.AIORateLimiter", "telegram.request.BaseRequest"):
        logging.getLogger(name).setLevel(logging.CRITICAL)
