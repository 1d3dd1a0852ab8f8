"""People with phones, on whichever platform: what they do, what they were ever shown, and what goes wrong between."""

from __future__ import annotations

import mimetypes
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Protocol

#: which is sent as a photo, that is without a name
PHOTO = "foto.jpg"
#: points at which a platform can fall silent, see `Network.silences`
SILENCES = {"told", "fetching", "confirming"}
#: seconds between two attempts
PRESSING = 0.002
NUMBER = re.compile(r"^\d+\. ")

Condition = Callable[[], object]


@dataclass(frozen=True)
class Shown:
    """A message of the service on a phone: its words, and the name of the file with it."""

    words: str
    file: str = ""


class Phone(Protocol):
    """What its owner does is on its way when the method returns, and comes to the service as soon as it can."""

    @property
    def address(self) -> str:
        """Under which the service knows the owner."""
        ...

    async def says(self, text: str) -> None: ...

    async def taps(self, label: str) -> None: ...

    async def sends(self, *names: str) -> None:
        """Files of these kinds; several are an album. Where there are none, only the first is sent: how fast our reply
        is decides whether the next ones belong to the same answer.
        """
        ...

    @property
    def shown(self) -> list[Shown]:
        """Everything that ever appeared, oldest first."""
        ...


def files_in(words: str) -> list[str]:
    """The names in "(a.pdf, b.pdf)"; none where it is something else."""
    found = re.fullmatch(r"\((.+)\)", words)
    return [name.strip() for name in found[1].split(",")] if found else []


async def act(phone: Phone, words: str) -> None:
    """Words, [a button] or (files)."""
    if button := re.fullmatch(r"\[(.+)\]", words):
        await phone.taps(button[1])
    elif files := files_in(words):
        await phone.sends(*files)
    else:
        await phone.says(words)


class Network(Protocol):
    """A platform, with the service at its other end."""

    @property
    def channel(self) -> str: ...

    @property
    def albums(self) -> bool:
        """Whether several files can be one message."""
        ...

    def environment(self, url: str) -> Mapping[str, str]: ...

    def phone(self, number: int) -> Phone: ...

    @property
    def said(self) -> int:
        """So many messages did people send, taps and parts of albums among them."""
        ...

    @property
    def taken(self) -> bool:
        """The service has confirmed everything that it was told."""
        ...

    def forgives(self) -> None:
        """What a service does that died and cannot know what it has done already."""
        ...

    @property
    def silences(self) -> Mapping[str, Callable[[Phone], Condition]]:
        """Points at which the platform can fall silent, once, towards this person; the condition says when it does."""
        ...

    def answers_again(self) -> None: ...

    def presses(self) -> None:
        """Delivers to a service that is back in the very moment in which it is."""
        ...

    def goes_wrong(self, words: str) -> None:
        """What `trouble.py` has for this, from now on."""
        ...

    def lets_go(self) -> None:
        """What was held back arrives."""
        ...

    @property
    def went_wrong(self) -> bool:
        """All of it has."""
        ...

    @property
    def unheard(self) -> int:
        """So many messages are on the phones of which the service was never told that they are."""
        ...

    async def repeats(self) -> None:
        """Delivers everything that was ever delivered once more, and not in its order."""
        ...

    @property
    def flagged(self) -> list[str]:
        """What a correct service would not have done."""
        ...


def mime(name: str) -> str:
    return mimetypes.guess_type(name)[0] or "application/octet-stream"
