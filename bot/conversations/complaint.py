"""Complaining in chat, and the desk's answer."""

from __future__ import annotations

from bot.actions import Action, fields_of
from bot.chat import Choice, DialogueState, Incoming, Prompt, Turn, turn
from bot.conversations import guide, menu
from bot.service import complaints
from bot.service.context import Context
from domain.form.texts import MAX_LONGTEXT
from domain.text import Text, lines, many_lines, paragraphs, verbatim

NAME = "complaint"
_MENU = Choice("menu:show", Text("Menu"), nav=True)
_NOT_YOURS = Text("Pengaduan itu sudah dijawab, atau bukan untuk Anda jawab.")


def show(state: DialogueState, ctx: Context, notice: Text | None = None) -> Turn:
    """Whom to complain to, and that it can be done right here."""
    write = Choice(f"{NAME}:write", Text("Tulis pengaduan di sini"), Text("Tulis pengaduan"))
    return turn(state.at(NAME), Prompt(paragraphs(notice, guide.complaint(ctx)), (write, _MENU)))


def reprompt(state: DialogueState, ctx: Context, notice: Text) -> Turn:
    match state.data:
        case {"step": "write"}:
            return _ask(state, notice)
        case {"step": "answer", "complaint": int(number)}:
            return _ask_answer(state, number, notice)
        case {"complaint": int(number)}:
            return _read(state, ctx, number, notice)
        case {"page": int(page)}:
            return _listed(state, ctx, page, notice)
    return show(state, ctx, notice)


def on_message(incoming: Incoming, state: DialogueState, ctx: Context) -> Turn:
    """The complaint itself, or an officer's answer to one."""
    step = state.data.get("step")
    if step not in {"write", "answer"}:
        return menu.on_message(incoming, state, ctx)
    words = many_lines(incoming.text)
    if not any(sign.isalnum() for sign in words) or len(words) > MAX_LONGTEXT:
        return reprompt(state, ctx, Text("Tulis dengan kata-kata dalam satu pesan, paling banyak 4.000 huruf."))
    if step == "write":
        return _filed(state, ctx, words)
    number = state.data.get("complaint")
    done = isinstance(number, int) and complaints.answer(ctx, number, words)
    return menu.show(state, ctx, Text("✓ Jawaban sudah dikirim.") if done else _NOT_YOURS)


def on_button(action: Action, state: DialogueState, ctx: Context) -> Turn:
    match fields_of(action):
        case ["write"]:
            return _ask(state)
        case ["show", number] if number.isascii() and number.isdigit() and len(number) < 18:
            return _read(state, ctx, int(number))
        case ["list"]:
            return _listed(state, ctx, 0)
        case ["list", page] if page.isascii() and page.isdigit() and len(page) < 6:
            return _listed(state, ctx, int(page))
        case ["answer", number] if number.isascii() and number.isdigit() and len(number) < 18:
            if not complaints.can_be_answered(ctx, int(number)):
                return menu.show(state, ctx, _NOT_YOURS)
            return _ask_answer(state, int(number))
    return show(state, ctx)


def _ask(state: DialogueState, notice: Text | None = None) -> Turn:
    text = Text("Silakan tulis pengaduan Anda dalam satu pesan: apa yang terjadi, kapan, dan apa yang Anda harapkan.")
    return turn(state.at(NAME, step="write"), Prompt(paragraphs(notice, text), (_MENU,), expects="words"))


def _ask_answer(state: DialogueState, number: int, notice: Text | None = None) -> Turn:
    text = paragraphs(notice, Text("Tulis jawaban Anda. Jawaban dikirim ke percakapan pengadu."))
    return turn(state.at(NAME, step="answer", complaint=number), Prompt(text, (_MENU,), expects="words"))


def _filed(state: DialogueState, ctx: Context, words: str) -> Turn:
    row = complaints.file(ctx, words)
    text = Text(
        "Pengaduan Anda kami terima dengan nomor %(number)s. "
        "Jawaban pertama kami kirim di percakapan ini paling lambat %(day)s.",
        number=row.number,
        day=row.first_answer_by,
    )
    return menu.show(state, ctx, text)


def _listed(state: DialogueState, ctx: Context, page: int, notice: Text | None = None) -> Turn:
    """For the desk: what waits for an answer."""
    found, more = complaints.waiting(ctx, page)
    if not found:
        return menu.show(state, ctx, Text("Tidak ada pengaduan yang menunggu jawaban."))
    rows = [
        Text("• %(number)s · jawab paling lambat %(day)s", number=row.number, day=row.first_answer_by) for row in found
    ]
    choices = [Choice(f"{NAME}:show:{row.id}", Text("%(number)s", number=row.number)) for row in found]
    if page:
        choices.append(Choice(f"{NAME}:list:{page - 1}", Text("Sebelumnya"), nav=True))
    if more:
        choices.append(Choice(f"{NAME}:list:{page + 1}", Text("Berikutnya"), nav=True))
    text = paragraphs(notice, Text("Pengaduan yang menunggu jawaban:"), lines(*rows))
    return turn(state.at(NAME, page=page), Prompt(text, (*choices, _MENU)))


def _read(state: DialogueState, ctx: Context, number: int, notice: Text | None = None) -> Turn:
    row = complaints.find(ctx, number)
    if row is None:
        return menu.show(state, ctx, Text("Pengaduan itu tidak dapat Anda buka."))
    choices = (Choice(f"{NAME}:answer:{row.id}", Text("Jawab")),) if row.state == "open" else ()
    text = paragraphs(
        notice,
        lines(
            Text("Pengaduan %(number)s", number=row.number),
            Text("Masuk: %(day)s", day=row.created_at.astimezone(ctx.office.zone).date()),
            Text("Jawab paling lambat: %(day)s", day=row.first_answer_by) if row.state == "open" else None,
        ),
        verbatim(row.text),
        Text("Jawaban: %(words)s", words=row.answer) if row.answer else None,
    )
    return turn(state.at(NAME, complaint=row.id), Prompt(text, (*choices, _MENU)))
