"""Finds the choice that typed words name: by its number, in digits or as a word, by its label, by yes or no."""

from __future__ import annotations

import re
from collections.abc import Sequence

import locales
from bot.chat import Choice
from domain.form.reading import fold, read_position, same_word
from domain.text import Text

YES, NO = {"ya", "iya", "yes"}, {"tidak", "no", "not"}
#: characters around the words of a label
_DECORATION = " «»‹›←→✓✔…★•.!"
#: (sentence, context, language) → the label as it is compared; of those that are the same for everybody
_FIXED_LABELS: dict[tuple[str, str, str], str] = {}


def match_choice(words: str, choices: Sequence[Choice], locale: str, *, agrees: bool = True) -> Choice | None:
    """The choice that the words name in this language. `agrees`: whether "ya" and "tidak" may name a choice."""
    typed = _plain(words)
    numbered = [choice for choice in choices if not choice.nav]
    position = read_position(words)
    is_position = 0 < position <= len(numbered)
    if is_position and any(sign.isdigit() for sign in words):
        return numbered[position - 1]
    if (named := by_label(typed, choices, locale)) is not None:
        return named
    if is_position:
        return numbered[position - 1]
    if (same := _by_synonym(typed, numbered, locale)) is not None:
        return same
    return _by_agreement(typed, choices, locale) if agrees else None


def by_label(words: str, choices: Sequence[Choice], locale: str) -> Choice | None:
    """The choice with this label, with or without its decoration, or with its number before it ("2. Survei")."""
    typed, number = _plain(words), 0
    for choice in choices if typed else ():
        number += not choice.nav
        for text in filter(None, (choice.label, choice.short)):
            label = _label(text, locale)
            if typed == label or (not choice.nav and typed == f"{number}. {label}"):
                return choice
    return None


def by_number_in_label(words: str, choices: Sequence[Choice], locale: str) -> Choice | None:
    """The only choice with this number in its label: "5" for "★★★★★ 5 bintang"."""
    typed = _plain(words)
    found = [choice for choice in choices if typed in re.findall(r"[0-9]+", locales.say(choice.label, locale))]
    return found[0] if len(found) == 1 else None


def _by_synonym(words: str, choices: Sequence[Choice], locale: str) -> Choice | None:
    """The only choice whose label is the same in other words: "survey" for "Survei"."""
    meant = same_word(fold(words))
    found = [choice for choice in choices if meant and meant == same_word(fold(locales.say(choice.label, locale)))]
    return found[0] if len(found) == 1 else None


def _by_agreement(typed: str, choices: Sequence[Choice], locale: str) -> Choice | None:
    """The choice for a yes or a no, when exactly one choice begins with yes and exactly one with no."""
    yes, no = (_beginning(choices, locale, words) for words in (YES, NO))
    if len(yes) != 1 or len(no) != 1:
        return None
    meant = same_word(fold(typed))
    return yes[0] if meant in YES else no[0] if meant in NO else None


def _beginning(choices: Sequence[Choice], locale: str, words: set[str]) -> list[Choice]:
    first = (re.match(r"\w+", _plain(locales.say(choice.label, locale))) for choice in choices)
    return [choice for choice, word in zip(choices, first, strict=True) if word and word[0] in words]


def _label(text: Text, locale: str) -> str:
    if text.args:
        return _plain(locales.say(text, locale))
    name = (text.msgid, text.context, locale)
    if name not in _FIXED_LABELS:
        _FIXED_LABELS[name] = _plain(locales.say(text, locale))
    return _FIXED_LABELS[name]


def _plain(words: str) -> str:
    return " ".join(words.split()).casefold().strip(_DECORATION)
