"""What people write in consultations: a question with files, and another one."""

from __future__ import annotations

from bot.chat import Choice, DialogueState, Incoming, Prompt, Turn, turn
from bot.conversations import attachments, menu
from bot.conversations.buttons import MENU
from bot.conversations.consultation_state import NAME, ConsultationState, Step, read_asked
from bot.conversations.text_input import TextInput
from bot.service import consultations
from bot.service.consultations import AskedConsultation
from bot.service.context import Context
from domain.text import Text, paragraphs

#: characters of one message: every channel shows several of them on one screen
MAX_LENGTH = 4000


def writing(state: DialogueState, step: Step = "ask", consultation_id: int | None = None) -> DialogueState:
    """Where such a text is written, with the files that were attached before."""
    return attachments.writing(state, NAME, ConsultationState(step, consultation_id))


def attach(state: DialogueState, ctx: Context, incoming: Incoming) -> tuple[DialogueState, Text]:
    return attachments.attach(read_asked(state), state, ctx, incoming)


def listed(state: DialogueState, ctx: Context) -> tuple[Text | None, tuple[Choice, ...]]:
    """The files that go with the text."""
    return attachments.listed(ctx, read_asked(state).files), ()


def _ask_question(state: DialogueState, ctx: Context, notice: Text | None) -> Turn:
    text = Text(
        "Apa yang ingin Anda tanyakan? Misalnya: “Berapa sampel yang cukup untuk survei kepuasan di 11 kecamatan?”"
    )
    files = Text("Anda boleh melampirkan berkas, misalnya rancangan kuesioner.")
    listing = attachments.listed(ctx, read_asked(state).files)
    return turn(state, Prompt(paragraphs(notice, listing, text, files), (MENU,), expects="text", takes_file=True))


def _ask_more(state: DialogueState, ctx: Context, notice: Text | None) -> Turn:
    text = Text("Silakan tulis. Anda boleh melampirkan berkas.")
    listing = attachments.listed(ctx, read_asked(state).files)
    return turn(state, Prompt(paragraphs(notice, listing, text), (MENU,), expects="text", takes_file=True))


def _file_question(state: DialogueState, ctx: Context, words: str) -> Turn:
    asked = consultations.ask(ctx, words, attachments.ids(read_asked(state).files))
    received = Text("Pertanyaan Anda kami terima dengan nomor %(number)s.", number=asked.consultation.number)
    return menu.show(state, ctx, paragraphs(received, _promise(ctx, asked)))


def _file_more(state: DialogueState, ctx: Context, words: str) -> Turn:
    shown = read_asked(state)
    asked = consultations.ask_more(ctx, shown.consultation_id or 0, words, attachments.ids(shown.files))
    added = Text("Tulisan Anda kami tambahkan ke konsultasi %(number)s.", number=asked.consultation.number)
    return menu.show(state, ctx, paragraphs(added, _promise(ctx, asked)))


def _promise(ctx: Context, asked: AskedConsultation) -> Text:
    """No day is promised where nobody was told."""
    if asked.has_reader:
        return Text("Jawaban kami kirim di percakapan ini paling lambat %(day)s.", day=asked.consultation.due_on)
    return Text(
        "Saat ini belum ada petugas yang dapat membacanya di sini. Silakan hubungi juga %(phone)s.",
        phone=ctx.office.office.phone,
    )


QUESTION = TextInput(
    Text("Pertanyaan Anda:"),
    _ask_question,
    _file_question,
    menu.show,
    max_length=MAX_LENGTH,
    details=listed,
    attach=attach,
)
MORE = TextInput(
    Text("Tulisan Anda:"), _ask_more, _file_more, menu.show, max_length=MAX_LENGTH, details=listed, attach=attach
)
