"""What the buttons of conversations with an officer do."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias


@dataclass(frozen=True, slots=True)
class ResumeTalk:
    """The visitor goes back to their conversation with an officer."""

    chat_id: int


@dataclass(frozen=True, slots=True)
class EndTalk:
    """The visitor ends it."""

    chat_id: int


@dataclass(frozen=True, slots=True)
class ListLiveChats:
    """Those that wait, and those of the officer."""


@dataclass(frozen=True, slots=True)
class ClaimLiveChat:
    chat_id: int


@dataclass(frozen=True, slots=True)
class OpenLiveChat:
    """Of the officer: what is written from now on goes to this visitor."""

    chat_id: int


@dataclass(frozen=True, slots=True)
class EndLiveChat:
    chat_id: int


@dataclass(frozen=True, slots=True)
class PickForLiveChat:
    """Asks which colleague goes on with the visitor."""

    chat_id: int


@dataclass(frozen=True, slots=True)
class GiveLiveChat:
    chat_id: int
    person_id: int


@dataclass(frozen=True, slots=True)
class ReadTalks:
    """What was said in conversations about an application."""

    application_id: int


DeskAction: TypeAlias = (
    ListLiveChats | ClaimLiveChat | OpenLiveChat | EndLiveChat | PickForLiveChat | GiveLiveChat | ReadTalks
)
