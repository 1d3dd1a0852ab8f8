"""The profile of the office for a command."""

from __future__ import annotations

from bot.errors import OperatorError
from bot.settings import Settings
from domain.definitions import DefinitionInvalid
from domain.office.profile import Office


def load_office(settings: Settings) -> Office:
    """Raises `OperatorError` for a wrong profile."""
    try:
        return Office.load(settings.office)
    except DefinitionInvalid as error:
        raise OperatorError(str(error)) from None
