"""Files in an object store: the same store as on the disk, which may be away, and which belongs to one service."""

from __future__ import annotations

import hashlib
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from threading import Barrier

import pytest

from bot.errors import OperatorError
from bot.runtime.file_store import open_s3
from bot.settings import Settings
from bot.troubles import TroubleLog
from storage import s3_objects
from storage.files import FileStore
from storage.objects import StoreAway
from storage.s3_objects import S3Objects
from storage.secrets import Keys, SealBroken
from storage.unit import is_outage
from tests.platforms.s3 import S3Server

KEYS = Keys(b"correct-horse-battery-staple-0123456789")
CONTENT = b"%PDF-1.7 a cover letter with a person's NIK"
OWNER = "person/7"


def opened(s3: S3Server, **other: str) -> S3Objects:
    found = open_s3(Settings.model_validate({**s3.settings, **other}))
    assert found is not None
    return found


@pytest.fixture
def store(s3: S3Server) -> FileStore:
    return FileStore(opened(s3), KEYS)


def test_what_was_put_is_read_listed_and_deleted(s3: S3Server, store: FileStore) -> None:
    s3.page = 2
    names = [store.put(CONTENT + bytes([number]), OWNER) for number in range(5)]
    assert s3.names == set(names) == set(store.names())
    assert not [stored for stored in s3.objects.values() if b"NIK" in stored.content]
    assert store.read(names[3], OWNER) == CONTENT + b"\x03"
    assert store.put(CONTENT + b"\x03", OWNER) == names[3] and len(s3.objects) == 5
    for _ in range(2):
        store.delete(names[3])
    assert not store.exists(names[3]) and store.exists(names[4])
    with pytest.raises(FileNotFoundError):
        store.read(names[3], OWNER)


def test_a_large_and_an_empty_file_come_back_whole(store: FileStore) -> None:
    for content in (b"", bytes(range(256)) * 80_000):
        assert store.read(store.put(content, OWNER), OWNER) == content


def test_only_what_is_old_is_listed_and_deleted(s3: S3Server, store: FileStore) -> None:
    old, again = store.put(b"old", OWNER), store.put(b"again", OWNER)
    s3.age(timedelta(days=2))
    store.put(b"again", OWNER)
    yesterday = datetime.now(UTC) - timedelta(days=1)
    assert list(store.names(yesterday)) == [old]
    for name in (old, again):
        store.delete(name, yesterday)
    assert s3.names == {again}
    with pytest.raises(ValueError, match="time zone"):
        list(store.names(datetime(2026, 1, 1)))  # noqa: DTZ001 (a naive time is refused)


def test_a_damaged_an_exchanged_and_a_huge_object_are_refused(
    s3: S3Server, store: FileStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    one, two = store.put(b"refused", OWNER), store.put(b"approved", OWNER)
    key = {name: next(key for key in s3.objects if key.endswith(name)) for name in (one, two)}
    s3.objects[key[one]].content = s3.objects[key[two]].content
    with pytest.raises(SealBroken):
        store.read(one, OWNER)
    s3.objects[key[one]].content = b""
    with pytest.raises(SealBroken):
        store.read(one, OWNER)
    monkeypatch.setattr(s3_objects, "LARGEST", 10)
    with pytest.raises(SealBroken, match="larger than 10 bytes"):
        store.read(two, OWNER)


@pytest.mark.parametrize("fault", ["busy", "denied", "cut", "lost", "hangs"])
def test_a_store_that_is_away_is_an_outage_and_goes_on_afterwards(
    s3: S3Server, store: FileStore, fault: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    if fault == "hangs":
        monkeypatch.setattr(s3_objects, "TIMEOUT", timedelta(seconds=0.2))
        store = FileStore(opened(s3), KEYS)
    kept = store.put(b"kept", OWNER)
    s3.fault = fault
    acts = (
        lambda: store.put(CONTENT, OWNER),
        lambda: store.read(kept, OWNER),
        lambda: store.exists(kept),
        lambda: store.delete(hashlib.sha256(b"").hexdigest()),
        lambda: list(store.names()),
    )
    for act in acts:
        with pytest.raises(StoreAway) as away:
            act()
        assert is_outage(away.value) and "127.0.0.1" not in str(away.value)
    s3.fault = ""
    monkeypatch.undo()
    store_again = FileStore(opened(s3), KEYS)
    assert store_again.read(kept, OWNER) == b"kept"
    assert store_again.read(store_again.put(CONTENT, OWNER), OWNER) == CONTENT


def test_while_it_is_away_nobody_waits_and_the_log_has_one_line(
    s3: S3Server, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(s3_objects, "FIRST_PAUSE", 60.0)
    monkeypatch.setattr(s3_objects, "LONGEST_PAUSE", 60.0)
    objects = opened(s3)
    objects.trouble = TroubleLog("the object store")
    s3.stop()
    for number in range(20):
        with pytest.raises(StoreAway):
            objects.get("a" * 64)
        if number == 0:
            s3.start()
    assert s3.calls == [], "it is not asked again so soon"
    monkeypatch.setattr(s3_objects, "monotonic", lambda: float("inf"))
    assert not objects.exists("a" * 64)
    lines = capfd.readouterr().out.splitlines()
    assert [line for line in lines if "tried again" in line] == lines[:1] and "works again" in lines[1], lines


def test_requests_that_fail_together_make_one_pause(s3: S3Server, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(s3_objects, "FIRST_PAUSE", 60.0)
    monkeypatch.setattr(s3_objects, "LONGEST_PAUSE", 6000.0)
    monkeypatch.setattr(s3_objects, "TIMEOUT", timedelta(seconds=0.2))
    objects, begin = opened(s3), Barrier(8)
    s3.fault = "hangs"

    def ask(_number: int) -> bool:
        begin.wait()
        with suppress(StoreAway):
            return objects.exists("a" * 64)
        return True

    with ThreadPoolExecutor(8) as threads:
        assert all(threads.map(ask, range(8))) and objects.away
    s3.fault = ""
    monkeypatch.setattr(s3_objects, "monotonic", lambda: time.monotonic() + 61.0)
    assert not objects.exists("a" * 64)


def test_the_library_is_missed_in_one_line(s3: S3Server, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "obstore", None)
    monkeypatch.delitem(sys.modules, "storage.s3_objects")
    with pytest.raises(OperatorError, match=r"run make setup-s3\.$"):
        opened(s3)


@pytest.mark.parametrize(
    ("setting", "why"),
    [
        ({"files_secret_key": "x" * 30}, "the keys are refused, or may not do this"),
        ({"files_access_key": "SOMEBODY"}, "the keys are refused, or may not do this"),
        ({"files_region": "id-other-1"}, "its region is another one"),
        ({"files_url": "s3://nobodys/kantor"}, "there is no such bucket"),
    ],
)
def test_a_wrong_setting_is_named(s3: S3Server, setting: dict[str, str], why: str) -> None:
    with pytest.raises(StoreAway, match=why):
        opened(s3, **setting).try_out()
    assert s3.objects == {}
