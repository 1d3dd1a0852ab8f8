"""Somebody who fills in the form and checks that every good answer is taken."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import cast

from bot.service.applications import FORM
from domain.form.definition import Question, Value, next_question, previous_question
from domain.text import Json
from tests.stateful import typed_text
from tests.stateful.conversation import Talking
from tests.stateful.expected_meaning import open_part, path, reading, rows_of
from tests.stateful.installation import Who
from tests.stateful.observation import DraftView, Shown, Step

#: what a person must do anew who finds no draft open
ANEW = ("menu:show", "apply:new", "apply:who:pemerintah", "apply:level:pemerintah:kabupaten")


@dataclass
class Person:
    talking: Talking
    who: Who

    @property
    def shown(self) -> Shown | None:
        return self.talking.last(self.who)

    @property
    def draft(self) -> DraftView | None:
        return self.talking.open_draft(self.who)

    def say(self, words: str, early: int = 0, kind: str = "text") -> Step:
        return self.talking.say(self.who, words, early, kind)

    # Ways ------------------------------------------------------------------------------------------------------------

    def open_form(self) -> None:
        if self.draft is None:
            self.resume()

    def resume(self) -> None:
        """From wherever the person is to the first question without an answer; if there is no draft, to a new one."""
        steps = [self.talking.forge(self.who, code) for code in self._way_in()]
        now = steps[-1].after.drafts[steps[-1].now.draft or 0]
        following = next_question(path(steps[-1].form(now.id), now), now.answers, now.refill)
        assert asked(steps[-1]) == (following.id if following else ""), f"resumed at {steps[-1].now.asked!r}"

    def _way_in(self) -> tuple[str, ...]:
        mine = [d for d in self.talking.now.drafts.values() if d.person == 1 and d.form == FORM and d.is_open]
        for sent in self.talking.now.sent:
            if any(draft.id == sent.draft for draft in mine):
                return (f"revise:start:{sent.application}",)
        return ("apply:resume",) if mine else ANEW

    def go_to(self, question: Question) -> None:
        """Opens a question wherever it is, without an answer to any."""
        if self.draft:
            self.talking.forge(self.who, f"form:{self.draft.id}:{question.code}:help:0")

    def back(self) -> None:
        """ "Kembali" opens the question before, and nothing that was typed is lost."""
        question, reviewing = self.talking.question(self.who), self.talking.now.talks[self.who[1]].data.get("review")
        is_inside = self.shown is not None and bool(self.shown.part)
        step = self.say("kembali")
        now = step.after.drafts.get(step.talk.draft or 0)
        if (
            question
            and now
            and now.form == FORM
            and not reviewing
            and not is_inside
            and question.kind not in {"rows", "schedule", "file"}
        ):
            before = _unlocked_before(path(step.form(now.id), now), question, now)
            assert asked(step) == before.id, f"back from {question.code} led to {step.now.asked}"

    def skip(self) -> None:
        """ "Lewati" leaves an optional question out, and a required one as it is."""
        question = self.talking.question(self.who)
        step = self.say("lewati")
        if question is not None:
            was, now = (view.drafts[step.talk.draft or 0].answers for view in (step.before, step.after))
            stays = question.required or (step.now.asked or "").endswith("/reply")
            assert now == (was if stays else {**was, question.id: None})

    def jump(self, target: Question) -> None:
        """A typed number leads to its question, unless the number may be an answer."""
        question, shown = self.talking.question(self.who), self.shown
        step = self.say(target.code)
        now = step.after.drafts.get(step.talk.draft or 0)
        if not (question and shown and now and now.form == FORM) or target.known_from == "eligibility":
            return
        if target in path(step.form(now.id), now) and shown.part != "reply":
            in_doubt = question.kind in {"text", "number", "choice", "choices"} and "typed" in step.now.data
            in_cell = question.kind == "rows" and "/" in shown.part
            assert asked(step) == target.id or in_doubt or in_cell, f"{target.code} led to {step.now.asked}"

    # Answers ---------------------------------------------------------------------------------------------------------

    def words(self, n: int) -> str:
        """A good answer to what stands on the screen."""
        shown = self.shown
        if not shown or not shown.question:
            return "halo"
        if shown.part in {"other", "reply"}:
            return "Sesuai dengan pedoman kegiatan kami"
        column = next((c for c in shown.question.columns if shown.part.endswith(f"/{c.id}")), None)
        return typed_text.good(column or shown.question, n)

    def answer(self, n: int) -> None:
        """A good answer to the open question has its effect."""
        question, shown = self.talking.question(self.who), self.shown
        if self.talking.now.talks[self.who[1]].held:
            self.say("tidak" if n % 3 else "ya")
        elif question is None or shown is None:
            self.resume()
            questions = list(self.talking.installation.form.questions.values())
            if self.shown and not self.shown.question:
                self.go_to(questions[n % len(questions)])
        elif shown.part == "reply":
            step = self.say(self.words(n))
            assert step.after.drafts[step.talk.draft or 0].replies[question.id] == step.words
        elif n % 2 and (keep := self.talking.last_buttons(self.who, "Tetap seperti ini")):
            self.talking.press(self.who, keep[0])
        else:
            GOOD.get(question.kind, Person._plain)(self, question, n)

    def _plain(self, question: Question, n: int) -> None:
        step = self.say(self.words(n))
        was, now = (view.drafts[step.talk.draft or 0] for view in (step.before, step.after))
        if step.now.asked == f"{question.id}/other":
            assert question.kind == "choices" and question.id in was.partial, "the text of Lainnya was given"
        elif step.now.asked == f"{question.id}/reply":
            assert now.answers == was.answers and question.id in now.remarks, "this is another answer"
        else:
            assert now.answers.get(question.id) is not None, f"{step.words!r} was no answer to {question.code}"
            assert question.id not in now.partial

    def _long(self, question: Question, n: int) -> None:
        """In one or two messages, the second sent before the answer to the first was seen."""
        partial, typed = None, ""
        for part in range(1 + n % 2):
            step = self.say(typed_text.good(question, n + part), early=part)
            now = step.after.drafts[step.talk.draft or 0]
            partial = now.partial.get(question.id, now.answers.get(question.id))
            typed = "\n".join(cast("list[str]", partial["new"])) if isinstance(partial, dict) else str(partial)
            assert typed.endswith(step.words) or "belum kami pakai" in step.said or step.now.held
        if isinstance(partial, dict) and len(typed) >= question.limits.min_length:
            step = self.say("ganti semua")
            assert step.after.drafts[step.talk.draft or 0].answers[question.id] == typed

    def _row(self, question: Question, n: int) -> None:
        shown, draft = cast("Shown", self.shown), cast("DraftView", self.draft)
        if "/" in shown.part:
            self._cell(question, n)
        elif shown.part == "pasted":
            self.talking.press(self.who, self.talking.last_buttons(self.who, "Batal")[0])
        elif shown.part == "pick":
            step = self.say(str(1 + n % len(rows_of(draft, question.id))))
            assert step.now.asked == f"{question.id}/{step.words}"
        else:
            step = self.say(self.words(n))
            was, now = (rows_of(view.drafts[draft.id], question.id) for view in (step.before, step.after))
            row = typed_text.row(question, step.words, reading(step))
            is_full = len(was) >= (question.limits.max_rows or 500)
            assert now == (was if row in was or is_full else [*was, row]), f"{step.words!r} made {now}"

    def _cell(self, question: Question, n: int) -> None:
        shown = cast("Shown", self.shown)
        number, _, name = shown.part.partition("/")
        column = next(column for column in question.columns if column.id == name)
        step = self.say(self.words(n))
        was, now = (_dict(view.drafts[step.talk.draft or 0].partial[question.id]) for view in (step.before, step.after))
        typed = _dict(_dict(was["typing"])["row"])
        if {each.id for each in question.columns} == {
            *typed,
            name,
        }:  # an area is named before its province
            assert "typing" not in now or now == was, "the last cell did not end its row"
        else:
            row = _dict(_dict(now["typing"])["row"])
            assert row == {**typed, name: typed_text.cell(column, step.words, reading(step))}
            assert open_part(question, now).startswith(f"{number}/")

    def _stage(self, question: Question, n: int) -> None:
        shown = cast("Shown", self.shown)
        step = self.say(self.words(n))
        now = step.after.drafts[step.talk.draft or 0]
        periods = {**_dict(now.answers.get(question.id)), **_dict(now.partial.get(question.id))}
        assert periods[shown.part], f"{step.words!r} was no period for {shown.part}"

    def _upload(self, question: Question, n: int) -> None:
        names = ["surat.pdf", "foto.pdf"][: 1 + n % 2]
        step = self.talking.upload(self.who, names)
        files = cast("list[dict[str, str]]", step.after.drafts[step.talk.draft or 0].answers[question.id])
        assert [file["name"] for file in files][-len(names) :] == names


def asked(step: Step) -> str:
    """The id of the open question."""
    return (step.now.asked or "").partition("/")[0]


def _dict(value: Value) -> dict[str, Json]:
    return value if isinstance(value, dict) else {}


def _unlocked_before(way: tuple[Question, ...], question: Question, draft: DraftView) -> Question:
    before = previous_question(way, question.id)
    while before is not None and before.known_from == "eligibility" and before.id not in draft.refill:
        before = previous_question(way, before.id)
    return before or question


GOOD: dict[str, Callable[[Person, Question, int], None]] = {
    "longtext": Person._long,
    "rows": Person._row,
    "schedule": Person._stage,
    "file": Person._upload,
}
