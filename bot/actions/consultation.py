"""What the buttons of consultations do."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

AskerAct = Literal["show", "more", "enough"]
AdviserAct = Literal["open", "take", "release", "answer"]


@dataclass(frozen=True, slots=True)
class WriteQuestion:
    """Asks for the question of a new consultation."""


@dataclass(frozen=True, slots=True)
class ListOwnConsultations:
    page: int = 0
    place: str = ""


@dataclass(frozen=True, slots=True)
class ListConsultations:
    """Those that wait for an answer, for the staff."""

    page: int = 0
    place: str = ""


@dataclass(frozen=True, slots=True)
class AskerStep:
    act: AskerAct
    consultation_id: int


@dataclass(frozen=True, slots=True)
class AdviserStep:
    act: AdviserAct
    consultation_id: int


@dataclass(frozen=True, slots=True)
class OpenSentFile:
    """A file in a consultation, for whoever asks and for the staff."""

    consultation_id: int
    file_id: int
