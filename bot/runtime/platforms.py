"""What the commands do with the platforms' own administration."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator

from bot.errors import OperatorError
from bot.settings import read


def set_up_telegram() -> list[str]:
    """Sets the bot's menus and texts. Returns a line for each. Raises `OperatorError`."""
    from bot.handlers.telegram import set_up

    settings = read()
    if not settings.telegram_token:
        raise OperatorError("PST_TELEGRAM_TOKEN is not set; copy the token from @BotFather")
    return asyncio.run(set_up(settings.telegram_token, settings.telegram_api_base))


def whatsapp_templates() -> Iterator[str]:
    """The texts of the templates that the operator submits for approval. Raises `OperatorError`."""
    from bot.handlers.whatsapp.templates import ApprovedTemplates

    try:
        approved = ApprovedTemplates.from_setting(read().whatsapp_templates)
    except ValueError as error:
        raise OperatorError(f"PST_WHATSAPP_TEMPLATES: {error}.") from None
    for text in approved.submissions():
        yield f"name:      {text.name}\nlanguage:  {text.language}\ncategory:  UTILITY\nbody:      {text.body}"
        yield f"{{{{1}}}}:     for example {text.example}\n" if text.example else ""
