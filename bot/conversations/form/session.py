"""Where a person is in a form: the draft, the questions that apply, and which of them is open."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import cast
from zlib import crc32

from bot.chat import Choice, DialogueState, Prompt, Turn, turn
from bot.service import drafts
from bot.service.context import Context
from domain.form.definition import Form, Question, Value, next_question
from domain.text import Json, Text
from storage.tables import Draft

NAME = "form"

#: a person may throw several pages of messages at us; more than these are not kept for later questions
MOST_HELD = 20


@dataclass(frozen=True)
class Finished:
    """The person pressed the last button; what that means is the router's table to say."""

    draft: Draft
    state: DialogueState
    submits: bool  #: False: the person leaves, and comes back later


Outcome = Turn | Finished


@dataclass
class FormSession:
    ctx: Context
    draft: Draft
    form: Form
    state: DialogueState

    @property
    def path(self) -> tuple[Question, ...]:
        return drafts.path(self.ctx, self.form, self.draft)

    @property
    def asked(self) -> tuple[str, ...]:
        """The open question as a path: ("variabel", "3", "definisi")."""
        return tuple(self.state.asked.split("/")) if self.state.asked else ()

    @property
    def question(self) -> Question | None:
        """The open question, if it still applies."""
        return self.on_path(self.asked[0]) if self.asked else None

    @property
    def held(self) -> list[str]:
        """Messages that came before the open question had been seen."""
        return [str(words) for words in cast("list[Json]", self.state.data.get("held", []))]

    @property
    def offering(self) -> bool:
        """Whether the first of the held messages stands on the screen, with "Pakai pesan ini?"."""
        return bool(self.held and self.state.data.get("offering"))

    @property
    def seen_revision(self) -> int:
        """Of the draft, when the open question was put."""
        return cast("int", self.state.data.get("revision", 0))

    @property
    def reviewing(self) -> str:
        """The block whose answers were on the screen when a change was asked for; after the change it is shown
        again.
        """
        return str(self.state.data.get("review", ""))

    def on_path(self, id: str) -> Question | None:
        return next((question for question in self.path if question.id == id), None)

    def by_code(self, code: str) -> Question | None:
        question = self.form.by_code.get(code.casefold())
        return self.on_path(question.id) if question else None

    def next(self) -> Question | None:
        return next_question(self.path, self.draft.answers, [str(name) for name in self.draft.refill])

    def answered(self, question: Question) -> bool:
        """Whether it has an answer, or a skip, that still reads."""
        return question.id in self.draft.answers and question.id not in self.draft.refill

    def remark(self, question: Question) -> str:
        """In a revision: what the examiner says about this answer."""
        return str(self.draft.remarks.get(question.id, ""))

    def value(self, question: Question) -> Value:
        return self.draft.answers.get(question.id)

    def partial(self, question: Question) -> Value:
        return self.draft.partial.get(question.id)

    def overtaken(self, question: Question, revision: int) -> bool:
        """Whether the answer changed after the draft had this revision: on another channel, or since an old button
        was shown.
        """
        return cast("int", self.draft.changed.get(question.id, 0)) > revision

    def tap(self, question: Question, what: str | int) -> str:
        """The code of a button of this question, as the draft is now. At most 64 bytes."""
        return f"{NAME}:{self.draft.id}:{question.code}:{what}:{self.draft.revision}"

    def screen(self, what: str) -> str:
        """The code of a button that belongs to no question."""
        return f"{NAME}:{self.draft.id}:-:{what}:{self.draft.revision}"

    def say(
        self,
        asks: str | None,
        text: Text,
        *choices: Choice,
        takes_file: bool = False,
        takes_contact: bool = False,
        **data: Json,
    ) -> Turn:
        """The turn that shows `text`; what was held and the block under review stay unless `data` says otherwise."""
        kept: Mapping[str, Json] = {
            "draft": self.draft.id,
            "revision": self.draft.revision,
            "held": cast("Json", self.held),
            "review": self.reviewing,
            **data,
        }
        prompt = Prompt(text, choices, expects=asks, takes_file=takes_file, takes_contact=takes_contact)
        return turn(self.state.at(NAME, **kept), prompt)


def session_of_state(state: DialogueState, ctx: Context) -> FormSession | None:
    draft_id = state.data.get("draft")
    return session_of_draft(draft_id, state, ctx) if isinstance(draft_id, int) else None


def session_of_draft(draft_id: int, state: DialogueState, ctx: Context) -> FormSession | None:
    """The session in the actor's own open draft."""
    draft = drafts.get_mine(ctx, draft_id)
    if draft is None:
        return None
    if state.data.get("draft") != draft_id:
        state = state.at(NAME, draft=draft_id, revision=draft.revision, held=[], review="")
    return FormSession(ctx, draft, ctx.app.form(draft.form, draft.version), state)


def mark(value: Json) -> str:
    """Says in a button's code which row or which words it is about: pressed twice, it does not mean the next one."""
    return f"{crc32(json.dumps(value, sort_keys=True).encode()):x}"
