"""The sending side against the strict server: both libraries send the same requests, and all failures are known."""

from __future__ import annotations

import asyncio
import logging
import re
import traceback
from dataclasses import replace
from io import BytesIO
from typing import Any

import pytest
from PIL import Image

from bot.channel import FetchFailed, SendFailed, StoredFile
from bot.chat import Choice, Link, Prompt
from domain.text import Text, verbatim
from tests.contract.telegram_harness import LETTER, PDF, SITI, TelegramHarness, open_telegram, until
from tests.platforms.telegram import BotApi, faults
from tests.platforms.telegram.flood import FloodLimits
from tests.platforms.telegram.refusal import BotApiRefusal

#: library → what makes the channel use it
WAYS: dict[str, dict[str, Any]] = {"aiogram": {"attempt": 1}, "python-telegram-bot": {"attempt": 2}}
SENDS = {"sendMessage", "sendDocument", "sendPhoto", "editMessageText"}

BACK, HELP = Choice("n:back", Text("Kembali"), nav=True), Choice("n:help", Text("Bantuan"), nav=True)
YES, NO = Choice("a:1", Text("Ya, pakai")), Choice("a:2", Text("Tidak, abaikan"))
LONG = Choice("a:3", Text("Instansi pemerintah pusat atau daerah (APBN/APBD)"), Text("Instansi pemerintah"))
PAGE = "\n\n".join(f"Alinea {number}. " + "kata " * 150 for number in range(14))


def sent(server: BotApi) -> list[tuple[str, dict[str, Any]]]:
    return [(call.method, call.params) for call in server.calls if call.method in SENDS]


# The same from both libraries -----------------------------------------------------------------------------------------

SAME: dict[str, tuple[Prompt, dict[str, Any]]] = {
    "words": (Prompt(Text('Tulis <b>angka</b> & satuan 😀, misalnya "5 < 7".')), {}),
    "choices": (Prompt(Text("Pilih"), (YES, NO, LONG, BACK, HELP)), {}),
    "a link": (Prompt(Text("Lihat"), (BACK,), link=Link(Text("Buka halaman"), "https://example.go.id/v?a=1&b=2")), {}),
    "a page inside the app": (Prompt(Text("Isi"), (BACK,), link=Link(Text("Isi"), "https://a.test/", in_app=True)), {}),
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
        async with open_telegram() as telegram:
            await telegram.sends(Prompt(Text("Pilih"), (YES,)))
            for name, (prompt, more) in SAME.items():
                telegram.server.rates = FloodLimits()
                telegram.server.calls.clear()
                telegram.siti.reads()
                delivered = await telegram.sends(prompt, **more, **way)
                assert delivered.remote_ids == tuple(str(message.id) for message in telegram.siti.unread), name
                requests.setdefault(name, {})[library] = sent(telegram.server)
            assert telegram.server.flagged == []
    for name, by_library in requests.items():
        assert by_library["aiogram"] == by_library["python-telegram-bot"] != [], name


async def test_a_reply_goes_through_aiogram_and_a_notice_through_the_other(telegram: TelegramHarness) -> None:
    for prompt, attempt in (
        (Prompt(Text("Balasan"), attachment=LETTER), 1),
        (Prompt(Text("Balasan"), attachment=LETTER), 2),
        (Prompt(Text("Kabar"), attachment=LETTER, reason="letter_issued"), 1),
    ):
        await telegram.sends(prompt, attempt=attempt)
    names = [next(iter(call.files)) for call in telegram.server.calls_of("sendDocument")]
    assert [name == "document" for name in names] == [
        False,
        True,
        True,
    ]  # aiogram invents a name
    assert len(telegram.server.calls_of("getMe")) == 1  # python-telegram-bot asks once, when its first message is sent


# What the person sees -------------------------------------------------------------------------------------------------


async def test_what_is_on_the_screen_is_what_was_said(telegram: TelegramHarness) -> None:
    words = 'Tulis <b>angka</b> & satuan 😀, misalnya "5 < 7" &amp; lain.\n\n  Baris'
    await telegram.sends(Prompt(verbatim(words), (YES, NO, BACK)))
    (message,) = telegram.siti.answers
    assert (message.text, message.entities) == (words, [])
    assert message.choices == {"Ya, pakai": "a:1", "Tidak, abaikan": "a:2", "Kembali": "n:back"}


async def test_a_long_text_becomes_several_messages_with_the_buttons_below_the_last(telegram: TelegramHarness) -> None:
    delivered = await telegram.sends(Prompt(verbatim(PAGE), (YES, BACK)))
    messages = telegram.siti.answers
    assert len(messages) == 3 and delivered.remote_ids == tuple(str(message.id) for message in messages)
    assert [bool(message.buttons) for message in messages] == [False, False, True]
    assert [re.match(r"Alinea \d+\.", message.text) is not None for message in messages] == [True, True, True]
    assert "".join("".join(message.text.split()) for message in messages) == "".join(PAGE.split())


async def test_a_file_has_the_text_as_its_caption_and_is_uploaded_once(telegram: TelegramHarness) -> None:
    letter, remote = Prompt(Text("Surat terbit"), (BACK,), attachment=LETTER), ""
    for _ in range(3):
        remote = (await telegram.sends(letter, remote_file=remote)).remote_file
    first, *again = telegram.siti.answers
    assert (first.document, first.text, first.buttons) == (("Surat é.pdf", PDF), "Surat terbit", ["Kembali"])
    assert [message.document for message in again] == [first.document] * 2
    assert [bool(call.files) for call in telegram.server.calls_of("sendDocument")] == [True, False, False]
    await asyncio.sleep(0)
    assert "upload_document" in telegram.siti.chat.actions


async def test_a_picture_is_shown_in_the_chat_and_uploaded_once(telegram: TelegramHarness) -> None:
    chart = BytesIO()
    Image.new("RGB", (720, 900), "white").save(chart, "PNG")
    telegram.files[LETTER.file_id] = StoredFile("laporan.png", "png", chart.getvalue())
    picture = Prompt(Text("Grafik"), (BACK,), attachment=replace(LETTER, is_picture=True), reason="report")
    for way in WAYS.values():
        telegram.server.calls.clear()
        first = await telegram.sends(picture, **way)
        await telegram.sends(picture, remote_file=first.remote_file, **way)
        shown, again = telegram.siti.answers[-2:]
        assert (shown.kind, shown.text, shown.buttons) == ("photo", "Grafik", ["Kembali"])
        assert again.document == shown.document
        assert [bool(call.files) for call in telegram.server.calls_of("sendPhoto")] == [True, False]
    assert "upload_photo" in telegram.siti.chat.actions and telegram.server.flagged == []


async def test_a_file_that_telegram_has_forgotten_is_uploaded_again(telegram: TelegramHarness) -> None:
    telegram.server.forgiven.add("wrong file identifier")
    for way in WAYS.values():
        telegram.server.calls.clear()
        delivered = await telegram.sends(
            Prompt(verbatim(PAGE[:2000]), attachment=LETTER), remote_file="BQAC-old", **way
        )
        assert telegram.siti.answers[-1].document == ("Surat é.pdf", PDF)
        assert delivered.remote_file in telegram.server.files.by_id
        assert [method for method, _ in sent(telegram.server)] == ["sendMessage", "sendDocument", "sendDocument"]
    assert telegram.server.flagged == []


async def test_a_file_that_is_no_longer_kept_is_refused(telegram: TelegramHarness) -> None:
    telegram.files.clear()
    with pytest.raises(SendFailed) as failed:
        await telegram.sends(Prompt(Text("Surat"), attachment=LETTER))
    assert (failed.value.kind, telegram.siti.answers) == ("refused", [])


async def test_an_empty_message_is_refused_here(telegram: TelegramHarness) -> None:
    with pytest.raises(SendFailed) as failed:
        await telegram.sends(Prompt(verbatim(" \n")))
    assert (failed.value.kind, len(telegram.server.calls)) == ("refused", 0)


async def test_a_keyboard_asks_for_the_phone_number_and_the_next_message_removes_it(
    telegram: TelegramHarness,
) -> None:
    await telegram.sends(Prompt(Text("Nomor telepon?"), (BACK, HELP), takes_contact=True))
    asked = telegram.siti.answers[-1].keyboard
    assert asked == {
        "keyboard": [
            [{"text": "Kirim nomor telepon saya", "request_contact": True}],
            [{"text": "Kembali"}, {"text": "Bantuan"}],
        ],
        "resize_keyboard": True,
        "one_time_keyboard": True,
    }
    await telegram.sends(Prompt(Text("Berikutnya"), (BACK,)))
    await telegram.siti.waits_for(lambda message: message.text == "✓" or message.deleted)
    await until(lambda: bool(telegram.server.calls_of("deleteMessage")))
    removals = telegram.server.calls_of("sendMessage")[-1].params
    assert removals["reply_markup"] == {"remove_keyboard": True}
    assert [message.text for message in telegram.siti.answers] == ["Nomor telepon?", "Berikutnya"]
    await telegram.sends(Prompt(Text("Lagi"), (BACK,)))
    assert (len(telegram.server.calls_of("deleteMessage")), telegram.server.flagged) == (1, [])


async def test_many_keyboards_are_removed_one_after_the_other(telegram: TelegramHarness) -> None:
    """These messages do not come from the outbox, which keeps the flood limits for its own."""
    addresses = [str(telegram.server.user(2000 + n).chat.id) for n in range(3)]
    for address in addresses:
        telegram.server.user(int(address)).chat.started = True
        await telegram.sends(Prompt(Text("Nomor?"), takes_contact=True), address=address)
    await asyncio.gather(*(telegram.sends(Prompt(Text("Terima kasih")), address=address) for address in addresses))
    async with asyncio.timeout(10):
        while len(removals := [call for call in telegram.server.calls if call.params.get("text") == "✓"]) < 3:
            await asyncio.sleep(0.01)
    assert removals[2].at - removals[0].at > 0.9


async def test_running_feedback_is_finished_when_the_process_stops(telegram: TelegramHarness) -> None:
    telegram.server.faults.on("sendMessage", faults.hang(0.3, performed=True), after=2)
    await telegram.sends(Prompt(Text("Nomor telepon?"), takes_contact=True))
    await telegram.sends(Prompt(Text("Berikutnya"), (BACK,)))
    await telegram.channel.close()
    assert [message.text for message in telegram.siti.answers] == ["Nomor telepon?", "Berikutnya"]


async def test_a_new_role_changes_the_menu_of_the_chat(telegram: TelegramHarness) -> None:
    def menus() -> dict[str, list[str]]:
        found = telegram.server.commands
        return {code: [c["command"] for c in found[scope, code]] for scope, code in found if scope == f"chat:{SITI}"}

    await telegram.sends(Prompt(Text("Selamat bergabung"), commands="officer"))
    await until(lambda: len(menus()) == 2)
    assert set(menus()) == {"", "en"} and all({"berkas", "periksa", "ajukan"} <= set(menu) for menu in menus().values())
    await telegram.sends(Prompt(Text("Sampai jumpa"), commands="applicant"))
    await until(lambda: not menus())


# A change in place ----------------------------------------------------------------------------------------------------


async def test_a_message_is_changed_in_place_while_it_can_be(telegram: TelegramHarness) -> None:
    plain = Prompt(Text("Pilih satu atau lebih"), (Choice("a:1", Text("Sensus")), NO))
    ticked = Prompt(Text("Pilih satu atau lebih"), (Choice("a:1", Text("✓ Sensus")), NO), edits_message=True)
    telegram.server.forgiven |= {"message is not modified", "message to edit not found"}
    for way in WAYS.values():
        (first,) = (await telegram.sends(plain)).remote_ids
        for _ in range(2):
            assert (await telegram.sends(ticked, edits_message_id=first, **way)).remote_ids == (first,)
            assert telegram.siti.answers[-1].buttons == ["✓ Sensus", "Tidak, abaikan"]
        telegram.siti.answers[-1].deleted = True
        (new,) = (await telegram.sends(ticked, edits_message_id=first, **way)).remote_ids
        assert new != first and telegram.siti.answers[-1].buttons == ["✓ Sensus", "Tidak, abaikan"]
    assert telegram.server.flagged == []


async def test_what_cannot_be_shown_by_a_change_is_a_new_message(telegram: TelegramHarness) -> None:
    await telegram.sends(Prompt(Text("Pilih"), (YES,)))
    for prompt in (
        Prompt(Text("Surat"), attachment=LETTER, edits_message=True),
        Prompt(Text("Nomor?"), takes_contact=True, edits_message=True),
        Prompt(verbatim(PAGE), edits_message=True),
    ):
        assert "1" not in (await telegram.sends(prompt, edits_message_id="1")).remote_ids
    assert telegram.siti.answers[0].text == "Pilih"


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
    telegram: TelegramHarness, way: str, caplog: pytest.LogCaptureFixture, capsys: pytest.CaptureFixture[str]
) -> None:
    caplog.set_level(logging.WARNING)
    await telegram.sends(Prompt(Text("Halo")), **WAYS[way])
    for name, (fault, kind, seconds, address) in FAILURES.items():
        telegram.server.faults.on("sendMessage", fault)
        with pytest.raises(SendFailed) as failed:
            await telegram.sends(Prompt(Text("Halo")), **WAYS[way])
        failure = failed.value
        found = failure.kind, failure.retry_after, failure.new_address
        assert (name, *found) == (name, kind, seconds, address), failure
        told = "".join(traceback.format_exception(failure)) + failure.reason
        assert failure.reason and telegram.server.token not in told and "BadRequest" not in told
    await telegram.sends(Prompt(Text("Halo")), **WAYS[way])
    assert telegram.server.token not in caplog.text + "".join(capsys.readouterr())


async def test_a_reply_after_a_while_without_an_answer_is_unreachable(
    telegram: TelegramHarness, monkeypatch: pytest.MonkeyPatch
) -> None:
    from bot.handlers.telegram import send

    monkeypatch.setattr(send, "SEND_TIMEOUT", 0.3)
    telegram.server.faults.on("sendMessage", faults.hang(5))
    with pytest.raises(SendFailed) as failed:
        await telegram.sends(Prompt(Text("Halo")))
    assert failed.value.kind == "unreachable"


async def test_at_most_eight_notices_are_on_their_way_at_once(
    telegram: TelegramHarness, monkeypatch: pytest.MonkeyPatch
) -> None:
    from bot.handlers.telegram import notice_client

    monkeypatch.setattr(notice_client, "CONNECTION_WAIT", 0.2)
    await telegram.sends(Prompt(Text("Kabar"), reason="reminder"))
    telegram.server.faults.on("sendMessage", faults.hang(1.5, performed=True), times=8)
    results = await asyncio.gather(
        *(telegram.sends(Prompt(Text("Kabar"), reason="reminder")) for _ in range(9)), return_exceptions=True
    )
    failed = [result for result in results if isinstance(result, BaseException)]
    assert [str(failure) for failure in failed] == ["throttled: other notices are being sent"]


# Files of people ------------------------------------------------------------------------------------------------------


async def read(telegram: TelegramHarness, remote: str) -> bytes:
    return b"".join([chunk async for chunk in telegram.channel.fetch(remote)])


async def test_a_file_is_fetched_whole(telegram: TelegramHarness) -> None:
    content = bytes(range(256)) * 1000
    message = await telegram.siti.sends_document("data.xlsx", content)
    assert message.file and await read(telegram, message.file.id) == content


async def test_a_file_that_cannot_be_fetched_says_whether_to_try_again(telegram: TelegramHarness) -> None:
    message = await telegram.siti.sends_document("data.xlsx", b"content" * 1000)
    assert message.file
    for method, fault, kind in (
        ("download", faults.cut_answer(), "unreachable"),
        ("download", faults.BotApiFault("answer", status=500), "unreachable"),
        ("download", faults.BotApiFault("answer", status=404), "gone"),
        ("getFile", faults.internal(), "unreachable"),
        ("getFile", faults.cut(), "unreachable"),
        ("getFile", faults.refused("file is too big"), "gone"),
    ):
        telegram.server.faults.on(method, fault)
        with pytest.raises(FetchFailed) as failed:
            await read(telegram, message.file.id)
        assert failed.value.kind == kind, (method, fault)
        assert telegram.server.token not in "".join(traceback.format_exception(failed.value))
