"""What makes a chat feel native and may fail: it runs beside the answers, and never delays or breaks one."""

from __future__ import annotations

import asyncio
from collections import defaultdict, deque
from collections.abc import AsyncIterator, Coroutine
from contextlib import asynccontextmanager

import structlog

from bot.channel import Outgoing
from bot.handlers.telegram import render, setup
from bot.handlers.telegram.api import ApiFailed, Replies
from bot.handlers.telegram.receive import Tapped
from bot.handlers.telegram.render import Call
from domain.text import Text
from locales import SOURCE, closest, say

log = structlog.get_logger()

#: seconds within which an answer shows that a tap was taken
MARK_LIFE = 15.0
#: seconds for what is under way when the process stops
LAST_MOMENT = 1.0
#: seconds between two messages that no outbox knows of; with all others they stay below Telegram's 30 a second
APART = 0.5
#: taps whose answering, and whose answer on the screen, is remembered: they may come again
REMEMBERED = 1000

IN_GROUP = Text("Maaf, layanan ini hanya melayani percakapan pribadi. Silakan tulis kepada kami secara langsung.")


class Courtesy:
    def __init__(self, api: Replies) -> None:
        self._api = api
        self._tasks: set[asyncio.Task[None]] = set()
        self._heard: deque[str] = deque(maxlen=REMEMBERED)
        self._shown: deque[str] = deque(maxlen=REMEMBERED)
        self._taps: defaultdict[int, dict[int, Tapped]] = defaultdict(dict)
        self._keyboards: set[int] = set()
        self._refused: deque[int] = deque(maxlen=REMEMBERED)
        self._speaking = asyncio.Lock()

    def busy(self, address: str, action: str = "typing") -> None:
        """Something takes a moment."""
        self._soon(self._ask(Call("sendChatAction", {"chat_id": int(address), "action": action})))

    def heard(self, tapped: Tapped) -> None:
        """The button stops turning."""
        if tapped.query not in self._heard:
            self._heard.append(tapped.query)
            self._soon(self._ask(Call("answerCallbackQuery", {"callback_query_id": tapped.query})))

    def tapped(self, address: str, tapped: Tapped) -> None:
        """Once this chat gets an answer, the message with the button will show what was chosen. Only an answer proves
        that the tap did something: until then the buttons stay.
        """
        if tapped.message is None or tapped.query in self._shown:
            return
        chat, message = int(address), tapped.message.id
        self._taps[chat][message] = tapped
        asyncio.get_running_loop().call_later(MARK_LIFE, self._forget, chat, message, tapped)

    def edited(self, address: str, message: str) -> None:
        """The message with the button is itself the answer."""
        self._close(int(address), int(message))

    def answered(self, outgoing: Outgoing, message: int) -> None:
        """A new message has just appeared in this chat, with this number."""
        chat, prompt = int(outgoing.address), outgoing.prompt
        if prompt.reason == "reply":
            for number, tapped in sorted(self._taps.get(chat, {}).items()):
                if tapped.message is not None and number < message:  # a later one was tapped since, and has its turn
                    self._close(chat, number)
                    self._soon(self._ask(render.marked(chat, tapped.message, tapped.label)))
        if prompt.takes_contact:
            self._keyboards.add(chat)
        elif chat in self._keyboards:
            self._keyboards.discard(chat)
            self._soon(self._put_keyboard_away(chat))
        if prompt.commands:
            self._soon(setup.menu_of(self._api, chat, prompt.commands))

    def refuse_group(self, chat: int, language: str) -> None:
        """One sentence, once."""
        if chat not in self._refused:
            self._refused.append(chat)
            words = say(IN_GROUP, closest(language) or SOURCE)
            self._soon(self._say(Call("sendMessage", {"chat_id": chat, "text": words})))

    async def close(self) -> None:
        """What was begun gets a moment to come to its end."""
        if self._tasks:
            await asyncio.wait(self._tasks, timeout=LAST_MOMENT)
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    def _close(self, chat: int, message: int) -> None:
        """The message shows what became of the tap."""
        if tapped := self._taps.get(chat, {}).get(message):
            self._shown.append(tapped.query)
            self._forget(chat, message, tapped)

    def _forget(self, chat: int, message: int, tapped: Tapped) -> None:
        marks = self._taps.get(chat, {})
        if marks.get(message) == tapped:
            del marks[message]
        if not marks:
            self._taps.pop(chat, None)

    async def _put_keyboard_away(self, chat: int) -> None:
        """A keyboard below the conversation leaves only with a message that can have no buttons of its own."""
        markup = {"remove_keyboard": True}
        put = Call(
            "sendMessage", {"chat_id": chat, "text": "✓", "disable_notification": True, "reply_markup": {**markup}}
        )
        async with self._turn():
            if chat not in self._keyboards:  # else the number is asked for again
                sent = await self._api.call(put)
                await self._api.call(Call("deleteMessage", {"chat_id": chat, "message_id": sent["message_id"]}))

    async def _say(self, call: Call) -> None:
        async with self._turn():
            await self._api.call(call)

    @asynccontextmanager
    async def _turn(self) -> AsyncIterator[None]:
        async with self._speaking:
            try:
                yield
            finally:
                await asyncio.sleep(APART)

    async def _ask(self, call: Call) -> None:
        await self._api.call(call)

    def _soon(self, work: Coroutine[None, None, None]) -> None:
        task = asyncio.create_task(self._try(work))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _try(self, work: Coroutine[None, None, None]) -> None:
        try:
            await work
        except ApiFailed as failed:
            log.debug("telegram: left out", why=str(failed))
