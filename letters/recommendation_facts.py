"""The facts of a letter of recommendation. They are frozen when the letter is approved or issued, so the same letter
can be drawn again years later.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import date
from functools import cache
from typing import ClassVar, Literal

from pydantic import ConfigDict, TypeAdapter

from domain.frozen import frozen
from domain.letter_seal import SigningWay
from domain.text import Json

Stage = Literal["draft", "issued"]
Verdict = Literal["layak", "ditolak"]


@frozen
class Letterhead:
    lines: tuple[str, ...]
    office: str
    address: str
    phone: str
    website: str
    email: str


@frozen
class SampleDesign:
    design: str
    frame: str
    size: str  #: number of units, or the sampling fraction
    error: str


@frozen
class Activity:
    """What was examined, in words. What is empty is left out of the table."""

    title: str
    organiser: str
    year: str
    approach: str
    methods: str
    tools: str
    area: str
    schedule: tuple[tuple[str, str], ...]  #: (stage, period)
    units: tuple[tuple[str, str], ...]  #: (kind of unit, unit)
    sample: SampleDesign | None  #: `None` when it is no sample survey


@frozen
class LetterSigner:
    title: str
    name: str
    rank: str
    nip: str


@frozen
class Recommendation:
    """The frozen facts. Raises `ValueError` when they contradict each other: a draft with a number, for example."""

    __pydantic_config__: ClassVar[ConfigDict] = ConfigDict(extra="forbid", strict=True, hide_input_in_errors=True)

    stage: Stage
    demo: bool  #: from an installation for trying out the service: its letters are not valid
    letterhead: Letterhead
    number: str  #: of the letter, e.g. "B-90/7304/KS.200/2026"
    place: str
    day: date | None
    attachments: str  #: in words, "-" when there are none
    recipient: str  #: the head of the organising agency, e.g. "Kepala Dinas Kesehatan Kabupaten Jeneponto"
    recipient_place: str
    legal_basis: tuple[tuple[str, str], ...]  #: (cite, what): ("UU 16/1997", "Statistik")
    application: str  #: the number of the application
    application_day: date
    activity: Activity
    verdict: Verdict
    grounds: tuple[str, ...]
    remarks: tuple[str, ...]  #: what to heed although the design is feasible, or what to correct before it is
    identity: str  #: e.g. "V-26.7304.001"; the organiser prints it on the questionnaire
    signer: LetterSigner
    obligations: tuple[str, ...]  #: `domain.office.obligations`; not printed when the verdict is ditolak
    copies: tuple[str, ...]
    nature: str = ""  #: of the letter, such as "Biasa"
    way: SigningWay = "none"  #: how the file is signed, once it is drawn
    code: str = ""  #: from the register; empty in a draft, and in letters that were issued before there were codes

    def __post_init__(self) -> None:
        if self.stage == "draft" and (self.number or self.identity or self.day or self.way != "none"):
            raise ValueError("a draft has no number, no identity, no day and no signature")
        if self.stage == "issued" and not (self.number and self.day and self.signer.name):
            raise ValueError("an issued letter needs number, day and the signer's name")
        if self.stage == "issued" and bool(self.identity) != (self.verdict == "layak"):
            raise ValueError("an issued letter has an identity when its verdict is layak, and only then")

    def to_json(self) -> dict[str, Json]:
        """The snapshot that a table stores. Inverse: `of_json`."""
        document: dict[str, Json] = _snapshots().dump_python(self, mode="json")
        return document

    @staticmethod
    def of_json(document: Mapping[str, Json]) -> Recommendation:
        """Raises `ValueError` when a key is missing, unknown or of a wrong type."""
        known = {name: value for name, value in document.items() if name != "signed"}  # of version 0.1
        return _snapshots().validate_json(json.dumps(known))


@cache
def _snapshots() -> TypeAdapter[Recommendation]:
    return TypeAdapter(Recommendation)
