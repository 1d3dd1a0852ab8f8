"""The words between a channel and a conversation: what came in, what goes out, where the talk stands."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any, Literal

from domain.text import Json, Text, from_json, to_json

#: characters of a button's label: so many stand below an entry of a list
LONGEST_LABEL = 72

IncomingKind = Literal["text", "tap", "file", "contact", "location", "command", "edit", "other"]


@dataclass(frozen=True, slots=True)
class IncomingFile:
    """A file that lies inspected and encrypted in the file store, or the reason why it does not."""

    name: str
    size: int  #: bytes
    kind: str = ""  #: "pdf", "jpeg", "png", "docx", "xlsx"; empty when refused
    object: str = ""  #: name in the file store; empty when refused
    owner: str = ""  #: for whom the object is encrypted
    pages: int | None = None
    refused: str = ""  #: a reason of `storage.inspection`, or of its way to us: "unfetched", "not_asked"


@dataclass(frozen=True, slots=True)
class Incoming:
    """One thing that a person said or did on any channel."""

    id: str  #: the platform's own id of the message: unique in its channel
    channel: str
    address: str
    at: datetime  #: aware; when the person sent it
    kind: IncomingKind
    text: str = ""
    tap: str = ""  #: the code of the pressed button: untrusted
    files: tuple[IncomingFile, ...] = ()
    group: str = ""  #: an album's id: its files are one answer
    contact: str = ""
    location: tuple[float, float] | None = None
    language: str = ""  #: the channel's hint, e.g. "en-GB"
    last_seen_id: int | None = None  #: number of the last message that the person had been shown when they sent this
    sequence: int | None = None  #: the platform's number of this message, where the numbers of a chat only grow
    shown_by: datetime | None = None  #: what had been sent by then was on the screen, where a platform tells no more
    tapped_message_id: str = ""  #: of a tap: the platform's id of the message with the button
    alternate_address: str = ""  #: another identifier of the same sender on this channel, such as a phone number
    saw_last_message: bool = True  #: sent after our last message had reached the phone; found out by `receive`
    saw_question: bool = (
        True  #: sent after the open question had reached the phone, in that message or in one before it
    )

    def to_json(self) -> dict[str, Json]:
        """What is kept while the handling is still to come; files are kept beside it. Inverse: `of_json`."""
        plain = {name: getattr(self, name) for name in _PLAIN}
        return plain | {
            "at": self.at.isoformat(),
            "shown_by": self.shown_by.isoformat() if self.shown_by else None,
            "location": list(self.location) if self.location else None,
        }

    @classmethod
    def of_json(cls, document: dict[str, Any]) -> Incoming:
        document = {_OLD_KEYS.get(key, key): value for key, value in document.items()}
        location, shown_by = document["location"], document.get("shown_by")
        return cls(
            at=datetime.fromisoformat(document["at"]),
            shown_by=datetime.fromisoformat(shown_by) if shown_by else None,
            location=(location[0], location[1]) if location else None,
            **{name: document[name] for name in _PLAIN if name in document},
        )


_PLAIN = (
    *("id", "channel", "address", "alternate_address", "kind", "text", "tap", "tapped_message_id"),
    *("group", "contact", "language", "last_seen_id", "sequence"),
)
#: keys of messages that an older version kept → today's
_OLD_KEYS = {"also": "alternate_address", "on": "tapped_message_id", "seen": "last_seen_id", "order": "sequence"}


@dataclass(frozen=True, slots=True)
class Choice:
    """One button. `nav` buttons (back, skip, help) stand apart and have no number of their own."""

    value: str  #: the code that comes back, at most 64 bytes
    label: Text  #: at most `LONGEST_LABEL` characters, unless the message says it in full
    short: Text | None = None  #: at most 20 characters; needed when the label is longer
    nav: bool = False
    typed: str = ""  #: the code when its words are typed, where that means more than the tap (choose and go on)


@dataclass(frozen=True, slots=True)
class Attachment:
    file_id: int
    name: str


@dataclass(frozen=True, slots=True)
class Link:
    """A button that opens a page."""

    label: Text  #: at most 20 characters
    url: str  #: https://…


@dataclass(frozen=True, slots=True)
class Prompt:
    """One message to a person."""

    text: Text
    choices: tuple[Choice, ...] = ()
    attachment: Attachment | None = None
    expects: str | None = None  #: what a free answer to this message means, e.g. "variabel/3/definisi"
    subject: Text | None = None  #: where a channel has one: a mail's
    reason: str = "reply"  #: why it is sent; a notice names its event, so that a channel can choose its template
    takes_file: bool = False
    takes_contact: bool = False  #: asks for the person's own phone number: a phone can hand it over with one tap
    edits_message: bool = False  #: the pressed button's message once more, changed: where it can be edited, it is
    link: Link | None = None
    commands: str = ""  #: the role whose commands the reader may use from now on


@dataclass(frozen=True, slots=True)
class DialogueState:
    """Where one address stands. Answers are not here but in the draft."""

    conversation: str = ""
    data: Mapping[str, Json] = field(default_factory=dict)
    asked: str | None = None
    choices: tuple[Choice, ...] = ()
    revision: int = 0

    def at(self, conversation: str, **data: Json) -> DialogueState:
        return replace(self, conversation=conversation, data=data, asked=None, choices=())


@dataclass(frozen=True, slots=True)
class Turn:
    """What a conversation says next. The state's `asked` and `choices` are those of the last prompt."""

    state: DialogueState
    prompts: tuple[Prompt, ...] = ()


def turn(state: DialogueState, *prompts: Prompt) -> Turn:
    """The ordinary turn: what the last prompt asks and offers is what the next message will be read against."""
    last = prompts[-1]
    return Turn(replace(state, asked=last.expects, choices=last.choices), prompts)


def in_place(shown: Turn) -> Turn:
    """The turn after a tap that changed no more than ticks: the message with the button is shown anew, not another."""
    *before, last = shown.prompts
    return replace(shown, prompts=(*before, replace(last, edits_message=True)))


def choices_to_json(choices: tuple[Choice, ...]) -> Json:
    return [
        {
            "v": choice.value,
            "l": to_json(choice.label),
            **({"s": to_json(choice.short)} if choice.short else {}),
            **({"n": True} if choice.nav else {}),
            **({"t": choice.typed} if choice.typed else {}),
        }
        for choice in choices
    ]


def choices_from_json(document: Json) -> tuple[Choice, ...]:
    if not isinstance(document, list):
        raise ValueError(f"not stored choices: {document!r}")
    return tuple(_choice_from_json(item) for item in document)


def _choice_from_json(document: Json) -> Choice:
    if not isinstance(document, dict) or not isinstance(document.get("v"), str):
        raise ValueError(f"not a stored choice: {document!r}")
    short = from_json(document["s"]) if "s" in document else None
    return Choice(str(document["v"]), from_json(document["l"]), short, "n" in document, str(document.get("t", "")))


def prompt_to_json(prompt: Prompt) -> Json:
    """What is kept of a message. Inverse: `prompt_from_json`."""
    document: dict[str, Json] = {"text": to_json(prompt.text)}
    if prompt.choices:
        document["choices"] = choices_to_json(prompt.choices)
    if prompt.attachment:
        document["file"] = {"id": prompt.attachment.file_id, "name": prompt.attachment.name}
    if prompt.subject:
        document["subject"] = to_json(prompt.subject)
    for flag in ("takes_file", "takes_contact", "edits_message"):
        if getattr(prompt, flag):
            document[flag] = True
    if prompt.link:
        document["link"] = {"label": to_json(prompt.link.label), "url": prompt.link.url}
    if prompt.commands:
        document["commands"] = prompt.commands
    if prompt.reason != "reply":
        document["reason"] = prompt.reason
    return document


def prompt_from_json(document: Json) -> Prompt:
    """Raises `ValueError` for a document that is not a message."""
    if not isinstance(document, dict):
        raise ValueError(f"not a stored message: {document!r}")
    attachment = None
    match document.get("file"):
        case {"id": int(file), "name": str(name)}:
            attachment = Attachment(file, name)
    return Prompt(
        text=from_json(document["text"]),
        choices=choices_from_json(document.get("choices", [])),
        attachment=attachment,
        subject=from_json(document["subject"]) if "subject" in document else None,
        link=_link_from_json(document.get("link")),
        reason=str(document.get("reason", "reply")),
        commands=str(document.get("commands", "")),
        takes_file="takes_file" in document,
        takes_contact="takes_contact" in document,
        edits_message="edits_message" in document or "replaces" in document,  # its name in older rows
    )


def _link_from_json(document: Json) -> Link | None:
    match document:
        case {"label": label, "url": str(url)}:
            return Link(from_json(label), url)
    return None
