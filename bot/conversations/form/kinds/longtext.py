"""Long text: collects one message after the other until the person presses Selesai.

New words for a stored text never replace it by themselves: the person sees the old text whole, and says whether they
are added to it, replace it, or are thrown away.
"""

from __future__ import annotations

from bot.actions.form import AppendText, ClearText, DropText, FinishAnswer, FormAct, ReplaceText
from bot.chat import Choice, Turn
from bot.conversations.form.kinds.kind import AskAgain, Collected, Decision, Kind, echo_stored, read_whole, refuse_act
from bot.conversations.form.prompts import ask_plainly, heading, navigation, outdated_notice
from bot.conversations.form.session import FormSession
from domain.form.definition import Question, Value
from domain.form.texts import LONGTEXT, longtext_limit
from domain.text import Json, Text, join_messages, lines, paragraphs, verbatim

#: key of the words that may change a stored text, in the partial answer
_NEW = "new"


def _ask(session: FormSession, question: Question, notice: Text | None) -> Turn:
    old, new = _stored(session, question), _new_words(session, question)
    if old and new:
        return _ask_what_becomes(session, question, old, new, notice)
    typed = _collected(session, question)
    if not typed:
        whole = Text("Isian sekarang: %(answer)s", answer=old) if old else None
        present = paragraphs(outdated_notice(session, question), whole) if whole else None
        return ask_plainly(session, question, notice, present=present)
    text = paragraphs(
        notice,
        heading(session, question),
        Text(
            "Sudah tertulis %(count)s dari paling banyak %(most)s huruf. Kirim lanjutannya, atau tekan Selesai.",
            count=len(typed),
            most=longtext_limit(question),
        ),
    )
    choices = (
        Choice(session.tap(question, FinishAnswer()), Text("Selesai"), nav=True),
        Choice(session.tap(question, ClearText()), Text("Tulis ulang"), nav=True),
    )
    return session.say(question.id, text, *choices, *navigation(session, question))


def _ask_what_becomes(session: FormSession, question: Question, old: str, new: str, notice: Text | None) -> Turn:
    text = paragraphs(
        notice,
        heading(session, question),
        Text("Isian sekarang: %(answer)s", answer=old),
        lines(Text("Tulisan baru Anda:"), verbatim(new)),
        Text("Apakah tulisan baru ditambahkan di akhir, atau mengganti semua isian sekarang?"),
    )
    choices = (
        Choice(session.tap(question, AppendText()), Text("Tambahkan di akhir")),
        Choice(session.tap(question, ReplaceText()), Text("Ganti semua")),
        Choice(session.tap(question, DropText()), Text("Batal")),
    )
    return session.say(question.id, text, *choices)


def _take(session: FormSession, question: Question, text: str) -> Decision:
    """Adds the message to what is collected."""
    collected, old = _collected(session, question), _stored(session, question)
    messages: list[Json] = [*_messages(session.partial(question)), text]
    together, most = join_messages(list(map(str, messages))), longtext_limit(question)
    if len(together) <= most:
        return Collected({_NEW: messages} if old and not collected else messages)
    return AskAgain(
        Text(
            "Pesan terakhir belum kami pakai: bersama yang sudah ada menjadi %(count)s huruf, paling banyak "
            "%(most)s. "
            "Kirim yang lebih pendek, atau tekan Selesai.",
            count=len(together),
            most=most,
        )
    )


def _tap(session: FormSession, question: Question, act: FormAct) -> Decision:
    collected, old, new = _collected(session, question), _stored(session, question), _new_words(session, question)
    match act:
        case ClearText():
            return Collected(None, Text("Silakan tulis ulang."))
        case FinishAnswer() if collected:
            return Collected({_NEW: session.partial(question)}) if old else read_whole(session, question, collected)
        case FinishAnswer() if new:
            return AskAgain()
        case AppendText() if new:
            return read_whole(session, question, f"{old}\n{new}" if old else new)
        case ReplaceText() if new:
            return read_whole(session, question, new)
        case DropText() if new:
            return Collected(None, Text("Isian lama tetap seperti semula."))
    return refuse_act(session, question, act)


def _collected(session: FormSession, question: Question) -> str:
    """The new text so far, where there is no stored one."""
    partial = session.partial(question)
    return "" if isinstance(partial, dict) else join_messages(_messages(partial))


def _new_words(session: FormSession, question: Question) -> str:
    """The words that wait for a word about the stored text."""
    partial = session.partial(question)
    return join_messages(_messages(partial)) if isinstance(partial, dict) else ""


def _messages(partial: Json) -> list[str]:
    """What the person wrote so far, a message each; older versions kept one text."""
    written = partial.get(_NEW) if isinstance(partial, dict) else partial
    if isinstance(written, str):
        return [written]
    return [str(message) for message in written] if isinstance(written, list) else []


def _stored(session: FormSession, question: Question) -> str:
    stored = session.value(question)
    return stored if isinstance(stored, str) else ""


def _so_far(session: FormSession, question: Question) -> Value:
    """The stored text, with the words that may be added to it."""
    written = (_stored(session, question), _new_words(session, question), _collected(session, question))
    return "\n".join(filter(None, written)) or session.value(question)


def _collects(session: FormSession, question: Question) -> bool:
    return bool(_collected(session, question) or _new_words(session, question))


KIND = Kind(
    LONGTEXT,
    ask=_ask,
    take=_take,
    tap=_tap,
    collects=_collects,
    so_far=_so_far,
    echo=echo_stored,
    one_message=False,
    takes_any_words=True,
)
