"""The demo's mailbox: who may open it, and what it shows."""

from __future__ import annotations

import asyncio
import datetime as dt
import re
from base64 import b64encode
from collections.abc import AsyncIterator
from hashlib import sha256
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from aiohttp import ClientResponse, web
from aiohttp.test_utils import TestClient, TestServer
from aiohttp.typedefs import Handler

from bot.channel import Outgoing, StoredFile
from bot.chat import Attachment, Prompt
from bot.handlers.email import EmailChannel
from bot.handlers.email.mailbox import MAX_SHOWN, routes
from domain.text import Text, paragraphs, verbatim

AT = dt.datetime(2026, 3, 2, 1, 30, tzinfo=dt.UTC)
PDF = StoredFile("simpanan.pdf", "pdf", b"%PDF-1.7 surat")
EVIL = "<script>alert(1)</script>"

Browser = TestClient[web.Request, web.Application]


async def drop(mail_dir: Path, id_: int, prompt: Prompt) -> None:
    async def attachment(_: int) -> StoredFile | None:
        return PDF

    sending = EmailChannel("", mail_dir, "x@y.example", "BPS Contoh", ZoneInfo("Asia/Makassar"), attachment)
    await sending.send(Outgoing(id_, "ani@dinas.example.org", "id", prompt, AT))


@web.middleware
async def from_elsewhere(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Lets a test pretend that the request comes from another machine."""
    remote = request.headers.get("X-Test-Remote")
    return await handler(request.clone(remote=remote) if remote else request)


@pytest.fixture
async def browser(tmp_path: Path) -> AsyncIterator[Browser]:
    app = web.Application(middlewares=[from_elsewhere])
    app.add_routes(routes(tmp_path))
    async with TestClient(TestServer(app)) as client:
        yield client


async def text_of(response: ClientResponse) -> str:
    assert response.status == 200, await response.text()
    return await response.text()


async def test_an_empty_box_says_so(browser: Browser) -> None:
    assert "Belum ada e-mail" in await text_of(await browser.get("/mail"))


async def test_the_list_has_the_newest_mail_first_with_recipient_and_time(browser: Browser, tmp_path: Path) -> None:
    for id_ in (9, 10, 2):
        await drop(tmp_path, id_, Prompt(verbatim("Teks."), subject=verbatim(f"Mail {id_}")))
    page = await text_of(await browser.get("/mail"))
    assert re.findall(r'href="/mail/outbox-(\d+)\.eml"', page) == ["10", "9", "2"]
    assert re.findall(r"Mail \d+", page) == ["Mail 10", "Mail 9", "Mail 2"]
    assert "Kepada ani@dinas.example.org, 2 Maret 2026, 09.30 WITA" in page


async def test_the_list_ends_somewhere(browser: Browser, tmp_path: Path) -> None:
    await drop(tmp_path, 1, Prompt(verbatim("Teks.")))
    for id_ in range(2, MAX_SHOWN + 10):
        (tmp_path / f"outbox-{id_}.eml").write_bytes((tmp_path / "outbox-1.eml").read_bytes())
    page = await text_of(await browser.get("/mail"))
    assert page.count("<li>") == MAX_SHOWN
    assert f"outbox-{MAX_SHOWN + 9}.eml" in page


async def test_other_files_in_the_folder_are_not_shown(browser: Browser, tmp_path: Path) -> None:
    for name in (".outbox-1.eml", "outbox-1.eml.bak", "outbox-x.eml", "secret.key"):
        (tmp_path / name).write_text("Subject: rahasia\n\nrahasia")
    assert "<li>" not in await text_of(await browser.get("/mail"))
    for name in (".outbox-1.eml", "outbox-1.eml.bak", "outbox-x.eml", "secret.key"):
        assert (await browser.get(f"/mail/{name}")).status == 404


async def test_the_code_of_a_mail_is_marked_so_that_one_click_selects_it(browser: Browser, tmp_path: Path) -> None:
    code = Text("Kode Anda: %(code)s", code="04821300")
    await drop(tmp_path, 1, Prompt(paragraphs(code, Text("Selamat datang.")), subject=code))
    page = await text_of(await browser.get("/mail/outbox-1.eml"))
    assert '<p>Kode Anda: <strong class="code">04821300</strong></p>\n<p>Selamat datang.</p>' in page
    assert re.search(r"\.code \{[^}]*user-select: all", page)


async def test_a_letter_can_be_downloaded_under_its_name_and_nothing_in_it_runs(
    browser: Browser, tmp_path: Path
) -> None:
    name = "Surat – Dinas “A” & B.pdf"
    await drop(tmp_path, 1, Prompt(verbatim("Terlampir."), attachment=Attachment(5, name)))
    page = await text_of(await browser.get("/mail/outbox-1.eml"))
    assert '<a href="/mail/outbox-1.eml/0">Surat – Dinas “A” &amp; B.pdf</a>' in page
    response = await browser.get("/mail/outbox-1.eml/0")
    assert (await response.read(), response.content_type) == (PDF.content, "application/pdf")
    assert response.content_disposition and response.content_disposition.type == "attachment"
    assert response.content_disposition.filename == name
    assert "sandbox" in response.headers["Content-Security-Policy"]
    assert (await browser.get("/mail/outbox-1.eml/1")).status == 404


async def test_a_mail_that_is_gone_is_said_to_be_gone(browser: Browser) -> None:
    response = await browser.get("/mail/outbox-404.eml")
    assert (response.status, await response.text()) == (404, "E-mail ini sudah tidak ada.\n")
    assert (await browser.get("/mail/outbox-404.eml/0")).status == 404


async def test_what_a_mail_says_is_never_markup(browser: Browser, tmp_path: Path) -> None:
    await drop(tmp_path, 1, Prompt(verbatim(EVIL), subject=verbatim(EVIL), attachment=Attachment(5, EVIL)))
    for path in ("/mail", "/mail/outbox-1.eml"):
        page = await text_of(await browser.get(path))
        assert "<script" not in page
        assert "&lt;script&gt;" in page


async def test_the_policy_allows_this_very_style_and_nothing_else(browser: Browser, tmp_path: Path) -> None:
    await drop(tmp_path, 1, Prompt(verbatim("Teks.")))
    for path in ("/mail", "/mail/outbox-1.eml"):
        response = await browser.get(path)
        (style,) = re.findall(r"<style>(.*?)</style>", await text_of(response), re.DOTALL)
        digest = b64encode(sha256(style.encode()).digest()).decode()
        policy = response.headers["Content-Security-Policy"]
        assert policy.startswith(f"default-src 'none'; style-src 'sha256-{digest}'; ")
        assert "frame-ancestors 'none'" in policy
        assert ' style="' not in await response.text()
        assert response.headers["Cache-Control"] == "no-store"
        assert response.headers["X-Content-Type-Options"] == "nosniff"


@pytest.mark.parametrize("host", ["localhost", "localhost:8080", "127.0.0.1:8080", "[::1]:8080"])
async def test_a_browser_on_this_machine_is_served(host: str, browser: Browser) -> None:
    assert (await browser.get("/mail", headers={"Host": host})).status == 200


PATHS = ["/mail", "/mail/outbox-1.eml", "/mail/outbox-1.eml/0"]
REFUSED = [
    ({"Host": "pst.example.org"}, 421),
    ({"Host": "localhost.example.org"}, 421),
    ({"Host": "127.0.0.1.nip.io:8080"}, 421),
    ({"Host": "0.0.0.0:8080"}, 421),
    ({"Host": ""}, 421),
    ({"X-Forwarded-For": "127.0.0.1"}, 403),
    ({"x-forwarded-proto": "https"}, 403),
    ({"Forwarded": "for=127.0.0.1"}, 403),
    ({"Via": "1.1 proxy"}, 403),
    ({"X-Real-IP": "127.0.0.1"}, 403),
    ({"X-Test-Remote": "10.0.0.9"}, 403),
    ({"X-Test-Remote": "2001:db8::1"}, 403),
    ({"X-Test-Remote": "::ffff:10.0.0.9"}, 403),
    ({"X-Test-Remote": "@/run/socket"}, 403),
]


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize(("headers", "status"), REFUSED, ids=[str(headers) for headers, _ in REFUSED])
async def test_anybody_else_is_turned_away(
    headers: dict[str, str], status: int, path: str, browser: Browser, tmp_path: Path
) -> None:
    await drop(tmp_path, 1, Prompt(verbatim("rahasia"), attachment=Attachment(5, "surat.pdf")))
    assert (await browser.get(path)).status == 200
    response = await browser.get(path, headers=headers)
    assert response.status == status
    assert "rahasia" not in await response.text()


@pytest.mark.parametrize("remote", ["127.0.0.2", "::1", "::ffff:127.0.0.1"])
async def test_every_loopback_address_is_this_machine(remote: str, browser: Browser) -> None:
    assert (await browser.get("/mail", headers={"X-Test-Remote": remote})).status == 200


async def ask(browser: Browser, request: str) -> bytes:
    """Sends the path as it is: a client library would normalise it."""
    reader, writer = await asyncio.open_connection(browser.host, browser.port)
    writer.write(request.encode())
    await writer.drain()
    answer = await reader.readline()
    writer.close()
    return answer


async def test_a_proxy_that_leaves_no_trace_but_http_1_0_is_turned_away(browser: Browser) -> None:
    assert b" 200 " in await ask(browser, "GET /mail HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")
    assert b" 403 " in await ask(browser, "GET /mail HTTP/1.0\r\nHost: localhost\r\n\r\n")


@pytest.mark.parametrize(
    "path",
    [
        "/mail/../secret.key",
        "/mail/..%2fsecret.key",
        "/mail/%2e%2e/secret.key",
        "/mail/outbox-1.eml%00",
        "/mail/outbox-1.eml/../../secret.key",
        "/mail//etc/passwd",
        "/mail/outbox-١.eml",
        "/mail/outbox-1.eml%0a",
    ],
)
async def test_no_path_leads_out_of_the_folder(path: str, browser: Browser, tmp_path: Path) -> None:
    (tmp_path.parent / "secret.key").write_text("rahasia")
    answer = await ask(browser, f"GET {path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")
    assert b" 404 " in answer or b" 400 " in answer
