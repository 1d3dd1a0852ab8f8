"""Searching activities that already have a recommendation: words, results by pages and years, one entry in full."""

from __future__ import annotations

from hashlib import sha256

from bot.actions import Action, fields_of
from bot.chat import LONGEST_LABEL, Choice, DialogueState, Incoming, Prompt, Turn, turn
from bot.conversations.protocol import CommandHandlers
from bot.service import catalogue
from bot.service.context import Context
from domain.catalogue import ISSUED, METHODS, Entry, Listed, Search
from domain.text import Text, cut, lines, paragraphs, verbatim

NAME = "catalogue"
ASKS = "kata_kunci"

_SHORT = 20  #: characters of a button
#: characters of an entry's line in the results: five lines fit where a message has 1,024
_TITLE, _ORGANISER = 80, 45

_AGAIN = Choice(f"{NAME}:again", Text("Cari lagi"), nav=True)
_MENU = Choice("menu:show", Text("Menu"), nav=True)
_UNKNOWN = Text("Tombol itu tidak kami kenali.")
_OLD_SEARCH = Text("Tombol itu dari pencarian yang lain.")
_NOT_GIVEN = Text("belum tercantum")


def start(state: DialogueState, ctx: Context, query: str = "") -> Turn:
    """Asks for words, or searches at once for those given."""
    search = Search.of(query)
    return _ask(state) if search.is_empty else _results(state, ctx, search)


def reprompt(state: DialogueState, ctx: Context, notice: Text) -> Turn:
    """A word from outside, and the present screen once more."""
    search, page, entry_id = _place(state)
    shown = catalogue.entry(ctx, entry_id) if entry_id else None
    if shown is not None:
        return _detail(state, shown, notice)
    return _ask(state, notice) if search.is_empty else _results(state, ctx, search, page, notice)


def on_message(incoming: Incoming, state: DialogueState, ctx: Context) -> Turn:
    """Free words are a new search."""
    search = Search.of(incoming.text)
    if search.is_empty:
        return _ask(state, Text("Pesan itu tidak memuat kata atau angka yang dapat dicari."))
    return _results(state, ctx, search)


def on_button(action: Action, state: DialogueState, ctx: Context) -> Turn:
    """A pressed button, as untrusted as any other input."""
    match fields_of(action):
        case ["start" | "again"]:
            return _ask(state)
        case ["open", number]:
            return _open(state, ctx, _number(number))
        case ["organiser", number]:
            return _same_organiser(state, ctx, _number(number))
        case ["page", number, tag] if _number(number):
            return _turn_page(state, ctx, _number(number), tag)
        case ["year", number, tag] if _number(number):
            return _filter(state, ctx, _number(number), tag)
        case ["years", tag]:
            return _filter(state, ctx, None, tag)
        case ["back"]:
            search, page, _ = _place(state)
            return _ask(state) if search.is_empty else _results(state, ctx, search, page)
    return reprompt(state, ctx, _UNKNOWN)


def _ask(state: DialogueState, notice: Text | None = None) -> Turn:
    text = paragraphs(notice, Text("Tulis kata kunci, misalnya stunting, tahun 2026, atau nama dinas."))
    return turn(state.at(NAME), Prompt(text, (_MENU,), expects=ASKS))


def _results(state: DialogueState, ctx: Context, search: Search, page: int = 1, notice: Text | None = None) -> Turn:
    found = catalogue.search(ctx, search, page)
    if not found.entries and page > 1:
        found = catalogue.search(ctx, search, 1)
    if not found.entries:
        return _nothing(state, ctx, search, notice)
    several = found.has_more or found.number > 1
    numbered = list(enumerate(found.entries, 1))
    text = paragraphs(
        notice,
        _heading(search),
        lines(*(_line(number, listed.entry) for number, listed in numbered)),
        Text("Halaman %(page)s.", page=str(found.number)) if several else None,
        Text("Pilih nomor untuk melihat rinciannya, atau tulis kata kunci lain."),
    )
    choices = [_entry_choice(number, listed) for number, listed in numbered]
    if found.has_more:
        choices.append(_search_choice("page", found.number + 1, search, Text("Halaman berikutnya")))
    if found.number > 1:
        choices.append(_search_choice("page", found.number - 1, search, Text("Halaman sebelumnya")))
    if len(found.years) > 1:
        choices += [_search_choice("year", year, search, verbatim(str(year))) for year in found.years]
    choices += [*_all_years(search), _AGAIN, _MENU]
    return turn(_at(state, search, found.number), Prompt(text, tuple(choices), expects=ASKS))


def _nothing(state: DialogueState, ctx: Context, search: Search, notice: Text | None) -> Turn:
    if catalogue.is_empty(ctx):
        advice = Text("Katalog belum berisi kegiatan. Silakan coba lagi pada hari lain.")
    elif search.words:
        advice = Text("Coba kata yang lebih sedikit atau lebih pendek, misalnya stunting.")
    else:
        advice = Text("Coba kata kunci atau tahun yang lain.")
    text = paragraphs(notice, lines(_heading(search), Text("Tidak ada yang ditemukan.")), advice)
    return turn(_at(state, search, 1), Prompt(text, (*_all_years(search), _AGAIN, _MENU), expects=ASKS))


def _open(state: DialogueState, ctx: Context, entry_id: int) -> Turn:
    listed = catalogue.entry(ctx, entry_id)
    if listed is None:
        return reprompt(state, ctx, Text("Kegiatan itu tidak ada dalam katalog."))
    return _detail(state, listed)


def _detail(state: DialogueState, listed: Listed, notice: Text | None = None) -> Turn:
    search, page, _ = _place(state)
    choices = (
        *([] if search.is_empty else [Choice(f"{NAME}:back", Text("Kembali ke hasil"), nav=True)]),
        Choice(f"{NAME}:organiser:{listed.id}", Text("Instansi yang sama"), nav=True),
        _AGAIN,
        _MENU,
    )
    prompt = Prompt(paragraphs(notice, verbatim(listed.entry.title), _facts(listed.entry)), choices, expects=ASKS)
    return turn(_at(state, search, page, listed.id), prompt)


def _same_organiser(state: DialogueState, ctx: Context, entry_id: int) -> Turn:
    listed = catalogue.entry(ctx, entry_id)
    if listed is None:
        return reprompt(state, ctx, Text("Kegiatan itu tidak ada dalam katalog."))
    return _results(state, ctx, Search(organiser=listed.entry.organiser))


def _turn_page(state: DialogueState, ctx: Context, page: int, tag: str) -> Turn:
    search, _, _ = _place(state)
    if search.is_empty or tag != _tag(search):
        return reprompt(state, ctx, _OLD_SEARCH)
    return _results(state, ctx, search, page)


def _filter(state: DialogueState, ctx: Context, year: int | None, tag: str) -> Turn:
    search, _, _ = _place(state)
    if search.is_empty or tag != _tag(search):
        return reprompt(state, ctx, _OLD_SEARCH)
    return _results(state, ctx, Search(search.words, year, search.organiser))


def _facts(entry: Entry) -> Text:
    region = Text("Wilayah: %(name)s (%(code)s)", name=entry.region, code=entry.region_code)
    if not entry.region_code:
        region = Text("Wilayah: %(name)s", name=entry.region)
    return lines(
        Text("Penyelenggara: %(organiser)s", organiser=entry.organiser),
        Text("Tahun: %(year)s", year=str(entry.year)),
        region if entry.region else None,
        Text("Cara pengumpulan data: %(method)s", method=METHODS[entry.method]) if entry.method else None,
        Text("Status: %(status)s", status=entry.status_text),
        Text("Identitas rekomendasi: %(identity)s", identity=entry.recommendation_identity or _NOT_GIVEN),
        Text("Nomor surat: %(number)s", number=entry.letter_number or _NOT_GIVEN),
        Text("Tanggal surat: %(day)s", day=entry.letter_date) if entry.letter_date else None,
        Text("Sumber: %(source)s", source=entry.source) if entry.source else None,
        Text("Catatan: %(note)s", note=entry.note) if entry.note else None,
    )


def _heading(search: Search) -> Text:
    if search.organiser and search.year:
        return Text("Kegiatan %(organiser)s tahun %(year)s:", organiser=search.organiser, year=str(search.year))
    if search.organiser:
        return Text("Kegiatan %(organiser)s:", organiser=search.organiser)
    words = cut(search.words, _TITLE)
    if search.words and search.year:
        return Text("Kegiatan tahun %(year)s dengan kata “%(words)s”:", year=str(search.year), words=words)
    if search.words:
        return Text("Kegiatan dengan kata “%(words)s”:", words=words)
    return Text("Kegiatan tahun %(year)s:", year=str(search.year))


def _line(number: int, entry: Entry) -> Text:
    line = Text(
        "%(number)s. %(title)s (%(year)s) – %(organiser)s",
        number=str(number),
        title=cut(entry.title, _TITLE),
        year=str(entry.year),
        organiser=cut(entry.organiser, _ORGANISER),
    )
    if entry.status == ISSUED:
        return line
    if entry.status == "ditolak":
        return Text("%(entry)s (rekomendasi ditolak)", entry=line)
    return Text("%(entry)s (rekomendasi tidak disebutkan)", entry=line)


def _entry_choice(number: int, listed: Listed) -> Choice:
    title = listed.entry.title
    short = f"{number}. {cut(title, _SHORT - 3)}"
    return Choice(f"{NAME}:open:{listed.id}", verbatim(cut(title, LONGEST_LABEL)), verbatim(short))


def _search_choice(action: str, number: int, search: Search, label: Text) -> Choice:
    return Choice(f"{NAME}:{action}:{number}:{_tag(search)}", label, nav=True)


def _all_years(search: Search) -> tuple[Choice, ...]:
    """The way back from a year; a search for nothing but a year has no other."""
    if search.year is None or not (search.words or search.organiser):
        return ()
    return (Choice(f"{NAME}:years:{_tag(search)}", Text("Semua tahun"), nav=True),)


def _at(state: DialogueState, search: Search, page: int, entry_id: int = 0) -> DialogueState:
    if search.is_empty:
        return state.at(NAME, entry=entry_id)
    return state.at(NAME, words=search.words, year=search.year, organiser=search.organiser, page=page, entry=entry_id)


def _place(state: DialogueState) -> tuple[Search, int, int]:
    """The search, its page and the entry that are open here; an empty search and zeros for what is not."""
    if state.conversation != NAME:
        return Search(), 1, 0
    entry = state.data.get("entry", 0)
    entry_id = entry if isinstance(entry, int) else 0
    match state.data:
        case {"words": str(words), "year": int() | None as year, "organiser": str(organiser), "page": int(page)}:
            return Search(words, year, organiser), page, entry_id
    return Search(), 1, entry_id


def _tag(search: Search) -> str:
    """Ties a button to its search: after another one it must not turn that one's pages."""
    return sha256(repr((search.words, search.year, search.organiser)).encode()).hexdigest()[:6]


def _number(code: str) -> int:
    """0 for what is none."""
    return int(code) if code.isascii() and code.isdigit() and len(code) < 10 else 0


COMMANDS: CommandHandlers = {"catalogue": start}
