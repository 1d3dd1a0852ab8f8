"""The services of the desk, from `domain/data/services.toml`."""

from __future__ import annotations

from functools import cache
from typing import Annotated, Self

from pydantic import Field, model_validator

from domain.definitions import DATA, Definition, Many, Sentence, read, refuse_duplicates


class DeskService(Definition):
    """[[service]]"""

    id: Annotated[str, Field(pattern="^[a-z_]{1,20}$")]
    letter: Annotated[str, Field(pattern="^[A-Z]$")]  #: begins its queue numbers
    label: Sentence
    short: Sentence  #: at most 20 characters


class DeskServices(Definition):
    service: Many[DeskService]

    @model_validator(mode="after")
    def _check(self) -> Self:
        refuse_duplicates("id", (service.id for service in self.service))
        refuse_duplicates("letter", (service.letter for service in self.service))
        return self


@cache
def desk_services() -> dict[str, DeskService]:
    """Id → service, in the order of the file. Raises `DefinitionInvalid`."""
    return {service.id: service for service in read(DeskServices, DATA / "services.toml").service}


def ticket_code(service_id: str, number: int) -> str:
    """The number as people read it: "A-012". A service that is no longer offered keeps its number alone."""
    service = desk_services().get(service_id)
    return f"{service.letter}-{number:03d}" if service else f"{number:03d}"
