"""The search in the catalogue as a person uses it: words, pages, years, single entries, and old buttons."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from functools import partial

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy.orm import Session

import locales
from bot.chat import DialogueState, Incoming, Turn, choices_from_json, choices_to_json
from bot.conversations import catalogue as talking
from bot.conversations import router
from bot.service.catalogue import SAMPLE, import_file
from bot.service.context import Context, context_at
from domain.catalogue import CatalogueSearch, Entry
from storage import catalogue, people
from tests.talk import START, Talk, World

ENTRY = Entry(
    title="Survei Kepuasan Masyarakat Dinas Sosial Kabupaten Kepulauan Selayar",
    organiser="Dinas Sosial Kabupaten Kepulauan Selayar",
    year=2026,
    region="Kabupaten Kepulauan Selayar",
    region_code="7301",
    method="survei",
    recommendation_identity="V-26.7301.001",
    letter_number="B-91/7301/KS.200/2026",
    letter_date=date(2026, 3, 3),
    status="rekomendasi_terbit",
    source="Register surat keluar 2026",
    note="Tahun kedua",
)


def numbered(number: int, year: int = 2026) -> Entry:
    identity = f"V-{year % 100}.7301.{number:03d}"
    return replace(ENTRY, title=f"Survei Ikan {number}", year=year, recommendation_identity=identity)


@pytest.fixture
def world(new_world: World) -> World:
    return new_world


@pytest.fixture
def talk(world: World) -> Talk:
    talk = Talk(world)
    talk.say("menu")
    return talk


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """An installation with the packaged sample. Tests only read it."""
    world = World(tmp_path_factory.mktemp("world") / "data")
    import_file(world.process.units, SAMPLE)
    yield world
    world.stop()


def fill(world: World, *entries: Entry) -> None:
    world.process.units.write_now(partial(catalogue.load, batch=entries))


def context_of(world: World, session: Session) -> Context:
    address = people.get_or_create_address(session, "console", "somebody", "id", START)
    return context_at(session, world.process.app, START, address)


def pressed(world: World, state: DialogueState, *args: str) -> Turn:
    """The router's answer to the code of a button."""
    code = ":".join([talking.NAME, *args])
    tap = Incoming("1", "console", "somebody", START, "tap", tap=code)
    return world.process.units.write_now(lambda session: router.on_message(tap, state, context_of(world, session)))


def started(world: World, query: str) -> Turn:
    return world.process.units.write_now(
        lambda session: talking.start(DialogueState(), context_of(world, session), query)
    )


def words(turn: Turn, locale: str = "id") -> str:
    (prompt,) = turn.prompts
    return locales.say(prompt.text, locale)


def test_words_lead_to_results_and_a_number_to_one_entry_and_back(world: World, talk: Talk) -> None:
    fill(world, ENTRY, numbered(2), replace(numbered(3), title="Kompilasi Data Sampah"))
    talk.tap("Cari kegiatan yang sudah direkomendasikan")
    assert talk.last == "Tulis kata kunci, misalnya stunting, tahun 2026, atau nama dinas."
    talk.say("survei selayar")
    assert talk.last.splitlines() == [
        "Kegiatan dengan kata “survei selayar”:",
        "",
        "1. Survei Ikan 2 (2026) – Dinas Sosial Kabupaten Kepulauan Selayar",
        "2. Survei Kepuasan Masyarakat Dinas Sosial Kabupaten Kepulauan Selayar (2026) – Dinas Sosial Kabupaten "
        "Kepulauan Selayar",
        "",
        "Pilih nomor untuk melihat rinciannya, atau tulis kata kunci lain.",
    ]
    talk.say("2")
    assert talk.last.splitlines() == [
        ENTRY.title,
        "",
        "Penyelenggara: Dinas Sosial Kabupaten Kepulauan Selayar",
        "Tahun: 2026",
        "Wilayah: Kabupaten Kepulauan Selayar (7301)",
        "Cara pengumpulan data: Survei",
        "Status: Rekomendasi terbit",
        "Identitas rekomendasi: V-26.7301.001",
        "Nomor surat: B-91/7301/KS.200/2026",
        "Tanggal surat: 3 Maret 2026",
        "Sumber: Register surat keluar 2026",
        "Catatan: Tahun kedua",
    ]
    talk.tap("Kembali ke hasil")
    assert talk.last.startswith("Kegiatan dengan kata “survei selayar”:")
    talk.say("sampah")
    assert "1. Kompilasi Data Sampah (2026)" in talk.last


def test_what_the_register_leaves_out_is_said_or_left_out(world: World, talk: Talk) -> None:
    bare = replace(
        ENTRY,
        region="",
        region_code="",
        method="",
        recommendation_identity="",
        letter_number="",
        letter_date=None,
        status="sektoral_dinilai_epss_2026",
        source="",
        note="",
    )
    fill(world, bare)
    talk.say("cari")
    talk.say("kepuasan")
    talk.say("1")
    assert talk.last.splitlines()[2:] == [
        "Penyelenggara: Dinas Sosial Kabupaten Kepulauan Selayar",
        "Tahun: 2026",
        "Status: Kegiatan sektoral yang dinilai pada EPSS 2026; nomor rekomendasinya tidak tercatat",
        "Identitas rekomendasi: belum tercantum",
        "Nomor surat: belum tercantum",
    ]


def test_results_say_which_activities_have_no_recommendation(world: World, talk: Talk) -> None:
    fill(
        world,
        numbered(1),
        replace(numbered(2), status="ditolak"),
        replace(numbered(3), status="sektoral"),
        replace(numbered(4), status="sektoral_dinilai_epss_2025"),
    )
    talk.say("cari")
    talk.say("ikan")
    ends = [line.partition("Selayar")[2] for line in talk.last.splitlines()[2:6]]
    assert ends == [" (nomor rekomendasi tidak tercatat)"] * 2 + [" (rekomendasi ditolak)", ""]


def test_pages_turn_forth_and_back(world: World, talk: Talk) -> None:
    fill(world, *(numbered(n) for n in range(1, 13)))
    talk.say("cari")
    talk.say("ikan")
    assert "Halaman 1." in talk.last
    assert "Halaman sebelumnya" not in talk.labels()
    talk.tap("Halaman berikutnya")
    assert "1. Survei Ikan 7 (2026)" in talk.last
    talk.tap("Halaman berikutnya")
    assert [line for line in talk.last.splitlines() if "Survei" in line][-1].startswith("2. Survei Ikan 1 (2026)")
    assert "Halaman berikutnya" not in talk.labels()
    talk.tap("Survei Ikan 1")
    talk.tap("Kembali ke hasil")
    assert "Halaman 3." in talk.last
    talk.tap("Halaman sebelumnya")
    assert "Halaman 2." in talk.last


def test_a_year_filters_and_all_years_lead_back(world: World, talk: Talk) -> None:
    fill(world, *(numbered(n, 2020 + n) for n in range(1, 7)))
    talk.say("cari")
    talk.say("ikan")
    assert [label for label in talk.labels() if label.isdigit()] == ["2026", "2025", "2024", "2023"]
    talk.say("2024")
    assert talk.last.startswith("Kegiatan tahun 2024 dengan kata “ikan”:\n\n1. Survei Ikan 4 (2024)")
    assert not [label for label in talk.labels() if label.isdigit()]
    talk.tap("Semua tahun")
    assert talk.last.startswith("Kegiatan dengan kata “ikan”:\n\n1. Survei Ikan 6 (2026)")


def test_a_year_alone_shows_that_year(world: World, talk: Talk) -> None:
    fill(world, numbered(1, 2025), numbered(2, 2026))
    talk.say("cari")
    talk.say("tahun 2025")
    assert talk.last.startswith("Kegiatan tahun 2025:\n\n1. Survei Ikan 1 (2025)")
    assert "Semua tahun" not in talk.labels()


def test_one_year_only_needs_no_filter(world: World, talk: Talk) -> None:
    fill(world, numbered(1), numbered(2))
    talk.say("cari")
    talk.say("ikan")
    assert talk.labels() == ["Survei Ikan 2", "Survei Ikan 1", "Cari lagi", "Menu"]


def test_an_entry_leads_to_everything_of_its_organiser(world: World, talk: Talk) -> None:
    fill(world, ENTRY, replace(numbered(2), organiser="Dinas Pangan"), numbered(3, 2025))
    talk.say("cari")
    talk.say("kepuasan")
    talk.say("1")
    talk.tap("Instansi yang sama")
    assert talk.last.startswith("Kegiatan Dinas Sosial Kabupaten Kepulauan Selayar:\n\n1. Survei Kepuasan")
    assert "Survei Ikan 2" not in talk.last
    talk.say("2025")
    assert talk.last.startswith(
        "Kegiatan Dinas Sosial Kabupaten Kepulauan Selayar tahun 2025:\n\n1. Survei Ikan 3 (2025)"
    )


def test_nothing_found_says_what_helps(world: World, talk: Talk) -> None:
    fill(world, ENTRY)
    talk.say("cari")
    talk.say("kepuasan gurita 2025")
    assert talk.last.splitlines() == [
        "Kegiatan tahun 2025 dengan kata “kepuasan gurita”:",
        "Tidak ada yang ditemukan.",
        "",
        "Coba kata yang lebih sedikit atau lebih pendek, misalnya stunting.",
    ]
    assert talk.labels() == ["Semua tahun", "Cari lagi", "Menu"]


def test_an_empty_catalogue_does_not_blame_the_words(talk: Talk) -> None:
    talk.say("cari")
    talk.say("stunting")
    assert "Katalog belum berisi kegiatan." in talk.last


def test_a_message_without_words_is_asked_again(world: World, talk: Talk) -> None:
    fill(world, ENTRY)
    talk.say("cari")
    talk.say("…?!")
    assert talk.last.startswith("Pesan itu tidak memuat kata atau angka yang dapat dicari.\n\nTulis kata kunci")


def test_a_button_of_another_search_does_not_turn_this_one(world: World, talk: Talk) -> None:
    fill(
        world,
        *(numbered(n, 2020 + n % 2) for n in range(1, 13)),
        *(replace(numbered(n), title=f"Survei Padi {n}") for n in range(20, 40)),
    )
    talk.say("cari")
    talk.say("ikan")
    old_page, old_year = talk.button("Halaman berikutnya"), talk.button("2020")
    talk.say("padi")
    for old in (old_page, old_year):
        talk.press(old.value)
        assert talk.last.startswith("Tombol itu dari pencarian yang lain.\n\nKegiatan dengan kata “padi”:")
        assert "Halaman 1." in talk.last


def test_an_old_entry_opens_from_anywhere(world: World, talk: Talk) -> None:
    fill(world, ENTRY)
    talk.say("cari")
    talk.say("kepuasan")
    old = talk.button(ENTRY.title)
    talk.say("menu")
    talk.press(old.value)
    assert talk.last.startswith(ENTRY.title)
    assert "Kembali ke hasil" not in talk.labels()


def test_a_word_of_help_leaves_the_screen_open(world: World, talk: Talk) -> None:
    fill(world, ENTRY, numbered(2))
    talk.say("cari")
    talk.say("kepuasan")
    talk.say("1")
    talk.say("bantuan")
    assert ENTRY.title in talk.last
    talk.tap("Kembali ke hasil")
    talk.say("bantuan")
    assert "Kegiatan dengan kata “kepuasan”:" in talk.last


def test_a_start_with_words_searches_at_once(shared: World) -> None:
    assert words(started(shared, "stunting")).startswith(
        "Kegiatan dengan kata “stunting”:\n\n1. Kompilasi Data Stunting"
    )
    assert words(started(shared, "")).startswith("Tulis kata kunci")


@pytest.mark.parametrize(
    "args",
    [
        (),
        ("",),
        ("open",),
        ("open", ""),
        ("open", "x"),
        ("open", "-1"),
        ("open", "0"),
        ("open", "٣"),
        ("open", "9" * 60),
        ("open", "999999999"),
        ("open", "1", "2"),
        ("organiser", "x"),
        ("organiser", "999999999"),
        ("page", "0", "tag"),
        ("page", "2"),
        ("page", "2", "tag"),
        ("year", "abcd", "tag"),
        ("year", "2026", "tag"),
        ("years", "tag"),
        ("drop table",),
    ],
)
def test_an_odd_code_says_a_sentence_and_the_screen_again(shared: World, args: tuple[str, ...]) -> None:
    for query, screen in (("kompilasi", "Kegiatan dengan kata “kompilasi”:"), ("", "Tulis kata kunci")):
        shown = words(pressed(shared, started(shared, query).state, *args))
        assert shown.partition("\n\n")[0].startswith(("Tombol itu", "Kegiatan itu tidak ada dalam katalog."))
        assert screen in shown


def test_what_another_conversation_remembers_is_not_taken_for_a_search(shared: World) -> None:
    elsewhere = replace(started(shared, "kompilasi").state, conversation="status")
    assert words(pressed(shared, elsewhere, "back")).startswith("Tulis kata kunci")


def test_a_page_beyond_the_last_shows_the_first(shared: World) -> None:
    results = started(shared, "kompilasi")
    tag = next(c.value for c in results.state.choices if ":page:" in c.value).split(":")[3]
    assert words(pressed(shared, results.state, "page", "999999999", tag)) == words(results)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(
    st.lists(st.sampled_from(["open", "page", "year", "years", "organiser", "back", "again", "1", "2026"]) | st.text())
)
def test_no_code_raises_and_every_answer_is_one_message(shared: World, args: list[str]) -> None:
    state = started(shared, "kompilasi 2025").state
    turn = pressed(shared, state, *args)
    assert len(turn.prompts) == 1
    assert turn.state.conversation == talking.NAME


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(st.text(max_size=400) | st.sampled_from(["kompilasi", "survei 2025", "%(x)s", "100 %"]))
def test_any_words_get_one_message_whose_state_survives_storage(shared: World, typed: str) -> None:
    turn = started(shared, typed)
    assert len(turn.prompts) == 1
    assert words(turn)
    stored = replace(turn.state, choices=choices_from_json(choices_to_json(turn.state.choices)))
    assert words(pressed(shared, stored, "back")) == words(turn).removeprefix(
        "Pesan itu tidak memuat kata atau angka yang dapat dicari.\n\n"
    )


@pytest.mark.parametrize("locale", locales.SUPPORTED)
def test_the_longest_results_fit_where_a_message_has_least_room(world: World, locale: str) -> None:
    """WhatsApp's interactive messages hold 1,024 characters and titles of 20; callback codes hold 64 bytes."""
    long = replace(ENTRY, title="Statistik Kependudukan " * 13, organiser="Sekretariat Daerah " * 10, status="sektoral")
    fill(world, *(replace(long, year=2020 + n % 5, recommendation_identity=f"V-26.7301.{n:03d}") for n in range(20)))
    turn = started(world, "statistik kependudukan sekretariat daerah " * 4)
    assert len(words(turn, locale)) <= 1024
    for choice in turn.state.choices:
        assert len(choice.value.encode()) <= 64
        assert len(locales.say(choice.short or choice.label, locale)) <= 20
    shown = [locales.say(choice.short or choice.label, locale) for choice in turn.state.choices]
    assert len(set(shown)) == len(shown), "two buttons look alike"


@pytest.mark.parametrize(
    ("title", "short"),
    [
        ("Survei Ikan", "1. Survei Ikan"),
        ("Survei Ikan Lautan", "1. Survei Ikan…"),
        ("Kompilasi, Ketenagakerjaan", "1. Kompilasi…"),
        ("Ketenagakerjaankabupaten", "1. Ketenagakerjaank…"),
    ],
)
def test_a_short_title_is_cut_between_words(world: World, title: str, short: str) -> None:
    fill(world, replace(ENTRY, title=title))
    (choice, *_) = started(world, CatalogueSearch.of(title).words).state.choices
    assert choice.short is not None
    assert locales.say(choice.short, "id") == short
