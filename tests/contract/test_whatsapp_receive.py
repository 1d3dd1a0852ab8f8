"""The webhook: which bodies are taken, what is stored, and what the platform gets as answer."""

from __future__ import annotations

import asyncio
import gzip
import random
import time
from collections.abc import AsyncIterator
from io import BytesIO

import pytest
from aiohttp import ClientSession
from structlog.testing import capture_logs

from bot.errors import OperatorError
from bot.handlers.whatsapp import receive
from tests.contract.whatsapp_harness import ID, WA, WhatsAppHarness, connected
from tests.platforms.whatsapp import faults
from tests.platforms.whatsapp.payloads import Event, encoded, payload, signature

PDF = b"%PDF-1.7"


def words(harness: WhatsAppHarness, *texts: str, of: str = ID) -> list[Event]:
    user = harness.server.user(of, WA if of == ID else None)
    return [user.event("text", {"body": text}) for text in texts]


def body_of(harness: WhatsAppHarness, *texts: str) -> bytes:
    return encoded(payload(words(harness, *texts), harness.server.account))


async def post(harness: WhatsAppHarness, body: bytes, header: str | None = None, **headers: str) -> int:
    """Posts a body with a valid signature, unless another header is given."""
    return await harness.server.webhook.post_raw(body, header or signature(harness.server.secret, body), **headers)


async def test_the_platform_proves_that_the_address_is_ours(whatsapp: WhatsAppHarness) -> None:
    right = await whatsapp.server.webhook.verify()
    assert (right.status, right.body) == (200, right.challenge)
    for token in ("", "wrong", "verify-token-of-the-testş"):
        wrong = await whatsapp.server.webhook.verify(token)
        assert (wrong.status, wrong.body) == (403, "")
    assert (await whatsapp.server.webhook.verify(mode="unsubscribe")).status == 403
    async with ClientSession() as session, session.get(f"{whatsapp.server.webhook.url}?hub.verify_token=%ff") as answer:
        assert answer.status == 403


@pytest.mark.parametrize(
    "header",
    ["", "sha256=", "sha256=" + 64 * "0", 64 * "0", "sha1=x", "sha256=ü\u0161", "sha256=\udcff", 5000 * "x"],
    ids=ascii,
)
async def test_only_what_is_signed_is_heard(whatsapp: WhatsAppHarness, header: str) -> None:
    body = body_of(whatsapp, "halo")
    assert await whatsapp.server.webhook.post_raw(body, header) == 403
    assert await whatsapp.server.webhook.post_raw(body) == 403
    assert await post(whatsapp, body[:-1], signature(whatsapp.server.secret, body)) == 403
    assert await post(whatsapp, body, signature("another secret", body)) == 403
    assert whatsapp.backend.received == []
    assert await post(whatsapp, body) == 200
    assert whatsapp.backend.texts == ["halo"]


async def test_a_body_that_is_no_webhook_is_refused(whatsapp: WhatsAppHarness) -> None:
    good = body_of(whatsapp, "halo")
    deep = b'{"object":' + 100_000 * b"[" + 100_000 * b"]" + b"}"
    for body in (b"", b"{", good[:-2], b"\xff\xfe", b"[]", b"null", b'{"object":1}', deep, b"9" * 5000):
        assert await post(whatsapp, body) == 400, body[:40]
    assert await post(whatsapp, b'{"object":"page","entry":[]}') == 200
    assert whatsapp.backend.received == []


async def test_a_body_that_is_too_long_is_not_read(whatsapp: WhatsAppHarness) -> None:
    long = b" " * receive.MAX_BYTES + b"{}"
    signed = {"X-Hub-Signature-256": signature(whatsapp.server.secret, long)}

    async def chunks() -> AsyncIterator[bytes]:
        for start in range(0, len(long), 1024 * 1024):
            yield long[start : start + 1024 * 1024]

    bomb = BytesIO(gzip.compress(10 * long))
    async with ClientSession() as session:
        for body, headers in (
            (BytesIO(long), signed),
            (chunks(), signed),  # without a Content-Length
            (bomb, signed | {"Content-Encoding": "gzip"}),
        ):
            async with session.post(whatsapp.server.webhook.url, data=body, headers=headers) as answer:
                assert answer.status == 413
        async with session.post(whatsapp.server.webhook.url, data=BytesIO(long[3:]), headers=signed) as answer:
            assert answer.status == 403


async def test_every_message_of_a_batch_is_kept_in_its_order(whatsapp: WhatsAppHarness) -> None:
    ones, twos = words(whatsapp, "a", "b", "c"), words(whatsapp, "1", "2", "3", of="ID.2")
    mixed = [event for pair in zip(ones, twos, strict=True) for event in pair]
    for spread in ("entries", "changes", "value"):
        await whatsapp.server.webhook.post(mixed, spread=spread)
    received = whatsapp.backend.received
    assert [i.text for i in received if i.address == ID] == ["a", "b", "c"]
    assert [i.text for i in received if i.address == "ID.2"] == ["1", "2", "3"]


async def test_what_comes_twice_has_one_effect(whatsapp: WhatsAppHarness) -> None:
    sari = whatsapp.sari()
    await sari.says("halo")
    await sari.sends_document("surat.pdf", PDF)
    await whatsapp.server.webhook.replay(shuffle=True)
    assert whatsapp.backend.texts == ["halo", ""]
    (uploads,) = whatsapp.backend.uploads.values()
    assert await whatsapp.fetch(uploads[0].remote) == PDF


async def test_one_poisoned_message_does_not_stop_the_others(whatsapp: WhatsAppHarness) -> None:
    events = words(whatsapp, "satu", "dua", "tiga", "empat")
    del events[1].item["text"]  # unreadable, but with a sender
    del events[2].item["id"]
    events[2].item["from"] = WA
    with capture_logs() as logs:
        await whatsapp.server.webhook.post(events, spread="value")
    assert [(i.kind, i.text) for i in whatsapp.backend.received] == [("text", "satu"), ("other", ""), ("text", "empat")]
    (line,) = logs
    assert line["what"] == "a message without an id or a sender" and line["so_far"] == 1
    assert WA not in str(line) and "tiga" not in str(line)
    ((part, why),) = whatsapp.backend.dead_letters.items()
    assert b"tiga" in part and b"empat" not in part and why == line["what"], "this part alone is kept for the staff"


async def test_what_could_not_be_kept_is_asked_for_again(whatsapp: WhatsAppHarness) -> None:
    body = body_of(whatsapp, "satu", "dua", "tiga")
    whatsapp.backend.refuses = {"dua"}
    with capture_logs() as logs:
        assert await post(whatsapp, body) == 500
        assert await post(whatsapp, body) == 500
    assert whatsapp.backend.texts == ["satu", "tiga"]
    assert {(line["what"], line["why"]) for line in logs if "why" in line} == {
        ("keeping what WhatsApp delivers", "ConnectionRefusedError")
    }
    whatsapp.backend.refuses = set()
    assert await post(whatsapp, body) == 200
    assert whatsapp.backend.texts == ["satu", "tiga", "dua"]


async def test_the_platform_delivers_until_the_database_is_back(whatsapp: WhatsAppHarness) -> None:
    whatsapp.backend.down = True
    whatsapp.server.webhook.pause = 0.01
    sari = whatsapp.sari()
    whatsapp.server.webhook.background(sari.sends_document("surat.pdf", PDF))
    whatsapp.server.webhook.background(sari.says("halo"))
    deliveries = whatsapp.server.webhook.deliveries
    while len(deliveries) < 2 or min(len(one.answers) for one in deliveries) < 3:
        await asyncio.sleep(0.01)
    whatsapp.backend.down = False
    await whatsapp.server.webhook.settled()
    assert sorted(whatsapp.backend.texts) == ["", "halo"]
    assert all(set(one.answers) == {500, 200} for one in deliveries)


async def test_every_kind_of_message_is_kept_and_only_files_show_that_somebody_is_busy(
    whatsapp: WhatsAppHarness,
) -> None:
    sari = whatsapp.sari()
    shown = await whatsapp.send("Selamat datang")
    kinds = {}
    for say in (
        sari.says("halo"), sari.says("ya", answers=shown.remote_ids[0]), sari.says("diteruskan", forwarded=True),
        sari.sends_voice(), sari.sends_video(b"film"), sari.sends_sticker(), sari.sends_location(),
        sari.sends_contacts(), sari.sends_contacts(phone=f"+{WA}"), sari.sends_order(), sari.sends_unsupported(),
        sari.sends_anything("poll", {"question": "?"}), sari.sends_image(b"\xff\xd8\xff foto"),
    ):  # fmt: skip
        kinds[await say] = ""
        await whatsapp.server.webhook.settled()
    assert [i.kind for i in whatsapp.backend.received] == [
        *("text", "text", "text", "voice", "other", "other", "location", "other", "contact", "other", "other"),
        *("other", "file"),
    ]
    while len(sari.read) < len(kinds):
        await asyncio.sleep(0.01)
    assert sari.read == list(kinds) and sari.typing
    typing = [seen.payload["message_id"] for seen in whatsapp.server.calls if seen.call == "read" and seen.payload
              and "typing_indicator" in seen.payload]  # fmt: skip
    assert typing == [whatsapp.backend.received[3].id, whatsapp.backend.received[-1].id]
    await sari.reacts()
    assert len(whatsapp.backend.received) == len(kinds)
    assert whatsapp.server.flagged == []


async def test_a_mark_that_fails_keeps_nobody_waiting(whatsapp: WhatsAppHarness) -> None:
    sari = whatsapp.sari()
    whatsapp.server.faults.next(faults.HANG, on="read")
    whatsapp.server.faults.next(faults.http(500), on="read")
    began = time.monotonic()
    await sari.says("satu")
    await sari.says("dua")
    await sari.says("tiga")
    assert time.monotonic() - began < 5 and whatsapp.backend.texts == ["satu", "dua", "tiga"]
    await whatsapp.channel.close()  # does not wait for the marks


async def test_statuses_reach_the_inside_in_whatever_order(whatsapp: WhatsAppHarness) -> None:
    sari = whatsapp.sari()
    (sent,) = (await whatsapp.send("halo")).remote_ids
    whatsapp.server.statuses.shuffled = True
    await whatsapp.server.tell_statuses()
    assert sorted(whatsapp.backend.told) == [(sent, "delivered", ""), (sent, "read", ""), (sent, "sent", "")]
    sari.blocks()
    (lost,) = (await whatsapp.send("halo")).remote_ids
    await whatsapp.server.tell_statuses()
    assert whatsapp.backend.told[-1] == (lost, "failed", "131026 Message undeliverable")


async def test_a_number_that_appears_later_is_the_second_name_of_the_same_address(whatsapp: WhatsAppHarness) -> None:
    early = whatsapp.server.user(None, WA)
    await early.says("satu")
    early.reveals(user_id=ID)
    await early.says("dua")
    early.hides_phone()
    await early.says("tiga")
    names = [(i.address, i.alternate_address) for i in whatsapp.backend.received]
    assert names == [(WA, ""), (ID, WA), (ID, "")]


async def test_a_thousand_webhooks_with_copies_in_any_order_are_each_kept_once(whatsapp: WhatsAppHarness) -> None:
    people = [whatsapp.server.user(f"ID.{n}") for n in range(40)]
    whatsapp.server.webhook.hold()
    for number in range(500):
        await people[number % 40].says(f"{number}")
    began = time.monotonic()
    await whatsapp.server.webhook.release(copies=2, batch=3, shuffle=True)
    assert sorted(int(text) for text in whatsapp.backend.texts) == list(range(500))
    assert time.monotonic() - began < 30
    chance = random.Random(3)
    again = chance.sample(whatsapp.server.webhook.deliveries, 20)
    await whatsapp.server.webhook.replay(again)
    assert len(whatsapp.backend.received) == 500


async def test_people_find_us_under_our_number(whatsapp: WhatsAppHarness) -> None:
    await whatsapp.receiver.start()
    (link,) = whatsapp.backend.links
    assert link.format(word="lanjut", code="K-1") == "https://wa.me/62411555001?text=%2Flanjut%20K-1"


@pytest.mark.parametrize(
    "wrong,named",
    [
        ({"token": "EAAwrong"}, "PST_WHATSAPP_TOKEN: "),
        ({"phone_number_id": "999999999"}, "PST_WHATSAPP_PHONE_NUMBER_ID: "),
    ],
)
async def test_a_wrong_setting_is_named_in_one_line(
    whatsapp: WhatsAppHarness, wrong: dict[str, str], named: str
) -> None:
    channel = connected(whatsapp.server, {}, **wrong)
    with pytest.raises(OperatorError) as caught:
        await channel.receiver(whatsapp.backend, whatsapp.backend).start()
    await channel.close()
    line = str(caught.value)
    assert line.startswith(named) and "\n" not in line and "EAA" not in line


async def test_a_platform_that_is_away_at_the_start_is_asked_again(
    whatsapp: WhatsAppHarness, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(receive, "RETRY_PAUSE", 0.01)
    for fault in (faults.http(503), faults.HTML, faults.CUT, faults.MALFORMED):
        whatsapp.server.faults.next(fault, on="number")
    await whatsapp.receiver.start()
    assert whatsapp.backend.links == []
    run = asyncio.create_task(whatsapp.receiver.run())
    while not whatsapp.backend.links:
        await asyncio.sleep(0.01)
    await asyncio.sleep(0.01)
    assert not run.done() and len(whatsapp.calls("number")) == 5
    run.cancel()


def test_what_is_secret_is_in_no_representation() -> None:
    secrets = receive.WebhookSecrets("app secret", "verify token")
    assert "secret" not in repr(secrets) and "token" not in repr(secrets)
