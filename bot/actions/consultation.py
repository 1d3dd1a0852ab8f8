"""What the buttons of consultations do."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from bot.actions.applicant import Stars

AskerAct = Literal["show", "more", "enough", "without"]
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
    """`without`: no comment to the stars."""

    act: AskerAct
    consultation_id: int


@dataclass(frozen=True, slots=True)
class RateConsultation:
    consultation_id: int
    stars: Stars


@dataclass(frozen=True, slots=True)
class AdviserStep:
    act: AdviserAct
    consultation_id: int


@dataclass(frozen=True, slots=True)
class OpenSentFile:
    """A file in a consultation, for whoever asks and for the staff."""

    consultation_id: int
    file_id: int
