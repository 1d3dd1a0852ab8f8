"""What the server knows: chats and their messages, files, callback queries."""

from __future__ import annotations

import asyncio
import secrets
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cached_property

from tests.platforms.telegram.refusal import Json, Refused, bad


@dataclass(frozen=True)
class File:
    """`size` may claim more than there is, so that a test needs no 21 MB."""

    id: str
    unique_id: str
    name: str
    size: int
    content: bytes
    path: str
    mime: str

    def described(self) -> Json:
        return {"file_id": self.id, "file_unique_id": self.unique_id, "file_size": self.size}


class Files:
    def __init__(self) -> None:
        self.by_id: dict[str, File] = {}
        self.by_path: dict[str, File] = {}
        self._small: dict[str, File] = {}

    def keep(self, name: str, content: bytes, mime: str, kind: str, size: int | None = None) -> File:
        number = len(self.by_id) + 1
        suffix = f".{name.rpartition('.')[2]}" if "." in name else ""
        file = File(
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

    def sizes(self, photo: File) -> list[Json]:
        """Smallest first; the last one is the picture itself."""
        if photo.id not in self._small:
            self._small[photo.id] = self.keep(photo.name, photo.content[:1000], photo.mime, "thumbnails")
        small = self._small[photo.id].described() | {"width": 90, "height": 60}
        return [small, photo.described() | {"width": 1280, "height": 853}]


@dataclass(eq=False)
class Message:
    """One message of a chat as it is on the screen now; `body` is its part of the payload."""

    chat: Chat
    id: int
    sender: Json | None
    body: Json
    date: int = field(default_factory=lambda: int(time.time()))
    edited: int | None = None
    deleted: bool = False
    keyboard: Json | None = None  #: a reply keyboard, its removal or a forced reply that came with this message
    file: File | None = None

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
        """Text or caption, without markup."""
        return str(self.body.get("text", self.body.get("caption", "")))

    @property
    def entities(self) -> list[Json]:
        found: list[Json] = self.body.get("entities") or self.body.get("caption_entities") or []
        return found

    @property
    def rows(self) -> list[list[Json]]:
        """Of the inline keyboard."""
        found: list[list[Json]] = self.body.get("reply_markup", {}).get("inline_keyboard", [])
        return found

    @property
    def buttons(self) -> list[str]:
        """Labels of the inline keyboard, in reading order."""
        return [button["text"] for row in self.rows for button in row]

    @property
    def choices(self) -> dict[str, str]:
        """Label → callback data."""
        return {
            button["text"]: button["callback_data"] for row in self.rows for button in row if "callback_data" in button
        }

    @property
    def kind(self) -> str:
        """What it carries: text, document, photo, contact …"""
        return next((kind for kind in _KINDS if kind in self.body), "service")

    @property
    def document(self) -> tuple[str, bytes] | None:
        """Name and content of the file it carries."""
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
    kind: str  #: private, group, supergroup, channel
    about: Json  #: names and titles
    started: bool = False  #: a private chat exists for the bot from the person's first message
    blocked: bool = False
    kicked: bool = False
    migrated_to: int | None = None
    messages: dict[int, Message] = field(default_factory=dict)
    last_id: int = 0
    actions: list[str] = field(default_factory=list)  #: sendChatAction
    #: from the bot, new or edited since a test read them, in order; a dictionary, because a message stands in it once
    fresh: dict[Message, None] = field(default_factory=dict)
    waiting: set[asyncio.Future[None]] = field(default_factory=set)

    @cached_property
    def instance(self) -> str:
        return str(abs(self.id) * 7919)

    def described(self) -> Json:
        return {"id": self.id, "type": self.kind, **self.about}

    def add(
        self, sender: Json | None, body: Json, *, file: File | None = None, keyboard: Json | None = None
    ) -> Message:
        self.last_id += 1
        message = Message(self, self.last_id, sender, body, file=file, keyboard=keyboard)
        self.messages[message.id] = message
        self.show(message)
        return message

    def show(self, message: Message) -> None:
        """A bot's message that is new or changed."""
        self.fresh.pop(message, None)
        if message.from_bot and not message.deleted:
            self.fresh[message] = None
        self.notify()

    def notify(self) -> None:
        for future in self.waiting:
            if not future.done():
                future.set_result(None)
        self.waiting.clear()

    @property
    def screen(self) -> list[Message]:
        return [message for message in self.messages.values() if not message.deleted]

    def check_writable(self) -> None:
        """The bot's right to say something here now."""
        if self.migrated_to is not None:
            reason = "group chat was upgraded to a supergroup chat"
            raise Refused(400, reason, blame=False, migrate_to_chat_id=self.migrated_to)
        if self.blocked:
            raise Refused(403, "bot was blocked by the user", blame=False)
        if self.kicked:
            raise Refused(403, f"bot was kicked from the {self.kind} chat", blame=False)
        if not self.started:
            raise Refused(403, "bot can't initiate conversation with a user")

    def find(self, message_id: int | None, missing: str) -> Message:
        message = self.messages.get(message_id or 0)
        if message is None or message.deleted:
            raise bad(missing)
        return message


@dataclass(eq=False)
class Query:
    """A tap. `answer` is what answerCallbackQuery said."""

    id: str
    chat: Chat
    data: str
    at: float
    answer: Json | None = None
    answered: asyncio.Event = field(default_factory=asyncio.Event)

    @property
    def toast(self) -> str | None:
        return self.answer.get("text") if self.answer else None


#: what a test waits for
Wanted = int | str | Callable[[Message], bool]
