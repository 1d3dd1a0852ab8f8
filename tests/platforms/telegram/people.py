"""The people: what they do becomes updates, and what the bot sends is on their screens."""

from __future__ import annotations

import asyncio
import secrets
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, overload

from tests.platforms.telegram.chats import ButtonTap, Chat, ChatMessage, ServerFile
from tests.platforms.telegram.entities import utf16_length
from tests.platforms.telegram.limits import TEXT
from tests.platforms.telegram.refusal import Json

if TYPE_CHECKING:
    from tests.platforms.telegram.server import BotApi

#: seconds that a test waits; the machine may be busy
PATIENCE = 15.0


@dataclass(eq=False)
class Screen:
    """A chat as its members see it."""

    api: BotApi
    chat: Chat

    @property
    def screen(self) -> list[ChatMessage]:
        """All visible messages, oldest first."""
        return self.chat.screen

    @property
    def answers(self) -> list[ChatMessage]:
        """The visible messages of the bot, oldest first."""
        return [message for message in self.chat.screen if message.from_bot]

    @property
    def unread(self) -> list[ChatMessage]:
        """The messages of the bot that are new or edited since the last `reads` or `waits_for`."""
        return list(self.chat.unread)

    def reads(self) -> list[ChatMessage]:
        found = self.unread
        self.chat.unread.clear()
        return found

    @overload
    async def waits_for(self, wanted: int, within: float = ...) -> list[ChatMessage]: ...
    @overload
    async def waits_for(self, wanted: str | Callable[[ChatMessage], bool], within: float = ...) -> ChatMessage: ...
    async def waits_for(
        self, wanted: int | str | Callable[[ChatMessage], bool], within: float = PATIENCE
    ) -> ChatMessage | list[ChatMessage]:
        """Waits for so many unread messages, or for the first unread one that contains the words or fits. Marks as read
        what it returns.
        """
        loop = asyncio.get_running_loop()
        deadline = loop.time() + within
        while (found := self._found(wanted)) is None:
            changed: asyncio.Future[None] = loop.create_future()
            self.chat.waiting.add(changed)
            await asyncio.wait([changed], timeout=deadline - loop.time())
            self.chat.waiting.discard(changed)
            if not changed.done() and loop.time() >= deadline:
                raise AssertionError(self._complaint(wanted, within))
        return found

    def _found(self, wanted: int | str | Callable[[ChatMessage], bool]) -> ChatMessage | list[ChatMessage] | None:
        unread = self.unread
        if isinstance(wanted, int):
            return self.reads() if len(unread) >= wanted else None
        fits = wanted if callable(wanted) else lambda message: wanted in message.text
        for index, message in enumerate(unread):
            if fits(message):
                for read in unread[: index + 1]:
                    del self.chat.unread[read]
                return message
        return None

    def _complaint(self, wanted: object, within: float) -> str:
        last = "".join(f"\n  {message!r}" for message in self.screen[-6:])
        return (
            f"waited {within} s for {wanted!r} in chat {self.chat.id}; unread: {self.unread}; "
            f"flagged: {self.api.flagged[-3:]}; the screen ends with{last or ' nothing'}"
        )


@dataclass(eq=False)
class TelegramUser(Screen):
    """A person in one chat: the private chat with the bot, or a group. What a person sends is returned as the message
    on the screen.
    """

    user: Json

    # writing

    async def says(self, text: str, *, reply_to: int | None = None) -> ChatMessage:
        body: Json = {"text": text}
        if text.startswith("/"):
            body["entities"] = [{"type": "bot_command", "offset": 0, "length": utf16_length(text.split(maxsplit=1)[0])}]
        if reply_to is not None:
            body["reply_to_message"] = self.chat.messages[reply_to].payload()
        return self._writes(body)

    async def forwards(self, text: str, *, name: str = "Nama Pengirim") -> ChatMessage:
        origin = {"type": "hidden_user", "sender_user_name": name, "date": int(time.time()) - 86_400}
        return self._writes({"text": text, "forward_origin": origin})

    async def edits(self, message: ChatMessage | int, text: str) -> ChatMessage:
        mine = self._message(message)
        mine.body = mine.body | {"text" if "text" in mine.body else "caption": text}
        mine.edited = int(time.time())
        self.api.update("edited_message", self.chat, mine.payload())
        return mine

    # files

    async def sends_document(
        self,
        name: str,
        content: bytes,
        mime: str = "application/octet-stream",
        caption: str | None = None,
        *,
        media_group_id: str | None = None,
        size: int | None = None,
    ) -> ChatMessage:
        """`size`: the size that Telegram reports, when it differs from the content."""
        file = self.api.files.keep(name, content, mime, "documents", size)
        body = {"document": file.described() | {"file_name": name, "mime_type": mime}}
        return self._writes(body | _around(caption, media_group_id), file)

    async def sends_photo(
        self, content: bytes, caption: str | None = None, *, media_group_id: str | None = None, size: int | None = None
    ) -> ChatMessage:
        file = self.api.files.keep("photo.jpg", content, "image/jpeg", "photos", size)
        return self._writes({"photo": self.api.files.sizes(file)} | _around(caption, media_group_id), file)

    async def sends_album(
        self, parts: Iterable[bytes | tuple[str, bytes, str]], caption: str | None = None
    ) -> list[ChatMessage]:
        """Photos, or documents as (name, content, MIME type). The first one has the caption."""
        group, sent = str(secrets.randbits(53)), list[ChatMessage]()
        for part in parts:
            words = None if sent else caption
            if isinstance(part, bytes):
                sent.append(await self.sends_photo(part, words, media_group_id=group))
            else:
                sent.append(await self.sends_document(*part, words, media_group_id=group))
        return sent

    async def sends_voice(self, content: bytes = b"OggS") -> ChatMessage:
        file = self.api.files.keep("voice.oga", content, "audio/ogg", "voice")
        return self._writes({"voice": file.described() | {"duration": 3, "mime_type": file.mime}}, file)

    async def sends_video_note(self, content: bytes = b"mp4") -> ChatMessage:
        file = self.api.files.keep("note.mp4", content, "video/mp4", "video_notes")
        return self._writes({"video_note": file.described() | {"duration": 3, "length": 240}}, file)

    async def sends_video(self, name: str = "video.mp4", content: bytes = b"mp4") -> ChatMessage:
        file = self.api.files.keep(name, content, "video/mp4", "videos")
        about = {"duration": 3, "width": 320, "height": 240, "mime_type": file.mime, "file_name": name}
        return self._writes({"video": file.described() | about}, file)

    async def sends_sticker(self, emoji: str = "👍") -> ChatMessage:
        file = self.api.files.keep("sticker.webp", b"RIFF", "image/webp", "stickers")
        about = {
            "type": "regular",
            "emoji": emoji,
            "width": 512,
            "height": 512,
            "is_animated": False,
            "is_video": False,
        }
        return self._writes({"sticker": file.described() | about}, file)

    # other things a phone can send

    async def shares_contact(self, phone: str = "+6281200000000", *, own: bool = True) -> ChatMessage:
        contact: Json = {"phone_number": phone.removeprefix("+"), "first_name": "Contoh"}
        if own:
            contact |= {"user_id": self.user["id"], "first_name": self.user["first_name"]}
        return self._writes({"contact": contact})

    async def sends_location(self, latitude: float = -5.68, longitude: float = 119.74) -> ChatMessage:
        return self._writes({"location": {"latitude": latitude, "longitude": longitude}})

    async def sends_poll(self, question: str = "Setuju?", options: tuple[str, ...] = ("Ya", "Tidak")) -> ChatMessage:
        poll: Json = {
            "id": str(secrets.randbits(60)),
            "question": question,
            "options": [{"text": o, "voter_count": 0, "persistent_id": str(n)} for n, o in enumerate(options)],
            "total_voter_count": 0,
            "is_closed": False,
            "is_anonymous": True,
            "type": "regular",
            "allows_multiple_answers": False,
            "allows_revoting": True,
            "members_only": False,
        }
        return self._writes({"poll": poll})

    # buttons

    async def taps(self, label: str, *, on: ChatMessage | int | None = None) -> ButtonTap:
        """Presses the newest visible button with this label or callback data; `on`: only buttons of this message."""
        messages = [self._message(on)] if on is not None else reversed(self.chat.messages.values())
        for message in messages:
            for button in (button for row in message.rows if not message.deleted for button in row):
                if label in {button["text"], button.get("callback_data")}:
                    assert "callback_data" in button, f"{label!r} is no button that the bot is told of: {button}"
                    return await self.sends_callback(button["callback_data"], on=message)
        offered = [label for message in self.screen[-6:] for label in message.buttons]
        raise AssertionError(f"no button {label!r}; the last ones are {offered}")

    async def sends_callback(self, data: str, *, on: ChatMessage | int) -> ButtonTap:
        """Presses a button with any data, also one that is not on the screen any more."""
        message = self._message(on)
        payload = message.payload()
        if message.deleted:
            payload = {"chat": self.chat.described(), "message_id": message.id, "date": 0}
        return self.api.tap(self.chat, self.user, payload, data)

    async def presses(self, label: str, *, phone: str = "+6281200000000") -> ChatMessage:
        """Presses a button below the input field: sends its label, or shares the person's own contact."""
        button = next((button for button in self.reply_keyboard if button["text"] == label), None)
        assert button, f"no button {label!r} below the input field; there are {self.reply_keyboard}"
        return await (self.shares_contact(phone) if button.get("request_contact") else self.says(label))

    @property
    def reply_keyboard(self) -> list[Json]:
        """The buttons below the input field."""
        newest_first = (message.keyboard for message in reversed(self.screen))
        markup = next((found for found in newest_first if found and "force_reply" not in found), {})
        return [button for row in markup.get("keyboard", []) for button in row]

    @property
    def toasts(self) -> list[str]:
        """The texts of the callback answers in this chat."""
        queries = [query for query in self.api.queries.values() if query.chat is self.chat]
        return [query.toast for query in queries if query.toast]

    # leaving and coming back

    async def blocks(self) -> None:
        self.chat.blocked = True
        self._membership("member", "kicked")

    async def unblocks(self) -> None:
        self.chat.blocked = False
        self._membership("kicked", "member")

    def _membership(self, old: str, new: str) -> None:
        self.api.membership(self.chat, self.user, old, new)

    def _message(self, which: ChatMessage | int) -> ChatMessage:
        return self.chat.messages[which] if isinstance(which, int) else which

    def _writes(self, body: Json, file: ServerFile | None = None) -> ChatMessage:
        assert not self.chat.blocked, "who has blocked the bot cannot write to it"
        assert utf16_length(str(body.get("text", ""))) <= TEXT, (
            "the app sends a text of more than 4096 units as several messages"
        )
        self.chat.started = True
        message = self.chat.add(self.user, body, file=file)
        self.api.update("message", self.chat, message.payload())
        return message


def _around(caption: str | None, media_group_id: str | None) -> Json:
    body: Json = {"caption": caption} if caption else {}
    return body | ({"media_group_id": media_group_id} if media_group_id else {})


@dataclass(eq=False)
class Group(Screen):
    """A group. `member(user)` is this person in the group."""

    def member(self, user: TelegramUser) -> TelegramUser:
        return TelegramUser(self.api, self.chat, user.user)

    async def says(self, user: TelegramUser, text: str) -> ChatMessage:
        return await self.member(user).says(text)

    async def adds_bot(self, user: TelegramUser) -> None:
        self.chat.started, self.chat.kicked = True, False
        self.api.membership(self.chat, user.user, "left", "member")
        message = self.chat.add(user.user, {"new_chat_members": [self.api.me]})
        self.api.update("message", self.chat, message.payload())

    async def removes_bot(self, user: TelegramUser) -> None:
        self.chat.kicked = True
        self.api.membership(self.chat, user.user, "member", "left")

    async def migrates(self, new_id: int) -> Group:
        """Becomes a supergroup. Sending to the old chat is refused with the new id from now on."""
        new = self.api.group(new_id, self.chat.about["title"], kind="supergroup")
        self.chat.migrated_to = new_id
        old_line = self.chat.add(None, {"migrate_to_chat_id": new_id})
        self.api.update("message", self.chat, old_line.payload())
        new_line = new.chat.add(None, {"migrate_from_chat_id": self.chat.id})
        self.api.update("message", new.chat, new_line.payload())
        return new


@dataclass(eq=False)
class BroadcastChannel(Screen):
    async def posts(self, text: str) -> ChatMessage:
        message = self.chat.add(None, {"text": text, "sender_chat": self.chat.described()})
        self.api.update("channel_post", self.chat, message.payload())
        return message
