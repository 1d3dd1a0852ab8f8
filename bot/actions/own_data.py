"""What the buttons of one's own data do."""

from __future__ import annotations

from domain.frozen import frozen


@frozen
class ShowOwnData:
    """What is kept about the person."""


@frozen
class ExportOwnData:
    """Asks for a copy of everything."""


@frozen
class AskErasure:
    """Says what is deleted and what stays, before anything happens."""


@frozen
class SendErasureCode:
    """Mails the code that confirms the deletion."""


@frozen
class EraseOwnData:
    """Confirms the deletion, where no mailbox was proven. `person_id`: whose data the question was about."""

    person_id: int
