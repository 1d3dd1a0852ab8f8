"""Drafts at the desk: only their own person touches them, every change is compared and set."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from bot.service.context import Context
from domain.form import answers as kinds
from domain.form.definition import Form, Question, Value, route
from domain.text import Json
from storage import drafts, file_records
from storage.tables import Draft, File


def mine(ctx: Context, draft_id: int) -> Draft | None:
    """The actor's own open draft, locked; anybody else's is as good as missing."""
    draft = drafts.get(ctx.session, draft_id)
    if draft is None or draft.person_id != ctx.actor.id or draft.state not in drafts.CHANGEABLE:
        return None
    return draft if draft.state == "revising" else _brought_up_to_date(ctx, draft)


def unfinished(ctx: Context, form: str) -> Sequence[Draft]:
    """The actor's open drafts of a form, the latest touched first."""
    return drafts.of_person(ctx.session, ctx.actor.id, form)


def begin(ctx: Context, form_id: str, known: Mapping[str, Value]) -> Draft:
    """A new draft with what is known already."""
    form = ctx.app.form(form_id)
    draft = drafts.create(ctx.session, ctx.actor.id, form.id, form.version, ctx.now)
    if known:
        changed: dict[str, Json] = dict.fromkeys(known, draft.revision + 1)
        drafts.change(ctx.session, draft, ctx.now, answers=dict(known), changed=changed)
    return draft


def record(ctx: Context, draft: Draft, question: Question, value: Value) -> None:
    """The answer to one question; `None` is a skip. What was half typed of it is done with. An answer that does not
    fit (a file among others that the changed form no longer takes) stays marked to be filled again. An answer that is
    all in one message bears the message's mark, for that message may be edited.
    """
    whole = ctx.message if question.id not in draft.partial else ""
    refill = [name for name in draft.refill if name != question.id]
    newly_open = draft.state == "revising" and question.id not in draft.remarks
    if not kinds.still_reads(question, value):
        refill.append(question.id)
    drafts.change(
        ctx.session,
        draft,
        ctx.now,
        answers={**draft.answers, question.id: value},
        changed={**draft.changed, question.id: draft.revision + 1},
        partial=_without(draft.partial, question.id),
        source_messages={**_without(draft.source_messages, question.id), **({question.id: whole} if whole else {})},
        refill=refill,
        **({"remarks": {**draft.remarks, question.id: ""}} if newly_open else {}),
    )


def keep_with_reply(ctx: Context, draft: Draft, question: Question, reply: str) -> None:
    """In a revision: the answer stays as it is, and the remark gets a reply."""
    drafts.change(
        ctx.session,
        draft,
        ctx.now,
        replies={**draft.replies, question.id: reply},
        changed={**draft.changed, question.id: draft.revision + 1},
        refill=[name for name in draft.refill if name != question.id],
    )


def clear(ctx: Context, draft: Draft, question: Question) -> None:
    """Takes an answer back: the question is open again."""
    drafts.change(
        ctx.session,
        draft,
        ctx.now,
        answers=_without(draft.answers, question.id),
        source_messages=_without(draft.source_messages, question.id),
        changed={**draft.changed, question.id: draft.revision + 1},
        refill=[name for name in draft.refill if name != question.id],
    )


def keep_partial(ctx: Context, draft: Draft, question: Question, typed: Json) -> None:
    """What is typed so far of an answer that takes several messages; `None` throws it away."""
    partial = _without(draft.partial, question.id)
    drafts.change(ctx.session, draft, ctx.now, partial=partial if typed is None else {**partial, question.id: typed})


def close(ctx: Context, draft: Draft) -> None:
    """After sending, or when a revision has ended: the draft is locked, and its buttons are void."""
    drafts.change_state(ctx.session, draft, "submitted", remarks={}, refill=[])


def close_registration(ctx: Context, draft: Draft) -> None:
    """The answers are in the person's row now; nothing of them is kept twice."""
    drafts.change_state(ctx.session, draft, "submitted", answers={})


def open_revision(ctx: Context, draft: Draft, remarks: dict[str, Json], refill: list[Json]) -> None:
    """`remarks`: question → what the officer says; only these questions are open. `refill`: to be answered again."""
    drafts.change_state(ctx.session, draft, "revising", remarks=remarks, replies={}, refill=refill)


def set_aside(ctx: Context, draft: Draft) -> None:
    """Keeps an open draft while its person fills another one; `take_up` opens it again."""
    drafts.change_state(ctx.session, draft, "set_aside")


def take_up(ctx: Context, draft_id: int) -> Draft | None:
    """A draft that was set aside is open again."""
    draft = drafts.get(ctx.session, draft_id)
    if draft is None or draft.person_id != ctx.actor.id or draft.state not in {"set_aside", "open"}:
        return None
    drafts.change_state(ctx.session, draft, "open")
    return _brought_up_to_date(ctx, draft)


#: the question that takes what the applicant wants to say about a revision as a whole
NOTE = "catatan"


def path(ctx: Context, form: Form, draft: Draft) -> tuple[Question, ...]:
    """The questions that are open: all that apply, or, in a revision, the flagged ones, whatever their change makes
    applicable, and the note.
    """
    whole = whole_path(ctx, form, draft)
    if draft.state != "revising":
        return whole
    return tuple(q for q in whole if q.id in {*draft.remarks, *draft.refill, NOTE} or q.id not in draft.answers)


def whole_path(ctx: Context, form: Form, draft: Draft) -> tuple[Question, ...]:
    return route(form, draft.answers, ctx.office.switches)


def add_file(ctx: Context, name: str, kind: str, size: int, object_name: str, owner: str) -> File:
    """The row of an inspected upload; it belongs to the actor."""
    return file_records.add(ctx.session, ctx.actor.id, object_name, owner, name, kind, size, ctx.now)


def drop_file(ctx: Context, file_id: int) -> None:
    """The actor takes an upload back before submitting; its bytes go with the next sweep of the file store."""
    file = ctx.session.get(File, file_id)
    if file is not None and file.person_id == ctx.actor.id:
        ctx.session.delete(file)


def _brought_up_to_date(ctx: Context, draft: Draft) -> Draft:
    """On the first touch after the form changed: answers that no longer read are kept and marked to be filled again.

    A question that is another one now counts as changed: what stands on a screen about it means nothing any more.
    """
    form = ctx.app.form(draft.form)
    if draft.version == form.version:
        return draft
    altered = _altered(ctx, draft, form)
    same = set(form.questions) - set(altered)
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
        changed={**draft.changed, **dict.fromkeys(altered, draft.revision + 1)},
        partial={name: typed for name, typed in draft.partial.items() if name in same},
        source_messages={name: message for name, message in draft.source_messages.items() if name in same},
    )
    return draft


def _altered(ctx: Context, draft: Draft, form: Form) -> list[str]:
    """The questions that are not as they were in the draft's version; all of them if nobody knows any more."""
    try:
        before = ctx.app.form(draft.form, draft.version).questions
    except KeyError:
        before = {}
    return [question.id for question in form.questions.values() if question != before.get(question.id)]


def _without(document: Mapping[str, Json], name: str) -> dict[str, Json]:
    return {key: value for key, value in document.items() if key != name}
