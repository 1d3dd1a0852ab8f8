"""`make messages`: updates every catalogue from the sentences in the code and in `domain/data`.

New sentences are added without a translation, old ones are removed. `tests/test_locales.py` fails for a sentence that
is not translated. Where a translation needs plural forms, give its entry a `msgid_plural`, the same as its `msgid`: it
is kept.
"""

from __future__ import annotations

import ast
import tomllib
from collections.abc import Iterator, Mapping
from io import BytesIO
from pathlib import Path
from typing import Any, TypeAlias

from babel.messages.catalog import Catalog
from babel.messages.pofile import read_po, write_po

from domain.text import PLACEHOLDER

ROOT = Path(__file__).parent.parent
CODE = ("bot", "domain", "letters", "locales", "storage")
CATALOGUE = "LC_MESSAGES/messages.po"

#: Ours, because Babel's header contains the time of the run.
HEADER = r"""msgid ""
msgstr ""
"Project-Id-Version: pst-bot\n"
"Language: {locale}\n"
"MIME-Version: 1.0\n"
"Content-Type: text/plain; charset=utf-8\n"
"Content-Transfer-Encoding: 8bit\n"
"Plural-Forms: {forms};\n"

"""

#: (context, msgid); the context is empty for most sentences
Message: TypeAlias = tuple[str, str]

#: File or folder → the keys that hold sentences.
DATA: Mapping[str, frozenset[str]] = {
    "forms": frozenset({"title", "statement", "label", "heading", "asks", "help", "example", "purpose", "short"}),
    "guide.toml": frozenset({"title", "short", "body", "text"}),
    "faq.toml": frozenset({"question", "short", "answer", "text"}),
    "intents.toml": frozenset({"label", "short", "reply"}),
    "eligibility.toml": frozenset({"question", "help", "label", "short", "message"}),
    "offices": frozenset({"text", "what", "desk", "title"}),
    "calendar.toml": frozenset({"name"}),
    "services.toml": frozenset({"label", "short"}),
}


def main() -> None:
    wanted = sorted(set(messages()))
    for path in sorted(ROOT.glob(f"locales/*/{CATALOGUE}")):
        path.write_bytes(updated(path, wanted))


def updated(path: Path, wanted: list[Message]) -> bytes:
    """The catalogue with exactly the wanted messages; keeps their translations."""
    locale = path.parts[-3]
    with path.open("rb") as file:
        old = read_po(file, locale=locale)
    new = Catalog(locale=locale)
    for context, msgid in wanted:
        before = old.get(msgid, context or None)
        doubtful = {"fuzzy"} if before and before.fuzzy else set()
        id_ = (msgid, msgid) if before and before.pluralizable else msgid
        new.add(id_, before.string if before else "", context=context or None, flags=doubtful)
    out = BytesIO()
    write_po(out, new, width=0, no_location=True, omit_header=True)
    return HEADER.format(locale=locale, forms=new.plural_forms.rstrip(";")).encode() + out.getvalue()


def messages() -> Iterator[Message]:
    """Every sentence that people may read, from the code and from the data."""
    for folder in CODE:
        for path in sorted((ROOT / folder).rglob("*.py")):
            yield from of_code(path)
    yield from of_data()


def of_code(path: Path) -> Iterator[Message]:
    """The first arguments of `Text(…)` that are literal strings."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "Text" and node.args:
            match node.args[0]:
                case ast.Constant(value=str(msgid)) if _has_words(msgid):
                    yield _context(node), msgid


def of_data() -> Iterator[Message]:
    data = ROOT / "domain" / "data"
    for name, keys in DATA.items():
        for path in sorted((data / name).glob("*.toml")) if (data / name).is_dir() else [data / name]:
            document = tomllib.loads(path.read_text(encoding="utf-8"))
            yield from _walk(document, keys, is_form=name == "forms")


def _walk(table: Mapping[str, Any], keys: frozenset[str], *, is_form: bool, context: str = "") -> Iterator[Message]:
    for key, value in table.items():
        if isinstance(value, str) and key in keys and _has_words(value):
            yield context, value
        for inner in value if isinstance(value, list) else [value]:
            if isinstance(inner, Mapping):
                yield from _walk(inner, keys, is_form=is_form, context=_inner(key, inner, context) if is_form else "")


def _inner(key: str, table: Mapping[str, Any], context: str) -> str:
    """The gettext context, as `domain.form.loading` sets it: a question's id, also for its options and stages; for a
    column the ids of its question and its own; for a list of questions its code.
    """
    match key:
        case "tick_list":
            return str(table["code"])
        case "question":
            return str(table["id"])
        case "columns":
            return f"{context}.{table['id']}"
    return context


def _context(call: ast.Call) -> str:
    for keyword in call.keywords:
        if keyword.arg == "context" and isinstance(keyword.value, ast.Constant):
            return str(keyword.value.value)
    return ""


def _has_words(msgid: str) -> bool:
    """Whether there is something to translate besides placeholders and punctuation."""
    return any(sign.isalpha() for sign in PLACEHOLDER.sub("", msgid))


if __name__ == "__main__":
    main()
