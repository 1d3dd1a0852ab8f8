"""Registration with a proven e-mail address, and taking one's work along to another device."""

from __future__ import annotations

from collections.abc import Sequence

import bot.conversations.apply as applying
from bot.conversations import form, menu
from bot.conversations.types import Choice, DialogueState, Incoming, Prompt, Turn, turn
from bot.service import continuing, drafts, people
from bot.service.applications import FORM as APPLICATION
from bot.service.desk import Desk
from bot.service.people import CODE_TRIES, Proof
from desk import answers
from desk.reading import Unreadable
from desk.text import Json, Text, lines, paragraphs, verbatim
from storage.tables import Draft

NAME = "account"
FORM = "registration"

_MENU = Choice("menu:show", Text("Menu"), nav=True)


def start(state: DialogueState, desk: Desk, notice: Text | None = None) -> Turn:
    """Who we think is talking, and what can be done about it."""
    person = desk.actor
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


def again(state: DialogueState, desk: Desk, notice: Text) -> Turn:
    """What this conversation waits for, once more."""
    match state.data.get("step"):
        case "code":
            return _ask_code(state, desk, notice)
        case "move":
            return _ask_email(state, notice)
        case "consent":
            return ask_consent(state, desk, notice)
    return start(state, desk, notice)


def ask_consent(state: DialogueState, desk: Desk, notice: Text | None = None) -> Turn:
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
            office=desk.office.words["office"],
        ),
        Text("Apakah Anda setuju?"),
    )
    choices = (
        Choice(f"{NAME}:agree", Text("Ya, saya setuju"), Text("Setuju")),
        Choice(f"{NAME}:move", Text("Saya sudah pernah mendaftar"), Text("Sudah mendaftar")),
        Choice("menu:show", Text("Tidak sekarang"), nav=True),
    )
    return turn(state.at(NAME, step="consent"), Prompt(text, choices))


def advance(incoming: Incoming, state: DialogueState, desk: Desk) -> Turn:
    match state.data.get("step"):
        case "code":
            return _take_code(incoming.text, state, desk)
        case "move":
            return _take_email(incoming.text, state, desk)
        case "consent":
            return ask_consent(state, desk, Text("Silakan pilih salah satu."))
    return start(state, desk)


def tapped(args: Sequence[str], state: DialogueState, desk: Desk) -> Turn:
    match args:
        case ["register"]:
            return ask_consent(state, desk) if desk.actor.consent_at is None else _open_form(state, desk)
        case ["agree"]:
            people.consent(desk)
            return _open_form(state, desk)
        case ["elsewhere"] if desk.actor.registered_at is not None:
            return _offer(state, desk)
        case ["move"]:
            return _ask_email(state)
        case ["resend"] if state.data.get("step") == "code":
            return _send(state, desk, *_waiting(state))
        case ["email"] if state.data.get("step") == "code":
            return _change_email(state, desk)
    return start(state, desk)


def go_on(state: DialogueState, desk: Desk, code: str) -> Turn:
    """`/lanjut CODE`, in the other channel."""
    if not code:
        return menu.show(state, desk, Text("Tulis kodenya setelah perintah, misalnya /lanjut ABCD2345."))
    found = continuing.take(desk, code)
    if found == "too_many":
        return menu.show(state, desk, Text("Terlalu banyak kode yang salah. Silakan coba lagi satu jam kemudian."))
    if found == "wrong":
        return menu.show(state, desk, Text("Kode itu tidak berlaku. Silakan buat kode baru di aplikasi yang satunya."))
    if found.id == desk.actor.id:
        return menu.show(state, desk, Text("Isian dan permohonan Anda sudah ada di percakapan ini."))
    return _send(state, desk, found.email, None, continuing.masked(found.email))


def _offer(state: DialogueState, desk: Desk) -> Turn:
    code, links = continuing.offer(desk)
    text = paragraphs(
        Text("Buka percakapan dengan kami di aplikasi lain, lalu tulis di sana:"),
        verbatim(f"/{continuing.WORD} {code}"),
        lines(Text("Atau buka tautan ini:"), *map(verbatim, links)) if links else None,
        Text("Kode berlaku 15 menit, untuk satu kali. Di sana kami juga mengirim kode ke e-mail Anda."),
    )
    return turn(state.at(NAME, step="offered"), Prompt(text, (_MENU,)))


def registered(draft: Draft, state: DialogueState, desk: Desk) -> Turn:
    """The registration form is filled; a code proves the e-mail address."""
    email = str(draft.answers["email"])
    if desk.actor.email_proven_at is not None and desk.actor.email == email:
        return _complete(draft, state, desk)
    return _send(state, desk, email, draft.id)


def _open_form(state: DialogueState, desk: Desk) -> Turn:
    open_drafts = drafts.unfinished(desk, FORM)
    draft = open_drafts[0] if open_drafts else drafts.begin(desk, FORM, _known(desk))
    place = form.places.of_draft(draft.id, state, desk)
    assert place is not None
    return form.resume(place)


def _known(desk: Desk) -> dict[str, Json]:
    """Somebody who is registered changes what is there instead of typing it anew."""
    person = desk.actor
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
    return turn(state.at(NAME, step="move"), Prompt(text, (_MENU,), asks="email"))


def _take_email(words: str, state: DialogueState, desk: Desk) -> Turn:
    question = desk.house.form(FORM).questions["email"]
    try:
        email = str(answers.read(question, words, desk.reading))
    except Unreadable as error:
        return _ask_email(state, error.text)
    return _send(state, desk, email, None)


def _send(state: DialogueState, desk: Desk, email: str, draft: Json, shown: str = "") -> Turn:
    """`draft`: the registration that waits for its proof; without one the person is moving to this device. `shown`:
    the address as somebody may read it who has not proven that it is theirs.
    """
    sent = people.send_code(desk, email, to_known_only=draft is None)
    state = state.at(NAME, step="code", email=email, draft=draft, shown=shown)
    if sent.wait:
        return _ask_code(
            state, desk, Text("Kode berikutnya dapat diminta setelah %(seconds)s detik.", seconds=sent.wait)
        )
    return _ask_code(state, desk)


def _waiting(state: DialogueState) -> tuple[str, Json, str]:
    return str(state.data["email"]), state.data.get("draft"), str(state.data.get("shown", ""))


def _ask_code(state: DialogueState, desk: Desk, notice: Text | None = None) -> Turn:
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
        state.at(NAME, **dict(state.data)), Prompt(text, tuple(_quiet(choice) for choice in choices), asks="code")
    )


def _quiet(choice: Choice) -> Choice:
    """Without a number: the answer to this message is digits."""
    return Choice(choice.value, choice.label, choice.short, nav=True)


def _take_code(words: str, state: DialogueState, desk: Desk) -> Turn:
    digits = "".join(words.split())
    if not (digits.isascii() and digits.isdigit() and len(digits) == 6):
        return _ask_code(state, desk, Text("Kode terdiri dari enam angka, misalnya 012345."))
    proof = people.check_code(desk, str(state.data["email"]), digits)
    if proof != "proven":
        return _ask_code(state, desk, _not_proven(proof, desk))
    return _proven(state, desk)


def _not_proven(proof: Proof, desk: Desk) -> Text:
    match proof:
        case "wrong":
            return Text("Kode itu tidak cocok. Sisa percobaan: %(left)s.", left=people.tries_left(desk))
        case "used_up":
            return Text(
                "Kode salah %(tries)s kali, jadi tidak berlaku lagi. Silakan minta kode baru dalam 10 menit.",
                tries=CODE_TRIES,
            )
    return Text("Kode itu sudah tidak berlaku. Silakan minta kode baru.")


def _proven(state: DialogueState, desk: Desk) -> Turn:
    email, draft_id = str(state.data["email"]), state.data.get("draft")
    before = desk.actor
    known = people.owner_of(desk, email)
    if known is not None and known.id != before.id:
        known.eligibility = before.eligibility or known.eligibility
        people.become(desk, known)
    draft = drafts.mine(desk, draft_id) if isinstance(draft_id, int) else None
    if draft is not None:
        return _complete(draft, state, desk)
    if desk.actor.registered_at is None:
        return menu.show(state, desk, Text("Alamat e-mail itu belum terdaftar."))
    return _welcome_back(state, desk)


def _complete(draft: Draft, state: DialogueState, desk: Desk) -> Turn:
    form_ = desk.house.form(FORM)
    on_path = {question.id for question in drafts.path(desk, form_, draft)}
    people.register(desk, {name: value for name, value in draft.answers.items() if name in on_path})
    draft.state = "submitted"
    draft.answers = {}
    if desk.actor.eligibility:
        return applying.begin(state, desk)
    return menu.show(state, desk, Text("Terima kasih, data Anda sudah tersimpan."))


def _welcome_back(state: DialogueState, desk: Desk) -> Turn:
    hello = Text(
        "Selamat datang kembali, %(name)s. Isian dan permohonan Anda sekarang ada di sini.", name=desk.actor.name
    )
    if desk.actor.eligibility and not drafts.unfinished(desk, APPLICATION):
        return applying.begin(state, desk)
    return menu.show(state, desk, hello)


def _change_email(state: DialogueState, desk: Desk) -> Turn:
    draft_id = state.data.get("draft")
    if not isinstance(draft_id, int):
        return _ask_email(state)
    place = form.places.of_draft(draft_id, state, desk)
    question = place.on_path("email") if place else None
    return form.edit(place, question) if place and question else start(state, desk)
