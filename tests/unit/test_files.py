from __future__ import annotations

import os
import resource
import stat
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from storage.disk_objects import DiskObjects, StorageFull
from storage.files import FileStore
from storage.secrets import Keys, SealBroken
from storage.spool import StreamTooLarge, clear_leftovers, spool, unspool

KEYS = Keys(b"correct-horse-battery-staple-0123456789")
CONTENT = b"%PDF-1.7 a cover letter with a person's NIK"


@pytest.fixture
def store(tmp_path: Path) -> FileStore:
    return FileStore(DiskObjects(tmp_path / "files"), KEYS)


def on_disk(root: Path) -> list[Path]:
    return sorted(path for path in root.rglob("*") if path.is_file())


def test_what_was_put_is_read_again_in_another_process(store: FileStore, tmp_path: Path) -> None:
    source = tmp_path / "letter.pdf"
    source.write_bytes(CONTENT)
    name = store.put(source, "person/7")
    assert FileStore(DiskObjects(tmp_path / "files"), KEYS).read(name, "person/7") == CONTENT
    assert store.put(CONTENT, "person/7") == name


def test_nothing_on_disk_is_in_clear_or_open_to_others(store: FileStore, tmp_path: Path) -> None:
    name = store.put(CONTENT, "person/7")
    (file,) = on_disk(tmp_path / "files")
    assert file == tmp_path / "files" / name[:2] / name
    assert b"NIK" not in file.read_bytes()
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert {stat.S_IMODE(folder.stat().st_mode) for folder in (file.parent, file.parent.parent)} == {0o700}


def test_equal_content_is_one_object_for_one_owner_and_two_for_two(store: FileStore, tmp_path: Path) -> None:
    mine, again, yours = (store.put(CONTENT, owner) for owner in ("person/7", "person/7", "person/8"))
    assert mine == again != yours
    assert len(on_disk(tmp_path / "files")) == 2


def test_deleting_one_owners_object_leaves_the_others(store: FileStore) -> None:
    mine, yours = store.put(CONTENT, "person/7"), store.put(CONTENT, "person/8")
    store.delete(mine)
    store.delete(mine)
    assert not store.exists(mine)
    assert store.read(yours, "person/8") == CONTENT
    assert list(store.names()) == [yours]
    with pytest.raises(FileNotFoundError):
        store.read(mine, "person/7")


def test_the_border_between_owner_and_content_counts(store: FileStore) -> None:
    assert store.put(b"1:a", "7") != store.put(b"a", "71:")


def test_another_owner_cannot_read(store: FileStore) -> None:
    name = store.put(CONTENT, "person/7")
    for stranger in ("person/8", "person/77", ""):
        with pytest.raises(SealBroken):
            store.read(name, stranger)


def test_another_key_cannot_read(store: FileStore, tmp_path: Path) -> None:
    name = store.put(CONTENT, "person/7")
    with pytest.raises(SealBroken):
        FileStore(DiskObjects(tmp_path / "files"), Keys(b"another secret of more than 32 bytes")).read(name, "person/7")


@pytest.mark.parametrize("at", [0, 1, 13, 40, -1])
def test_a_flipped_bit_is_detected_and_repaired_by_the_next_put(store: FileStore, tmp_path: Path, at: int) -> None:
    name = store.put(CONTENT, "person/7")
    file = tmp_path / "files" / name[:2] / name
    damaged = bytearray(file.read_bytes())
    damaged[at] ^= 1
    file.write_bytes(damaged)
    with pytest.raises(SealBroken):
        store.read(name, "person/7")
    assert store.put(CONTENT, "person/7") == name
    assert store.read(name, "person/7") == CONTENT


def test_an_exchanged_object_is_detected(store: FileStore, tmp_path: Path) -> None:
    old, new = store.put(b"refused", "person/7"), store.put(b"approved", "person/7")
    root = tmp_path / "files"
    (root / new[:2] / new).replace(root / old[:2] / old)
    with pytest.raises(SealBroken):
        store.read(old, "person/7")


@pytest.mark.parametrize(
    "name", ["", "..", "../secret.key", "a" * 63, "a" * 65, "A" * 64, "a" * 64 + "\n", "/" + "a" * 63, "g" * 64]
)
def test_a_bad_object_name_raises(store: FileStore, name: str) -> None:
    for act in (store.exists, store.delete, lambda name: store.read(name, "person/7")):
        with pytest.raises(ValueError, match="name of a stored file"):
            act(name)


def test_names_lists_complete_objects_and_leaves_out_the_young_ones(store: FileStore, tmp_path: Path) -> None:
    old, again, young = (store.put(content, "person/7") for content in (b"old", b"again", b"young"))
    root = tmp_path / "files"
    for name in (old, again):
        os.utime(root / name[:2] / name, (1_000_000_000, 1_000_000_000))
    store.put(b"again", "person/7")
    for stray in (root / "ab" / "not-a-name", root / "cd" / ("ab" * 32), root / old[:2] / f".{'0' * 32}.part"):
        stray.parent.mkdir(exist_ok=True)
        stray.write_bytes(b"")
    assert set(store.names()) == {old, again, young}
    assert list(store.names(before=datetime.now(UTC) - timedelta(hours=1))) == [old]
    with pytest.raises(ValueError, match="time zone"):
        list(store.names(before=datetime(2026, 1, 1)))  # noqa: DTZ001 (a naive time is refused)


async def test_leftovers_of_a_crash_are_cleared_and_nothing_else(store: FileStore, tmp_path: Path) -> None:
    root = tmp_path / "files"
    name = store.put(CONTENT, "person/7")
    part = root / name[:2] / f".{'0' * 32}.part"
    part.write_bytes(b"half")
    spooled = await spool(root, stream(b"half"), 10, KEYS)
    assert clear_leftovers(root, datetime.now(UTC) - timedelta(hours=1)) == 0
    assert clear_leftovers(root, datetime.now(UTC) + timedelta(hours=1)) == 2
    assert not part.exists()
    assert not spooled.exists()
    assert store.read(name, "person/7") == CONTENT


@contextmanager
def room_for(size: int) -> Iterator[None]:
    """Makes writing more than `size` bytes into a file fail as on a full disk (EFBIG instead of ENOSPC)."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


async def test_a_full_disk_raises_its_own_error_and_leaves_no_file(store: FileStore, tmp_path: Path) -> None:
    name = store.put(CONTENT, "person/7")
    with room_for(100_000):
        with pytest.raises(StorageFull) as full:
            store.put(os.urandom(1_000_000), "person/7")
        with pytest.raises(StorageFull):
            await spool(tmp_path / "files", stream(*[bytes(60_000)] * 3), 1_000_000, KEYS)
    assert "\n" not in str(full.value)
    assert [path.name for path in on_disk(tmp_path / "files")] == [name]
    assert store.read(name, "person/7") == CONTENT


def test_a_crash_while_writing_leaves_the_object_that_was_there(
    store: FileStore, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    name = store.put(CONTENT, "person/7")
    order: list[str] = []
    really_sync, really_replace = os.fsync, Path.replace

    def sync(handle: int) -> None:
        order.append("sync folder" if stat.S_ISDIR(os.fstat(handle).st_mode) else "sync file")
        really_sync(handle)

    def replace(self: Path, target: Path) -> Path:
        order.append("rename")
        return really_replace(self, target)

    monkeypatch.setattr(os, "fsync", sync)
    monkeypatch.setattr(Path, "replace", replace)
    store.put(CONTENT, "person/7")
    assert order == ["sync file", "rename", "sync folder"], "the name must not be there before the bytes are"

    def power_cut(_: int) -> None:
        raise OSError("power cut")

    monkeypatch.setattr(os, "fsync", power_cut)
    with pytest.raises(OSError, match="power cut"):
        store.put(CONTENT, "person/7")
    assert [path.name for path in on_disk(tmp_path / "files")] == [name]
    assert store.read(name, "person/7") == CONTENT


async def stream(*chunks: bytes) -> AsyncIterator[bytes]:
    for chunk in chunks:
        yield chunk


@pytest.mark.parametrize("chunks", [[], [b""], [b"a"], [b"a", b"", b"bc"], [bytes(65_536)] * 20])
async def test_a_spooled_stream_is_read_again_whole(tmp_path: Path, chunks: list[bytes]) -> None:
    path = await spool(tmp_path, stream(*chunks), 20 * 65_536, KEYS)
    assert path.parent == tmp_path / "spool"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert unspool(path, KEYS) == b"".join(chunks)


async def test_a_spool_file_is_not_in_clear(tmp_path: Path) -> None:
    path = await spool(tmp_path, stream(CONTENT), 1_000, KEYS)
    assert CONTENT[:8] not in path.read_bytes()


async def test_a_stream_over_its_limit_is_not_read_further_and_not_stored(tmp_path: Path) -> None:
    asked = 0

    async def endless() -> AsyncIterator[bytes]:
        nonlocal asked
        while True:
            asked += 1
            yield bytes(1_000)

    with pytest.raises(StreamTooLarge):
        await spool(tmp_path, endless(), 10_000, KEYS)
    assert asked == 11
    assert not on_disk(tmp_path)


async def test_a_stream_of_exactly_its_limit_is_kept(tmp_path: Path) -> None:
    assert len(unspool(await spool(tmp_path, stream(bytes(6), bytes(4)), 10, KEYS), KEYS)) == 10


async def test_a_broken_connection_leaves_nothing(tmp_path: Path) -> None:
    async def broken() -> AsyncIterator[bytes]:
        yield b"half"
        raise ConnectionResetError

    with pytest.raises(ConnectionResetError):
        await spool(tmp_path, broken(), 10_000, KEYS)
    assert not on_disk(tmp_path)


async def test_a_truncated_spool_file_is_noticed_wherever_it_is_cut(tmp_path: Path) -> None:
    path = await spool(tmp_path, stream(b"first", b"second", b"third"), 100, KEYS)
    whole = path.read_bytes()
    for length in range(len(whole)):
        path.write_bytes(whole[:length])
        with pytest.raises(SealBroken):
            unspool(path, KEYS)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=200)
@given(st.integers(min_value=0), st.integers(1, 255))
async def test_any_changed_byte_of_a_spool_file_is_noticed(tmp_path: Path, at: int, change: int) -> None:
    path = await spool(tmp_path, stream(b"first", b"second"), 100, KEYS)
    changed = bytearray(path.read_bytes())
    changed[at % len(changed)] ^= change
    path.write_bytes(changed)
    with pytest.raises(SealBroken):
        unspool(path, KEYS)


async def test_frames_exchanged_repeated_or_of_another_file_are_noticed(tmp_path: Path) -> None:
    one = (await spool(tmp_path, stream(b"AAAA", b"BBBB"), 100, KEYS)).read_bytes()
    two = (await spool(tmp_path, stream(b"CCCC", b"DDDD"), 100, KEYS)).read_bytes()
    mark, frame = 28, 4 + 29 + 4  # `frame`: its length field, the bytes that sealing adds, and the chunk
    head, first, second, end = one[:mark], one[mark:][:frame], one[mark + frame :][:frame], one[mark + 2 * frame :]
    for wrong in (
        head + second + first + end,
        head + first + first + end,
        head + first + end,
        head + two[mark:][:frame] + second + end,
        one + end,
        head + end,
    ):
        path = tmp_path / "wrong"
        path.write_bytes(wrong)
        with pytest.raises(SealBroken):
            unspool(path, KEYS)


async def test_a_spool_file_is_not_stored_by_mistake(store: FileStore, tmp_path: Path) -> None:
    path = await spool(tmp_path, stream(CONTENT), 1_000, KEYS)
    with pytest.raises(ValueError, match="unspool"):
        store.put(path, "person/7")
    assert not list(store.names())
