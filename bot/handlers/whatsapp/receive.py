"""From the body of a webhook to messages and statuses. Pure; whatever is odd in one of them does not touch the others.

A body holds entries, an entry changes, a change messages and statuses. Each message and each status stands alone.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any, TypeAlias

from bot.channel import Progress, Upload
from bot.chat import Incoming
from domain.text import clean

NAME = "whatsapp"  #: the channel's, in messages and addresses

#: what was sent so long after a message had left may still have been on the screen with it; time stamps are in seconds
TOLERANCE = timedelta(seconds=2)
#: characters of what a table keeps as an identifier
MAX_ID = 200

Document: TypeAlias = Mapping[str, Any]


class WrongShape(ValueError):
    """Not the body of a webhook."""


@dataclass(frozen=True, slots=True)
class Said:
    """One message of a person, with the files that still lie at the platform."""

    incoming: Incoming
    uploads: tuple[Upload, ...] = ()


@dataclass(frozen=True, slots=True)
class Status:
    """How far a message of ours got."""

    id: str
    state: Progress
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Problem:
    """A part that nobody can be answered for. `what` repeats nothing of it; `body` is it alone, in a body that can be
    read again, where it may be worth that.
    """

    what: str
    body: Document | None = None


Item: TypeAlias = Said | Status | Problem

#: nothing to answer: a thumb on a message, and what the platform itself tells of a person, such as a new number
_EVENTS = frozenset({"reaction", "system"})
_STATES: Mapping[str, Progress] = {"sent": "sent", "delivered": "delivered", "read": "read", "failed": "failed"}
_IDENTIFIER = re.compile(r"[A-Za-z0-9][A-Za-z0-9._+=-]{0,149}")
_MEDIUM = re.compile(r"[A-Za-z0-9_-]{1,100}")
_ENDINGS = {
    "image/jpeg": "jpg",
    "image/png": "png",
    "image/webp": "webp",
    "application/pdf": "pdf",
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document": "docx",
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet": "xlsx",
}


def read(body: object, phone_number_id: str, now: datetime) -> list[Item]:
    """What the body says for this number, in its order. Raises `WrongShape`."""
    match body:
        case {"object": "whatsapp_business_account", "entry": [*entries]}:
            return [item for entry in entries for item in _of_entry(entry, phone_number_id, now)]
        case {"object": str(other)} if other != "whatsapp_business_account":
            return []
    raise WrongShape("not the body of a webhook")


def _of_entry(entry: object, phone_number_id: str, now: datetime) -> Iterator[Item]:
    match entry:
        case {"changes": [*changes]}:
            for change in changes:
                yield from _of_change(change, phone_number_id, now)
        case _:
            yield Problem("an entry without changes")


def _of_change(change: object, phone_number_id: str, now: datetime) -> Iterator[Item]:
    match change:
        case {"field": "messages", "value": {"metadata": {"phone_number_id": str(number)}} as value}:
            if number == phone_number_id:
                yield from _of_value(value, now)
        case {"field": str(other)} if other != "messages":
            return
        case _:
            yield Problem("a change that does not say for which number")


def _of_value(value: Document, now: datetime) -> Iterator[Item]:
    contacts = [contact for contact in _list(value.get("contacts")) if isinstance(contact, dict)]
    for message in _list(value.get("messages")):
        if not _is_event(message):
            item = _message(message, contacts, now)
            yield replace(item, body=_alone(value, message)) if isinstance(item, Problem) else item
    for status in _list(value.get("statuses")):
        yield from _status(status)
    for error in _list(value.get("errors")):
        code = error.get("code") if isinstance(error, dict) else None
        yield Problem(f"the platform reports error {code if isinstance(code, int) else 'without a code'}")


def _alone(value: Document, message: object) -> Document:
    only = {"metadata": value["metadata"], "contacts": value.get("contacts"), "messages": [message]}
    changes = [{"field": "messages", "value": only}]
    return {"object": "whatsapp_business_account", "entry": [{"changes": changes}]}


def _is_event(message: object) -> bool:
    match message:
        case {"type": str(kind)}:
            return kind in _EVENTS
    return False


def _message(message: object, contacts: list[dict[str, Any]], now: datetime) -> Item:
    """A message that cannot be read, but says whose it is, is kept and answered all the same."""
    if not isinstance(message, dict):
        return Problem("a message that is no object")
    user_id, phone = _sender(message, contacts)
    match message.get("id"):
        case str(id) if 0 < len(id) <= MAX_ID and id.isprintable() and (user_id or phone):
            at = _moment(message.get("timestamp"), now)
            said = Incoming(
                id=id,
                channel=NAME,
                address=user_id or phone,
                alternate_address=phone if user_id else "",
                at=at,
                shown_by=at + TOLERANCE,
                kind="other",
            )
            return _content(message, said, phone)
    return Problem("a message without an id or a sender")


def _sender(message: Document, contacts: list[dict[str, Any]]) -> tuple[str, str]:
    """(business-scoped user id, phone number), either may be empty. The contacts stand beside the messages: one
    belongs to this message if it says so.
    """
    user_id, phone = _identifier(message.get("from_user_id")), _phone(message.get("from"))
    for contact in contacts:
        theirs, number = _identifier(contact.get("user_id")), _phone(contact.get("wa_id"))
        same = (user_id and user_id == theirs) or (phone and phone == number)
        if same or (len(contacts) == 1 and not user_id and not phone):
            return user_id or theirs, phone or number
    return user_id, phone


def _content(message: Document, said: Incoming, phone: str) -> Said:
    match message:
        case {"type": "text", "text": {"body": str(body)}}:
            return Said(replace(said, kind="text", text=clean(body)))
        case {"type": "interactive", "interactive": {"button_reply": {"id": str(code)} as reply}}:
            return _tap(message, said, code, reply)
        case {"type": "interactive", "interactive": {"list_reply": {"id": str(code)} as reply}}:
            return _tap(message, said, code, reply)
        case {"type": "button", "button": {"text": str(words)}}:
            return Said(replace(said, kind="text", text=clean(words)))
        case {"type": "image" | "document" as kind} if isinstance(message.get(kind), dict):
            return _file(said, kind, message[kind])
        case {"type": "contacts", "contacts": [{"phones": [{**number}]}]}:
            if phone and phone in {_phone(number.get("wa_id")), _phone(number.get("phone"))}:
                return Said(replace(said, kind="contact", contact=f"+{phone}"))
        case {
            "type": "location",
            "location": {"latitude": int() | float() as north, "longitude": int() | float() as east},
        }:
            if -90 <= north <= 90 and -180 <= east <= 180:
                return Said(replace(said, kind="location", location=(float(north), float(east))))
    return Said(said)


def _tap(message: Document, said: Incoming, code: str, reply: Document) -> Said:
    context = message.get("context")
    on = context.get("id") if isinstance(context, dict) else ""
    title = reply.get("title")
    return Said(
        replace(
            said,
            kind="tap",
            tap=clean(code)[:256],
            text=clean(title)[:256] if isinstance(title, str) else "",
            tapped_message_id=on if isinstance(on, str) and len(on) <= MAX_ID else "",
        )
    )


def _file(said: Incoming, kind: str, medium: Document) -> Said:
    match medium.get("id"):
        case str(id) if _MEDIUM.fullmatch(id):
            caption = medium.get("caption")
            text = clean(caption) if isinstance(caption, str) else ""
            return Said(replace(said, kind="file", text=text), (Upload(_file_name(kind, medium), remote=id),))
    return Said(said)


def _file_name(kind: str, medium: Document) -> str:
    """The last part of the name, as the person knows it; the inside decides what the file is."""
    given = medium.get("filename")
    name = clean(given).replace("\\", "/").rpartition("/")[2].strip()[-MAX_ID:] if isinstance(given, str) else ""
    mime = medium.get("mime_type")
    ending = _ENDINGS.get(mime.partition(";")[0].strip().lower(), "") if isinstance(mime, str) else ""
    return name or ("foto" if kind == "image" else "berkas") + (f".{ending}" if ending else "")


def _status(status: object) -> Iterator[Item]:
    match status:
        case {"id": str(id), "status": str(state), **more} if 0 < len(id) <= MAX_ID:
            if state in _STATES:
                yield Status(id, _STATES[state], _reason(more.get("errors")) if state == "failed" else "")
        case _:
            yield Problem("a status without an id")


def _reason(errors: object) -> str:
    """The code and its title; the details may name a person."""
    match errors:
        case [{"code": int(code), "title": str(title)}, *_]:
            return f"{code} {clean(title)[:100]}"
        case [{"code": int(code)}, *_]:
            return str(code)
    return ""


def _moment(stamp: object, now: datetime) -> datetime:
    """Seconds since 1970; never later than now: how long we may answer hangs on it."""
    match stamp:
        case str() if stamp.isascii() and stamp.isdigit() and len(stamp) < 12:
            return min(datetime.fromtimestamp(int(stamp), UTC), now)
        case int() if 0 <= stamp < 10**11:
            return min(datetime.fromtimestamp(stamp, UTC), now)
    return now


def _identifier(value: object) -> str:
    return value if isinstance(value, str) and _IDENTIFIER.fullmatch(value) else ""


def _phone(value: object) -> str:
    """Digits alone, as the platform writes a number when it names a sender."""
    digits = re.sub(r"[\s()+./-]", "", value) if isinstance(value, str) else ""
    return digits if digits.isascii() and digits.isdigit() and 5 <= len(digits) <= 20 else ""


def _list(value: object) -> list[object]:
    return value if isinstance(value, list) else []
