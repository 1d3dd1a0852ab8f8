"""What holds for every message with buttons on WhatsApp, whatever the conversation."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import locales
from bot.chat import Prompt
from bot.handlers.whatsapp.limits import BUTTON_TITLE, MAX_BODY, MAX_BUTTONS, MAX_ROWS, ROW_TITLE
from bot.handlers.whatsapp.render import addressed, payloads
from tests.platforms.whatsapp.messages import check_request

#: such a label says nothing without the text above it
_NUMBER_ONLY = re.compile(r"\d+\.?|(pilihan|pertanyaan|option|question) \d+", re.IGNORECASE)
_NUMBERED = re.compile(r"\d+\. ")


def screen_faults(prompt: Prompt, locale: str) -> list[str]:
    """What is wrong with the screen of a prompt. Raises `Refused` for what the strict server does not take."""
    made = payloads(prompt, locale, "12345")
    for payload in made:
        check_request(addressed(payload, "ID.1"))
    texts = [payload for payload in made if payload["type"] not in {"document", "image"}]
    is_long = len(locales.say(prompt.text, locale)) > MAX_BODY
    faults = [] if len(texts) <= 1 + is_long else [f"{len(texts)} messages"]
    if prompt.choices:
        answers = len([choice for choice in prompt.choices if not choice.nav])
        faults += _faults_of_buttons(texts[-1], answers, locales.say(prompt.text, locale))
    return [f"{fault}: {locales.say(prompt.text, locale)[-200:]}" for fault in faults]


def _faults_of_buttons(payload: Any, answers: int, text: str) -> Iterator[str]:
    if payload["type"] != "interactive":
        yield "the screen has no button"
        return
    kind, action = payload["interactive"]["type"], payload["interactive"]["action"]
    rows = [row for section in action.get("sections", []) for row in section["rows"]]
    titles = [entry["title"] for entry in (*rows, *(button["reply"] for button in action.get("buttons", [])))]
    headings = [section.get("title", "") for section in action.get("sections", [])]
    most, longest = (MAX_ROWS, ROW_TITLE) if kind == "list" else (MAX_BUTTONS, BUTTON_TITLE)
    if len(titles) > most:
        yield f"{len(titles)} entries"
    is_short = all(len(title) <= BUTTON_TITLE for title in titles[:answers])
    if kind == "list" and is_short and 1 < answers <= MAX_BUTTONS and not any("description" in row for row in rows):
        yield f"a list for the two or three answers {titles[:answers]}"
    named = [title.casefold() for title in (*titles, *headings, action.get("button", "")) if title]
    if len(set(named)) < len(named):
        yield f"two things are called the same: {sorted(named)}"
    for title in titles:
        if len(title) > longest or not any(sign.isalpha() for sign in title) or _NUMBER_ONLY.fullmatch(title):
            yield f"{title!r} does not read as words"
        if _NUMBERED.match(title) and title.rstrip("…") not in text:
            yield f"{title!r} has a number that no line of the text has"
