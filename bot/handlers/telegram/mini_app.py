"""Who opened a page inside Telegram: the data that Telegram gives the page, signed with the bot's token."""

from __future__ import annotations

import hmac
import json
from datetime import UTC, datetime, timedelta
from urllib.parse import parse_qsl

#: where Telegram's web version shows pages in a frame
WEB_VERSION = "https://web.telegram.org"
#: how old the data may be: a page that was left open proves nothing any more
LARGEST_AGE = timedelta(hours=1)
#: how far the clock of Telegram may be ahead of ours
_CLOCKS_DIFFER = timedelta(minutes=1)
#: characters; the data of a person with long names has some hundred
_LONGEST = 8_000


def user_of(init_data: str, token: str, now: datetime) -> str | None:
    """The id of the person, which is also the address of their chat with the bot. `None` for data that Telegram has not
    signed for this bot, or that is too old.
    """
    if len(init_data) > _LONGEST:
        return None
    try:
        pairs = parse_qsl(init_data, keep_blank_values=True, strict_parsing=True, max_num_fields=50)
        fields = dict(pairs)
        given = fields.pop("hash")
        if len(fields) != len(pairs) - 1 or not _is_signed(fields, given, token):
            return None
        signed_at = datetime.fromtimestamp(int(fields["auth_date"]), UTC)
        user = json.loads(fields["user"])
    except (ValueError, KeyError, OverflowError, OSError, RecursionError):
        return None
    if not -_CLOCKS_DIFFER <= now - signed_at <= LARGEST_AGE:
        return None
    match user:
        case {"id": int(user_id)} if not isinstance(user_id, bool):
            return str(user_id)
    return None


def _is_signed(fields: dict[str, str], given: str, token: str) -> bool:
    """https://core.telegram.org/bots/webapps#validating-data-received-via-the-mini-app"""
    signed = "\n".join(f"{name}={words}" for name, words in sorted(fields.items()))
    key = hmac.digest(b"WebAppData", token.encode(), "sha256")
    expected = hmac.digest(key, signed.encode("utf-8", "surrogatepass"), "sha256").hex()
    return hmac.compare_digest(expected.encode(), given.encode("utf-8", "surrogatepass"))
