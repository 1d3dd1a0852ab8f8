"""From "I want to apply" to a number: eligibility first, then registration, then the form, then submission."""

from __future__ import annotations

from collections.abc import Sequence

from bot.conversations import account, form, guide, menu
from bot.conversations.types import Choice, DialogueState, Incoming, Prompt, Turn, turn
from bot.service import applications, cases, drafts, revisions
from bot.service.applications import FORM, NotSubmitted
from bot.service.desk import Desk
from desk.answers import show
from desk.eligibility import Question
from desk.forms import Value
from desk.text import Text, lines, paragraphs
from storage.tables import Draft

NAME = "apply"

_NOT_YET = {
    "not_registered": Text("Sebelum mengirim, silakan daftar dahulu dan buktikan alamat e-mail Anda."),
    "incomplete": Text("Masih ada butir yang belum terisi."),
    "blocked": Text("Masih ada isian yang harus diperbaiki sebelum dikirim."),
}


def start(state: DialogueState, desk: Desk) -> Turn:
    """An application that is not finished is offered first; a new one leaves it untouched."""
    unfinished = drafts.unfinished(desk, FORM)
    return _ask_which(state, desk, unfinished[0]) if unfinished else _ask_who(state, desk)


def _ask_which(state: DialogueState, desk: Desk, draft: Draft, notice: Text | None = None) -> Turn:
    choices = (
        Choice(f"{NAME}:resume", Text("Lanjutkan permohonan itu"), Text("Lanjutkan")),
        Choice(f"{NAME}:new", Text("Mulai permohonan baru"), Text("Mulai baru")),
        Choice("menu:show", Text("Menu"), nav=True),
    )
    text = paragraphs(
        notice,
        Text("Anda mempunyai permohonan yang belum dikirim:"),
        _named(desk, draft),
        Text("Bila Anda memulai yang baru, isian ini tetap tersimpan."),
    )
    return turn(state.at(NAME, step="which"), Prompt(text, choices))


def again(state: DialogueState, desk: Desk, notice: Text) -> Turn:
    match state.data:
        case {"step": "who"}:
            return _ask_who(state, desk, notice)
        case {"step": "level", "who": str(who)}:
            return _ask_level(state, desk, who, notice)
        case {"step": "which"} if unfinished := drafts.unfinished(desk, FORM):
            return _ask_which(state, desk, unfinished[0], notice)
    return menu.show(state, desk, notice)


def advance(incoming: Incoming, state: DialogueState, desk: Desk) -> Turn:
    """Words that are none of the choices."""
    if "step" in state.data:
        return again(state, desk, Text("Silakan pilih salah satu."))
    return menu.advance(incoming, state, desk)


def tapped(args: Sequence[str], state: DialogueState, desk: Desk) -> Turn:
    match args:
        case ["new"]:
            return _ask_who(state, desk)
        case ["resume"]:
            return _resume(state, desk)
        case ["take", number] if number.isascii() and number.isdigit() and len(number) < 18:
            return _take_up(state, desk, int(number))
        case ["who", answer]:
            return _who(state, desk, answer)
        case ["level", who, answer] if state.data.get("step") == "level" or not drafts.unfinished(desk, FORM):
            return _level(state, desk, who, answer)
    return start(state, desk)


def begin(state: DialogueState, desk: Desk) -> Turn:
    """Opens the form for somebody eligible and registered; what is known is shown, not asked."""
    known = _known(desk)
    if known is None:
        return _ask_who(state, desk)
    for old in drafts.unfinished(desk, FORM):
        drafts.set_aside(desk, old)
    draft = drafts.begin(desk, FORM, known)
    desk.actor.eligibility = ""
    place = form.places.of_draft(draft.id, state, desk)
    assert place is not None
    filled = lines(
        *(
            Text("• %(label)s: %(answer)s", label=form.label(q), answer=show(q, draft.answers[q.id]))
            for q in place.path
            if q.id in draft.answers
        )
    )
    notice = paragraphs(
        Text(
            "Sekarang kita isi formulir permintaan rekomendasi. Setiap jawaban langsung tersimpan; "
            "Anda boleh berhenti kapan saja dan melanjutkan beberapa hari kemudian."
        ),
        Text("Sudah kami isi dari jawaban Anda:"),
        filled,
    )
    return form.resume(place, notice)


def submitted(draft: Draft, state: DialogueState, desk: Desk) -> Turn:
    """The last button of the request form, or of its revision."""
    if draft.state == "revising":
        return _resubmitted(draft, state, desk)
    outcome = applications.submit(desk, draft)
    if isinstance(outcome, NotSubmitted):
        place = form.places.of_draft(draft.id, state, desk)
        if place is None:
            return menu.show(state, desk)
        return form.check(place, _NOT_YET[outcome.why])
    choices = (
        Choice(f"status:show:{outcome.id}", Text("Lihat status")),
        Choice("menu:show", Text("Menu"), nav=True),
    )
    text = paragraphs(
        applications.receipt(outcome), Text("Tanda terima juga kami kirim ke %(email)s.", email=desk.actor.email)
    )
    return turn(state.at(NAME), Prompt(text, choices))


def _resubmitted(draft: Draft, state: DialogueState, desk: Desk) -> Turn:
    try:
        application = revisions.resubmit(desk, draft)
    except cases.Refused as refused:
        place = form.places.of_draft(draft.id, state, desk)
        return form.check(place, refused.text) if place else menu.show(state, desk, refused.text)
    choices = (
        Choice(f"status:show:{application.id}", Text("Lihat status")),
        Choice("menu:show", Text("Menu"), nav=True),
    )
    text = Text(
        "Terima kasih. Perbaikan permohonan %(number)s sudah kami terima dan kami periksa lagi.",
        number=application.number,
    )
    return turn(state.at(NAME), Prompt(text, choices))


def _resume(state: DialogueState, desk: Desk) -> Turn:
    unfinished = drafts.unfinished(desk, FORM)
    if not unfinished:
        return start(state, desk)
    return _take_up(state, desk, unfinished[0].id)


def _take_up(state: DialogueState, desk: Desk, draft_id: int) -> Turn:
    if drafts.take_up(desk, draft_id) is None:
        return menu.show(state, desk, Text("Isian itu sudah tidak terbuka."))
    place = form.places.of_draft(draft_id, state, desk)
    assert place is not None
    return form.resume(place, Text("Selamat datang kembali. Kita lanjutkan dari sini."))


def _ask_who(state: DialogueState, desk: Desk, notice: Text | None = None) -> Turn:
    return _ask(state.at(NAME, step="who"), desk.house.eligibility.who, f"{NAME}:who", notice)


def _ask_level(state: DialogueState, desk: Desk, who: str, notice: Text | None = None) -> Turn:
    return _ask(state.at(NAME, step="level", who=who), desk.house.eligibility.level, f"{NAME}:level:{who}", notice)


def _ask(state: DialogueState, question: Question, prefix: str, notice: Text | None) -> Turn:
    choices = tuple(Choice(f"{prefix}:{choice.id}", choice.label, choice.short) for choice in question.choices)
    text = paragraphs(notice, question.question, question.help)
    return turn(state, Prompt(text, (*choices, Choice("menu:show", Text("Menu"), nav=True))))


def _who(state: DialogueState, desk: Desk, answer: str) -> Turn:
    choice = desk.house.eligibility.who.by_id(answer)
    if choice is None:
        return _ask_who(state, desk)
    if choice.outcome != "eligible":
        return _sent_on(state, desk, choice.message)
    return _ask_level(state, desk, choice.id, choice.message or None)


def _level(state: DialogueState, desk: Desk, who: str, answer: str) -> Turn:
    first, choice = desk.house.eligibility.who.by_id(who), desk.house.eligibility.level.by_id(answer)
    if first is None or first.outcome != "eligible" or choice is None:
        return _ask_who(state, desk)
    if choice.outcome != "eligible":
        return _sent_on(state, desk, choice.message)
    desk.actor.eligibility = f"{first.id}/{choice.id}"
    if desk.actor.registered_at is None:
        return account.ask_consent(state, desk)
    return begin(state, desk)


def _sent_on(state: DialogueState, desk: Desk, message: Text) -> Turn:
    """Not for this office: told kindly, with the right address."""
    choices = (
        Choice(f"{NAME}:new", Text("Jawab ulang dari awal"), Text("Jawab ulang")),
        Choice("guide:start", Text("Syarat, alur, waktu, biaya"), Text("Syarat dan alur")),
        Choice("menu:show", Text("Menu"), nav=True),
    )
    return turn(state.at(NAME), Prompt(message, choices, link=guide.way_there(message, desk)))


def _known(desk: Desk) -> dict[str, Value] | None:
    """What the form need not ask: from the eligibility questions and from the registration."""
    who, _, level = desk.actor.eligibility.partition("/")
    first, second = desk.house.eligibility.who.by_id(who), desk.house.eligibility.level.by_id(level)
    if first is None or second is None:
        return None
    questions = desk.house.form(FORM).questions.values()
    of_person: dict[str, Value] = {
        q.id: getattr(desk.actor, q.known_from.removeprefix("person."))
        for q in questions
        if q.known_from.startswith("person.")
    }
    return {**first.answers, **second.answers, **of_person}


def _named(desk: Desk, draft: Draft) -> Text:
    path = drafts.path(desk, desk.house.form(draft.form), draft)
    done = sum(question.id in draft.answers for question in path)
    title = draft.answers.get("judul_kegiatan")
    name = Text("“%(title)s”", title=str(title)) if title else Text("(belum berjudul)")
    return Text("%(title)s, terisi %(done)s dari %(count)s butir", title=name, done=done, count=len(path))
