"""Buttons that many screens share."""

from __future__ import annotations

from bot.actions import code
from bot.actions.applicant import ShowMenu
from bot.chat import Choice
from domain.text import Text

MENU = Choice(code(ShowMenu()), Text("Menu"), nav=True)
