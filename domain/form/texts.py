"""Answers that are words: short text on one line, long text, and codes of digits."""

from __future__ import annotations

import re

from domain.form.definition import Question
from domain.form.kind import words_kind
from domain.form.reading import Unreadable, with_example
from domain.text import Text, has_words, many_lines, one_line

#: characters of a short text, where the question sets no limit
MAX_TEXT = 1000
#: characters of a long text, where the question sets no limit
MAX_LONGTEXT = 4000


def longtext_limit(question: Question) -> int:
    """How many characters a long text may have."""
    return question.limits.max_length or MAX_LONGTEXT


def read_reply(words: str) -> str:
    """What an applicant says to the remark of an examiner. Raises `Unreadable`."""
    reply = many_lines(words)
    if not has_words(reply) or len(reply) > MAX_LONGTEXT:
        raise Unreadable(Text("Tulis jawabannya dengan kata-kata, paling banyak 4.000 huruf."))
    return reply


def _read_text(question: Question, words: str) -> str:
    return _within_limits(question, one_line(words), question.limits.max_length or MAX_TEXT)


def _read_longtext(question: Question, words: str) -> str:
    return _within_limits(question, many_lines(words), longtext_limit(question))


def _within_limits(question: Question, text: str, limit: int) -> str:
    """Raises `Unreadable` for a text without letters, of a wrong length or of another form than the pattern."""
    if len(text) > limit:
        raise Unreadable(
            Text(
                "%(label)s terlalu panjang: %(count)s huruf, paling banyak %(most)s. Silakan dipersingkat.",
                label=question.label,
                count=len(text),
                most=limit,
            )
        )
    rule = _broken_rule(question, text)
    if rule:
        raise Unreadable(with_example(rule, question))
    return text


def _broken_rule(question: Question, text: str) -> Text | None:
    limits = question.limits
    if not has_words(text):
        return Text("Jawaban ini belum berisi huruf atau angka. Silakan tulis dengan kata-kata.")
    if len(text) < limits.min_length:
        return Text(
            "%(label)s terlalu pendek: %(count)s huruf, paling sedikit %(least)s.",
            label=question.label,
            count=len(text),
            least=limits.min_length,
        )
    if limits.pattern and not re.fullmatch(limits.pattern, text):
        return Text("%(label)s ditulis seperti contoh.", label=question.label)
    return None


def _text_hint(question: Question) -> Text:
    least, most = question.limits.min_length, question.limits.max_length
    if least:
        return Text("Tulis %(least)s sampai %(most)s huruf.", least=least, most=most or MAX_TEXT)
    return Text("Paling banyak %(most)s huruf.", most=most) if most else Text("")


def _longtext_hint(question: Question) -> Text:
    least, most = question.limits.min_length, longtext_limit(question)
    if least:
        return Text("Tulis %(least)s sampai %(most)s huruf; boleh beberapa baris.", least=least, most=most)
    return Text("Paling banyak %(most)s huruf; boleh beberapa baris.", most=most)


def _read_code(question: Question, words: str) -> str:
    code = re.sub(r"[.\s]", "", one_line(words))
    if not re.fullmatch(r"[0-9]{1,10}", code):
        raise Unreadable(with_example(Text("Kode terdiri atas angka saja."), question))
    return code


def _code_hint(question: Question) -> Text:
    return with_example(Text("Tulis angkanya saja."), question)


TEXT = words_kind(_read_text, _text_hint)
LONGTEXT = words_kind(_read_longtext, _longtext_hint)
CODE = words_kind(_read_code, _code_hint)
