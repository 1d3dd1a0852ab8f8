"""How each kind of question is put: one message with progress, the question, an example, and buttons."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import cast

from bot.chat import LONGEST_LABEL, Choice, Turn
from bot.conversations.form.place import Place, mark
from domain.form import answers
from domain.form.definition import Question, chosen
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


def ask(place: Place, question: Question, notice: Text | None = None) -> Turn:
    """Puts the question, or the part of it that is open; a message that waits for it is offered first."""
    if place.held:
        return _offer(place, question, notice)
    if (open_part := part(place, question)) and open_part.id == OTHER:
        return _other(place, question, open_part, notice)
    return ASK.get(question.kind, _simple)(place, question, notice)


def part(place: Place, question: Question) -> Part | None:
    """The cell, stage or text of "Lainnya" that the next words are for."""
    if question.kind in PART:
        return PART[question.kind](place, question)
    if place.question is question and place.asked[1:] == (OTHER,) and asks_text(question, place.partial(question)):
        return Part(OTHER, Text("Anda memilih “Lainnya”. Silakan sebutkan, dalam satu kalimat pendek."))
    return None


def asks_text(question: Question, value: Json) -> bool:
    """Whether an option such as "Lainnya" is among the chosen."""
    return any(option.asks_text and option.value in chosen(value) for option in question.options)


def nav(place: Place, question: Question) -> tuple[Choice, ...]:
    """Help, back, the table of blocks and the way out are always there; skip where it is allowed."""
    skip = (Choice(place.tap(question, "skip"), Text("Lewati"), nav=True),) if not question.required else ()
    return (
        *skip,
        Choice(place.tap(question, "back"), Text("Kembali"), nav=True),
        Choice(place.tap(question, "help"), Text("Bantuan"), nav=True),
        Choice(place.screen("blocks"), Text("Daftar isian"), nav=True),
        Choice(place.screen("leave"), Text("Simpan & keluar"), nav=True),
    )


def heading(place: Place, question: Question) -> Text:
    """ "12 dari 41 · Desain Kegiatan" and the question with its number on the paper form."""
    path = place.path
    section = place.form.section_of[question.id]
    return lines(
        Text(
            "%(number)s dari %(count)s · %(section)s",
            number=[q.id for q in path].index(question.id) + 1,
            count=len(path),
            section=section.title,
        ),
        label(question),
        Text("Catatan pemeriksa: %(remark)s", remark=place.remark(question)) if place.remark(question) else None,
    )


def label(question: Question) -> Text:
    return Text("%(code)s %(label)s", code=question.code, label=question.label)


def present(place: Place, question: Question) -> Text | None:
    """The answer so far, shown when a question is asked again."""
    if question.id in [str(name) for name in place.draft.refill] and place.draft.state != "revising":
        return Text("Isian lama perlu diisi ulang karena formulirnya berubah.")
    if question.id not in place.draft.answers:
        return None
    return Text("Isian sekarang: %(answer)s", answer=brief(question, place.value(question)))


def brief(question: Question, value: Json) -> Text:
    """An answer in a few lines; what is left out is said."""
    match value:
        case str() if len(value) > 300:
            return Text("%(start)s … (%(count)s huruf)", start=value[:250].rstrip(), count=len(value))
        case [*rows] if question.kind == "rows" and len(rows) > 5:
            first = answers.show(question, rows[:5])
            return lines(first, Text("… dan %(count)s baris lagi", count=len(rows) - 5))
    return answers.show(question, value)


def keep_choice(place: Place, question: Question) -> tuple[Choice, ...]:
    """An answer that is there already may stay as it is."""
    revising = place.draft.state == "revising" and question.id in place.draft.answers
    if place.answered(question) or revising:
        return (Choice(place.tap(question, "keep"), Text("Tetap seperti ini"), nav=True),)
    return ()


def ask_reply(place: Place, question: Question, notice: Text | None = None) -> Turn:
    """A flagged answer may stay only with a reply to its remark."""
    text = paragraphs(
        notice,
        heading(place, question),
        present(place, question),
        Text("Mengapa isian ini tetap? Tulis jawaban untuk pemeriksa dalam satu atau dua kalimat."),
    )
    return place.say(f"{question.id}/{REPLY}", text, *nav(place, question))


def _simple(place: Place, question: Question, notice: Text | None) -> Turn:
    hint = answers.ask_hint(question)
    example = (
        Text("Contoh: %(example)s", example=question.example) if question.kind == "text" and question.example else None
    )
    standing = present(place, question)
    text = paragraphs(notice, heading(place, question), hint, None if standing else example, _why(question), standing)
    own_phone = question.kind == "phone" and question.limits.mobile and question.personal_data
    choices = (*keep_choice(place, question), *nav(place, question))
    return place.say(question.id, text, *choices, takes_contact=own_phone)


def _longtext(place: Place, question: Question, notice: Text | None) -> Turn:
    typed = place.partial(question)
    if not isinstance(typed, str):
        return _simple(place, question, notice)
    text = paragraphs(
        notice,
        heading(place, question),
        Text(
            "Sudah tertulis %(count)s dari paling banyak %(most)s huruf. Kirim lanjutannya, atau tekan Selesai.",
            count=len(typed),
            most=question.limits.max_length or answers.MOST_LONGTEXT,
        ),
    )
    choices = (
        Choice(place.tap(question, "done"), Text("Selesai"), nav=True),
        Choice(place.tap(question, "clear"), Text("Tulis ulang"), nav=True),
    )
    return place.say(question.id, text, *choices, *nav(place, question))


def _choice(place: Place, question: Question, notice: Text | None) -> Turn:
    choices = tuple(
        Choice(place.tap(question, number), option.label, option.short)
        for number, option in enumerate(question.options, start=1)
    )
    text = paragraphs(notice, heading(place, question), _why(question), present(place, question))
    return place.say(question.id, text, *choices, *keep_choice(place, question), *nav(place, question))


def _choices(place: Place, question: Question, notice: Text | None) -> Turn:
    partial = place.partial(question)
    ticked = chosen(partial if partial is not None else place.value(question))
    choices = tuple(
        Choice(
            place.tap(question, f"{'off' if option.value in ticked else 'on'}.{number}"),
            Text("✓ %(label)s", label=option.label) if option.value in ticked else option.label,
            Text("✓ %(label)s", label=option.short) if option.short and option.value in ticked else option.short,
            typed=place.tap(question, f"pick.{number}"),
        )
        for number, option in enumerate(question.options, start=1)
    )
    done = (Choice(place.tap(question, "done"), Text("Selesai memilih"), Text("Selesai"), nav=True),) if ticked else ()
    text = paragraphs(
        notice,
        heading(place, question),
        Text("Boleh memilih lebih dari satu. Tekan setiap pilihan, lalu Selesai; atau tulis nomornya, misalnya 1, 3."),
    )
    return place.say(question.id, text, *choices, *done, *nav(place, question))


def _other(place: Place, question: Question, other: Part, notice: Text | None) -> Turn:
    """ "Lainnya" always asks for its text."""
    text = paragraphs(notice, heading(place, question), other.heading)
    return place.say(f"{question.id}/{other.id}", text, *nav(place, question))


def ask_replacement(place: Place, question: Question, number: str) -> Turn:
    """The next file takes the place of this one."""
    text = paragraphs(
        heading(place, question), Text("Kirim berkas penggantinya. Berkas lama dihapus setelah yang baru diterima.")
    )
    return place.say(question.id, text, *nav(place, question), takes_file=True, replace=number)


def _file(place: Place, question: Question, notice: Text | None) -> Turn:
    files = cast("list[dict[str, Json]]", place.value(question) or [])
    kinds = ", ".join(kind.upper() for kind in question.limits.accept)
    how = Text(
        "Kirim berkasnya di sini (%(kinds)s; paling besar %(size)s MB).", kinds=kinds, size=question.limits.max_mb
    )
    if files:
        how = Text("Kirim berkas lain untuk butir ini, atau tekan Selesai.")
    listed = lines(*(verbatim(f"{n}. {file['name']}") for n, file in enumerate(files, start=1))) if files else None
    choices = [
        choice for number, file in enumerate(files, start=1) for choice in _changes(place, question, number, file)
    ]
    if question.template:
        choices.append(Choice(place.tap(question, "letter"), Text("Buatkan surat pengantar"), Text("Buatkan surat")))
    done = (Choice(place.tap(question, "done"), Text("Selesai"), nav=True),) if files else ()
    text = paragraphs(notice, heading(place, question), how, _why(question), listed)
    return place.say(question.id, text, *choices, *done, *nav(place, question), takes_file=True)


def _changes(place: Place, question: Question, number: int, file: dict[str, Json]) -> tuple[Choice, Choice]:
    name = cut(str(file["name"]), LONGEST_LABEL - len("Replace file 10: "))
    replace = Text("Ganti berkas %(number)s: %(name)s", number=number, name=name)
    remove = Text("Hapus berkas %(number)s: %(name)s", number=number, name=name)
    return (
        Choice(place.tap(question, f"replace.{file['id']}"), replace, Text("Ganti berkas %(number)s", number=number)),
        Choice(place.tap(question, f"remove.{file['id']}"), remove, Text("Hapus berkas %(number)s", number=number)),
    )


def _offer(place: Place, question: Question, notice: Text | None) -> Turn:
    """A message that came too early is shown and offered, never put where its sender did not see the question."""
    words, open_part = place.held[0], part(place, question)
    text = paragraphs(
        notice,
        Text("Anda mengirim beberapa pesan sekaligus. Pakai pesan ini untuk %(code)s?", code=question.code),
        Text("“%(words)s”", words=words),
        heading(place, question),
        open_part.heading if open_part else None,
    )
    choices = (
        Choice(place.tap(question, f"use.{mark(words)}"), Text("Ya, pakai")),
        Choice(place.tap(question, f"drop.{mark(words)}"), Text("Tidak, abaikan")),
    )
    asks = f"{question.id}/{open_part.id}" if open_part else question.id
    return place.say(asks, text, *choices, *nav(place, question), offering=True)


def _why(question: Question) -> Text | None:
    return question.purpose if question.personal_data and question.purpose else None


#: `Part.id` of the text that an option such as "Lainnya" asks for
OTHER = "other"

#: kinds that are asked piece by piece → the piece that is open; they join from their own files
PART: dict[str, Callable[[Place, Question], Part | None]] = {}

#: how a kind is put, where that is more than one plain message; `rows` and `schedule` join from their own files
ASK: dict[str, Callable[[Place, Question, Text | None], Turn]] = {
    "longtext": _longtext,
    "choice": _choice,
    "choices": _choices,
    "file": _file,
}
