"""Ready-made texts: an officer presses a button instead of typing a text that is written often."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from bot.actions import Action, code
from bot.chat import LONGEST_LABEL, Choice
from domain.text import Text, cut, lines, verbatim

#: characters of a short label, with room for "… " before it
_SHORT = 17


def ready_made_choices(texts: Sequence[str], action_of: Callable[[int], Action]) -> tuple[Text | None, list[Choice]]:
    """Buttons that stand for texts, which count from 1; and the numbered texts for the message where a label is too
    short for one of them.
    """
    numbered = list(enumerate(texts, start=1))
    choices = [
        Choice(code(action_of(n)), verbatim(words), verbatim(short))
        for (n, words), short in zip(numbered, _short_labels(texts), strict=True)
    ]
    if all(len(words) <= LONGEST_LABEL for words in texts):
        return None, choices
    return lines(*(verbatim(f"{n}. {words}") for n, words in numbered)), choices


def _short_labels(texts: Sequence[str]) -> list[str]:
    """The first words of each text that distinguish it from the others."""
    words = [text.split() for text in texts]
    shared, most = 0, max(map(len, words), default=0)
    while shared < most and len({cut(" ".join(of_one[shared:]), _SHORT) for of_one in words}) < len(texts):
        shared += 1
    return [("… " if shared else "") + cut(" ".join(of_one[shared:]), _SHORT) for of_one in words]
