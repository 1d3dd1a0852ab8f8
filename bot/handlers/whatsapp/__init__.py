"""WhatsApp: people write to the office's number. The Cloud API delivers by webhook and takes the replies."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import UTC, datetime

from bot.channel import Platform, StoredFile
from bot.handlers.whatsapp.client import GraphApiClient
from bot.handlers.whatsapp.receive import PATH as WEBHOOK_PATH
from bot.handlers.whatsapp.receive import WebhookSecrets
from bot.handlers.whatsapp.send import WhatsAppChannel
from bot.handlers.whatsapp.templates import ApprovedTemplates

__all__ = ["WEBHOOK_PATH", "check_number", "connect"]


def _now() -> datetime:
    return datetime.now(UTC)


async def check_number(token: str, phone_number_id: str, api_base: str) -> str:
    """Asks for the digits of the office's number. Raises `GraphApiError` and `GraphApiUnavailable`."""
    client = GraphApiClient(token, phone_number_id, api_base)
    try:
        return await client.phone_digits()
    finally:
        await client.close()


def connect(
    token: str,
    phone_number_id: str,
    app_secret: str,
    verify_token: str,
    api_base: str,
    attachment: Callable[[int], Awaitable[StoredFile | None]],
    templates: str = "pst:id,en",
    clock: Callable[[], datetime] = _now,
) -> Platform:
    """`api_base`: the URL of the API with its version. `templates`: see `ApprovedTemplates`.

    Raises `ValueError` with a line for the operator when `templates` is wrong.
    """
    client = GraphApiClient(token, phone_number_id, api_base)
    approved = ApprovedTemplates.from_setting(templates)
    secrets = WebhookSecrets(app_secret, verify_token)
    return WhatsAppChannel(client, phone_number_id, secrets, approved, attachment, clock)
