"""Buttons that more than one notice has."""

from __future__ import annotations

from bot.actions import code
from bot.actions.applicant import StartRevision
from bot.actions.officer import OpenCase
from bot.chat import Choice
from domain.text import Text
from storage.tables import Application


def open_case(application: Application) -> Choice:
    """For officers."""
    return Choice(code(OpenCase(application.id)), Text("Buka"))


def start_revision(application: Application) -> Choice:
    """For the applicant."""
    return Choice(code(StartRevision(application.id)), Text("Perbaiki sekarang"))
