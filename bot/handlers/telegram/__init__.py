"""Telegram. Its libraries take seconds and 150 MB to load: nothing of them is imported before `connect` or `set_up`."""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable
from typing import Literal

from bot.channel import Platform, StoredFile
from bot.errors import OperatorError


def connect(
    token: str,
    api_base: str,
    mode: Literal["polling", "webhook"],
    public_url: str,
    webhook_secret: str,
    attachment: Callable[[int], Awaitable[StoredFile | None]],
) -> Platform:
    """The channel; `attachment` gives the file that a message carries."""
    from bot.handlers.telegram.receiver import Webhook
    from bot.handlers.telegram.send import TelegramChannel

    _quiet()
    webhook = Webhook(public_url, webhook_secret) if mode == "webhook" else None
    return TelegramChannel(token, api_base, webhook, attachment)


async def set_up(token: str, api_base: str) -> list[str]:
    """Sets menus and texts; gives a line for each. Raises `OperatorError`."""
    from bot.handlers.telegram import setup
    from bot.handlers.telegram.api import ApiFailed, Replies
    from bot.handlers.telegram.receiver import WRONG_TOKEN

    _quiet()
    api = Replies(token, api_base)
    try:
        return await setup.set_up(api)
    except ApiFailed as failed:
        wrong_token = failed.status in {401, 404}
        raise OperatorError(WRONG_TOKEN if wrong_token else f"Telegram did not take it: {failed}") from None
    finally:
        await api.close()


def _quiet() -> None:
    """What these say below warnings holds addresses with the token; of floods and of answers that nobody can read the
    outbox tells.
    """
    for name in ("httpx", "httpcore", "aiogram", "telegram"):
        logging.getLogger(name).setLevel(logging.WARNING)
    for name in ("telegram.ext.AIORateLimiter", "telegram.request.BaseRequest"):
        logging.getLogger(name).setLevel(logging.CRITICAL)
