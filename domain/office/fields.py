"""What a field of the office profile may hold. A wrong value is refused with what to write instead."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import time
from typing import Annotated
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import AfterValidator, PlainValidator

from domain.definitions import NonEmptyStr, problem
from domain.letter_seal import SealInvalid, public_key, public_text


def _area_code(code: str) -> str:
    if not re.fullmatch("[0-9]{4}", code):
        raise problem(f'write the four digits of the area, as "7304", not "{code}"')
    return code


def _web_address(address: str) -> str:
    if address and not address.startswith("https://"):
        raise problem(f'write an address that begins with https://, not "{address}"')
    return address


def _picture_name(name: str) -> str:
    if name and not name.lower().endswith((".svg", ".png")):
        raise problem(f'write the name of an SVG or PNG file, not "{name}"')
    return name


def _zone_name(name: str) -> str:
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise problem(f'"{name}" is unknown; write one as "Asia/Makassar"') from None
    return name


def _time_of_day(value: object) -> time:
    try:
        return time.fromisoformat(value if isinstance(value, str) else "")
    except ValueError:
        raise problem(f'write a time as "08:00", not {str(value)!r}') from None


def _fingerprint(text: str) -> str:
    """As 64 hex digits, however they are grouped."""
    plain = re.sub(r"[\s:]", "", text).lower()
    if not re.fullmatch("[0-9a-f]{64}", plain):
        raise problem("write the SHA-256 fingerprint of a certificate, 64 hex digits")
    return plain


def _public_key(text: str) -> str:
    try:
        return text and public_text(public_key(text))
    except SealInvalid:
        raise problem("write the 43 letters that pst-bot public-key prints") from None


def number_pattern(check: Callable[[str], str]) -> AfterValidator:
    """A pattern of numbers; `check` raises `ValueError` with the reason."""

    def checked(pattern: str) -> str:
        try:
            return check(pattern)
        except ValueError as error:
            raise problem(str(error)) from None

    return AfterValidator(checked)


AreaCode = Annotated[str, AfterValidator(_area_code)]
Fingerprint = Annotated[str, AfterValidator(_fingerprint)]
PublicKey = Annotated[str, AfterValidator(_public_key)]
TimeOfDay = Annotated[time, PlainValidator(_time_of_day)]
WebAddress = Annotated[str, AfterValidator(_web_address)]
PictureName = Annotated[str, AfterValidator(_picture_name)]
ZoneName = Annotated[NonEmptyStr, AfterValidator(_zone_name)]
