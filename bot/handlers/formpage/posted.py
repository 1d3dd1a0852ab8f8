"""What a page sends, read from untrusted names and words: "q.<question>", "q.<question>.<input>", and beside it
"seen.<question>", "keep.<question>", "asked.<question>" and "reply.<question>".
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable

from domain.form.page import Keep, PostedAnswer
from domain.text import clean

#: inputs of one page, with those of its tables
MAX_INPUTS = 4000
_KEEP: dict[str, Keep] = {"mine": "mine", "stored": "stored"}


def read_answers(pairs: Iterable[tuple[str, str]]) -> dict[str, PostedAnswer]:
    """Question → what was posted. Inputs of names that no page has are ignored."""
    fields: defaultdict[str, dict[str, str]] = defaultdict(dict)
    beside: dict[str, str] = {}
    for name, words in pairs:
        part, _, rest = name.partition(".")
        if part == "q":
            question_id, _, field = rest.partition(".")
            fields[question_id][field] = clean(words)
        else:
            beside[name] = clean(words)
    questions = fields.keys() | {name.removeprefix("seen.") for name in beside if name.startswith("seen.")}
    return {
        question_id: PostedAnswer(
            fields=fields.get(question_id, {}),
            seen=beside.get(f"seen.{question_id}", ""),
            keep=_KEEP.get(beside.get(f"keep.{question_id}", ""), ""),
            in_conflict=f"asked.{question_id}" in beside,
            reply=beside.get(f"reply.{question_id}", ""),
        )
        for question_id in questions
    }
