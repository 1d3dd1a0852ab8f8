"""What must hold for every message, whoever sends it and whatever it is. Each function is one claim over a `Step`."""

from __future__ import annotations

import re
from collections.abc import Callable

import locales
from bot.conversations.form.session import NAME
from domain.form import answers
from domain.form.definition import next_question, route
from domain.text import clean
from tests.labels import faults
from tests.stateful import recording
from tests.stateful.expected_meaning import TYPED, command, origin, path
from tests.stateful.installation import OFFICE, SECRET, STRANGER
from tests.stateful.observation import Step, differing

# What is said -------------------------------------------------------------------------------------------------------


def every_message_gets_one_answer(step: Step) -> None:
    """A message of a burst may wait in silence behind one that is offered; an edit that changes nothing is silent."""
    waits = step.unseen and bool(step.talk.held) and step.incoming.kind in TYPED
    silent = waits or step.incoming.kind == "edit"
    assert len(step.replies) in ({0, 1} if silent else {1}), f"{len(step.replies)} answers: {step.said}"


def every_answer_can_be_shown(step: Step) -> None:
    for reply in step.replies:
        for locale in locales.SUPPORTED:
            locales.say(reply.prompt.text, locale).encode()
            assert faults(reply.prompt, locale) == []


def a_question_is_shown_before_it_is_asked(step: Step) -> None:
    """The message that a free answer will be read against names the question, and the cell or stage of it."""
    for reply in step.replies:
        if question := reply.question:
            in_doubt = "typed" in step.now.data  # "Apakah “0.5” jawaban untuk 5.5?", right after the question
            label = question.heading or question.label
            tick_list = reply.form.tick_list_of.get(question.id) if reply.form else None
            is_listed = tick_list is not None and "Boleh memilih lebih dari satu" in reply.words
            code, label = (tick_list.code, tick_list.label) if tick_list and is_listed else (question.code, label)
            name = question.code if in_doubt else f"{code} {locales.say(label, 'id')}"
            labels = {part.id: part.label for part in question.columns}
            labels |= {part.id: part.label for part in question.stages}
            part = labels.get(reply.part.split("/")[-1])
            for words in (name, locales.say(part, "id") if part else name):
                assert words in reply.words, f"{reply.asks} is asked without {words!r}: {reply.words}"


def the_open_question_applies(step: Step) -> None:
    for reply in step.replies:
        if reply.draft and reply.form and reply.question:
            assert reply.question in path(reply.form, reply.draft), f"{reply.asks} is not on the path"


def progress_is_told_rightly(step: Step) -> None:
    for reply in step.replies:
        if not (reply.draft and reply.form):
            continue
        way = [question.id for question in path(reply.form, reply.draft)]
        for number, count in re.findall(r"^(\d+) dari (\d+) · ", reply.words, re.MULTILINE):
            assert int(count) == len(way), f"{count} of {len(way)}"
            assert not reply.question or way[int(number) - 1] == reply.question.id
        for done, count in re.findall(r"Terisi (\d+) dari (\d+) butir", reply.words):
            filled = [id for id in way if id in reply.draft.answers and id not in reply.draft.refill]
            assert (int(done), int(count)) == (len(filled), len(way))


def a_button_of_the_last_message_works(step: Step) -> None:
    """Unless something has happened to its draft on another device."""
    shown = step.button.shown if step.button else None
    if shown is not None and shown is step.seen and shown.draft and shown.draft == step.before.drafts[shown.draft.id]:
        same_form = (shown.draft.form, shown.draft.version) == (shown.form and shown.form.id, shown.draft.version)
        assert not same_form or "Tombol itu tidak" not in step.said, f"{step.incoming.tap}: {step.said}"


def nobody_reads_or_changes_what_another_person_wrote(step: Step) -> None:
    if step.who != STRANGER[1]:
        assert SECRET not in step.said
    persons = {draft.person for id, draft in step.after.drafts.items() if draft != step.before.drafts.get(id)}
    assert persons <= {2 if step.who == STRANGER[1] else 1}


# What waits ---------------------------------------------------------------------------------------------------------


def words_of_a_burst_wait_in_order(step: Step) -> None:
    """An early message is kept behind the others, and words in doubt before them. It leaves only when it was offered
    and is used or thrown away.
    """
    was, now, shown = step.talk.held, step.now.held, origin(step)
    if {step.now.conversation, step.talk.conversation} != {NAME} or step.now.draft != step.talk.draft or now == was:
        return
    if len(now) > len(was):
        in_doubt = [str(step.talk.data["typed"])] if "typed" in step.talk.data else []
        assert now[:-1] in (was, [*in_doubt, *was]) and step.incoming.kind in TYPED, f"{was} became {now}"
    else:
        assert shown and shown.offered in was, f"{was} became {now}"
        left = list(was)
        left.remove(shown.offered)
        assert list(now) == left, f"{was} became {now}"


def early_words_are_kept(step: Step) -> None:
    """Unless they are a command, or join a long text that is being written, or are too many."""
    draft, name = step.before.drafts.get(step.talk.draft or 0), (step.talk.asked or "").partition("/")[0]
    if not (step.unseen and step.incoming.kind == "text" and clean(step.words).strip() and draft and draft.is_open):
        return
    question = step.form(draft.id).questions.get(name)
    if question and question in path(step.form(draft.id), step.after.drafts[draft.id]) and not command(step):
        joins = question.kind == "longtext" and draft.partial.get(name) is not None
        joins |= step.talk.data.get("continued", "") in {changed for _, changed in step.changes()}
        kept = len(step.now.held) == len(step.talk.held) + 1
        assert kept or joins or len(step.talk.held) >= 20, f"{step.words!r} is lost"


# The draft and what is sent -----------------------------------------------------------------------------------------


def the_revision_only_grows(step: Step) -> None:
    for id, was in step.before.drafts.items():
        now = step.after.drafts[id]
        assert now.revision >= was.revision
        ended = was.is_open and not now.is_open
        assert ended or now.revision > was.revision or now.content == was.content, f"draft {id} changed unnoticed"


def what_eligibility_decided_stays(step: Step) -> None:
    """Unless the examiner asks about it."""
    for draft, name in step.changes():
        flagged = name in step.before.drafts[draft].remarks
        assert flagged or step.question(draft, name).known_from != "eligibility", f"{name} changed"


def what_does_not_fit_any_more_is_marked(step: Step) -> None:
    """And nothing else is: it is asked again since the form changed."""
    for draft in step.after.drafts.values():
        if draft.state == "open" and draft != step.before.drafts.get(draft.id):
            questions = step.form(draft.id).questions
            answered = {name: value for name, value in draft.answers.items() if name in questions}
            bad = {name for name, value in answered.items() if not answers.still_reads(questions[name], value)}
            assert set(draft.refill) & set(questions) == bad, f"{draft.refill} are marked, {bad} do not fit"


def after_an_answer_comes_the_first_question_without_one(step: Step) -> None:
    """Where there is none, the screen that the change was asked from."""
    for draft, name in step.changes():
        now, form = step.after.drafts[draft], step.form(draft)
        if name in form.questions and form.questions[name].kind != "file":
            if step.incoming.kind == "edit":
                continue
            following = next_question(path(form, now), now.answers, now.refill)
            expected = following.id if following else ""
            assert (step.now.asked or "").partition("/")[0] == expected, f"after {name} comes {step.now.asked!r}"


def an_application_is_sent_as_it_was_on_the_screen(step: Step) -> None:
    """All of its path and nothing else, with one number, each revision once."""
    new = [sent for sent in step.after.sent if sent.revision not in _revisions(step, sent.application)]
    assert len(new) <= 1 and len(step.after.sent) == len(step.before.sent) + len(new)
    for sent in new:
        was, shown = step.before.drafts[sent.draft], origin(step)
        questions = route(step.form(sent.draft), was.answers, OFFICE.switches)
        assert was.state == ("open" if sent.revision == 1 else "revising")
        assert sent.answers == {question.id: was.answers[question.id] for question in questions}
        assert not set(sent.answers) & set(was.refill)
        assert all(answers.still_reads(question, sent.answers[question.id]) for question in questions)
        assert not shown or (shown.draft and not differing(shown.draft.answers, was.answers)), "sent other than shown"
        others = [other for other in step.before.sent if other.draft == sent.draft or other.number == sent.number]
        assert {other.application for other in others} <= {sent.application}


def _revisions(step: Step, application: int) -> set[int]:
    return {sent.revision for sent in step.before.sent if sent.application == application}


def what_was_sent_stays(step: Step) -> None:
    assert [(s.application, s.revision, s.answers) for s in step.before.sent] == [
        (s.application, s.revision, s.answers) for s in step.after.sent[: len(step.before.sent)]
    ]
    for id, was in step.before.drafts.items():
        assert was.state != "submitted" or step.after.drafts[id] == was, f"draft {id} was sent and changed"


CLAIMS: tuple[Callable[[Step], None], ...] = (
    every_message_gets_one_answer,
    every_answer_can_be_shown,
    a_question_is_shown_before_it_is_asked,
    the_open_question_applies,
    progress_is_told_rightly,
    a_button_of_the_last_message_works,
    nobody_reads_or_changes_what_another_person_wrote,
    *recording.CLAIMS,
    words_of_a_burst_wait_in_order,
    early_words_are_kept,
    the_revision_only_grows,
    what_eligibility_decided_stays,
    what_does_not_fit_any_more_is_marked,
    after_an_answer_comes_the_first_question_without_one,
    an_application_is_sent_as_it_was_on_the_screen,
    what_was_sent_stays,
)
