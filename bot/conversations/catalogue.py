"""The search for activities that already have a recommendation: results by pages and years, and single entries."""

from __future__ import annotations

from dataclasses import field
from hashlib import sha256

from bot.actions import Action, code
from bot.actions.applicant import (
    BackToResults,
    OpenEntry,
    SearchAgain,
    SearchAllYears,
    SearchPage,
    SearchSameOrganiser,
    SearchSuggestion,
    SearchYear,
    StartSearch,
)
from bot.chat import LONGEST_LABEL, Choice, DialogueState, Incoming, Prompt, Turn, turn
from bot.conversations.buttons import MENU, UNKNOWN_BUTTON
from bot.conversations.protocol import CommandHandlers
from bot.conversations.state import read, stored_as, to_json
from bot.service import catalogue
from bot.service.context import Context
from domain.catalogue import ISSUED, METHODS, REPLACED, REVOKED, CatalogueSearch, Entry, EntryRow
from domain.frozen import frozen
from domain.pages import read_place
from domain.text import Text, cut, lines, paragraphs, verbatim

NAME = "catalogue"
ASKS = "kata_kunci"

_SHORT = 20  #: the most characters of a button
#: the most characters of a title and of an organiser in the results: five lines fit into a message of 1,024 characters
_TITLE, _ORGANISER = 80, 45

_AGAIN = Choice(code(SearchAgain()), Text("Cari lagi"), nav=True)
_OTHER_SEARCH = Text("Tombol itu dari pencarian yang lain.")
_NOT_GIVEN = Text("belum tercantum")


@frozen
class CatalogueState:
    """The search whose results are open, and the entry that was opened from them; 0: none."""

    words: str = ""
    year: int | None = None
    organiser: str = ""
    page: int = 1
    place: str = ""  #: where the page begins; empty: only its number is known
    entry_id: int = field(default=0, metadata=stored_as("entry"))

    @property
    def search(self) -> CatalogueSearch:
        return CatalogueSearch(self.words, self.year, self.organiser)


def start(state: DialogueState, ctx: Context, query: str = "") -> Turn:
    """Searches for the words; without words, asks for them."""
    search = CatalogueSearch.of(query)
    return _ask(state) if search.is_empty else _results(state, ctx, search)


def reprompt(state: DialogueState, ctx: Context, notice: Text) -> Turn:
    shown = _read(state)
    entry = catalogue.entry(ctx, shown.entry_id) if shown.entry_id else None
    if entry is not None:
        return _detail(state, entry, notice)
    if shown.search.is_empty:
        return _ask(state, notice)
    return _results(state, ctx, shown.search, shown.page, shown.place, notice)


def on_message(incoming: Incoming, state: DialogueState, ctx: Context) -> Turn:
    """Searches for the words of the message."""
    search = CatalogueSearch.of(incoming.text)
    if search.is_empty:
        return _ask(state, Text("Pesan itu tidak memuat kata atau angka yang dapat dicari."))
    return _results(state, ctx, search)


def on_button(action: Action, state: DialogueState, ctx: Context) -> Turn:
    shown = _read(state)
    match action:
        case StartSearch() | SearchAgain():
            return _ask(state)
        case OpenEntry(entry_id):
            return _open(state, ctx, entry_id)
        case SearchSameOrganiser(entry_id):
            return _same_organiser(state, ctx, entry_id)
        case SearchPage(page, search, place) if page:
            return _turn_page(state, ctx, page, search, place)
        case SearchYear(year, search) if year:
            return _filter(state, ctx, year, search)
        case SearchSuggestion(search):
            return _search_meant(state, ctx, search)
        case SearchAllYears(search):
            return _filter(state, ctx, None, search)
        case BackToResults():
            return _ask(state) if shown.search.is_empty else _results(state, ctx, shown.search, shown.page, shown.place)
    return reprompt(state, ctx, UNKNOWN_BUTTON)


def _ask(state: DialogueState, notice: Text | None = None) -> Turn:
    text = paragraphs(notice, Text("Tulis kata kunci, misalnya stunting, tahun 2026, atau nama dinas."))
    return turn(state.at(NAME), Prompt(text, (MENU,), expects=ASKS))


def _results(
    state: DialogueState,
    ctx: Context,
    search: CatalogueSearch,
    page: int = 1,
    place: str = "",
    notice: Text | None = None,
) -> Turn:
    found = catalogue.search(ctx, search, page, read_place(place))
    if not found.entries and page > 1:
        found = catalogue.search(ctx, search, 1)
    if not found.entries:
        return _nothing(state, ctx, search, notice)
    several = found.after or found.before
    numbered = list(enumerate(found.entries, 1))
    text = paragraphs(
        notice,
        _heading(search),
        lines(*(_line(number, listed.entry) for number, listed in numbered)),
        Text("Halaman %(page)s.", page=str(found.number)) if several else None,
        Text("Pilih nomor untuk melihat rinciannya, atau tulis kata kunci lain."),
    )
    choices = [_entry_choice(number, listed) for number, listed in numbered]
    if found.after:
        following = SearchPage(found.number + 1, _hash(search), found.after.code)
        choices.append(_search_choice(following, Text("Halaman berikutnya")))
    if found.before:
        previous = SearchPage(max(found.number - 1, 1), _hash(search), found.before.code)
        choices.append(_search_choice(previous, Text("Halaman sebelumnya")))
    if len(found.years) > 1:
        choices += [_search_choice(SearchYear(year, _hash(search)), verbatim(str(year))) for year in found.years]
    choices += [*_all_years(search), _AGAIN, MENU]
    return turn(_at(state, search, found.number, place), Prompt(text, tuple(choices), expects=ASKS))


def _nothing(state: DialogueState, ctx: Context, search: CatalogueSearch, notice: Text | None) -> Turn:
    if catalogue.is_empty(ctx):
        advice = Text("Katalog belum berisi kegiatan. Silakan coba lagi pada hari lain.")
    elif search.words:
        advice = Text("Coba kata yang lebih sedikit atau lebih pendek, misalnya stunting.")
    else:
        advice = Text("Coba kata kunci atau tahun yang lain.")
    meant = catalogue.suggest(ctx, search)
    if meant is not None:
        advice = Text("Maksud Anda “%(words)s”?", words=meant.words)
    suggestion = (Choice(code(SearchSuggestion(_hash(search))), Text("Ya, cari itu")),) if meant is not None else ()
    text = paragraphs(notice, lines(_heading(search), Text("Tidak ada yang ditemukan.")), advice)
    choices = (*suggestion, *_all_years(search), _AGAIN, MENU)
    return turn(_at(state, search, 1), Prompt(text, choices, expects=ASKS))


def _open(state: DialogueState, ctx: Context, entry_id: int) -> Turn:
    listed = catalogue.entry(ctx, entry_id)
    if listed is None:
        return reprompt(state, ctx, Text("Kegiatan itu tidak ada dalam katalog."))
    return _detail(state, listed)


def _detail(state: DialogueState, listed: EntryRow, notice: Text | None = None) -> Turn:
    shown = _read(state)
    choices = (
        *([] if shown.search.is_empty else [Choice(code(BackToResults()), Text("Kembali ke hasil"), nav=True)]),
        Choice(code(SearchSameOrganiser(listed.id)), Text("Instansi yang sama"), nav=True),
        _AGAIN,
        MENU,
    )
    prompt = Prompt(paragraphs(notice, verbatim(listed.entry.title), _facts(listed.entry)), choices, expects=ASKS)
    return turn(_at(state, shown.search, shown.page, shown.place, listed.id), prompt)


def _same_organiser(state: DialogueState, ctx: Context, entry_id: int) -> Turn:
    listed = catalogue.entry(ctx, entry_id)
    if listed is None:
        return reprompt(state, ctx, Text("Kegiatan itu tidak ada dalam katalog."))
    return _results(state, ctx, CatalogueSearch(organiser=listed.entry.organiser))


def _turn_page(state: DialogueState, ctx: Context, page: int, hashed: str, place: str) -> Turn:
    search = _read(state).search
    if search.is_empty or hashed != _hash(search):
        return reprompt(state, ctx, _OTHER_SEARCH)
    return _results(state, ctx, search, page, place)


def _filter(state: DialogueState, ctx: Context, year: int | None, hashed: str) -> Turn:
    search = _read(state).search
    if search.is_empty or hashed != _hash(search):
        return reprompt(state, ctx, _OTHER_SEARCH)
    return _results(state, ctx, CatalogueSearch(search.words, year, search.organiser))


def _search_meant(state: DialogueState, ctx: Context, hashed: str) -> Turn:
    search = _read(state).search
    meant = catalogue.suggest(ctx, search) if not search.is_empty and hashed == _hash(search) else None
    return reprompt(state, ctx, _OTHER_SEARCH) if meant is None else _results(state, ctx, meant)


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


def _heading(search: CatalogueSearch) -> Text:
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
    if entry.status in {REPLACED, REVOKED}:
        return Text("%(entry)s (rekomendasi tidak berlaku lagi)", entry=line)
    return Text("%(entry)s (nomor rekomendasi tidak tercatat)", entry=line)


def _entry_choice(position: int, listed: EntryRow) -> Choice:
    title = listed.entry.title
    short = f"{position}. {cut(title, _SHORT - 3)}"
    return Choice(code(OpenEntry(listed.id)), verbatim(cut(title, LONGEST_LABEL)), verbatim(short))


def _search_choice(action: SearchPage | SearchYear, label: Text) -> Choice:
    return Choice(code(action), label, nav=True)


def _all_years(search: CatalogueSearch) -> tuple[Choice, ...]:
    """The button that takes the year out of a search; nothing would be left of a search for a year alone."""
    if search.year is None or not (search.words or search.organiser):
        return ()
    return (Choice(code(SearchAllYears(_hash(search))), Text("Semua tahun"), nav=True),)


def _at(state: DialogueState, search: CatalogueSearch, page: int, place: str = "", entry_id: int = 0) -> DialogueState:
    shown = CatalogueState(search.words, search.year, search.organiser, page, place, entry_id)
    return state.at(NAME, **to_json(shown))


def _read(state: DialogueState) -> CatalogueState:
    shown = read(CatalogueState, state.data) if state.conversation == NAME else None
    return shown or CatalogueState()


def _hash(search: CatalogueSearch) -> str:
    """Ties a button to its search: an old button must not turn the pages of a newer search."""
    return sha256(repr((search.words, search.year, search.organiser)).encode()).hexdigest()[:6]


COMMANDS: CommandHandlers = {"catalogue": start}
