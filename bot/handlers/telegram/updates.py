"""From an object of aiogram to what the service is told. Pure; everything in an update is untrusted."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from aiogram.enums import ContentType
from aiogram.types import CallbackQuery, Document, InaccessibleMessage, Message, MessageEntity

from bot.channel import Upload
from bot.chat import Incoming, IncomingKind
from domain.files import extension_for
from domain.frozen import frozen

NAME = "telegram"  #: of the channel, in messages and addresses


@frozen
class BotIdentity:
    """This bot. The username is empty until Telegram was asked for it."""

    id: int
    username: str = ""


@frozen
class PressedMessage:
    """A message of ours with buttons, as the update of a pressed button shows it."""

    id: int
    text: str
    entities: tuple[MessageEntity, ...] = ()  #: the formats that we gave the text
    is_caption: bool = False


@frozen
class ButtonPress:
    """What the bot still has to do about a pressed button: answer the callback and show the choice."""

    callback_id: str
    chat_id: int
    message: PressedMessage | None  #: None: the message has no buttons any more, or Telegram does not show it
    label: str


# Messages -------------------------------------------------------------------------------------------------------------

#: lines in a chat that Telegram itself writes
SERVICE_LINES = frozenset(
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

#: an edit with a time after this second (in the year 2242) has no usable time
LAST_SECOND = 2**33

_COMMAND = re.compile(r"/(?P<name>[A-Za-z0-9_]{1,32})(?:@(?P<bot>\w{1,32}))?(?=\s|$)")
#: Telegram allows 64 characters after `?start=`; our links carry a word, an underscore and a code. The link of
#: the poster has no code.
_DEEP_LINK = re.compile(
    r"/start\s+(?:(?P<word>gabung|lanjut|bukansaya|kode|cek)_(?P<code>[A-Za-z0-9_-]{1,57})|(?P<poster>kunjungan)_)\s*",
    re.ASCII,
)


def from_message(incoming_id: str, message: Message, kind: IncomingKind, text: str = "") -> Incoming:
    """A message in a private chat."""
    return Incoming(
        incoming_id,
        NAME,
        str(message.chat.id),
        message.date,
        kind,
        text=text,
        sequence=message.message_id,
        quoted_message_id=str(message.reply_to_message.message_id) if message.reply_to_message else "",
        language=sender_language(message),
    )


def from_plain_text(incoming_id: str, payload: Mapping[str, Any]) -> Incoming | None:
    """The same as `from_message`, straight from the JSON, for what nearly every update is: a text of a person in a
    private chat, with no other message in it. Aiogram's models and router take ten times as long, a tenth of a whole
    step. `None`: something else, which aiogram reads.
    """
    match payload.get("message"):
        case {
            "message_id": int(message_id),
            "date": int(seconds),
            "chat": {"id": int(chat_id), "type": "private"},
            "from": {"id": int(), "is_bot": False, **sender},
            "text": str(text),
            **rest,
        } if text and rest.keys() <= {"entities"} and {type(message_id), type(seconds), type(chat_id)} == {int}:
            if not 0 < seconds < LAST_SECOND:
                return None
            return Incoming(
                incoming_id,
                NAME,
                str(chat_id),
                datetime.fromtimestamp(seconds, UTC),
                "text",
                text=normalize_command(text),
                sequence=message_id,
                language=str(sender.get("language_code") or ""),
            )
    return None


def from_edited_message(incoming_id: str, message: Message, now: datetime) -> Incoming:
    """An edit, at the time of the edit; at `now` when the update gives no usable time."""
    seconds = message.edit_date or 0
    at = datetime.fromtimestamp(seconds, UTC) if 0 < seconds < LAST_SECOND else now
    text = normalize_command(message.text or message.caption or "")
    return replace(from_message(incoming_id, message, "edit", text), at=at)


def from_unreadable(incoming_id: str, payload: Mapping[str, Any], now: datetime) -> Incoming | None:
    """What can still be told of a message that aiogram cannot read: that this person sent something. None: the update
    does not even say that.
    """
    match payload:
        case {
            "message": {
                "message_id": int(message_id),
                "chat": {"id": int(chat_id), "type": "private"},
                "from": {"id": int(sender_id), **sender},
            },
        } if chat_id == sender_id and not isinstance(chat_id, bool):
            language = str(sender.get("language_code", ""))
            return Incoming(incoming_id, NAME, str(chat_id), now, "other", sequence=message_id, language=language)
    return None


def sender_language(message: Message) -> str:
    """The language of the sender's app; empty when Telegram does not tell it."""
    return (message.from_user and message.from_user.language_code) or ""


def find_upload(message: Message) -> Upload | None:
    """The photo in its largest size, the recording, or the document. An animation has one too, but it is none."""
    if message.photo:
        largest = max(message.photo, key=lambda size: size.width * size.height)
        name = f"foto-{message.message_id}.jpg"
        return Upload(name, remote=largest.file_id, size=largest.file_size or 0)
    if (voice := message.voice) is not None:
        return Upload(f"pesan-suara-{message.message_id}.ogg", remote=voice.file_id, size=voice.file_size or 0)
    if (audio := message.audio) is not None:
        name = audio.file_name or f"rekaman-{message.message_id}{extension_for(audio.mime_type or '')}"
        return Upload(name, remote=audio.file_id, size=audio.file_size or 0)
    if message.document is None or message.animation is not None:
        return None
    document = message.document
    return Upload(_document_name(document, message), remote=document.file_id, size=document.file_size or 0)


def is_recording(message: Message) -> bool:
    return message.voice is not None or message.audio is not None


def _document_name(document: Document, message: Message) -> str:
    return document.file_name or f"berkas-{message.message_id}{extension_for(document.mime_type or '')}"


def normalize_command(text: str) -> str:
    """A command as people type it: without the name of the bot, and with the content of a deep link spelled out."""
    found = _COMMAND.match(text)
    if found is None:
        return text
    command = f"/{found['name']}{text[found.end() :]}"
    if found["name"].casefold() != "start":
        return command
    link = _DEEP_LINK.fullmatch(command)
    if link is None:
        return "/start"
    return f"/{link['poster']}" if link["poster"] else f"/{link['word']} {link['code']}"


def is_command_for(text: str, identity: BotIdentity) -> bool:
    """Whether a text in a group is a command for this bot, or for any bot."""
    found = _COMMAND.match(text)
    return found is not None and (found["bot"] or identity.username).casefold() == identity.username.casefold()


# Buttons --------------------------------------------------------------------------------------------------------------

#: formats that we gave a text; Telegram finds the others, such as links, again by itself
_OUR_ENTITIES = frozenset(
    {"bold", "italic", "underline", "strikethrough", "spoiler", "code", "pre", "text_link", "blockquote"}
)


def from_button(incoming_id: str, query: CallbackQuery, now: datetime) -> tuple[Incoming, ButtonPress]:
    """A pressed button in a private chat. `query` has data and a message."""
    message, data = query.message, query.data
    assert message is not None and data is not None
    shown = None if isinstance(message, InaccessibleMessage) else message
    label = _button_label(shown, data) if shown else ""
    incoming = Incoming(
        incoming_id,
        NAME,
        str(message.chat.id),
        now,
        "tap",
        text=label,
        tap=data,
        tapped_message_id=str(message.message_id),
        language=query.from_user.language_code or "",
    )
    pressed = _pressed_message(shown) if shown and shown.reply_markup else None
    return incoming, ButtonPress(query.id, message.chat.id, pressed, label)


def _button_label(message: Message, data: str) -> str:
    rows = message.reply_markup.inline_keyboard if message.reply_markup else []
    return next((button.text for row in rows for button in row if button.callback_data == data), "")


def _pressed_message(message: Message) -> PressedMessage:
    entities = message.entities or message.caption_entities or []
    ours = tuple(entity for entity in entities if entity.type in _OUR_ENTITIES)
    return PressedMessage(message.message_id, message.text or message.caption or "", ours, message.text is None)
