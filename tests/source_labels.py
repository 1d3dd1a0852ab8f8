"""Finds in the source what every `Choice(…)` and `Link(…)` shows: also labels from loops, tables and helper functions.

A label that cannot be followed to its `Text("…")` raises `LookupError`, so that no button stays unseen.
"""

from __future__ import annotations

import ast
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

#: attributes of definitions, whose buttons `test_labels` checks with the data
DATA = {"label", "short", "title", "question"}
#: functions that make a label of a value, such as a name or a year
VALUES = {"verbatim", "from_json"}

Function = ast.FunctionDef | ast.AsyncFunctionDef


@dataclass(frozen=True, slots=True)
class Scope:
    """Where a name is looked up."""

    module: str
    function: Function | None = None


@dataclass(frozen=True, slots=True)
class Button:
    """One call in the source. `labels` and `shorts` are `Text("…")` calls."""

    place: str
    labels: tuple[ast.Call, ...]
    shorts: tuple[ast.Call, ...]
    has_short: bool  #: whenever it is shown


class Source:
    """The modules of folders that lie in `root`."""

    def __init__(self, root: Path, *folders: str) -> None:
        paths = {
            ".".join(path.relative_to(root).with_suffix("").parts): path
            for folder in folders
            for path in (root / folder).rglob("*.py")
        }
        self.trees = {name: ast.parse(path.read_text(encoding="utf-8")) for name, path in sorted(paths.items())}
        self.constants: dict[tuple[str, str], ast.expr] = {}
        self.imported: dict[tuple[str, str], str] = {}
        self.calls: defaultdict[str, list[tuple[ast.Call, Scope]]] = defaultdict(list)
        for module, tree in self.trees.items():
            for name, value in _assignments(tree.body):
                self.constants[module, name] = value
            for node in tree.body:
                if isinstance(node, ast.ImportFrom):
                    self.imported |= {(module, alias.name): str(node.module) for alias in node.names}
            for call, scope in _calls(tree, Scope(module)):
                self.calls[_name(call.func)].append((call, scope))

    def buttons(self) -> Iterator[Button]:
        for module, tree in self.trees.items():
            for call, scope in _calls(tree, Scope(module)):
                place = f"{module}:{call.lineno}"
                try:
                    match call.func:
                        case ast.Name("Choice"):
                            yield self._choice(call, scope, place)
                        case ast.Name("Link"):
                            yield Button(place, tuple(self._texts(call.args[0], scope)), (), has_short=False)
                except LookupError as error:
                    raise LookupError(f"{place}: {error}") from None

    def _choice(self, call: ast.Call, scope: Scope, place: str) -> Button:
        shown = [part for argument in call.args[1:3] for part in self._spread(argument, scope)]
        named = {str(keyword.arg): keyword.value for keyword in call.keywords}
        label = shown[0] if shown else named["label"]
        short = shown[1] if len(shown) > 1 else named.get("short")
        shorts = tuple(self._texts(short, scope)) if short is not None else ()
        has_short = short is not None and not _may_be_none(short)
        return Button(place, tuple(self._texts(label, scope)), shorts, has_short)

    def _spread(self, argument: ast.expr, scope: Scope) -> list[ast.expr]:
        if not isinstance(argument, ast.Starred):
            return [argument]
        (value,) = self._values(argument.value, scope)
        return _elements(value)

    def _texts(self, label: ast.expr, scope: Scope) -> Iterator[ast.Call]:
        match label:
            case ast.Call(ast.Name("Text"), [ast.Constant(str()), *_]):
                yield label
            case ast.Call(ast.Name(name)) if name in VALUES:
                return
            case ast.Constant(None):
                return
            case ast.Attribute(attr=name) if name in DATA:
                return
            case ast.IfExp(body=body, orelse=other):
                yield from self._texts(body, scope)
                yield from self._texts(other, scope)
            case ast.Subscript(value=table):
                for value in self._values(table, scope):
                    for element in _elements(value):
                        yield from self._texts(element, scope)
            case ast.Name():
                for value in self._values(label, scope):
                    yield from self._texts(value, scope)
            case _:
                raise LookupError(f"what does {ast.unparse(label)} show?")

    def _values(self, expression: ast.expr, scope: Scope) -> list[ast.expr]:
        """What a name may stand for."""
        if not isinstance(expression, ast.Name):
            return [expression]
        name = expression.id
        found = list(self._bound(name, scope, scope.function)) if scope.function else []
        module = self.imported.get((scope.module, name), scope.module)
        if not found and (module, name) in self.constants:
            found = [self.constants[module, name]]
        if not found:
            raise LookupError(f"what is {name}?")
        return found

    def _bound(self, name: str, scope: Scope, function: Function) -> Iterator[ast.expr]:
        for bound, value in _assignments(ast.walk(function)):
            if bound == name:
                yield value
        for node in ast.walk(function):
            if isinstance(node, ast.For | ast.comprehension):
                yield from self._looped(name, node.target, node.iter, scope)
        parameters = [argument.arg for argument in (*function.args.posonlyargs, *function.args.args)]
        if name in parameters:
            for call, caller in self.calls[function.name]:
                named = {str(keyword.arg): keyword.value for keyword in call.keywords}
                position = parameters.index(name)
                yield from self._values(named[name] if name in named else call.args[position], caller)

    def _looped(self, name: str, target: ast.expr, iterable: ast.expr, scope: Scope) -> Iterator[ast.expr]:
        match target, iterable:
            case ast.Name(id), _ if id == name:
                for value in self._values(iterable, scope):
                    yield from _elements(value)
            case ast.Tuple([*names]), ast.Call(ast.Attribute(table, "items")) if _position(name, names) == 1:
                for value in self._values(table, scope):
                    yield from _elements(value)
            case ast.Tuple([*names]), ast.Call(ast.Name("zip"), iterables) if name in map(_name, names):
                for value in self._values(iterables[_position(name, names)], scope):
                    yield from _elements(value)
            case ast.Tuple([*names]), ast.Tuple() | ast.List() if name in map(_name, names):
                for row in iterable.elts:
                    yield _elements(row)[_position(name, names)]


def _assignments(nodes: Iterable[ast.AST]) -> Iterator[tuple[str, ast.expr]]:
    for node in nodes:
        match node:
            case ast.Assign(targets=[ast.Name(name)], value=value):
                yield name, value
            case ast.AnnAssign(target=ast.Name(name), value=ast.expr() as value):
                yield name, value


def _calls(node: ast.AST, scope: Scope) -> Iterator[tuple[ast.Call, Scope]]:
    """Every call, with the function that it stands in."""
    for child in ast.iter_child_nodes(node):
        if isinstance(child, ast.Call):
            yield child, scope
        yield from _calls(child, Scope(scope.module, child) if isinstance(child, Function) else scope)


def _elements(value: ast.expr) -> list[ast.expr]:
    match value:
        case ast.Tuple(elts=elements) | ast.List(elts=elements):
            return elements
        case ast.Dict(values=elements):
            return elements
    raise LookupError(f"what is in {ast.unparse(value)}?")


def _may_be_none(short: ast.expr) -> bool:
    return any(isinstance(node, ast.Constant) and node.value is None for node in ast.walk(short))


def _name(node: ast.expr) -> str:
    return node.id if isinstance(node, ast.Name) else node.attr if isinstance(node, ast.Attribute) else ""


def _position(name: str, names: list[ast.expr]) -> int:
    return [_name(each) for each in names].index(name) if name in map(_name, names) else -1
