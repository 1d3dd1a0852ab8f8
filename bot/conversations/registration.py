"""Registration: consent, the form, and a code that proves the e-mail address.

The same proof recognises somebody who registered before and writes from another device or channel.
"""

from __future__ import annotations

from dataclasses import field, replace
from typing import Literal

from bot.actions import Action, code, read_number
from bot.actions.applicant import ChangeEmail, GiveConsent, MoveHere, Register, ResendCode, ShowMenu
from bot.chat import Choice, DialogueState, Incoming, Prompt, Turn, turn
from bot.conversations import account, eligibility, menu
from bot.conversations.buttons import MENU
from bot.conversations.form import flow
from bot.conversations.form.asked_together import invite
from bot.conversations.form.record import take_first
from bot.conversations.form.session import FormSession, session_of_draft
from bot.conversations.protocol import CommandHandlers
from bot.conversations.state import read, stored_as, to_json
from bot.service import code_attempts, continuations, drafts, officers, people
from bot.service.applications import FORM as APPLICATION
from bot.service.context import Context
from bot.service.people import CODE_ATTEMPTS, CodeFault, ProvenMailbox
from domain.form import answers
from domain.form.answer_lines import UnreadLine, read_lines, split_lines
from domain.form.definition import route
from domain.form.loading import REGISTRATION_FORM
from domain.form.reading import Unreadable
from domain.frozen import frozen
from domain.text import Json, Text, paragraphs
from storage.tables import Draft, Person

NAME = "registration"
#: the answer that tells data of a person from any other lines
_EMAIL = "email"
FORM = REGISTRATION_FORM

NO_CODE = Text("Kode terdiri dari delapan angka, misalnya 01234567.")
_NOT_SENT = Text("Sesudah itu, pilih Kirim ulang kode.")
_TOO_MANY_MAILS = Text("Hari ini sudah terlalu banyak kode yang diminta. Kode berikutnya dapat diminta besok.")
_LOCKED = Text(
    "Data pendaftaran tidak berubah, karena kodenya sudah dikirim. Untuk mengubahnya, pilih Ganti alamat e-mail."
)


@frozen
class RegistrationState:
    """What we ask for: consent, the e-mail address of an earlier registration ("move"), or the code that we sent."""

    step: Literal["consent", "move", "code"]
    email: str = ""  #: the address that gets the code
    draft_id: int | None = field(
        default=None, metadata=stored_as("draft")
    )  #: the registration that waits for the proof
    shown: str = ""  #: the masked address, for somebody who did not type it


def is_open(state: DialogueState) -> bool:
    """Whether this conversation is open. Version 0.1 stored it as a part of the conversation `account`."""
    return state.conversation == NAME or (state.conversation == account.NAME and _read(state) is not None)


def reprompt(state: DialogueState, ctx: Context, notice: Text) -> Turn:
    asked = _read(state)
    match asked:
        case RegistrationState("code"):
            return _ask_code(asked, state, notice)
        case RegistrationState("move"):
            return _ask_email(state, notice)
        case RegistrationState("consent"):
            return ask_consent(state, ctx, notice)
    return account.start(state, ctx, notice)


def on_message(incoming: Incoming, state: DialogueState, ctx: Context) -> Turn:
    asked = _read(state)
    match asked:
        case RegistrationState("code"):
            return _take_code(asked, incoming.text, state, ctx)
        case RegistrationState("move"):
            return _take_email(incoming.text, state, ctx)
        case RegistrationState("consent"):
            return _take_data(incoming, state, ctx) or ask_consent(state, ctx, Text("Silakan pilih salah satu."))
    return account.on_message(incoming, state, ctx)


def on_button(action: Action, state: DialogueState, ctx: Context) -> Turn:
    asked = _read(state)
    match action:
        case Register():
            return ask_consent(state, ctx) if ctx.actor.consent_at is None else _open_form(state, ctx)
        case GiveConsent():
            people.give_consent(ctx)
            return _open_invited(state, ctx)
        case MoveHere():
            return _ask_email(state)
        case ResendCode() if asked is not None and asked.step == "code":
            return _resend_code(asked, state, ctx)
        case ChangeEmail() if asked is not None and asked.step == "code":
            return _change_email(asked, state, ctx)
    return account.start(state, ctx)


def ask_consent(state: DialogueState, ctx: Context, notice: Text | None = None) -> Turn:
    """Names the purpose of the data before any of it is asked (UU 27/2022)."""
    text = paragraphs(
        notice,
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
    return turn(_at(state, RegistrationState("consent")), Prompt(text, choices))


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


def continue_here(state: DialogueState, ctx: Context, one_time_code: str) -> Turn:
    """`/lanjut CODE`, written in another channel than the one that showed the code."""
    if not one_time_code:
        return menu.show(state, ctx, Text("Tulis kodenya setelah perintah, misalnya /lanjut ABCD2345."))
    found = continuations.redeem(ctx, one_time_code)
    if found == "too_many":
        return menu.show(state, ctx, Text("Terlalu banyak kode yang salah. Silakan coba lagi satu jam kemudian."))
    if found == "wrong":
        return menu.show(state, ctx, Text("Kode itu tidak berlaku. Silakan buat kode baru di aplikasi yang satunya."))
    return prove_owner(found, state, ctx)


def prove_owner(owner: Person, state: DialogueState, ctx: Context) -> Turn:
    """The mailbox of somebody who has proven it elsewhere must prove that they write here."""
    if owner.id == ctx.actor.id:
        return menu.show(state, ctx, Text("Isian dan permohonan Anda sudah ada di percakapan ini."))
    return _send_code(RegistrationState("code", owner.email, shown=continuations.masked(owner.email)), state, ctx)


def on_submit(draft: Draft, state: DialogueState, ctx: Context) -> Turn:
    """Takes the filled registration form; a new e-mail address must be proven first."""
    email, proven = str(draft.answers["email"]), people.own_mailbox(ctx)
    if proven is not None and proven.email == email:
        return _complete(draft, proven, state, ctx)
    drafts.lock(ctx, draft)
    return _send_code(RegistrationState("code", email, draft.id), state, ctx)


def take_token(state: DialogueState, ctx: Context, words: str) -> Turn:
    """`/kode TOKEN`: the link in the mail with a code was opened here."""
    asked = _read(state)
    if read_number(words) is not None and asked is not None and asked.step == "code":
        return _take_code(asked, words, state, ctx)
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
    return _on_proven(asked, proof, state, ctx)


def show_locked(draft_id: int, state: DialogueState, ctx: Context) -> Turn | None:
    """Asks for the code once more, if this registration cannot be changed because a code for it is on its way."""
    draft = drafts.get_locked(ctx, draft_id)
    if draft is None or draft.form != FORM:
        return None
    asked = RegistrationState("code", str(draft.answers["email"]), draft.id)
    return _ask_code(asked, state, _LOCKED)


def _read(state: DialogueState) -> RegistrationState | None:
    asked = read(RegistrationState, state.data) if state.conversation in {NAME, account.NAME} else None
    return None if asked is not None and asked.step == "code" and not asked.email else asked


def _at(state: DialogueState, asked: RegistrationState) -> DialogueState:
    return state.at(NAME, **to_json(asked))


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


def _ask_email(state: DialogueState, notice: Text | None = None) -> Turn:
    text = paragraphs(
        notice,
        Text(
            "Tulis alamat e-mail yang Anda pakai saat mendaftar. Kami kirim kode ke sana, lalu isian Anda muncul "
            "di sini."
        ),
    )
    return turn(_at(state, RegistrationState("move")), Prompt(text, (MENU,), expects="email"))


def _take_email(words: str, state: DialogueState, ctx: Context) -> Turn:
    question = ctx.app.form(FORM).questions["email"]
    try:
        email = str(answers.read(question, words, ctx.reading))
    except Unreadable as error:
        return _ask_email(state, error.text)
    return _send_code(RegistrationState("code", email), state, ctx)


def _resend_code(asked: RegistrationState, state: DialogueState, ctx: Context) -> Turn:
    """To the address that the registration names, if it was changed on another device meanwhile."""
    if asked.draft_id is None:
        return _send_code(asked, state, ctx)
    draft = drafts.get_locked(ctx, asked.draft_id) or drafts.get_mine(ctx, asked.draft_id)
    if draft is None or not drafts.is_complete(ctx, draft):
        return _open_form(state, ctx)
    return on_submit(draft, state, ctx)


def _send_code(asked: RegistrationState, state: DialogueState, ctx: Context) -> Turn:
    """Without a registration to complete, the code goes only to an address that is registered."""
    sent = people.send_code(ctx, asked.email, to_known_only=asked.draft_id is None)
    if sent.wait:
        notice = Text("Kode berikutnya dapat diminta setelah %(seconds)s detik.", seconds=sent.wait)
        is_sent = people.pending_email(ctx) == asked.email
        return _ask_code(asked, state, notice, code_is="sent" if is_sent else "not sent")
    if sent.too_many:
        return _ask_code(asked, state, _TOO_MANY_MAILS, code_is="not sent")
    return _ask_code(asked, state)


def _ask_code(
    asked: RegistrationState,
    state: DialogueState,
    notice: Text | None = None,
    *,
    code_is: Literal["sent", "not sent", "over"] = "sent",
) -> Turn:
    """Does not reveal whether an address is registered. `code_is`: whether a code for this address is on its way;
    "over" means that the last one is not taken any more.
    """
    if asked.draft_id is None and not asked.shown:
        sent = Text(
            "Bila %(email)s terdaftar, kami sudah mengirim kode delapan angka ke sana. Tulis kode itu di sini.",
            email=asked.email,
        )
    else:
        email = asked.shown or asked.email
        sent = Text("Kami mengirim kode delapan angka ke %(email)s. Tulis kode itu di sini.", email=email)
        if notice is not None:  # it was sent before
            sent = Text("Kode delapan angka sudah kami kirim ke %(email)s. Tulis kode itu di sini.", email=email)
    valid = Text("Kode berlaku 10 menit. Bila belum masuk, periksa juga kotak spam.")
    following = {"sent": paragraphs(sent, valid), "not sent": _NOT_SENT, "over": None}[code_is]
    text = paragraphs(notice, following)
    # None of these buttons may have a number (`nav`), because the answer is a number.
    resend = Choice(code(ResendCode()), Text("Kirim ulang kode"), Text("Kirim ulang"), nav=True)
    change = Choice(code(ChangeEmail()), Text("Ganti alamat e-mail"), Text("Ganti alamat"), nav=True)
    choices = (resend, MENU) if asked.shown else (resend, change, MENU)
    return turn(_at(state, asked), Prompt(text, choices, expects="code"))


def _take_code(asked: RegistrationState, words: str, state: DialogueState, ctx: Context) -> Turn:
    digits = people.read_code(words)
    if digits is None:
        return _ask_code(asked, state, NO_CODE)
    proof = people.check_code(ctx, asked.email, digits)
    if not isinstance(proof, ProvenMailbox):
        return _ask_code(asked, state, why_not_proven(proof, ctx), code_is="sent" if proof == "wrong" else "over")
    return _on_proven(asked, proof, state, ctx)


def why_not_proven(proof: CodeFault, ctx: Context) -> Text:
    match proof:
        case "wrong":
            return Text("Kode itu tidak cocok. Sisa percobaan: %(left)s.", left=people.attempts_left(ctx))
        case "used_up":
            return Text(
                "Kode salah %(tries)s kali, jadi tidak berlaku lagi. Silakan minta kode baru dalam 10 menit.",
                tries=CODE_ATTEMPTS,
            )
        case "too_many":
            if people.has_link(ctx):
                return Text(
                    "Hari ini sudah terlalu banyak kode yang salah, jadi kode tidak diterima lagi. Pakai tautan di "
                    "e-mail terbaru kami."
                )
            return Text("Hari ini sudah terlalu banyak kode yang salah. Silakan coba lagi besok.")
    return Text("Kode itu sudah tidak berlaku. Silakan minta kode baru.")


def _on_proven(asked: RegistrationState, proven: ProvenMailbox, state: DialogueState, ctx: Context) -> Turn:
    if asked.draft_id is not None:
        drafts.unlock(ctx, asked.draft_id)
    draft = drafts.get_mine(ctx, asked.draft_id) if asked.draft_id is not None else None
    if draft is not None and (draft.answers.get("email") != proven.email or not drafts.is_complete(ctx, draft)):
        return _show_changed(draft, proven, state, ctx)
    people.merge_into_owner(ctx, proven)
    if draft is not None:
        return _complete(draft, proven, state, ctx)
    if ctx.actor.registered_at is None:
        return menu.show(state, ctx, Text("Alamat e-mail itu belum terdaftar."))
    return _welcome_back(state, ctx)


def _show_changed(draft: Draft, proven: ProvenMailbox, state: DialogueState, ctx: Context) -> Turn:
    """The registration was changed after the code had been sent, so the code proves nothing that it says now."""
    session = session_of_draft(draft.id, state, ctx)
    assert session is not None
    notice = Text(
        "Isian berubah setelah kode dikirim ke %(email)s, jadi belum tersimpan. Silakan periksa, lalu kirim lagi.",
        email=proven.email,
    )
    return flow.resume(session, notice)


def _complete(draft: Draft, proven: ProvenMailbox, state: DialogueState, ctx: Context) -> Turn:
    on_path = {question.id for question in drafts.path(ctx, ctx.app.form(FORM), draft)}
    people.register(ctx, {name: value for name, value in draft.answers.items() if name in on_path}, proven)
    drafts.close_without_answers(ctx, draft)
    if ctx.actor.eligibility:
        return eligibility.open_form(state, ctx)
    return menu.show(state, ctx, Text("Terima kasih, data Anda sudah tersimpan."))


def _welcome_back(state: DialogueState, ctx: Context) -> Turn:
    hello = Text(
        "Selamat datang kembali, %(name)s. Isian dan permohonan Anda sekarang ada di sini.", name=ctx.actor.name
    )
    if officers.has_role_elsewhere(ctx):
        role = Text("Peran Anda di kantor tidak ikut ke sini: untuk bertugas dari sini, mintalah undangan baru.")
        return menu.show(state, ctx, paragraphs(hello, role))
    if ctx.actor.eligibility and not drafts.list_unfinished(ctx, APPLICATION):
        return eligibility.open_form(state, ctx)
    return menu.show(state, ctx, hello)


def _change_email(asked: RegistrationState, state: DialogueState, ctx: Context) -> Turn:
    if asked.draft_id is None:
        return _ask_email(state)
    drafts.unlock(ctx, asked.draft_id)
    session = session_of_draft(asked.draft_id, state, ctx)
    question = session.on_path("email") if session else None
    return flow.edit(session, question) if session and question else account.start(state, ctx)


COMMANDS: CommandHandlers = {"continue": continue_here, "prove": take_token}
