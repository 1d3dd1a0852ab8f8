"""Finds what the examiner's rules look for in free text: abbreviations, units, years, sampling errors and others.

In doubt the functions find nothing, so that nobody is told of a mistake that is none.
"""

from __future__ import annotations

import re
from decimal import Decimal

#: Abbreviations that every reader understands. Names of regional agencies do not belong here: examiners ask for their
#: full names.
WELL_KNOWN = ("ASN", "BPJS", "BPS", "HIV", "KTP", "NIK", "PDRB", "SKM", "SMA", "SMK", "SMP", "TNI", "UMKM")

#: Words of a title → the collection approach that they name. "Pendataan" alone may be either.
APPROACH_WORDS = {
    "kompilasi": "kompilasi_produk_administrasi",
    "kompromin": "kompilasi_produk_administrasi",
    "survei": "survei",
    "survey": "survei",
    "sensus": "pencacahan_lengkap",
    "pencacahan lengkap": "pencacahan_lengkap",
    "pendataan lengkap": "pencacahan_lengkap",
}

UNITS = {
    *("%", "persen", "rp", "rupiah", "kg", "gram", "ton", "kuintal", "ha", "hektar", "hektare", "m", "m2", "m²", "m3"),
    *("m³", "km", "km2", "km²", "cm", "liter", "kwh", "orang", "jiwa", "kk", "unit", "buah", "ekor"),
    *("menit", "jam", "hari", "bulan", "tahun"),
}
SCALES = {"ribu", "juta", "miliar", "triliun", "per"}

_ROMAN = re.compile(r"X{0,3}(?:IX|IV|V?I{0,3})")
_CAPITALS = re.compile("[A-Z]{3}")
_APPROACH = re.compile(rf"\b(?:{'|'.join(APPROACH_WORDS)})\b", re.IGNORECASE)
_YEAR = re.compile(r"(?<![0-9])(?:19|20)[0-9]{2}(?![0-9])")
_UNIT = re.compile(r"[(\[]([^()\[\]]{1,40})[)\]]|\bdalam\s+(\D{1,40})$|(%)", re.IGNORECASE)

_NUMBER = r"(?<![0-9.,])([0-9]{1,3}(?:[.,][0-9]{1,4})?)(?![.,]?[0-9])"
_PERCENT = r"\s{0,3}(?:%|persen\b|percent\b)"
_MEASURE = (
    r"(?:\b(?:rse|cv|moe|alpha|alfa|margin\s+of\s+error|batas\s+kesalahan|relative\s+standard\s+error|galat\s+baku\s+relatif"
    r"|coefficient\s+of\s+variation|koefisien\s+(?:variasi|keragaman))\b|α)"
)
_CONFIDENCE = (
    r"(?:(?:tingkat|taraf|selang|derajat)\s+)?(?:kepercayaan|keyakinan|confidence(?:\s+(?:level|interval))?|ci)\b"
)
#: A confidence level is a percentage too, but not a sampling error.
_CONFIDENCE_AFTER = re.compile(
    rf"\b{_CONFIDENCE}\W{{0,3}}(?:sebesar\s+|adalah\s+)?{_NUMBER}(?:{_PERCENT})?", re.IGNORECASE
)
_CONFIDENCE_BEFORE = re.compile(rf"{_NUMBER}{_PERCENT}\s*{_CONFIDENCE}", re.IGNORECASE)
_PERCENTAGE = re.compile(_NUMBER + _PERCENT, re.IGNORECASE)
_PROPORTION = re.compile(rf"(?<![0-9.,])(0[.,][0-9]{{1,4}})(?![.,]?[0-9])(?!{_PERCENT})", re.IGNORECASE)
_BARE = re.compile(rf"{_MEASURE}\W{{0,3}}(?:sebesar\s+|adalah\s+|maksimal\s+)?{_NUMBER}(?!{_PERCENT})", re.IGNORECASE)
_MEASURE_NAMED = re.compile(_MEASURE, re.IGNORECASE)
_FRACTION = re.compile(
    rf"(?<![0-9.])[0-9][0-9.]{{0,15}}\s{{0,3}}(?:/|dari)\s{{0,3}}[0-9]|{_PERCENTAGE.pattern}|{_PROPORTION.pattern}",
    re.IGNORECASE,
)


def is_in_capitals(words: str) -> bool:
    """Whether several words are all in capitals: then nobody can tell which of them is an abbreviation."""
    return len(words.split()) > 1 and words.upper() == words


def find_abbreviation(words: str) -> str | None:
    """The first word with three or more capitals in a row, without well-known ones and Roman numerals."""
    found = (word for word in re.findall(r"\w+", words) if _CAPITALS.search(word))
    return next((word for word in found if word not in WELL_KNOWN and not _ROMAN.fullmatch(word)), None)


def find_unit(name: str) -> str | None:
    """The unit in the name of a variable: "Luas Panen (ha)", "Pendapatan dalam juta rupiah", "% miskin"."""
    for match in _UNIT.finditer(name):
        words = (match[1] or match[2] or match[3]).strip()
        parts = re.split(r"[\s/]+", words.casefold().rstrip("."))
        if parts[-1] in UNITS and all(part in UNITS or part in SCALES for part in parts):
            return words
    return None


def find_approach(title: str) -> tuple[str, str] | None:
    """The first word of a title that names an approach, and the option of question 0.4 that it means."""
    match = _APPROACH.search(title)
    return (match[0], APPROACH_WORDS[match[0].casefold()]) if match else None


def find_year(title: str) -> str | None:
    match = _YEAR.search(title)
    return match[0] if match else None


def find_sampling_error(words: str) -> Decimal | None:
    """The highest sampling error in the text, in percent: "RSE 5%", "MoE 3,5 persen", "0,05", "CV = 7"."""
    words = _CONFIDENCE_BEFORE.sub(" ", _CONFIDENCE_AFTER.sub(" ", words))
    percents = [_decimal(match[1]) for match in _PERCENTAGE.finditer(words)]
    percents += [_decimal(match[1]) * 100 for match in _PROPORTION.finditer(words)]
    percents += [_decimal(match[1]) for match in _BARE.finditer(words)]
    return Decimal(f"{max(percents).normalize():f}") if percents else None


def names_measure(words: str) -> bool:
    """Whether the text names a measure of the sampling error: RSE, CV, MoE, alpha, or one of their long names."""
    return _MEASURE_NAMED.search(words) is not None


def count_fractions(words: str) -> int:
    """The number of sampling fractions in the text: "400/12.500", "3,2%", "0,05", "20 dari 82"."""
    return sum(1 for _ in _FRACTION.finditer(words))


def _decimal(number: str) -> Decimal:
    return Decimal(number.replace(",", "."))
