"""What people may type as an answer, for a question of any kind: hypothesis draws it from the question itself."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date, timedelta

from hypothesis import strategies as st

from domain.form.definition import Question

Typed = st.SearchStrategy[str]
#: words of any script; without what separates rows and cells, and never a number or a word that means something else
WORDS = st.text(st.characters(categories=("L", "M", "N", "P", "Zs"), exclude_characters="|;:•·\t"), max_size=30).map(
    lambda text: f"Kata {text} akhir"
)
FIRST, LAST = date(2026, 12, 1), date(2028, 12, 31)
DAYS = st.dates(FIRST, LAST)
AREAS = ("Gowa", "Jeneponto", "Luwu Utara", "Kota Makassar", "7317", "- | Sulawesi Barat | 7602 | Polewali Mandar")
_PADDING = "Survei yang cukup panjang supaya diterima. "


def typed_answers(question: Question) -> Typed:
    """A required answer; an optional one, too."""
    return _COLUMNS[question.areas](question) if question.columns else _KINDS[question.kind](question)


def _text(question: Question) -> Typed:
    if question.limits.pattern:
        return st.from_regex(r"[1-9][0-9]{4}", fullmatch=True)
    least, most = question.limits.min_length or 0, question.limits.max_length or 1000
    return WORDS.map(lambda words: (_PADDING * (least // len(_PADDING) + 1) if least > len(words) else "") + words).map(
        lambda words: words[:most].strip()
    )


def _longtext(question: Question) -> Typed:
    return st.lists(_text(question), min_size=1, max_size=3).map("\n".join)


def _number(question: Question) -> Typed:
    if question.limits.max_years_ahead is not None:
        return st.integers(2027, 2028).map(str)
    least, most = int(question.limits.min or 0), int(question.limits.max or 2_000_000)
    return st.integers(least, most).flatmap(
        lambda number: st.sampled_from((str(number), f"{number:,}".replace(",", ".")))
    )


def _phone(question: Question) -> Typed:
    if question.limits.mobile:
        return st.integers(10_000_000, 99_999_999).map(lambda number: f"0812{number}")
    office = st.integers(21_000, 29_999).map(lambda number: f"(0419) {number}")
    return office if question.required else office | st.just("-")


def _picked(question: Question, number: int) -> str:
    """How an option is typed: by its number in the list, with words where it asks for some."""
    return f"{number}: kelompok tani, dan nelayan" if question.options[number - 1].asks_text else str(number)


def _choice(question: Question) -> Typed:
    return st.integers(1, len(question.options)).map(lambda number: _picked(question, number))


def _choices(question: Question) -> Typed:
    numbers = st.sets(st.integers(1, len(question.options)), min_size=max(question.limits.min_choices, 1))
    return numbers.map(lambda found: ", ".join(_picked(question, number) for number in sorted(found)))


def _cell(column: Question) -> Typed:
    whole = typed_answers(column).map(lambda words: " ".join(words.split()))
    return whole if column.required else whole | st.just("-")


def _rows(question: Question) -> Typed:
    row = st.tuples(*map(_cell, question.columns)).map(" | ".join)
    return st.lists(row, min_size=1, max_size=question.limits.max_rows or 3).map("\n".join)


def _areas(_: Question) -> Typed:
    return st.lists(st.sampled_from(AREAS), min_size=1, unique=True).map("\n".join)


def _schedule(question: Question) -> Typed:
    """Periods that follow each other; a stage that may be left out sometimes is."""

    def lines(left_out: list[bool], days: list[int]) -> str:
        day, written = FIRST, []
        for stage, is_left_out, lasts in zip(question.stages, left_out, days, strict=True):
            if stage.required or not is_left_out:
                last = day + timedelta(lasts)
                written.append(f"{stage.label.msgid}: {day:%d/%m/%Y} - {last:%d/%m/%Y}")
                day = last + timedelta(1)
        return "\n".join(written)

    count = len(question.stages)
    skipped, lengths = st.booleans(), st.integers(0, 60)
    return st.builds(
        lines,
        st.lists(skipped, min_size=count, max_size=count),
        st.lists(lengths, min_size=count, max_size=count),
    )


_KINDS: Mapping[str, Callable[[Question], Typed]] = {
    "text": _text,
    "longtext": _longtext,
    "number": _number,
    "date": lambda _: DAYS.map(lambda day: f"{day:%d/%m/%Y}"),
    "phone": _phone,
    "email": lambda _: st.from_regex(r"[a-z][a-z0-9]{2,9}@(dinas|[a-z]{3,9}kab)\.go\.id", fullmatch=True),
    "code": lambda _: st.from_regex(r"[1-9][0-9]{3}", fullmatch=True),
    "choice": _choice,
    "choices": _choices,
    "schedule": _schedule,
}
_COLUMNS: Mapping[bool, Callable[[Question], Typed]] = {False: _rows, True: _areas}
