"""What one kind of answer is: how typed words become a stored value, and how that value is shown again."""

from __future__ import annotations

from collections.abc import Callable

from domain.form.definition import Question, Value
from domain.form.reading import Reading, Unreadable
from domain.frozen import frozen
from domain.text import Text, verbatim


def _no_hint(_: Question) -> Text:
    return Text("")


def _as_stored(cell: str) -> Value:
    return cell


def _write_plainly(_: Question, value: Value, __: Reading) -> str:
    return "" if value is None else str(value)


@frozen
class AnswerKind:
    """The pure functions of one kind of answer. `domain.form.answers.KINDS` holds one for each kind."""

    #: typed words → the value to store; raises `Unreadable`
    read: Callable[[Question, str, Reading], Value]
    #: a stored value → words; a value that does not fit is shown as it is stored
    show: Callable[[Question, Value], Text]
    #: whether a stored value still answers the question as the form asks it now
    fits: Callable[[Question, Value], bool]
    #: the expected format in one sentence; empty where the question says it all
    hint: Callable[[Question], Text] = _no_hint
    #: a stored value → a few lines of words, for kinds whose answers can be long
    show_short: Callable[[Question, Value], Text] | None = None
    #: the words of a cell → the value that they stand for; tables store every cell as words
    of_cell: Callable[[str], Value] = _as_stored
    #: a stored value → words that read as the same value; for files that people fill in
    write: Callable[[Question, Value, Reading], str] = _write_plainly
    #: what says in a file that a question is left out; empty where a dash is an answer of its own
    left_out: str = "-"
    #: whether the answer is an upload, which no file of a form can hold
    is_upload: bool = False


def words_kind(
    read_words: Callable[[Question, str], str], hint: Callable[[Question], Text], left_out: str = "-"
) -> AnswerKind:
    """A kind that stores the typed words, tidied. A stored value fits when `read_words` accepts it again."""

    def read(question: Question, words: str, _: Reading) -> Value:
        return read_words(question, words)

    def fits(question: Question, value: Value) -> bool:
        try:
            return isinstance(value, str) and bool(read_words(question, value))
        except Unreadable:
            return False

    return AnswerKind(read, show_words, fits, hint, left_out=left_out)


def show_words(_: Question, value: Value) -> Text:
    return verbatim(str(value))
