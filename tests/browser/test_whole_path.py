"""Two of the transcripts once more, by mouse and keyboard in a real browser against the real process."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, expect, sync_playwright

from tests.chromium import launch
from tests.samples import sample
from tests.service import Service

pytestmark = pytest.mark.browser

TRANSCRIPTS = Path(__file__).parent.parent / "transcripts"
ANSWER_WITHIN = 20_000  #: ms; much more than it takes, for a busy machine


@pytest.fixture
def service(tmp_path: Path) -> Iterator[Service]:
    service = Service(tmp_path)
    service.start()
    yield service
    service.stop()


class Reader:
    """One browser that plays the person's lines."""

    def __init__(self, page: Page, service: Service) -> None:
        self.page = page
        self.service = service
        self.errors: list[str] = []
        page.on("console", lambda message: self.errors.append(message.text) if message.type == "error" else None)
        page.goto(service.url)

    @property
    def said(self) -> Locator:
        """What the service has said."""
        return self.page.locator("#log .message.out")

    def play(self, line: str) -> None:
        mark, _, words = line.partition(" ")
        if mark == "~" and words == "restart":
            self.service.kill()
            self.service.start()
        if mark != ">":
            return
        before = self.said.count()
        self._do(words)
        expect(self.said).not_to_have_count(before, timeout=ANSWER_WITHIN)

    def _do(self, words: str) -> None:
        if button := re.fullmatch(r"\[(.+)\]", words):
            self.page.locator("#log").get_by_role("button", name=button[1], exact=True).last.click(
                timeout=ANSWER_WITHIN
            )
        elif files := re.fullmatch(r"\((.+)\)", words):
            names = [name.strip() for name in files[1].split(",")]
            payloads = [{"name": name, "mimeType": "", "buffer": sample(name)} for name in names]
            self.page.locator("#files").set_input_files(payloads)  # type: ignore[arg-type]
        else:
            self.page.locator("#words").fill(words.replace("{code}", self.service.code() if "{code}" in words else ""))
            self.page.locator("#words").press("Enter")


@pytest.mark.parametrize("name,locale", [("compilation", "id-ID"), ("probability_sample_en", "en-GB")])
@pytest.mark.timeout(300)
def test_an_application_goes_from_hello_to_its_number(service: Service, tmp_path: Path, name: str, locale: str) -> None:
    lines = (TRANSCRIPTS / f"{name}.chat").read_text(encoding="utf-8").splitlines()
    with sync_playwright() as playwright:
        browser = launch(playwright)
        page = browser.new_context(locale=locale, viewport={"width": 360, "height": 740}).new_page()
        reader = Reader(page, service)
        for line in lines:
            reader.play(line)
        page.screenshot(path=tmp_path / "end.png")
        expect(page.get_by_text(re.compile(r"REK-\d{4}-0001")).last).to_be_visible()
        assert [error for error in reader.errors if "ERR_CONNECTION_REFUSED" not in error] == []
        browser.close()
    receipts = [subject for subject, _ in service.mails() if re.search(r"REK-\d{4}-0001", subject)]
    assert len(receipts) == 1
