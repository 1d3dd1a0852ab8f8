"""Buttons that many screens share."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from bot.actions import Action, code
from bot.actions.applicant import AskLanguage, ShowAccount, ShowMenu
from bot.chat import Choice
from domain.pages import ListPage, Place, read_place
from domain.text import Text

Row = TypeVar("Row")

UNKNOWN_BUTTON = Text("Tombol itu tidak kami kenali.")
MENU = Choice(code(ShowMenu()), Text("Menu"), nav=True)
ACCOUNT = Choice(code(ShowAccount()), Text("Akun dan pindah perangkat"), Text("Akun & perangkat"), nav=True)
LANGUAGE = Choice(code(AskLanguage()), Text("Bahasa / Language"), nav=True)


def page_choices(previous: Action | None, following: Action | None) -> tuple[Choice, ...]:
    """The pages before and after this one, where they exist."""
    return tuple(
        Choice(code(action), label, nav=True)
        for action, label in ((previous, Text("Sebelumnya")), (following, Text("Berikutnya")))
        if action is not None
    )


def place_choices(action_of: Callable[[int, str], Action], page: int, listed: ListPage[Row]) -> tuple[Choice, ...]:
    """The same for a long list. `action_of` takes the number of a page, and the place where it begins."""
    before, after = listed.before, listed.after
    previous = action_of(max(page - 1, 0), before.code) if before else None
    return page_choices(previous, action_of(page + 1, after.code) if after else None)


def start_of(page: int, place: str, size: int) -> Place | int:
    """Where the page of a button begins. Buttons of version 0.1 name only its number."""
    return read_place(place) or page * size
