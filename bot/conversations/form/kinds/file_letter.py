"""The letter that a question for a file offers to make: its letterhead is asked once, then who signs it."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial

from bot.actions.form import (
    ChangeLetterhead,
    LeaveLetterhead,
    OrderLetter,
    SignAsBefore,
    SignByHand,
    SignMyself,
    UseKnownLetterhead,
)
from bot.actions.form_codes import FormAct
from bot.chat import Choice, Turn
from bot.conversations.form.kinds.kind import AskAgain, Decision, Perform
from bot.conversations.form.prompts import OpenPart, navigation
from bot.conversations.form.session import FormSession
from bot.service import cover_letters
from domain.form.definition import Question
from domain.letterhead import read_letterhead
from domain.signer import Signer, read_signer
from domain.text import Text, as_hint, lines, paragraphs, verbatim

#: the parts of the question that ask for the letterhead, and for who signs; what they ask
LETTERHEAD, SIGNER = "letterhead", "signer"
PARTS: Mapping[str, Text] = {
    LETTERHEAD: Text("Apa kop surat instansi Anda? Tulis barisnya dalam satu pesan."),
    SIGNER: Text("Siapa yang menandatangani surat pengantar ini?"),
}
#: the question for the unit in charge, whose head usually signs
_UNIT = "eselon2"


def open_part(session: FormSession, question: Question) -> OpenPart | None:
    """The one of the two parts that is asked now."""
    part = session.asked_part
    return OpenPart(part, PARTS[part]) if session.question is question and part in PARTS else None


def ask_part(session: FormSession, question: Question, part: OpenPart, notice: Text | None) -> Turn:
    ask = {LETTERHEAD: _ask_letterhead, SIGNER: _ask_signer}[part.id]
    return ask(session, question, notice)


def take_part(session: FormSession, question: Question, part: OpenPart, text: str) -> Decision:
    """Typed words for the open part."""
    if part.id == LETTERHEAD:
        typed = read_letterhead(text)
        return (
            AskAgain(typed) if isinstance(typed, Text) else Perform(partial(_set_letterhead, session, question, typed))
        )
    signer = read_signer(text, str(session.draft.answers.get(_UNIT) or ""))
    return AskAgain(signer) if isinstance(signer, Text) else Perform(partial(_order, session, question, signer))


def tap(session: FormSession, question: Question, act: FormAct) -> Decision | None:
    """`None` for the button of something else."""
    match act:
        case OrderLetter():
            was_asked = cover_letters.letterhead(session.ctx, session.draft) is not None
            session.open(question, SIGNER if was_asked else LETTERHEAD)
            return AskAgain()
        case ChangeLetterhead():
            session.open(question, LETTERHEAD)
            return AskAgain()
        case UseKnownLetterhead():
            known = cover_letters.known_letterhead(session.ctx, session.draft)
            return _set_letterhead(session, question, known)
        case LeaveLetterhead():
            return _set_letterhead(session, question, ())
        case SignAsBefore() | SignMyself() | SignByHand():
            return _order(session, question, _signer_of(session, act))
    return None


def _ask_letterhead(session: FormSession, question: Question, notice: Text | None) -> Turn:
    known = cover_letters.known_letterhead(session.ctx, session.draft)
    text = paragraphs(
        notice,
        PARTS[LETTERHEAD].shown_as("question"),
        as_hint(Text("Contoh:\nPEMERINTAH KABUPATEN CONTOH\nDINAS KESEHATAN\nJl. Contoh No. 1, Telepon (0411) 123456")),
        lines(Text("Kop dari isian Anda:"), *map(verbatim, known)) if known else None,
    )
    use = Choice(session.tap(question, UseKnownLetterhead()), Text("Pakai kop dari isian"))
    printed = Choice(
        session.tap(question, LeaveLetterhead()), Text("Kertas kami sudah berkop"), Text("Kertas sudah berkop")
    )
    offered = (use, printed) if known else (printed,)
    part = f"{question.id}/{LETTERHEAD}"
    return session.say(part, text, *offered, *navigation(session, question, skippable=False))


def _set_letterhead(session: FormSession, question: Question, typed: tuple[str, ...]) -> Decision:
    cover_letters.remember_letterhead(session.ctx, session.draft, typed)
    session.forget_message()
    session.open(question, SIGNER)
    return AskAgain(Text("✓ Kop surat tersimpan, juga untuk surat berikutnya.") if typed else None)


def _ask_signer(session: FormSession, question: Question, notice: Text | None) -> Turn:
    before, person = cover_letters.last_signer(session.ctx, session.draft), session.ctx.actor
    head = cover_letters.letterhead(session.ctx, session.draft)
    text = paragraphs(
        notice,
        PARTS[SIGNER].shown_as("question"),
        Text("Tulis nama, jabatan, dan NIP, masing-masing satu baris."),
        as_hint(Text("Contoh:\nDr. Andi Contoh, M.Si.\nKepala Dinas Kesehatan\n19700101 199501 2 001")),
        Text(
            "Surat sebelumnya ditandatangani oleh %(who)s.", who=", ".join(filter(None, (before.name, before.position)))
        )
        if before
        else None,
        Text("Kop surat: %(name)s", name=head[0]) if head else None,
    )
    choices = [
        Choice(session.tap(question, SignByHand()), Text("Kosongkan, ditulis tangan"), Text("Ditulis tangan")),
    ]
    if person.name:
        choices.insert(0, Choice(session.tap(question, SignMyself()), Text("Saya sendiri")))
    if before:
        same = session.tap(question, SignAsBefore())
        choices.insert(0, Choice(same, Text("Sama seperti surat sebelumnya"), Text("Seperti sebelumnya")))
    change = Choice(session.tap(question, ChangeLetterhead()), Text("Ubah kop surat"), nav=True)
    part = f"{question.id}/{SIGNER}"
    return session.say(part, text, *choices, change, *navigation(session, question, skippable=False))


def _signer_of(session: FormSession, act: FormAct) -> Signer:
    match act:
        case SignAsBefore():
            return cover_letters.last_signer(session.ctx, session.draft) or Signer()
        case SignMyself():
            return Signer(session.ctx.actor.name, session.ctx.actor.position)
        case _:
            return Signer()


def _order(session: FormSession, question: Question, signer: Signer) -> Turn:
    """The question stays open. It is asked in full below the letter, once that was drawn."""
    cover_letters.request(session.ctx, question.template, session.draft, signer)
    session.open(question)
    count = cover_letters.count_attachments(session.ctx, session.draft)
    text = lines(
        Text("Surat pengantar sedang disiapkan dan segera kami kirim di sini."),
        Text("Lampirannya kami tulis %(count)s berkas: formulir dan berkas pendukung.", count=count),
        Text("Bila jumlah berkasnya berubah, minta lagi suratnya di butir ini."),
    )
    return session.say(question.id, text, *navigation(session, question), takes_file=True)
