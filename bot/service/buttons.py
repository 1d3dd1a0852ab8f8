"""Buttons that more than one notice or screen has."""

from __future__ import annotations

from bot.actions import code
from bot.actions.applicant import StartRevision
from bot.actions.officer import OpenCase
from bot.chat import Choice
from domain.text import Text, verbatim
from storage.tables import Application


def open_case(application: Application) -> Choice:
    """For officers."""
    return Choice(code(OpenCase(application.id)), Text("Buka"))


def open_numbered(application: Application) -> Choice:
    """The same in a list of applications."""
    return Choice(code(OpenCase(application.id)), verbatim(application.number))


def start_revision(application: Application) -> Choice:
    """For the applicant."""
    return Choice(code(StartRevision(application.id)), Text("Perbaiki sekarang"))
