"""What may be recorded: claims over a `Step` about answers and about what is half typed."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from typing import cast

import locales
from domain.form import answers
from domain.form.definition import NO, YES, Question, Value, chosen
from domain.form.options import with_other
from domain.form.reading import Unreadable, is_left_out
from domain.text import many_lines, one_line
from tests.stateful.expected_meaning import (
    TYPED,
    act,
    action,
    answered_with,
    command,
    open_part,
    origin,
    path,
    reading,
    rows_of,
    target,
    words_behind,
)
from tests.stateful.installation import OFFICE, OWN_DATA
from tests.stateful.observation import DraftView, Step
from tests.stateful.typed_text import reads

#: kinds whose answer is one message
PLAIN = {"text", "email", "phone", "number", "date", "code", "choice"}
#: buttons about the cell or the stage that is open
PART_BUTTONS = {"nostage", "keepstage", "keepcell", "skipcell"}


#: buttons that answer several questions: with what is known, or with nothing
TOGETHER = {"known", "skiprest"}


def only_the_asked_or_named_question_changes(step: Step) -> None:
    """Words and files belong to the question last shown before they were sent, a button to its own."""
    asked = (step.talk.draft, (step.talk.asked or "").partition("/")[0])
    for change in (*step.changes(), *step.half_typed(), *step.replied()):
        continued = change == (step.talk.draft, step.talk.data.get("continued"))
        if step.incoming.kind == "file" and (change == asked or continued):
            continue  # a file answers the file question that is open, also if sent before, or follows other files
        if action(step) in TOGETHER:
            continue
        meant = target(step)
        assert meant and change in answered_with(step, meant), f"{step.words!r} {step.incoming.tap} changed {change}"


def only_questions_that_are_open_change(step: Step) -> None:
    for draft, name in (*step.changes(), *step.half_typed(), *step.replied()):
        now = step.before.drafts[draft]
        if now.version == step.after.drafts[draft].version:
            assert name in {question.id for question in path(step.form(draft), now)}, f"{name} does not apply"


def nothing_unseen_is_recorded(step: Step) -> None:
    """A long text and a list of files take what follows, also when the text was just stored; "selesai" ends what was
    begun, "kembali" takes a part back.
    """
    if not step.unseen or step.incoming.kind in {"tap", "edit"}:
        return
    for draft, name in (*step.changes(), *step.half_typed(), *step.replied()):
        kind = step.question(draft, name).kind
        collects = kind == "longtext" and step.before.drafts[draft].partial.get(name) is not None
        goes_back = kind in {"rows", "schedule"} and command(step) == "back"
        allowed = collects or goes_back or kind == "file" or command(step) == "done"
        was_asked = step.incoming.kind == "file" or (step.seen and step.seen.asks == step.talk.asked)
        if step.talk.data.get("continued") == name and step.incoming.kind in {"text", "file"}:
            continue
        assert allowed and was_asked, f"{step.words!r} was recorded unseen"


def nothing_is_recorded_over_a_newer_answer(step: Step) -> None:
    """What a message or a button meant to change must still be what its sender had on the screen."""
    shown = origin(step)
    for change in step.changes():
        continues = step.unseen and step.talk.data.get("continued") == change[1]
        if shown and step.incoming.kind in {*TYPED, "tap"} and not continues:
            assert step.changed_at.get(change, -1) <= shown.step, f"{change} changed after {shown.words!r}"


def what_is_recorded_is_what_was_said(step: Step) -> None:
    for draft, name in step.changes():
        was, now, question = step.before.drafts[draft], step.after.drafts[draft].answers, step.question(draft, name)
        if name not in now:
            assert question.kind == "file" and action(step) == "remove", f"{name} was lost"
        elif now[name] is None:
            skips = command(step) == "skip" or action(step) in {"skip", "skiprest"} or is_left_out(words_behind(step))
            assert skips and not question.required, f"{name} was skipped by {step.words!r}"
        elif step.incoming.kind == "edit":
            assert now[name] == reads_whole(step, question), f"{step.words!r} was kept as {now[name]!r}"
        elif action(step) == "known":
            known = (*OWN_DATA.values(), *map(one_line, map(str, was.answers.values())))
            assert one_line(str(now[name])) in known, f"{now[name]!r} was known to nobody"
        elif (ticks := step.form(draft).tick_list_of.get(name)) and f"✓ {ticks.code}: " in step.said:
            _ticks(step, question, was, now[name])
        elif question.kind in PLAIN:
            assert now[name] == _meant(step, question, was), f"{step.words!r} was kept as {now[name]!r}"
        else:
            STRUCTURED[question.kind](step, question, was, now[name])
    for draft, name in step.replied():
        assert step.after.drafts[draft].replies[name] == many_lines(words_behind(step))


def _meant(step: Step, question: Question, was: DraftView) -> Value:
    shown, what = origin(step), act(step)[2]
    if question.kind == "choice" and what.isdigit():
        as_shown = shown.form.by_code[act(step)[1].casefold()] if shown and shown.form else question
        return as_shown.options[int(what) - 1].value
    if (shown and shown.part == "other") or (not shown and (step.talk.asked or "").endswith("/other")):
        return with_other(question, chosen(was.partial.get(question.id)), words_behind(step))
    return reads(question, words_behind(step), reading(step))


def an_edited_message_changes_its_own_answer_or_nothing(step: Step) -> None:
    """It changes what it had answered if its new words read, and leaves what is open as it was."""
    if step.incoming.kind != "edit":
        return
    assert step.now.held == step.talk.held and not step.replied() and not step.half_typed()
    assert step.now.asked in {step.talk.asked, None} and set(step.changes()) <= {step.gave}
    draft, name = step.gave or (0, "")
    was = step.before.drafts.get(draft)
    if was is None or not was.is_open or was.version != step.after.drafts[draft].version or command(step):
        return
    question, value = step.question(draft, name), reads_whole(step, step.question(draft, name))
    locked = question.known_from == "eligibility" and name not in was.refill
    if question.kind in {*PLAIN, "choices"} and question in path(step.form(draft), was) and not locked:
        now = step.after.drafts[draft].answers[name]
        assert now == (was.answers[name] if value is None else value), f"{step.words!r} made {now!r} of {name}"
        if value == was.answers[name]:
            assert not step.said, "an edit that changes nothing is silent"
        else:
            assert f"{question.code} {'tetap' if value is None else 'diubah'}: " in step.said


def reads_whole(step: Step, question: Question) -> Value:
    """None for words that are no answer by themselves."""
    try:
        return answers.read(question, step.words, reading(step))
    except Unreadable:
        return None


def _longtext(step: Step, question: Question, was: DraftView, value: Value) -> None:
    """The messages of the text, as they are or behind the stored one."""
    partial, old = was.partial.get(question.id), was.answers.get(question.id)
    written = partial.get("new") if isinstance(partial, dict) else partial
    messages = [str(message) for message in written] if isinstance(written, list) else []
    if action(step) not in {"append", "rewrite", "done"} and command(step) != "done":
        messages.append(words_behind(step))
    shown = origin(step)
    continues = step.unseen and step.talk.data.get("continued") == question.id
    is_behind = action(step) == "append" or continues or (shown is not None and shown.part == "more")
    expected = many_lines("\n".join([str(old), *messages] if is_behind else messages))
    assert value == expected, f"{question.id} was ended without its text"


def _choices(step: Step, question: Question, was: DraftView, value: Value) -> None:
    """What was ticked, and what is named now by a button, a number or words."""
    before = {*chosen(was.partial.get(question.id)), *chosen(was.answers.get(question.id))}
    what, _, number = act(step)[2].partition(".")
    named = {question.options[int(number) - 1].value} if what == "pick" else set()
    if what in {"", "use", "take"}:
        named = set(chosen(reads(question, words_behind(step), reading(step))))
    assert named <= set(chosen(value)) <= before | named, f"{words_behind(step)!r} became {value}"


def _ticks(step: Step, question: Question, was: DraftView, value: Value) -> None:
    """A yes is what was ticked, or is named now by a button, a number or words; the rest is a no."""
    tick_list = step.form(was.id).tick_list_of[question.id]
    asked = (target(step) or (0, ""))[1]
    partial, (what, _, number) = was.partial.get(asked), act(step)[2].partition(".")
    before = _ticked(partial)
    named = {tick_list.ticks[int(number) - 1].value} if what == "pick" else set()
    if what in {"", "use", "take"} and command(step) != "done":
        listed = replace(question, kind="choices", options=tick_list.ticks)
        named = set(chosen(reads(listed, words_behind(step), reading(step))))
    stored = was.answers.get(question.id) == YES and not partial
    assert value in ({YES} if question.id in before | named else {YES, NO} if stored else {NO})


def _rows(step: Step, question: Question, was: DraftView, value: Value) -> None:
    rows = cast("list[dict[str, str]]", value)
    own = action(step) == "own" and [row["kode_kabupaten_kota"] for row in rows] == [OFFICE.district.code]
    sheet = was.partial.get(question.id)
    pasted = cast("list[Value]", sheet.get("pasted", [])) if isinstance(sheet, dict) else []
    before = rows_of(was, question.id)
    assert own or rows == [*before, *(row for row in pasted if row not in before)]


def _schedule(step: Step, question: Question, was: DraftView, value: Value) -> None:
    typed = cast("dict[str, Value]", was.partial.get(question.id) or {})
    now = cast("dict[str, Value]", value)
    assert {**now, **{stage: period for stage, period in typed.items() if period}} == now


def _files(step: Step, question: Question, was: DraftView, value: Value) -> None:
    before, now = was.answers.get(question.id) or [], cast("list[dict[str, object]]", value)
    new = [file for file in now if file not in cast("list[object]", before)]
    fitting = [file.name for file in step.incoming.files if not file.refused and file.kind in question.limits.accept]
    assert [file["name"] for file in new] == fitting
    assert new or action(step) == "remove"


STRUCTURED: dict[str, Callable[[Step, Question, DraftView, Value], None]] = {
    "longtext": _longtext,
    "choices": _choices,
    "rows": _rows,
    "schedule": _schedule,
    "file": _files,
}


def what_is_recorded_is_confirmed(step: Step) -> None:
    for draft, name in (*step.changes(), *step.replied()):
        question, now = step.question(draft, name), step.after.drafts[draft].answers
        tick_list = step.form(draft).tick_list_of.get(name)
        if tick_list and f"✓ {tick_list.code}: " in step.said:
            continue
        if question.kind != "file" or (draft, name) in step.replied():
            assert f"✓ {question.code}" in step.said or _is_said_left_out(step, question), step.said
        if question.kind in PLAIN and now[name] is not None and (draft, name) in step.changes():
            assert locales.say(answers.show(question, now[name]), "id")[:250] in step.said, step.said


def _is_said_left_out(step: Step, question: Question) -> bool:
    return any(question.code in re.split(r"[, ]+", line) for line in step.said.splitlines() if "dilewati" in line)


def what_is_confirmed_is_recorded(step: Step) -> None:
    for reply in step.replies:
        for code in re.findall(r"^✓ (\S+)(?: tersimpan\.$|: )", reply.words, re.MULTILINE):
            question = reply.form.by_code.get(code.casefold()) if reply.form else None
            if question and reply.draft:
                assert reply.draft.answers.get(question.id) is not None, f"{code} is said to be stored"


def a_half_typed_part_is_put_where_it_was_asked(step: Step) -> None:
    """Words go into the cell or the stage that stood in the question, and so do the buttons about it."""
    shown = origin(step)
    for draft, name in step.half_typed():
        question = step.question(draft, name)
        words = step.incoming.kind in TYPED and not command(step)
        if shown and question.kind in {"rows", "schedule"} and (words or action(step) in PART_BUTTONS):
            part = open_part(question, step.before.drafts[draft].partial.get(name))
            was_asked = part == shown.part or (not part and "/" not in shown.part)
            assert was_asked, f"{shown.asks} was asked, {step.words!r} changed {part}"


def rows_change_one_at_a_time(step: Step) -> None:
    """Words add rows or finish one; only a button deletes, and only the row that it stood under."""
    for draft, name in step.half_typed():
        if step.question(draft, name).kind != "rows":
            continue
        was, now = (rows_of(view.drafts[draft], name) for view in (step.before, step.after))
        gone, new = [row for row in was if row not in now], [row for row in now if row not in was]
        if action(step) == "delete" and step.button and step.button.shown.draft:
            under = rows_of(step.button.shown.draft, name)[int(step.button.shown.part) - 1]
            assert gone == [under] and not new, f"another row was deleted: {gone}"
        else:
            assert len(gone) <= 1 and (not gone or len(new) == 1), f"{gone} became {new}"


def a_tick_does_what_its_button_says(step: Step) -> None:
    for draft, name in step.half_typed():
        if step.button and action(step) in {"on", "off"}:
            was, now = (_ticked(view.drafts[draft].partial.get(name)) for view in (step.before, step.after))
            label = step.button.label.removeprefix("✓ ")
            tick_list = step.form(draft).tick_list_of.get(name)
            options = tick_list.ticks if tick_list else step.question(draft, name).options
            value = next((option.value for option in options if locales.say(option.label, "id") == label), None)
            assert (value in now) != step.button.label.startswith("✓ "), f"{step.button.label!r}: {was} became {now}"


def _ticked(partial: Value) -> set[str]:
    match partial:
        case {"ticked": [*names]}:
            return {str(name) for name in names}
    return set(chosen(partial))


CLAIMS: tuple[Callable[[Step], None], ...] = (
    only_the_asked_or_named_question_changes,
    only_questions_that_are_open_change,
    nothing_unseen_is_recorded,
    nothing_is_recorded_over_a_newer_answer,
    what_is_recorded_is_what_was_said,
    an_edited_message_changes_its_own_answer_or_nothing,
    what_is_recorded_is_confirmed,
    what_is_confirmed_is_recorded,
    a_half_typed_part_is_put_where_it_was_asked,
    rows_change_one_at_a_time,
    a_tick_does_what_its_button_says,
)
