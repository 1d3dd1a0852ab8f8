"""Profiles of offices that differ from the packaged one."""

from __future__ import annotations

from importlib import resources
from pathlib import Path

PROFILE = (resources.files("domain") / "data" / "offices" / "jeneponto.toml").read_text(encoding="utf-8")


def profile(folder: Path, *changes: tuple[str, str]) -> Path:
    """A file with the packaged profile, each `old` in `changes` replaced by its `new`."""
    text = PROFILE
    for old, new in changes:
        assert old in text, f"the packaged profile no longer has {old!r}"
        text = text.replace(old, new, 1)
    path = folder / "office.toml"
    path.write_text(text, encoding="utf-8")
    return path
