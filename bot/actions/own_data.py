"""What the buttons of one's own data do."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class ShowOwnData:
    """What is kept about the person."""


@dataclass(frozen=True, slots=True)
class ExportOwnData:
    """Asks for a copy of everything."""


@dataclass(frozen=True, slots=True)
class AskErasure:
    """Says what is deleted and what stays, before anything happens."""


@dataclass(frozen=True, slots=True)
class SendErasureCode:
    """Mails the code that confirms the deletion."""


@dataclass(frozen=True, slots=True)
class EraseOwnData:
    """Confirms the deletion, where no mailbox was proven. `person_id`: whose data the question was about."""

    person_id: int
