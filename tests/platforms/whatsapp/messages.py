"""What a business may send: the form and the limits of every body of POST /<phone number id>/messages."""

from __future__ import annotations

from collections.abc import Iterable

from tests.platforms.whatsapp.errors import Json, Refused
from tests.platforms.whatsapp.shapes import Check, boolean, both, by, fields, items, matching, one_of, text

ID = matching(r"\d{5,20}")
WAMID = matching(r"wamid\.[A-Za-z0-9+/=_-]{8,200}")
PHONE = matching(r"\+?\d{6,15}")
#: A business-scoped user id: country, optionally ENT (a parent id), and up to 128 letters and digits.
USER_ID = matching(r"[A-Z]{2}\.(ENT\.)?[A-Za-z0-9]{1,128}")
URL = matching(r"https?://[^\s/]+\S{0,1990}")

MAX_ROWS = 10

HEADERS: dict[str, Check] = {
    "text": fields({"type": one_of("text"), "text": text(60, line=True)}),
    "image": fields({"type": one_of("image"), "image": fields({"id": ID})}),
    "document": fields(
        {"type": one_of("document"), "document": fields({"id": ID}, {"filename": text(240, line=True)})}
    ),
}


def _interactive(kind: str, action: Check, headers: Iterable[str] = HEADERS) -> Check:
    """An interactive message of this kind: a body and an action, with an optional header and footer."""
    return fields(
        {"type": one_of(kind), "body": fields({"text": text(1024)}), "action": action},
        {
            "header": by("type", {name: HEADERS[name] for name in headers}),
            "footer": fields({"text": text(60)}),
        },
    )


def _unique(values: list[str], name: str, what: str) -> None:
    twice = sorted({value for value in values if values.count(value) > 1})
    if twice:
        raise Refused(131009, f"Duplicated {what} in {name}: {twice}")


def _buttons_differ(value: object, name: str) -> None:
    assert isinstance(value, list)
    for key in ("title", "id"):
        _unique([button["reply"][key] for button in value], name, key)


def _rows_differ(value: object, name: str) -> None:
    assert isinstance(value, list)
    rows = [row for section in value for row in section["rows"]]
    if len(rows) > MAX_ROWS:
        raise Refused(131009, f"Total row count exceed max allowed count: {MAX_ROWS}, is {len(rows)}")
    for key in ("title", "id"):
        _unique([row[key] for row in rows], name, key)
    if len(value) > 1 and not all("title" in section for section in value):
        raise Refused(131009, f"{name}: section title is required when there is more than one section")


BUTTON = fields({"type": one_of("reply"), "reply": fields({"id": text(256), "title": text(20, line=True)})})
ROW = fields({"id": text(200), "title": text(24, line=True)}, {"description": text(72, line=True)})
SECTION = fields({"rows": items(ROW, 1, MAX_ROWS)}, {"title": text(24, line=True)})

INTERACTIVE: dict[str, Check] = {
    "button": _interactive("button", fields({"buttons": both(items(BUTTON, 1, 3), _buttons_differ)})),
    "list": _interactive(
        "list",
        fields({"button": text(20, line=True), "sections": both(items(SECTION, 1, 10), _rows_differ)}),
        ["text"],
    ),
    "cta_url": _interactive(
        "cta_url",
        fields({"name": one_of("cta_url"), "parameters": fields({"display_text": text(20, line=True), "url": URL})}),
    ),
}

PARAMETER = fields({"type": one_of("text"), "text": text(1024, code=132012)})
COMPONENTS: dict[str, Check] = {
    "body": fields({"type": one_of("body"), "parameters": items(PARAMETER, 1, 100)}),
    "button": fields(
        {
            "type": one_of("button"),
            "sub_type": one_of("url"),
            "index": matching(r"\d"),
            "parameters": items(PARAMETER, 1, 1),
        }
    ),
}
TEMPLATE = fields(
    {
        "name": matching(r"[a-z0-9_]{1,512}"),
        "language": fields({"code": matching(r"[a-z]{2,3}(_[A-Z]{2})?")}, {"policy": one_of("deterministic")}),
    },
    {"components": items(by("type", COMPONENTS), 0, 10)},
)

KINDS: dict[str, Check] = {
    "text": fields({"body": text(4096, code=100)}, {"preview_url": boolean}),
    "interactive": by("type", INTERACTIVE),
    "document": fields({"id": ID}, {"caption": text(1024), "filename": text(240, line=True)}),
    "image": fields({"id": ID}, {"caption": text(1024)}),
    "audio": fields({"id": ID}, {"voice": boolean}),
    "template": TEMPLATE,
}


def _message(kind: str) -> Check:
    return fields(
        {"messaging_product": one_of("whatsapp"), "type": one_of(kind), kind: KINDS[kind]},
        {
            "recipient_type": one_of("individual"),
            "to": PHONE,
            "recipient": USER_ID,
            "context": fields({"message_id": WAMID}),
            "biz_opaque_callback_data": text(512),
        },
    )


MESSAGE = by("type", {kind: _message(kind) for kind in KINDS})
READ = fields(
    {"messaging_product": one_of("whatsapp"), "status": one_of("read"), "message_id": WAMID},
    {"typing_indicator": fields({"type": one_of("text")})},
)


def check_request(payload: object) -> Json:
    """Returns the body when it has a known form. Raises `Refused`."""
    if not isinstance(payload, dict):
        raise Refused(100, "The body must be a JSON object.")
    if "status" in payload:
        READ(payload, "")
        return payload
    MESSAGE(payload, "")
    if "to" not in payload and "recipient" not in payload:
        raise Refused(131008, "The parameter to is required.")
    return payload
