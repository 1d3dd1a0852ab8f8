"""What the buttons of conversations with an officer do."""

from __future__ import annotations

from typing import TypeAlias

from domain.frozen import frozen


@frozen
class ResumeTalk:
    """The visitor goes back to their conversation with an officer."""

    chat_id: int


@frozen
class EndTalk:
    """The visitor ends it."""

    chat_id: int


@frozen
class ListLiveChats:
    """Those that wait, and those of the officer."""


@frozen
class ClaimLiveChat:
    chat_id: int


@frozen
class OpenLiveChat:
    """Of the officer: what is written from now on goes to this visitor."""

    chat_id: int


@frozen
class EndLiveChat:
    chat_id: int


@frozen
class PickForLiveChat:
    """Asks which colleague goes on with the visitor."""

    chat_id: int


@frozen
class GiveLiveChat:
    chat_id: int
    person_id: int


@frozen
class ReadTalks:
    """What was said in conversations about an application."""

    application_id: int


DeskAction: TypeAlias = (
    ListLiveChats | ClaimLiveChat | OpenLiveChat | EndLiveChat | PickForLiveChat | GiveLiveChat | ReadTalks
)
