"""The web chat over real HTTP and WebSocket connections: which requests are answered, and with what."""

from __future__ import annotations

import asyncio
from datetime import timedelta

import pytest
from aiohttp import WSServerHandshakeError
from structlog.testing import capture_logs

from bot.chat import Prompt
from bot.handlers.pages.origin_check import OriginCheck
from bot.handlers.webchat import Notifier, page_connection
from bot.limits import ALLOWANCES, PAGES_OF_ADDRESS
from domain.text import verbatim
from tests.contract.webchat_harness import ONE, Browser, WebChatHarness, raw

# The page and the cookie


async def test_the_page_forbids_the_browser_everything_it_does_not_need(browser: Browser) -> None:
    response = await browser.client.get("/")
    policy = response.headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy and "unsafe" not in policy and "frame-ancestors 'none'" in policy
    assert response.headers["Referrer-Policy"] == "no-referrer"
    assert response.headers["X-Content-Type-Options"] == "nosniff"
    assert response.headers["Cross-Origin-Opener-Policy"] == "same-origin"
    assert "geolocation=()" in response.headers["Permissions-Policy"]
    assert response.headers["Cache-Control"] == "no-store"


async def test_names_are_escaped_and_the_language_is_the_browsers(browser: Browser) -> None:
    page = await (await browser.client.get("/", headers={"Accept-Language": "id-ID,id;q=0.9"})).text()
    assert "Kantor &lt;Uji&gt;" in page and "<Uji>" not in page
    assert '<html lang="id">' in page


async def test_opening_the_page_never_replaces_a_cookie(browser: Browser) -> None:
    """A link in a mail opens the page without its SameSite=Strict cookie."""
    assert "Set-Cookie" not in (await browser.client.get("/")).headers


async def test_the_cookie_is_out_of_reach_of_scripts_and_other_sites(browser: Browser) -> None:
    cookie = (await browser.post("/session")).cookies["pst"]
    assert len(cookie.value) == 43  # 256 bits
    assert (cookie["httponly"], cookie["samesite"], cookie["path"]) == (True, "Strict", "/")
    assert int(cookie["max-age"]) == 180 * 24 * 3600
    assert not cookie["secure"], "on loopback there is no HTTPS"


async def test_the_cookie_is_secure_under_the_public_name(browser: Browser) -> None:
    public = {"Host": "chat.example.go.id", "Origin": "https://chat.example.go.id"}
    cookie = (await browser.client.post("/session", headers=public)).cookies["__Host-pst"]
    assert cookie["secure"] and cookie["httponly"] and cookie["samesite"] == "Strict"


async def test_a_visit_renews_the_cookie_and_keeps_its_value(browser: Browser) -> None:
    first = await browser.post("/session")
    second = await browser.post("/session")
    assert await first.json() == {"known": False} and await second.json() == {"known": True}
    assert first.cookies["pst"].value == second.cookies["pst"].value


async def test_style_and_script_may_be_kept_for_ever(browser: Browser) -> None:
    page = await (await browser.client.get("/")).text()
    path = page.split('src="')[1].split('"')[0]
    response = await browser.client.get(path)
    assert response.content_type == "text/javascript"
    assert "immutable" in response.headers["Cache-Control"]
    again = await browser.client.get(path, headers={"If-None-Match": response.headers["ETag"]})
    assert again.status == 304
    assert (await browser.client.get("/static/chat.js")).status == 404


# Which requests are answered


@pytest.mark.parametrize("host", ["evil.example", "chat.example.go.id.evil.example", "192.0.2.7", "[", ""])
async def test_another_host_name_is_misdirected(browser: Browser, host: str) -> None:
    response = await browser.client.get("/", headers={"Host": host})
    assert response.status == 421
    assert "header Host" in await response.text()


async def test_a_proxy_that_hides_the_visitors_host_is_named_to_the_page_and_once_in_the_log(browser: Browser) -> None:
    """As nginx does it unless it is told: the page opens, but nothing that it sends comes from the named host."""
    public = {"Origin": "https://chat.example.go.id"}
    forwarded = {"Origin": "https://other.example.go.id", "X-Forwarded-For": "192.0.2.1"}
    with capture_logs() as logs:
        for headers in (public, forwarded, public):
            response = await browser.client.post("/session", headers=headers)
            assert response.status == 421 and "proksi harus meneruskan header Host" in await response.text()
            assert not response.cookies
    (line,) = logs
    assert "proxy_set_header Host" in line["event"] and "127.0.0.1" in line["host"]


@pytest.mark.parametrize(
    "host", ["127.0.0.1:8080", "localhost", "[::1]:80", "chat.example.go.id", "CHAT.example.go.id:443"]
)
async def test_loopback_and_the_public_name_are_served(browser: Browser, host: str) -> None:
    assert (await browser.client.get("/", headers={"Host": host})).status == 200


@pytest.mark.parametrize(
    "origin", ["https://evil.example", "http://127.0.0.1:1", "https://chat.example.go.id.evil.example", "null", ""]
)
async def test_another_sites_page_can_neither_talk_nor_upload(browser: Browser, origin: str) -> None:
    await browser.visit()
    headers = {"Origin": origin, "X-Client": ONE, "X-File-Index": "0"}
    assert (await browser.client.post("/session", headers=headers)).status == 403
    assert (await browser.client.post("/upload", data=b"x", headers=headers)).status == 403
    with pytest.raises(WSServerHandshakeError, match="403"):
        await browser.client.ws_connect("/ws", headers=headers)
    assert not browser.backend.spooled


async def test_a_page_that_was_opened_by_plain_http_is_told_so_and_the_operator_once_in_the_log(
    browser: Browser,
) -> None:
    plain = {"Host": "chat.example.go.id", "Origin": "http://chat.example.go.id", "X-Forwarded-For": "192.0.2.1"}
    with capture_logs() as logs:
        for _ in range(2):
            response = await browser.client.post("/session", headers=plain)
            assert response.status == 421 and "dibuka dengan http://" in await response.text()
            assert not response.cookies
    (line,) = logs
    assert "return 301 https://$host$request_uri" in line["event"]


@pytest.mark.parametrize("url", ["http://chat.example.go.id", "chat.example.go.id", "https://"])
def test_a_public_address_that_loses_the_cookie_is_refused_at_the_start(url: str) -> None:
    with pytest.raises(ValueError, match="https://"):
        OriginCheck(url)


async def test_without_a_cookie_there_is_no_conversation(browser: Browser) -> None:
    with pytest.raises(WSServerHandshakeError, match="401"):
        await browser.open()
    assert (await browser.upload(ONE, 0, "a.pdf", b"x")).status == 401


# Messages


async def test_a_message_is_accepted_after_it_was_kept(browser: Browser) -> None:
    page = await browser.visit()
    await page.say(type="text", client=ONE, text=" Halo\r\nBPS \x00", seen=7)
    frames = await page.until("accepted")
    assert frames[-1]["client"] == ONE
    (incoming,) = browser.backend.received
    assert (incoming.id, incoming.channel, incoming.address) == (ONE, "webchat", browser.address)
    assert (incoming.kind, incoming.text, incoming.last_seen_id) == ("text", "Halo\nBPS", 7)


async def test_a_message_and_its_answer_reach_every_tab(browser: Browser) -> None:
    first, second = await browser.visit(), await browser.open()
    await first.say(type="text", client=ONE, text="Halo")
    for page in (first, second):
        mine = await page.next("message")
        assert (mine["dir"], mine["text"], mine["client"]) == ("in", "Halo", ONE)
        reply = await page.next("message")
        assert (reply["dir"], reply["text"], reply["notice"]) == ("out", "Dicatat: Halo", False)
        (choice,) = reply["choices"]
        assert (choice["value"], choice["label"], choice["nav"]) == ("f:1:2", "Survei", False)


async def test_a_repeated_message_has_one_effect_and_is_accepted_again(browser: Browser) -> None:
    page = await browser.visit()
    for _ in range(2):
        await page.say(type="text", client=ONE, text="Halo")
        assert (await page.next("accepted"))["client"] == ONE
    again = await browser.open()
    await again.say(type="text", client=ONE, text="Halo")
    await again.next("accepted")
    assert len(browser.backend.received) == 1


async def test_a_tap_brings_its_code_and_the_words_on_the_button(browser: Browser) -> None:
    page = await browser.visit()
    await page.say(type="tap", client=ONE, value="f:1:2", label="Survei", seen=101)
    await page.next("accepted")
    (incoming,) = browser.backend.received
    assert (incoming.kind, incoming.tap, incoming.text, incoming.last_seen_id) == ("tap", "f:1:2", "Survei", 101)


async def test_a_slash_makes_a_command(browser: Browser) -> None:
    page = await browser.visit()
    await page.say(type="text", client=ONE, text="/menu")
    await page.next("accepted")
    assert browser.backend.received[0].kind == "command"


async def test_after_a_reconnection_only_what_was_missed_is_shown(browser: Browser) -> None:
    page = await browser.visit()
    shown = browser.backend.tell(browser.address, Prompt(verbatim("Halo")))
    await page.next("message")
    await page.say(type="ack", id=shown)
    await page.socket.close()
    missed = browser.backend.tell(browser.address, Prompt(verbatim("Surat Anda terbit."), reason="letter_ready"))
    first, *rest = await (await browser.open(after=shown)).until("synced")
    assert (first["id"], first["notice"], [frame["type"] for frame in rest]) == (missed, True, ["synced"])


async def test_a_message_that_was_never_acknowledged_is_shown_again(browser: Browser) -> None:
    page = await browser.visit()
    lost = browser.backend.tell(browser.address, Prompt(verbatim("Satu")))
    assert (await page.next("message"))["id"] == lost
    frames = await (await browser.open(after=lost)).until("synced")
    assert [frame["id"] for frame in frames if frame["type"] == "message"] == [lost]


async def test_an_open_page_is_told_each_message_once(browser: Browser) -> None:
    page = await browser.visit()
    told = [browser.backend.tell(browser.address, Prompt(verbatim(text))) for text in ("Satu", "Dua", "Tiga")]
    assert [(await page.next("message"))["id"] for _ in told] == told
    await page.say(type="text", client=ONE, text="Halo")
    assert (await page.next("message"))["client"] == ONE


async def test_what_another_process_committed_is_found_without_a_notification(
    browser: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(page_connection, "POLL_INTERVAL", 0.05)
    page = await browser.visit()
    browser.backend.notifier = Notifier()  # no page listens to this one
    browser.backend.tell(browser.address, Prompt(verbatim("Surat Anda terbit.")))
    assert (await page.next("message"))["text"] == "Surat Anda terbit."


async def test_the_page_acknowledges_only_what_it_was_shown(browser: Browser) -> None:
    page = await browser.visit()
    shown = browser.backend.tell(browser.address, Prompt(verbatim("Satu")))
    await page.next("message")
    await page.say(type="ack", id=10**15)
    await page.say(type="text", client=ONE, text="")
    await page.next("failed")
    assert browser.backend.acknowledged[browser.address] == shown


async def test_a_change_of_language_renames_the_open_page(browser: Browser) -> None:
    page = await browser.visit()
    browser.backend.locales[browser.address] = "en"
    await page.say(type="text", client=ONE, text="/bahasa")
    hello = await page.next("hello")
    assert hello["locale"] == "en" and hello["limits"] == {"file_mb": 1, "files": 10, "text": 4096}


async def test_a_page_is_told_to_clear_its_screen_once_when_its_person_was_signed_out(browser: Browser) -> None:
    page = await browser.visit()
    await page.say(type="text", client=ONE, text="Halo")
    shown = (await page.until("accepted"))[-2]["id"]
    browser.backend.hide(browser.address)
    assert await page.next("cleared") == {"type": "cleared"}
    returning, new = await browser.open(after=shown), await browser.open()
    assert [frame["type"] for frame in await returning.until("synced")] == ["cleared", "synced"]
    assert [frame["type"] for frame in await new.until("synced")] == ["synced"]


async def test_the_browsers_language_comes_along_as_a_hint(browser: Browser) -> None:
    await browser.post("/session")
    page = await browser.open(language="id-ID,en;q=0.5")
    await page.say(type="text", client=ONE, text="Halo")
    await page.next("accepted")
    assert browser.backend.received[0].language == "id-ID,en;q=0.5"


async def test_what_could_not_be_kept_is_told_and_may_be_repeated(browser: Browser) -> None:
    page = await browser.visit()
    browser.backend.down = True
    await page.say(type="text", client=ONE, text="Halo")
    refusal = await page.next("failed")
    assert refusal["client"] == ONE and "Silakan kirim lagi" in refusal["text"]
    browser.backend.down = False
    await page.say(type="text", client=ONE, text="Halo")
    await page.next("accepted")
    assert len(browser.backend.received) == 1


@pytest.mark.parametrize(("text", "sentence"), [("x" * 4097, "4.096 huruf"), ("\n ", "kosong")])
async def test_a_text_beyond_the_limits_is_refused_in_words(browser: Browser, text: str, sentence: str) -> None:
    page = await browser.visit()
    await page.say(type="text", client=ONE, text=text)
    assert sentence in (await page.next("failed"))["text"]
    assert not browser.backend.received


async def test_the_longest_text_fits_however_it_is_written(browser: Browser) -> None:
    page = await browser.visit()
    await page.socket.send_str(raw(text="😀" * 4096, seen=2**40))
    await page.next("accepted")
    assert browser.backend.received[0].text == "😀" * 4096


@pytest.mark.parametrize(
    "frame",
    [
        "",
        "{",
        "null",
        "[" * 60000,
        raw(text=None),
        raw(text={"a": 1}),
        raw(text="a", client="1"),
        raw(text="a", client=None),
        raw(text="a", seen=-1),
        raw(text="a", seen="7"),
        raw(type="tap", value=1, label="a"),
        raw(type="files", count=11),
        raw(type="ack", id=2**70),
    ],
)
async def test_what_the_page_never_sends_closes_the_connection(browser: Browser, frame: str) -> None:
    page = await browser.visit()
    await page.socket.send_str(frame)
    assert await page.closed() == 1008
    assert not browser.backend.received


async def test_half_of_a_surrogate_pair_does_no_harm(browser: Browser) -> None:
    page = await browser.visit()
    await page.socket.send_str(raw(text="a\ud800b"))
    await page.next("accepted")
    assert browser.backend.received[0].text == "a\ufffdb"


async def test_a_binary_or_oversized_frame_closes_the_connection(browser: Browser) -> None:
    page = await browser.visit()
    await page.socket.send_bytes(b"{}")
    assert await page.closed() == 1008
    page = await browser.open()
    await page.socket.send_str("x" * 70000)
    assert await page.closed() == 1009


async def test_a_flood_is_closed_politely_and_the_next_connection_is_heard(
    harness: WebChatHarness, browser: Browser
) -> None:
    page = await browser.visit()
    for number in range(int(ALLOWANCES["frames", "address"].at_once) + 15):
        await page.say(type="ack", id=number)
    assert await page.closed() == 4029
    harness.now += timedelta(seconds=1)
    again = await browser.open()
    await again.say(type="text", client=ONE, text="Halo")
    await again.next("accepted")


async def test_one_page_too_many_closes_the_oldest(browser: Browser) -> None:
    oldest = await browser.visit()
    others = [await browser.open() for _ in range(PAGES_OF_ADDRESS)]
    assert await oldest.closed() == 4000
    await others[0].say(type="text", client=ONE, text="Halo")
    await others[0].next("accepted")


async def test_nobody_sees_another_persons_conversation(harness: WebChatHarness, browser: Browser) -> None:
    page = await browser.visit()
    await page.say(type="text", client=ONE, text="Rahasia")
    await page.next("accepted")
    async with harness.browser() as stranger:
        frames = await (await stranger.visit()).until("synced")
        assert all(frame["type"] != "message" for frame in frames)


async def test_a_stopping_server_tells_its_pages_to_come_back(harness: WebChatHarness) -> None:
    async with harness.browser() as browser:
        page = await browser.visit()
        stopping = asyncio.create_task(harness.server.close())
        assert await page.closed() == 1001
        await stopping


async def test_a_page_is_closed_even_when_news_arrives_at_the_same_moment(
    harness: WebChatHarness, browser: Browser
) -> None:
    """Before Python 3.12, `asyncio.wait_for` loses a cancellation that arrives together with its result. The page then
    stayed open, but nobody read what it sent.
    """
    page = await browser.visit()
    await page.next("synced")
    await asyncio.sleep(0.05)  # the server waits for news now

    async def tell_and_close() -> None:
        browser.backend.tell(browser.address, Prompt(verbatim("Surat Anda terbit.")))
        await harness.chat.close(harness.app)  # in the same step of the event loop

    closing = asyncio.create_task(tell_and_close())
    assert await page.closed() == 1001
    async with asyncio.timeout(5):
        await closing
