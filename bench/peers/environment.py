"""What the harness tells a peer by environment variables."""

from __future__ import annotations

import os

from bench.form import QUESTIONS, NotAnAnswer, Question, collected, read, reply

TOKEN = os.environ.get("BENCH_TOKEN", "")
API = os.environ.get("BENCH_API", "")
PORT = int(os.environ.get("BENCH_PORT", "0"))
FOLDER = os.environ.get("BENCH_FOLDER", ".")
#: empty: in memory
REDIS = os.environ.get("BENCH_REDIS", "")
WEBHOOK_PATH = "/telegram"
WEBHOOK = f"http://127.0.0.1:{PORT}{WEBHOOK_PATH}"

FIRST = 0


def take(index: int, partial: str, typed: str) -> tuple[int, str, str, str]:
    """The next index, the part of a long text, the answer to store (or ""), and what to say."""
    question: Question = QUESTIONS[index]
    text = f"{partial}\n{typed}".strip()
    if question.kind == "long" and len(text) < question.shortest:
        return index, text, "", collected(question, text)
    try:
        answer = read(question, text)
    except NotAnAnswer as problem:
        return index, partial, "", f"{problem}\n\n{question.prompt}"
    return index + 1, "", answer, reply(question, answer, QUESTIONS[index + 1])
