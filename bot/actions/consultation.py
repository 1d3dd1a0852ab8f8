"""What the buttons of consultations do."""

from __future__ import annotations

from typing import Literal

from domain.frozen import frozen

AskerAct = Literal["show", "more", "enough"]
AdviserAct = Literal["open", "take", "release", "answer"]


@frozen
class WriteQuestion:
    """Asks for the question of a new consultation."""


@frozen
class ListOwnConsultations:
    page: int = 0
    place: str = ""


@frozen
class ListConsultations:
    """Those that wait for an answer, for the staff."""

    page: int = 0
    place: str = ""


@frozen
class AskerStep:
    act: AskerAct
    consultation_id: int


@frozen
class AdviserStep:
    act: AdviserAct
    consultation_id: int


@frozen
class OpenSentFile:
    """A file in a consultation, for whoever asks and for the staff."""

    consultation_id: int
    file_id: int
