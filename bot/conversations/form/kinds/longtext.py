"""Long text: one message that is long enough is the answer. A shorter one is kept, and more is asked for.

More can follow the stored text. Other new words for it never replace it by themselves: the person sees the old text
whole, and says whether they are added to it, replace it, or are thrown away.
"""

from __future__ import annotations

from bot.actions.form import AppendText, ClearText, DropText, ExtendAnswer, FinishAnswer, ReplaceText
from bot.actions.form_codes import FormAct
from bot.chat import Choice, Turn
from bot.conversations.form.kinds.kind import (
    AskAgain,
    Collected,
    Decision,
    GoOn,
    Kind,
    echo_answer,
    read_whole,
    refuse_act,
)
from bot.conversations.form.prompts import OpenPart, ask_plainly, heading, navigation, outdated_notice
from bot.conversations.form.session import FormSession
from bot.service import drafts
from domain.form.definition import Question, Value
from domain.form.reading import fold
from domain.form.texts import LONGTEXT, longtext_limit
from domain.text import Json, Text, as_hint, join_messages, lines, paragraphs, verbatim
from domain.vocabulary import VOCABULARY

#: key of the words that may change a stored text, in the partial answer
_NEW = "new"
#: the part of the question that is the sentence behind the stored text
_MORE = "more"
#: characters of a stored text that is repeated whole
_REPEATED = 120


def _ask(session: FormSession, question: Question, notice: Text | None) -> Turn:
    old, new = _stored(session, question), _new_words(session, question)
    if old and new:
        return _ask_what_becomes(session, question, old, new, notice)
    if (more := _open_part(session, question)) is not None:
        return _ask_more(session, question, more, notice)
    typed = _collected(session, question)
    if typed:
        return _ask_rest(session, question, typed, notice)
    whole = Text("Isian sekarang: %(answer)s", answer=old) if old else None
    present = paragraphs(outdated_notice(session, question), whole) if whole else None
    return ask_plainly(session, question, notice, present=present)


def _ask_rest(session: FormSession, question: Question, typed: str, notice: Text | None) -> Turn:
    """Asks for more of a text that is too short, or that was not ended."""
    missing = question.limits.min_length - len(typed)
    if missing > 0:
        how = Text(
            "Baru %(count)s huruf, kurang %(missing)s lagi. Kirim lanjutannya.", count=len(typed), missing=missing
        )
    else:
        how = Text("Sudah tertulis %(count)s huruf. Kirim lanjutannya, atau tekan Selesai.", count=len(typed))
    finish = Choice(session.tap(question, FinishAnswer()), Text("Selesai"), nav=True, finishes=True)
    rewrite = Choice(session.tap(question, ClearText()), Text("Tulis ulang"), nav=True)
    choices = (rewrite,) if missing > 0 else (finish, rewrite)
    text = paragraphs(notice, heading(session, question), as_hint(how))
    return session.say(question.id, text, *choices, *navigation(session, question))


def _ask_more(session: FormSession, question: Question, more: OpenPart, notice: Text | None) -> Turn:
    text = paragraphs(
        notice,
        heading(session, question),
        Text("Isian sekarang: %(answer)s", answer=_stored(session, question)),
        more.heading,
    )
    drop = Choice(session.tap(question, DropText()), Text("Batal"), nav=True)
    return session.say(f"{question.id}/{more.id}", text, drop, *navigation(session, question, skippable=False))


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
    """The message is the answer, the rest of a short one, or new words for a stored one."""
    old = _stored(session, question)
    is_more = _open_part(session, question) is not None
    if old and _new_words(session, question) and fold(text) in VOCABULARY.agreement:
        return AskAgain(Text("Silakan pilih salah satu."))  # "ya" says neither, and is no part of the text
    messages: list[Json] = [old, text] if is_more else [*_messages(session.partial(question)), text]
    together, most = join_messages(list(map(str, messages))), longtext_limit(question)
    if len(together) > most:
        return AskAgain(_too_long(len(together), most))
    if old and not is_more:
        return Collected({_NEW: messages})
    if len(together) < question.limits.min_length:
        return AskAgain() if is_more else Collected(messages)
    return read_whole(session, question, together)


def _too_long(count: int, most: int) -> Text:
    return Text(
        "Pesan terakhir belum kami pakai: bersama yang sudah ada menjadi %(count)s huruf, paling banyak %(most)s. "
        "Kirim yang lebih pendek.",
        count=count,
        most=most,
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
        case DropText() if old:
            drafts.save_partial(session.ctx, session.draft, question, None)
            return GoOn(Text("Isian lama tetap seperti semula."))
        case ExtendAnswer() if old and not new:
            session.open(question, _MORE)
            return AskAgain()
    return refuse_act(session, question, act)


def _open_part(session: FormSession, question: Question) -> OpenPart | None:
    """The sentence behind the stored text, while that was asked for."""
    if session.question is not question or session.asked_part != _MORE or not _stored(session, question):
        return None
    return OpenPart(_MORE, Text("Tulis kalimat tambahannya. Kami letakkan di akhir."))


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


def _echo(question: Question, value: Value) -> Text:
    """Repeats a short text; says how long another one is, so that a lost half is seen at once."""
    if len(str(value)) <= _REPEATED:
        return echo_answer(question, value)
    return Text("✓ %(code)s tersimpan (%(count)s huruf).", code=question.code, count=len(str(value)))


def _continue_choice(session: FormSession, question: Question) -> Choice:
    label = Text("Tambah kalimat di %(code)s", code=question.code)
    return Choice(session.tap(question, ExtendAnswer()), label, Text("Tambah kalimat"), nav=True)


KIND = Kind(
    LONGTEXT,
    ask=_ask,
    take=_take,
    tap=_tap,
    open_part=_open_part,
    collects=_collects,
    so_far=_so_far,
    echo=_echo,
    one_message=False,
    takes_any_words=True,
    continue_choice=_continue_choice,
)
