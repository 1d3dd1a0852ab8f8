"""The tables of kinds of answers are complete, and nothing outside of them asks which kind a question is."""

from __future__ import annotations

import ast
from pathlib import Path
from typing import get_args

import pytest

from bot.conversations.form.kinds import KINDS
from domain.form import answers
from domain.form.definition import ColumnKind, QuestionKind
from domain.form.rows import CELL_KINDS

ROOT = Path(__file__).parents[2]
#: where a kind may be named
TABLES = {"bot/conversations/form/kinds/__init__.py", "domain/form/answers.py", "domain/form/rows.py"}
SOURCES = [*(ROOT / "bot/conversations/form").rglob("*.py"), *(ROOT / "domain/form").glob("*.py")]


def test_every_kind_that_a_form_may_ask_for_has_its_records() -> None:
    assert set(KINDS) == set(answers.KINDS) == _names(QuestionKind)
    assert set(CELL_KINDS) == _names(ColumnKind)


def test_each_kind_of_the_conversation_reads_as_the_same_kind_of_the_domain() -> None:
    assert {name: kind.answer for name, kind in KINDS.items()} == dict(answers.KINDS)


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: path.name)
def test_the_kind_of_a_question_is_only_looked_up(path: Path) -> None:
    """`question.kind` stands inside the brackets of a table, never in a comparison."""
    if path.relative_to(ROOT).as_posix() in TABLES:
        return
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Compare):
            sides = [node.left, *node.comparators]
            compared = [ast.unparse(side) for side in sides if isinstance(side, ast.Attribute) and side.attr == "kind"]
            assert not {"question.kind", "column.kind", "self.kind"} & set(compared), f"{path.name}:{node.lineno}"


def _names(kinds: object) -> set[str]:
    """The words of a `Literal` that may contain other ones."""
    return {kind for kind in get_args(kinds) if isinstance(kind, str)}
