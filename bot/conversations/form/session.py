"""Where a person stands in a form: their draft, the questions that apply, and which of them is open."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import cast
from zlib import crc32

from bot import actions
from bot.actions.applicant import FormButton
from bot.actions.form import ShowFormPage
from bot.actions.form_codes import QuestionAct, ScreenAct, act_code
from bot.chat import Choice, DialogueState, Prompt, Turn, turn
from bot.conversations.state import read, stored_as, to_json
from bot.service import counter, drafts, form_page, guest_book
from bot.service.context import Context
from domain.form.definition import Form, Question, Value
from domain.frozen import frozen
from domain.text import Json, Text
from storage.tables import Draft

NAME = "form"
#: stands for the question in the codes of buttons that belong to no question
SCREEN = "-"
#: the part of a question that is the reply to the examiner's remark
REPLY = "reply"
#: `FormState.review` while the screen before the last button is open
CHECK = "check"
#: `FormState.review` while a filled file is shown whose answers can be taken
IMPORT = "import"
#: `FormState.review` while copied answers are shown with "Masih sama?"
COPIED = "copied"
#: `FormState.review` while similar activities are shown
SIMILAR = "similar"
#: choices that a list on any channel has room for
_LIST_ROWS = 10


@frozen
class FormState:
    """What the conversation remembers between two messages. The answers are in the draft, the open question is in
    `DialogueState.asked`. The fields without a default are always stored: older versions read them.
    """

    draft_id: int = field(metadata=stored_as("draft"))
    #: of the draft, when the open question was asked
    revision: int
    #: messages that were sent before their sender had seen the open question, oldest first
    held: tuple[str, ...]
    #: the section, `CHECK`, `COPIED`, `IMPORT` or `SIMILAR`, that is shown again after a change; empty: the next
    #: open question follows
    review: str
    #: whether a held message is shown with "Pakai untuk …?"
    offering: bool = False
    #: words that may answer the open question or be something else; the person is asked which
    typed: str = ""
    #: id of the long text that the message before answered; what was sent before our reply was seen continues it
    continued: str = ""
    #: id of the upload that the next file replaces
    replaced_file: str = field(default="", metadata=stored_as("replace"))
    #: the section in which the person was told last that one message may answer several questions
    invited: str = ""
    #: revision of the draft of which the last message says that a page saved it; 0: it says something else
    page_saved: int = 0
    #: a file that nothing asked for, see `attachment`
    unused_file: Mapping[str, Json] | None = None


@frozen
class Finished:
    """The person pressed the last button. The router decides what follows."""

    draft: Draft
    dialogue: DialogueState
    submits: bool  #: False: the person leaves the form and may come back later


Outcome = Turn | Finished


@frozen
class KnownPath:
    """The questions that apply to the draft as it was at this revision. `places`: by their ids, from 0."""

    revision: int
    questions: tuple[Question, ...]
    places: Mapping[str, int]


@dataclass
class FormSession:
    """One message of one person in one draft."""

    ctx: Context
    draft: Draft
    form: Form
    dialogue: DialogueState
    state: FormState
    _path: KnownPath | None = field(default=None, init=False, repr=False)

    @property
    def path(self) -> tuple[Question, ...]:
        """The questions that apply, in order."""
        return self._known_path().questions

    def _known_path(self) -> KnownPath:
        known = self._path  # every change of the draft counts its revision up
        if known is None or known.revision != self.draft.revision:
            questions = drafts.path(self.ctx, self.form, self.draft)
            places = {question.id: place for place, question in enumerate(questions)}
            known = self._path = KnownPath(self.draft.revision, questions, places)
        return known

    @property
    def is_about_other(self) -> bool:
        """Whether an officer writes about a guest: the questions do not say "Anda" then."""
        return self.form.id == guest_book.FORM and guest_book.can_keep(self.ctx)

    @property
    def question(self) -> Question | None:
        """The open question, if it still applies."""
        return self.on_path((self.dialogue.asked or "").partition("/")[0])

    @property
    def asked_part(self) -> str:
        """The part of the open question that was asked: "3/definisi", "perencanaan", "other"."""
        return (self.dialogue.asked or "").partition("/")[2]

    @property
    def is_offering(self) -> bool:
        """Whether a held message is shown with "Pakai untuk …?"."""
        return bool(self.state.held and self.state.offering)

    def on_path(self, question_id: str) -> Question | None:
        known = self._known_path()
        place = known.places.get(question_id)
        return None if place is None else known.questions[place]

    def place(self, question: Question) -> int:
        """Of a question that applies, from 1."""
        return self._known_path().places[question.id] + 1

    def by_code(self, code: str) -> Question | None:
        """The question with this number on the paper form, if it applies; of a list of questions the open or
        the first one."""
        question = self.form.by_code.get(code.casefold())
        if question is not None:
            return self.on_path(question.id)
        listed = [id for id, ticked in self.form.tick_list_of.items() if ticked.code == code]
        if self.question is not None and self.question.id in listed:
            return self.question
        return next(filter(None, map(self.on_path, listed)), None)

    def next(self) -> Question | None:
        """The first question without an answer, or whose answer no longer reads or is to be confirmed."""
        return drafts.next_open(self.path, self.draft)

    @property
    def skippable_rest(self) -> tuple[Question, ...]:
        """The questions without an answer, where none of them is required and none has a part of an answer."""
        rest = tuple(question for question in self.path if not self.answered(question))
        may_be_skipped = all(not question.required and question.id not in self.draft.partial for question in rest)
        return rest if may_be_skipped and self.draft.state != "revising" else ()

    def answered(self, question: Question) -> bool:
        """Whether it has an answer, or a skip, that still reads."""
        return question.id in self.draft.answers and question.id not in self.draft.refill

    def is_locked(self, question: Question) -> bool:
        """Whether the eligibility questions decided the answer: it is shown, not asked."""
        return drafts.is_locked_answer(self.draft, question)

    def remark(self, question: Question) -> str:
        """In a revision: what the examiner says about this answer."""
        return str(self.draft.remarks.get(question.id, ""))

    def proposal(self, question: Question) -> Value:
        """In a revision: the answer that the examiner proposes, while the question is open."""
        return None if self.answered(question) else self.draft.proposals.get(question.id)

    def value(self, question: Question) -> Value:
        return self.draft.answers.get(question.id)

    def partial(self, question: Question) -> Value:
        """What is collected so far of an answer that takes several messages."""
        return self.draft.partial.get(question.id)

    def changed_after(self, question: Question, revision: int) -> bool:
        """Whether the answer, or another one of its list, changed after the draft had this revision, perhaps on another
        device.
        """
        tick_list = self.form.tick_list_of.get(question.id)
        names = [tick.value for tick in tick_list.ticks] if tick_list else [question.id]
        return any(cast("int", self.draft.changed.get(name, 0)) > revision for name in names)

    def open(self, question: Question, part: str = "") -> None:
        """Makes this question, or a part of it, the open one."""
        self.dialogue = replace(self.dialogue, asked=f"{question.id}/{part}" if part else question.id)
        if self.state.offering or self.state.typed or self.state.replaced_file:
            self.state = replace(self.state, offering=False, typed="", replaced_file="")

    def leave_question(self, review: str) -> None:
        """No question is open any more. `review`: the screen that comes after the next answer."""
        self.dialogue = self.dialogue.at(NAME)
        self.state = replace(self.state, review=review, replaced_file="")

    def forget_message(self) -> None:
        """The message that is being handled is not the answer itself: editing it later must not change the answer."""
        self.ctx = replace(self.ctx, message_key="")

    def tap(self, question: Question, act: QuestionAct) -> str:
        """The code of a button of this question, as the draft is now."""
        return self._code(question.code, act)

    def screen(self, act: ScreenAct) -> str:
        """The code of a button that belongs to no question."""
        return self._code(SCREEN, act)

    def _code(self, question: str, act: QuestionAct | ScreenAct) -> str:
        return actions.code(FormButton(self.draft.id, question, act_code(act), self.draft.revision))

    def say(
        self,
        asks: str | None,
        text: Text,
        *choices: Choice,
        takes_file: bool = False,
        takes_contact: bool = False,
        review: str | None = None,
        offering: bool = False,
        typed: str = "",
        replaced_file: str = "",
    ) -> Turn:
        """Shows `text`. `asks`: what a free answer to it means: a question's id, perhaps with a part. The other
        arguments are remembered as in `FormState`; a `review` of `None` leaves it as it is.
        """
        self.state = FormState(
            draft_id=self.draft.id,
            revision=self.draft.revision,
            held=self.state.held,
            review=self.state.review if review is None else review,
            offering=offering,
            typed=typed,
            continued=self.state.continued,
            invited=self.state.invited,
            replaced_file=replaced_file,
            unused_file=self.state.unused_file,
        )
        prompt = Prompt(
            text,
            (*choices, *self._page_choice(asks, choices)),
            expects=asks,
            takes_file=takes_file,
            takes_contact=takes_contact,
            link=form_page.own_link(self.ctx, self.draft),
        )
        return turn(self.dialogue.at(NAME, **to_json(self.state)), prompt)

    def _page_choice(self, asks: str | None, choices: tuple[Choice, ...]) -> tuple[Choice, ...]:
        """Where messages have no link to the page, a button under each question asks for one, if a list has room."""
        has_room = asks is not None and len(choices) < _LIST_ROWS
        if not (has_room and form_page.needs_one_time_link(self.ctx, self.draft)):
            return ()
        code = self.screen(ShowFormPage())
        is_there = any(choice.value == code for choice in choices)
        return () if is_there else (Choice(code, Text("Isi di halaman"), nav=True),)

    def say_nothing(self) -> Turn:
        """Keeps the changed state without an answer."""
        return Turn(replace(self.dialogue, data=to_json(self.state)))


def session_of_state(dialogue: DialogueState, ctx: Context) -> FormSession | None:
    """The session of a dialogue that stands in a form; `None` if its draft is not open any more."""
    state = read(FormState, dialogue.data)
    return _session(state.draft_id, state, dialogue, ctx) if state else None


def session_of_draft(draft_id: int, dialogue: DialogueState, ctx: Context) -> FormSession | None:
    """The session in an open draft of the actor, or of a visitor whom the actor records; `None` for any other one."""
    return _session(draft_id, read(FormState, dialogue.data), dialogue, ctx)


def _session(draft_id: int, state: FormState | None, dialogue: DialogueState, ctx: Context) -> FormSession | None:
    opened = counter.open_draft(ctx, draft_id)
    if opened is None:
        return None
    ctx, draft = opened
    if state is None or state.draft_id != draft_id:
        state = FormState(draft_id, draft.revision, held=(), review="")
        dialogue = dialogue.at(NAME)
    return FormSession(ctx, draft, ctx.app.form(draft.form, draft.version), dialogue, state)


def fingerprint(value: Json) -> str:
    """Identifies a row or words in the code of a button, so that a button pressed twice does not mean the next one."""
    return f"{crc32(json.dumps(value, sort_keys=True).encode()):x}"
