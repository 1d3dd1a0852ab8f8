"""Reads the file of settings, lines such as PST_LOG=debug."""

from __future__ import annotations

import re
from collections.abc import Mapping
from io import StringIO
from pathlib import Path

from bot.errors import OperatorError

#: a comment behind a value without quotes: it may be a part of a passphrase
_CUT = re.compile(r"[^=]*=[ \t]*[^\s'\"#][^\n]*\s#")


def read_lines(file: Path) -> Mapping[str, str]:
    """Name → value. Raises `OperatorError` for a file, or a line, that cannot be read."""
    from dotenv import dotenv_values
    from dotenv.parser import parse_stream

    try:
        content = file.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError:
        raise OperatorError(f"{file}: save it as UTF-8.") from None
    except OSError as error:
        raise OperatorError(f"{file}: cannot be read ({error.strerror}); check PST_ENV_FILE.") from None
    for binding in parse_stream(StringIO(content)):
        if binding.error or (binding.key is not None and binding.value is None):
            raise OperatorError(f"{file}, line {binding.original.line}: write it as NAME=value.")
        if binding.key is not None and _CUT.match(binding.original.string):
            raise OperatorError(
                f"{file}, line {binding.original.line}: what follows the # would be left out; write {binding.key}='…' "
                "if it belongs to the value, else begin a line of its own with it."
            )
    values = dotenv_values(stream=StringIO(content), interpolate=False)
    return {name.upper(): value or "" for name, value in values.items()}
