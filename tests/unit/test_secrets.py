from __future__ import annotations

import os
import stat
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from storage.secrets import KeyMissing, Keys, KeyWeak, SealBroken

SETTING = "correct-horse-battery-staple-0123456789"
KEYS = Keys(SETTING.encode())
OTHER = Keys(b"another secret of more than 32 bytes")
#: sealed with KEYS when the format of sealed bytes was decided
FINGERPRINT = "8b40740e0b661e54"
NAME = "b74eef506b7ae7dc476d4399025daa62f18349fbd2da02a33aa0ba124cd87a02"
DIGEST = "32453afeec456fe595276df94ea3b672af3b435a97ead0ed79d2e18e9bd9c666"
SEALED = "018c9d949f693ee47964577f8b0116cc0aa5f34595b4f0a651fac53bd4d5406356"


def test_the_first_start_makes_a_key_that_only_its_owner_reads(tmp_path: Path) -> None:
    first = Keys.load(tmp_path, None, database_has_rows=False)
    file = tmp_path / "secret.key"
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert [path.name for path in tmp_path.iterdir()] == ["secret.key"]
    assert Keys.load(tmp_path, None, database_has_rows=True).fingerprint() == first.fingerprint()


def test_two_installations_have_two_keys(tmp_path: Path) -> None:
    made = {Keys.load(tmp_path / name, None, database_has_rows=False).fingerprint() for name in ("a", "b")}
    assert len(made) == 2


def test_processes_that_start_at_once_agree_on_one_key(tmp_path: Path) -> None:
    with ThreadPoolExecutor(16) as pool:
        made = list(pool.map(lambda _: Keys.load(tmp_path, None, database_has_rows=False).fingerprint(), range(64)))
    assert len(set(made)) == 1
    assert [path.name for path in tmp_path.iterdir()] == ["secret.key"]


@pytest.mark.parametrize("setting", [None, "", "  \n"])
def test_data_without_a_key_is_refused_and_no_key_is_made(tmp_path: Path, setting: str | None) -> None:
    with pytest.raises(KeyMissing, match=r"PST_SECRET_KEY.*secret\.key") as refused:
        Keys.load(tmp_path, setting, database_has_rows=True)
    assert "\n" not in str(refused.value)
    assert not list(tmp_path.iterdir())


def test_the_setting_goes_before_the_file_and_makes_none(tmp_path: Path) -> None:
    assert Keys.load(tmp_path, SETTING, database_has_rows=True).fingerprint() == KEYS.fingerprint()
    assert not list(tmp_path.iterdir())


def test_the_text_of_the_key_file_is_the_same_key_as_a_setting(tmp_path: Path) -> None:
    from_file = Keys.load(tmp_path, None, database_has_rows=False)
    text = (tmp_path / "secret.key").read_text()
    assert Keys.load(tmp_path / "elsewhere", text, database_has_rows=True).fingerprint() == from_file.fingerprint()


@pytest.mark.parametrize("content", [b"", b"short", b"x" * 31 + b"\n"])
def test_a_short_key_is_refused_and_not_shown(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "secret.key").write_bytes(content)
    with pytest.raises(KeyWeak, match=r"secret\.key") as refused:
        Keys.load(tmp_path, None, database_has_rows=False)
    assert "xxx" not in str(refused.value)
    with pytest.raises(KeyWeak, match="PST_SECRET_KEY"):
        Keys.load(tmp_path, "x" * 31, database_has_rows=False)


def test_the_key_is_never_shown() -> None:
    shown = repr(KEYS) + str(KEYS) + f"{KEYS!r:>60}"
    assert "horse" not in shown
    assert not hasattr(KEYS, "__dict__")


@given(st.binary(max_size=200), st.text(max_size=20))
def test_what_was_sealed_opens_again(plain: bytes, bound_to: str) -> None:
    sealed = KEYS.seal("draft", plain, bound_to)
    assert KEYS.open("draft", sealed, bound_to) == plain
    assert len(sealed) == len(plain) + 29


def test_the_same_text_never_looks_the_same_twice() -> None:
    assert len({KEYS.seal("draft", b"NIK", "7") for _ in range(100)}) == 100


@pytest.mark.parametrize(
    ("keys", "purpose", "bound_to"),
    [(OTHER, "draft", "7"), (KEYS, "message", "7"), (KEYS, "draft", "8"), (KEYS, "draft", "")],
)
def test_another_key_purpose_or_place_does_not_open(keys: Keys, purpose: str, bound_to: str) -> None:
    with pytest.raises(SealBroken):
        keys.open(purpose, KEYS.seal("draft", b"secret", "7"), bound_to)


@given(st.integers(min_value=0), st.integers(1, 255))
def test_any_changed_byte_is_noticed(at: int, change: int) -> None:
    sealed = bytearray(KEYS.seal("draft", b"a remark", "7"))
    sealed[at % len(sealed)] ^= change
    with pytest.raises(SealBroken):
        KEYS.open("draft", bytes(sealed), "7")


@given(st.integers(0, 36))
def test_anything_cut_short_is_noticed(length: int) -> None:
    with pytest.raises(SealBroken):
        KEYS.open("draft", KEYS.seal("draft", b"a remark", "7")[:length], "7")


def test_an_error_tells_neither_text_nor_key() -> None:
    with pytest.raises(SealBroken) as error:
        OTHER.open("draft", KEYS.seal("draft", b"plain words", "7"), "7")
    assert "plain" not in str(error.value)


def test_names_and_digests_depend_on_key_purpose_and_content() -> None:
    made = [
        KEYS.name("file", b"123456"), KEYS.name("letter", b"123456"), KEYS.name("file", b"123457"),
        KEYS.digest("file", "123456"), KEYS.digest("code", "123456"), OTHER.name("file", b"123456"),
        OTHER.digest("code", "123456"),
    ]  # fmt: skip
    assert len(set(made)) == len(made)
    assert all(len(name) == 64 and int(name, 16) for name in made)
    assert KEYS.name("file", b"123456") == made[0]


def test_the_format_of_sealed_bytes_does_not_change() -> None:
    """Fixed values: a change of the labels or of the format would make all stored files unreadable."""
    assert KEYS.fingerprint() == FINGERPRINT
    assert KEYS.name("file", b"content") == NAME
    assert KEYS.digest("code", "123456") == DIGEST
    assert KEYS.open("draft", bytes.fromhex(SEALED), "7") == b"kept"


def test_a_crash_while_the_key_is_made_leaves_no_half_key(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def power_cut(_: int) -> None:
        raise OSError("power cut")

    with monkeypatch.context() as broken:
        broken.setattr(os, "fsync", power_cut)
        with pytest.raises(OSError, match="power cut"):
            Keys.load(tmp_path, None, database_has_rows=False)
    assert not (tmp_path / "secret.key").exists()
    assert Keys.load(tmp_path, None, database_has_rows=False).fingerprint()
