"""Every conversation on phones, as each platform shows it and takes what people do.

Most take turns, so that a test run stays short; `PHONES=all` plays every one on every platform.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.phones.player import On, played
from tests.phones.telegram import by_polling, by_webhook
from tests.phones.whatsapp import by_whatsapp
from tests.script import scripts

#: what the platforms show or take in ways of their own, so both play it
ON_BOTH = {"burst", "uploads", "old_buttons", "talk_with_an_officer"}
#: on WhatsApp the news of another device comes in between and is what "2" answers
ON_TELEGRAM = {"another_device"}
#: its last message is deleted as soon as it has left, so the player, which reads the database, comes too late
IN_CHAT_ONLY = {"own_data"}
BY_WEBHOOK = ("burst", "uploads")
#: more choices than a list of WhatsApp has rows are numbers to be typed: an old one cannot be pressed there
LEFT_OUT = {("whatsapp", "old_buttons"): ["[Kesehatan]"]}


def on_phones() -> Iterator[Any]:
    is_everything = os.environ.get("PHONES") == "all"
    platforms = (("telegram", by_polling), ("whatsapp", by_whatsapp))
    for number, path in enumerate(scripts()):
        if path.stem in IN_CHAT_ONLY:
            continue
        for turn, (name, on) in enumerate(platforms):
            if name == "whatsapp" and path.stem in ON_TELEGRAM:
                continue
            if is_everything or path.stem in ON_BOTH | ON_TELEGRAM or number % 2 == turn:
                yield pytest.param(path, on, LEFT_OUT.get((name, path.stem), []), id=f"{path.stem}-{name}")
        if is_everything or path.stem in BY_WEBHOOK:
            yield pytest.param(path, by_webhook, [], id=f"{path.stem}-telegram by webhook")


@pytest.mark.parametrize(("path", "on", "left_out"), [*on_phones()])
async def test_phones_show_what_is_said(path: Path, on: On, left_out: list[str], tmp_path: Path) -> None:
    script = path.read_text(encoding="utf-8").splitlines()
    wrong, is_left_out = await played(script, tmp_path, on)
    assert not wrong, wrong
    assert is_left_out == left_out


def test_the_table_of_walks_names_what_plays_on_both_platforms(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PHONES", "all")
    played_on_both = {path.stem for path in scripts()} - IN_CHAT_ONLY - ON_TELEGRAM
    ids = {str(walk.id) for walk in on_phones()}
    assert {f"{stem}-{name}" for stem in played_on_both for name in ("telegram", "whatsapp")} <= ids
    root = Path(__file__).parents[2]
    rows = re.findall(
        r"^\| ([1-8]) .+? \| (.+?) \| (.+?) \| (.+) \|$", (root / "docs/walks.md").read_text("utf-8"), re.M
    )
    assert [number for number, *_ in rows] == list("12345678")
    texts = {path.stem: path.read_text(encoding="utf-8") for path in scripts()}
    for _, visitor, officer, elsewhere in rows:
        assert {*visitor.split(", "), *officer.split(", ")} <= played_on_both | IN_CHAT_ONLY
        assert all("~ invite" in texts[stem] for stem in officer.split(", "))
        assert all((root / file).is_file() for file in re.findall("`(.+?)`", elsewhere))
