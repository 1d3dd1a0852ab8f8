"""python -m tests.platforms.telegram [--port N]: a server with one person, who writes in this terminal.

A line is a message; `[Label]` presses a button. What a correct bot never does is printed with `!`.
"""

from __future__ import annotations

import argparse
import asyncio
import sys

from tests.platforms.telegram.people import TelegramUser
from tests.platforms.telegram.server import BotApi, bot_api

#: seconds between two looks at the screen
LOOK_EVERY = 0.1


def show(*lines: str) -> None:
    sys.stdout.write("".join(f"{line}\n" for line in lines))
    sys.stdout.flush()


async def show_answers(server: BotApi, person: TelegramUser) -> None:
    flagged = 0
    while True:
        for message in person.reads():
            buttons = [*message.buttons, *(button["text"] for button in person.reply_keyboard)]
            file = [f"({message.file.name})"] if message.file else []
            show(*(f"< {line}" for line in [*message.text.split("\n"), *file]), *(f"  [{label}]" for label in buttons))
        show(*(f"! {line}" for line in server.flagged[flagged:]))
        flagged = len(server.flagged)
        await asyncio.sleep(LOOK_EVERY)


async def act(person: TelegramUser, line: str) -> None:
    label = line[1:-1] if line.startswith("[") and line.endswith("]") else ""
    if not label:
        await person.says(line)
    elif any(button["text"] == label for button in person.reply_keyboard):
        await person.presses(label)
    else:
        await person.taps(label)


async def serve(port: int) -> None:
    """Serves until the process is ended, also after the end of the input."""
    async with bot_api(port=port) as server:
        show(f"PST_TELEGRAM_API_BASE={server.url}", f"PST_TELEGRAM_TOKEN={server.token}")
        person = server.user(1001, "Siti")
        answers = asyncio.create_task(show_answers(server, person))
        while line := await asyncio.to_thread(sys.stdin.readline):
            if line.strip():
                try:
                    await act(person, line.strip())
                except AssertionError as error:  # there is no such button
                    show(f"! {error}")
        await answers


if __name__ == "__main__":
    parser = argparse.ArgumentParser(prog="python -m tests.platforms.telegram", description=__doc__)
    parser.add_argument("--port", type=int, default=0, help="0: a free port")
    try:
        asyncio.run(serve(parser.parse_args().port))
    except KeyboardInterrupt:
        sys.exit(0)
