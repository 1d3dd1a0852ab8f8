"""The form of a draft as a file: drawn with the answers so far, filled in elsewhere, and read when it comes back.

A file carries a sealed mark: its draft, the version of its form, and what was written in it. So nobody can make a file
for another draft, and what its person did not touch is told from what they wrote.
"""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Collection, Iterator, Mapping
from typing import Literal

from bot.service import counter, daily_limits, documents, drafts
from bot.service.applications import FORM
from bot.service.context import Context
from bot.service.documents import StoredDocument
from domain.form.definition import Form, Question, Value
from domain.form.form_cells import ReturnedForm
from domain.form.form_file import FormFile, digest, is_blank, is_written_in_file, read_answer, write_answers
from domain.form.reading import Unreadable
from domain.frozen import frozen
from domain.text import Json, Text, paragraphs
from storage import counter as counter_rows
from storage import drafts as draft_rows
from storage import form_imports, jobs
from storage import officers as officer_rows
from storage.secrets import SealBroken
from storage.tables import Draft
from storage.unit import Session

FormFileKind = Literal["xlsx", "pdf"]

#: endings of the names of filled forms
_ENDINGS = (".xlsx", ".pdf")
#: purpose of the seal of marks
_PURPOSE = "form file"
#: why a file cannot be taken
ImportRefusal = Literal["broken_mark", "not_yours", "sent", "discarded", "set_aside", "other_version"]
_NOT_OPEN: Mapping[str, ImportRefusal] = {"set_aside": "set_aside", "discarded": "discarded"}


@frozen
class FormFileRequest:
    """What the worker needs for drawing one file."""

    file: FormFile
    owner: str  #: for whom the file is encrypted


@frozen
class FormFileMark:
    draft_id: int
    form: str
    version: int
    drawn_with: Mapping[str, str]  #: id of a question → digest of the answer that was drawn


@frozen
class ImportedAnswers:
    """What a file that came back says, compared with its draft. All by the id of a question, in the form's order."""

    mark: str  #: identifies the file
    new: Mapping[str, Value]
    different: Mapping[str, Value]
    unreadable: Mapping[str, Text]


def order(ctx: Context, draft: Draft, kind: FormFileKind) -> bool:
    """Lets the worker draw the file and send it to the actor's address. False when it is too many today."""
    if not daily_limits.may_draw_form_file(ctx):
        return False
    key = f"form file/{kind}/{draft.id}/{ctx.address.id}/{ctx.now.isoformat()}"
    arguments: dict[str, Json] = {"kind": kind, "draft": draft.id, "address": ctx.address.id}
    jobs.add(ctx.session, "form_file", key, ctx.now, arguments)
    return True


def facts_of(ctx: Context, draft_id: int) -> FormFileRequest:
    """The draft as it is now."""
    draft = ctx.session.get_one(Draft, draft_id)
    form = ctx.app.form(draft.form, draft.version)
    questions = _questions(ctx, form, draft)
    cells = write_answers(questions, draft.answers, ctx.reading)
    locked = frozenset(question.id for question in questions if drafts.is_locked_answer(draft, question))
    remarks = {id: str(remark) for id, remark in draft.remarks.items()}
    drawn_with = {q.id: digest(draft.answers[q.id]) for q in questions if q.id in draft.answers}
    mark = _seal(ctx, FormFileMark(draft.id, form.id, form.version, drawn_with))
    file = FormFile(form, questions, draft.answers, cells, locked, remarks, mark, ctx.today)
    return FormFileRequest(file, f"person/{draft.person_id}")


def send(ctx: Context, document: StoredDocument, draft_id: int, kind: FormFileKind) -> None:
    """Sends the drawn file to the address that asked for it, unless that was signed out meanwhile."""
    draft = ctx.session.get(Draft, draft_id)
    if draft is None or not counter.may_change(ctx, draft):
        return
    text = Text(
        "Ini formulir Anda dengan isian sampai sekarang. Isilah sebagian atau seluruhnya, simpan, lalu kirim kembali "
        "berkasnya di sini kapan saja."
    )
    other = Text("Bila Anda lebih suka PDF, tulis: lewat pdf.") if kind == "xlsx" else None
    documents.send(ctx, document, f"formulir-rekomendasi.{kind}", paragraphs(text, other), kind=kind)


def find_draft(ctx: Context, returned: ReturnedForm) -> Draft | ImportRefusal:
    """The open draft that a file belongs to, the actor's own or one that they record at the counter; locked."""
    mark = _open(ctx, returned.mark)
    if mark is None:
        return "broken_mark"
    draft = draft_rows.get(ctx.session, mark.draft_id)
    if draft is None or draft.form != FORM or not counter.may_change(ctx, draft):
        return "not_yours"
    mine = drafts.get_mine(counter.context_of_owner(ctx, draft), mark.draft_id)
    if mine is None:
        return _NOT_OPEN.get(draft.state, "sent")
    return mine if (mark.form, mark.version) == (mine.form, mine.version) else "other_version"


def is_awaited(session: Session, person_id: int, names: Collection[str]) -> bool:
    """Whether one of the files that this person sends may be a filled form: their own, or one from the counter."""
    if not any(map(is_named_like_form, names)):
        return False
    if draft_rows.has_changeable(session, person_id, FORM):
        return True
    return officer_rows.get(session, person_id) is not None and counter_rows.has_open(session)


def is_named_like_form(name: str) -> bool:
    return name.lower().endswith(_ENDINGS)


def keep(ctx: Context, draft: Draft, returned: ReturnedForm) -> None:
    """Keeps what a file says until the actor decides. Call it with what `find_draft` accepted."""
    form_imports.put(ctx.session, draft.id, returned.to_json(), ctx.now)


def compare(ctx: Context, draft: Draft) -> ImportedAnswers | None:
    """What the kept file says that the draft does not; `None` when none is kept, or the draft has another form now."""
    kept = form_imports.get(ctx.session, draft.id)
    returned = ReturnedForm.of_json(kept.content) if kept else None
    mark = _open(ctx, returned.mark) if returned else None
    if returned is None or mark is None or mark.version != draft.version:
        return None
    return _compare(ctx, draft, returned, mark)


def take(ctx: Context, draft: Draft, found: ImportedAnswers, *, only_new: bool) -> int:
    """Takes these answers of the kept file over, in one change of the draft. Returns how many."""
    values = {**found.new, **({} if only_new else found.different)}
    if values:
        drafts.record_all(ctx, draft, values)
    drop(ctx, draft)
    return len(values)


def drop(ctx: Context, draft: Draft) -> None:
    form_imports.remove(ctx.session, draft.id)


def _questions(ctx: Context, form: Form, draft: Draft) -> tuple[Question, ...]:
    """In a revision the open questions, else all that this office asks: those that do not apply may do so later."""
    if draft.state == "revising":
        return drafts.path(ctx, form, draft)
    switches = ctx.office.switches
    return tuple(q for q in form.questions.values() if not q.when_profile or q.when_profile in switches)


def _compare(ctx: Context, draft: Draft, returned: ReturnedForm, mark: FormFileMark) -> ImportedAnswers:
    form = ctx.app.form(draft.form, draft.version)
    read: dict[str, Value] = {}
    unreadable: dict[str, Text] = {}
    for question in _written(form, draft, returned):
        try:
            value = read_answer(question, returned, ctx.reading)
        except Unreadable as problem:
            unreadable[question.id] = problem.text
            continue
        if digest(value) != mark.drawn_with.get(question.id):
            read[question.id] = value
    applying = {question.id for question in drafts.path(ctx, form, draft, draft.answers | read)}
    return ImportedAnswers(
        digest(returned.to_json()),
        {id: value for id, value in read.items() if id in applying and id not in draft.answers},
        {id: value for id, value in read.items() if id in applying and value != draft.answers.get(id, value)},
        {id: rule for id, rule in unreadable.items() if id in applying},
    )


def _written(form: Form, draft: Draft, returned: ReturnedForm) -> Iterator[Question]:
    """The questions for which something is written."""
    computed = {key.partition("/")[0] for key in returned.formulas}
    for question in form.questions.values():
        may_change = is_written_in_file(question, draft.answers.get(question.id))
        is_written = question.id in computed or not is_blank(returned.cells, question)
        if may_change and is_written and not drafts.is_locked_answer(draft, question):
            yield question


def _seal(ctx: Context, mark: FormFileMark) -> str:
    document = {"draft": mark.draft_id, "form": mark.form, "version": mark.version, "drawn_with": dict(mark.drawn_with)}
    sealed = ctx.app.keys.seal(_PURPOSE, json.dumps(document).encode(), "")
    return base64.urlsafe_b64encode(sealed).decode()


def _open(ctx: Context, mark: str) -> FormFileMark | None:
    """`None` for a mark that this installation has not made."""
    try:
        sealed = base64.urlsafe_b64decode(mark.encode())
        document = json.loads(ctx.app.keys.open(_PURPOSE, sealed, ""))
    except (SealBroken, binascii.Error, ValueError):
        return None
    return FormFileMark(document["draft"], document["form"], document["version"], document["drawn_with"])
