"""Ready-made remarks, by question: data that an office may change."""

from __future__ import annotations

import tomllib
from collections import defaultdict
from collections.abc import Mapping
from functools import cache
from importlib import resources


@cache
def ready_made() -> Mapping[str, tuple[str, ...]]:
    """Question id → the remarks that officers often write about it, in the words that the applicant reads."""
    source = (resources.files("desk") / "data" / "remarks.toml").read_text(encoding="utf-8")
    by_question: dict[str, list[str]] = defaultdict(list)
    for remark in tomllib.loads(source)["remark"]:
        for question in remark["questions"]:
            by_question[question].append(remark["text"])
    return {question: tuple(texts) for question, texts in by_question.items()}
