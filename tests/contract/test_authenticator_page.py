"""The page that sets up an authenticator, over HTTP: only its button shows the key, once."""

from __future__ import annotations

import asyncio
import re
from datetime import UTC, datetime
from html import unescape
from pathlib import Path
from urllib.parse import parse_qs, unquote, urlsplit

import zxingcpp
from aiohttp import ClientSession, DummyCookieJar
from aiohttp.test_utils import TestServer
from PIL import Image

from bot.handlers.webchat import Notifier
from bot.runtime.web import application
from tests.authenticator_app import AuthenticatorApp
from tests.casework import HEAD, staffed
from tests.talk import Talk, World


def scanned(page: str) -> str:
    """What an app reads from the QR code of the page."""
    svg = re.search(r'viewBox="0 0 (\d+) \d+".*? d="([^"]+)"', page)
    assert svg is not None
    picture = Image.new("L", (int(svg[1]), int(svg[1])), 255)
    for column, row, length in re.findall(r"M(\d+) (\d+)h(\d+)v1", svg[2]):
        picture.paste(0, (int(column), int(row), int(column) + int(length), int(row) + 1))
    [code] = zxingcpp.read_barcodes(picture.resize((picture.width * 6, picture.height * 6), Image.Resampling.NEAREST))
    return str(code.text)


async def test_only_the_button_shows_the_key_once_and_an_app_reads_it(tmp_path: Path) -> None:
    world = World(tmp_path / "var", now=datetime.now(UTC))
    await asyncio.to_thread(staffed, world)
    talk, app = Talk(world, HEAD), AuthenticatorApp(world)
    await asyncio.to_thread(talk.say, "/autentikator")
    link = talk.told[-1].prompt.link
    assert link is not None
    path = urlsplit(link.url).path
    server = TestServer(application(world.process, Notifier()))
    try:
        async with server, ClientSession(server.make_url("/"), cookie_jar=DummyCookieJar()) as client:
            for _ in range(2):  # a preview opens it too
                async with client.get(path) as response:
                    assert response.status == 200 and "otpauth" not in await response.text()
            async with client.post(path, headers={"Origin": "https://lain.example"}) as response:
                assert response.status == 403
            origin = {"Origin": str(server.make_url("")).rstrip("/")}
            async with client.post(path, headers=origin) as response:
                page = unescape(await response.text())
                assert response.status == 200 and response.headers["Cache-Control"] == "no-store"
                assert "script-src 'none'" in response.headers["Content-Security-Policy"]
            for again in (client.post(path, headers=origin), client.get(path)):
                async with again as response:
                    assert response.status == 404 and "otpauth" not in await response.text()
        uri = scanned(page)
        assert unquote(uri).startswith("otpauth://totp/BPS Kabupaten Jeneponto:Kepala?") and uri in page
        app.secret = parse_qs(urlsplit(uri).query)["secret"][0]
        assert re.sub(r"\s", "", page.partition("<code>")[2].partition("</code>")[0]) == app.secret
        await asyncio.to_thread(talk.say, app.code())
        assert "✓ Autentikator terpasang." in talk.last
    finally:
        await world.close()
