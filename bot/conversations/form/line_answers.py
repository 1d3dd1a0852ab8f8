"""Takes one message with several lines as answers to several questions, a line each; else as its question takes it."""

from __future__ import annotations

from bot.conversations.form.asked_together import questions_from
from bot.conversations.form.kinds import kind_of
from bot.conversations.form.kinds.kind import AnsweredTogether, AskAgain, Decision
from bot.conversations.form.session import FormSession
from domain.form.answer_lines import AnswerLines, UnreadLine, read_lines, split_lines
from domain.form.definition import Question
from domain.text import Text, excerpt, lines


def take(session: FormSession, question: Question, words: str) -> Decision:
    """What the typed words are for the open question."""
    written = split_lines(words)
    if len(written) == 1 or session.asked_part or session.partial(question) is not None:
        return kind_of(question).take(session, question, words)
    if len(questions_from(session, question)) == 1:
        return kind_of(question).take(session, question, words)
    found = read_lines(
        session.form, question, session.draft.answers, written, session.ctx.office.switches, session.ctx.reading
    )
    if found.are_answers:
        return AnsweredTogether(found.values, _echo(session, found, written))
    if found.is_many and kind_of(question).one_message:
        return AskAgain(lines(Text("Pesan itu belum kami pakai."), *_problems(found, written)))
    return kind_of(question).take(session, question, words)


def _echo(session: FormSession, found: AnswerLines, written: tuple[str, ...]) -> Text:
    questions = session.form.questions
    told = (
        Text("%(code)s dilewati.", code=questions[id].code)
        if value is None
        else kind_of(questions[id]).echo(questions[id], value)
        for id, value in found.values.items()
    )
    return lines(*told, *_problems(found, written))


def _problems(found: AnswerLines, written: tuple[str, ...]) -> tuple[Text, ...]:
    return tuple(_problem(line, written[line.number - 1]) for line in found.unread)


def _problem(line: UnreadLine, words: str) -> Text:
    number, shown = line.number, excerpt(words)
    if line.question is None:
        return Text("✗ Baris %(number)s, “%(words)s”: %(why)s", number=number, words=shown, why=line.why)
    return Text(
        "✗ Baris %(number)s untuk %(code)s, “%(words)s”: %(why)s",
        number=number,
        code=line.question.code,
        words=shown,
        why=line.why,
    )
