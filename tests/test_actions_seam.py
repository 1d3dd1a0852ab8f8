"""Codes of buttons are built and parsed in `bot.actions` alone: the sources are searched for codes in strings."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.actions import BEGINNINGS

ROOT = Path(__file__).parent.parent
HOME = ROOT / "bot" / "actions"

#: "case:", "form:", …
CONVERSATIONS = tuple(sorted({f"{beginning.partition(':')[0]}:" for beginning, _ in BEGINNINGS}))


def codes_in(source: str) -> Iterator[int]:
    """The lines with a string that begins like the code of a button: "case:show:1", or f"{NAME}:show:1"."""
    for node in ast.walk(ast.parse(source)):
        match node:
            case ast.Constant(str(words)) if _is_code(words):
                yield node.lineno
            case ast.JoinedStr([ast.FormattedValue(value=name), ast.Constant(str(words)), *_]):
                if words.startswith(":") and "NAME" in (getattr(name, "id", ""), getattr(name, "attr", "")):
                    yield node.lineno


def _is_code(words: str) -> bool:
    """Behind the colon of a code there is no space, as there is in sentences."""
    beginning = next((name for name in CONVERSATIONS if words.startswith(name)), None)
    return beginning is not None and not words.removeprefix(beginning).startswith((" ", "\n"))


def test_no_code_of_a_button_is_written_outside_of_its_module() -> None:
    found = [
        f"{path.relative_to(ROOT)}:{line}"
        for path in sorted((ROOT / "bot").rglob("*.py"))
        if not path.is_relative_to(HOME)
        for line in codes_in(path.read_text(encoding="utf-8"))
    ]
    assert found == []


@pytest.mark.parametrize(
    "source",
    ["'menu:show'", "f'case:show:{id}'", "Choice('form:1:2:3:4', label)", "f'{NAME}:show:{id}'", "f'{head.NAME}:show'"],
)
def test_the_search_finds_a_code(source: str) -> None:
    assert list(codes_in(source)) == [1]


@pytest.mark.parametrize("source", ["'Status: selesai'", "'form: a word'", "'mailto:a@b'", "'info:menu:show'"])
def test_the_search_finds_nothing_else(source: str) -> None:
    assert list(codes_in(source)) == []
