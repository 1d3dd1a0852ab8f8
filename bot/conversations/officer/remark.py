"""Remarks on single answers: written, seen again with what the applicant made of them, closed one by one."""

from __future__ import annotations

from collections.abc import Mapping

from bot.actions import Action, fields_of
from bot.chat import Choice, DialogueState, Incoming, Prompt, Turn, turn
from bot.conversations.form.prompts import label
from bot.conversations.officer import acts, examine, head, sections
from bot.conversations.officer.acts import Step, Steps, Tap
from bot.conversations.officer.examine import Read
from bot.service import cases
from bot.service.access import ActionRefused
from bot.service.context import Context
from domain.form.answers import brief
from domain.form.answers import show as whole
from domain.form.definition import Question
from domain.remarks import ready_made
from domain.text import Text, lines, paragraphs
from storage.tables import Remark

NAME = "remark"
#: remarks on one screen, each with the answer before and after
PAGE = 3


def on_button(action: Action, state: DialogueState, ctx: Context) -> Turn:
    return acts.on_button(TAPS, fields_of(action), state, ctx)


def on_message(incoming: Incoming, state: DialogueState, ctx: Context) -> Turn:
    return examine.by_code(incoming, state, ctx) or acts.on_message(STEPS, incoming, state, ctx)


def reprompt(state: DialogueState, ctx: Context, notice: Text) -> Turn:
    return acts.reprompt(STEPS, state, ctx, notice)


def _which(state: DialogueState, ctx: Context, number: int, more: list[str]) -> Turn:
    """Which answer it is about: by its number, or found in its block."""
    application = cases.open_case(ctx, number)
    cases.must_be_under_review(ctx, application)
    choices = [sections.choice(application, section) for section in sections.answered(ctx, application)]
    text = Text("Catatan untuk butir mana? Tulis nomornya, misalnya 3.2, atau buka bloknya.")
    return acts.wait(NAME, state, "which", number, text, *choices)


def _take_which(state: DialogueState, ctx: Context, number: int, words: str) -> Turn:
    if words.casefold() not in head.form_of(ctx, cases.open_case(ctx, number)).by_code:
        return acts.reprompt(STEPS, state, ctx, Text("Nomor butir itu tidak ada di formulir."))
    return _ask(state, ctx, number, [words])


def _ask(state: DialogueState, ctx: Context, number: int, more: list[str]) -> Turn:
    """The answer, and the remarks that are often written about it."""
    read = examine.of(ctx, number)
    question = read.question(more)
    cases.must_be_open_to_remarks(ctx, read.application, question)
    cases.read_answers(ctx, read.application, question.id)
    answer = read.frozen[question.id]
    long_table = question.kind == "rows" and isinstance(answer, list) and len(answer) > examine.ROWS
    listed, ready = acts.ready_made(f"{NAME}:ready:{number}:{question.code}", ready_made().get(question.id, ()))
    text = paragraphs(
        label(question),
        brief(question, answer) if long_table else whole(question, answer),
        *read.found(question.id),
        Text("Tulis catatan Anda, atau pilih salah satu.") if ready else Text("Tulis catatan Anda."),
        listed,
    )
    if long_table:
        ready.append(Choice(f"examine:answer:{number}:{question.code}", Text("Baca semua baris")))
    return acts.wait(NAME, state, "remark", number, text, *ready, question=question.code)


def _take_remark(state: DialogueState, ctx: Context, number: int, words: str) -> Turn:
    read = examine.of(ctx, number)
    return _written(state, read, read.question([str(state.data.get("question"))]), words)


def _ready(state: DialogueState, ctx: Context, number: int, more: list[str]) -> Turn:
    read = examine.of(ctx, number)
    question = read.question(more)
    texts = ready_made().get(question.id, ())
    if more[1:] not in [[str(n)] for n in range(1, len(texts) + 1)]:
        raise ActionRefused(Text("Catatan siap pakai itu tidak ada."))
    return _written(state, read, question, texts[int(more[1]) - 1])


def _written(state: DialogueState, read: Read, question: Question, words: str) -> Turn:
    """Back to where it was read, so that reading goes on."""
    cases.remark(read.ctx, read.application, question, words)
    done = Text("✓ Catatan untuk %(code)s tersimpan.", code=question.code)
    following = sections.next_choice(read.ctx, read.application, read.form.section_of[question.id].id)
    ways = (
        following,
        Choice(f"{NAME}:which:{read.number}", Text("Tulis catatan lain")),
        Choice(f"{head.NAME}:revision:{read.number}", Text("Minta perbaikan")),
        examine.back_to_block(read, question),
        Choice(f"{head.NAME}:show:{read.number}", Text("Kembali"), nav=True),
    )
    return turn(state.at(examine.NAME, application=read.number), Prompt(done, ways))


def _open(state: DialogueState, ctx: Context, number: int, more: list[str]) -> Turn:
    """What is open, each with the answer before and after; one page."""
    return _listed(state, examine.of(ctx, number), acts.number_of(more) or 0)


def _listed(state: DialogueState, read: Read, page: int, notice: Text | None = None) -> Turn:
    cases.must_be_under_review(read.ctx, read.application)
    rows = cases.remarks(read.ctx, read.application, "open", "answered")
    if not rows:
        return head.show(state, read.ctx, read.number, notice or Text("Tidak ada catatan yang terbuka."))
    first = min(page, (len(rows) - 1) // PAGE) * PAGE
    shown = rows[first : first + PAGE]
    cases.read_answers(read.ctx, read.application, *(row.question for row in shown))
    numbered = list(enumerate(shown, start=first + 1))
    choices = [_closing(read, n, row) for n, row in numbered]
    if first + PAGE < len(rows):
        choices.append(Choice(f"{NAME}:open:{read.number}:{first // PAGE + 1}", Text("Berikutnya")))
    back = Choice(f"{head.NAME}:show:{read.number}", Text("Kembali"), nav=True)
    heading = Text("Catatan terbuka: %(count)s", count=len(rows))
    text = paragraphs(notice, heading, *(_compared(read, n, row) for n, row in numbered))
    return turn(state.at(NAME, application=read.number), Prompt(text, (*choices, back)))


def _closing(read: Read, n: int, row: Remark) -> Choice:
    full = Text("Tutup catatan %(number)s (%(code)s)", number=n, code=head.code_of(read.form, row))
    return Choice(f"{NAME}:close:{read.number}:{row.id}", full, Text("Tutup catatan %(number)s", number=n))


def _compared(read: Read, n: int, row: Remark) -> Text:
    """The remark, the answer that it was about, what it is now, and the reply."""
    question = read.form.questions[row.question]
    was = cases.answers(read.ctx, read.application, row.round).answers.get(question.id)
    now = read.frozen.get(question.id)
    if question.id not in read.frozen:
        changed = Text("Sekarang: butir ini tidak ditanyakan lagi.")
    elif was == now:
        changed = Text("Isian: %(answer)s", answer=brief(question, now))
    else:
        changed = Text("Sekarang: %(answer)s", answer=brief(question, now))
    return lines(
        label(question),
        Text("Catatan %(number)s: %(text)s", number=n, text=row.text),
        Text("Sebelumnya: %(answer)s", answer=brief(question, was)) if was != now else None,
        changed,
        Text("Jawaban pemohon: %(reply)s", reply=row.reply) if row.reply else None,
    )


def _close(state: DialogueState, ctx: Context, number: int, more: list[str]) -> Turn:
    """The next one stays on the screen."""
    read = examine.of(ctx, number)
    code = head.code_of(read.form, cases.close_remark(ctx, read.application, acts.number_of(more) or 0))
    if cases.remarks(ctx, read.application, "open", "answered"):
        return _listed(state, read, 0, Text("✓ Catatan %(code)s ditutup.", code=code))
    return head.show(state, ctx, number, Text("✓ Semua catatan sudah ditutup."))


TAPS: Mapping[str, Tap] = {"which": _which, "ask": _ask, "ready": _ready, "open": _open, "close": _close}
STEPS: Steps = {
    "which": Step(lambda state, ctx, number: _which(state, ctx, number, []), _take_which),
    "remark": Step(lambda state, ctx, number: _ask(state, ctx, number, [str(state.data["question"])]), _take_remark),
}
