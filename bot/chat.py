"""What channels and conversations exchange: incoming messages, prompts, and the state of a dialogue."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import field, replace
from datetime import datetime
from typing import Any, Literal

from domain.files import SOUND_EXTENSIONS
from domain.form.form_cells import ReturnedForm
from domain.frozen import frozen
from domain.letter_check import LetterReading
from domain.text import Json, Text, from_json, paragraphs, to_json

#: the most characters of a button's label: an entry of a list shows no more
LONGEST_LABEL = 72
#: stands before the label of a ticked choice
TICK = "✓ "

IncomingKind = Literal["text", "tap", "file", "voice", "contact", "location", "command", "edit", "revoke", "other"]
#: kinds that change an earlier message; they open no reply window
CHANGES: frozenset[IncomingKind] = frozenset({"edit", "revoke"})


@frozen
class IncomingFile:
    """An inspected file in the file store, or the reason why it was refused."""

    name: str
    size: int  #: bytes
    kind: str = ""  #: a key of `domain.files.FILE_TYPES`; empty when refused
    object: str = ""  #: name in the file store; empty when refused
    owner: str = ""  #: for whom it is encrypted
    pages: int | None = None
    refused: str = ""  #: a reason of `storage.inspection.result`, "unfetched", "unstored", "too_many" or "not_asked"
    returned_form: ReturnedForm | None = None  #: of a form of ours that was filled in elsewhere
    sha256: str = ""  #: of what was sent; empty when refused
    letter: LetterReading | None = None  #: of a PDF: seals and signatures, which may be forged


@frozen
class QuotedQuestion:
    """What a message is about that quotes an older one: the question that asked it, or that it answered."""

    draft_id: int = 0  #: 0: the quoted message is about no question of a form
    question: str = ""  #: its id, or its code on paper


@frozen
class Incoming:
    """One message, tap or other input of a person, from any channel."""

    id: str  #: the platform's id of the message, unique in its channel
    channel: str
    address: str
    at: datetime  #: aware; when the person sent it
    kind: IncomingKind
    text: str = ""
    tap: str = ""  #: the code of the pressed button; untrusted
    files: tuple[IncomingFile, ...] = ()
    group: str = ""  #: the id of an album; its files are one answer
    contact: str = ""
    location: tuple[float, float] | None = None
    language: str = ""  #: the language that the channel reports, e.g. "en-GB"
    last_seen_id: int | None = None  #: id of the newest message that was shown when the person sent this
    sequence: int | None = None  #: the platform's number of this message, if the numbers of a chat only grow
    message_id: str = ""  #: where they do not grow: the platform's id; an edit has that of the edited message
    quoted_message_id: str = ""  #: the platform's id of the message that this one quotes
    shown_by: datetime | None = None  #: everything sent until then was on the screen, if the platform reports no more
    tapped_message_id: str = ""  #: of a tap: the platform's id of the message with the button
    source: str = ""  #: the network address of the sender, if the channel knows it; counted, never stored
    alternate_address: str = ""  #: another identifier of the same sender on this channel, such as a phone number
    saw_last_message: bool = True  #: it was sent when our last message was on the screen; set by `pipeline.seen`
    saw_question: bool = True  #: it was sent when a message with the open question was on the screen
    quoted: QuotedQuestion | None = None  #: it quotes another message than our last ones; set by `pipeline.quotes`
    answers_template: bool = False  #: a text that a template asked for, "kata apa saja"; set by `pipeline.receive`

    @property
    def key(self) -> str:
        """Names the message in its chat; an edit has the key of the edited message. Empty where messages have none."""
        return self.message_id or ("" if self.sequence is None else str(self.sequence))

    def to_json(self) -> dict[str, Json]:
        """The JSON that the inbox stores of a pending or failed message, without files. Inverse: `of_json`."""
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
    *("group", "contact", "language", "last_seen_id", "sequence", "message_id", "quoted_message_id"),
)
#: keys in messages that an older version stored → keys of today
_OLD_KEYS = {"also": "alternate_address", "on": "tapped_message_id", "seen": "last_seen_id", "order": "sequence"}


@frozen
class Choice:
    """One button. A `nav` button (back, skip, help) is shown apart and has no number."""

    value: str  #: the code that a tap returns, at most 64 bytes
    label: Text  #: at most `LONGEST_LABEL` characters, unless the message contains it in full
    short: Text | None = None  #: at most 20 characters; required when the label is longer
    nav: bool = False
    typed: str = ""  #: the code for typed words, if they do more than a tap (choose and go on)
    listed: bool = False  #: the text has its line: it is typed where the channel cannot show so many buttons
    finishes: bool = False  #: the one that goes on after the others were pressed: it always stays in sight
    ticked: bool | None = None  #: of a choice that is ticked or not; the label of a ticked one begins with `TICK`
    step: Text | None = None  #: of a scale, such as stars: its steps stand in one row, where the channel has room


@frozen
class Attachment:
    file_id: int
    name: str
    is_picture: bool = False  #: shown in the conversation, where the channel would send a file to download

    @property
    def is_sound(self) -> bool:
        """A recording: the channel plays it in the conversation, if it can."""
        return self.name.lower().endswith(SOUND_EXTENSIONS)


@frozen
class Link:
    """A button that opens a web page."""

    label: Text  #: at most 20 characters
    url: str  #: https://…, or a path on the host of the web page
    in_app: bool = False  #: opens inside the channel's own app, if that can tell the page who reads it


@frozen
class Prompt:
    """One message to a person, for every channel."""

    text: Text
    choices: tuple[Choice, ...] = ()
    attachment: Attachment | None = None
    expects: str | None = None  #: what a free answer to it means, e.g. "variabel/3/definisi"
    subject: Text | None = None  #: for channels with a subject, such as e-mail
    reason: str = "reply"  #: "reply", or the event of a notice; a channel chooses its template by it
    takes_file: bool = False
    takes_contact: bool = False  #: asks for the person's phone number, which a phone can send with one tap
    edits_message: bool = False  #: replaces the message with the pressed button, if the channel can edit
    link: Link | None = None
    application_id: int | None = None  #: the application that a reply brings the letter of; not part of the message
    commands: str = ""  #: the role whose commands the reader may use from now on


@frozen
class UnsentText:
    """A text that a person writes in one or several messages and has not sent yet."""

    id: str  #: stands in the codes of its buttons
    conversation: str  #: where it is written, together with `data`
    data: Mapping[str, Json]
    messages: tuple[str, ...]  #: as they came, oldest first


@frozen
class DialogueState:
    """The state of the dialogue with one address. Answers are in the draft, not here."""

    conversation: str = ""
    data: Mapping[str, Json] = field(default_factory=dict)
    asked: str | None = None
    choices: tuple[Choice, ...] = ()
    unsent: tuple[UnsentText, ...] = ()  #: stay while the person goes elsewhere, the newest last

    def at(self, conversation: str, **data: Json) -> DialogueState:
        return DialogueState(conversation, data, unsent=self.unsent)


@frozen
class Turn:
    """The answer of a conversation, and its new state with `asked` and `choices` of the last prompt."""

    state: DialogueState
    prompts: tuple[Prompt, ...] = ()
    command: str = ""  #: name of the command that the words mean; it is carried out, and gives the prompts
    argument: str = ""  #: of that command
    unclear: str = ""  #: words that were not understood; they are kept, masked


def turn(state: DialogueState, *prompts: Prompt) -> Turn:
    """A turn whose state takes `asked` and `choices` from the last prompt."""
    last = prompts[-1]
    return Turn(DialogueState(state.conversation, state.data, last.expects, last.choices, state.unsent), prompts)


def with_notice(shown: Turn, notice: Text | None) -> Turn:
    """The turn, with a notice above its last prompt, if there is one."""
    *before, last = shown.prompts
    return replace(shown, prompts=(*before, replace(last, text=paragraphs(notice, last.text))))


def with_choice(shown: Turn, choice: Choice, *, first: bool = False) -> Turn:
    """The turn, with one more button under its last prompt, before the ways to other screens. `first`: above all."""
    *before, last = shown.prompts
    place = next((place for place, other in enumerate(last.choices) if other.nav or first), len(last.choices))
    choices = (*last.choices[:place], choice, *last.choices[place:])
    return replace(
        shown, state=replace(shown.state, choices=choices), prompts=(*before, replace(last, choices=choices))
    )


def in_place(shown: Turn) -> Turn:
    """The turn, but its last prompt replaces the message with the pressed button."""
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
            **({"i": True} if choice.listed else {}),
            **({"f": True} if choice.finishes else {}),
            **({"k": choice.ticked} if choice.ticked is not None else {}),
            **({"p": to_json(choice.step)} if choice.step else {}),
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
    if len(document) == 3 and "n" in document:  # most are "Kembali" and the like
        return Choice(str(document["v"]), from_json(document["l"]), nav=True)
    short = from_json(document["s"]) if "s" in document else None
    return Choice(
        value=str(document["v"]),
        label=from_json(document["l"]),
        short=short,
        nav="n" in document,
        typed=str(document.get("t", "")),
        listed="i" in document,
        finishes="f" in document,
        ticked=bool(document["k"]) if "k" in document else None,
        step=from_json(document["p"]) if "p" in document else None,
    )


def unsent_to_json(unsent: tuple[UnsentText, ...]) -> Json:
    return [
        {"id": text.id, "conversation": text.conversation, "data": dict(text.data), "messages": list(text.messages)}
        for text in unsent
    ]


def unsent_from_json(document: Json) -> tuple[UnsentText, ...]:
    """Raises `ValueError` for a document that holds no unsent texts."""
    if not isinstance(document, list):
        raise ValueError(f"not stored texts: {type(document).__name__}")
    return tuple(map(_unsent_from_json, document))


def _unsent_from_json(document: Json) -> UnsentText:
    match document:
        case {"id": str(id), "conversation": str(conversation), "data": dict(data), "messages": list(messages)}:
            return UnsentText(id, conversation, data, tuple(map(str, messages)))
    raise ValueError(f"not a stored text: {type(document).__name__}")


def prompt_to_json(prompt: Prompt) -> Json:
    """The JSON that the history stores of a prompt. Inverse: `prompt_from_json`."""
    document: dict[str, Json] = {"text": to_json(prompt.text)}
    if prompt.choices:
        document["choices"] = choices_to_json(prompt.choices)
    if prompt.attachment:
        shown: dict[str, Json] = {"picture": True} if prompt.attachment.is_picture else {}
        document["file"] = {"id": prompt.attachment.file_id, "name": prompt.attachment.name, **shown}
    if prompt.subject:
        document["subject"] = to_json(prompt.subject)
    for flag in ("takes_file", "takes_contact", "edits_message"):
        if getattr(prompt, flag):
            document[flag] = True
    if prompt.takes_file and prompt.expects:  # whether words are asked for too
        document["expects"] = prompt.expects
    if prompt.link:
        in_app: dict[str, Json] = {"in_app": True} if prompt.link.in_app else {}
        document["link"] = {"label": to_json(prompt.link.label), "url": prompt.link.url, **in_app}
    if prompt.commands:
        document["commands"] = prompt.commands
    if prompt.reason != "reply":
        document["reason"] = prompt.reason
    return document


def prompt_from_json(document: Json) -> Prompt:
    """Raises `ValueError` for a document that is not a stored prompt."""
    if not isinstance(document, dict):
        raise ValueError(f"not a stored message: {document!r}")
    attachment = None
    match document.get("file"):
        case {"id": int(file), "name": str(name), **rest}:
            attachment = Attachment(file, name, is_picture="picture" in rest)
    return Prompt(
        text=from_json(document["text"]),
        choices=choices_from_json(document.get("choices", [])),
        attachment=attachment,
        subject=from_json(document["subject"]) if "subject" in document else None,
        link=_link_from_json(document.get("link")),
        reason=str(document.get("reason", "reply")),
        commands=str(document.get("commands", "")),
        takes_file="takes_file" in document,
        expects=str(document["expects"]) if "expects" in document else None,
        takes_contact="takes_contact" in document,
        edits_message="edits_message" in document or "replaces" in document,  # the key in older rows
    )


def _link_from_json(document: Json) -> Link | None:
    match document:
        case {"label": label, "url": str(url), **rest}:
            return Link(from_json(label), url, in_app="in_app" in rest)
    return None
