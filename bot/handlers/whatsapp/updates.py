"""From the body of a webhook to messages and delivery statuses. Pure; everything in a body is untrusted.

A body holds entries, an entry holds changes, a change holds messages and statuses. Each message and each status is read
alone, so that an odd one does not affect the others.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any, TypeAlias

from bot.channel import Progress, Upload
from bot.chat import Incoming, IncomingKind
from domain.files import extension_for
from domain.frozen import frozen
from domain.text import clean

NAME = "whatsapp"  #: the channel's name in messages and addresses

#: A message may have been on the screen when the person wrote up to this long after it was sent, because the platform's
#: timestamps are whole seconds.
TOLERANCE = timedelta(seconds=2)
#: characters of an identifier in our tables
MAX_ID = 200
#: characters of a button's code and of its label
MAX_BUTTON = 256

Document: TypeAlias = Mapping[str, Any]


class NotAWebhookBody(ValueError):
    """The body is not what the platform sends to a webhook."""


@frozen
class WhatsAppMessage:
    """One message of a person. Its files are still at the platform."""

    incoming: Incoming
    uploads: tuple[Upload, ...] = ()


@frozen
class DeliveryStatus:
    """How far one of our messages got."""

    message_id: str
    state: Progress
    reason: str = ""
    error: int | None = None  #: of the platform, when it failed


@frozen
class IdentifierChange:
    """A person has a new phone number or a new user id."""

    message_id: str
    previous: str
    current: str


@frozen
class UnreadablePart:
    """A part of a body from which no message could be made."""

    what: str  #: for the log; contains nothing of the part
    body: Document | None = None  #: a body with this part alone, where it is worth reading it again later


UpdatePart: TypeAlias = WhatsAppMessage | DeliveryStatus | IdentifierChange | UnreadablePart

#: Kinds of messages that need no answer: reactions, and what the platform reports of a person.
_EVENTS = frozenset({"reaction", "system"})
_STATES: Mapping[str, Progress] = {"sent": "sent", "delivered": "delivered", "read": "read", "failed": "failed"}
_USER_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9._+=-]{0,149}")
_MEDIA_ID = re.compile(r"[A-Za-z0-9_-]{1,100}")


def read(body: object, phone_number_id: str, now: datetime) -> list[UpdatePart]:
    """The parts of a body that concern this number, in their order. Raises `NotAWebhookBody`."""
    match body:
        case {"object": "whatsapp_business_account", "entry": [*entries]}:
            return [part for entry in entries for part in _read_entry(entry, phone_number_id, now)]
        case {"object": str(other)} if other != "whatsapp_business_account":
            return []
    raise NotAWebhookBody("not the body of a webhook")


def _read_entry(entry: object, phone_number_id: str, now: datetime) -> Iterator[UpdatePart]:
    match entry:
        case {"changes": [*changes]}:
            for change in changes:
                yield from _read_change(change, phone_number_id, now)
        case _:
            yield UnreadablePart("an entry without changes")


def _read_change(change: object, phone_number_id: str, now: datetime) -> Iterator[UpdatePart]:
    match change:
        case {"field": "messages", "value": {"metadata": {"phone_number_id": str(number)}} as value}:
            if number == phone_number_id:
                yield from _read_value(value, now)
        case {"field": str(other)} if other != "messages":
            return
        case _:
            yield UnreadablePart("a change that does not say for which number")


def _read_value(value: Document, now: datetime) -> Iterator[UpdatePart]:
    contacts = [contact for contact in _list(value.get("contacts")) if isinstance(contact, dict)]
    for message in _list(value.get("messages")):
        yield from _read_change_of_identifier(message)
        if not _is_event(message):
            part = _read_message(message, contacts, now)
            yield replace(part, body=_body_of(value, message)) if isinstance(part, UnreadablePart) else part
    for status in _list(value.get("statuses")):
        yield from _read_status(status)
    for error in _list(value.get("errors")):
        code = error.get("code") if isinstance(error, dict) else None
        yield UnreadablePart(f"the platform reports error {code if isinstance(code, int) else 'without a code'}")


def _body_of(value: Document, message: object) -> Document:
    """A body with this message alone."""
    only = {"metadata": value["metadata"], "contacts": value.get("contacts"), "messages": [message]}
    changes = [{"field": "messages", "value": only}]
    return {"object": "whatsapp_business_account", "entry": [{"changes": changes}]}


def _is_event(message: object) -> bool:
    match message:
        case {"type": str(kind)}:
            return kind in _EVENTS
    return False


def _read_change_of_identifier(message: object) -> Iterator[IdentifierChange]:
    """Incomplete ones are left out: without both identifiers nobody can say who moved."""
    match message:
        case {"id": str(id), "type": "system", "system": {"type": "user_changed_number", **system}, **more}:
            previous, current = _phone(more.get("from")), _phone(system.get("wa_id") or system.get("new_wa_id"))
        case {"id": str(id), "type": "system", "system": {"type": "user_changed_user_id", **system}}:
            previous, current = _user_id(system.get("previous_user_id")), _user_id(system.get("user_id"))
        case _:
            return
    if previous and current and 0 < len(id) <= MAX_ID and id.isprintable():
        yield IdentifierChange(id, previous, current)


def _read_message(message: object, contacts: list[dict[str, Any]], now: datetime) -> UpdatePart:
    """A message with unreadable content but a known sender is kept and answered too."""
    if not isinstance(message, dict):
        return UnreadablePart("a message that is no object")
    user_id, phone = _sender(message, contacts)
    match message.get("id"):
        case str(id) if _is_id(id) and (user_id or phone):
            at = _timestamp(message.get("timestamp"), now)
            incoming = Incoming(
                id=id,
                channel=NAME,
                address=user_id or phone,
                alternate_address=phone if user_id else "",
                at=at,
                shown_by=at + TOLERANCE,
                message_id=id,
                quoted_message_id=_quoted(message),
                kind="other",
            )
            return _with_content(message, incoming, phone)
    return UnreadablePart("a message without an id or a sender")


def _sender(message: Document, contacts: list[dict[str, Any]]) -> tuple[str, str]:
    """(business-scoped user id, phone number); either may be empty.

    Contacts are listed beside the messages. A contact belongs to this message when one of its identifiers is the same.
    """
    user_id, phone = _user_id(message.get("from_user_id")), _phone(message.get("from"))
    for contact in contacts:
        contact_id, contact_phone = _user_id(contact.get("user_id")), _phone(contact.get("wa_id"))
        is_same = (user_id and user_id == contact_id) or (phone and phone == contact_phone)
        if is_same or (len(contacts) == 1 and not user_id and not phone):
            return user_id or contact_id, phone or contact_phone
    return user_id, phone


def _with_content(message: Document, incoming: Incoming, phone: str) -> WhatsAppMessage:
    match message:
        case {"type": "text", "text": {"body": str(body)}}:
            return WhatsAppMessage(replace(incoming, kind="text", text=clean(body)))
        case {"type": "interactive", "interactive": {"button_reply": {"id": str(code)} as reply}}:
            return _with_tap(message, incoming, code, reply)
        case {"type": "interactive", "interactive": {"list_reply": {"id": str(code)} as reply}}:
            return _with_tap(message, incoming, code, reply)
        case {"type": "button", "button": {"text": str(label)}}:
            return WhatsAppMessage(replace(incoming, kind="text", text=clean(label)))
        case {"type": "edit", "edit": {"original_message_id": str(id), "message": edited}} if _is_id(id):
            return WhatsAppMessage(replace(incoming, kind="edit", message_id=id, text=_words(edited)))
        case {"type": "revoke", "revoke": {"original_message_id": str(id)}} if _is_id(id):
            return WhatsAppMessage(replace(incoming, kind="revoke", message_id=id))
        case {"type": "image" | "document" | "audio" as kind} if isinstance(message.get(kind), dict):
            return _with_file(incoming, kind, message[kind])
        case {"type": "contacts", "contacts": [{"phones": [{**number}]}]}:
            if phone and phone in {_phone(number.get("wa_id")), _phone(number.get("phone"))}:
                return WhatsAppMessage(replace(incoming, kind="contact", contact=f"+{phone}"))
        case {
            "type": "location",
            "location": {"latitude": int() | float() as latitude, "longitude": int() | float() as longitude},
        }:
            if -90 <= latitude <= 90 and -180 <= longitude <= 180:
                return WhatsAppMessage(replace(incoming, kind="location", location=(float(latitude), float(longitude))))
    return WhatsAppMessage(incoming)


def _quoted(message: Document) -> str:
    """The id of the message that this one quotes. The context of a button is the message with the button."""
    match message:
        case {"type": "text" | "image" | "document", "context": {"id": str(id)}} if _is_id(id):
            return id
    return ""


def _is_id(id: str) -> bool:
    return 0 < len(id) <= MAX_ID and id.isprintable()


def _words(edited: object) -> str:
    """The new words of an edited message: its text, or the caption of its file."""
    match edited:
        case (
            {"text": {"body": str(words)}} | {"image": {"caption": str(words)}} | {"document": {"caption": str(words)}}
        ):
            return clean(words)
    return ""


def _with_tap(message: Document, incoming: Incoming, code: str, reply: Document) -> WhatsAppMessage:
    context = message.get("context")
    message_id = context.get("id") if isinstance(context, dict) else ""
    title = reply.get("title")
    return WhatsAppMessage(
        replace(
            incoming,
            kind="tap",
            tap=clean(code)[:MAX_BUTTON],
            text=clean(title)[:MAX_BUTTON] if isinstance(title, str) else "",
            tapped_message_id=message_id if isinstance(message_id, str) and len(message_id) <= MAX_ID else "",
        )
    )


def _with_file(incoming: Incoming, kind: str, media: Document) -> WhatsAppMessage:
    match media.get("id"):
        case str(id) if _MEDIA_ID.fullmatch(id):
            caption = media.get("caption")
            text = clean(caption) if isinstance(caption, str) else ""
            sent: IncomingKind = "voice" if kind == "audio" else "file"
            return WhatsAppMessage(
                replace(incoming, kind=sent, text=text), (Upload(_file_name(kind, media), remote=id),)
            )
    return WhatsAppMessage(incoming)


#: names of files that come without one
_UNNAMED = {"image": "foto", "audio": "pesan-suara"}


def _file_name(kind: str, media: Document) -> str:
    """The name without its folders. It does not decide what kind of file this is."""
    given, mime = media.get("filename"), media.get("mime_type")
    name = clean(given).replace("\\", "/").rpartition("/")[2].strip()[-MAX_ID:] if isinstance(given, str) else ""
    extension = extension_for(mime.partition(";")[0].strip().lower()) if isinstance(mime, str) else ""
    return name or _UNNAMED.get(kind, "berkas") + extension


def _read_status(status: object) -> Iterator[DeliveryStatus | UnreadablePart]:
    match status:
        case {"id": str(id), "status": str(state), **more} if 0 < len(id) <= MAX_ID:
            if state in _STATES:
                yield DeliveryStatus(id, _STATES[state], *_failure(more.get("errors")) if state == "failed" else ())
        case _:
            yield UnreadablePart("a status without an id")


def _failure(errors: object) -> tuple[str, int | None]:
    """The error's code with its title, and the code. The details of an error may name a person."""
    match errors:
        case [{"code": int(code), "title": str(title)}, *_]:
            return f"{code} {clean(title)[:100]}", code
        case [{"code": int(code)}, *_]:
            return str(code), code
    return "", None


def _timestamp(stamp: object, now: datetime) -> datetime:
    """Seconds since 1970. Never later than `now`, because it decides how long we may answer."""
    match stamp:
        case str() if stamp.isascii() and stamp.isdigit() and len(stamp) < 12:
            return min(datetime.fromtimestamp(int(stamp), UTC), now)
        case int() if 0 <= stamp < 10**11:
            return min(datetime.fromtimestamp(stamp, UTC), now)
    return now


def _user_id(value: object) -> str:
    return value if isinstance(value, str) and _USER_ID.fullmatch(value) else ""


def _phone(value: object) -> str:
    """Digits only, as the platform writes the number of a sender."""
    digits = re.sub(r"[\s()+./-]", "", value) if isinstance(value, str) else ""
    return digits if digits.isascii() and digits.isdigit() and 5 <= len(digits) <= 20 else ""


def _list(value: object) -> list[object]:
    return value if isinstance(value, list) else []
