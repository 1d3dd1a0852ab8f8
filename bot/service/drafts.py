"""Drafts: the answers of a form while its person fills it.

Every function that changes a draft raises `Overtaken` when the draft has changed since it was loaded; then the unit is
run again.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

from bot.service.context import Context
from domain.form import answers as kinds
from domain.form.definition import Answers, Form, Question, Value, next_question, route
from domain.frozen import frozen
from domain.text import Json
from storage import applications, drafts, file_records, form_imports
from storage.tables import Draft, File

#: drafts on one page of their list
PAGE = 3


@frozen
class UnsentPage:
    rows: Sequence[Draft]
    has_more: bool  #: whether there is a page after this one


def get_mine(ctx: Context, draft_id: int) -> Draft | None:
    """A draft that the actor may change, locked and with the form's newest version. None for any other draft."""
    draft = drafts.get(ctx.session, draft_id)
    if draft is None or draft.person_id != ctx.person_id or draft.state not in drafts.CHANGEABLE:
        return None
    return draft if draft.state == "revising" else _upgrade(ctx, draft)


def list_unfinished(ctx: Context, form: str) -> Sequence[Draft]:
    """The actor's open drafts of a form, the latest touched first. Not locked."""
    return drafts.of_person(ctx.session, ctx.person_id, form)


def find_left(ctx: Context) -> Draft | None:
    """The draft of any form that the actor touched last and may still change. Not locked."""
    unfinished = drafts.unfinished(ctx.session, ctx.person_id)
    return next((draft for draft in unfinished if draft.state in drafts.CHANGEABLE), None)


def list_unsent(ctx: Context, form: str, page: int = 0) -> UnsentPage:
    """One page of the actor's drafts that were never sent, open or set aside; the open ones first. Not locked."""
    found = drafts.unsent(ctx.session, ctx.person_id, form, page, PAGE)
    return UnsentPage(found[:PAGE], len(found) > PAGE)


def get_unsent(ctx: Context, draft_id: int) -> Draft | None:
    """A draft of the actor that was never sent, open or set aside. Locked."""
    draft = drafts.get(ctx.session, draft_id)
    if draft is None or draft.person_id != ctx.person_id or draft.state not in drafts.UNSENT:
        return None
    return draft


def lock(ctx: Context, draft: Draft) -> None:
    """Stops all changes while a code is on its way that proves one of the answers. `unlock` opens the draft again."""
    if draft.state != drafts.LOCKED:
        drafts.change_state(ctx.session, draft, drafts.LOCKED)


def get_locked(ctx: Context, draft_id: int) -> Draft | None:
    """A draft of the actor that `lock` has locked; the row is locked too."""
    draft = drafts.get(ctx.session, draft_id)
    if draft is None or draft.person_id != ctx.person_id or draft.state != drafts.LOCKED:
        return None
    return draft


def unlock(ctx: Context, draft_id: int) -> None:
    """Opens a draft that `lock` has locked; does nothing to any other draft."""
    draft = get_locked(ctx, draft_id)
    if draft is not None:
        drafts.change_state(ctx.session, draft, "open")


def list_locked(ctx: Context, form: str) -> Sequence[Draft]:
    return drafts.of_person(ctx.session, ctx.person_id, form, drafts.LOCKED)


def unlock_all(ctx: Context, form: str) -> None:
    """Opens every locked draft of the actor for this form."""
    for draft in list_locked(ctx, form):
        unlock(ctx, draft.id)


def is_locked_answer(draft: Draft, question: Question) -> bool:
    """Whether the eligibility questions decided the answer: it is shown, not asked."""
    return question.known_from == "eligibility" and question.id in draft.answers and question.id not in draft.refill


def is_complete(ctx: Context, draft: Draft) -> bool:
    """Whether every question that applies has an answer that still reads."""
    return next_open(path(ctx, ctx.app.form(draft.form, draft.version), draft), draft) is None


def next_open(path: tuple[Question, ...], draft: Draft) -> Question | None:
    """The first question of the path without an answer, or whose answer must be given again or confirmed."""
    return next_question(path, draft.answers, [str(name) for name in (*draft.refill, *draft.unconfirmed)])


def create(
    ctx: Context,
    form_id: str,
    known: Mapping[str, Value],
    *,
    unconfirmed: Sequence[str] = (),
    copied_from_id: int | None = None,
) -> Draft:
    """A new draft. `known`: question id → an answer that is known already; of those in `unconfirmed`, its person has
    to say that they hold.
    """
    form = ctx.app.form(form_id)
    draft = drafts.create(ctx.session, ctx.person_id, form.id, form.version, ctx.now, copied_from_id)
    if known:
        changed: dict[str, Json] = dict.fromkeys(known, draft.revision + 1)
        drafts.change(ctx.session, draft, ctx.now, answers=dict(known), changed=changed, unconfirmed=list(unconfirmed))
    return draft


def confirm(ctx: Context, draft: Draft, question_ids: Collection[str]) -> None:
    """Its person says that these copied answers still hold."""
    left = [name for name in draft.unconfirmed if name not in question_ids]
    if left != draft.unconfirmed:
        drafts.change(ctx.session, draft, ctx.now, unconfirmed=left)


def leave_findings(ctx: Context, draft: Draft, left: Mapping[str, str]) -> None:
    """Its person leaves the answers as they are. `left`: rule → what its finding rests on."""
    drafts.change(ctx.session, draft, ctx.now, left_findings={**draft.left_findings, **left})


def mark_similar_shown(ctx: Context, draft: Draft) -> None:
    drafts.change(ctx.session, draft, ctx.now, similar_shown=True)


def record(ctx: Context, draft: Draft, question: Question, value: Value) -> None:
    """Stores the answer to one question; `None`: the question is skipped. Typed parts of it are deleted.

    An answer that the current form no longer accepts (one of several files, for example) stays in `refill`. An answer
    in a single message keeps the key of this message, because people can edit the message later.
    """
    message_key = ctx.message_key if question.id not in draft.partial else ""
    sources = _without(draft.source_messages, question.id)
    refill = [name for name in draft.refill if name != question.id]
    is_newly_open = draft.state == "revising" and question.id not in draft.remarks
    if not kinds.still_reads(question, value):
        refill.append(question.id)
    drafts.change(
        ctx.session,
        draft,
        ctx.now,
        answers={**draft.answers, question.id: value},
        changed={**draft.changed, question.id: draft.revision + 1},
        partial=_without(draft.partial, question.id),
        source_messages=sources | ({question.id: message_key} if message_key else {}),
        refill=refill,
        unconfirmed=[name for name in draft.unconfirmed if name != question.id],
        last_question=question.id,
        **({"remarks": {**draft.remarks, question.id: ""}} if is_newly_open else {}),
    )


def record_all(ctx: Context, draft: Draft, values: Mapping[str, Value]) -> None:
    """Stores many answers at once, as `record` stores one. `values`: id of a question → an answer that reads."""
    newly_open = [id for id in values if draft.state == "revising" and id not in draft.remarks]
    drafts.change(
        ctx.session,
        draft,
        ctx.now,
        answers={**draft.answers, **values},
        changed={**draft.changed, **dict.fromkeys(values, draft.revision + 1)},
        partial={id: typed for id, typed in draft.partial.items() if id not in values},
        source_messages={id: message for id, message in draft.source_messages.items() if id not in values},
        refill=[id for id in draft.refill if id not in values],
        unconfirmed=[id for id in draft.unconfirmed if id not in values],
        last_question=[draft.last_question, *values][-1],
        **({"remarks": {**draft.remarks, **dict.fromkeys(newly_open, "")}} if newly_open else {}),
    )


def keep_with_reply(ctx: Context, draft: Draft, question: Question, reply: str) -> None:
    """In a revision: the answer stays as it is, and its remark gets a reply."""
    drafts.change(
        ctx.session,
        draft,
        ctx.now,
        replies={**draft.replies, question.id: reply},
        changed={**draft.changed, question.id: draft.revision + 1},
        refill=[name for name in draft.refill if name != question.id],
    )


def clear(ctx: Context, draft: Draft, question: Question) -> None:
    """Deletes an answer; the question is open again."""
    drafts.change(
        ctx.session,
        draft,
        ctx.now,
        answers=_without(draft.answers, question.id),
        source_messages=_without(draft.source_messages, question.id),
        changed={**draft.changed, question.id: draft.revision + 1},
        refill=[name for name in draft.refill if name != question.id],
        unconfirmed=[name for name in draft.unconfirmed if name != question.id],
    )


def save_partial(ctx: Context, draft: Draft, question: Question, typed: Json) -> None:
    """Stores the part that is typed so far of an answer that takes several messages; `None` deletes it."""
    partial = _without(draft.partial, question.id)
    drafts.change(ctx.session, draft, ctx.now, partial=partial if typed is None else {**partial, question.id: typed})


def close(ctx: Context, draft: Draft) -> None:
    """After sending, or when a revision has ended. Its person can no longer change it."""
    form_imports.remove(ctx.session, draft.id)
    drafts.change_state(ctx.session, draft, "submitted", remarks={}, proposals={}, refill=[], unconfirmed=[])


def close_without_answers(ctx: Context, draft: Draft) -> None:
    """The answers stand in another row now, so they are deleted here."""
    drafts.change_state(ctx.session, draft, "submitted", answers={})


def open_revision(
    ctx: Context, draft: Draft, remarks: dict[str, Json], proposals: dict[str, Json], refill: list[Json]
) -> None:
    """Opens a sent draft for changes. `remarks`: question id → what the officer says; only these questions are open.
    `proposals`: question id → the answer that the officer proposes. `refill`: ids of questions that have to be answered
    again.
    """
    drafts.change_state(ctx.session, draft, "revising", remarks=remarks, proposals=proposals, replies={}, refill=refill)


def sent_answers(ctx: Context, draft: Draft) -> Mapping[str, Value]:
    """In a revision: the answers as they were sent last."""
    return applications.sent_answers(ctx.session, draft.id) if draft.state == "revising" else {}


def set_aside(ctx: Context, draft: Draft) -> None:
    """Keeps an open draft while its person fills another one. `reopen` opens it again."""
    drafts.change_state(ctx.session, draft, "set_aside")


def reopen(ctx: Context, draft_id: int) -> Draft | None:
    """Opens a draft that was set aside; it is the latest touched from then on. None for a draft that the actor cannot
    open.
    """
    draft = get_unsent(ctx, draft_id)
    if draft is None:
        return None
    drafts.change(ctx.session, draft, ctx.now, state="open")
    return _upgrade(ctx, draft)


def discard(ctx: Context, draft: Draft, revision: int) -> bool:
    """Deletes the answers and the files of a draft that was never sent. The empty row stays, because a job may name
    it. `revision`: what the question was about; False when the draft has changed since.
    """
    if draft.revision != revision:
        return False
    questions = ctx.app.form(draft.form).questions
    for name, answer in draft.answers.items():
        if name in questions and questions[name].kind == "file" and isinstance(answer, list):
            for stored in answer:
                if isinstance(stored, dict):
                    delete_file(ctx, int(str(stored["id"])))
    form_imports.remove(ctx.session, draft.id)
    empty: dict[str, Json] = {}
    nothing: list[Json] = []
    drafts.change_state(
        ctx.session,
        draft,
        "discarded",
        answers=empty,
        changed=empty,
        partial=empty,
        source_messages=empty,
        left_findings=empty,
        refill=nothing,
        unconfirmed=nothing,
    )
    return True


#: the question in which the applicant can comment on the whole revision
NOTE = "catatan"


def path(ctx: Context, form: Form, draft: Draft, given: Answers | None = None) -> tuple[Question, ...]:
    """The open questions, in order. In a revision: those with a remark, those that apply because of a change, and the
    note. `given`: answers that decide in place of the draft's.
    """
    whole = route(form, draft.answers if given is None else given, ctx.office.switches)
    if draft.state != "revising":
        return whole
    return tuple(q for q in whole if q.id in {*draft.remarks, *draft.refill, NOTE} or q.id not in draft.answers)


def whole_path(ctx: Context, form: Form, draft: Draft) -> tuple[Question, ...]:
    """All questions that apply, in order."""
    return route(form, draft.answers, ctx.office.switches)


def add_file(ctx: Context, name: str, kind: str, size: int, object_name: str, owner: str) -> File:
    """Makes an inspected upload a file of the actor. `object_name`: its name in the file store."""
    return file_records.add(ctx.session, ctx.person_id, object_name, owner, name, kind, size, ctx.now)


def delete_file(ctx: Context, file_id: int) -> None:
    """Deletes an upload of the actor before sending; the next sweep of the file store deletes its bytes."""
    file = ctx.session.get(File, file_id)
    if file is not None and file.person_id == ctx.person_id:
        ctx.session.delete(file)


def _upgrade(ctx: Context, draft: Draft) -> Draft:
    """Moves the draft to the newest version of its form. Answers that the form no longer accepts are kept, and have to
    be given again.

    A question that has changed counts as a changed answer, so its old buttons are void.
    """
    form = ctx.app.form(draft.form)
    if draft.version == form.version:
        return draft
    changed = _changed_questions(ctx, draft, form)
    same = set(form.questions) - set(changed)
    unreadable: list[Json] = [
        question.id
        for question in form.questions.values()
        if question.id in draft.answers and not kinds.still_reads(question, draft.answers[question.id])
    ]
    drafts.change(
        ctx.session,
        draft,
        ctx.now,
        version=form.version,
        refill=unreadable,
        unconfirmed=[name for name in draft.unconfirmed if name in form.questions and name not in unreadable],
        changed={**draft.changed, **dict.fromkeys(changed, draft.revision + 1)},
        partial={name: typed for name, typed in draft.partial.items() if name in same},
        source_messages={name: message for name, message in draft.source_messages.items() if name in same},
    )
    return draft


def _changed_questions(ctx: Context, draft: Draft, form: Form) -> list[str]:
    """Ids of the questions that differ from the draft's version; all of them if that version is not loaded."""
    try:
        before = ctx.app.form(draft.form, draft.version).questions
    except KeyError:
        before = {}
    return [question.id for question in form.questions.values() if question != before.get(question.id)]


def _without(document: Mapping[str, Json], name: str) -> dict[str, Json]:
    return {key: value for key, value in document.items() if key != name}
