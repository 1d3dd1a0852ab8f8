"""Faults between a bot and Telegram that a test sets for the next calls of a method."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Literal

from tests.platforms.telegram.refusal import BotApiRefusal

#: what the bot sees: an error answer, a closed connection, half an answer, no answer, invalid JSON, a late answer
FaultEffect = Literal["answer", "cut", "cut answer", "lost", "garbled", "hang"]


@dataclass
class BotApiFault:
    """`performed`: the call is carried out, although the bot does not learn it."""

    effect: FaultEffect
    performed: bool = False
    refusal: BotApiRefusal | None = None
    status: int = 200
    body: str = ""
    seconds: float = 0.0
    method: str = "*"
    chat: int | None = None
    after: int = 0  #: so many calls succeed first
    times: int = 1  #: so many calls fail
    used: int = 0  #: so many calls have failed

    def strikes(self, method: str, chat: object) -> bool:
        """Whether it strikes this call. Counts the call."""
        if self.method not in {"*", method} or (self.chat is not None and self.chat != chat) or not self.times:
            return False
        if self.after:
            self.after -= 1
            return False
        self.times -= 1
        self.used += 1
        return True


def forbidden(reason: str = "bot was blocked by the user") -> BotApiFault:
    return BotApiFault("answer", refusal=BotApiRefusal(403, reason))


def throttled(retry_after: int) -> BotApiFault:
    return BotApiFault("answer", refusal=BotApiRefusal(429, f"retry after {retry_after}", retry_after=retry_after))


def refused(reason: str) -> BotApiFault:
    return BotApiFault("answer", refusal=BotApiRefusal(400, reason))


def migrated(to: int) -> BotApiFault:
    refusal = BotApiRefusal(400, "group chat was upgraded to a supergroup chat", migrate_to_chat_id=to)
    return BotApiFault("answer", refusal=refusal)


def internal() -> BotApiFault:
    return BotApiFault("answer", refusal=BotApiRefusal(500))


def bad_gateway() -> BotApiFault:
    return BotApiFault("answer", status=502, body="<html><head><title>502 Bad Gateway</title></head></html>")


def hang(seconds: float, *, performed: bool = False) -> BotApiFault:
    """Answers after so many seconds. When not `performed`, closes the connection instead."""
    return BotApiFault("hang", seconds=seconds, performed=performed)


def cut() -> BotApiFault:
    """Closes the connection before the request is read."""
    return BotApiFault("cut")


def cut_answer() -> BotApiFault:
    """Carries the call out and sends half of the answer."""
    return BotApiFault("cut answer", performed=True)


def lost() -> BotApiFault:
    """Carries the call out and closes the connection without an answer."""
    return BotApiFault("lost", performed=True)


def garbled() -> BotApiFault:
    """Carries the call out and sends invalid JSON."""
    return BotApiFault("garbled", performed=True)


class BotApiFaults:
    def __init__(self) -> None:
        self.planned: list[BotApiFault] = []

    def on(
        self, method: str, fault: BotApiFault, *, times: int = 1, chat: int | None = None, after: int = 0
    ) -> BotApiFault:
        """Sets a fault for the next calls of a method ("*": any method; "download": files), in one chat or in all.

        Gives the fault that counts in `used`.
        """
        planned = replace(fault, method=method, times=times, chat=chat, after=after, used=0)
        self.planned.append(planned)
        return planned

    def next_for(self, method: str, chat: object = None, *, unread: bool = False) -> BotApiFault | None:
        """The fault that strikes this call. `unread`: the body is not read yet, so the chat is unknown."""
        if not self.planned:
            return None
        fitting = (fault for fault in self.planned if unread == (fault.effect == "cut" and fault.chat is None))
        struck = next((fault for fault in fitting if fault.strikes(method, chat)), None)
        self.planned = [fault for fault in self.planned if fault.times]
        return struck

    def clear(self) -> None:
        self.planned.clear()
