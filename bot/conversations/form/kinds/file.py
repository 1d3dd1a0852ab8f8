"""Uploaded files: one or several, each of which can be replaced or removed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import cast

from bot.actions.form import (
    ExtendAnswer,
    FinishAnswer,
    OrderLetter,
    RemoveFile,
    ReplaceFile,
)
from bot.actions.form_codes import FormAct
from bot.chat import LONGEST_LABEL, Choice, Incoming, IncomingFile, Turn
from bot.conversations.form.kinds import file_letter
from bot.conversations.form.kinds.kind import AskAgain, Decision, GoOn, Kind, echo_answer, refuse_act
from bot.conversations.form.prompts import heading, navigation, purpose
from bot.conversations.form.session import FormSession
from bot.conversations.unsupported import refusal_reason
from bot.service import drafts
from domain.files import FILE_KINDS
from domain.form.definition import Question
from domain.form.files import FILE, accepted_types
from domain.text import Json, Text, as_hint, cut, lines, paragraphs, verbatim

StoredUpload = dict[str, Json]

_NEEDS_FILE = Text("Butir ini memerlukan berkas. Tekan tombol lampiran, lalu pilih berkasnya.")
_FOR_ANOTHER = Text(
    "Berkas itu dikirim sebelum pertanyaan ini tercatat sampai kepada Anda. Bila memang untuk butir ini, silakan kirim "
    "sekali lagi."
)


def _stored(session: FormSession, question: Question) -> list[StoredUpload]:
    return list(cast("list[StoredUpload]", session.value(question) or []))


def _ask(session: FormSession, question: Question, notice: Text | None) -> Turn:
    if (part := file_letter.open_part(session, question)) is not None:
        return file_letter.ask_part(session, question, part, notice)
    files = _stored(session, question)
    if session.state.replaced_file in {str(file["id"]) for file in files}:
        return _ask_replacement(session, question, session.state.replaced_file, notice)
    how = Text(
        "Kirim berkasnya di sini (%(kinds)s; paling besar %(size)s MB).",
        kinds=accepted_types(question),
        size=question.limits.max_mb,
    )
    if files:
        how = Text("Kirim berkas lain untuk butir ini, atau tekan Selesai.")
    listed = lines(*(verbatim(f"{n}. {file['name']}") for n, file in enumerate(files, start=1))) if files else None
    text = paragraphs(notice, heading(session, question), as_hint(how), purpose(question), listed)
    choices = [
        choice for number, file in enumerate(files, start=1) for choice in _changes(session, question, number, file)
    ]
    if question.template:
        order = session.tap(question, OrderLetter())
        choices.append(Choice(order, Text("Buatkan surat pengantar"), Text("Buatkan surat")))
    if files:
        choices.append(Choice(session.tap(question, FinishAnswer()), Text("Selesai"), nav=True, finishes=True))
    return session.say(question.id, text, *choices, *navigation(session, question), takes_file=True)


def _changes(session: FormSession, question: Question, number: int, file: StoredUpload) -> tuple[Choice, Choice]:
    file_id = int(str(file["id"]))
    name = cut(str(file["name"]), LONGEST_LABEL - len("Replace file 10: "))
    return (
        Choice(
            session.tap(question, ReplaceFile(file_id)),
            Text("Ganti berkas %(number)s: %(name)s", number=number, name=name),
            Text("Ganti berkas %(number)s", number=number),
        ),
        Choice(
            session.tap(question, RemoveFile(file_id)),
            Text("Hapus berkas %(number)s: %(name)s", number=number, name=name),
            Text("Hapus berkas %(number)s", number=number),
        ),
    )


def _take(session: FormSession, question: Question, text: str) -> Decision:
    part = file_letter.open_part(session, question)
    return AskAgain(_NEEDS_FILE) if part is None else file_letter.take_part(session, question, part, text)


def _take_files(session: FormSession, question: Question, incoming: Incoming) -> Decision:
    """All files of an album belong to the answer. The form goes on when all of them were taken."""
    if not incoming.saw_question:
        return AskAgain(_FOR_ANOTHER)
    told = add_files(session, question, incoming)
    all_taken = not any(_problem(file, question) for file in incoming.files)
    return GoOn(told, is_new=True) if all_taken else AskAgain(told)


def add_files(session: FormSession, question: Question, incoming: Incoming) -> Text:
    """Adds the files that the question takes, and says so; says why it does not take the others."""
    problems = [(file, _problem(file, question)) for file in incoming.files]
    bad = [Text("%(name)s: %(why)s", name=file.name, why=problem) for file, problem in problems if problem]
    good = [file for file, problem in problems if problem is None]
    if not good:
        return lines(*bad)
    kept = _stored(session, question)
    if session.state.replaced_file:
        kept = _without(session, kept, session.state.replaced_file)
        session.state = replace(session.state, replaced_file="")
    _record(session, question, [*kept, *(_add(session, file) for file in good)])
    names = ", ".join(file.name for file in good)
    return lines(*bad, Text("✓ %(code)s diterima: %(names)s", code=question.code, names=names))


def _continue_choice(session: FormSession, question: Question) -> Choice:
    """Opens the question once more: its files can be replaced, removed, and followed by others."""
    label = Text("Tambah berkas di %(code)s", code=question.code)
    return Choice(session.tap(question, ExtendAnswer()), label, Text("Tambah berkas"), nav=True)


def add_file(session: FormSession, question: Question, file: IncomingFile) -> Text | None:
    """Adds a file that a page sent, or returns why the question does not take it."""
    problem = _problem(file, question)
    if problem is not None:
        return Text("%(name)s: %(why)s", name=file.name, why=problem)
    _record(session, question, [*_stored(session, question), _add(session, file)])
    return None


def remove_file(session: FormSession, question: Question, file_id: int) -> None:
    """Does nothing for a file that is not part of the answer."""
    files = _stored(session, question)
    if any(str(file["id"]) == str(file_id) for file in files):
        _remove(session, question, files, file_id)


def _add(session: FormSession, file: IncomingFile) -> StoredUpload:
    row = drafts.add_file(session.ctx, file.name, file.kind, file.size, file.object, file.owner)
    return {"id": row.id, "name": file.name, "size": file.size, "kind": file.kind}


def _record(session: FormSession, question: Question, files: Sequence[StoredUpload]) -> None:
    drafts.record(session.ctx, session.draft, question, cast("Json", list(files)))


def _problem(file: IncomingFile, question: Question) -> Text | None:
    """Why this question does not take the file."""
    refusal = refusal_reason(file)
    if refusal is not None:
        return refusal
    limits = question.limits
    if file.kind in (limits.accept or FILE_KINDS) and file.size <= limits.max_mb * 1024 * 1024:
        return None
    return Text(
        "butir ini hanya menerima %(kinds)s, paling besar %(size)s MB.",
        kinds=accepted_types(question),
        size=limits.max_mb,
    )


def _tap(session: FormSession, question: Question, act: FormAct) -> Decision:
    files = _stored(session, question)
    session.state = replace(session.state, replaced_file="")
    file_ids = {str(file["id"]) for file in files}
    match act:
        case FinishAnswer() if files:
            return GoOn(echo_answer(question, cast("Json", files)))
        case ExtendAnswer():
            session.open(question)
            return AskAgain()
        case ReplaceFile(file_id) if str(file_id) in file_ids:
            return _ask_replacement(session, question, str(file_id))
        case RemoveFile(file_id) if str(file_id) in file_ids:
            return _remove(session, question, files, file_id)
    decision = file_letter.tap(session, question, act) if question.template else None
    return decision or refuse_act(session, question, act)


def _back(session: FormSession, question: Question) -> Decision | None:
    """From the question for a replacement, or about the letter, to the list of files."""
    if not session.state.replaced_file and file_letter.open_part(session, question) is None:
        return None
    session.open(question)
    return AskAgain()


def _ask_replacement(session: FormSession, question: Question, file_id: str, notice: Text | None = None) -> Turn:
    text = paragraphs(
        notice,
        heading(session, question),
        Text("Kirim berkas penggantinya. Berkas lama dihapus setelah yang baru diterima."),
    )
    return session.say(question.id, text, *navigation(session, question), takes_file=True, replaced_file=file_id)


def _remove(session: FormSession, question: Question, files: list[StoredUpload], file_id: int) -> Decision:
    left = _without(session, files, str(file_id))
    if left:
        _record(session, question, left)
    else:
        drafts.clear(session.ctx, session.draft, question)
    return AskAgain(Text("Berkas itu sudah dihapus dari isian Anda."))


def _without(session: FormSession, files: list[StoredUpload], file_id: str) -> list[StoredUpload]:
    drafts.delete_file(session.ctx, int(file_id))
    return [file for file in files if str(file["id"]) != file_id]


KIND = Kind(
    FILE,
    ask=_ask,
    take=_take,
    tap=_tap,
    take_files=_take_files,
    back=_back,
    open_part=file_letter.open_part,
    unsupported_reply=_NEEDS_FILE,
    one_message=False,
    continue_choice=_continue_choice,
)
