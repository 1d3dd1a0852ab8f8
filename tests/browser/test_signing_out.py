"""Signing out, and the end of a role, clear the screens that are open, with the real process."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect, sync_playwright

from tests.chromium import ANSWER_WITHIN, launch
from tests.service import Service

pytestmark = pytest.mark.browser


@pytest.fixture
def service(tmp_path: Path) -> Iterator[Service]:
    service = Service(tmp_path)
    service.start()
    yield service
    service.stop()


def say(page: Page, words: str) -> None:
    page.get_by_label("Ketik pesan").fill(words)
    page.get_by_role("button", name="Kirim", exact=True).click()


def join(service: Service, page: Page) -> None:
    say(page, f"/gabung {service.command_line('officer', 'invite', '--role', 'head', '--name', 'Ibu Rahma')}")


def test_every_open_page_is_empty_after_signing_out_and_after_a_revocation(service: Service) -> None:
    with sync_playwright() as playwright:
        browser = launch(playwright)
        context = browser.new_context(locale="id-ID", reduced_motion="reduce")
        first, second = context.new_page(), context.new_page()
        for page in (first, second):
            page.goto(service.url)
        for page in (first, second):
            expect(page.get_by_text("Selamat datang", exact=True)).to_be_visible(timeout=ANSWER_WITHIN)
        join(service, first)
        expect(second.get_by_text("/gabung")).to_be_visible(timeout=ANSWER_WITHIN)
        second.get_by_label("Ketik pesan").fill("Catatan yang belum terkirim")
        say(first, "keluar dari perangkat ini")
        first.get_by_role("button", name="Ya, keluar").click(timeout=ANSWER_WITHIN)
        for page in (first, second):
            expect(page.get_by_text("Anda sudah keluar.")).to_be_visible(timeout=ANSWER_WITHIN)
            expect(page.get_by_text("/gabung")).to_have_count(0)
            expect(page.get_by_label("Ketik pesan")).to_have_value("")
        join(service, first)
        expect(second.get_by_text("/gabung")).to_be_visible(timeout=ANSWER_WITHIN)
        number = service.command_line("officer", "list").splitlines()[-1].split("\t")[0]
        service.command_line("officer", "revoke", number)
        for page in (first, second):
            expect(page.get_by_text("Akses Anda sebagai petugas sudah dicabut.")).to_be_visible(timeout=5000)
            expect(page.get_by_text("/gabung")).to_have_count(0)
            page.reload()
            expect(page.get_by_text("Akses Anda sebagai petugas sudah dicabut.")).to_be_visible(timeout=ANSWER_WITHIN)
            expect(page.locator(".message")).to_have_count(1)
        browser.close()
