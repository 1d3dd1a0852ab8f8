"""A service that is started to die, and started again."""

from __future__ import annotations

from signal import SIGKILL

from tests.crash.killed_program import killed_program
from tests.forked_processes import forked, pst_bot
from tests.service import Service


def start_to_die(service: Service, *death: str, **environment: str) -> None:
    """Returns when it is dead. `death`: a point of `killed_program.py`, and perhaps which time."""
    service.launch = forked(killed_program, *death)
    service.begin(**environment)
    service.wait_until_dead()
    assert service.process is not None and service.process.returncode == -SIGKILL, f"it never came to {death}"


def start_again(service: Service, **environment: str) -> None:
    """As ever."""
    service.launch = forked(pst_bot, "run", "--demo")
    service.start(**environment)
