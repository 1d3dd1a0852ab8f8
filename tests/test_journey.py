"""How many messages an application takes, as the README says."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.journey import CHAINS, row, walk_chain
from tests.talk import World

README = (Path(__file__).parent.parent / "README.md").read_text(encoding="utf-8")
#: name of a journey → the most messages that its person has to send
MOST_SENT = {"compilation": 39, "repeat": 13, "survey": 48, "file": 12, "page": 8}


@pytest.mark.parametrize("names", CHAINS, ids="-".join)
def test_an_application_takes_as_many_messages_as_the_readme_says(names: tuple[str, ...], tmp_path: Path) -> None:
    world = World(tmp_path / "data")
    try:
        counts = walk_chain(names, world)
    finally:
        world.stop()
    assert {name: count.sent <= MOST_SENT[name] for name, count in counts.items()} == dict.fromkeys(names, True)
    rows = [row(name, count) for name, count in counts.items()]
    assert [line for line in rows if line not in README] == [], "run `make journey`, and write its rows into the README"
