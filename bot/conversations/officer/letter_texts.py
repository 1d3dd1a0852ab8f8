"""The numbered texts of a letter: the grounds of its verdict, and the advice that the applicant should heed."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from bot.actions import Action
from bot.chat import Choice
from bot.conversations.officer.ready_made import ready_made_choices
from bot.service import letter_facts
from bot.service.context import Context
from bot.service.letter_facts import LetterChanges
from domain import remarks
from domain.text import Text, has_words, lines, one_line, paragraphs, verbatim
from storage.tables import Application

ASK_RECIPIENT = Text(
    "Tulis penerima surat, lalu tempatnya pada baris kedua. Contoh:\nKepala Dinas Kesehatan Kabupaten Jeneponto\n"
    "Bontosunggu"
)
ASK_COPIES = Text("Tulis seluruh tembusan, satu penerima satu baris, atau pilih Tidak ada.")


def numbered(heading: Text, items: Sequence[object]) -> Text | None:
    """The items as the letter numbers them."""
    if not items:
        return None
    return lines(heading, *(verbatim(f"{n}. {item}") for n, item in enumerate(items, 1)))


def split_items(words: str) -> tuple[str, ...]:
    """One item a line."""
    return tuple(line.strip() for line in words.splitlines() if has_words(line))


def recipient_of(ctx: Context, application: Application) -> Text:
    """To whom the letter goes, and who gets a copy."""
    copies = letter_facts.copies_of(ctx, application)
    recipient = application.recipient or letter_facts.default_recipient(application)
    return paragraphs(Text("Penerima: %(recipient)s", recipient=recipient), numbered(Text("Tembusan:"), copies))


def changes_of(step: str, words: str) -> LetterChanges:
    """What was typed for one part of a letter, an item a line. Of a recipient the second line is the place."""
    items = split_items(words)
    match step:
        case "grounds":
            return LetterChanges(grounds=items)
        case "heed":
            return LetterChanges(advice=items)
        case "to":
            recipient, place, *_ = (*(one_line(item) for item in items), "", "")
            return LetterChanges(recipient=recipient, recipient_place=place)
    return LetterChanges(copies=items)


def ready_made_texts(purpose: str) -> Sequence[str]:
    """What letters often say. `purpose`: a verdict, or `domain.remarks.HEED`."""
    return remarks.grounds().get(purpose, ())


def text_choices(purpose: str, action_of: Callable[[int], Action]) -> tuple[Text | None, list[Choice]]:
    """Buttons for the ready-made texts, see `ready_made_choices`."""
    return ready_made_choices(ready_made_texts(purpose), action_of)


def chosen_text(purpose: str, choice: int) -> tuple[str, ...]:
    """The text behind such a button; empty where there is none with this number."""
    texts = ready_made_texts(purpose)
    return (texts[choice - 1],) if 0 < choice <= len(texts) else ()
