"""Whatever comes from outside is read or refused: any text, and what somebody made who knows the format."""

from __future__ import annotations

import hmac
import json
from contextlib import suppress
from datetime import UTC, datetime
from urllib.parse import urlencode

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given
from hypothesis import strategies as st

from bot.handlers.telegram.mini_app import user_of
from bot.handlers.webchat import frames
from domain.letter_seal import SealInvalid, code_of, find_file_seal, open_seal, public_key, seal
from tests.sample_letters import CHECKED_AT, SEALED_FACTS

KEY = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
SEAL = seal(SEALED_FACTS, KEY, CHECKED_AT)
NOW = datetime(2026, 3, 2, 1, 0, tzinfo=UTC)
TOKEN = "1:token"
CLIENT = "0f8fad5b-d9cb-469f-a165-70867728950e"

ODD = st.text(st.characters(), max_size=40)
ANY_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | ODD,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(ODD, inner, max_size=3),
    max_leaves=6,
)
KINDS = st.sampled_from(["text", "tap", "files", "ack", "earlier"])
#: of each kind of frame: what it holds, or anything else
FRAME = st.fixed_dictionaries(
    {"type": KINDS | ANY_JSON, "client": st.just(CLIENT) | ANY_JSON},
    optional={name: st.integers() | ANY_JSON for name in ("text", "value", "label", "count", "id", "before", "seen")},
)


@given(ODD | FRAME.map(json.dumps) | ANY_JSON.map(json.dumps))
def test_any_frame_of_a_page_is_read_or_refused(raw: str) -> None:
    with suppress(frames.BadFrame):
        frames.read(raw)


@given(st.integers(0, len(SEAL) - 1), ODD, st.integers(0, 3))
def test_a_seal_that_was_changed_anywhere_is_refused_unless_it_says_the_same(at: int, words: str, length: int) -> None:
    changed = SEAL[:at] + words + SEAL[at + length :]
    code_of(changed)
    with suppress(SealInvalid):
        assert open_seal(changed, KEY.public_key()) == SEALED_FACTS


@given(st.binary(max_size=80), ODD)
def test_any_bytes_may_stand_where_a_file_has_its_seal(content: bytes, words: str) -> None:
    line = b"%PST-SEAL " + content + b" " + words.encode("utf-8", "surrogatepass")
    for file in (content, line, line + b"\n"):
        find_file_seal(file)
    with suppress(SealInvalid):
        public_key(words)


@given(st.dictionaries(st.sampled_from(["auth_date", "user", "query_id"]) | ODD, ODD | ANY_JSON.map(json.dumps)))
def test_what_telegram_signs_names_somebody_or_nobody(fields: dict[str, str]) -> None:
    """Also what no Telegram would sign: the fields are read only behind the signature."""
    signed = "\n".join(f"{name}={words}" for name, words in sorted(fields.items()))
    key = hmac.digest(b"WebAppData", TOKEN.encode(), "sha256")
    proof = hmac.digest(key, signed.encode("utf-8", "surrogatepass"), "sha256").hex()
    sent = urlencode({**fields, "hash": proof}, errors="surrogatepass")
    for given_data in (sent, signed):
        assert user_of(given_data, TOKEN, NOW) is None or "user" in fields
