"""Ready-made texts: an officer presses a button instead of typing a text that is written often."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from bot.actions import Action, code
from bot.chat import LONGEST_LABEL, Choice
from domain.text import Text, lines, verbatim


def ready_made_choices(texts: Sequence[str], action_of: Callable[[int], Action]) -> tuple[Text | None, list[Choice]]:
    """Buttons that stand for texts, which count from 1; and the numbered texts for the message where a label is too
    short for one of them.
    """
    numbered = list(enumerate(texts, start=1))
    choices = [
        Choice(code(action_of(n)), verbatim(words), Text("Pilihan %(number)s", number=n)) for n, words in numbered
    ]
    if all(len(words) <= LONGEST_LABEL for words in texts):
        return None, choices
    return lines(*(verbatim(f"{n}. {words}") for n, words in numbered)), choices
