"""Buttons that many screens share."""

from __future__ import annotations

from collections.abc import Callable

from bot.actions import Action, code
from bot.actions.applicant import ShowMenu
from bot.chat import Choice
from domain.text import Text

MENU = Choice(code(ShowMenu()), Text("Menu"), nav=True)


def page_choices(action_of: Callable[[int], Action], page: int, *, more: bool) -> tuple[Choice, ...]:
    """The pages before and after this one, where they exist. Pages count from 0."""
    previous = Choice(code(action_of(page - 1)), Text("Sebelumnya"), nav=True) if page else None
    following = Choice(code(action_of(page + 1)), Text("Berikutnya"), nav=True) if more else None
    return tuple(choice for choice in (previous, following) if choice is not None)
