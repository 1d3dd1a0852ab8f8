"""How much anybody may ask of the service at once: every figure in one table, and the limiter that counts in memory.

The limiter holds one token bucket for each entry and key. A bucket begins full and refills steadily, so nobody is
locked out: whoever asked for too much is heard again after seconds, and what they had begun stays as it was. It needs
no statement of the database. `DAILY` is counted in the database, because those counts must survive a restart.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from ipaddress import ip_address
from typing import Literal

Entry = Literal[
    "messages",  # what a person says or presses, on every channel
    "flood_notices",  # our own sentences about too many messages
    "frames",  # what open pages send, with acknowledgements
    "new_addresses",  # conversations of the web page that begin
    "requests",  # HTTP requests of the web page, without its static files
    "openings",  # WebSockets that begin
    "pages",  # open WebSockets
    "boards",  # open boards of the queue
    "uploads",  # files
    "upload_bytes",
    "webhook_bytes",  # bodies of webhooks that are being read
    "checks",  # letters that are checked
    "check_bytes",  # of uploaded letters that are in memory
    "refused_webhooks",  # with a wrong signature, or unreadable
]
Scope = Literal["address", "source", "all"]
Counted = Literal[
    "wrong_codes",
    "wrong_codes_in_all",
    "mails_to_mailbox",
    "mails_from_address",
    "mails_of_person",
    "mails_from_address_to_mailbox",
    "mails_from_source",
    "mails",
    "consultations_of_person",
    "consultations_from_source",
    "consultations",
    "complaints_of_person",
    "complaints_from_source",
    "complaints",
    "form_files_of_person",
    "papers_of_person",
    "copy_requests_of_person",
    "queue_numbers_of_person",
    "queue_numbers_from_source",
    "queue_numbers",
    "live_chats_of_person",
    "live_chats_from_source",
    "live_chats",
    "guest_visits_of_person",
    "guest_visits_from_source",
    "unknown_phrases_of_person",
    "unknown_phrases",
]

MEGABYTE = 1024 * 1024


@dataclass(frozen=True, slots=True)
class Allowance:
    """`per_second` 0: what was taken must be given back."""

    at_once: float
    per_second: float


#: A page sends at most 12.5 messages and 2 acknowledgements a second (`MESSAGE_PAUSE` and `ACKNOWLEDGE_PAUSE` in
#: chat.js). A person may send an album, forward many messages, or paste the answers to a whole form at once.
ALLOWANCES: Mapping[tuple[Entry, Scope], Allowance] = {
    ("messages", "address"): Allowance(300, 3),
    ("flood_notices", "address"): Allowance(1, 1 / 30),
    ("frames", "address"): Allowance(60, 20),
    ("new_addresses", "source"): Allowance(60, 0.1),
    ("new_addresses", "all"): Allowance(1000, 1),
    ("requests", "address"): Allowance(100, 5),
    ("requests", "source"): Allowance(600, 30),
    # Apart from "requests": a page in a hurry would use up with its first request what its second one needs.
    ("openings", "address"): Allowance(100, 5),
    ("openings", "source"): Allowance(600, 30),
    ("pages", "source"): Allowance(200, 0),
    ("pages", "all"): Allowance(5000, 0),
    ("boards", "source"): Allowance(100, 0),
    ("boards", "all"): Allowance(500, 0),
    ("uploads", "address"): Allowance(60, 0.5),
    ("uploads", "source"): Allowance(300, 2),
    ("upload_bytes", "address"): Allowance(200 * MEGABYTE, 30_000),
    ("upload_bytes", "source"): Allowance(1000 * MEGABYTE, 300_000),
    ("upload_bytes", "all"): Allowance(5000 * MEGABYTE, 2_000_000),
    ("webhook_bytes", "source"): Allowance(24 * MEGABYTE, 0),
    ("webhook_bytes", "all"): Allowance(128 * MEGABYTE, 0),
    ("refused_webhooks", "source"): Allowance(20, 0.2),
    ("checks", "address"): Allowance(30, 0.5),
    ("checks", "source"): Allowance(30, 0.5),
    ("check_bytes", "source"): Allowance(24 * MEGABYTE, 0),
    ("check_bytes", "all"): Allowance(64 * MEGABYTE, 0),
}

#: what is counted in the database → how often on one day
DAILY: Mapping[Counted, int] = {
    "wrong_codes": 10,  # for one mailbox, typed at one address: a stranger never uses up the owner's
    "wrong_codes_in_all": 50,  # for one mailbox, wherever they are typed; then only the links in the mails work
    "mails_to_mailbox": 40,
    "mails_from_address_to_mailbox": 8,
    "mails_from_address": 10,
    "mails_of_person": 15,
    "mails_from_source": 50,
    "mails": 2000,
    "complaints_of_person": 5,
    "complaints_from_source": 20,
    "complaints": 500,
    "consultations_of_person": 10,  # questions, also those that follow an answer
    "consultations_from_source": 30,
    "consultations": 500,
    "form_files_of_person": 30,  # files of a form that are drawn
    "papers_of_person": 30,  # translations, notes of remarks, registers, receipts of complaints
    "copy_requests_of_person": 5,  # numbers of which somebody asks whether they may be copied
    "queue_numbers_of_person": 5,  # that are taken, also when they are given back
    "queue_numbers_from_source": 30,
    "queue_numbers": 1000,
    "live_chats_of_person": 10,
    "live_chats_from_source": 30,
    "live_chats": 500,
    "guest_visits_of_person": 5,
    "guest_visits_from_source": 50,
    "unknown_phrases_of_person": 20,  # that are kept masked
    "unknown_phrases": 200,
}

#: open pages of one address; one more closes the oldest
PAGES_OF_ADDRESS = 5
#: files of one address that wait for their message; three messages
WAITING_FILES_OF_ADDRESS = 30
#: files that wait for their message, of all addresses
WAITING_FILES = 1000
#: seconds in which the headers of a request must arrive, and after which an idle connection is closed
HEADERS_WITHIN = 30.0
#: seconds in which the body of a webhook must arrive
WEBHOOK_WITHIN = 15.0
#: seconds in which the answers of a form's page must arrive
PAGE_WITHIN = 30.0
#: seconds in which a letter that is checked must arrive
CHECK_WITHIN = 60.0
#: Seconds in which a whole upload must arrive: 10 MB over a slow mobile connection.
UPLOAD_WITHIN = 600.0
#: An upload is cancelled after so many seconds without a byte.
UPLOAD_PAUSE = 30.0
#: connections of one peer that have not sent a request yet
SILENT_CONNECTIONS = 100
#: Buckets that are kept. Those that were used longest ago fall out.
MAX_BUCKETS = 100_000


@dataclass(frozen=True, slots=True)
class Sender:
    """Who asks, as far as it is known before a handler runs. What is empty does not count."""

    address: str = ""  #: channel and address, of a person
    source: str = ""  #: see `source_of`


@dataclass(slots=True)
class _Bucket:
    tokens: float
    at: float


class TokenBucketLimiter:
    """One for all entries of a process. Every method takes constant time."""

    def __init__(self, clock: Callable[[], float]) -> None:
        """`clock`: seconds."""
        self._clock = clock
        self._buckets: OrderedDict[tuple[Entry, Scope, str], _Bucket] = OrderedDict()

    def take(self, entry: Entry, sender: Sender, amount: float = 1) -> bool:
        """Takes so many tokens in every scope of the entry whose key is known, or none at all."""
        buckets = [self._bucket(entry, scope, key) for scope, key in _scopes(entry, sender)]
        if any(bucket.tokens < amount for bucket in buckets):
            return False
        for bucket in buckets:
            bucket.tokens -= amount
        return True

    def give_back(self, entry: Entry, sender: Sender, amount: float = 1) -> None:
        """Gives back what was taken and not used."""
        for scope, key in _scopes(entry, sender):
            if bucket := self._buckets.get((entry, scope, key)):
                bucket.tokens = min(ALLOWANCES[entry, scope].at_once, bucket.tokens + amount)

    def has_left(self, entry: Entry, sender: Sender) -> bool:
        """Whether one token is left, without taking it."""
        return all(self._bucket(entry, scope, key).tokens >= 1 for scope, key in _scopes(entry, sender))

    def knows(self, entry: Entry, address: str) -> bool:
        """Whether this address has used the entry lately."""
        return (entry, "address", address) in self._buckets

    def _bucket(self, entry: Entry, scope: Scope, key: str) -> _Bucket:
        allowance, now = ALLOWANCES[entry, scope], self._clock()
        bucket = self._buckets.get((entry, scope, key))
        if bucket is None:
            bucket = self._buckets[entry, scope, key] = _Bucket(allowance.at_once, now)
            if len(self._buckets) > MAX_BUCKETS:
                self._buckets.popitem(last=False)
        else:
            self._buckets.move_to_end((entry, scope, key))
        gained = max(0.0, now - bucket.at) * allowance.per_second
        bucket.tokens, bucket.at = min(allowance.at_once, bucket.tokens + gained), now
        return bucket


#: entry → its scopes
_SCOPES: dict[Entry, list[Scope]] = {}
for _entry, _scope in ALLOWANCES:
    _SCOPES.setdefault(_entry, []).append(_scope)


def _scopes(entry: Entry, sender: Sender) -> list[tuple[Scope, str]]:
    """The scopes that count, with their keys. An unknown source is counted only in all."""
    keys: Mapping[Scope, str] = {"address": sender.address, "source": sender.source, "all": "all"}
    return [(scope, keys[scope]) for scope in _SCOPES[entry] if keys[scope]]


#: headers that proxies add to a request, besides X-Forwarded-…
PROXY_HEADERS = frozenset({"forwarded", "via", "x-real-ip"})


def source_of(peer: str | None, headers: Mapping[str, str], trusted_header: str) -> str:
    """Where a request comes from: the IP address of the client, of IPv6 its /64 network; empty when it is not known.

    `trusted_header`: the header in which the operator's proxy names the client. Without it the connection's own address
    counts; but a proxy on this machine hides its clients, and they must not count as one.
    """
    if trusted_header:
        return _network(headers.get(trusted_header, "").rpartition(",")[2])
    source = _network(peer or "")
    return "" if _is_loopback(source) and is_forwarded(headers) else source


def is_forwarded(headers: Iterable[str]) -> bool:
    """Whether one of these names is a header that proxies add."""
    names = {name.lower() for name in headers}
    return not names.isdisjoint(PROXY_HEADERS) or any(name.startswith("x-forwarded-") for name in names)


@lru_cache(1000)
def _network(text: str) -> str:
    try:
        address = ip_address(text.strip().partition("%")[0])
    except ValueError:
        return ""
    if address.version == 4:
        return str(address)
    return str(address.ipv4_mapped or f"{address.exploded[:19]}::")


def _is_loopback(source: str) -> bool:
    return source == "0000:0000:0000:0000::" or (source.startswith("127.") and source.count(".") == 3)
