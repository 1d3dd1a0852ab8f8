"""Registration with a proven e-mail address, and taking one's work along to another device."""

from __future__ import annotations

import bot.conversations.apply as applying
from bot.actions import Action, fields_of
from bot.chat import Choice, DialogueState, Incoming, Prompt, Turn, turn
from bot.conversations import menu
from bot.conversations.form import flow
from bot.conversations.form.session import session_of_draft
from bot.conversations.protocol import CommandHandlers
from bot.service import continuations, drafts, people
from bot.service.applications import FORM as APPLICATION
from bot.service.context import Context
from bot.service.people import CODE_TRIES, Proof
from domain.form import answers
from domain.form.reading import Unreadable
from domain.text import Json, Text, lines, paragraphs, verbatim
from storage.tables import Draft

NAME = "account"
FORM = "registration"

_MENU = Choice("menu:show", Text("Menu"), nav=True)


def start(state: DialogueState, ctx: Context, notice: Text | None = None) -> Turn:
    """Who we think is talking, and what can be done about it."""
    person = ctx.actor
    if person.registered_at is None:
        text = Text(
            "Anda belum terdaftar di percakapan ini. Pendaftaran hanya sekali, dan dilakukan saat mengajukan "
            "permohonan."
        )
        move = Choice(f"{NAME}:move", Text("Lanjutkan dari perangkat lain"), Text("Pindah perangkat"))
        choices: tuple[Choice, ...] = (Choice(f"{NAME}:register", Text("Daftar sekarang")), move, _MENU)
        return turn(state.at(NAME), Prompt(paragraphs(notice, text), choices))
    text = lines(
        Text("Anda terdaftar sebagai:"),
        verbatim(person.name),
        verbatim(f"{person.position}, {person.institution}"),
        verbatim(person.phone),
        verbatim(person.email),
    )
    other = Text(
        "Untuk melanjutkan dari perangkat lain, buka percakapan di sana, pilih “Akun dan pindah perangkat”, "
        "lalu pakai alamat e-mail ini."
    )
    go_on = Choice(f"{NAME}:elsewhere", Text("Lanjutkan di aplikasi lain"), Text("Aplikasi lain"))
    choices = (Choice(f"{NAME}:register", Text("Ubah data saya")), go_on, _MENU)
    return turn(state.at(NAME), Prompt(paragraphs(notice, text, other), choices))


def reprompt(state: DialogueState, ctx: Context, notice: Text) -> Turn:
    """What this conversation waits for, once more."""
    match state.data.get("step"):
        case "code":
            return _ask_code(state, ctx, notice)
        case "move":
            return _ask_email(state, notice)
        case "consent":
            return ask_consent(state, ctx, notice)
    return start(state, ctx, notice)


def ask_consent(state: DialogueState, ctx: Context, notice: Text | None = None) -> Turn:
    """The purpose of the data is said before any of it is asked (UU 27/2022)."""
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
        Text("Apakah Anda setuju?"),
    )
    choices = (
        Choice(f"{NAME}:agree", Text("Ya, saya setuju"), Text("Setuju")),
        Choice(f"{NAME}:move", Text("Saya sudah pernah mendaftar"), Text("Sudah mendaftar")),
        Choice("menu:show", Text("Tidak sekarang"), nav=True),
    )
    return turn(state.at(NAME, step="consent"), Prompt(text, choices))


def on_message(incoming: Incoming, state: DialogueState, ctx: Context) -> Turn:
    match state.data.get("step"):
        case "code":
            return _take_code(incoming.text, state, ctx)
        case "move":
            return _take_email(incoming.text, state, ctx)
        case "consent":
            return ask_consent(state, ctx, Text("Silakan pilih salah satu."))
    return start(state, ctx)


def on_button(action: Action, state: DialogueState, ctx: Context) -> Turn:
    match fields_of(action):
        case ["register"]:
            return ask_consent(state, ctx) if ctx.actor.consent_at is None else _open_form(state, ctx)
        case ["agree"]:
            people.consent(ctx)
            return _open_form(state, ctx)
        case ["elsewhere"] if ctx.actor.registered_at is not None:
            return _offer(state, ctx)
        case ["move"]:
            return _ask_email(state)
        case ["resend"] if state.data.get("step") == "code":
            return _send(state, ctx, *_waiting(state))
        case ["email"] if state.data.get("step") == "code":
            return _change_email(state, ctx)
    return start(state, ctx)


def go_on(state: DialogueState, ctx: Context, code: str) -> Turn:
    """`/lanjut CODE`, in the other channel."""
    if not code:
        return menu.show(state, ctx, Text("Tulis kodenya setelah perintah, misalnya /lanjut ABCD2345."))
    found = continuations.redeem(ctx, code)
    if found == "too_many":
        return menu.show(state, ctx, Text("Terlalu banyak kode yang salah. Silakan coba lagi satu jam kemudian."))
    if found == "wrong":
        return menu.show(state, ctx, Text("Kode itu tidak berlaku. Silakan buat kode baru di aplikasi yang satunya."))
    if found.id == ctx.actor.id:
        return menu.show(state, ctx, Text("Isian dan permohonan Anda sudah ada di percakapan ini."))
    return _send(state, ctx, found.email, None, continuations.masked(found.email))


def _offer(state: DialogueState, ctx: Context) -> Turn:
    code, links = continuations.offer(ctx)
    text = paragraphs(
        Text("Buka percakapan dengan kami di aplikasi lain, lalu tulis di sana:"),
        verbatim(f"/{continuations.COMMAND} {code}"),
        lines(Text("Atau buka tautan ini:"), *map(verbatim, links)) if links else None,
        Text("Kode berlaku 15 menit, untuk satu kali. Di sana kami juga mengirim kode ke e-mail Anda."),
    )
    return turn(state.at(NAME, step="offered"), Prompt(text, (_MENU,)))


def registered(draft: Draft, state: DialogueState, ctx: Context) -> Turn:
    """The registration form is filled; a code proves the e-mail address."""
    email = str(draft.answers["email"])
    if ctx.actor.email_proven_at is not None and ctx.actor.email == email:
        return _complete(draft, state, ctx)
    return _send(state, ctx, email, draft.id)


def _open_form(state: DialogueState, ctx: Context) -> Turn:
    open_drafts = drafts.unfinished(ctx, FORM)
    draft = open_drafts[0] if open_drafts else drafts.begin(ctx, FORM, _known(ctx))
    session = session_of_draft(draft.id, state, ctx)
    assert session is not None
    return flow.resume(session)


def _known(ctx: Context) -> dict[str, Json]:
    """Somebody who is registered changes what is there instead of typing it anew."""
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
    return turn(state.at(NAME, step="move"), Prompt(text, (_MENU,), expects="email"))


def _take_email(words: str, state: DialogueState, ctx: Context) -> Turn:
    question = ctx.app.form(FORM).questions["email"]
    try:
        email = str(answers.read(question, words, ctx.reading))
    except Unreadable as error:
        return _ask_email(state, error.text)
    return _send(state, ctx, email, None)


def _send(state: DialogueState, ctx: Context, email: str, draft: Json, shown: str = "") -> Turn:
    """`draft`: the registration that waits for its proof; without one the person is moving to this device. `shown`:
    the address as somebody may read it who has not proven that it is theirs.
    """
    sent = people.send_code(ctx, email, to_known_only=draft is None)
    state = state.at(NAME, step="code", email=email, draft=draft, shown=shown)
    if sent.wait:
        return _ask_code(
            state, ctx, Text("Kode berikutnya dapat diminta setelah %(seconds)s detik.", seconds=sent.wait)
        )
    return _ask_code(state, ctx)


def _waiting(state: DialogueState) -> tuple[str, Json, str]:
    return str(state.data["email"]), state.data.get("draft"), str(state.data.get("shown", ""))


def _ask_code(state: DialogueState, ctx: Context, notice: Text | None = None) -> Turn:
    email, draft, shown = _waiting(state)
    if draft is None and not shown:
        sent = Text(
            "Bila %(email)s terdaftar, kami sudah mengirim kode enam angka ke sana. Tulis kode itu di sini.",
            email=email,
        )
    else:
        sent = Text("Kami mengirim kode enam angka ke %(email)s. Tulis kode itu di sini.", email=shown or email)
    text = paragraphs(notice, sent, Text("Kode berlaku 10 menit. Bila belum masuk, periksa juga kotak spam."))
    other = () if shown else (Choice(f"{NAME}:email", Text("Ganti alamat e-mail"), Text("Ganti alamat")),)
    choices = (Choice(f"{NAME}:resend", Text("Kirim ulang kode"), Text("Kirim ulang")), *other, _MENU)
    return turn(
        state.at(NAME, **dict(state.data)), Prompt(text, tuple(_quiet(choice) for choice in choices), expects="code")
    )


def _quiet(choice: Choice) -> Choice:
    """Without a number: the answer to this message is digits."""
    return Choice(choice.value, choice.label, choice.short, nav=True)


def _take_code(words: str, state: DialogueState, ctx: Context) -> Turn:
    digits = "".join(words.split())
    if not (digits.isascii() and digits.isdigit() and len(digits) == 6):
        return _ask_code(state, ctx, Text("Kode terdiri dari enam angka, misalnya 012345."))
    proof = people.check_code(ctx, str(state.data["email"]), digits)
    if proof != "proven":
        return _ask_code(state, ctx, _not_proven(proof, ctx))
    return _proven(state, ctx)


def _not_proven(proof: Proof, ctx: Context) -> Text:
    match proof:
        case "wrong":
            return Text("Kode itu tidak cocok. Sisa percobaan: %(left)s.", left=people.tries_left(ctx))
        case "used_up":
            return Text(
                "Kode salah %(tries)s kali, jadi tidak berlaku lagi. Silakan minta kode baru dalam 10 menit.",
                tries=CODE_TRIES,
            )
    return Text("Kode itu sudah tidak berlaku. Silakan minta kode baru.")


def _proven(state: DialogueState, ctx: Context) -> Turn:
    email, draft_id = str(state.data["email"]), state.data.get("draft")
    before = ctx.actor
    known = people.owner_of(ctx, email)
    if known is not None and known.id != before.id:
        known.eligibility = before.eligibility or known.eligibility
        people.become(ctx, known)
    draft = drafts.mine(ctx, draft_id) if isinstance(draft_id, int) else None
    if draft is not None:
        return _complete(draft, state, ctx)
    if ctx.actor.registered_at is None:
        return menu.show(state, ctx, Text("Alamat e-mail itu belum terdaftar."))
    return _welcome_back(state, ctx)


def _complete(draft: Draft, state: DialogueState, ctx: Context) -> Turn:
    form_ = ctx.app.form(FORM)
    on_path = {question.id for question in drafts.path(ctx, form_, draft)}
    people.register(ctx, {name: value for name, value in draft.answers.items() if name in on_path})
    draft.state = "submitted"
    draft.answers = {}
    if ctx.actor.eligibility:
        return applying.begin(state, ctx)
    return menu.show(state, ctx, Text("Terima kasih, data Anda sudah tersimpan."))


def _welcome_back(state: DialogueState, ctx: Context) -> Turn:
    hello = Text(
        "Selamat datang kembali, %(name)s. Isian dan permohonan Anda sekarang ada di sini.", name=ctx.actor.name
    )
    if ctx.actor.eligibility and not drafts.unfinished(ctx, APPLICATION):
        return applying.begin(state, ctx)
    return menu.show(state, ctx, hello)


def _change_email(state: DialogueState, ctx: Context) -> Turn:
    draft_id = state.data.get("draft")
    if not isinstance(draft_id, int):
        return _ask_email(state)
    session = session_of_draft(draft_id, state, ctx)
    question = session.on_path("email") if session else None
    return flow.edit(session, question) if session and question else start(state, ctx)


COMMANDS: CommandHandlers = {"continue": go_on}
