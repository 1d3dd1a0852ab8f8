"""The words between a channel and a conversation: what came in, what goes out, where the talk stands."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any, Literal

from desk.text import Json, Text, from_json, to_json

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
    refused: str = ""  #: a reason of `storage.inspection`


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
    seen: int | None = None  #: number of the last message that the person had been shown when they sent this
    fresh: bool = True  #: sent after our last message had reached the phone; found out by `receive`
    aware: bool = True  #: sent after the open question had reached the phone, in that message or in one before it

    def to_json(self) -> dict[str, Json]:
        """What is kept while the handling is still to come; files are kept beside it. Inverse: `of_json`."""
        plain = {name: getattr(self, name) for name in _PLAIN}
        return plain | {"at": self.at.isoformat(), "location": list(self.location) if self.location else None}

    @classmethod
    def of_json(cls, document: dict[str, Any]) -> Incoming:
        location = document["location"]
        return cls(
            at=datetime.fromisoformat(document["at"]),
            location=(location[0], location[1]) if location else None,
            **{name: document[name] for name in _PLAIN},
        )


_PLAIN = ("id", "channel", "address", "kind", "text", "tap", "group", "contact", "language", "seen")


@dataclass(frozen=True, slots=True)
class Choice:
    """One button. `nav` buttons (back, skip, help) stand apart and have no number of their own."""

    value: str  #: the code that comes back, at most 64 bytes
    label: Text
    short: Text | None = None  #: at most 20 characters; needed when the label is longer
    nav: bool = False
    typed: str = ""  #: the code when its words are typed, where that means more than the tap (choose and go on)


@dataclass(frozen=True, slots=True)
class Attachment:
    file: int  #: id of a row in `files`
    name: str


@dataclass(frozen=True, slots=True)
class Prompt:
    """One message to a person."""

    text: Text
    choices: tuple[Choice, ...] = ()
    attachment: Attachment | None = None
    asks: str | None = None  #: what a free answer to this message means, e.g. "variabel/3/definisi"
    subject: Text | None = None  #: where a channel has one: a mail's
    reason: str = "reply"  #: why it is sent; a notice names its event, so that a channel can choose its template
    takes_file: bool = False


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
    return Turn(replace(state, asked=last.asks, choices=last.choices), prompts)


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
        document["file"] = {"id": prompt.attachment.file, "name": prompt.attachment.name}
    if prompt.subject:
        document["subject"] = to_json(prompt.subject)
    if prompt.takes_file:
        document["takes_file"] = True
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
        takes_file=bool(document.get("takes_file", False)),
        reason=str(document.get("reason", "reply")),
    )
