"""What a person sees: messages with their buttons, rows, links and files."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

Kind = Literal["text", "button", "list", "cta_url", "document", "image", "audio", "template"]


@dataclass(frozen=True)
class Button:
    id: str
    title: str


@dataclass(frozen=True)
class Row:
    id: str
    title: str
    description: str = ""
    section: str = ""


@dataclass(frozen=True)
class Link:
    title: str
    url: str


@dataclass(frozen=True)
class Document:
    """A document, an image or a recording."""

    filename: str
    mime: str
    content: bytes = field(repr=False)


@dataclass(frozen=True)
class Shown:
    """One message of the business, as the person sees it."""

    id: str
    at: float  #: seconds since 1970, the server's clock
    kind: Kind
    text: str  #: body, caption, or the filled template
    header: str = ""
    footer: str = ""
    buttons: tuple[Button, ...] = ()
    menu: str = ""  #: label of the button that opens a list
    rows: tuple[Row, ...] = ()
    link: Link | None = None
    document: Document | None = None
    template: str = ""  #: name of the template
    context: str = ""  #: id of the message that it answers

    @property
    def labels(self) -> list[str]:
        """The titles of what can be pressed."""
        return [button.title for button in self.buttons] + [row.title for row in self.rows]

    @property
    def is_attachment(self) -> bool:
        return self.kind in {"document", "image", "audio"}

    def __str__(self) -> str:
        parts = [self.header, self.text, self.footer, *(f"[{label}]" for label in self.labels)]
        if self.link:
            parts.append(f"[{self.link.title}]({self.link.url})")
        if self.document:
            parts.append(f"<{self.document.filename}>")
        return "\n".join(part for part in parts if part)
