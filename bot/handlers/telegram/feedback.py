"""Telegram's feedback on what a person did: callback answers, the choice shown in place, chat actions. It runs beside
the answers of the service: a failure here is only logged, and delays nothing.
"""

from __future__ import annotations

import asyncio
from collections import defaultdict, deque
from collections.abc import AsyncIterator, Awaitable
from contextlib import asynccontextmanager
from typing import TypeVar

import structlog
from aiogram.methods import (
    AnswerCallbackQuery,
    DeleteMessage,
    EditMessageCaption,
    EditMessageReplyMarkup,
    EditMessageText,
    SendChatAction,
    SendMessage,
    TelegramMethod,
)
from aiogram.types import LinkPreviewOptions, Message, ReplyKeyboardRemove

from bot.channel import Outgoing
from bot.chat import TICK
from bot.handlers.telegram import setup
from bot.handlers.telegram.client import AiogramClient, BotApiError
from bot.handlers.telegram.render import MAX_CAPTION, MAX_TEXT, utf16_length
from bot.handlers.telegram.updates import ButtonPress, PressedMessage
from domain.text import Text
from locales import SOURCE, closest, say

log = structlog.get_logger()

Result = TypeVar("Result")

#: seconds after a press within which a message of ours counts as its answer
ANSWER_WAIT = 15.0
#: seconds that running requests may take when the process stops
CLOSE_WAIT = 1.0
#: seconds between two messages that do not come from the outbox; both together stay below Telegram's 30 a second
MESSAGE_INTERVAL = 0.5
#: how many presses and chats are remembered, because Telegram may deliver an update again
MAX_REMEMBERED = 1000

PRIVATE_CHATS_ONLY = Text(
    "Maaf, layanan ini hanya melayani percakapan pribadi. Silakan tulis kepada kami secara langsung."
)


class InteractionFeedback:
    def __init__(self, client: AiogramClient) -> None:
        self._client = client
        self._tasks: set[asyncio.Task[None]] = set()
        self._answered: deque[str] = deque(maxlen=MAX_REMEMBERED)  #: callback ids
        self._shown: deque[str] = deque(maxlen=MAX_REMEMBERED)  #: callback ids
        #: chat → message with the button → press; waits until the service has answered it
        self._presses: defaultdict[int, dict[int, ButtonPress]] = defaultdict(dict)
        self._reply_keyboards: set[int] = set()  #: chats
        self._refused_groups: deque[int] = deque(maxlen=MAX_REMEMBERED)
        self._sending = asyncio.Lock()

    def show_action(self, chat_id: int, action: str) -> None:
        """Shows for some seconds that the bot is doing this, such as "typing"."""
        self._start(self._client.execute(SendChatAction(chat_id=chat_id, action=action)))

    def answer_press(self, press: ButtonPress) -> None:
        """Ends the progress indicator on the button."""
        if press.callback_id not in self._answered:
            self._answered.append(press.callback_id)
            self._start(self._client.execute(AnswerCallbackQuery(callback_query_id=press.callback_id)))

    def remember_press(self, press: ButtonPress) -> None:
        """The next message to this chat will replace the buttons by the choice. Before it the buttons stay, because
        nothing proves yet that the press had an effect.
        """
        if press.message is None or press.callback_id in self._shown:
            return
        self._presses[press.chat_id][press.message.id] = press
        asyncio.get_running_loop().call_later(ANSWER_WAIT, self._forget, press)

    def message_edited(self, address: str, message_id: str) -> None:
        """The message with the button was itself changed: the choice needs no other sign."""
        if press := self._presses.get(int(address), {}).get(int(message_id)):
            self._mark_as_shown(press)

    def message_sent(self, outgoing: Outgoing, message_id: int) -> None:
        """A new message is on the screen: shows the choices that it answers, and updates keyboard and menu."""
        chat_id, prompt = int(outgoing.address), outgoing.prompt
        if prompt.reason == "reply":
            self._show_choices(chat_id, message_id)
        if prompt.takes_contact:
            self._reply_keyboards.add(chat_id)
        elif chat_id in self._reply_keyboards:
            self._reply_keyboards.discard(chat_id)
            self._start(self._remove_reply_keyboard(chat_id))
        if prompt.commands:
            self._start(setup.set_chat_menu(self._client, chat_id, prompt.commands))

    def refuse_group(self, chat_id: int, language: str) -> None:
        """Tells a group once that the service works in private chats only."""
        if chat_id not in self._refused_groups:
            self._refused_groups.append(chat_id)
            text = say(PRIVATE_CHATS_ONLY, closest(language) or SOURCE)
            self._start(self._send(SendMessage(chat_id=chat_id, text=text)))

    async def close(self) -> None:
        """Gives running requests a moment, then cancels them."""
        if self._tasks:
            await asyncio.wait(self._tasks, timeout=CLOSE_WAIT)
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    def _show_choices(self, chat_id: int, answer_id: int) -> None:
        """In all pressed messages above the answer. One below it was pressed later and waits for its own answer."""
        for message_id, press in sorted(self._presses.get(chat_id, {}).items()):
            if press.message is not None and message_id < answer_id:
                self._mark_as_shown(press)
                self._start(self._client.execute(show_choice(chat_id, press.message, press.label)))

    def _mark_as_shown(self, press: ButtonPress) -> None:
        self._shown.append(press.callback_id)
        self._forget(press)

    def _forget(self, press: ButtonPress) -> None:
        assert press.message is not None
        presses = self._presses.get(press.chat_id, {})
        if presses.get(press.message.id) == press:
            del presses[press.message.id]
        if not presses:
            self._presses.pop(press.chat_id, None)

    async def _remove_reply_keyboard(self, chat_id: int) -> None:
        """Only a message without buttons can remove the keyboard below the input field: sends one and deletes it."""
        message = SendMessage(
            chat_id=chat_id,
            text="✓",
            disable_notification=True,
            reply_markup=ReplyKeyboardRemove(remove_keyboard=True),
        )
        async with self._turn():
            if chat_id not in self._reply_keyboards:  # otherwise the phone number is being asked for again
                sent = await self._client.execute(message)
                await self._client.execute(DeleteMessage(chat_id=chat_id, message_id=sent.message_id))

    async def _send(self, message: SendMessage) -> None:
        async with self._turn():
            await self._client.execute(message)

    @asynccontextmanager
    async def _turn(self) -> AsyncIterator[None]:
        async with self._sending:
            try:
                yield
            finally:
                await asyncio.sleep(MESSAGE_INTERVAL)

    def _start(self, work: Awaitable[Result]) -> None:
        task = asyncio.create_task(_log_failure(work))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)


def show_choice(chat_id: int, message: PressedMessage, label: str) -> TelegramMethod[Message | bool]:
    """Removes the buttons of a message, and adds the label of the pressed one to its text where there is room."""
    text = f"{message.text}\n\n{TICK}{label.removeprefix(TICK)}"
    limit = MAX_CAPTION if message.is_caption else MAX_TEXT
    if not label or utf16_length(text) > limit or not (message.text or message.is_caption):
        return EditMessageReplyMarkup(chat_id=chat_id, message_id=message.id)
    entities = list(message.entities) or None
    if message.is_caption:
        return EditMessageCaption(chat_id=chat_id, message_id=message.id, caption=text, caption_entities=entities)
    no_preview = LinkPreviewOptions(is_disabled=True)
    return EditMessageText(
        chat_id=chat_id, message_id=message.id, text=text, entities=entities, link_preview_options=no_preview
    )


async def _log_failure(work: Awaitable[Result]) -> None:
    try:
        await work
    except BotApiError as failed:
        log.debug("telegram: feedback failed", why=str(failed))
