"""A file that came where none is asked for, such as a scan of the filled form: kept as an attachment where its sender
wishes it.

Until then the conversation alone remembers where it is in the file store. No row names it, so the sweep of that store
deletes it after a day.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta

from bot.actions.form import AskNext, AttachFile, ChooseAttachment
from bot.chat import Choice, Incoming, IncomingFile, Turn, with_choice
from bot.conversations.form.kinds.file import add_file
from bot.conversations.form.prompts import label
from bot.conversations.form.record import go_on
from bot.conversations.form.review import show_review
from bot.conversations.form.session import FormSession, fingerprint
from bot.conversations.form.unused_files import FORM_FILES
from bot.conversations.state import to_json
from domain.form import answers
from domain.form.definition import Question
from domain.text import Json, Text, lines, paragraphs

#: shorter than the day after which the sweep may delete the file
_KEPT_FOR = timedelta(hours=20)
_GONE = Text("Berkas itu sudah tidak kami simpan. Silakan kirim sekali lagi.")


def offer(session: FormSession, incoming: Incoming, shown: Turn) -> Turn:
    """Puts a button under what is shown, for a file that came alone. Platforms fetch only what may be a form."""
    taken = [file for file in incoming.files if file.kind in FORM_FILES]
    if len(incoming.files) != 1 or not taken or not _file_questions(session):
        return shown
    (file,) = taken
    session.state = replace(session.state, unused_file=_to_json(file, session.ctx.now + _KEPT_FOR))
    kept = replace(shown, state=replace(shown.state, data=to_json(session.state)))
    mark = fingerprint(file.object)
    return with_choice(kept, Choice(session.screen(ChooseAttachment(mark)), Text("Lampirkan berkas ini"), nav=True))


def on_button(session: FormSession, act: ChooseAttachment | AttachFile) -> Turn:
    kept = session.state.unused_file
    file = _of_json(kept, session.ctx.now) if kept else None
    if file is None or fingerprint(file.object) != act.mark:
        return _go_on(session, _GONE)
    if isinstance(act, ChooseAttachment):
        return _ask_where(session, file, act.mark)
    question = next((each for each in _file_questions(session) if each.code == act.code), None)
    if question is None:
        return _ask_where(session, file, act.mark)
    problem = add_file(session, question, file)
    session.state = replace(session.state, unused_file=None)
    return _go_on(session, problem or Text("✓ %(code)s diterima: %(names)s", code=question.code, names=file.name))


def _ask_where(session: FormSession, file: IncomingFile, mark: str) -> Turn:
    questions = _file_questions(session)
    choices = (
        Choice(session.screen(AttachFile(mark, each.code)), Text("Lampirkan di %(code)s", code=each.code))
        for each in questions
    )
    no = Choice(session.screen(AskNext()), Text("Tidak jadi"), nav=True)
    asked = Text("Untuk butir mana berkas %(name)s?", name=file.name)
    return session.say(None, paragraphs(asked, lines(*map(label, questions))), *choices, no)


def _go_on(session: FormSession, notice: Text) -> Turn:
    """Back to the screen on which the file came, else to the next open question."""
    review = session.state.review
    session.leave_question(review)
    return show_review(session, notice) if review and session.next() is None else go_on(session, notice)


def _file_questions(session: FormSession) -> list[Question]:
    return [each for each in session.path if answers.is_upload(each) and not session.is_locked(each)]


def _to_json(file: IncomingFile, until: datetime) -> dict[str, Json]:
    return {
        "name": file.name,
        "size": file.size,
        "kind": file.kind,
        "object": file.object,
        "owner": file.owner,
        "until": until.isoformat(),
    }


def _of_json(kept: Mapping[str, Json], now: datetime) -> IncomingFile | None:
    """`None` where the sweep may have deleted it."""
    if now > datetime.fromisoformat(str(kept["until"])):
        return None
    size = int(str(kept["size"]))
    return IncomingFile(str(kept["name"]), size, str(kept["kind"]), str(kept["object"]), str(kept["owner"]))
