"""What the README promises is there."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path

import click

from bot.cli import main
from bot.commands.command import Command
from bot.commands.table import COMMANDS
from bot.settings import Settings

README = (Path(__file__).parent.parent / "README.md").read_text(encoding="utf-8")


def test_the_table_of_settings_is_the_settings() -> None:
    written = {
        name: (default.strip().strip("`"), meaning.strip())
        for name, default, meaning in re.findall(r"^\| `(PST_\w+)` \|([^|]*)\|([^|]*)\|$", README, re.MULTILINE)
    }
    real = {
        f"PST_{name.upper()}": (str(field.default or ""), field.description)
        for name, field in Settings.model_fields.items()
    }
    assert written == real


def test_every_command_is_named() -> None:
    assert isinstance(main, click.Group)
    for name, command in main.commands.items():
        parts = list(command.commands) if isinstance(command, click.Group) else [""]
        for part in parts:
            assert re.search(rf"pst-bot {name}\b[^\n]*\b{part}", README), f"pst-bot {name} {part} is not in the README"


def test_the_table_of_commands_in_conversation_is_the_table_of_commands() -> None:
    section = README.partition("## Commands in conversation")[2].partition("\n## ")[0]
    found = re.findall(r"^\| `.*\|$", section, re.MULTILINE)
    assert found == [row(command) for command in COMMANDS]


def row(command: Command) -> str:
    words, argument = [written(command, word) for word in command.indonesian], command.argument
    if argument:
        with_argument = f"/{command.indonesian[0]} {argument.example}"
        words = [with_argument] if argument.required else [*words, with_argument]
    english = [written(command, word) for word in command.english]
    columns = (coded(words), coded(english), command.audience, command.meaning)
    return "".join(f"| {column} " if column else "| " for column in columns) + "|"


def written(command: Command, word: str) -> str:
    return f"/{word}" if command.needs_slash or word in command.slash_words else word


def coded(words: Sequence[str]) -> str:
    return " ".join(f"`{word}`" for word in words)


def test_every_linked_file_is_there() -> None:
    for target in re.findall(r"\]\(([\w/.]+)\)", README):
        assert (Path(__file__).parent.parent / target).is_file(), target


def test_every_test_that_the_security_page_names_exists() -> None:
    root = Path(__file__).parent.parent
    named = re.findall(r"`(tests/[\w/]+\.py)(?:::(\w+))?`", (root / "docs" / "security.md").read_text(encoding="utf-8"))
    assert len(named) > 30
    for file, test in named:
        assert not test or f"def {test}(" in (root / file).read_text(encoding="utf-8"), f"{file}::{test}"
