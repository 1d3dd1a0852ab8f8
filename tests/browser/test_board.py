"""The board of the queue in Chromium, with the real process: it follows the calls by itself, with and without script,
also behind a proxy, and shows nobody's name.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from http.client import HTTPConnection
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect, sync_playwright

from tests.always_open import write_profile
from tests.chromium import ANSWER_WITHIN, launch
from tests.service import Service

pytestmark = pytest.mark.browser

VISITOR = "Budi Contoh"


@pytest.fixture
def service(tmp_path: Path) -> Iterator[Service]:
    """Open day and night, so that the test does not depend on the hour."""
    service = Service(tmp_path)
    service.start(PST_OFFICE=str(write_profile(tmp_path)))
    yield service
    service.stop()


def say(page: Page, words: str) -> None:
    page.get_by_label("Ketik pesan").fill(words)
    page.get_by_role("button", name="Kirim", exact=True).click()


def press(page: Page, label: str) -> None:
    page.get_by_role("button", name=label).last.click(timeout=ANSWER_WITHIN)


def first_event(service: Service) -> tuple[dict[str, str], dict[str, object]]:
    """As a proxy asks for it, with its own header."""
    connection = HTTPConnection("127.0.0.1", service.port, timeout=10)
    connection.request("GET", "/board/events", headers={"Via": "1.1 proxy"})
    answer = connection.getresponse()
    line = answer.readline().decode()
    headers = {name.lower(): value for name, value in answer.getheaders()}
    connection.close()
    return headers, json.loads(line.removeprefix("data: "))


def test_the_board_follows_the_calls_and_shows_nobody(service: Service) -> None:
    with sync_playwright() as playwright:
        browser = launch(playwright)
        visitor = browser.new_context(locale="id-ID").new_page()
        officer = browser.new_context(locale="id-ID").new_page()
        screen = browser.new_context(locale="id-ID", viewport={"width": 1920, "height": 1080})
        board, plain = screen.new_page(), browser.new_context(locale="id-ID", java_script_enabled=False).new_page()
        faults: list[str] = []
        board.on("console", lambda message: faults.append(message.text) if message.type == "error" else None)
        visitor.goto(f"{service.url}#kunjungan")  # the code of the poster
        officer.goto(service.url)
        expect(officer.get_by_text("Selamat datang", exact=True)).to_be_visible(timeout=ANSWER_WITHIN)
        board.goto(f"{service.url}board")
        expect(board.get_by_text("Belum ada nomor yang dipanggil.")).to_be_visible()
        press(visitor, "Nomor antrean")
        assert visitor.url == service.url, "a reload does not say it again"
        press(visitor, "Rekomendasi kegiatan statistik")
        press(visitor, "Hari ini")
        expect(board.locator("#next li")).to_have_text(["A-001"], timeout=ANSWER_WITHIN)
        say(officer, f"/gabung {service.command_line('officer', 'invite', '--role', 'officer', '--name', VISITOR)}")
        say(officer, "antrean")
        press(officer, "Panggil berikutnya")
        expect(board.locator("#first")).to_have_text("A-001", timeout=ANSWER_WITHIN)
        expect(board.locator("#first")).to_have_class("new")
        expect(visitor.get_by_text("Nomor A-001 dipanggil.")).to_be_visible(timeout=ANSWER_WITHIN)
        plain.goto(f"{service.url}board?lang=en")
        expect(plain.get_by_text("A-001")).to_be_visible()
        assert plain.locator('noscript meta[http-equiv="refresh"]').count() == 1
        headers, facts = first_event(service)
        assert headers["x-accel-buffering"] == "no" and "no-store" in headers["cache-control"]
        assert facts["called"] == ["A-001"] and facts["next"] == []
        assert VISITOR not in board.content() and "cookie" not in headers.get("set-cookie", "").lower()
        press(officer, "Selesai dilayani")
        expect(board.locator("#first")).to_have_text("–", timeout=ANSWER_WITHIN)
        assert faults == []
        service.stop()
        expect(board.locator("#lost")).to_be_visible(timeout=ANSWER_WITHIN)
