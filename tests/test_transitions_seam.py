"""One function changes the status of an application: the sources are searched for any other."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
TRANSITIONS = ROOT / "bot" / "service" / "transitions.py"
#: handlers cannot reach an application: the import table forbids them the storage
FOLDERS = ("bot/conversations", "bot/pipeline", "bot/runtime", "bot/service", "storage")
#: calls that write columns by keyword or by a document
WRITES = {"Application", "insert_new", "merge", "replace", "update", "values"}


def status_writes(source: str) -> Iterator[int]:
    """The lines of a module that set a `status`."""
    for node in ast.walk(ast.parse(source)):
        match node:
            case ast.Attribute(attr="status", ctx=ast.Store()):
                yield node.lineno
            case ast.Call(func=ast.Name("setattr"), args=[_, ast.Constant("status"), *_]):
                yield node.lineno
            case ast.Call(func=ast.Name(name) | ast.Attribute(attr=name)) if name in WRITES and _names_status(node):
                yield node.lineno


def _names_status(call: ast.Call) -> bool:
    keys = [key for argument in call.args if isinstance(argument, ast.Dict) for key in argument.keys]
    constants = {key.value for key in keys if isinstance(key, ast.Constant)}
    attributes = {key.attr for key in keys if isinstance(key, ast.Attribute)}
    return "status" in constants | attributes | {keyword.arg for keyword in call.keywords}


def test_only_transitions_sets_a_status() -> None:
    found = [
        f"{path.relative_to(ROOT)}:{line}"
        for folder in FOLDERS
        for path in sorted((ROOT / folder).rglob("*.py"))
        if path != TRANSITIONS and "migrations" not in path.parts
        for line in status_writes(path.read_text(encoding="utf-8"))
    ]
    assert found == []


def test_the_search_finds_what_transitions_does() -> None:
    assert len(list(status_writes(TRANSITIONS.read_text(encoding="utf-8")))) == 2


@pytest.mark.parametrize(
    "source",
    [
        "application.status = 'closed'",
        "before, application.status = application.status, 'closed'",
        "application.status: str = 'closed'",
        "setattr(application, 'status', 'closed')",
        "Application(number='1', status='submitted')",
        "update(Application).values(status='closed')",
        "update(Application).values({'status': 'closed'})",
        "update(Application).values({Application.status: 'closed'})",
    ],
)
def test_the_search_finds_every_way_of_setting_a_status(source: str) -> None:
    assert list(status_writes(source)) == [1]
