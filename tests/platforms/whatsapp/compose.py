"""From the body of a request to the message that the person sees."""

from __future__ import annotations

import re
from typing import Any

from tests.platforms.whatsapp.errors import Json
from tests.platforms.whatsapp.media import MediaFile, MediaStore
from tests.platforms.whatsapp.screen import Button, Document, Link, Row, Shown
from tests.platforms.whatsapp.templates import Templates

_BOLD = re.compile(r"(?<!\w)\*(\S|\S[^*\n]*\S)\*(?!\w)")


def compose(payload: Json, message: str, at: float, media: MediaStore, templates: Templates) -> Shown:
    """`payload` was checked before. Raises `Refused` for media and templates that do not exist or do not fit."""
    kind: Any = payload["type"]
    content: Json = payload[kind]
    context: str = payload.get("context", {}).get("message_id", "")
    if kind == "interactive":
        made = _interactive(content, media)
    elif kind == "template":
        template, text, url = templates.fill(content)
        made = {"kind": kind, "text": text, "template": template.name, "link": Link("", url) if url else None}
    elif kind == "text":
        made = {"kind": kind, "text": content["body"]}
    else:
        document = _document(media.to_send(content["id"], kind), content)
        made = {"kind": kind, "text": content.get("caption", ""), "document": document}
    return Shown(id=message, at=at, context=context, **{**made, "text": _without_asterisks(made["text"])})


def _without_asterisks(text: str) -> str:
    """A phone shows what stands between them in bold."""
    return _BOLD.sub(r"\1", text)


def _interactive(content: Json, media: MediaStore) -> dict[str, Any]:
    kind, action, header = content["type"], content["action"], content.get("header")
    made: dict[str, Any] = {"kind": kind, "text": content["body"]["text"]}
    made["footer"] = content.get("footer", {}).get("text", "")
    if header and header["type"] == "text":
        made["header"] = header["text"]
    elif header:
        inner = header[header["type"]]
        made["document"] = _document(media.to_send(inner["id"], header["type"]), inner)
    if kind == "button":
        made["buttons"] = tuple(Button(**button["reply"]) for button in action["buttons"])
    elif kind == "list":
        made["menu"] = action["button"]
        made["rows"] = tuple(
            Row(**row, section=section.get("title", "")) for section in action["sections"] for row in section["rows"]
        )
    else:
        made["link"] = Link(action["parameters"]["display_text"], action["parameters"]["url"])
    return made


def _document(medium: MediaFile, content: Json) -> Document:
    return Document(content.get("filename", medium.filename), medium.mime, medium.content)
