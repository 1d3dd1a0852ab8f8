"""The limiter: steady refill, all scopes or none, a bounded table, and where a request comes from."""

from __future__ import annotations

import pytest

from bot import limits
from bot.limits import ALLOWANCES, Sender, TokenBucketLimiter, source_of


class Clock:
    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


def test_the_bucket_refills_at_its_rate_and_holds_no_more_than_at_once(clock: Clock) -> None:
    limiter, allowance = TokenBucketLimiter(clock), ALLOWANCES["frames", "address"]
    counts = []
    for pause in (0, 1, 1000):
        clock.now += pause
        counts.append(sum(limiter.take("frames", Sender("webchat/a")) for _ in range(1000)))
    assert counts == [allowance.at_once, allowance.per_second, allowance.at_once]


def test_a_clock_that_is_set_back_takes_nothing_away(clock: Clock) -> None:
    limiter = TokenBucketLimiter(clock)
    assert limiter.take("frames", Sender("a"))
    clock.now -= 5000
    assert limiter.take("frames", Sender("a"))
    clock.now += 10
    assert limiter.take("frames", Sender("a"), ALLOWANCES["frames", "address"].at_once)


def test_tokens_are_taken_in_every_scope_or_in_none(clock: Clock) -> None:
    limiter = TokenBucketLimiter(clock)
    most = ALLOWANCES["upload_bytes", "address"].at_once
    assert limiter.take("upload_bytes", Sender("a", "192.0.2.1"), most)
    assert not limiter.take("upload_bytes", Sender("a", "192.0.2.1"), 1)
    of_source = ALLOWANCES["upload_bytes", "source"].at_once
    assert limiter.take("upload_bytes", Sender(source="192.0.2.1"), of_source - most), "the refusal took nothing"
    assert not limiter.take("upload_bytes", Sender(source="192.0.2.1"), 1)
    assert limiter.take("upload_bytes", Sender("b"), 1), "another person of an unknown network is not touched"


def test_what_is_given_back_can_be_taken_again(clock: Clock) -> None:
    limiter, sender = TokenBucketLimiter(clock), Sender("a", "192.0.2.1")
    most = ALLOWANCES["upload_bytes", "address"].at_once
    assert limiter.take("upload_bytes", sender, most)
    limiter.give_back("upload_bytes", sender, most)
    assert limiter.take("upload_bytes", sender, most)
    limiter.give_back("upload_bytes", sender, most * 5)
    assert not limiter.take("upload_bytes", sender, most + 1), "a bucket never holds more than its allowance"


def test_old_keys_fall_out_of_the_table(clock: Clock, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "MAX_BUCKETS", 10)
    limiter = TokenBucketLimiter(clock)
    limiter.take("messages", Sender("a"))
    for number in range(9):
        limiter.take("messages", Sender(f"other {number}"))
    limiter.take("messages", Sender("a"))
    limiter.take("messages", Sender("one more"))
    assert limiter.knows("messages", "a"), "it was used lately"
    assert not limiter.knows("messages", "other 0")


@pytest.mark.parametrize(
    ("peer", "headers", "trusted", "source"),
    [
        ("192.0.2.7", {}, "", "192.0.2.7"),
        ("192.0.2.7", {"X-Forwarded-For": "198.51.100.1"}, "", "192.0.2.7"),  # nobody said that it is a proxy
        ("127.0.0.1", {}, "", "127.0.0.1"),
        ("127.0.0.1", {"X-Forwarded-For": "198.51.100.1"}, "", ""),  # a proxy that was not named hides its clients
        ("::1", {"Via": "1.1 proxy"}, "", ""),
        ("127.0.0.1", {"X-Real-IP": "198.51.100.1"}, "X-Real-IP", "198.51.100.1"),
        ("127.0.0.1", {"X-Forwarded-For": "203.0.113.9, 198.51.100.1"}, "X-Forwarded-For", "198.51.100.1"),
        ("127.0.0.1", {"X-Forwarded-For": "nonsense"}, "X-Forwarded-For", ""),
        ("127.0.0.1", {}, "X-Real-IP", ""),
        ("2001:db8:1:2:aaaa::1", {}, "", "2001:0db8:0001:0002::"),
        ("::ffff:192.0.2.7", {}, "", "192.0.2.7"),
        ("fe80::1%eth0", {}, "", "fe80:0000:0000:0000::"),
        (None, {}, "", ""),
    ],
)
def test_where_a_request_comes_from(peer: str | None, headers: dict[str, str], trusted: str, source: str) -> None:
    assert source_of(peer, headers, trusted) == source
