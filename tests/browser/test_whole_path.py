"""Transcripts played by mouse and keyboard, in real browsers with the real process."""

from __future__ import annotations

import json
import os
import re
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, FilePayload, Locator, Page, expect, sync_playwright

from tests.chromium import ANSWER_WITHIN, launch
from tests.samples import sample
from tests.script import this_year
from tests.service import Service

pytestmark = pytest.mark.browser

TRANSCRIPTS = Path(__file__).parent.parent / "transcripts"
FOLLOWING_REPLY = "xpath=following-sibling::*[contains(concat(' ', @class, ' '), ' out ')]"
SHORT = 6  #: letters
DOUBLE_CLICK = 0.26  #: seconds; the page ignores a second press within 0.25 s


@pytest.fixture
def service(tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[Service]:
    """In one of the paths the log is JSON."""
    service = Service(tmp_path)
    service.set({"PST_LOG": "debug", "PST_LOG_FORMAT": "json" if "two_rounds" in request.node.name else "text"})
    service.start()
    yield service
    service.stop()


class Reader:
    """Plays the lines of the people. Each person has a browser of their own."""

    def __init__(self, browser: Browser, service: Service, locale: str) -> None:
        self.browser = browser
        self.service = service
        self.locale = locale
        self.errors: list[str] = []
        self.pages: dict[str, Page] = {}
        self.invite = ""
        self.drafts = 0
        self.typed: set[str] = set()
        self._pressed = 0.0
        self.page = self._page("pemohon")

    def play(self, line: str) -> None:
        mark, _, words = line.partition(" ")
        if mark == "=":
            self.page = self._page(words.split()[1])
        elif mark == "~":
            self._event(words.split())
        elif mark == ">":
            sent_before = self.page.locator("#log .message.in").count()
            self._do(words)
            # A notice may arrive at any time: only what stands below the person's new message is its reply.
            sent = self.page.locator("#log .message.in.sent").nth(sent_before)
            expect(sent.locator(FOLLOWING_REPLY).first).to_be_attached(timeout=ANSWER_WITHIN)

    def _page(self, name: str) -> Page:
        if name not in self.pages:
            # Without animations: Playwright waits half a second until an animated button stands still.
            context = self.browser.new_context(
                locale=self.locale, viewport={"width": 360, "height": 740}, reduced_motion="reduce"
            )
            page = self.pages[name] = context.new_page()
            page.on("console", lambda message: self.errors.append(message.text) if message.type == "error" else None)
            page.goto(self.service.url)
        return self.pages[name]

    def _event(self, words: list[str]) -> None:
        match words:
            case ["restart"]:
                self.service.kill()
                self.service.start()
            case ["invite", role, *name]:
                self.invite = self.service.command_line("officer", "invite", "--role", role, "--name", " ".join(name))

    def _do(self, words: str) -> None:
        if words == "[Kirim ke direktur]":
            self.drafts += 1  # The worker draws it.
            expect(self.page.get_by_text("sudah siap")).to_have_count(self.drafts, timeout=ANSWER_WITHIN)
        if button := re.fullmatch(r"\[(.+)\]", words):
            time.sleep(max(0.0, self._pressed + DOUBLE_CLICK - time.monotonic()))
            self._button(button[1]).click(timeout=ANSWER_WITHIN)
            self._pressed = time.monotonic()
        elif files := re.fullmatch(r"\((.+)\)", words):
            names = [name.strip() for name in files[1].split(",")]
            payloads: list[FilePayload] = [{"name": name, "mimeType": "", "buffer": sample(name)} for name in names]
            self.page.locator("#files").set_input_files(payloads)
        else:
            words = words.replace("{code}", self.service.code() if "{code}" in words else "")
            self.typed.add(words)
            self.page.locator("#words").fill(words.replace("{invite}", self.invite).replace("\\n", "\n"))
            self.page.locator("#words").press("Enter")

    def _button(self, label: str) -> Locator:
        return self.page.locator("#log").get_by_role("button", name=label, exact=True).last


PATHS = [("probability_sample_en", "en-GB"), ("two_rounds", "id-ID")]
if os.environ.get("PHONES") == "all":
    PATHS.append(("compilation", "id-ID"))


@pytest.mark.parametrize("name,locale", PATHS)
@pytest.mark.timeout(420)
def test_an_application_goes_all_the_way(service: Service, tmp_path: Path, name: str, locale: str) -> None:
    lines = (TRANSCRIPTS / f"{name}.chat").read_text(encoding="utf-8").splitlines()
    with sync_playwright() as playwright:
        browser = launch(playwright)
        reader = Reader(browser, service, locale)
        for line in lines:
            reader.play(this_year(line))
        for who, page in reader.pages.items():
            page.screenshot(path=tmp_path / f"{who}.png")
        assert [error for error in reader.errors if "ERR_CONNECTION_REFUSED" not in error] == []
        browser.close()
    until = time.monotonic() + 30
    while not (receipts := _receipts(service)) and time.monotonic() < until:
        time.sleep(0.2)
    assert len(receipts) == 1
    assert "a message was handled" in service.log and "a message left" in service.log
    assert told(service, reader.typed) == [], "nothing that anybody typed is in the log"
    if name == "two_rounds":
        events = [json.loads(line) for line in service.log.splitlines() if "a message was handled" in line]
        assert all(event["trace_id"] and event["level"] == "debug" for event in events), events
        assert any("sudah terbit" in subject for subject, _ in service.mails())
        assert "0 broken" in service.command_line("audit", "verify")


def told(service: Service, typed: set[str]) -> list[str]:
    """What stands in the log of what was typed, and of what the mails name. Short words are words of the log too."""
    mailed = {
        word for subject, text in service.mails() for word in re.findall(r"\S+@\S+|\b[0-9]{8,}\b", f"{subject} {text}")
    }
    return [words for words in sorted(typed | mailed) if len(words) > SHORT and words in service.log]


def _receipts(service: Service) -> list[str]:
    """The subjects of these mails. The form in them is drawn after the submission was answered."""
    return [subject for subject, _ in service.mails() if re.search(r"(terima|Receipt).*REK-\d{4}-0001", subject)]
