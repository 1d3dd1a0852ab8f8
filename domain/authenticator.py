"""One-time codes of an authenticator app (RFC 6238): six digits, other ones every 30 seconds."""

from __future__ import annotations

import hmac
import re
from dataclasses import field
from datetime import datetime

from domain.frozen import frozen

STEP = 30  #: seconds for which a code is shown
#: steps by which the clocks of a phone and of the server may differ
_TOLERANCE = 1
_CODE = re.compile("[0-9]{6}")


@frozen
class SetupKey:
    """What an app needs to show codes. A page shows it once."""

    secret: str = field(repr=False)  #: in base 32, for typing it
    uri: str = field(repr=False)  #: `otpauth://…`
    size: int  #: of its QR code, in modules
    runs: tuple[tuple[int, int, int], ...] = field(repr=False)  #: dark modules in a row: (column, row, how many)


def new_secret() -> str:
    """In base 32; 160 random bits, as the standard recommends."""
    import pyotp

    return pyotp.random_base32()


def uri_of(secret: str, person: str, office: str) -> str:
    import pyotp

    return pyotp.TOTP(secret, interval=STEP).provisioning_uri(name=person, issuer_name=office)


def read_code(words: str) -> str:
    """The six digits, however they are grouped; empty for other words."""
    digits = "".join(words.split())
    return digits if digits.isascii() and _CODE.fullmatch(digits) else ""


def step_of(secret: str, code: str, at: datetime) -> int | None:
    """The newest step whose code it is, counted since 1970; `None` for a wrong code. Who checks it keeps the step, so
    that nobody uses the code again.
    """
    import pyotp

    totp, now = pyotp.TOTP(secret, interval=STEP), int(at.timestamp()) // STEP
    near = range(now - _TOLERANCE, now + _TOLERANCE + 1)
    same = [step for step in near if hmac.compare_digest(totp.generate_otp(step).encode(), code.encode())]
    return max(same, default=None)
