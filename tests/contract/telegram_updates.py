"""Updates of Telegram, what the backend is to hear of each, and the way from one to the other."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from bot.channel import Upload
from bot.chat import Incoming
from tests.contract.telegram_harness import TelegramBackend
from tests.platforms.telegram import TOKEN

Json = dict[str, Any]

NOW = datetime(2026, 3, 2, 1, 30, 5, tzinfo=UTC)
SENT = datetime(2026, 3, 2, 1, 30, tzinfo=UTC)
SITI = {"id": 1001, "is_bot": False, "first_name": "Siti", "language_code": "id"}
BOT = {"id": 7000000001, "is_bot": True, "first_name": "Layanan", "username": "Layanan_Bot"}
PRIVATE = {"id": 1001, "type": "private", "first_name": "Siti"}
GROUP = {"id": -77, "type": "supergroup", "title": "Kantor"}


def message(kind: str = "message", /, **body: Any) -> Json:
    base = {"message_id": 12, "date": int(SENT.timestamp()), "chat": PRIVATE, "from": SITI}
    return {"update_id": 5, kind: {**base, **body}}


def from_(user: Json) -> Json:
    return {"from": user}


def file(id: str, size: int | None = 1234, **more: Any) -> Json:
    return {"file_id": id, "file_unique_id": f"u{id}", **({"file_size": size} if size else {}), **more}


def photo(id: str, width: int, size: int) -> Json:
    return file(id, size, width=width, height=width // 2)


def tap(data: str | None = "form:7:4.6:2:19", **shown: Any) -> Json:
    rows = [
        [{"text": "Sensus", "callback_data": "form:7:4.6:2:19"}, {"text": "Survei", "callback_data": "form:7:4.6:1:19"}]
    ]
    base = {
        "message_id": 11,
        "date": 1,
        "chat": PRIVATE,
        "from": BOT,
        "text": "Cara?",
        "reply_markup": {"inline_keyboard": rows},
    }
    query = {"id": "Q1", "from": SITI, "chat_instance": "9", "message": {**base, **shown}}
    return {"update_id": 5, "callback_query": {**query, **({"data": data} if data else {})}}


def membership(status: str, chat: Json = PRIVATE) -> Json:
    def member(status: str) -> Json:
        return {"user": BOT, "status": status} | ({"until_date": 0} if status == "kicked" else {})

    change = {"chat": chat, "from": SITI, "date": 1, "old_chat_member": member("member")}
    return {"update_id": 5, "my_chat_member": {**change, "new_chat_member": member(status)}}


HEARD = Incoming("7000000001:5", "telegram", "1001", SENT, "text", sequence=12, language="id")
TAPPED = replace(HEARD, kind="tap", at=NOW, sequence=None, tapped_message_id="11", tap="form:7:4.6:2:19", text="Sensus")
OTHER = replace(HEARD, kind="other")
CONTACT = {"phone_number": "6281200000000", "first_name": "Siti"}

#: name → (update, the message that the backend gets, its files)
SAID: dict[str, tuple[Json, Incoming, tuple[Upload, ...]]] = {
    "words": (message(text="Kaji 😀\n1.500"), replace(HEARD, text="Kaji 😀\n1.500"), ()),
    "no language": (
        message(text="a", **from_({"id": 1001, "is_bot": False, "first_name": "S"})),
        replace(HEARD, text="a", language=""),
        (),
    ),
    "forwarded words": (
        message(text="a", forward_origin={"type": "hidden_user", "sender_user_name": "X", "date": 1}),
        replace(HEARD, text="a"),
        (),
    ),
    "words that quote a message": (
        message(text="a", reply_to_message={"message_id": 9, "date": 1, "chat": PRIVATE, "from": BOT, "text": "Cara?"}),
        replace(HEARD, text="a", quoted_message_id="9"),
        (),
    ),
    "a command": (message(text="/status"), replace(HEARD, text="/status"), ()),
    "a command with the bot's name": (
        message(text="/cari@Layanan_Bot padi sawah"),
        replace(HEARD, text="/cari padi sawah"),
        (),
    ),
    "no command, but a path": (message(text="/usr/bin@x"), replace(HEARD, text="/usr/bin@x"), ()),
    "a mail address": (message(text="a@b.example"), replace(HEARD, text="a@b.example"), ()),
    "start": (message(text="/start"), replace(HEARD, text="/start"), ()),
    "a link to join": (message(text="/start gabung_AB-12_c"), replace(HEARD, text="/gabung AB-12_c"), ()),
    "a link to go on": (message(text="/start@Layanan_Bot lanjut_9F"), replace(HEARD, text="/lanjut 9F"), ()),
    "a link with a strange word": (message(text="/start hapus_9F"), replace(HEARD, text="/start"), ()),
    "a link of a mail": (message(text="/start kode_AB2"), replace(HEARD, text="/kode AB2"), ()),
    "the link of the poster": (message(text="/start kunjungan_"), replace(HEARD, text="/kunjungan"), ()),
    "a link with strange signs": (message(text="/start gabung_9F;x"), replace(HEARD, text="/start"), ()),
    "a link that is too long": (message(text=f"/start gabung_{'A' * 58}"), replace(HEARD, text="/start"), ()),
    "a link without a code": (message(text="/start gabung_"), replace(HEARD, text="/start"), ()),
    "a document": (
        message(document=file("D1", file_name="Surat é.pdf", mime_type="application/pdf"), caption="Ini suratnya"),
        replace(HEARD, kind="file", text="Ini suratnya"),
        (Upload("Surat é.pdf", remote="D1", size=1234),),
    ),
    "a document without a name": (
        message(document=file("D1", None, mime_type="application/pdf")),
        replace(HEARD, kind="file"),
        (Upload("berkas-12.pdf", remote="D1"),),
    ),
    "a document larger than we may fetch": (
        message(document=file("D1", 21 * 2**20, file_name="besar.pdf")),
        replace(HEARD, kind="file"),
        (Upload("besar.pdf", remote="D1", size=21 * 2**20),),
    ),
    "a photo in several sizes": (
        message(photo=[photo("S", 90, 10), photo("L", 1280, 999), photo("M", 320, 99)]),
        replace(HEARD, kind="file"),
        (Upload("foto-12.jpg", remote="L", size=999),),
    ),
    "a part of an album": (
        message(photo=[photo("L", 1280, 999)], media_group_id="13579", caption="Album"),
        replace(HEARD, kind="file", text="Album", group="13579"),
        (Upload("foto-12.jpg", remote="L", size=999),),
    ),
    "an animation, which is a document too": (
        message(document=file("A"), animation=file("A", width=1, height=1, duration=1), caption="Lihat"),
        replace(OTHER, text="Lihat"),
        (),
    ),
    "the own contact": (
        message(contact={**CONTACT, "user_id": 1001}),
        replace(HEARD, kind="contact", contact="6281200000000"),
        (),
    ),
    "somebody else's contact": (message(contact={**CONTACT, "user_id": 1002}), OTHER, ()),
    "a contact without a user": (message(contact=CONTACT), OTHER, ()),
    "a location": (
        message(location={"latitude": -5.68, "longitude": 119.74}),
        replace(HEARD, kind="location", location=(-5.68, 119.74)),
        (),
    ),
    "a venue, which is a location too": (
        message(
            location={"latitude": -5.68, "longitude": 119.74},
            venue={"location": {"latitude": -5.68, "longitude": 119.74}, "title": "Kantor", "address": "Jalan"},
        ),
        OTHER,
        (),
    ),
    "a voice message": (
        message(voice=file("V", duration=3), caption="Suara"),
        replace(HEARD, kind="voice", text="Suara"),
        (Upload("pesan-suara-12.ogg", remote="V", size=1234),),
    ),
    "a song": (
        message(audio=file("A", duration=3, mime_type="audio/mpeg")),
        replace(HEARD, kind="voice"),
        (Upload("rekaman-12.mp3", remote="A", size=1234),),
    ),
    "a film": (message(video=file("V", duration=3, width=1, height=1)), OTHER, ()),
    "a video note": (message(video_note=file("V", duration=3, length=240)), OTHER, ()),
    "a sticker": (
        message(sticker=file("S", type="regular", width=1, height=1, is_animated=False, is_video=False, emoji="👍")),
        OTHER,
        (),
    ),
    "dice": (message(dice={"emoji": "🎲", "value": 3}), OTHER, ()),
    "a story": (message(story={"chat": PRIVATE, "id": 3}), OTHER, ()),
    "something new without a name here": (message(hologram={"file_id": "H"}), OTHER, ()),
    "an edited message": (
        message("edited_message", text="/baru", edit_date=int(NOW.timestamp())),
        replace(HEARD, kind="edit", at=NOW, text="/baru"),
        (),
    ),
    "an edited caption": (
        message("edited_message", document=file("D1"), caption="baru", edit_date=int(NOW.timestamp())),
        replace(HEARD, kind="edit", at=NOW, text="baru"),
        (),
    ),
    "a tap": (tap(), TAPPED, ()),
    "a tap with a made-up code": (tap("rm -rf"), replace(TAPPED, tap="rm -rf", text=""), ()),
    "a tap below a document": (tap(text=None, document=file("D")), TAPPED, ()),
}

FORGOTTEN: Json = tap()
FORGOTTEN["callback_query"]["message"] = {"message_id": 11, "date": 0, "chat": PRIVATE}

NOTHING: dict[str, Json] = {
    "a message in a group": message(text="halo", chat=GROUP),
    "another bot's command in a group": message(text="/start@other_bot", chat=GROUP),
    "a post in a channel": {
        "update_id": 5,
        "channel_post": {**message(text="x")["message"], "chat": {**GROUP, "type": "channel"}},
    },
    "a message of a bot": message(text="halo", **from_({**SITI, "is_bot": True})),
    "a pinned message": message(pinned_message={**message(text="x")["message"]}),
    "a new timer": message(message_auto_delete_timer_changed={"message_auto_delete_time": 86400}),
    "leave to write": message(write_access_allowed={}),
    "a location that moves": message("edited_message", location={"latitude": 1, "longitude": 2, "live_period": 900}),
    "an edit in a group": message("edited_message", text="/status", chat=GROUP),
    "a tap in a group": tap(chat=GROUP),
    "a game": tap(None),
    "a tap without a message": {
        "update_id": 5,
        "callback_query": {"id": "1", "from": SITI, "chat_instance": "9", "data": "x"},
    },
    "added to a group": membership("member", GROUP),
    "removed from a group": membership("left", GROUP),
    "an update of a kind that is new": {"update_id": 5, "hologram": {"id": 1}},
}


@asynccontextmanager
async def feeding(backend: TelegramBackend) -> AsyncIterator[Callable[[Json], Coroutine[Any, Any, bool]]]:
    """Feeds updates to the router; its feedback goes to an address where nothing listens. Aiogram is imported here,
    because that takes seconds.
    """
    from bot.handlers.telegram.client import AiogramClient
    from bot.handlers.telegram.feedback import InteractionFeedback
    from bot.handlers.telegram.routes import feed_update
    from bot.handlers.telegram.updates import BotIdentity

    client = AiogramClient(TOKEN, "http://127.0.0.1:9")
    feedback = InteractionFeedback(client)
    try:
        yield lambda update: feed_update(
            update, BotIdentity(7000000001, "layanan_bot"), NOW, backend, backend, feedback
        )
    finally:
        await feedback.close()
        await client.close()


async def told(update: Json) -> TelegramBackend:
    """The backend after one readable update."""
    backend = TelegramBackend()
    async with feeding(backend) as feed:
        assert await feed(update)
    return backend
