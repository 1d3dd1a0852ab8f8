"""`pst-bot run` for the comparison: the same program, without the rate limits of the platforms.

No bot of the comparison keeps them, and the loopback servers do not ask for them.
"""

from __future__ import annotations

from dataclasses import replace

from bot.cli import main
from bot.handlers.telegram.library import import_aiogram
from bot.handlers.whatsapp.send import WhatsAppChannel

if __name__ == "__main__":
    import_aiogram()
    from bot.handlers.telegram.send import TelegramChannel

    for channel in (TelegramChannel, WhatsAppChannel):
        channel.capabilities = replace(channel.capabilities, each=None, total=None)
    main()
