"""The program of the child process that inspects files: `python -m storage.inspection.worker CPU_SECONDS MEMORY
[only_letters]`.

It reads requests from standard input and writes one answer for each to standard output. It ends with its input.
"""

from __future__ import annotations

import math
import os
import resource
import sys
from collections.abc import Mapping

from domain.text import Json
from storage.inspection.inspect import inspect, inspect_letter
from storage.inspection.letters import load_signature_libraries
from storage.inspection.pipe import ONLY_LETTERS, receive, send
from storage.inspection.result import FileRefused


def main(cpu_seconds: int, memory: int, *, only_letters: bool) -> None:
    answers = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # a library that prints must not write into an answer
    if only_letters:
        load_signature_libraries()
    _limit_process(memory)
    while True:
        try:
            header, content = receive(sys.stdin.buffer)
        except EOFError:
            return
        _allow_cpu(cpu_seconds)
        send(answers, *_answer(header, content))


def _answer(header: Mapping[str, Json], content: bytes) -> tuple[Mapping[str, Json], bytes]:
    try:
        if header.get("only_letter"):
            reading = inspect_letter(content)
            return {"letter": reading.to_json()}, b""
        return _inspected(header, content)
    except FileRefused as refusal:
        return {"refused": refusal.reason}, b""
    except MemoryError:
        return {"refused": "bomb"}, b""


def _inspected(header: Mapping[str, Json], content: bytes) -> tuple[Mapping[str, Json], bytes]:
    name, accept = header["name"], header["accept"]
    assert isinstance(name, str) and isinstance(accept, list)
    good = inspect(name, content, [str(kind) for kind in accept])
    form = good.returned_form.to_json() if good.returned_form else None
    letter = good.letter.to_json() if good.letter else None
    return {"kind": good.kind, "name": good.name, "pages": good.pages, "form": form, "letter": letter}, good.content


def _limit_process(memory: int) -> None:
    """The process writes no file and leaves no memory dump."""
    resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
    for kind in (resource.RLIMIT_CORE, resource.RLIMIT_FSIZE):
        resource.setrlimit(kind, (0, 0))


def _allow_cpu(seconds: int) -> None:
    """Allows so much from now on. The system ends the process when it uses more."""
    used = resource.getrusage(resource.RUSAGE_SELF)
    soft = math.ceil(used.ru_utime + used.ru_stime) + seconds
    resource.setrlimit(resource.RLIMIT_CPU, (soft, resource.getrlimit(resource.RLIMIT_CPU)[1]))


if __name__ == "__main__":
    main(int(sys.argv[1]), int(sys.argv[2]), only_letters=ONLY_LETTERS in sys.argv[3:])
