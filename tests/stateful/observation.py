"""What is in the tables before and after a message, and what the person had been shown."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import cast

from sqlalchemy import func, select
from sqlalchemy.orm import Session

import locales
from bot.chat import Choice, Incoming, Prompt, prompt_from_json
from bot.conversations.form.session import NAME as FORM
from bot.pipeline.receive import state_of
from domain.form.definition import Form, Question, Value
from domain.text import Json
from storage import messages
from storage.secrets import Keys
from storage.tables import Address, Application, Dialogue, Draft, Message, OutboxRow, Submission


@dataclass(frozen=True)
class DraftView:
    id: int
    person: int
    form: str
    version: int
    state: str
    answers: Mapping[str, Value]
    partial: Mapping[str, Value]
    refill: tuple[str, ...]
    remarks: Mapping[str, Json]
    replies: Mapping[str, Json]
    changed: Mapping[str, Json]
    revision: int

    @property
    def is_open(self) -> bool:
        return self.state in {"open", "revising"}

    @property
    def content(self) -> object:
        return self.answers, self.partial, self.refill, self.remarks, self.replies, self.version


@dataclass(frozen=True)
class Talk:
    """Where one address stands."""

    conversation: str
    data: Mapping[str, Json]
    asked: str | None

    @property
    def held(self) -> list[str]:
        return cast("list[str]", self.data.get("held", [])) if self.conversation == FORM else []

    @property
    def draft(self) -> int | None:
        return cast("int | None", self.data.get("draft")) if self.conversation == FORM else None


@dataclass(frozen=True)
class Sent:
    """One frozen revision of an application."""

    application: int
    number: str
    status: str
    draft: int
    revision: int
    answers: Mapping[str, Value]


@dataclass(frozen=True)
class View:
    """Everything that a message may change, as it lies in the tables."""

    drafts: Mapping[int, DraftView]
    talks: Mapping[str, Talk]  #: by the address's own id
    sent: tuple[Sent, ...]
    messages: int
    queued: int


@dataclass(frozen=True)
class Shown:
    """One message on a person's screen."""

    id: int
    step: int  #: when it was shown, in steps of the machine
    prompt: Prompt
    locale: str
    asks: str | None
    draft: DraftView | None
    form: Form | None
    offered: str | None  #: the words that "Ya, pakai" is about

    @property
    def words(self) -> str:
        """In Indonesian, whatever the person reads."""
        return locales.say(self.prompt.text, "id")

    @property
    def question(self) -> Question | None:
        return self.form.questions.get(self.asks.partition("/")[0]) if self.form and self.asks else None

    @property
    def part(self) -> str:
        return self.asks.partition("/")[2] if self.asks else ""


@dataclass(frozen=True)
class Button:
    shown: Shown
    choice: Choice

    @property
    def label(self) -> str:
        return locales.say(self.choice.label, "id")


@dataclass(frozen=True)
class Step:
    """One message, what was before it and what came of it."""

    number: int
    who: str
    incoming: Incoming
    seen: Shown | None  #: the last message that the person had been shown
    unseen: bool  #: a later one was on its way
    button: Button | None  #: where a tap comes from, unless it is forged
    before: View
    after: View
    replies: tuple[Shown, ...]
    forms: Mapping[tuple[str, int], Form]
    changed_at: Mapping[tuple[int, str], int]  #: (draft, question) → the step before this one that changed the answer
    gave: tuple[int, str] | None = None  #: of an edited message: what it had answered in full, if nothing did since

    @property
    def talk(self) -> Talk:
        return self.before.talks.get(self.who, Talk("", {}, None))

    @property
    def now(self) -> Talk:
        return self.after.talks[self.who]

    @property
    def words(self) -> str:
        contact = self.incoming.contact  # phones leave out the + before the number of a country
        return self.incoming.text or (f"+{contact}" if contact[:1] in set("123456789") else contact)

    @property
    def said(self) -> str:
        return "\n".join(reply.words for reply in self.replies)

    def form(self, draft: int) -> Form:
        """As the draft is filled in after this message."""
        found = self.after.drafts[draft]
        return self.forms[found.form, found.version]

    def question(self, draft: int, name: str) -> Question:
        """As it is now, or as it was for what fell out of the form."""
        was, form = self.before.drafts[draft], self.form(draft)
        return form.questions.get(name) or self.forms[was.form, was.version].questions[name]

    def changes(self) -> list[tuple[int, str]]:
        """(draft, question) of every answer that came, went or is another one now."""
        return [(was.id, name) for was, now in self._pairs() for name in differing(was.answers, now.answers)]

    def recorded(self) -> list[tuple[int, str]]:
        """The same, and every answer that was given again as it was. A changed form gives no answer."""
        same_form = [(was, now) for was, now in self._pairs() if was.version == now.version]
        again = [(was.id, name) for was, now in same_form for name in differing(was.changed, now.changed)]
        return list(dict.fromkeys((*self.changes(), *again)))

    def half_typed(self) -> list[tuple[int, str]]:
        """(draft, question) whose half-typed answer is another one now, other than by being recorded or skipped."""
        same_form = [(was, now) for was, now in self._pairs() if was.version == now.version]
        found = [(was.id, name) for was, now in same_form for name in differing(was.partial, now.partial)]
        return [change for change in found if change not in self.changes()]

    def replied(self) -> list[tuple[int, str]]:
        """(draft, question) of every remark that got its reply."""
        return [(was.id, name) for was, now in self._pairs() for name in differing(was.replies, now.replies)]

    def _pairs(self) -> list[tuple[DraftView, DraftView]]:
        """The drafts before and after; a registration that is complete has moved to the person."""
        pairs = [(was, self.after.drafts[id]) for id, was in self.before.drafts.items()]
        return [(was, now) for was, now in pairs if was.form != "registration" or now.state == "open"]


def differing(one: Mapping[str, Value], other: Mapping[str, Value]) -> list[str]:
    missing = object()
    return [name for name in {**one, **other} if one.get(name, missing) != other.get(name, missing)]


def look(session: Session, keys: Keys, who: str, last: int) -> tuple[View, list[tuple[int, str, Prompt]]]:
    """What is in the tables, and what the service said to this address after the message `last`."""
    query = (
        select(Message)
        .join(Address, Address.id == Message.address_id)
        .where(Address.external_id == who, Message.direction == "out", Message.id > last)
        .order_by(Message.id)
    )
    said = [
        (m.id, m.locale, prompt_from_json(messages.unseal_body(keys, m.body, m.address_id)))
        for m in session.scalars(query)
    ]
    return view(session), said


def view(session: Session) -> View:
    drafts = {draft.id: _draft(draft) for draft in session.scalars(select(Draft))}
    talks = {
        id: Talk(state.conversation, state.data, state.asked)
        for id, dialogue in session.execute(select(Address.external_id, Dialogue).join_from(Dialogue, Address))
        for state in [state_of(dialogue)]
    }
    pairs = session.execute(
        select(Application, Submission).join_from(Application, Submission).order_by(Submission.submitted_at)
    )
    sent = tuple(Sent(app.id, app.number, app.status, app.draft_id, s.revision, s.answers) for app, s in pairs)
    messages, queued = (session.scalar(select(func.count()).select_from(table)) or 0 for table in (Message, OutboxRow))
    return View(drafts, talks, sent, messages, queued)


def _draft(draft: Draft) -> DraftView:
    return DraftView(
        draft.id,
        draft.person_id,
        draft.form,
        draft.version,
        draft.state,
        draft.answers,
        draft.partial,
        tuple(str(name) for name in draft.refill),
        draft.remarks,
        draft.replies,
        draft.changed,
        draft.revision,
    )
