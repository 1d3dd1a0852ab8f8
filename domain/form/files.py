"""Answers that are uploads: `[{"id", "name", "size", "kind"}]`."""

from __future__ import annotations

from domain.form.definition import Answers, Question, Value
from domain.form.kind import AnswerKind
from domain.form.reading import Reading, Unreadable
from domain.text import Json, Text, joined, verbatim


def accepted_types(question: Question) -> str:
    """The accepted types of files as people read them: "PDF, DOCX"."""
    return ", ".join(kind.upper() for kind in question.limits.accept)


def upload_ids(answers: Answers) -> set[int]:
    """The ids of all uploads among the answers."""
    lists = [value for value in answers.values() if isinstance(value, list)]
    found = [item for items in lists for item in items if isinstance(item, dict) and "kind" in item and "id" in item]
    return {int(str(item["id"])) for item in found}


def _read(question: Question, _: str, __: Reading) -> Value:
    raise Unreadable(joined(" ", Text("Di sini diperlukan berkas, bukan tulisan."), _hint(question)))


def _show(_: Question, value: Value) -> Text:
    stored = value if isinstance(value, list) else []
    names = [str(file["name"]) for file in stored if isinstance(file, dict) and "name" in file]
    if len(names) < 2:
        return verbatim(names[0] if names else str(value))
    return Text("%(count)s berkas: %(names)s", count=len(names), names=", ".join(names))


def _fits(question: Question, value: Value) -> bool:
    return isinstance(value, list) and bool(value) and all(_file_fits(question, file) for file in value)


def _file_fits(question: Question, file: Json) -> bool:
    match file:
        case {"id": int() | str(), "name": str(), "size": int(), "kind": str(kind)}:
            return not question.limits.accept or kind in question.limits.accept
    return False


def _hint(question: Question) -> Text:
    return Text(
        "Kirim berkas %(kinds)s, paling besar %(size)s MB.", kinds=accepted_types(question), size=question.limits.max_mb
    )


FILE = AnswerKind(_read, _show, _fits, _hint, is_upload=True)
