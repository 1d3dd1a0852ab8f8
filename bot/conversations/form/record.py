"""What a message or a tap does to the open question, by kind. Every function gives the next turn."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import cast

from bot.chat import Incoming, IncomingFile, Turn
from bot.conversations.form.prompts import OTHER, REPLY, ask, ask_replacement, ask_reply, asks_text, part
from bot.conversations.form.review import CHECK, show_block, show_blocks, show_check
from bot.conversations.form.session import FormSession
from bot.conversations.unsupported import refusal_reason
from bot.service import cover_letters, drafts
from domain.form import answers
from domain.form.definition import Question, Value, chosen
from domain.form.options import NeedsOther, with_other
from domain.form.reading import Unreadable
from domain.form.texts import MAX_LONGTEXT, longtext_limit
from domain.text import Json, Text, lines, many_lines


def words(session: FormSession, question: Question, text: str) -> Turn:
    """A typed answer to the open question."""
    if (open_part := part(session, question)) and open_part.id == OTHER:
        return _other(session, question, text)
    if session.asked[1:] == (REPLY,) and session.remark(question):
        return _reply(session, question, text)
    return WORDS.get(question.kind, _plain)(session, question, text)


def tap(session: FormSession, question: Question, what: str) -> Turn:
    """A button of this question."""
    return TAPS.get(question.kind, _no_such_button)(session, question, what)


def files(session: FormSession, question: Question, incoming: Incoming) -> Turn:
    """An album is one answer: all of its files belong to the open question."""
    if question.kind != "file":
        return ask(
            session,
            question,
            Text("Pertanyaan ini dijawab dengan tulisan, bukan berkas. Berkas Anda tidak kami simpan."),
        )
    kept = cast("list[Json]", session.value(question) or [])
    if not incoming.saw_question:
        return ask(
            session, question, Text("Berkas itu datang sebelum pertanyaan ini Anda lihat. Silakan kirim sekali lagi.")
        )
    problems = [(file, _problem(file, question)) for file in incoming.files]
    good = [file for file, problem in problems if problem is None]
    bad = [Text("%(name)s: %(why)s", name=file.name, why=problem) for file, problem in problems if problem]
    if good and "replace" in session.state.data:
        kept = _without_file(session, kept, str(session.state.data["replace"]))
    for file in good:
        row = drafts.add_file(session.ctx, file.name, file.kind, file.size, file.object, file.owner)
        kept = [*kept, {"id": row.id, "name": file.name, "size": file.size, "kind": file.kind}]
    if good:
        drafts.record(session.ctx, session.draft, question, kept)
    taken = Text("✓ Diterima: %(names)s", names=", ".join(file.name for file in good)) if good else None
    return ask(session, question, lines(*bad, taken))


def recorded(session: FormSession, question: Question, value: Value, echo: Text | None = None) -> Turn:
    """Stores the answer and goes on: to the block under review, else to the next question without an answer.

    What was put together by buttons, perhaps under an older form, is looked at once more.
    """
    if not answers.still_reads(question, value):
        return ask(session, question, Text("Isian %(code)s belum sesuai. Silakan perbaiki dahulu.", code=question.code))
    if session.remark(question) and not session.answered(question) and value == session.value(question):
        return ask_reply(session, question)
    drafts.record(session.ctx, session.draft, question, value)
    return go_on(session, echo or _echo(question, value))


def go_on(session: FormSession, notice: Text | None = None) -> Turn:
    following = session.next()
    if session.reviewing and session.reviewing != CHECK:
        return show_block(session, session.reviewing, notice)
    if following is not None:
        return ask(session, following, notice)
    return show_check(session, notice) if session.reviewing else show_blocks(session, notice)


def skip(session: FormSession, question: Question) -> Turn:
    if question.required:
        return ask(
            session, question, Text("Butir %(code)s wajib diisi, jadi tidak dapat dilewati.", code=question.code)
        )
    return recorded(session, question, None, Text("%(code)s dilewati.", code=question.code))


def _plain(session: FormSession, question: Question, text: str) -> Turn:
    try:
        value = answers.read(question, text, session.ctx.reading)
    except NeedsOther as needs:
        return _ticked(session, question, {"values": list(needs.values)})
    except Unreadable as error:
        return ask(session, question, error.text)
    return recorded(session, question, value)


def _choices(session: FormSession, question: Question, text: str) -> Turn:
    """A typed list is the answer, together with what was ticked before."""
    try:
        value = answers.read(question, text, session.ctx.reading)
    except NeedsOther as needs:
        return _ticked(session, question, _with_ticks(session, question, {"values": list(needs.values)}))
    except Unreadable as error:
        return ask(session, question, error.text)
    return _ticked(session, question, _with_ticks(session, question, value))


def _with_ticks(session: FormSession, question: Question, value: Value) -> Value:
    together = {*chosen(session.partial(question)), *chosen(value)}
    other = value.get("other") if isinstance(value, dict) else None
    values: list[Json] = [option.value for option in question.options if option.value in together]
    return {"values": values, **({"other": other} if other else {})}


def _longtext(session: FormSession, question: Question, text: str) -> Turn:
    """Adds to what is collected; it counts as the answer only with Selesai."""
    so_far = session.partial(question)
    together = f"{so_far}\n{text}" if isinstance(so_far, str) else text
    most = longtext_limit(question)
    cleaned = many_lines(together)
    if len(cleaned) > most:
        return ask(
            session,
            question,
            Text(
                "Pesan terakhir belum kami pakai: bersama yang sudah ada menjadi %(count)s huruf, paling banyak "
                "%(most)s. "
                "Kirim yang lebih pendek, atau tekan Selesai.",
                count=len(cleaned),
                most=most,
            ),
        )
    drafts.save_partial(session.ctx, session.draft, question, cleaned)
    return ask(session, question)


def _longtext_tap(session: FormSession, question: Question, what: str) -> Turn:
    typed = session.partial(question)
    if what == "clear":
        drafts.save_partial(session.ctx, session.draft, question, None)
        return ask(session, question, Text("Silakan tulis ulang."))
    if what != "done" or not isinstance(typed, str):
        return _no_such_button(session, question, what)
    return _plain(session, question, typed)


def _choice_tap(session: FormSession, question: Question, what: str) -> Turn:
    option = _option(question, what)
    if option is None:
        return _no_such_button(session, question, what)
    if asks_text(question, option):
        return _ticked(session, question, {"values": [option]})
    return recorded(session, question, option)


def _choices_tap(session: FormSession, question: Question, what: str) -> Turn:
    partial = session.partial(question)
    standing = partial if partial is not None else session.value(question)
    if what == "done":
        return _ticked_done(session, question, standing)
    action, _, number = what.partition(".")
    option = _option(question, number)
    if option is None or action not in {"pick", "on", "off"}:
        return _no_such_button(session, question, what)
    if action == "pick":
        return _ticked(session, question, _with_ticks(session, question, {"values": [option]}))
    ticked = {*chosen(standing), option} if action == "on" else {*chosen(standing)} - {option}
    ordered: list[Json] = [o.value for o in question.options if o.value in ticked]
    other = standing.get("other") if isinstance(standing, dict) else None
    drafts.save_partial(
        session.ctx, session.draft, question, {"values": ordered, **({"other": other} if other else {})}
    )
    return ask(session, question)


def _ticked_done(session: FormSession, question: Question, standing: Value) -> Turn:
    ticked = chosen(standing)
    if not ticked:
        return ask(session, question, Text("Pilih paling sedikit satu, lalu tekan Selesai."))
    return _ticked(session, question, standing)


def _ticked(session: FormSession, question: Question, standing: Value) -> Turn:
    """Records what is ticked; "lainnya" without its text asks for it first."""
    has_text = isinstance(standing, dict) and standing.get("other")
    if asks_text(question, standing) and not has_text:
        drafts.save_partial(session.ctx, session.draft, question, standing)
        session.state = replace(session.state, asked=f"{question.id}/{OTHER}")
        return ask(session, question)
    if isinstance(standing, dict) and not asks_text(question, standing):
        standing = {"values": standing["values"]}
    return recorded(session, question, standing)


def _other(session: FormSession, question: Question, text: str) -> Turn:
    try:
        value = with_other(question, chosen(session.partial(question)), text)
    except Unreadable as error:
        return ask(session, question, error.text)
    return recorded(session, question, value)


def _reply(session: FormSession, question: Question, text: str) -> Turn:
    words = many_lines(text)
    if not any(sign.isalnum() for sign in words) or len(words) > MAX_LONGTEXT:
        return ask_reply(session, question, Text("Tulis jawabannya dengan kata-kata, paling banyak 4.000 huruf."))
    drafts.keep_with_reply(session.ctx, session.draft, question, words)
    return go_on(session, Text("✓ %(code)s tetap, dengan jawaban Anda.", code=question.code))


def _file_words(session: FormSession, question: Question, text: str) -> Turn:
    return ask(session, question, NEEDS_FILE)


def _file_tap(session: FormSession, question: Question, what: str) -> Turn:
    standing = cast("list[dict[str, Json]]", session.value(question) or [])
    action, _, number = what.partition(".")
    if action == "done" and standing:
        return go_on(session, _echo(question, cast("Json", standing)))
    if action == "letter" and question.template:
        cover_letters.request(session.ctx, question.template, session.draft)
        return ask(
            session,
            question,
            Text(
                "Surat pengantar sedang disiapkan dan segera kami kirim di sini. "
                "Silakan cetak, tanda tangani, lalu kirim kembali."
            ),
        )
    if not any(str(file["id"]) == number for file in standing):
        return _no_such_button(session, question, what)
    if action == "replace":
        return ask_replacement(session, question, number)
    if action != "remove":
        return _no_such_button(session, question, what)
    left = _without_file(session, cast("list[Json]", standing), number)
    if left:
        drafts.record(session.ctx, session.draft, question, left)
    else:
        drafts.clear(session.ctx, session.draft, question)
    return ask(session, question, Text("Berkas itu sudah dihapus dari isian Anda."))


def _without_file(session: FormSession, files: list[Json], number: str) -> list[Json]:
    drafts.delete_file(session.ctx, int(number))
    return [file for file in files if not (isinstance(file, dict) and str(file["id"]) == number)]


def _problem(file: IncomingFile, question: Question) -> Text | None:
    """Why this question does not take the file."""
    refusal = refusal_reason(file)
    if refusal is not None:
        return refusal
    limits = question.limits
    if (not limits.accept or file.kind in limits.accept) and file.size <= limits.max_mb * 1024 * 1024:
        return None
    kinds = ", ".join(kind.upper() for kind in limits.accept)
    return Text("butir ini hanya menerima %(kinds)s, paling besar %(size)s MB.", kinds=kinds, size=limits.max_mb)


def _no_such_button(session: FormSession, question: Question, what: str) -> Turn:
    return ask(session, question, Text("Tombol itu tidak berlaku untuk pertanyaan ini."))


def _option(question: Question, what: str) -> str | None:
    place = int(what) - 1 if what.isascii() and what.isdigit() and len(what) < 4 else -1
    return question.options[place].value if 0 <= place < len(question.options) else None


def _echo(question: Question, value: Value) -> Text:
    """What was understood, so that a misread date or number is seen at once."""
    if question.kind in {"longtext", "rows", "schedule"}:
        return Text("✓ %(code)s tersimpan.", code=question.code)
    return Text("✓ %(code)s: %(answer)s", code=question.code, answer=answers.brief(question, value))


NEEDS_FILE = Text("Butir ini memerlukan berkas. Tekan tombol lampiran, lalu pilih berkasnya.")

WORDS: dict[str, Callable[[FormSession, Question, str], Turn]] = {
    "longtext": _longtext,
    "choices": _choices,
    "file": _file_words,
}
TAPS: dict[str, Callable[[FormSession, Question, str], Turn]] = {
    "longtext": _longtext_tap,
    "choice": _choice_tap,
    "choices": _choices_tap,
    "file": _file_tap,
}
