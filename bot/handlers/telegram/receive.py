"""From an update to what it means for the service. Pure but for a line in the log; everything in it is untrusted."""

from __future__ import annotations

import mimetypes
import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any, TypeAlias, cast

import structlog
from aiogram.enums import ChatType, ContentType
from aiogram.types import CallbackQuery, Chat, ChatMemberUpdated, Document, Message, Update, User
from aiogram.types import InaccessibleMessage as Inaccessible
from pydantic import ValidationError

from bot.channel import Upload
from bot.chat import Incoming, IncomingKind
from bot.handlers.telegram.render import Shown
from domain.text import Json

log = structlog.get_logger()

NAME = "telegram"

#: the kinds of updates that Telegram is asked for
ALLOWED = ("message", "edited_message", "callback_query", "my_chat_member")


@dataclass(frozen=True, slots=True)
class Me:
    """This bot. Its name is known once Telegram was asked."""

    id: int
    username: str = ""


@dataclass(frozen=True, slots=True)
class Tapped:
    """What is left to do about a tap: answer it, and show the choice in the message with the button."""

    query: str
    message: Shown | None  #: None: too old for Telegram to show it, or its buttons are gone already
    label: str


@dataclass(frozen=True, slots=True)
class Said:
    """Somebody said or did something in a private chat."""

    incoming: Incoming
    uploads: tuple[Upload, ...] = ()
    tapped: Tapped | None = None


@dataclass(frozen=True, slots=True)
class Membership:
    """A person shut the bot out, or let it in again."""

    address: str
    is_blocked: bool


@dataclass(frozen=True, slots=True)
class InGroup:
    """A command in a group, where nothing is done."""

    chat: int
    language: str


@dataclass(frozen=True, slots=True)
class Unreadable:
    """Newer than the library, and it does not say whom to answer."""


Received: TypeAlias = Said | Membership | InGroup | Unreadable | None


def received(payload: Mapping[str, Any], me: Me, now: datetime) -> Received:
    """None: nothing that concerns the service. Of an update that is newer than the library it is still told that
    somebody sent something, so that it is answered.
    """
    try:
        update = Update.model_validate(payload)
    except ValidationError:
        log.warning("telegram: an update is newer than the library", update=payload["update_id"])
        return _unreadable(payload, me, now)
    id = f"{me.id}:{update.update_id}"
    if update.message is not None:
        return _message(update.message, id, me)
    if update.edited_message is not None:
        return _edited(update.edited_message, id, now)
    if update.callback_query is not None:
        return _tap(update.callback_query, id, now)
    return _membership(update.my_chat_member) if update.my_chat_member is not None else None


def _unreadable(payload: Mapping[str, Any], me: Me, now: datetime) -> Said | Unreadable:
    match payload:
        case {
            "update_id": int(id),
            "message": {
                "message_id": int(order),
                "chat": {"id": int(chat), "type": "private"},
                "from": {"id": int(sender), **user},
            },
        } if chat == sender:
            language = str(user.get("language_code", ""))
            return Said(Incoming(f"{me.id}:{id}", NAME, str(chat), now, "other", sequence=order, language=language))
    return Unreadable()


# Messages -------------------------------------------------------------------------------------------------------------

#: what lies beyond is no time that somebody edited something
LAST_SECOND = 2**33

#: lines of a chat that no person wrote
SERVICE = frozenset(
    {
        ContentType.NEW_CHAT_MEMBERS,
        ContentType.LEFT_CHAT_MEMBER,
        ContentType.CHAT_OWNER_LEFT,
        ContentType.CHAT_OWNER_CHANGED,
        ContentType.NEW_CHAT_TITLE,
        ContentType.NEW_CHAT_PHOTO,
        ContentType.DELETE_CHAT_PHOTO,
        ContentType.GROUP_CHAT_CREATED,
        ContentType.SUPERGROUP_CHAT_CREATED,
        ContentType.CHANNEL_CHAT_CREATED,
        ContentType.MESSAGE_AUTO_DELETE_TIMER_CHANGED,
        ContentType.MIGRATE_TO_CHAT_ID,
        ContentType.MIGRATE_FROM_CHAT_ID,
        ContentType.PINNED_MESSAGE,
        ContentType.SUCCESSFUL_PAYMENT,
        ContentType.REFUNDED_PAYMENT,
        ContentType.GIFT,
        ContentType.UNIQUE_GIFT,
        ContentType.GIFT_UPGRADE_SENT,
        ContentType.CONNECTED_WEBSITE,
        ContentType.WRITE_ACCESS_ALLOWED,
        ContentType.PROXIMITY_ALERT_TRIGGERED,
        ContentType.BOOST_ADDED,
        ContentType.CHAT_BACKGROUND_SET,
        ContentType.CHECKLIST_TASKS_DONE,
        ContentType.CHECKLIST_TASKS_ADDED,
        ContentType.POLL_OPTION_ADDED,
        ContentType.POLL_OPTION_DELETED,
        ContentType.MANAGED_BOT_CREATED,
        ContentType.DIRECT_MESSAGE_PRICE_CHANGED,
        ContentType.PAID_MESSAGE_PRICE_CHANGED,
    }
)

_COMMAND = re.compile(r"/(?P<name>[A-Za-z0-9_]{1,32})(?:@(?P<bot>\w{1,32}))?(?=\s|$)")
#: a link to us may carry 64 signs; ours are a word and a code
_DEEP_LINK = re.compile(r"/start\s+(?P<word>gabung|lanjut)_(?P<code>[A-Za-z0-9_-]{1,57})\s*", re.ASCII)


def _message(message: Message, id: str, me: Me) -> Received:
    sender = message.from_user
    if sender is None or sender.is_bot:
        return None
    if message.chat.type != ChatType.PRIVATE:
        return _group_command(message, sender, me)
    if message.content_type in SERVICE:
        return None
    incoming = _incoming(id, message.chat, message.date, sender, message.message_id)
    if message.text:
        return Said(replace(incoming, kind="text", text=command(message.text)))
    return _content(message, incoming, sender)


def _content(message: Message, incoming: Incoming, sender: User) -> Said:
    """A message without text of its own; a caption stands for it."""
    incoming = replace(incoming, text=message.caption or "")
    upload = _upload(message)
    if upload is not None:
        return Said(replace(incoming, kind="file", group=message.media_group_id or ""), (upload,))
    if message.contact is not None and message.contact.user_id == sender.id:
        return Said(replace(incoming, kind="contact", contact=message.contact.phone_number))
    if message.location is not None and message.venue is None:
        place = (message.location.latitude, message.location.longitude)
        return Said(replace(incoming, kind="location", location=place))
    return Said(incoming)


def _upload(message: Message) -> Upload | None:
    """A photo in its largest size, or a document; an animation calls itself a document too."""
    if message.photo:
        largest = max(message.photo, key=lambda size: size.width * size.height)
        name = f"foto-{message.message_id}.jpg"
        return Upload(name, remote=largest.file_id, size=largest.file_size or 0)
    document = message.document if message.animation is None else None
    if document is None:
        return None
    return Upload(_name(document, message), remote=document.file_id, size=document.file_size or 0)


def _name(document: Document, message: Message) -> str:
    extension = mimetypes.guess_extension(document.mime_type or "") or ""
    return document.file_name or f"berkas-{message.message_id}{extension}"


def command(text: str) -> str:
    """A command as people may type it themselves: without the bot's name; what a link to us carried becomes one."""
    found = _COMMAND.match(text)
    if found is None:
        return text
    plain = f"/{found['name']}{text[found.end() :]}"
    if found["name"].casefold() != "start":
        return plain
    link = _DEEP_LINK.fullmatch(plain)
    return f"/{link['word']} {link['code']}" if link else "/start"


def _group_command(message: Message, sender: User, me: Me) -> InGroup | None:
    found = _COMMAND.match(message.text or "")
    if found is None or (found["bot"] or me.username).casefold() != me.username.casefold():
        return None
    return InGroup(message.chat.id, sender.language_code or "")


def _edited(message: Message, id: str, now: datetime) -> Said | None:
    """New words for an old message. A live location moves all the time: that is no edit."""
    sender = message.from_user
    if sender is None or sender.is_bot or message.chat.type != ChatType.PRIVATE or message.location is not None:
        return None
    seconds = message.edit_date or 0
    at = datetime.fromtimestamp(seconds, UTC) if 0 < seconds < LAST_SECOND else now
    incoming = _incoming(id, message.chat, at, sender, message.message_id)
    return Said(replace(incoming, kind="edit", text=message.text or message.caption or ""))


def _incoming(
    id: str, chat: Chat, at: datetime, sender: User, order: int | None, kind: IncomingKind = "other"
) -> Incoming:
    return Incoming(id, NAME, str(chat.id), at, kind, sequence=order, language=sender.language_code or "")


# Taps and events ------------------------------------------------------------------------------------------------------


def _tap(query: CallbackQuery, id: str, now: datetime) -> Said | None:
    message = query.message
    if query.data is None or message is None or message.chat.type != ChatType.PRIVATE:
        return None
    label = "" if isinstance(message, Inaccessible) else _label(message, query.data)
    incoming = replace(
        _incoming(id, message.chat, now, query.from_user, None, "tap"),
        tap=query.data,
        text=label,
        tapped_message_id=str(message.message_id),
    )
    shown = None if isinstance(message, Inaccessible) or message.reply_markup is None else _shown(message)
    return Said(incoming, tapped=Tapped(query.id, shown, label))


def _label(message: Message, data: str) -> str:
    rows = message.reply_markup.inline_keyboard if message.reply_markup else []
    return next((button.text for row in rows for button in row if button.callback_data == data), "")


#: what we wrote into a text; what else Telegram finds in it, such as links, it finds again
_OURS = frozenset({"bold", "italic", "underline", "strikethrough", "spoiler", "code", "pre", "text_link", "blockquote"})


def _shown(message: Message) -> Shown:
    entities = message.entities or message.caption_entities or []
    ours = tuple(
        cast("Json", entity.model_dump(mode="json", exclude_none=True)) for entity in entities if entity.type in _OURS
    )
    return Shown(message.message_id, message.text or message.caption or "", ours, message.text is None)


def _membership(change: ChatMemberUpdated) -> Membership | None:
    if change.chat.type != ChatType.PRIVATE or change.new_chat_member.status not in {"kicked", "member"}:
        return None
    return Membership(str(change.chat.id), change.new_chat_member.status == "kicked")
