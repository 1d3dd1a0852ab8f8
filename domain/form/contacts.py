"""Answers that are phone numbers or e-mail addresses, as people type them."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import lru_cache
from typing import TYPE_CHECKING

from domain.form.definition import Question
from domain.form.kind import words_kind
from domain.form.reading import Unreadable, with_example
from domain.text import Text, one_line

if TYPE_CHECKING:
    from phonenumbers import PhoneNumber

#: one number in digits, without letters in it and without a second number: "telp. 0419 21234"
_ONE_NUMBER = re.compile(r"(?:[^\W\d_]{2,}[\s.:]+){0,2}[+(]?[\d\s().+\-]+(?:ext[.\s]*\d{1,6})?", re.IGNORECASE)
#: a number, what stands between two, and the beginning of another number
_TWO_NUMBERS = re.compile(r".*\d{3}\s*(?:[/,;&|]|\b(?:dan|atau|and|or)\b)\s*[+(]?\d{2}.*", re.IGNORECASE)
#: of the answers that are handled just now, which are read up to nine times each: by the question, by those that offer
#: them too, and by the checks
_NEWEST = 16
#: misspelt domain → the domain that was meant
_MISSPELT: Mapping[str, str] = {
    "gmail.co": "gmail.com",
    "gmail.con": "gmail.com",
    "gmai.com": "gmail.com",
    "gmial.com": "gmail.com",
    "gamil.com": "gmail.com",
    "yahoo.con": "yahoo.com",
    "yaho.com": "yahoo.com",
}


def _read_phone(question: Question, words: str) -> str:
    """Mobile numbers become "+628123456789", others keep their form. "-" means none, where the answer is optional."""
    typed = re.sub("[–—−‐‑]", "-", one_line(words))
    if typed and not typed.strip("- ") and not question.required:
        return "-"
    limits = question.limits
    enough_digits = sum(sign.isdecimal() for sign in typed) >= 6
    if not limits.mobile and limits.pattern and enough_digits and re.fullmatch(limits.pattern, typed):
        return typed
    number = _phone_number(typed)
    if number is None or (limits.mobile and not _is_mobile(number)):
        raise Unreadable(_phone_rule(question, typed))
    from phonenumbers import PhoneNumberFormat, format_number

    return format_number(number, PhoneNumberFormat.E164 if limits.mobile else PhoneNumberFormat.INTERNATIONAL)


def _is_mobile(number: PhoneNumber) -> bool:
    from phonenumbers import PhoneNumberType, number_type

    mobile = (PhoneNumberType.MOBILE, PhoneNumberType.FIXED_LINE_OR_MOBILE)
    return not number.extension and number_type(number) in mobile


@lru_cache(_NEWEST)
def _phone_number(typed: str) -> PhoneNumber | None:
    """`None` also for letters and for two numbers: `phonenumbers` would make other digits of them."""
    if not _ONE_NUMBER.fullmatch(typed):
        return None
    import phonenumbers  # no start waits for it

    try:
        number = phonenumbers.parse(typed, "ID")
    except phonenumbers.NumberParseException:
        return None
    return number if phonenumbers.is_valid_number(number) else None


def _phone_rule(question: Question, typed: str) -> Text:
    if _TWO_NUMBERS.fullmatch(typed):
        return with_example(Text("Tulis satu nomor saja."), question, "0812 3456 7890")
    if not any(sign.isdigit() for sign in typed):
        rule = Text("Jawaban ini belum berupa nomor.")
        return with_example(rule, question, "0812 3456 7890" if question.limits.mobile else "021 1234567")
    if question.limits.mobile:
        rule = Text(
            "Nomor ponsel ini belum lengkap atau bukan nomor ponsel. Nomor luar negeri diawali + dan kode negara."
        )
        return with_example(rule, question, "0812 3456 7890")
    return with_example(Text("Nomor telepon ini belum lengkap. Tulis dengan kode wilayah."), question, "021 1234567")


def _phone_hint(question: Question) -> Text:
    if question.limits.mobile:
        return Text("Tulis nomor ponsel, misalnya 0812 3456 7890.")
    if question.required:
        return Text("Tulis nomor dengan kode wilayah, misalnya 021 1234567.")
    return Text("Tulis nomor dengan kode wilayah, misalnya 021 1234567, atau tanda - bila tidak ada.")


@lru_cache(_NEWEST)
def _email(words: str) -> str | None:
    from email_validator import EmailNotValidError, validate_email  # no start waits for it

    try:
        address = validate_email(words, check_deliverability=False, allow_smtputf8=False).normalized
    except EmailNotValidError:
        return None
    return None if address.rpartition("@")[2] in _MISSPELT else address


def _read_email(question: Question, words: str) -> str:
    typed = one_line(words)
    address = _email(typed)
    if address:
        return address
    account, at, domain = re.sub(r"[,.]+", ".", typed.replace(" ", "")).strip(".<>").rpartition("@")
    corrected = _email(f"{account}@{_MISSPELT.get(domain.casefold(), domain)}") if at else None
    if corrected:
        raise Unreadable(
            Text(
                "Alamat e-mail ini salah tulis. Apakah maksud Anda %(address)s? Silakan tulis ulang.",
                address=corrected,
            )
        )
    if not at:
        rule = Text("Alamat e-mail harus memuat tanda @.")
    else:
        rule = Text("Alamat e-mail ini belum lengkap atau salah tulis. Tulis tanpa spasi dan koma.")
    raise Unreadable(with_example(rule, question, "nama@instansi.go.id"))


def _email_hint(_: Question) -> Text:
    return Text("Tulis satu alamat e-mail, misalnya nama@instansi.go.id.")


PHONE = words_kind(_read_phone, _phone_hint, left_out="")
EMAIL = words_kind(_read_email, _email_hint)
