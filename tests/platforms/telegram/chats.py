"""The state of the server: chats and their messages, files, callback queries."""

from __future__ import annotations

import asyncio
import secrets
import time
from dataclasses import dataclass, field
from functools import cached_property

from tests.platforms.telegram.refusal import BotApiRefusal, Json, bad_request


@dataclass(frozen=True)
class ServerFile:
    """`size` is what the server reports; it may be more than the content has, so that a test needs no 21 MB."""

    id: str
    unique_id: str
    name: str
    size: int
    content: bytes
    path: str
    mime: str

    def described(self) -> Json:
        return {"file_id": self.id, "file_unique_id": self.unique_id, "file_size": self.size}


class ServerFiles:
    def __init__(self) -> None:
        self.by_id: dict[str, ServerFile] = {}
        self.by_path: dict[str, ServerFile] = {}
        self._small: dict[str, ServerFile] = {}

    def keep(self, name: str, content: bytes, mime: str, kind: str, size: int | None = None) -> ServerFile:
        number = len(self.by_id) + 1
        suffix = f".{name.rpartition('.')[2]}" if "." in name else ""
        file = ServerFile(
            id=f"BQAC{secrets.token_urlsafe(36)}",
            unique_id=f"Ag{secrets.token_urlsafe(9)}",
            name=name,
            size=len(content) if size is None else size,
            content=content,
            path=f"{kind}/file_{number}{suffix}",
            mime=mime,
        )
        self.by_id[file.id] = self.by_path[file.path] = file
        return file

    def sizes(self, photo: ServerFile) -> list[Json]:
        """The sizes of a photo, smallest first. The last one is the photo itself."""
        if photo.id not in self._small:
            self._small[photo.id] = self.keep(photo.name, photo.content[:1000], photo.mime, "thumbnails")
        small = self._small[photo.id].described() | {"width": 90, "height": 60}
        return [small, photo.described() | {"width": 1280, "height": 853}]


@dataclass(eq=False)
class ChatMessage:
    """A message as it is on the screen now. `body` holds the fields of its content in the payload."""

    chat: Chat
    id: int
    sender: Json | None
    body: Json
    date: int = field(default_factory=lambda: int(time.time()))
    edited: int | None = None
    deleted: bool = False
    keyboard: Json | None = None  #: a reply keyboard, its removal or a forced reply
    file: ServerFile | None = None

    def payload(self) -> Json:
        found: Json = {"message_id": self.id, "date": self.date, "chat": self.chat.described()}
        if self.sender:
            found["from"] = self.sender
        if self.edited:
            found["edit_date"] = self.edited
        return found | self.body

    @property
    def from_bot(self) -> bool:
        return bool(self.sender and self.sender["is_bot"])

    @property
    def text(self) -> str:
        """The text or the caption, without markup."""
        return str(self.body.get("text", self.body.get("caption", "")))

    @property
    def entities(self) -> list[Json]:
        found: list[Json] = self.body.get("entities") or self.body.get("caption_entities") or []
        return found

    @property
    def rows(self) -> list[list[Json]]:
        """The rows of the inline keyboard."""
        found: list[list[Json]] = self.body.get("reply_markup", {}).get("inline_keyboard", [])
        return found

    @property
    def buttons(self) -> list[str]:
        """The labels of the inline keyboard, in reading order."""
        return [button["text"] for row in self.rows for button in row]

    @property
    def choices(self) -> dict[str, str]:
        """Label → callback data."""
        return {
            button["text"]: button["callback_data"] for row in self.rows for button in row if "callback_data" in button
        }

    @property
    def kind(self) -> str:
        """The kind of its content: "text", "document", "photo", "contact" …"""
        return next((kind for kind in _KINDS if kind in self.body), "service")

    @property
    def document(self) -> tuple[str, bytes] | None:
        """The name and the content of its file."""
        return (self.file.name, self.file.content) if self.file else None

    def __repr__(self) -> str:
        who = "bot" if self.from_bot else "person"
        signs = f"{' (edited)' if self.edited else ''}{f' {self.buttons}' if self.rows else ''}"
        return f"<{self.id} {who} {self.kind}{signs}: {self.text!r}>"


_KINDS = (
    "text",
    "document",
    "photo",
    "contact",
    "voice",
    "sticker",
    "location",
    "poll",
    "video_note",
    "video",
    "audio",
)


@dataclass(eq=False)
class Chat:
    id: int
    kind: str  #: "private", "group", "supergroup" or "channel"
    about: Json  #: the fields of its payload besides id and type: names, title
    started: bool = False  #: a bot may write in a private chat only after the person's first message
    blocked: bool = False
    kicked: bool = False
    migrated_to: int | None = None
    messages: dict[int, ChatMessage] = field(default_factory=dict)
    last_id: int = 0
    actions: list[str] = field(default_factory=list)  #: of `sendChatAction`
    #: messages of the bot that are new or edited since a test read them, in order; a dictionary as an ordered set
    unread: dict[ChatMessage, None] = field(default_factory=dict)
    waiting: set[asyncio.Future[None]] = field(default_factory=set)
    shown: list[tuple[int, str, str]] = field(default_factory=list)  #: id, text, file name of what the bot ever showed

    @cached_property
    def instance(self) -> str:
        return str(abs(self.id) * 7919)

    def described(self) -> Json:
        return {"id": self.id, "type": self.kind, **self.about}

    def add(
        self, sender: Json | None, body: Json, *, file: ServerFile | None = None, keyboard: Json | None = None
    ) -> ChatMessage:
        self.last_id += 1
        message = ChatMessage(self, self.last_id, sender, body, file=file, keyboard=keyboard)
        self.messages[message.id] = message
        self.show(message)
        return message

    def show(self, message: ChatMessage) -> None:
        """Puts a new or changed message on the screen."""
        self.unread.pop(message, None)
        if message.from_bot and not message.deleted:
            self.unread[message] = None
            self._remember(message)
        self.notify()

    def _remember(self, message: ChatMessage) -> None:
        """An edited text counts where it does not only add to the text before, such as what was chosen."""
        if not any(id == message.id and message.text.startswith(text) for id, text, _ in self.shown):
            self.shown.append((message.id, message.text, message.file.name if message.file else ""))

    def notify(self) -> None:
        for future in self.waiting:
            if not future.done():
                future.set_result(None)
        self.waiting.clear()

    @property
    def screen(self) -> list[ChatMessage]:
        return [message for message in self.messages.values() if not message.deleted]

    def check_writable(self) -> None:
        """Raises `BotApiRefusal` unless the bot may write in this chat now."""
        if self.migrated_to is not None:
            reason = "group chat was upgraded to a supergroup chat"
            raise BotApiRefusal(400, reason, is_bot_error=False, migrate_to_chat_id=self.migrated_to)
        if self.blocked:
            raise BotApiRefusal(403, "bot was blocked by the user", is_bot_error=False)
        if self.kicked:
            raise BotApiRefusal(403, f"bot was kicked from the {self.kind} chat", is_bot_error=False)
        if not self.started:
            raise BotApiRefusal(403, "bot can't initiate conversation with a user")

    def find(self, message_id: int | None, missing: str) -> ChatMessage:
        message = self.messages.get(message_id or 0)
        if message is None or message.deleted:
            raise bad_request(missing)
        return message


@dataclass(eq=False)
class ButtonTap:
    """A pressed button. `answer`: the parameters of `answerCallbackQuery`."""

    id: str
    chat: Chat
    data: str
    at: float
    answer: Json | None = None
    answered: asyncio.Event = field(default_factory=asyncio.Event)

    @property
    def toast(self) -> str | None:
        return self.answer.get("text") if self.answer else None
