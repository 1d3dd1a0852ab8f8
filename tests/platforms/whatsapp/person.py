"""A person with a phone. What they send goes to the webhook; what they receive is on their screen."""

from __future__ import annotations

import asyncio
import base64
from collections.abc import Callable
from typing import TYPE_CHECKING

from tests.platforms.whatsapp.errors import Json, status_error
from tests.platforms.whatsapp.media import MediaFile
from tests.platforms.whatsapp.payloads import Event
from tests.platforms.whatsapp.screen import Shown

if TYPE_CHECKING:
    from tests.platforms.whatsapp.server import GraphServer

#: the smallest valid sticker and voice note
STICKER = b"RIFF\x1a\x00\x00\x00WEBPVP8L\r\x00\x00\x00/\x00\x00\x00\x10\x07\x10\x11\x11\x88\x88\xfe\x07\x00"
VOICE = b"OggS\x00\x02" + bytes(58)


class User:
    """Created by `GraphServer.user`. Methods that send return the message's id when the webhook has taken it."""

    def __init__(self, server: GraphServer, user_id: str | None, wa_id: str | None, name: str) -> None:
        self._server = server
        self.user_id = user_id
        self.wa_id = wa_id
        self.name = name
        self.shows_phone = wa_id is not None  #: webhooks contain the phone number
        self.screen: list[Shown] = []
        self.read: list[str] = []  #: ids of the person's messages that the business has marked as read
        self.typing = False  #: "typing…" is shown
        self.blocked: int | None = None  #: the error that the business gets, when the person has blocked it
        self.last_said: float | None = None
        self._sent: dict[str, float] = {}  #: id of a message of the person → when it was sent
        self._step = 0  #: number of messages on the screen when the person last did something
        self._news = asyncio.Event()

    @property
    def key(self) -> str:
        """The identifier by which the server counts messages."""
        return self.user_id or self.wa_id or ""

    @property
    def names(self) -> list[str]:
        """The identifiers to which the business may send."""
        return [name for name in (self.user_id, self.wa_id) if name]

    def __repr__(self) -> str:
        return f"<{self.name} {self.user_id} {self.wa_id}>"

    # receiving

    def show(self, shown: Shown) -> None:
        self.screen.append(shown)
        self.typing = False
        self._news.set()
        self._news = asyncio.Event()

    @property
    def step(self) -> list[Shown]:
        """The messages of the business since the person's last one."""
        return self.screen[self._step :]

    def outbound_in_step(self) -> int:
        """The number of messages of the business since the person's last one, without attachments."""
        return sum(not shown.is_attachment for shown in self.step)

    async def waits_for(self, what: str | Callable[[Shown], bool] = "", timeout: float = 10.0) -> Shown:
        """The first message since the person's last one that contains this text, or for which `what` is true.

        Raises `AssertionError` after `timeout` seconds.
        """
        fits = what if callable(what) else lambda shown: what in str(shown)
        looked = self._step
        try:
            async with asyncio.timeout(timeout):
                while True:
                    for number in range(looked, len(self.screen)):
                        if fits(self.screen[number]):
                            return self.screen[number]
                    looked = len(self.screen)
                    await self._news.wait()
        except TimeoutError:
            seen = "\n---\n".join(str(shown) for shown in self.step) or "nothing"
            raise AssertionError(f"{self!r} waited for {what!r} and was shown:\n{seen}") from None

    # sending

    async def says(self, text: str, *, answers: Shown | str | None = None, forwarded: bool = False) -> str:
        """Sends a text. `answers`: it quotes this message. `forwarded`: it comes from another chat."""
        context: Json = {"forwarded": True} if forwarded else {}
        if answers is not None:
            context = self._quoting(answers if isinstance(answers, str) else answers.id)
        return await self._sends("text", {"body": text}, context)

    async def taps(self, label: str = "", *, id: str = "", on: Shown | None = None) -> str:
        """Presses the button or row with this title or id: of the message `on`, or of the newest that has it."""
        candidates = [on] if on else reversed(self.screen)
        for shown in candidates:
            for kind, choices in (("button_reply", shown.buttons), ("list_reply", shown.rows)):
                for choice in choices:
                    if (choice.title == label) if label else (choice.id == id):
                        return await self._replies(shown, kind, vars(choice))
        raise AssertionError(f"{self!r} sees no {label or id!r}, only {self.screen[-1:]}")

    async def _replies(self, shown: Shown, kind: str, choice: Json) -> str:
        reply = {key: choice[key] for key in ("id", "title", "description") if choice.get(key)}
        return await self._sends("interactive", {"type": kind, kind: reply}, self._quoting(shown.id))

    async def sends_document(self, name: str, content: bytes, mime: str = "application/pdf", caption: str = "") -> str:
        return await self._sends_medium("document", content, mime, caption, {"filename": name})

    async def sends_image(self, content: bytes, mime: str = "image/jpeg", caption: str = "") -> str:
        return await self._sends_medium("image", content, mime, caption, {})

    async def sends_video(self, content: bytes, mime: str = "video/mp4", caption: str = "") -> str:
        return await self._sends_medium("video", content, mime, caption, {})

    async def sends_voice(self, content: bytes = VOICE) -> str:
        return await self._sends_medium("audio", content, "audio/ogg; codecs=opus", "", {"voice": True})

    async def sends_sticker(self, content: bytes = STICKER) -> str:
        return await self._sends_medium("sticker", content, "image/webp", "", {"animated": False})

    async def sends_location(self, latitude: float = -5.6738, longitude: float = 119.7456, name: str = "") -> str:
        place: Json = {"latitude": latitude, "longitude": longitude}
        return await self._sends("location", {**place, "name": name, "address": name} if name else place)

    async def sends_contacts(self, name: str = "Contoh", phone: str = "+62 811-0000-000") -> str:
        contact = {"name": {"first_name": name, "formatted_name": name}, "phones": [{"phone": phone, "type": "CELL"}]}
        return await self._sends("contacts", [contact])

    async def reacts(self, emoji: str = "👍", to: Shown | str | None = None) -> str:
        """Reacts to a message, by default the newest. An empty emoji removes the reaction."""
        target = to if isinstance(to, str) else (to or self.screen[-1]).id
        return await self._sends("reaction", {"message_id": target, **({"emoji": emoji} if emoji else {})})

    async def edits(self, message_id: str, text: str) -> str:
        """Gives an earlier text of the person other words. Within 15 minutes, as on a phone."""
        self._of_mine(message_id, 15 * 60)
        return await self._sends(
            "edit", {"original_message_id": message_id, "message": {"type": "text", "text": {"body": text}}}
        )

    async def revokes(self, message_id: str) -> str:
        """Deletes an earlier message of the person for everyone. Within two days, as on a phone."""
        self._of_mine(message_id, 2 * 24 * 3600)
        return await self._sends("revoke", {"original_message_id": message_id})

    def _of_mine(self, message_id: str, seconds: float) -> None:
        sent_at = self._sent.get(message_id)
        assert sent_at is not None, f"{self!r} has sent no {message_id}"
        assert self._server.clock.now() - sent_at <= seconds, f"{message_id} is too old"

    async def sends_order(self) -> str:
        item = {"product_retailer_id": "BUKU", "quantity": 1, "item_price": 1000, "currency": "IDR"}
        return await self._sends("order", {"catalog_id": "354160437058781", "text": "", "product_items": [item]})

    async def sends_unsupported(self) -> str:
        """Sends something that the Cloud API does not pass on, such as a poll."""
        return await self._sends("unsupported", None, errors=[status_error(131051, "Message type is not supported.")])

    async def sends_anything(self, kind: str, content: object) -> str:
        """Sends an unknown kind of message, or a known kind with any content."""
        return await self._sends(kind, content)

    # identity

    def blocks(self, code: int = 131026) -> None:
        """Blocks the business, which gets this error from now on."""
        self.blocked = code

    def unblocks(self) -> None:
        self.blocked = None

    def hides_phone(self) -> None:
        """The person takes a username: webhooks no longer contain the phone number."""
        self.shows_phone = False

    def reveals(self, *, user_id: str | None = None, wa_id: str | None = None) -> None:
        """Webhooks contain these identifiers from now on."""
        self.user_id = user_id or self.user_id
        self.wa_id = wa_id or self.wa_id
        self.shows_phone = self.wa_id is not None
        self._server.register(self)

    async def changes_number(self, wa_id: str, user_id: str | None = None) -> str:
        """The person has a new phone number. With `user_id` also a new id, which a second system message reports."""
        before: Json = {"wa_id": self.wa_id, "user_id": self.user_id}
        self.reveals(wa_id=wa_id, user_id=user_id)
        return await self.was_renamed(before)

    async def was_renamed(self, before: Json) -> str:
        """The platform reports what is new since the person had these identifiers; also after newer messages."""
        old, old_id = before.get("wa_id"), before.get("user_id")
        words = f"User {self.name} changed from {old} to {self.wa_id}"
        system: Json = {"body": words, "wa_id": self.wa_id, "type": "user_changed_number"}
        told = await self.tells_system(system, {"from": old} if old else {})
        if old_id and old_id != self.user_id:
            words = f"User {self.name} changed from {old_id} to {self.user_id}"
            await self.tells_system(
                {"body": words, "user_id": self.user_id, "previous_user_id": old_id, "type": "user_changed_user_id"}
            )
        return told

    # encoding

    @property
    def contact(self) -> Json:
        contact: Json = {"profile": {"name": self.name}}
        if self.wa_id and self.shows_phone:
            contact["wa_id"] = self.wa_id
        if self.user_id:
            contact["user_id"] = self.user_id
        return contact

    def event(self, kind: str, content: object, context: Json | None = None, **more: object) -> Event:
        """A message that the person has just sent and that is not delivered yet, for `webhook.post`."""
        message: Json = {}
        if self.wa_id and self.shows_phone:
            message["from"] = self.wa_id
        if self.user_id:
            message["from_user_id"] = self.user_id
        message |= {"id": self._server.new_id(), "timestamp": str(int(self._server.clock.now())), "type": kind}
        if content is not None:
            message[kind] = content
        if context:
            message["context"] = context
        self._step = len(self.screen)
        self.last_said = self._server.clock.now()
        self._sent[message["id"]] = self.last_said
        self._server.received(message["id"], self)
        return Event("messages", {**message, **more}, self.contact)

    async def _sends(self, kind: str, content: object, context: Json | None = None, **more: object) -> str:
        event = self.event(kind, content, context, **more)
        await self._server.webhook.deliver(event)
        return event.id

    async def _sends_medium(self, kind: str, content: bytes, mime: str, caption: str, more: Json) -> str:
        filename = str(more.get("filename", ""))
        described = self.described(self._server.media.receive(content, mime, filename))
        return await self._sends(kind, {**more, **described, **({"caption": caption} if caption else {})})

    def described(self, medium: MediaFile) -> Json:
        return {
            "mime_type": medium.mime,
            "sha256": base64.b64encode(medium.sha256).decode(),
            "id": medium.id,
            "url": self._server.media.url(medium),
        }

    def _quoting(self, message: str) -> Json:
        return {"from": self._server.account.display_phone_number, "id": message}

    async def tells_system(self, system: Json, who: Json | None = None) -> str:
        """Sends a report of the platform about this person. `who`: the fields that name the sender."""
        message = {**(who or {}), "id": self._server.new_id(), "timestamp": str(int(self._server.clock.now()))}
        await self._server.webhook.deliver(Event("messages", {**message, "type": "system", "system": system}))
        return str(message["id"])
