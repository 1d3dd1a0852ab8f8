"""Who may import whom: the table of ARCHITECTURE.md, read from the sources. And one name for one class."""

from __future__ import annotations

import ast
from collections import defaultdict
from collections.abc import Iterator, Mapping, Set
from functools import cache
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

ROOT = Path(__file__).parent.parent
PACKAGES = ("bot", "domain", "letters", "locales", "storage")

#: Area → the areas that its modules may import, besides itself. An area stands below those that it may import, so that
#: no import runs upwards. Every direction is one that exists: a test fails for one that nobody uses.
MAY_IMPORT: dict[str, set[str]] = {
    "domain": set(),
    "locales": {"domain"},
    "letters": {"domain", "locales"},
    "storage.tables": {"domain"},
    "storage": {"domain", "storage.tables"},
    "bot.errors": set(),
    "bot.limits": set(),
    "bot.metrics": set(),
    "bot.troubles": set(),
    "bot.commands": {"domain"},
    "bot.actions": {"domain"},
    "bot.chat": {"domain"},
    "bot.channel": {"bot.chat", "domain"},
    "bot.pages": {"bot.channel", "domain"},
    "bot.settings_file": {"bot.errors"},
    "bot.settings": {"bot.errors", "bot.settings_file"},
    "bot.service": {"bot.chat", "bot.actions", "bot.limits", "domain", "storage", "storage.tables", "letters"},
    "bot.conversations": {"bot.chat", "bot.actions", "bot.commands", "bot.service", "domain", "storage.tables"},
    "bot.handlers": {
        *("bot.chat", "bot.channel", "bot.commands", "bot.errors", "bot.limits", "bot.pages", "bot.troubles"),
        *("domain", "locales"),
    },
    "bot.pipeline": {
        *("bot.chat", "bot.channel", "bot.conversations", "bot.errors", "bot.limits", "bot.metrics", "bot.pages"),
        *("bot.service", "bot.troubles", "domain", "locales", "storage", "storage.tables"),
    },
    "bot.runtime": {
        *("bot.channel", "bot.errors", "bot.handlers", "bot.limits", "bot.metrics", "bot.pipeline", "bot.service"),
        *("bot.settings", "bot.troubles", "domain", "letters", "locales", "storage", "storage.tables"),
    },
    "bot.cli": {"bot.errors", "bot.runtime", "bot.service", "bot.settings", "domain", "storage"},
    "bot.__main__": {"bot.cli"},
}

#: library → the only modules that may import it, with everything in them
LIBRARIES: dict[str, tuple[str, ...]] = {
    "aiogram": ("bot.handlers.telegram",),  # takes seconds to import
    "telegram": ("bot.handlers.telegram",),
    "aiosmtplib": ("bot.handlers.email",),
    "obstore": ("storage.s3_objects",),  # only the extra s3 has it
    "aiohttp": (
        "bot.handlers",
        "bot.runtime.web",
        "bot.runtime.health_site",
        "bot.runtime.outages",
        "bot.runtime.request_limits",
        "bot.channel",
    ),
    "prometheus_client": ("bot.runtime.metrics",),  # only where the address for it is set
    "fpdf": ("letters",),
    "sqlalchemy": ("storage",),
    "alembic": ("storage",),
}


@cache
def sources() -> Mapping[str, ast.Module]:
    """The name and the syntax tree of every module, without the migrations."""
    return dict(_sources())


def _sources() -> Iterator[tuple[str, ast.Module]]:
    for package in PACKAGES:
        for path in sorted((ROOT / package).rglob("*.py")):
            if "migrations" not in path.parts:
                name = ".".join(path.relative_to(ROOT).with_suffix("").parts)
                yield name.removesuffix(".__init__"), ast.parse(path.read_text(encoding="utf-8"))


def imports(module: ast.Module) -> set[str]:
    """The names that a module imports, also inside functions: modules, or names in packages."""
    found: set[str] = set()
    for node in ast.walk(module):
        match node:
            case ast.Import(names=names):
                found |= {alias.name for alias in names}
            case ast.ImportFrom(module=str(source), names=names):
                found |= {f"{source}.{alias.name}" for alias in names} if _is_package(source) else {source}
    return found


def _is_package(module: str) -> bool:
    return (ROOT / Path(*module.split("."))).is_dir()


def area(module: str) -> str:
    package, *rest = module.split(".")
    if package == "bot" or module.startswith("storage.tables"):
        return ".".join([package, *rest[:1]])
    return package


def directions() -> dict[str, dict[str, str]]:
    """Area → each other area that it imports → one module that does."""
    found: dict[str, dict[str, str]] = defaultdict(dict)
    for name, module in sources().items():
        for imported in imports(module):
            if imported.split(".")[0] in PACKAGES and area(imported) != area(name):
                found[area(name)][area(imported)] = name
    return found


def test_every_module_belongs_to_an_area_of_the_table() -> None:
    without = {name for name in sources() if area(name) not in MAY_IMPORT} - {"bot"}  # the empty package itself
    assert not without, f"add an entry to MAY_IMPORT for {without}"


def test_a_module_imports_only_what_its_area_may_import() -> None:
    wrong = [
        f"{module} imports {imported}"
        for name, found in directions().items()
        for imported, module in found.items()
        if imported not in MAY_IMPORT.get(name, set())
    ]
    assert not wrong


def test_every_direction_that_is_allowed_is_used() -> None:
    used = directions()
    unused = {name: may - used[name].keys() for name, may in MAY_IMPORT.items() if may - used[name].keys()}
    assert not unused, "remove these from MAY_IMPORT"


def test_the_table_of_areas_runs_in_one_direction() -> None:
    below: Set[str] = set()
    for name, may in MAY_IMPORT.items():
        assert may <= below, f"{name} may import what stands above it: {may - below}"
        below |= {name}


def test_modules_do_not_import_each_other_in_circles() -> None:
    graph = {name: {_module(imported) for imported in imports(module)} - {name} for name, module in sources().items()}
    try:
        TopologicalSorter(graph).prepare()
    except CycleError as error:
        raise AssertionError(f"imports in a circle: {' ← '.join(error.args[1])}") from None


def _module(imported: str) -> str:
    return imported if imported in sources() else imported.rpartition(".")[0]


def test_a_library_is_imported_only_where_it_belongs() -> None:
    for name, module in sources().items():
        for imported in imports(module):
            places = LIBRARIES.get(imported.split(".")[0], (name,))
            assert any(f"{name}.".startswith(f"{place}.") for place in places), f"{name} imports {imported}"


def test_no_channel_imports_another_channel() -> None:
    for name, module in sources().items():
        if name.startswith("bot.handlers."):
            others = _handlers(imports(module)) - {name.split(".")[2], "pages"}
            assert not others, f"{name} imports {others}: what several channels need stands in bot/handlers/pages"


def test_what_pages_share_imports_no_channel() -> None:
    for name, module in sources().items():
        if name.startswith("bot.handlers.pages"):
            assert _handlers(imports(module)) <= {"pages"}, f"{name} imports a channel"


def _handlers(imported: Set[str]) -> set[str]:
    """The folders of `bot/handlers` among the imports."""
    return {name.split(".")[2] for name in imported if name.startswith("bot.handlers.")}


def test_no_code_outside_the_handlers_names_a_channel() -> None:
    channels = {"telegram", "whatsapp", "webchat"}
    for name, module in sources().items():
        if name.startswith(("bot.handlers", "bot.runtime")):
            continue
        for node in ast.walk(module):
            if isinstance(node, ast.Constant) and isinstance(node.value, str):
                assert node.value not in channels, f"{name}:{node.lineno} names {node.value}"


def test_class_names_are_unique() -> None:
    places: dict[str, list[str]] = defaultdict(list)
    for name, module in sources().items():
        for node in ast.walk(module):
            if isinstance(node, ast.ClassDef) and not node.name.startswith("_"):
                places[node.name].append(name)
    several = {name: modules for name, modules in places.items() if len(modules) > 1}
    assert not several, "these names stand for several classes"
