"""What a kind of answer is in the conversation, and what its functions return."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TypeAlias

from bot.actions.form import FinishAnswer
from bot.actions.form_codes import FormAct, QuestionAct
from bot.chat import Choice, Incoming, Turn
from bot.conversations.form.prompts import OpenPart, ask_plainly, help_on, label
from bot.conversations.form.session import FormSession
from bot.conversations.form.unused_files import why_unused
from domain.form import answers
from domain.form.definition import Question, Value
from domain.form.kind import AnswerKind
from domain.form.reading import Unreadable
from domain.frozen import frozen
from domain.text import Json, Text, lines

# What the functions of a kind decide; `record.carry_out` does it ------------------------------------------------------


@frozen
class AskAgain:
    """Ask the question, or its open part, under a notice."""

    notice: Text | None = None


@frozen
class Answered:
    """The answer is complete: record it and go on."""

    value: Value


@frozen
class AnsweredTogether:
    """The answers to several questions are complete: record them and go on."""

    values: Mapping[str, Value]  #: id of the question → its answer
    echo: Text


@frozen
class Collected:
    """Keep this as the part of the answer that is there already (`None`: nothing), and ask for the rest."""

    partial: Json
    notice: Text | None = None
    #: the part of the question that is open next, where the partial answer does not tell
    next_part: str = ""


@frozen
class GoOn:
    """The answer stays as it is: go on. `is_new`: it was recorded just now, and more of it may follow."""

    notice: Text | None = None
    is_new: bool = False


@frozen
class Perform:
    """Do this, which is more than to record an answer. It decides what follows."""

    act: Callable[[], Decision]


#: a `Turn` shows a screen of the kind's own
Decision: TypeAlias = AskAgain | Answered | AnsweredTogether | Collected | GoOn | Perform | Turn

# What most kinds do ---------------------------------------------------------------------------------------------------


_NEEDS_WORDS = Text("Pertanyaan ini dijawab dengan tulisan, bukan berkas. Berkas Anda tidak kami simpan.")


def read_whole(session: FormSession, question: Question, text: str) -> Decision:
    """The message is the whole answer."""
    try:
        return Answered(answers.read(question, text, session.ctx.reading))
    except Unreadable as error:
        return AskAgain(error.text)


def refuse_act(session: FormSession, question: Question, act: FormAct) -> Decision:
    if isinstance(act, FinishAnswer):
        return AskAgain(Text("Belum ada jawaban baru. Silakan tulis atau pilih jawabannya."))
    return AskAgain(Text("Tombol itu tidak berlaku untuk pertanyaan ini."))


def refuse_files(session: FormSession, question: Question, incoming: Incoming) -> Decision:
    return AskAgain(lines(why_unused(incoming), _NEEDS_WORDS))


def no_part(session: FormSession, question: Question) -> OpenPart | None:
    return None


def no_way_back(session: FormSession, question: Question) -> Decision | None:
    return None


def collects_nothing(session: FormSession, question: Question) -> bool:
    return False


def stored_value(session: FormSession, question: Question) -> Value:
    return session.value(question)


def help_on_question(session: FormSession, question: Question) -> Text:
    return help_on(question, label(question))


def echo_answer(question: Question, value: Value) -> Text:
    """Repeats what was understood, so that a misread date or number is seen at once."""
    return Text("✓ %(code)s: %(answer)s", code=question.code, answer=answers.brief(question, value))


def echo_stored(question: Question, value: Value) -> Text:
    """For answers that are too long to repeat."""
    return Text("✓ %(code)s tersimpan.", code=question.code)


# The record -----------------------------------------------------------------------------------------------------------


@frozen
class Kind:
    """Everything that one kind of answer needs."""

    #: reads typed words, shows a stored value, says whether it still fits, hints at the format
    answer: AnswerKind
    #: the message that asks the question, or its open part, under a notice
    ask: Callable[[FormSession, Question, Text | None], Turn] = ask_plainly
    #: typed words; what they are is also asked without doing it, so it changes nothing itself
    take: Callable[[FormSession, Question, str], Decision] = read_whole
    #: a button of this kind
    tap: Callable[[FormSession, Question, FormAct], Decision] = refuse_act
    #: uploaded files
    take_files: Callable[[FormSession, Question, Incoming], Decision] = refuse_files
    #: one step back inside the answer; `None`: to the question before
    back: Callable[[FormSession, Question], Decision | None] = no_way_back
    #: the part of the answer that the next words are for, where the question is asked in parts
    open_part: Callable[[FormSession, Question], OpenPart | None] = no_part
    #: whether a message belongs to the answer also when it was sent before our last message was seen
    collects: Callable[[FormSession, Question], bool] = collects_nothing
    #: the answer as far as it is there, also while it is typed in parts; a page shows it in its inputs
    so_far: Callable[[FormSession, Question], Value] = stored_value
    help: Callable[[FormSession, Question], Text] = help_on_question
    #: what confirms a recorded answer
    echo: Callable[[Question, Value], Text] = echo_answer
    #: the reply to messages that are no words, instead of the general ones of `UNSUPPORTED`
    unsupported_reply: Text | None = None
    #: whether one message is the whole answer, so that editing the message can change it
    one_message: bool = True
    #: whether the code of a question, such as "0.5", may also be an answer
    code_is_ambiguous: bool = False
    #: whether any words are an answer, so that "tidak ada" is told from them where the question may be left out
    takes_any_words: bool = False
    #: whether a shared contact answers with its phone number
    takes_contact: bool = False
    #: the button that adds to a recorded answer, where more can follow: an early message adds by itself
    continue_choice: Callable[[FormSession, Question], Choice] | None = None
    #: acts that change only the message that their button stands in
    acts_in_place: tuple[type[QuestionAct], ...] = ()
