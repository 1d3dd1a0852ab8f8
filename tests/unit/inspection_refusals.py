"""Why a file is refused, for the tests of inspection."""

from __future__ import annotations

import pytest

from storage.inspection.inspect import inspect
from storage.inspection.result import FileRefused

ALL = ("pdf", "jpeg", "png", "docx", "xlsx")


def reason(content: bytes, name: str = "berkas", accept: tuple[str, ...] = ALL) -> str:
    """Why the file is refused. Fails when it is accepted."""
    with pytest.raises(FileRefused) as refused:
        inspect(name, content, accept)
    return refused.value.reason
