"""What conversations about consultations remember."""

from __future__ import annotations

from dataclasses import field
from typing import Literal

from bot.chat import DialogueState
from bot.conversations.state import read, stored_as
from domain.frozen import frozen

NAME = "consultation"
Step = Literal["", "ask", "more", "own", "answer"]


@frozen
class ConsultationState:
    """`step`: of whoever asks: "ask" waits for a question, "more" for another one in the same consultation, "own"
    shows one of theirs or their list. Of an officer: "answer" waits for an answer. Without a step, a consultation or a
    page of the officers' list is on the screen.
    """

    step: Step = ""
    consultation_id: int | None = field(default=None, metadata=stored_as("consultation"))
    page: int | None = None
    place: str = ""
    files: tuple[str, ...] = ()  #: ids of the files that go with the text which is written


def read_asked(state: DialogueState) -> ConsultationState:
    """What the open conversation waits for or shows."""
    return read(ConsultationState, state.data) or ConsultationState()
