"""What holds for the buttons under every message, in every language, so that each platform can show them whole."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

import locales
from bot.chat import Choice, Prompt
from bot.pipeline.match_choice import match_choice
from domain.vocabulary import VOCABULARY

#: characters of a button; of a list's entry; of the line below it, where the label stands in full
BUTTON, ENTRY, IN_FULL = 20, 24, 72


def faults(prompt: Prompt, locale: str) -> list[str]:
    """What is wrong with the buttons of a message for a reader of this language."""
    text = locales.say(prompt.text, locale)
    return [
        *(fault for choice in prompt.choices for fault in _unshowable(choice, locale, text)),
        *(f"two buttons are called {words!r}" for words in twice(prompt.choices, locale)),
        *(f"{words!r} cannot be typed" for words in misunderstood(prompt.choices, locale)),
        *([f"{words!r} is too long for a link"] if (words := _link(prompt, locale)) and len(words) > BUTTON else []),
    ]


def titles(choice: Choice, locale: str) -> tuple[str, ...]:
    """The label, and the short one where there is one."""
    return tuple(locales.say(text, locale) for text in (choice.label, choice.short) if text)


def twice(choices: tuple[Choice, ...], locale: str) -> list[str]:
    """Titles that more than one button could bear, whichever of its two each platform chooses."""
    of_each = [{words.strip().casefold() for words in titles(choice, locale)} for choice in choices]
    counted = Counter(words for words_of_one in of_each for words in words_of_one)
    return [words for words, count in counted.items() if count > 1]


def misunderstood(choices: tuple[Choice, ...], locale: str) -> list[str]:
    """Titles and numbers that are taken for another button, or for none, when they are typed."""
    numbered = [choice for choice in choices if not choice.nav]
    words = [(words, choice) for choice in choices for words in titles(choice, locale)]
    words += [(str(number), choice) for number, choice in enumerate(numbered, start=1)]
    words += [
        (word, choice) for word, number in VOCABULARY.positions.items() for choice in numbered[number - 1 : number]
    ]
    return [word for word, choice in words if match_choice(word, choices, locale) != choice]


def _unshowable(choice: Choice, locale: str, text: str) -> Iterator[str]:
    label, *shorter = titles(choice, locale)
    for code in (choice.value, choice.typed):
        if len(code.encode()) > 64:
            yield f"{code!r} is too long for a code"
    if not label.strip() or "\n" in label:
        yield f"{label!r} is no label"
    if len(label) > BUTTON and not shorter:
        yield f"{label!r} needs a short label"
    if any(not 0 < len(short.strip()) <= BUTTON for short in shorter):
        yield f"{shorter[0]!r} is no short label"
    if len(label) > IN_FULL and label not in text:
        yield f"{label!r} is longer than {IN_FULL} characters, and does not stand in the message"


def _link(prompt: Prompt, locale: str) -> str:
    return locales.say(prompt.link.label, locale) if prompt.link else ""
