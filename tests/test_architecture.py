"""Who may import whom: the table of ARCHITECTURE.md, read from the sources."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping
from graphlib import TopologicalSorter
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
OURS = ("bot", "domain", "letters", "locales", "storage")

_WORDS = {"bot.chat", "bot.actions", "bot.commands", "bot.errors", "domain"}

#: area → the areas it may import from, besides itself; areas are the longest matching prefix
MAY: dict[str, set[str]] = {
    "domain": set(),
    "locales": {"domain"},
    "letters": {"domain", "locales"},
    "storage": {"domain"},
    "bot.errors": set(),
    "bot.chat": {"domain"},
    "bot.actions": {"domain"},
    "bot.commands": {"domain"},
    "bot.channel": _WORDS,
    "bot.settings": {"bot.errors"},
    "bot.service": {*_WORDS, "storage", "letters"},
    "bot.conversations": {*_WORDS, "bot.service", "storage.tables"},
    "bot.handlers": {*_WORDS, "bot.channel", "locales"},
    "bot.pipeline": {*_WORDS, "bot.channel", "bot.conversations", "bot.service", "storage", "locales"},
    "bot.runtime": {"bot", "storage", "letters", "locales", "domain"},
    "bot.cli": {"bot", "storage", "domain"},
    "bot.__main__": {"bot.cli"},
}

#: only these may import what is slow, or what belongs to one channel
ONLY = {
    "aiogram": "bot.handlers.telegram",
    "telegram": "bot.handlers.telegram",
    "fpdf": "letters",
    "sqlalchemy": "storage",
    "alembic": "storage",
    "aiosmtplib": "bot.handlers.email",
}
#: the seams: they put a session into a use case, or a query into a read-only session
WITH_SESSIONS = {
    "bot.pipeline.receive",
    "bot.pipeline.seen",
    "bot.pipeline.history",
    "bot.pipeline.inbound",
    "bot.pipeline.platform_events",
    "bot.runtime.process",
    "bot.runtime.worker",
    "bot.runtime.demo",
}


def modules() -> Iterator[tuple[str, Path]]:
    for folder in OURS:
        for path in sorted((ROOT / folder).rglob("*.py")):
            if "migrations" not in path.parts:
                name = ".".join(path.relative_to(ROOT).with_suffix("").parts)
                yield name.removesuffix(".__init__"), path


def imports(path: Path) -> set[str]:
    """The modules that a file names in its imports, also inside functions."""
    found: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        match node:
            case ast.Import(names=names):
                found |= {alias.name for alias in names}
            case ast.ImportFrom(module=str(module), names=names):
                found |= {module} if not _is_package(module) else {f"{module}.{alias.name}" for alias in names}
    return found


def _is_package(module: str) -> bool:
    return (ROOT / Path(*module.split("."))).is_dir()


def area(module: str) -> str:
    known = [name for name in {*MAY, "storage.tables"} if module == name or module.startswith(name + ".")]
    return max(known, key=len, default=module)


@pytest.mark.parametrize("name,path", list(modules()), ids=lambda value: value if isinstance(value, str) else "")
def test_a_module_imports_only_what_lies_below_it(name: str, path: Path) -> None:
    mine = area(name)
    if mine not in MAY and mine != "storage.tables":
        return
    allowed = MAY.get(mine, MAY["storage"]) | {mine}
    if mine in {"domain", "storage.tables"}:
        allowed.add(mine.split(".")[0])
    for imported in imports(path):
        theirs = area(imported)
        if imported.split(".")[0] not in OURS or theirs in allowed:
            continue
        assert any(theirs.startswith(f"{name}.") or theirs == name for name in allowed), f"{name} imports {imported}"


def test_no_modules_import_each_other_in_a_circle() -> None:
    """Also not inside functions. Raises `CycleError`, which names the circle."""
    paths = dict(modules())
    graph = {name: {_owner(found, paths) for found in imports(path)} - {name, ""} for name, path in paths.items()}
    TopologicalSorter(graph).prepare()


def _owner(imported: str, paths: Mapping[str, Path]) -> str:
    """The module that has an imported name; "" for a library."""
    while imported and imported not in paths:
        imported = imported.rpartition(".")[0]
    return imported


@pytest.mark.parametrize("name,path", list(modules()), ids=lambda value: value if isinstance(value, str) else "")
def test_a_library_is_imported_only_where_it_belongs(name: str, path: Path) -> None:
    for imported in imports(path):
        home = ONLY.get(imported.split(".")[0])
        if home is None or name.startswith(home) or (home == "storage" and name in WITH_SESSIONS):
            continue
        raise AssertionError(f"{name} imports {imported}, which belongs to {home}")


def test_no_code_outside_the_handlers_names_a_channel() -> None:
    channels = {"telegram", "whatsapp", "webchat"}
    for name, path in modules():
        if name.startswith(("bot.handlers", "bot.runtime")):
            continue
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Constant) and isinstance(node.value, str):
                assert node.value not in channels, f"{name}:{node.lineno} names {node.value}"
