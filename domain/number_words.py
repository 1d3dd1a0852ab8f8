"""Whole numbers in Indonesian words, written and read: 2027 is "dua ribu dua puluh tujuh"."""

from __future__ import annotations

import re

_DIGITS = ("nol", "satu", "dua", "tiga", "empat", "lima", "enam", "tujuh", "delapan", "sembilan")
_VALUE_OF = {word: value for value, word in enumerate(_DIGITS)} | {"kosong": 0}
#: "sepuluh", "seratus", "seribu" and "sejuta" have no unit of their own
_ONE = re.compile(r"\bse(?=(?:puluh|belas|ratus|ribu|juta)\b)")
#: "duapuluh", "limaratus": written together
_TOGETHER = re.compile(rf"\b({'|'.join(_DIGITS)})(?=puluh|belas|ratus|ribu|juta)")
_UNIT = rf"(?:{'|'.join(_DIGITS[1:])})"
_BELOW_HUNDRED = rf"(?:{_UNIT} puluh(?: {_UNIT})?|{_UNIT} belas|{_UNIT})"
_BELOW_THOUSAND = rf"(?:{_UNIT} ratus(?: {_BELOW_HUNDRED})?|{_BELOW_HUNDRED})"
_ANY = rf"(?:{'|'.join((*_DIGITS, 'kosong'))}|se|puluh|belas|ratus|ribu|juta)"
#: words of a number that stand beside each other
_RUN = re.compile(rf"(?<!\w){_ANY}+(?: {_ANY}+)*(?!\w)")
_NUMBER = re.compile(
    rf"(?:(?P<millions>{_BELOW_THOUSAND}) juta(?: |$))?"
    rf"(?:(?P<thousands>{_BELOW_THOUSAND}) ribu(?: |$))?"
    rf"(?P<rest>{_BELOW_THOUSAND})?"
)
#: how many digits are read one by one, as those of a year
_DIGITS_OF_YEAR = 4


def read_number_words(words: str) -> int | None:
    """Also the digits of a year one by one, "dua nol dua tujuh"; `None` for what is no number."""
    tidy = " ".join(words.casefold().replace("-", " ").split())
    said = _TOGETHER.sub(r"\1 ", _ONE.sub("satu ", tidy))
    one_by_one = said.split()
    if len(one_by_one) in {1, _DIGITS_OF_YEAR} and all(word in _VALUE_OF for word in one_by_one):
        return int("".join(str(_VALUE_OF[word]) for word in one_by_one))
    found = _NUMBER.fullmatch(said) if said else None
    if found is None:
        return None
    parts = ((found["millions"], 1_000_000), (found["thousands"], 1_000), (found["rest"], 1))
    return sum(_below_thousand(part or "") * times for part, times in parts)


def with_digits(words: str) -> str:
    """The words, in lower case, with digits in place of each number in words: "dua puluh maret" is "20 maret"."""

    def written(run: re.Match[str]) -> str:
        number = read_number_words(run[0])
        return run[0] if number is None else str(number)

    return _RUN.sub(written, words)


def _below_thousand(said: str) -> int:
    total, unit = 0, 0
    for word in said.split():
        match word:
            case "ratus" | "puluh":
                total, unit = total + unit * (100 if word == "ratus" else 10), 0
            case "belas":
                unit += 10
            case _:
                unit = _VALUE_OF[word]
    return total + unit


def write_number_words(number: int) -> str:
    """For 0 to 999."""
    if not 0 <= number < 1000:
        raise ValueError(f"no number from 0 to 999: {number}")
    hundreds, below = divmod(number, 100)
    parts = [f"{_DIGITS[hundreds]} ratus"] if hundreds else []
    tens, unit = divmod(below, 10)
    match tens:
        case 0:
            parts += [_DIGITS[unit]] if unit or not parts else []
        case 1 if unit:
            parts.append(f"{_DIGITS[unit]} belas")
        case _:
            parts += [f"{_DIGITS[tens]} puluh", *([_DIGITS[unit]] if unit else [])]
    return re.sub(r"\bsatu (?=puluh|belas|ratus)", "se", " ".join(parts))
