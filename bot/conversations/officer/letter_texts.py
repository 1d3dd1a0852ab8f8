"""The numbered texts of a letter: the grounds of its verdict, and the advice that the applicant should heed."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from bot.actions import Action
from bot.chat import Choice
from bot.conversations.officer.ready_made import ready_made_choices
from bot.service import letter_facts
from bot.service.context import Context
from bot.service.letter_facts import LetterChanges
from domain import remarks
from domain.signer import Signer, printed_nip, read_signer
from domain.text import Json, Text, has_words, lines, one_line, paragraphs, verbatim
from storage.tables import Application

ASK_RECIPIENT = Text(
    "Tulis penerima surat, lalu tempatnya pada baris kedua. Contoh:\nKepala Dinas Kesehatan Kabupaten Jeneponto\n"
    "Bontosunggu"
)
ASK_SIGNER = Text(
    "Siapa yang menandatangani surat ini? Tulis nama, jabatan, dan NIP, masing-masing satu baris. Contoh:\n"
    "Drs. H. Ahmad Yani, M.Si.\nDirektur Diseminasi Statistik\n19700101 199501 2 001"
)
ASK_PLACE = Text("Di kota mana surat ini ditandatangani? Contoh: Makassar")
ASK_COPIES = Text("Tulis seluruh tembusan, satu penerima satu baris, atau pilih Tidak ada.")

LONGEST_PLACE = 60  #: characters


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


def signer_line(signer: Mapping[str, Json]) -> Text:
    """Who signs the letter, as its last lines name them."""
    nip = printed_nip(str(signer["nip"]))
    named = ", ".join(filter(None, (str(signer["name"]), str(signer["title"]), f"NIP {nip}" if nip else "")))
    return Text("Penanda tangan: %(signer)s", signer=named)


def place_line(ctx: Context, application: Application) -> Text:
    return Text("Tempat surat: %(place)s", place=letter_facts.place_of(ctx, application))


def read_changes(step: str, words: str, signer: Mapping[str, Json]) -> LetterChanges | Text:
    """The same as `changes_of`, and for what the director says of the signature. A `Text` says what is wrong. `signer`:
    who signed until now.
    """
    match step:
        case "place":
            return _place_of(words)
        case "signer":
            return _signer_of(words, signer)
    return changes_of(step, words)


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


def _place_of(words: str) -> LetterChanges | Text:
    place = one_line(words)
    if len(place) > LONGEST_PLACE:
        return Text("Tempat surat paling panjang %(most)s huruf.", most=LONGEST_PLACE)
    return LetterChanges(place=place)


def _signer_of(words: str, before: Mapping[str, Json]) -> LetterChanges | Text:
    """The rank stays with the same person."""
    named = read_signer(words, str(before["title"]))
    if not isinstance(named, Signer):
        return named
    rank = str(before["rank"]) if named.name == before["name"] else ""
    return LetterChanges(signer=letter_facts.signer_facts(named, rank))


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
