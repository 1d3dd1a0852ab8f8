"""Asks Telegram whether our bot is there and where it delivers to. Changes nothing, and needs no library of Telegram's:
those take seconds to import.
"""

from __future__ import annotations

from aiohttp import ClientSession, ClientTimeout

from domain.frozen import frozen
from domain.text import Json


class BotRefused(Exception):
    """Telegram's own words. They hold no token."""


@frozen
class BotStatus:
    username: str
    webhook: str  #: its address; empty: the bot is polled
    pending: int  #: updates that wait
    last_error: str  #: of the webhook; empty when it works


async def read_status(token: str, api_base: str, timeout: float) -> BotStatus:
    """`timeout`: seconds for each of two questions. Raises `BotRefused`, and what the network raises."""
    async with ClientSession(timeout=ClientTimeout(timeout)) as session:
        bot = await _ask(session, f"{api_base}/bot{token}/getMe")
        webhook = await _ask(session, f"{api_base}/bot{token}/getWebhookInfo")
    pending = webhook.get("pending_update_count")
    return BotStatus(
        username=str(bot.get("username", "")),
        webhook=str(webhook.get("url", "")),
        pending=pending if isinstance(pending, int) else 0,
        last_error=str(webhook.get("last_error_message", "")),
    )


async def _ask(session: ClientSession, url: str) -> dict[str, Json]:
    async with session.post(url, json={}) as answer:
        document: Json = await answer.json(content_type=None)
    match document:
        case {"ok": True, "result": dict(result)}:
            return result
        case {"description": str(description)}:
            raise BotRefused(description)
    raise BotRefused(f"HTTP {answer.status}")
