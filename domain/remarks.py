"""Ready-made remarks, grounds and things to heed: data that an office may change."""

from __future__ import annotations

import tomllib
from collections import defaultdict
from collections.abc import Mapping
from functools import cache
from importlib import resources
from typing import Any

#: what a letter asks to heed, beside the verdicts in `grounds`
HEED = "heed"


@cache
def ready_made() -> Mapping[str, tuple[str, ...]]:
    """Question id → the remarks that officers often write about it, in the words that the applicant reads."""
    by_question: dict[str, list[str]] = defaultdict(list)
    for remark in _data("remarks.toml")["remark"]:
        for question in remark["questions"]:
            by_question[question].append(remark["text"])
    return {question: tuple(texts) for question, texts in by_question.items()}


@cache
def grounds() -> Mapping[str, tuple[str, ...]]:
    """Verdict, or `HEED` → what a letter often says, in its words."""
    by_purpose: dict[str, list[str]] = defaultdict(list)
    for ground in _data("grounds.toml")["text"]:
        by_purpose[ground["for"]].append(ground["text"])
    return {purpose: tuple(texts) for purpose, texts in by_purpose.items()}


def _data(name: str) -> dict[str, Any]:
    return tomllib.loads((resources.files("domain") / "data" / name).read_text(encoding="utf-8"))
