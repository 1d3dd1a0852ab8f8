"""How messages look on Telegram: buttons, numbered choices, long texts, file names."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.chat import Choice, Link, Prompt
from bot.handlers.telegram import render
from domain.text import Text, clean, verbatim
from tests.contract.telegram_harness import TelegramHarness, outgoing
from tests.platforms.telegram.entities import formatted, utf16_length

BACK = Choice("n:back", Text("Kembali"), nav=True)
YES = Choice("a:1", Text("Ya, pakai"))
LONG = Choice("a:3", Text("Instansi pemerintah pusat atau daerah (APBN/APBD)"), Text("Instansi pemerintah"))


def inline(prompt: Prompt, locale: str = "id") -> list[list[str]]:
    markup: Any = render.build_requests(outgoing(prompt, locale=locale))[-1].parameters["reply_markup"]
    return [[button["text"] for button in row] for row in markup["inline_keyboard"]]


def choices(*labels: str) -> tuple[Choice, ...]:
    return tuple(Choice(f"a:{number}", verbatim(label)) for number, label in enumerate(labels))


NAV = tuple(
    Choice(f"n:{number}", verbatim(label), nav=True)
    for number, label in enumerate(("Lewati", "Kembali", "Bantuan", "Daftar isian", "Simpan & keluar"))
)


@pytest.mark.parametrize(
    "given,rows",
    [
        (choices("Ya", "Tidak", "Belum"), [["Ya", "Tidak", "Belum"]]),
        (choices("A", "B", "C", "D"), [["A", "B"], ["C", "D"]]),
        (choices("Ya, pakai", "Tidak, abaikan"), [["Ya, pakai", "Tidak, abaikan"]]),
        (choices("Pengumpulan data sekunder", "Sensus"), [["Pengumpulan data sekunder"], ["Sensus"]]),
        (
            NAV,
            [["Lewati", "Kembali", "Bantuan"], ["Daftar isian", "Simpan & keluar"]],
        ),
        (NAV[1:], [["Kembali", "Bantuan"], ["Daftar isian", "Simpan & keluar"]]),
        (choices("✓ Tujuh belas hurufnya", "B"), [["✓ Tujuh belas hurufnya"], ["B"]]),
        (choices("✓ Sebelas sepuluhan", "B"), [["✓ Sebelas sepuluhan", "B"]]),
    ],
)
def test_buttons_stand_side_by_side_where_their_words_are_short(
    given: tuple[Choice, ...], rows: list[list[str]]
) -> None:
    assert inline(Prompt(Text("Pilih"), given)) == rows


def test_a_label_that_no_button_can_show_stands_in_full_in_the_text() -> None:
    prompt = Prompt(Text("Siapa?"), (LONG, YES, BACK))
    (request,) = render.build_requests(outgoing(prompt))
    assert request.parameters["text"] == (
        "Siapa?\n\n1. Instansi pemerintah pusat atau daerah (APBN/APBD)\n2. Ya, pakai"
    )
    assert inline(prompt) == [["1. Instansi pemerintah"], ["2. Ya, pakai"], ["Kembali"]]
    said = Prompt(Text("%(one)s?", one=LONG.label), (LONG, YES))
    assert inline(said) == [["Instansi pemerintah"], ["Ya, pakai"]]
    for label in ("Paper-assisted Personal Interviewing (PAPI)", "✓ Paper-assisted Personal Interviewing (PAPI)"):
        assert inline(Prompt(Text("Bagaimana?"), choices(label))) == [[label]]


async def test_more_choices_than_buttons_can_still_be_read_and_typed(telegram: TelegramHarness) -> None:
    await telegram.sends(Prompt(Text("Pilih"), (*choices(*(f"Desa {n}" for n in range(1, 131))), BACK)))
    (message,) = telegram.siti.answers
    assert len(message.buttons) == 100 and message.buttons[-1] == "Kembali"
    assert message.text.endswith("\n130. Desa 130") and telegram.server.flagged == []


def test_a_page_that_knows_its_reader_opens_inside_the_app() -> None:
    prompt = Prompt(Text("Lihat"), link=Link(Text("Isi di halaman"), "https://a.test/form", in_app=True))
    markup: Any = render.build_requests(outgoing(prompt))[0].parameters["reply_markup"]
    button = {"text": "Isi di halaman", "web_app": {"url": "https://a.test/form"}}
    assert markup == {"inline_keyboard": [[button]]}


def test_the_page_of_a_link_opens_from_the_first_button() -> None:
    prompt = Prompt(Text("Lihat"), (YES, BACK), link=Link(Text("Buka halaman"), "https://example.go.id/"))
    markup: Any = render.build_requests(outgoing(prompt))[0].parameters["reply_markup"]
    assert markup["inline_keyboard"][0] == [{"text": "Buka halaman", "url": "https://example.go.id/"}]


def test_a_name_of_a_file_cannot_break_out_of_its_header() -> None:
    assert render.safe_file_name('a"b\\c/d\r\nX: y\u202e.pdf') == "a b c d X: y.pdf"
    assert render.safe_file_name("\r\n") == "berkas"


signs = st.text(st.sampled_from("ab \n😀<>&é\u200d\u0301\ud800\x00") | st.characters(), max_size=400)


@settings(max_examples=100, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.lists(signs, max_size=5), st.integers(5, 60))
def test_pieces_fit_and_lose_no_word(parts: list[str], most: int) -> None:
    text = "\n\n".join(parts)
    pieces = render.split_text(text, most)
    assert all(piece == piece.strip() and 0 < utf16_length(piece) <= most for piece in pieces)
    assert "".join("".join(pieces).split()) == "".join(text.split())


@settings(max_examples=100, deadline=None, suppress_health_check=list(HealthCheck))
@given(signs)
def test_whatever_was_typed_is_shown_as_it_is(typed: str) -> None:
    requests = render.build_requests(outgoing(Prompt(verbatim(typed))))
    shown = [formatted(str(request.parameters["text"]), "HTML", None) for request in requests]
    assert ("".join(text for text, _ in shown), [entities for _, entities in shown if entities]) == (
        clean(typed).strip(),
        [],
    )
    assert all(str(request.parameters["text"]).encode() for request in requests)
