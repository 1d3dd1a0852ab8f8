"""What the channel sends, and what each answer of the platform means for a message."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta

import pytest
from aiohttp import web
from structlog.testing import capture_logs

from bot.channel import Delivered, FailureKind, FetchFailed, SendFailed, StoredFile
from bot.chat import Attachment, Choice, Prompt
from bot.handlers.whatsapp import error_codes, send
from bot.handlers.whatsapp.client import GraphApiError
from bot.handlers.whatsapp.limits import CAPABILITIES, MAX_IMAGE
from bot.pipeline.rate_limiter import OwnBudget, RateLimiter
from domain.text import Text, verbatim
from tests.contract.whatsapp_harness import ID, LETTER, PDF, WA, WhatsAppHarness, approved, connected
from tests.made_files import voice_note
from tests.platforms.whatsapp import faults
from tests.platforms.whatsapp.faults import Call, Fault
from tests.platforms.whatsapp.limits import Limits

HOUR = timedelta(hours=1)
NAV = Choice("menu:show", Text("Menu"), nav=True)
LETTERED = Prompt(verbatim("Surat Anda"), attachment=LETTER)
NEWS = Prompt(Text("Permohonan %(number)s selesai.", number="REK-2026-0001"), reason="result")


def approve_all(harness: WhatsAppHarness) -> None:
    for text in approved():
        harness.server.approve(text.name, text.language, text.body)


async def failing(harness: WhatsAppHarness, prompt: Prompt | str = "halo", **more: object) -> SendFailed:
    with pytest.raises(SendFailed) as caught:
        await harness.send(prompt, **more)
    assert WA not in str(caught.value) and harness.server.token not in str(caught.value)
    return caught.value


async def test_a_message_reaches_a_user_id_and_a_number(whatsapp: WhatsAppHarness) -> None:
    sari = whatsapp.sari()
    by_id = await whatsapp.send(Prompt(verbatim("Halo"), (NAV,)))
    by_number = await whatsapp.send("Halo lagi", address=WA, alternate_address="")
    assert [shown.id for shown in sari.screen] == [*by_id.remote_ids, *by_number.remote_ids]
    assert sari.screen[0].labels == ["Menu"]
    await sari.taps("Menu")
    (tap,) = whatsapp.backend.received
    assert (tap.kind, tap.tap, tap.text, tap.tapped_message_id) == ("tap", "menu:show", "Menu", sari.screen[0].id)
    assert whatsapp.server.flagged == []


async def test_a_file_is_handed_over_once_and_then_sent_by_its_id(whatsapp: WhatsAppHarness) -> None:
    sari = whatsapp.sari()
    first = await whatsapp.send(LETTERED)
    whatsapp.files.clear()
    again = await whatsapp.send(LETTERED, remote_file=first.remote_file)
    assert first.remote_file == again.remote_file != ""
    assert whatsapp.calls("upload", "messages") == ["upload", "messages", "messages"]
    for shown in sari.screen:
        assert shown.document and (shown.document.filename, shown.document.content) == ("Surat é.pdf", PDF)
        assert shown.text == "Surat Anda"
    assert whatsapp.server.flagged == []


async def test_a_recording_is_played_in_the_chat_below_its_words(whatsapp: WhatsAppHarness) -> None:
    sari = whatsapp.sari()
    name = "pesan-suara-1.ogg"
    whatsapp.files[2] = StoredFile(name, "ogg", voice_note())
    await whatsapp.send(Prompt(verbatim(f"Pengunjung: [{name}]"), attachment=Attachment(2, name)))
    assert [shown.kind for shown in sari.screen] == ["text", "audio"]
    assert whatsapp.server.flagged == []


async def test_the_copy_of_ones_data_comes_as_a_zip_although_the_platform_knows_no_such_type(
    whatsapp: WhatsAppHarness,
) -> None:
    sari = whatsapp.sari()
    whatsapp.files[2] = StoredFile("data-saya.zip", "zip", b"PK\x03\x04 isi")
    await whatsapp.send(Prompt(verbatim("Data Anda"), attachment=Attachment(2, "data-saya.zip")))
    [shown] = sari.screen
    assert shown.document is not None
    assert (shown.document.filename, shown.document.content) == ("data-saya.zip", b"PK\x03\x04 isi")
    assert whatsapp.server.flagged == []


async def test_a_file_that_the_platform_dropped_is_handed_over_anew(whatsapp: WhatsAppHarness) -> None:
    sari = whatsapp.sari()
    old = (await whatsapp.send(LETTERED)).remote_file
    whatsapp.server.media.delete(old)
    fresh = await whatsapp.send(LETTERED, remote_file=old)
    assert fresh.remote_file not in {"", old} and len(sari.screen) == 2
    whatsapp.files.clear()
    failure = await failing(whatsapp, LETTERED, remote_file=old)
    assert (failure.kind, failure.reason) == ("refused", "the file that belongs to this message is no longer kept")


async def test_a_picture_is_shown_and_one_beyond_the_limit_is_told_of(whatsapp: WhatsAppHarness) -> None:
    sari = whatsapp.sari()
    jpeg = b"\xff\xd8\xff" + bytes(MAX_IMAGE - 3)
    whatsapp.files[1] = StoredFile("Foto.jpg", "jpeg", jpeg)
    photo = Prompt(verbatim("Berkas permohonan"), (NAV,), attachment=Attachment(1, "Foto.jpg"))
    sent = await whatsapp.send(photo)
    assert [shown.kind for shown in sari.screen] == ["image", "button"] and sari.outbound_in_step() == 1
    assert sent.remote_ids == tuple(shown.id for shown in sari.screen)
    whatsapp.files[1] = StoredFile("Foto.jpg", "jpeg", jpeg + b"x")
    told = await whatsapp.send(photo)
    assert told == Delivered((sari.screen[-1].id,))
    assert "Foto.jpg lebih besar dari 5 MB" in sari.screen[-1].text and sari.screen[-1].labels == ["Menu"]
    assert whatsapp.server.flagged == []


@pytest.mark.parametrize(
    "silence,is_template", [(None, True), (24 * HOUR, True), (23.99 * HOUR, True), (23.9 * HOUR, False)]
)
async def test_after_a_day_only_a_template_goes_out(
    whatsapp: WhatsAppHarness, silence: timedelta | None, is_template: bool
) -> None:
    approve_all(whatsapp)
    sari = whatsapp.sari()
    delivered = await whatsapp.send(NEWS, last_incoming_at=whatsapp.now - silence if silence else None, locale="en")
    (shown,) = sari.screen
    assert delivered == Delivered((shown.id,), template_sent=is_template)
    news = "There is news about application REK-2026-0001. Please reply to this message with any word to read it."
    assert (shown.template, shown.text) == (
        ("pst_permohonan", news) if is_template else ("", "Permohonan REK-2026-0001 selesai.")
    )


async def test_one_template_a_day_is_enough(whatsapp: WhatsAppHarness) -> None:
    approve_all(whatsapp)
    sari = whatsapp.sari()
    for hours, times in ((None, 1), (1, 1), (23.9, 1), (24, 2)):
        before = whatsapp.now - hours * HOUR if hours else None
        delivered = await whatsapp.send(NEWS, last_incoming_at=None, template_sent_at=before)
        assert delivered.template_sent and len(sari.screen) == times
        assert bool(delivered.remote_ids) == (hours in {None, 24})


async def test_where_the_platform_counts_the_day_otherwise_the_template_follows_at_once(
    whatsapp: WhatsAppHarness,
) -> None:
    approve_all(whatsapp)
    sari = whatsapp.sari()
    sari.last_said = whatsapp.server.clock.now() - 25 * 3600
    whatsapp.server.at_once = True
    assert (await whatsapp.send("Halo")).template_sent
    assert [shown.template for shown in sari.screen] == ["pst_kabar"]


async def test_without_an_approved_template_mail_takes_over_and_the_operator_is_told(whatsapp: WhatsAppHarness) -> None:
    whatsapp.sari()
    with capture_logs() as logs:
        for _ in range(2):
            failure = await failing(whatsapp, NEWS, last_incoming_at=None)
            assert failure.kind == "refused" and "132001" in failure.reason
        (line,) = logs  # logged once, until a message is sent again
        assert line["log_level"] == "error" and "pst-bot whatsapp templates" in line["event"]
        await whatsapp.send("Halo")
        await failing(whatsapp, NEWS, last_incoming_at=None)
    assert len(logs) == 2


async def test_who_is_unknown_by_one_name_is_tried_by_the_other(whatsapp: WhatsAppHarness) -> None:
    whatsapp.server.at_once = True
    sari = whatsapp.server.user(None, WA)
    sari.last_said = whatsapp.server.clock.now()
    delivered = await whatsapp.send("Halo")
    assert delivered.remote_ids == (sari.screen[0].id,)
    assert [(s.person, s.code) for s in whatsapp.server.calls] == [(ID, 131026), (WA, 0)]
    sari.blocks()
    failure = await failing(whatsapp)
    assert (failure.kind, failure.reason) == ("blocked", "not reachable on WhatsApp (error 131026)")
    assert (await failing(whatsapp, alternate_address="")).kind == "blocked"


KINDS: dict[FailureKind, tuple[int, ...]] = {
    "throttled": (4, 80007, 130429, 131048, 131056),
    "unreachable": (1, 2, 0, 190, 131000, 131016, 131053, 131057),
    "blocked": (131026, 131050),
    "refused": (131021, 131030, 100, 131008, 131009, 131051, 132000, 132001, 132005, 132012),
}


@pytest.mark.parametrize("kind,code", [(kind, code) for kind, codes in KINDS.items() for code in codes])
async def test_every_error_has_one_meaning(whatsapp: WhatsAppHarness, kind: FailureKind, code: int) -> None:
    whatsapp.sari()
    whatsapp.server.faults.next(faults.error(code))
    failure = await failing(whatsapp, alternate_address="")
    assert failure.kind == kind and f"error {code}" in failure.reason
    assert (failure.retry_after > 0) == (kind == "throttled" or code in {0, 190})


@pytest.mark.parametrize(
    "refused,kind",
    [
        (GraphApiError(500, 999), "unreachable"),
        (GraphApiError(503), "unreachable"),
        (GraphApiError(404), "unreachable"),
        (GraphApiError(429), "throttled"),
        (GraphApiError(403, 299), "unreachable"),
        (GraphApiError(400, 999), "refused"),
        (GraphApiError(429, 131056, retry_after=90), "throttled"),
    ],
)
def test_an_error_that_nobody_has_heard_of_counts_by_its_status(refused: GraphApiError, kind: FailureKind) -> None:
    failure = error_codes.to_send_failed(refused)
    assert failure.kind == kind and failure.retry_after >= refused.retry_after


@pytest.mark.parametrize(
    "fault,kind",
    [
        (faults.http(500), "unreachable"),
        (faults.http(429), "throttled"),
        (faults.HTML, "unreachable"),
        (faults.CUT, "unreachable"),
        (faults.LOST, "unreachable"),
        (faults.HALF, "unreachable"),
        (faults.MALFORMED, "unreachable"),
        (faults.HANG, "unreachable"),
        (faults.LATE, "unreachable"),
    ],
    ids=lambda value: f"{value.how}-{value.when}-{value.code}" if isinstance(value, Fault) else "",
)
async def test_whatever_goes_wrong_on_the_way_is_tried_again(
    whatsapp: WhatsAppHarness, fault: Fault, kind: FailureKind, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(send, "TIMEOUT", 0.3 if fault.how == "hang" else 20)
    whatsapp.sari()
    whatsapp.server.faults.next(fault)
    assert (await failing(whatsapp)).kind == kind
    assert (await whatsapp.send("halo")).remote_ids


async def test_a_wrong_token_is_told_to_the_operator_and_to_nobody_else(whatsapp: WhatsAppHarness) -> None:
    token = "EAAwrong-token-that-nobody-may-read"
    channel = connected(whatsapp.server, {}, token=token)
    with capture_logs() as logs, pytest.raises(SendFailed) as caught:
        await channel.send(whatsapp.row())
    await channel.close()
    assert caught.value.kind == "unreachable"
    assert logs == [
        {"event": error_codes.ERROR_MEANINGS[190].advice, "log_level": "error", "code": 190, "status": 401},
    ]
    assert "PST_WHATSAPP_TOKEN" in logs[0]["event"]
    seen = f"{caught.value!r} {caught.value.__cause__!r} {caught.value.__context__!r} {logs}"
    assert token not in seen and WA not in seen


async def test_what_went_out_of_a_row_does_not_go_out_twice(whatsapp: WhatsAppHarness) -> None:
    sari = whatsapp.sari()
    whatsapp.server.limits.pair_burst = 1
    row = Prompt(verbatim("x" * 1025), attachment=LETTER)
    assert (await failing(whatsapp, row)).kind == "throttled"
    assert [shown.kind for shown in sari.screen] == ["text"]
    whatsapp.server.clock.advance(6)
    sent = await whatsapp.send(row, attempt=2)
    assert [shown.kind for shown in sari.screen] == ["text", "document"]
    assert sent.remote_ids == tuple(shown.id for shown in sari.screen)


async def test_a_file_comes_whole_within_its_life(whatsapp: WhatsAppHarness) -> None:
    sari = whatsapp.sari()
    content = b"%PDF-" + bytes(300_000)
    await sari.sends_document("surat.pdf", content)
    ((upload,),) = whatsapp.backend.uploads.values()
    assert await whatsapp.fetch(upload.remote) == content
    for late in (faults.EXPIRED, faults.http(404), faults.http(410)):
        whatsapp.server.faults.next(late, on="download")  # the URL has expired: it is requested again
        assert await whatsapp.fetch(upload.remote) == content
    whatsapp.server.clock.advance(7 * 24 * 3600)
    with pytest.raises(FetchFailed) as caught:
        await whatsapp.fetch(upload.remote)
    assert caught.value.kind == "gone"


@pytest.mark.parametrize("call", ["media", "download"])
@pytest.mark.parametrize(
    "fault", [faults.http(500), faults.CUT, faults.HALF, faults.MALFORMED, faults.HTML], ids=lambda f: f.how
)
async def test_a_file_that_does_not_come_is_asked_for_again_later(
    whatsapp: WhatsAppHarness, call: Call, fault: Fault
) -> None:
    medium = whatsapp.server.media.receive(b"\xff\xd8\xff" + bytes(200_000), "image/jpeg")
    whatsapp.server.faults.next(fault, 2 if fault is faults.CUT else 1, on=call)  # aiohttp repeats a GET once
    with pytest.raises(FetchFailed) as caught:
        await whatsapp.fetch(medium.id)
    assert caught.value.kind == "unreachable" and whatsapp.server.token not in repr(caught.value)
    assert len(await whatsapp.fetch(medium.id)) == 200_003


async def test_a_file_whose_address_stays_dead_is_gone(whatsapp: WhatsAppHarness) -> None:
    medium = whatsapp.server.media.receive(b"x", "image/jpeg")
    whatsapp.server.faults.next(faults.EXPIRED, 2, on="download")
    with pytest.raises(FetchFailed) as caught:
        await whatsapp.fetch(medium.id)
    assert caught.value.kind == "gone" and whatsapp.calls("media", "download") == ["media", "download"] * 2


@asynccontextmanager
async def token_recorder(answer: web.StreamResponse | None, said: list[str]) -> AsyncIterator[str]:
    """A host that records the tokens it gets. Its name, `localhost`, differs from the API's, 127.0.0.1."""

    async def show(request: web.Request) -> web.StreamResponse:
        said.append(request.headers.get("Authorization", ""))
        return answer or web.Response(body=b"stolen")

    app = web.Application()
    app.router.add_get("/{rest:.*}", show)
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "localhost", 0).start()
    try:
        yield f"localhost:{runner.addresses[0][1]}"
    finally:
        await runner.cleanup()


@pytest.mark.parametrize("scheme", ["http", "https", "file", "http://127.0.0.1@", "http://127.0.0.1\\@"])
async def test_the_token_is_shown_to_nobody_but_the_platform(whatsapp: WhatsAppHarness, scheme: str) -> None:
    said: list[str] = []
    async with token_recorder(None, said) as host:
        whatsapp.server.media.base = f"{scheme}{'' if scheme.endswith('@') else '://'}{host}"
        medium = whatsapp.server.media.receive(b"x", "image/jpeg")
        with pytest.raises(FetchFailed) as caught:
            await whatsapp.fetch(medium.id)
    assert caught.value.kind == "unreachable" and said == []


async def test_a_redirect_is_followed_only_to_the_platform(whatsapp: WhatsAppHarness) -> None:
    said: list[str] = []
    async with token_recorder(None, said) as foreign_host:
        medium = whatsapp.server.media.receive(b"image", "image/jpeg")
        good = whatsapp.server.media.url(medium)
        for where, content in ((good, b"image"), (f"http://{foreign_host}/", None), ("/round", None)):
            async with redirecting(whatsapp, where):
                if content is not None:
                    assert await whatsapp.fetch(medium.id) == content
                else:
                    with pytest.raises(FetchFailed) as caught:
                        await whatsapp.fetch(medium.id)
                    assert caught.value.kind == "unreachable"
    assert said == []


@asynccontextmanager
async def redirecting(harness: WhatsAppHarness, where: str) -> AsyncIterator[None]:
    """While the block runs, the URLs of files redirect to `where`."""

    async def lead(request: web.Request) -> web.StreamResponse:
        return web.Response(status=302, headers={"Location": where})

    app = web.Application()
    app.router.add_get("/{rest:.*}", lead)
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    harness.server.media.base = f"http://127.0.0.1:{runner.addresses[0][1]}"
    try:
        yield
    finally:
        harness.server.media.base = harness.server.base
        await runner.cleanup()


async def test_a_reader_who_has_enough_of_a_file_may_stop(whatsapp: WhatsAppHarness) -> None:
    medium = whatsapp.server.media.receive(bytes(8 * 1024 * 1024), "image/jpeg")
    taken = 0
    stream = whatsapp.channel.fetch(medium.id)
    async for chunk in stream:
        taken += len(chunk)
        if taken > 100_000:
            break
    await stream.aclose()  # type: ignore[attr-defined]
    assert taken < 1024 * 1024
    assert (await whatsapp.send("halo", last_incoming_at=whatsapp.now)).remote_ids


async def test_no_second_has_more_messages_than_the_number_may_send() -> None:
    assert CAPABILITIES.total is not None
    turns, loop = RateLimiter(OwnBudget(CAPABILITIES.total)), asyncio.get_running_loop()

    async def one() -> float:
        assert await turns.wait(bulk=False)
        return loop.time()

    left = await asyncio.gather(*(one() for _ in range(100)))
    assert max(sum(begun <= at < begun + 1 for at in left) for begun in left) <= Limits().per_second
