"""The test run's own promises."""

from __future__ import annotations

import asyncio
import re
import socket
import tomllib
from pathlib import Path

import psycopg
import pytest
from playwright.async_api import async_playwright

from tests.chromium import launch
from tests.conftest import LeftTheHost
from tests.waiting_first import waiting_first, waits


@pytest.mark.parametrize("host", ["192.0.2.1", "2001:db8::1", "api.telegram.org"])
async def test_a_request_that_would_leave_the_host_is_refused(refused: list[str], host: str) -> None:
    with pytest.raises(LeftTheHost, match=host):
        await asyncio.open_connection(host, 443)
    assert refused == [host]
    refused.clear()


def test_a_datagram_that_would_leave_the_host_is_refused(refused: list[str]) -> None:
    with socket.socket(type=socket.SOCK_DGRAM) as outside, pytest.raises(LeftTheHost):
        outside.sendto(b"", ("192.0.2.1", 53))
    refused.clear()


async def test_a_server_on_loopback_is_reached_by_name_and_by_number() -> None:
    async def close(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.close()

    async with await asyncio.start_server(close, "127.0.0.1", 0) as server:
        port = server.sockets[0].getsockname()[1]
        for host in ("127.0.0.1", "localhost"):
            _, writer = await asyncio.open_connection(host, port)
            writer.close()
            await writer.wait_closed()


@pytest.mark.postgres
@pytest.mark.parametrize("turn", ["first", "second"])
def test_every_test_gets_an_empty_database(postgres_database: str, turn: str) -> None:
    with psycopg.connect(postgres_database.replace("+psycopg", "")) as connection:
        connection.execute("CREATE TABLE trace (turn text)")


@pytest.mark.browser
async def test_a_page_opens_in_the_systems_browser() -> None:
    async with async_playwright() as playwright:
        browser = await launch(playwright)
        page = await browser.new_page()
        await page.set_content("<title>Pelayanan</title>")
        assert await page.title() == "Pelayanan"
        await browser.close()


def test_no_test_module_imports_another() -> None:
    """What several of them need stands in a module of its own."""
    tests = Path(__file__).parent
    pattern = re.compile(r"^\s*(?:from|import) tests\.(?:\w+\.)*test_\w+", re.MULTILINE)
    assert [str(path) for path in tests.rglob("*.py") if pattern.search(path.read_text(encoding="utf-8"))] == []


def test_no_document_keeps_the_marks_of_a_merge() -> None:
    root = Path(__file__).parent.parent
    marks = re.compile(r"^(?:<{7} |={7}$|>{7} ).*", re.MULTILINE)
    documents = [*root.glob("*.md"), *root.glob("docs/**/*.md"), *root.glob("tests/**/*.md")]
    assert {path.name: found for path in documents if (found := marks.findall(path.read_text("utf-8")))} == {}


def test_every_decision_has_a_number_of_its_own() -> None:
    files = sorted((Path(__file__).parent.parent / "docs" / "decisions").glob("*.md"))
    numbers = [int(file.name.partition("-")[0]) for file in files]
    headings = [int(re.findall(r"\d+", file.read_text(encoding="utf-8"))[0]) for file in files]
    assert numbers == headings == list(range(1, len(files) + 1))


def test_an_installation_asks_for_what_is_pinned() -> None:
    root = Path(__file__).parent.parent
    project = tomllib.loads((root / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    for file, asked in (("base.in", project["dependencies"]), ("s3.in", project["optional-dependencies"]["s3"])):
        lines = (root / "requirements" / file).read_text(encoding="utf-8").splitlines()
        pinned = [line for line in lines if re.match(r"\w", line)]
        assert {named(line) for line in asked} == {named(line) for line in pinned}, file


def named(requirement: str) -> str:
    """The package of a requirement, with its extras."""
    return re.split("[<>=~]", requirement)[0]


@pytest.mark.parametrize("processes", [1, 3, 4, 50])
def test_every_test_has_one_place_in_the_order_and_each_part_begins_with_one_that_waits(
    request: pytest.FixtureRequest, processes: int
) -> None:
    items = request.session.items
    ordered = waiting_first(items, processes)
    assert sorted(map(id, ordered)) == sorted(map(id, items))
    waiting = len({item.path for item in items if waits(item)})
    if waiting and len(items) > 1000 and processes < waiting:
        parts = [ordered[len(items) * number // processes] for number in range(processes)]
        assert all(waits(item) for item in parts)
