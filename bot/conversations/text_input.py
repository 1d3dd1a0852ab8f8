"""A text that a person files, such as a complaint or a remark: gathered from one or several messages, shown whole, and
filed when they confirm it. An unsent text stays in the dialogue when the person goes elsewhere.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Literal, Protocol, TypeAlias, runtime_checkable

from bot.actions import code
from bot.actions.applicant import TextAct, TextButton
from bot.chat import Choice, DialogueState, Incoming, Prompt, Turn, UnsentText, turn
from bot.conversations import courtesy
from bot.conversations.form.session import fingerprint
from bot.conversations.unsupported import UNSUPPORTED, is_recording
from bot.service.access import ActionRefused
from bot.service.context import Context
from domain.form.reading import fold
from domain.frozen import frozen
from domain.text import Json, Text, has_words, join_messages, paragraphs, verbatim
from domain.vocabulary import VOCABULARY

Filing: TypeAlias = Literal["send", "save", "continue"]

#: keys of states: what is filed with a text; a letter, and the grounds that were chosen before
_DETAILS = ("unnamed", "subject", "subject_case", "files")
_SHOWN_BEFORE = {"letter_id", "grounds", *_DETAILS}
#: characters of a text, where its conversation sets no limit
MAX_LENGTH = 8000

#: what filing the text means to its writer → the label of the button
SEND_LABELS: Mapping[Filing, Text] = {"send": Text("Kirim"), "save": Text("Simpan"), "continue": Text("Lanjut")}
_CHANGED = Text("Tulisan ini berubah sejak tombol itu dikirim. Silakan periksa sekali lagi.")
_SAY_WHAT = Text("Tulis juga satu kalimat tentang isi rekaman itu.")
_NO_FILE = Text("Berkas tidak dapat dilampirkan di sini, jadi tidak kami simpan.")


@frozen
class TextInput:
    """A text that a conversation waits for."""

    heading: Text  #: stands above what is written so far
    ask: Callable[[DialogueState, Context, Text | None], Turn]  #: asks for the text, under a notice
    file: Callable[[DialogueState, Context, str], Turn]  #: takes the whole text; may raise `ActionRefused`
    leave: Callable[[DialogueState, Context, Text], Turn]  #: the screen before, under a notice
    filing: Filing = "send"  #: what the button that files the text says
    max_length: int = MAX_LENGTH  #: characters
    takes_courtesy: bool = False  #: "terima kasih" alone may be such a text
    #: what is filed with the text, and the buttons that change it
    details: Callable[[DialogueState, Context], tuple[Text | None, tuple[Choice, ...]]] | None = None
    #: keeps files that come with the text, in the state; what it says of them stands above the screen
    attach: Callable[[DialogueState, Context, Incoming], tuple[DialogueState, Text]] | None = None
    keeps: bool = False  #: the conversation itself drops the text, because more is asked before it is filed


@runtime_checkable
class TakesText(Protocol):
    """A conversation that waits for texts."""

    def awaited_text(self, state: DialogueState) -> TextInput | None:
        """The text that it waits for in this state."""
        ...


def show(text_input: TextInput, state: DialogueState, ctx: Context, notice: Text | None = None) -> Turn:
    """Shows what is written so far; asks for the text where nothing is."""
    unsent = _find(state, _id(state.conversation, state.data))
    if unsent is not None:
        current = replace(unsent, data=state.data)
        kept = tuple(current if text is unsent else text for text in state.unsent)
        return _show_whole(text_input, replace(state, unsent=kept), ctx, current, notice)
    try:
        return text_input.ask(state, ctx, notice)
    except ActionRefused as refused:
        return text_input.leave(state, ctx, refused.text)


def finish(text_input: TextInput, state: DialogueState, ctx: Context) -> Turn:
    """Shows what is written, to be filed; says so where nothing is."""
    is_empty = _find(state, _id(state.conversation, state.data)) is None
    return show(text_input, state, ctx, Text("Belum ada yang tertulis.") if is_empty else None)


def on_message(incoming: Incoming, text_input: TextInput, state: DialogueState, ctx: Context) -> Turn:
    """Adds the message to the text, and shows the whole."""
    unsent = _find(state, _id(state.conversation, state.data))
    notice = _NO_FILE if incoming.files else UNSUPPORTED.get(incoming.kind)
    if text_input.attach is not None and incoming.files:
        state, notice = text_input.attach(state, ctx, incoming)
        if unsent is None and not has_words(incoming.text) and is_recording(incoming):
            notice = paragraphs(notice, _SAY_WHAT)
    if unsent is not None and fold(incoming.text) in VOCABULARY.agreement and incoming.saw_last_message:
        return _file(text_input, state, ctx, unsent)
    polite = courtesy.reply_to(incoming.text)
    if polite is not None and (unsent is not None or not text_input.takes_courtesy):
        return show(text_input, state, ctx, paragraphs(notice, polite))
    if not has_words(incoming.text):
        return show(text_input, state, ctx, notice or Text("Silakan tulis dengan kata-kata."))
    return add(text_input, state, ctx, incoming.text, notice)


def add(text_input: TextInput, state: DialogueState, ctx: Context, words: str, notice: Text | None = None) -> Turn:
    """Adds the words to the text, unless there would be too many, and shows the whole."""
    unsent = _find(state, _id(state.conversation, state.data))
    messages = (*(unsent.messages if unsent else ()), words)
    length = len(join_messages(messages))
    if length > text_input.max_length:
        return show(text_input, state, ctx, paragraphs(notice, _too_long(text_input, length)))
    added = UnsentText(_id(state.conversation, state.data), state.conversation, state.data, messages)
    kept = (*_without(state, added.id).unsent, added)
    return _show_whole(text_input, replace(state, unsent=kept), ctx, added, notice)


def on_button(button: TextButton, text_input: TextInput, state: DialogueState, ctx: Context) -> Turn:
    """`state` is the one in which the text of the button is written."""
    unsent = _find(state, button.text_id)
    if unsent is None or button.act == "show":
        return show(text_input, state, ctx)
    if button.act == "more":
        choices = (_text_choice("show", unsent, Text("Lihat tulisan")), _text_choice("discard", unsent, Text("Batal")))
        more = Text("Silakan tulis lanjutannya.")
        return turn(state, Prompt(more, choices, expects="text", takes_file=text_input.attach is not None))
    if button.mark != mark_of(unsent):
        return _show_whole(text_input, state, ctx, unsent, _CHANGED)
    if button.act == "discard":
        return text_input.leave(_without(state, unsent.id), ctx, Text("Baik, tulisan itu tidak kami pakai."))
    return _file(text_input, state, ctx, unsent)


def find(state: DialogueState, conversation: str, data: Mapping[str, Json]) -> UnsentText | None:
    """The unsent text that is written in this conversation with this state."""
    return _find(state, _id(conversation, data))


def mark_of(unsent: UnsentText) -> str:
    """Names the words of a text, and what is filed with it, in a few characters."""
    words, details = join_messages(unsent.messages), [unsent.data.get(key) for key in _DETAILS]
    return fingerprint([words, details] if any(details) else words)


def resume_choices(state: DialogueState) -> tuple[Choice, ...]:
    """The button that leads back to the newest unsent text."""
    return tuple(
        Choice(
            code(TextButton("show", unsent.id)),
            Text("Lanjutkan tulisan yang belum dikirim"),
            Text("Lanjutkan tulisan"),
        )
        for unsent in state.unsent[-1:]
    )


def drop(state: DialogueState, *texts: UnsentText | None) -> DialogueState:
    """Forgets texts: they are filed, or given up."""
    return replace(state, unsent=tuple(unsent for unsent in state.unsent if unsent not in texts))


def _id(conversation: str, data: Mapping[str, Json]) -> str:
    """What was shown with the question does not distinguish a text from another one."""
    return fingerprint([conversation, {key: value for key, value in data.items() if key not in _SHOWN_BEFORE}])


def _find(state: DialogueState, id: str) -> UnsentText | None:
    return next((unsent for unsent in state.unsent if unsent.id == id), None)


def _without(state: DialogueState, id: str) -> DialogueState:
    return drop(state, _find(state, id))


def _show_whole(
    text_input: TextInput, state: DialogueState, ctx: Context, unsent: UnsentText, notice: Text | None
) -> Turn:
    send = SEND_LABELS[text_input.filing]
    details, changes = text_input.details(state, ctx) if text_input.details else (None, ())
    text = paragraphs(
        notice,
        text_input.heading,
        verbatim(join_messages(unsent.messages)),
        details,
        Text("Sudah benar? Tekan %(send)s. Untuk menambah, tulis saja lanjutannya.", send=send),
    )
    choices = (
        replace(_text_choice("send", unsent, send), nav=False, finishes=True),
        *changes,
        _text_choice("more", unsent, Text("Tambah lagi")),
        _text_choice("discard", unsent, Text("Batal")),
    )
    return turn(state, Prompt(text, choices, expects="text", takes_file=text_input.attach is not None))


def _text_choice(act: TextAct, unsent: UnsentText, label: Text) -> Choice:
    return Choice(code(TextButton(act, unsent.id, mark_of(unsent))), label, nav=True)


def _file(text_input: TextInput, state: DialogueState, ctx: Context, unsent: UnsentText) -> Turn:
    """A text that is refused stays."""
    try:
        filed = state if text_input.keeps else _without(state, unsent.id)
        return text_input.file(filed, ctx, join_messages(unsent.messages))
    except ActionRefused as refused:
        return text_input.leave(state, ctx, refused.text)


def _too_long(text_input: TextInput, length: int) -> Text:
    return Text(
        "Pesan terakhir belum kami pakai: bersama yang sudah ada menjadi %(count)s huruf, paling banyak %(most)s.",
        count=length,
        most=text_input.max_length,
    )
