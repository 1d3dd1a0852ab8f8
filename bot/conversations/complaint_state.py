"""What conversations about complaints remember."""

from __future__ import annotations

from dataclasses import field
from typing import Literal

from bot.chat import DialogueState
from bot.conversations.state import read, stored_as
from domain.frozen import frozen

NAME = "complaint"
Step = Literal["", "write", "subject", "reopen", "own", "answer", "interim"]


@frozen
class ComplaintState:
    """`step`: of the complainer: "write" waits for a complaint, "subject" for whom it is about, "reopen" for why it is
    not settled, "own" shows one of theirs or their list. Of an officer: "answer" and "interim" wait for an answer.
    Without a step, a complaint or a page of the officers' list is on the screen.
    """

    step: Step = ""
    complaint_id: int | None = field(default=None, metadata=stored_as("complaint"))
    secret: str = ""  #: the code of the complaint
    page: int | None = None
    place: str = ""
    unnamed: bool = False  #: the complaint that is written carries no name
    subject: str = ""  #: whom it is about, in words
    subject_case: int | None = None  #: or the application
    words: str = ""  #: with which the writer came to the screen of complaints
    files: tuple[str, ...] = ()  #: ids of the files that go with the text which is written


def read_asked(state: DialogueState) -> ComplaintState:
    """What the open conversation waits for or shows."""
    return read(ComplaintState, state.data) or ComplaintState()
