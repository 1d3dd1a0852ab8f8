"""What can go wrong between a bot and Telegram, for the next calls of a method."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Literal

from tests.platforms.telegram.refusal import Refused

#: instead of, or after performing
Way = Literal["answer", "cut", "cut answer", "lost", "garbled", "hang"]


@dataclass
class Fault:
    """`performed`: the call has its effect although the bot does not learn it."""

    way: Way
    performed: bool = False
    refusal: Refused | None = None
    status: int = 200
    body: str = ""
    seconds: float = 0.0
    method: str = "*"
    chat: int | None = None
    after: int = 0  #: calls that go well before
    times: int = 1
    used: int = 0

    def meets(self, method: str, chat: object) -> bool:
        """Whether it strikes now; counts."""
        if self.method not in {"*", method} or (self.chat is not None and self.chat != chat) or not self.times:
            return False
        if self.after:
            self.after -= 1
            return False
        self.times -= 1
        self.used += 1
        return True


def forbidden(reason: str = "bot was blocked by the user") -> Fault:
    return Fault("answer", refusal=Refused(403, reason))


def throttled(retry_after: int) -> Fault:
    return Fault("answer", refusal=Refused(429, f"retry after {retry_after}", retry_after=retry_after))


def refused(reason: str) -> Fault:
    return Fault("answer", refusal=Refused(400, reason))


def migrated(to: int) -> Fault:
    refusal = Refused(400, "group chat was upgraded to a supergroup chat", migrate_to_chat_id=to)
    return Fault("answer", refusal=refusal)


def internal() -> Fault:
    return Fault("answer", refusal=Refused(500))


def bad_gateway() -> Fault:
    return Fault("answer", status=502, body="<html><head><title>502 Bad Gateway</title></head></html>")


def hang(seconds: float, *, performed: bool = False) -> Fault:
    """Answers after so long; without `performed` the connection just ends then."""
    return Fault("hang", seconds=seconds, performed=performed)


def cut() -> Fault:
    """The connection ends before the request was taken."""
    return Fault("cut")


def cut_answer() -> Fault:
    """Performed; half of the answer comes."""
    return Fault("cut answer", performed=True)


def lost() -> Fault:
    """Performed; the connection ends without an answer."""
    return Fault("lost", performed=True)


def garbled() -> Fault:
    """Performed; what comes is no JSON."""
    return Fault("garbled", performed=True)


class Faults:
    def __init__(self) -> None:
        self.set: list[Fault] = []

    def on(self, method: str, fault: Fault, *, times: int = 1, chat: int | None = None, after: int = 0) -> Fault:
        """Strikes the next `times` calls of the method ("*": any; "download": files); see `used` of its result."""
        mine = replace(fault, method=method, times=times, chat=chat, after=after, used=0)
        self.set.append(mine)
        return mine

    def meet(self, method: str, chat: object = None, *, unread: bool = False) -> Fault | None:
        """The one that strikes now. `unread`: the body has not come yet, so the chat is not known."""
        if not self.set:
            return None
        fitting = (fault for fault in self.set if unread == (fault.way == "cut" and fault.chat is None))
        struck = next((fault for fault in fitting if fault.meets(method, chat)), None)
        self.set = [fault for fault in self.set if fault.times]
        return struck

    def clear(self) -> None:
        self.set.clear()
