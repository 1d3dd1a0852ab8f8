"""A letter waits for the director's signature. Its signed copy comes back: it is checked, shown with its signer, and
sent after a confirmation. Where BSrE signs, the director gets a link to a page.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from bot.actions import Action, code
from bot.actions.officer import ConfirmSigned, OpenCase, SendSigned, SignLetter
from bot.chat import Attachment, Choice, DialogueState, Incoming, Prompt, Turn, turn
from bot.conversations.buttons import UNKNOWN_BUTTON
from bot.conversations.officer import case_flow, case_screen, inbox
from bot.conversations.state import read, stored_as, to_json
from bot.conversations.unsupported import refusal_reason
from bot.service import cases, letter_signing, signed_letters
from bot.service.access import ActionRefused
from bot.service.context import Context
from domain.text import Text, paragraphs

NAME = "signed"
_ASK = Text("Tanda tangani berkas ini dengan aplikasi Anda tanpa mengubahnya, lalu kirim hasilnya ke sini.")
_ONE = Text("Kirim satu berkas PDF yang sudah ditandatangani.")


@dataclass(frozen=True, slots=True)
class SignedState:
    """The copy that waits for the confirmation; 0: none was sent yet."""

    application_id: int = field(metadata=stored_as("application"))
    file_id: int = field(default=0, metadata=stored_as("file"))
    fingerprint: str = ""


def on_button(action: Action, state: DialogueState, ctx: Context) -> Turn:
    match action:
        case SendSigned(application_id):
            return case_flow.show_refusal_of(state, ctx, application_id, lambda: _ask(state, ctx, application_id))
        case SignLetter(application_id):
            return case_flow.show_refusal_of(state, ctx, application_id, lambda: _give_link(state, ctx, application_id))
        case ConfirmSigned(application_id, file_id):
            return case_flow.show_refusal_of(
                state, ctx, application_id, lambda: _send(state, ctx, application_id, file_id)
            )
    return inbox.start(state, ctx, UNKNOWN_BUTTON)


def on_message(incoming: Incoming, state: DialogueState, ctx: Context) -> Turn:
    opened = read(SignedState, state.data)
    if opened is None:
        return inbox.start(state, ctx)
    return case_flow.show_refusal_of(
        state, ctx, opened.application_id, lambda: _take(incoming, state, ctx, opened.application_id)
    )


def go_back(state: DialogueState, ctx: Context) -> Turn:
    opened = read(SignedState, state.data)
    return case_flow.show_case(opened.application_id if opened is not None else None, state, ctx)


def reprompt(state: DialogueState, ctx: Context, notice: Text) -> Turn:
    opened = read(SignedState, state.data)
    if opened is None:
        return inbox.start(state, ctx, notice)
    id = opened.application_id
    return case_flow.show_refusal_of(state, ctx, id, lambda: _ask(state, ctx, id, notice))


def _ask(state: DialogueState, ctx: Context, application_id: int, notice: Text | None = None) -> Turn:
    """Shows the file to sign, and waits for its signed copy."""
    _, file = signed_letters.open_unsigned(ctx, cases.open_case(ctx, application_id), "outside")
    prompt = Prompt(
        paragraphs(notice, _ASK),
        (case_flow.cancel(application_id),),
        attachment=Attachment(file.id, file.name),
        expects="signed",
        takes_file=True,
    )
    return turn(state.at(NAME, **to_json(SignedState(application_id))), prompt)


def _give_link(state: DialogueState, ctx: Context, application_id: int) -> Turn:
    """Shows the letter, and where it is signed."""
    link, file = letter_signing.new_link(ctx, cases.open_case(ctx, application_id))
    text = Text(
        "Baca surat ini, lalu tekan Tanda tangani untuk membuka halaman penandatanganan. Tautannya berlaku 15 menit "
        "dan hanya untuk Anda; jangan diteruskan. Jangan menulis passphrase di chat."
    )
    back = Choice(code(OpenCase(application_id)), Text("Kembali"), nav=True)
    shown = Prompt(text, (back,), attachment=Attachment(file.id, file.name), link=link)
    return turn(state.at(case_screen.NAME, **to_json(case_screen.CaseState(application_id))), shown)


def _take(incoming: Incoming, state: DialogueState, ctx: Context, application_id: int) -> Turn:
    application = cases.open_case(ctx, application_id)
    if len(incoming.files) != 1:
        return _ask(state, ctx, application_id, _ONE)
    why = refusal_reason(incoming.files[0])
    if why is not None:
        return _ask(state, ctx, application_id, Text("%(name)s: %(why)s", name=incoming.files[0].name, why=why))
    try:
        file, signature = signed_letters.take(ctx, application, incoming.files[0])
    except ActionRefused as refused:
        if not signed_letters.is_awaited(ctx, application, "outside"):
            raise
        return _ask(state, ctx, application_id, refused.text)
    text = Text(
        "Surat ini utuh dan ditandatangani oleh %(signer)s. Sidik jari sertifikatnya %(fingerprint)s. "
        "Kirim kepada pemohon? Bila berkasnya keliru, kirim berkas yang benar.",
        signer=signature.signer,
        fingerprint=_grouped(signature.fingerprint),
    )
    confirm = Choice(code(ConfirmSigned(application_id, file.id)), Text("Ya, kirim kepada pemohon"), Text("Ya, kirim"))
    shown = Prompt(
        text,
        (confirm, case_flow.cancel(application_id)),
        attachment=Attachment(file.id, file.name),
        expects="signed",
        takes_file=True,
    )
    return turn(state.at(NAME, **to_json(SignedState(application_id, file.id, signature.fingerprint))), shown)


def _send(state: DialogueState, ctx: Context, application_id: int, file_id: int) -> Turn:
    application = cases.open_case(ctx, application_id)
    opened = read(SignedState, state.data) if state.conversation == NAME else None
    if opened is None or (opened.application_id, opened.file_id) != (application_id, file_id):
        return _ask(
            state, ctx, application_id, Text("Tombol itu untuk berkas yang lama. Silakan kirim lagi berkasnya.")
        )
    signed_letters.send(ctx, application, file_id, opened.fingerprint)
    return case_screen.show(state, ctx, application_id, Text("✓ Surat dikirim kepada pemohon."))


def _grouped(fingerprint: str) -> str:
    """The first half, in groups that can be compared by eye."""
    return " ".join(fingerprint[start : start + 4].upper() for start in range(0, 32, 4))
