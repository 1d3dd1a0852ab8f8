"""Registration: consent and the form. `mailbox_proof` is its other half: the code that proves the e-mail address."""

from __future__ import annotations

from dataclasses import replace

from bot.actions import Action, code, read_number
from bot.actions.applicant import ChangeEmail, GiveConsent, MoveHere, Register, ResendCode, ShowMenu
from bot.chat import Choice, DialogueState, Incoming, Prompt, Turn, turn
from bot.conversations import account, mailbox_proof, menu
from bot.conversations.form import flow
from bot.conversations.form.asked_together import invite
from bot.conversations.form.record import take_first
from bot.conversations.form.session import FormSession, session_of_draft
from bot.conversations.protocol import CommandHandlers
from bot.conversations.registration_state import NAME as STORED_NAME
from bot.conversations.registration_state import RegistrationState, at, read_asked
from bot.service import code_attempts, drafts, people
from bot.service.context import Context
from bot.service.people import ProvenMailbox
from domain.form.answer_lines import UnreadLine, read_lines, split_lines
from domain.form.definition import route
from domain.form.loading import REGISTRATION_FORM
from domain.text import Json, Text, paragraphs
from storage.tables import Draft

NAME = STORED_NAME
#: the answer that tells data of a person from any other lines
_EMAIL = "email"
FORM = REGISTRATION_FORM


def is_open(state: DialogueState) -> bool:
    """Whether this conversation is open, also where version 0.1 stored it."""
    return state.conversation == NAME or (state.conversation == account.NAME and read_asked(state) is not None)


def reprompt(state: DialogueState, ctx: Context, notice: Text) -> Turn:
    asked = read_asked(state)
    match asked:
        case RegistrationState("code"):
            return mailbox_proof.ask_code(asked, state, ctx, notice)
        case RegistrationState("move"):
            return mailbox_proof.ask_email(state, ctx, notice)
        case RegistrationState("consent"):
            return ask_consent(state, ctx, notice)
    return account.start(state, ctx, notice)


def on_message(incoming: Incoming, state: DialogueState, ctx: Context) -> Turn:
    asked = read_asked(state)
    match asked:
        case RegistrationState("code"):
            return mailbox_proof.take_code(asked, incoming.text, state, ctx)
        case RegistrationState("move"):
            return mailbox_proof.take_email(incoming.text, state, ctx)
        case RegistrationState("consent"):
            return _take_data(incoming, state, ctx) or ask_consent(state, ctx, Text("Silakan pilih salah satu."))
    return account.on_message(incoming, state, ctx)


def on_button(action: Action, state: DialogueState, ctx: Context) -> Turn:
    asked = read_asked(state)
    match action:
        case Register():
            return ask_consent(state, ctx) if ctx.actor.consent_at is None else _open_form(state, ctx)
        case GiveConsent():
            people.give_consent(ctx)
            return _open_invited(state, ctx)
        case MoveHere():
            return mailbox_proof.ask_email(state, ctx)
        case ResendCode() if asked is not None and asked.step == "code":
            return _resend_code(asked, state, ctx)
        case ChangeEmail() if asked is not None and asked.step == "code":
            return mailbox_proof.change_email(asked, state, ctx)
    return account.start(state, ctx)


def ask_consent(state: DialogueState, ctx: Context, notice: Text | None = None) -> Turn:
    """Names the purpose of the data before any of it is asked (UU 27/2022), and where no code can be mailed, that."""
    text = paragraphs(
        notice,
        mailbox_proof.without_mail(ctx),
        Text("Sebelum mengisi formulir, kami perlu mengenal Anda. Ini hanya sekali."),
        Text(
            "Kami meminta nama, instansi, jabatan, nomor ponsel, alamat e-mail, serta jenis dan empat karakter "
            "terakhir kartu "
            "identitas Anda. Data ini hanya dipakai untuk mengurus permohonan rekomendasi dan menghubungi Anda "
            "tentang permohonan itu. "
            "Hanya petugas %(office)s yang dapat melihatnya.",
            office=ctx.office.words["office"],
        ),
        Text("Apakah Anda setuju?").shown_as("question"),
        Text("Bila setuju, Anda juga boleh langsung mengirim datanya; dengan mengirimnya, Anda menyetujui."),
        invite(route(ctx.app.form(FORM), {}, ctx.office.switches)),
    )
    choices = (
        Choice(code(GiveConsent()), Text("Ya, saya setuju"), Text("Setuju")),
        Choice(code(MoveHere()), Text("Saya sudah pernah mendaftar"), Text("Sudah mendaftar")),
        Choice(code(ShowMenu()), Text("Tidak sekarang"), nav=True),
    )
    return turn(at(state, RegistrationState("consent")), Prompt(text, choices))


def _take_data(incoming: Incoming, state: DialogueState, ctx: Context) -> Turn | None:
    """Somebody who sends the data that the open screen names agrees to its purpose. `None` for other messages."""
    form, written = ctx.app.form(FORM), split_lines(incoming.text)
    first = form.sections[0].questions[0]
    found = read_lines(form, first, {}, written, ctx.office.switches, ctx.reading)
    has_address = _EMAIL in found.values or any(_is_wrong_address(line, written) for line in found.unread)
    if not (incoming.saw_last_message and found.are_answers and has_address):
        return None
    people.give_consent(ctx)
    return take_first(_open_session(state, ctx), incoming.text)


def _is_wrong_address(line: UnreadLine, written: tuple[str, ...]) -> bool:
    return line.question is not None and line.question.id == _EMAIL and "@" in written[line.number - 1]


def on_submit(draft: Draft, state: DialogueState, ctx: Context) -> Turn:
    """Takes the filled registration form; a new e-mail address must be proven first."""
    email, proven = str(draft.answers["email"]), people.own_mailbox(ctx)
    if proven is not None and proven.email == email:
        return mailbox_proof.complete(draft, proven, state, ctx)
    drafts.lock(ctx, draft)
    return mailbox_proof.send_code(RegistrationState("code", email, draft.id), state, ctx)


def take_token(state: DialogueState, ctx: Context, words: str) -> Turn:
    """`/kode TOKEN`: the link in the mail with a code was opened here."""
    asked = read_asked(state)
    if read_number(words) is not None and asked is not None and asked.step == "code":
        return mailbox_proof.take_code(asked, words, state, ctx)
    proof = people.check_token(ctx, code_attempts.normalise(words))
    if not isinstance(proof, ProvenMailbox):
        notice = Text(
            "Tautan itu tidak berlaku di sini, atau sudah lewat waktunya. Buka tautan dari e-mail terbaru kami, di "
            "perangkat tempat Anda memintanya."
        )
        return menu.show(state, ctx, notice) if asked is None else reprompt(state, ctx, notice)
    if asked is None or asked.step != "code" or asked.email != proof.email:
        locked = [draft.id for draft in drafts.list_locked(ctx, FORM) if draft.answers.get("email") == proof.email]
        asked = RegistrationState("code", proof.email, locked[0] if locked else None)
    return mailbox_proof.on_proven(asked, proof, state, ctx)


def _open_form(state: DialogueState, ctx: Context) -> Turn:
    return flow.resume(_open_session(state, ctx))


def _open_invited(state: DialogueState, ctx: Context) -> Turn:
    """Opens the form below the screen that said how to answer all of it in one message."""
    session = _open_session(state, ctx)
    session.state = replace(session.state, invited=session.form.sections[0].id)
    return flow.resume(session)


def _open_session(state: DialogueState, ctx: Context) -> FormSession:
    drafts.unlock_all(ctx, FORM)
    unfinished = drafts.list_unfinished(ctx, FORM)
    draft = unfinished[0] if unfinished else drafts.create(ctx, FORM, _known_answers(ctx))
    session = session_of_draft(draft.id, state, ctx)
    assert session is not None
    return session


def _known_answers(ctx: Context) -> dict[str, Json]:
    """Somebody who is registered changes the data that we have instead of typing it again."""
    person = ctx.actor
    if person.registered_at is None:
        return {}
    return {
        "nama": person.name,
        "instansi": person.institution,
        "jabatan": person.position,
        "telepon_seluler": person.phone,
        "email": person.email,
    }


def _resend_code(asked: RegistrationState, state: DialogueState, ctx: Context) -> Turn:
    """To the address that the registration names, if it was changed on another device meanwhile."""
    if asked.draft_id is None:
        return mailbox_proof.send_code(asked, state, ctx)
    draft = drafts.get_locked(ctx, asked.draft_id) or drafts.get_mine(ctx, asked.draft_id)
    if draft is None or not drafts.is_complete(ctx, draft):
        return _open_form(state, ctx)
    return on_submit(draft, state, ctx)


COMMANDS: CommandHandlers = {"continue": mailbox_proof.continue_here, "prove": take_token}
