"""How each kind of question is put: one message with progress, the question, an example, and buttons."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import cast

from bot.chat import LONGEST_LABEL, Choice, Turn
from bot.conversations.form.session import FormSession, mark
from domain.form import answers
from domain.form.definition import Question, chosen
from domain.form.texts import longtext_limit
from domain.text import Json, Text, cut, lines, paragraphs, verbatim

#: the part of a question that is the reply to its remark
REPLY = "reply"
#: areas of a province on one screen
AREAS_A_PAGE = 8


@dataclass(frozen=True, slots=True)
class Part:
    """What is open of a question that is asked piece by piece."""

    id: str  #: "3/definisi", "perencanaan": the rest of `DialogueState.asked`
    heading: Text


def ask(session: FormSession, question: Question, notice: Text | None = None) -> Turn:
    """Puts the question, or the part of it that is open; a message that waits for it is offered first."""
    if session.held:
        return _offer(session, question, notice)
    if (open_part := part(session, question)) and open_part.id == OTHER:
        return _other(session, question, open_part, notice)
    return ASK.get(question.kind, _simple)(session, question, notice)


def part(session: FormSession, question: Question) -> Part | None:
    """The cell, stage or text of "Lainnya" that the next words are for."""
    if question.kind in PART:
        return PART[question.kind](session, question)
    if (
        session.question is question
        and session.asked[1:] == (OTHER,)
        and asks_text(question, session.partial(question))
    ):
        return Part(OTHER, Text("Anda memilih “Lainnya”. Silakan sebutkan, dalam satu kalimat pendek."))
    return None


def asks_text(question: Question, value: Json) -> bool:
    """Whether an option such as "Lainnya" is among the chosen."""
    return any(option.asks_text and option.value in chosen(value) for option in question.options)


def nav(session: FormSession, question: Question) -> tuple[Choice, ...]:
    """Help, back, the table of blocks and the way out are always there; skip where it is allowed."""
    skip = (Choice(session.tap(question, "skip"), Text("Lewati"), nav=True),) if not question.required else ()
    return (
        *skip,
        Choice(session.tap(question, "back"), Text("Kembali"), nav=True),
        Choice(session.tap(question, "help"), Text("Bantuan"), nav=True),
        Choice(session.screen("blocks"), Text("Daftar isian"), nav=True),
        Choice(session.screen("leave"), Text("Simpan & keluar"), nav=True),
    )


def heading(session: FormSession, question: Question) -> Text:
    """ "12 dari 41 · Desain Kegiatan" and the question with its number on the paper form."""
    path = session.path
    section = session.form.section_of[question.id]
    return lines(
        Text(
            "%(number)s dari %(count)s · %(section)s",
            number=[q.id for q in path].index(question.id) + 1,
            count=len(path),
            section=section.title,
        ),
        label(question),
        Text("Catatan pemeriksa: %(remark)s", remark=session.remark(question)) if session.remark(question) else None,
    )


def label(question: Question) -> Text:
    return Text("%(code)s %(label)s", code=question.code, label=question.label)


def present(session: FormSession, question: Question) -> Text | None:
    """The answer so far, shown when a question is asked again."""
    if question.id in [str(name) for name in session.draft.refill] and session.draft.state != "revising":
        return Text("Isian lama perlu diisi ulang karena formulirnya berubah.")
    if question.id not in session.draft.answers:
        return None
    return Text("Isian sekarang: %(answer)s", answer=answers.brief(question, session.value(question)))


def keep_choice(session: FormSession, question: Question) -> tuple[Choice, ...]:
    """An answer that is there already may stay as it is."""
    revising = session.draft.state == "revising" and question.id in session.draft.answers
    if session.answered(question) or revising:
        return (Choice(session.tap(question, "keep"), Text("Tetap seperti ini"), nav=True),)
    return ()


def ask_reply(session: FormSession, question: Question, notice: Text | None = None) -> Turn:
    """A flagged answer may stay only with a reply to its remark."""
    text = paragraphs(
        notice,
        heading(session, question),
        present(session, question),
        Text("Mengapa isian ini tetap? Tulis jawaban untuk pemeriksa dalam satu atau dua kalimat."),
    )
    return session.say(f"{question.id}/{REPLY}", text, *nav(session, question))


def _simple(session: FormSession, question: Question, notice: Text | None) -> Turn:
    hint = answers.ask_hint(question)
    example = (
        Text("Contoh: %(example)s", example=question.example) if question.kind == "text" and question.example else None
    )
    standing = present(session, question)
    text = paragraphs(notice, heading(session, question), hint, None if standing else example, _why(question), standing)
    own_phone = question.kind == "phone" and question.limits.mobile and question.personal_data
    choices = (*keep_choice(session, question), *nav(session, question))
    return session.say(question.id, text, *choices, takes_contact=own_phone)


def _longtext(session: FormSession, question: Question, notice: Text | None) -> Turn:
    typed = session.partial(question)
    if not isinstance(typed, str):
        return _simple(session, question, notice)
    text = paragraphs(
        notice,
        heading(session, question),
        Text(
            "Sudah tertulis %(count)s dari paling banyak %(most)s huruf. Kirim lanjutannya, atau tekan Selesai.",
            count=len(typed),
            most=longtext_limit(question),
        ),
    )
    choices = (
        Choice(session.tap(question, "done"), Text("Selesai"), nav=True),
        Choice(session.tap(question, "clear"), Text("Tulis ulang"), nav=True),
    )
    return session.say(question.id, text, *choices, *nav(session, question))


def _choice(session: FormSession, question: Question, notice: Text | None) -> Turn:
    choices = tuple(
        Choice(session.tap(question, number), option.label, option.short)
        for number, option in enumerate(question.options, start=1)
    )
    text = paragraphs(notice, heading(session, question), _why(question), present(session, question))
    return session.say(question.id, text, *choices, *keep_choice(session, question), *nav(session, question))


def _choices(session: FormSession, question: Question, notice: Text | None) -> Turn:
    partial = session.partial(question)
    ticked = chosen(partial if partial is not None else session.value(question))
    choices = tuple(
        Choice(
            session.tap(question, f"{'off' if option.value in ticked else 'on'}.{number}"),
            Text("✓ %(label)s", label=option.label) if option.value in ticked else option.label,
            Text("✓ %(label)s", label=option.short) if option.short and option.value in ticked else option.short,
            typed=session.tap(question, f"pick.{number}"),
        )
        for number, option in enumerate(question.options, start=1)
    )
    done = (
        (Choice(session.tap(question, "done"), Text("Selesai memilih"), Text("Selesai"), nav=True),) if ticked else ()
    )
    text = paragraphs(
        notice,
        heading(session, question),
        Text("Boleh memilih lebih dari satu. Tekan setiap pilihan, lalu Selesai; atau tulis nomornya, misalnya 1, 3."),
    )
    return session.say(question.id, text, *choices, *done, *nav(session, question))


def _other(session: FormSession, question: Question, other: Part, notice: Text | None) -> Turn:
    """ "Lainnya" always asks for its text."""
    text = paragraphs(notice, heading(session, question), other.heading)
    return session.say(f"{question.id}/{other.id}", text, *nav(session, question))


def ask_replacement(session: FormSession, question: Question, number: str) -> Turn:
    """The next file takes the place of this one."""
    text = paragraphs(
        heading(session, question), Text("Kirim berkas penggantinya. Berkas lama dihapus setelah yang baru diterima.")
    )
    return session.say(question.id, text, *nav(session, question), takes_file=True, replace=number)


def _file(session: FormSession, question: Question, notice: Text | None) -> Turn:
    files = cast("list[dict[str, Json]]", session.value(question) or [])
    kinds = ", ".join(kind.upper() for kind in question.limits.accept)
    how = Text(
        "Kirim berkasnya di sini (%(kinds)s; paling besar %(size)s MB).", kinds=kinds, size=question.limits.max_mb
    )
    if files:
        how = Text("Kirim berkas lain untuk butir ini, atau tekan Selesai.")
    listed = lines(*(verbatim(f"{n}. {file['name']}") for n, file in enumerate(files, start=1))) if files else None
    choices = [
        choice for number, file in enumerate(files, start=1) for choice in _changes(session, question, number, file)
    ]
    if question.template:
        choices.append(Choice(session.tap(question, "letter"), Text("Buatkan surat pengantar"), Text("Buatkan surat")))
    done = (Choice(session.tap(question, "done"), Text("Selesai"), nav=True),) if files else ()
    text = paragraphs(notice, heading(session, question), how, _why(question), listed)
    return session.say(question.id, text, *choices, *done, *nav(session, question), takes_file=True)


def _changes(session: FormSession, question: Question, number: int, file: dict[str, Json]) -> tuple[Choice, Choice]:
    name = cut(str(file["name"]), LONGEST_LABEL - len("Replace file 10: "))
    replace = Text("Ganti berkas %(number)s: %(name)s", number=number, name=name)
    remove = Text("Hapus berkas %(number)s: %(name)s", number=number, name=name)
    return (
        Choice(session.tap(question, f"replace.{file['id']}"), replace, Text("Ganti berkas %(number)s", number=number)),
        Choice(session.tap(question, f"remove.{file['id']}"), remove, Text("Hapus berkas %(number)s", number=number)),
    )


def _offer(session: FormSession, question: Question, notice: Text | None) -> Turn:
    """A message that came too early is shown and offered, never put where its sender did not see the question."""
    words, open_part = session.held[0], part(session, question)
    text = paragraphs(
        notice,
        Text("Anda mengirim beberapa pesan sekaligus. Pakai pesan ini untuk %(code)s?", code=question.code),
        Text("“%(words)s”", words=words),
        heading(session, question),
        open_part.heading if open_part else None,
    )
    choices = (
        Choice(session.tap(question, f"use.{mark(words)}"), Text("Ya, pakai")),
        Choice(session.tap(question, f"drop.{mark(words)}"), Text("Tidak, abaikan")),
    )
    asks = f"{question.id}/{open_part.id}" if open_part else question.id
    return session.say(asks, text, *choices, *nav(session, question), offering=True)


def _why(question: Question) -> Text | None:
    return question.purpose if question.personal_data and question.purpose else None


#: `Part.id` of the text that an option such as "Lainnya" asks for
OTHER = "other"

#: kinds that are asked piece by piece → the piece that is open; they join from their own files
PART: dict[str, Callable[[FormSession, Question], Part | None]] = {}

#: how a kind is put, where that is more than one plain message; `rows` and `schedule` join from their own files
ASK: dict[str, Callable[[FormSession, Question, Text | None], Turn]] = {
    "longtext": _longtext,
    "choice": _choice,
    "choices": _choices,
    "file": _file,
}
