"""What the conversation about the registration remembers."""

from __future__ import annotations

from dataclasses import field
from typing import Literal

from bot.chat import DialogueState
from bot.conversations import account
from bot.conversations.state import read, stored_as, to_json
from domain.frozen import frozen

NAME = "registration"


@frozen
class RegistrationState:
    """What we ask for: consent, the e-mail address of an earlier registration ("move"), or the code that we sent."""

    step: Literal["consent", "move", "code"]
    email: str = ""  #: the address that gets the code
    #: the registration that waits for the proof
    draft_id: int | None = field(default=None, metadata=stored_as("draft"))
    shown: str = ""  #: the masked address, for somebody who did not type it


def read_asked(state: DialogueState) -> RegistrationState | None:
    """What is asked; `None` while something else is. Version 0.1 stored it as a part of the conversation `account`."""
    asked = read(RegistrationState, state.data) if state.conversation in {NAME, account.NAME} else None
    return None if asked is not None and asked.step == "code" and not asked.email else asked


def at(state: DialogueState, asked: RegistrationState) -> DialogueState:
    """The dialogue in which this is asked."""
    return state.at(NAME, **to_json(asked))
