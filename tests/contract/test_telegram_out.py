"""The sending side against the strict server: both libraries send the same requests, and all failures are known."""

from __future__ import annotations

import asyncio
import logging
import re
import traceback
from collections.abc import AsyncIterator
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.channel import FetchFailed, SendFailed
from bot.chat import Choice, Link, Prompt
from bot.handlers.telegram import render
from domain.text import Text, clean, verbatim
from tests.contract.telegram_harness import LETTER, PDF, SITI, TelegramHarness, outgoing, telegram, until
from tests.platforms.telegram import BotApi, faults
from tests.platforms.telegram.entities import formatted, utf16_length
from tests.platforms.telegram.flood import FloodLimits
from tests.platforms.telegram.refusal import BotApiRefusal

#: library → what makes the channel use it
WAYS: dict[str, dict[str, Any]] = {"aiogram": {"attempt": 1}, "python-telegram-bot": {"attempt": 2}}
SENDS = {"sendMessage", "sendDocument", "editMessageText"}

BACK, HELP = Choice("n:back", Text("Kembali"), nav=True), Choice("n:help", Text("Bantuan"), nav=True)
YES, NO = Choice("a:1", Text("Ya, pakai")), Choice("a:2", Text("Tidak, abaikan"))
LONG = Choice("a:3", Text("Instansi pemerintah pusat atau daerah (APBN/APBD)"), Text("Instansi pemerintah"))
PAGE = "\n\n".join(f"Alinea {number}. " + "kata " * 150 for number in range(14))


@pytest.fixture
async def harness() -> AsyncIterator[TelegramHarness]:
    async with telegram() as harness:
        yield harness


def sent(server: BotApi) -> list[tuple[str, dict[str, Any]]]:
    return [(call.method, call.params) for call in server.calls if call.method in SENDS]


def inline(prompt: Prompt, locale: str = "id") -> list[list[str]]:
    markup: Any = render.build_requests(outgoing(prompt, locale=locale))[-1].parameters["reply_markup"]
    return [[button["text"] for button in row] for row in markup["inline_keyboard"]]


# The same from both libraries -----------------------------------------------------------------------------------------

SAME: dict[str, tuple[Prompt, dict[str, Any]]] = {
    "words": (Prompt(Text('Tulis <b>angka</b> & satuan 😀, misalnya "5 < 7".')), {}),
    "choices": (Prompt(Text("Pilih"), (YES, NO, LONG, BACK, HELP)), {}),
    "a link": (Prompt(Text("Lihat"), (BACK,), link=Link(Text("Buka halaman"), "https://example.go.id/v?a=1&b=2")), {}),
    "pages": (Prompt(verbatim(PAGE), (YES, NO)), {}),
    "a file": (Prompt(Text("Surat <A> & B"), (BACK,), attachment=LETTER), {}),
    "a file under many words": (Prompt(verbatim(PAGE[:5000]), (BACK,), attachment=LETTER), {}),
    "a file without words": (Prompt(verbatim(""), attachment=LETTER), {}),
    "a change in place": (Prompt(Text("Pilih lagi"), (YES, NO), edits_message=True), {"edits_message_id": "1"}),
    # the last one, because the next message would remove its keyboard
    "the own number": (Prompt(Text("Nomor?"), (BACK, HELP), takes_contact=True), {}),
}


async def test_both_libraries_put_the_same_request_on_the_wire() -> None:
    requests: dict[str, dict[str, Any]] = {}
    for library, way in WAYS.items():
        async with telegram() as harness:
            await harness.sends(Prompt(Text("Pilih"), (YES,)))
            for name, (prompt, more) in SAME.items():
                harness.server.rates = FloodLimits()
                harness.server.calls.clear()
                harness.siti.reads()
                delivered = await harness.sends(prompt, **more, **way)
                assert delivered.remote_ids == tuple(str(message.id) for message in harness.siti.unread), name
                requests.setdefault(name, {})[library] = sent(harness.server)
            assert harness.server.flagged == []
    for name, by_library in requests.items():
        assert by_library["aiogram"] == by_library["python-telegram-bot"] != [], name


async def test_a_reply_goes_through_aiogram_and_a_notice_through_the_other(harness: TelegramHarness) -> None:
    for prompt, attempt in (
        (Prompt(Text("Balasan"), attachment=LETTER), 1),
        (Prompt(Text("Balasan"), attachment=LETTER), 2),
        (Prompt(Text("Kabar"), attachment=LETTER, reason="letter_issued"), 1),
    ):
        await harness.sends(prompt, attempt=attempt)
    names = [next(iter(call.files)) for call in harness.server.calls_of("sendDocument")]
    assert [name == "document" for name in names] == [
        False,
        True,
        True,
    ]  # aiogram invents a name
    assert len(harness.server.calls_of("getMe")) == 1  # python-telegram-bot asks once, when its first message is sent


# What the person sees -------------------------------------------------------------------------------------------------


async def test_what_is_on_the_screen_is_what_was_said(harness: TelegramHarness) -> None:
    words = 'Tulis <b>angka</b> & satuan 😀, misalnya "5 < 7" &amp; lain.\n\n  Baris'
    await harness.sends(Prompt(verbatim(words), (YES, NO, BACK)))
    (message,) = harness.siti.answers
    assert (message.text, message.entities) == (words, [])
    assert message.choices == {"Ya, pakai": "a:1", "Tidak, abaikan": "a:2", "Kembali": "n:back"}


async def test_a_long_text_becomes_several_messages_with_the_buttons_below_the_last(harness: TelegramHarness) -> None:
    delivered = await harness.sends(Prompt(verbatim(PAGE), (YES, BACK)))
    messages = harness.siti.answers
    assert len(messages) == 3 and delivered.remote_ids == tuple(str(message.id) for message in messages)
    assert [bool(message.buttons) for message in messages] == [False, False, True]
    assert [re.match(r"Alinea \d+\.", message.text) is not None for message in messages] == [True, True, True]
    assert "".join("".join(message.text.split()) for message in messages) == "".join(PAGE.split())


async def test_a_file_has_the_text_as_its_caption_and_is_uploaded_once(harness: TelegramHarness) -> None:
    letter, remote = Prompt(Text("Surat terbit"), (BACK,), attachment=LETTER), ""
    for _ in range(3):
        remote = (await harness.sends(letter, remote_file=remote)).remote_file
    first, *again = harness.siti.answers
    assert (first.document, first.text, first.buttons) == (("Surat é.pdf", PDF), "Surat terbit", ["Kembali"])
    assert [message.document for message in again] == [first.document] * 2
    assert [bool(call.files) for call in harness.server.calls_of("sendDocument")] == [True, False, False]
    await asyncio.sleep(0)
    assert "upload_document" in harness.siti.chat.actions


async def test_a_file_that_telegram_has_forgotten_is_uploaded_again(harness: TelegramHarness) -> None:
    harness.server.forgiven.add("wrong file identifier")
    for way in WAYS.values():
        harness.server.calls.clear()
        delivered = await harness.sends(Prompt(verbatim(PAGE[:2000]), attachment=LETTER), remote_file="BQAC-old", **way)
        assert harness.siti.answers[-1].document == ("Surat é.pdf", PDF)
        assert delivered.remote_file in harness.server.files.by_id
        assert [method for method, _ in sent(harness.server)] == ["sendMessage", "sendDocument", "sendDocument"]
    assert harness.server.flagged == []


async def test_a_file_that_is_no_longer_kept_is_refused(harness: TelegramHarness) -> None:
    harness.files.clear()
    with pytest.raises(SendFailed) as failed:
        await harness.sends(Prompt(Text("Surat"), attachment=LETTER))
    assert (failed.value.kind, harness.siti.answers) == ("refused", [])


async def test_an_empty_message_is_refused_here(harness: TelegramHarness) -> None:
    with pytest.raises(SendFailed) as failed:
        await harness.sends(Prompt(verbatim(" \n")))
    assert (failed.value.kind, len(harness.server.calls)) == ("refused", 0)


async def test_a_keyboard_asks_for_the_phone_number_and_the_next_message_removes_it(
    harness: TelegramHarness,
) -> None:
    await harness.sends(Prompt(Text("Nomor telepon?"), (BACK, HELP), takes_contact=True))
    asked = harness.siti.answers[-1].keyboard
    assert asked == {
        "keyboard": [
            [{"text": "Kirim nomor telepon saya", "request_contact": True}],
            [{"text": "Kembali"}, {"text": "Bantuan"}],
        ],
        "resize_keyboard": True,
        "one_time_keyboard": True,
    }
    await harness.sends(Prompt(Text("Berikutnya"), (BACK,)))
    await harness.siti.waits_for(lambda message: message.text == "✓" or message.deleted)
    await until(lambda: bool(harness.server.calls_of("deleteMessage")))
    removals = harness.server.calls_of("sendMessage")[-1].params
    assert removals["reply_markup"] == {"remove_keyboard": True}
    assert [message.text for message in harness.siti.answers] == ["Nomor telepon?", "Berikutnya"]
    await harness.sends(Prompt(Text("Lagi"), (BACK,)))
    assert (len(harness.server.calls_of("deleteMessage")), harness.server.flagged) == (1, [])


async def test_many_keyboards_are_removed_one_after_the_other(harness: TelegramHarness) -> None:
    """These messages do not come from the outbox, which keeps the flood limits for its own."""
    addresses = [str(harness.server.user(2000 + n).chat.id) for n in range(3)]
    for address in addresses:
        harness.server.user(int(address)).chat.started = True
        await harness.sends(Prompt(Text("Nomor?"), takes_contact=True), address=address)
    await asyncio.gather(*(harness.sends(Prompt(Text("Terima kasih")), address=address) for address in addresses))
    async with asyncio.timeout(10):
        while len(removals := [call for call in harness.server.calls if call.params.get("text") == "✓"]) < 3:
            await asyncio.sleep(0.01)
    assert removals[2].at - removals[0].at > 0.9


async def test_running_feedback_is_finished_when_the_process_stops(harness: TelegramHarness) -> None:
    harness.server.faults.on("sendMessage", faults.hang(0.3, performed=True), after=2)
    await harness.sends(Prompt(Text("Nomor telepon?"), takes_contact=True))
    await harness.sends(Prompt(Text("Berikutnya"), (BACK,)))
    await harness.channel.close()
    assert [message.text for message in harness.siti.answers] == ["Nomor telepon?", "Berikutnya"]


async def test_a_new_role_changes_the_menu_of_the_chat(harness: TelegramHarness) -> None:
    def menus() -> dict[str, list[str]]:
        found = harness.server.commands
        return {code: [c["command"] for c in found[scope, code]] for scope, code in found if scope == f"chat:{SITI}"}

    await harness.sends(Prompt(Text("Selamat bergabung"), commands="officer"))
    await until(lambda: len(menus()) == 2)
    assert set(menus()) == {"", "en"} and all({"berkas", "periksa", "ajukan"} <= set(menu) for menu in menus().values())
    await harness.sends(Prompt(Text("Sampai jumpa"), commands="applicant"))
    await until(lambda: not menus())


# A change in place ----------------------------------------------------------------------------------------------------


async def test_a_message_is_changed_in_place_while_it_can_be(harness: TelegramHarness) -> None:
    plain = Prompt(Text("Pilih satu atau lebih"), (Choice("a:1", Text("Sensus")), NO))
    ticked = Prompt(Text("Pilih satu atau lebih"), (Choice("a:1", Text("✓ Sensus")), NO), edits_message=True)
    harness.server.forgiven |= {"message is not modified", "message to edit not found"}
    for way in WAYS.values():
        (first,) = (await harness.sends(plain)).remote_ids
        for _ in range(2):
            assert (await harness.sends(ticked, edits_message_id=first, **way)).remote_ids == (first,)
            assert harness.siti.answers[-1].buttons == ["✓ Sensus", "Tidak, abaikan"]
        harness.siti.answers[-1].deleted = True
        (new,) = (await harness.sends(ticked, edits_message_id=first, **way)).remote_ids
        assert new != first and harness.siti.answers[-1].buttons == ["✓ Sensus", "Tidak, abaikan"]
    assert harness.server.flagged == []


async def test_what_cannot_be_shown_by_a_change_is_a_new_message(harness: TelegramHarness) -> None:
    await harness.sends(Prompt(Text("Pilih"), (YES,)))
    for prompt in (
        Prompt(Text("Surat"), attachment=LETTER, edits_message=True),
        Prompt(Text("Nomor?"), takes_contact=True, edits_message=True),
        Prompt(verbatim(PAGE), edits_message=True),
    ):
        assert "1" not in (await harness.sends(prompt, edits_message_id="1")).remote_ids
    assert harness.siti.answers[0].text == "Pilih"


# Failures -------------------------------------------------------------------------------------------------------------

#: name → (fault, kind of failure, seconds to wait, new address)
FAILURES: dict[str, tuple[faults.BotApiFault, str, float, str]] = {
    "blocked": (faults.forbidden(), "blocked", 0, ""),
    "left": (faults.forbidden("user is deactivated"), "blocked", 0, ""),
    "unknown": (faults.refused("chat not found"), "blocked", 0, ""),
    "flood": (faults.throttled(7), "throttled", 7, ""),
    "moved": (faults.migrated(-100123), "gone", 0, "-100123"),
    "unparsable": (faults.refused("can't parse entities: Unclosed tag"), "refused", 0, ""),
    "internal": (faults.internal(), "unreachable", 0, ""),
    "bad gateway": (faults.bad_gateway(), "unreachable", 0, ""),
    "silence": (faults.hang(0.2), "unreachable", 0, ""),
    "cut": (faults.cut(), "unreachable", 0, ""),
    "cut answer": (faults.cut_answer(), "unreachable", 0, ""),
    "garbled": (faults.garbled(), "unreachable", 0, ""),
    "wrong token": (faults.BotApiFault("answer", refusal=BotApiRefusal(401)), "unreachable", 0, ""),
    "too large": (faults.BotApiFault("answer", refusal=BotApiRefusal(413)), "refused", 0, ""),
}


@pytest.mark.parametrize("way", WAYS)
async def test_what_goes_wrong_is_one_of_the_known_failures(
    harness: TelegramHarness, way: str, caplog: pytest.LogCaptureFixture, capsys: pytest.CaptureFixture[str]
) -> None:
    caplog.set_level(logging.WARNING)
    await harness.sends(Prompt(Text("Halo")), **WAYS[way])
    for name, (fault, kind, seconds, address) in FAILURES.items():
        harness.server.faults.on("sendMessage", fault)
        with pytest.raises(SendFailed) as failed:
            await harness.sends(Prompt(Text("Halo")), **WAYS[way])
        failure = failed.value
        found = failure.kind, failure.retry_after, failure.new_address
        assert (name, *found) == (name, kind, seconds, address), failure
        told = "".join(traceback.format_exception(failure)) + failure.reason
        assert failure.reason and harness.server.token not in told and "BadRequest" not in told
    await harness.sends(Prompt(Text("Halo")), **WAYS[way])
    assert harness.server.token not in caplog.text + "".join(capsys.readouterr())


async def test_a_reply_after_a_while_without_an_answer_is_unreachable(
    harness: TelegramHarness, monkeypatch: pytest.MonkeyPatch
) -> None:
    from bot.handlers.telegram import send

    monkeypatch.setattr(send, "SEND_TIMEOUT", 0.3)
    harness.server.faults.on("sendMessage", faults.hang(5))
    with pytest.raises(SendFailed) as failed:
        await harness.sends(Prompt(Text("Halo")))
    assert failed.value.kind == "unreachable"


async def test_at_most_eight_notices_are_on_their_way_at_once(
    harness: TelegramHarness, monkeypatch: pytest.MonkeyPatch
) -> None:
    from bot.handlers.telegram import client

    monkeypatch.setattr(client, "CONNECTION_WAIT", 0.2)
    await harness.sends(Prompt(Text("Kabar"), reason="reminder"))
    harness.server.faults.on("sendMessage", faults.hang(1.5, performed=True), times=8)
    results = await asyncio.gather(
        *(harness.sends(Prompt(Text("Kabar"), reason="reminder")) for _ in range(9)), return_exceptions=True
    )
    failed = [result for result in results if isinstance(result, BaseException)]
    assert [str(failure) for failure in failed] == ["throttled: other notices are being sent"]


# Files of people ------------------------------------------------------------------------------------------------------


async def read(harness: TelegramHarness, remote: str) -> bytes:
    return b"".join([chunk async for chunk in harness.channel.fetch(remote)])


async def test_a_file_is_fetched_whole(harness: TelegramHarness) -> None:
    content = bytes(range(256)) * 1000
    message = await harness.siti.sends_document("data.xlsx", content)
    assert message.file and await read(harness, message.file.id) == content


async def test_a_file_that_cannot_be_fetched_says_whether_to_try_again(harness: TelegramHarness) -> None:
    message = await harness.siti.sends_document("data.xlsx", b"content" * 1000)
    assert message.file
    for method, fault, kind in (
        ("download", faults.cut_answer(), "unreachable"),
        ("download", faults.BotApiFault("answer", status=500), "unreachable"),
        ("download", faults.BotApiFault("answer", status=404), "gone"),
        ("getFile", faults.internal(), "unreachable"),
        ("getFile", faults.cut(), "unreachable"),
        ("getFile", faults.refused("file is too big"), "gone"),
    ):
        harness.server.faults.on(method, fault)
        with pytest.raises(FetchFailed) as failed:
            await read(harness, message.file.id)
        assert failed.value.kind == kind, (method, fault)
        assert harness.server.token not in "".join(traceback.format_exception(failed.value))


# Layout ---------------------------------------------------------------------------------------------------------------


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


async def test_more_choices_than_buttons_can_still_be_read_and_typed(harness: TelegramHarness) -> None:
    await harness.sends(Prompt(Text("Pilih"), (*choices(*(f"Desa {n}" for n in range(1, 131))), BACK)))
    (message,) = harness.siti.answers
    assert len(message.buttons) == 100 and message.buttons[-1] == "Kembali"
    assert message.text.endswith("\n130. Desa 130") and harness.server.flagged == []


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
