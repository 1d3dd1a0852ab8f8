"""Several answers in one message, a line each."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

from domain.form import answers
from domain.form.definition import Answers, Form, Question, Value, route
from domain.form.pasted_rows import without_bullets
from domain.form.reading import Reading, Unreadable, fold, is_left_out, source_words
from domain.frozen import frozen
from domain.text import Text, has_words

#: lines of a message of which some may not read; a shorter message may be one answer that was written on two lines
_MANY = 3


@frozen
class UnreadLine:
    number: int  #: of the line in the message, from 1
    question: Question | None  #: `None`: there is no question left for the line
    why: Text


@frozen
class AnswerLines:
    values: Mapping[str, Value]  #: id of a question → what its line says; `None` leaves the question out
    unread: tuple[UnreadLine, ...]
    count: int  #: lines of the message
    is_exact: bool  #: whether there are as many lines as questions

    @property
    def are_answers(self) -> bool:
        """Whether the lines are surely meant one by one: all read, or most of as many lines as there are questions."""
        is_mostly_read = self.is_exact and self.is_many and len(self.values) > len(self.unread)
        return bool(self.values) and (not self.unread or is_mostly_read)

    @property
    def is_many(self) -> bool:
        return self.count >= _MANY


def split_lines(words: str) -> tuple[str, ...]:
    """The lines in which something stands, without the bullets or numbers of a list."""
    return without_bullets([line.strip() for line in words.splitlines() if line.strip()])


def read_lines(
    form: Form,
    question: Question,
    stored: Answers,
    written: Sequence[str],
    switches: Collection[str],
    reading: Reading,
) -> AnswerLines:
    """Reads the lines as answers to the question and to those asked together with it that are not answered yet, in
    order. A line may name its question: "Jabatan: Kepala Bidang".
    """
    group = form.together_with.get(question.id, (question.id,))
    group = group[group.index(question.id) :]
    values: dict[str, Value] = {}
    unread: list[UnreadLine] = []
    met: set[str] = set()
    for number, line in enumerate(written, start=1):
        left = _left(form, group, {**stored, **values}, met, switches)
        named, words = _named(left, line)
        target = named or next(iter(left), None)
        if target is None:
            unread.append(UnreadLine(number, None, Text("Tidak ada pertanyaan lagi untuk baris ini.")))
            continue
        met.add(target.id)
        try:
            values[target.id] = _read(target, words, reading)
        except Unreadable as problem:
            unread.append(UnreadLine(number, target, problem.text))
    left = _left(form, group, {**stored, **values}, met, switches)
    return AnswerLines(values, tuple(unread), len(written), not left and all(line.question for line in unread))


def _left(
    form: Form, group: Sequence[str], given: Answers, met: Collection[str], switches: Collection[str]
) -> tuple[Question, ...]:
    """The questions of the group that apply and wait for a line."""
    path = route(form, given, switches)
    return tuple(one for one in path if one.id in group and one.id not in met and one.id not in given)


def _read(question: Question, words: str, reading: Reading) -> Value:
    if is_left_out(words):
        if not question.required:
            return None
        if not has_words(words):
            raise Unreadable(Text("Butir %(code)s wajib diisi, jadi tidak dapat dilewati.", code=question.code))
    return answers.read(question, words, reading)


def _named(questions: Sequence[Question], line: str) -> tuple[Question | None, str]:
    """The question that stands before the colon, and the words behind it."""
    head, colon, tail = line.partition(":")
    said = fold(head) if colon and tail.strip() else ""
    for question in questions:
        if said and said in {fold(question.code), *_names(question)}:
            return question, tail.strip()
    return None, line


def _names(question: Question) -> set[str]:
    """The label, its first word, and the label with its number: "Nama lengkap", "nama", "R.1 Nama lengkap"."""
    label = fold(source_words(question.heading or question.label))
    return {label, label.partition(" ")[0], f"{fold(question.code)} {label}"}
