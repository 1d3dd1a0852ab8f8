"""What a process and its child that inspects files write to each other. Loads none of the libraries that read files."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import BinaryIO

from domain.text import Json

LENGTH = 4  #: bytes of a length
ONLY_LETTERS = "only_letters"  #: argument of a child that reads nothing but letters


def send(stream: BinaryIO, header: Mapping[str, Json], content: bytes) -> None:
    head = json.dumps(header).encode()
    for part in (head, content):
        stream.write(len(part).to_bytes(LENGTH))
        stream.write(part)
    stream.flush()


def receive(stream: BinaryIO) -> tuple[Mapping[str, Json], bytes]:
    """Raises `EOFError` when the stream ends before the message does."""
    head, content = _part(stream), _part(stream)
    return json.loads(head), content


def _part(stream: BinaryIO) -> bytes:
    length = int.from_bytes(_exactly(stream, LENGTH))
    return _exactly(stream, length)


def _exactly(stream: BinaryIO, length: int) -> bytes:
    part = stream.read(length)
    if len(part) < length:
        raise EOFError
    return part
