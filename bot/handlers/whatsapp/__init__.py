"""WhatsApp: people write to the office's number; the Cloud API brings it by webhook and takes the answers."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import UTC, datetime

from bot.channel import Platform, StoredFile
from bot.handlers.whatsapp.graph import Graph
from bot.handlers.whatsapp.receiver import Secrets
from bot.handlers.whatsapp.send import WhatsApp
from bot.handlers.whatsapp.templates import Approved


def _now() -> datetime:
    return datetime.now(UTC)


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
    """`api_base`: with the version. `templates`: see `Approved`; a wrong one raises `ValueError` with a line for the
    operator.
    """
    graph = Graph(token, phone_number_id, api_base)
    approved = Approved.of_setting(templates)
    return WhatsApp(graph, phone_number_id, Secrets(app_secret, verify_token), approved, attachment, clock)
