"""How many messages an application takes, as the README says."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.journey import JOURNEYS, row, walk
from tests.talk import World

README = (Path(__file__).parent.parent / "README.md").read_text(encoding="utf-8")
#: name of a journey → the most messages that its person has to send
MOST_SENT = {"compilation": 63, "survey": 76}


@pytest.mark.parametrize("name", JOURNEYS)
def test_an_application_takes_as_many_messages_as_the_readme_says(name: str, tmp_path: Path) -> None:
    world = World(tmp_path / "data")
    try:
        count = walk(name, world)
    finally:
        world.stop()
    assert count.sent <= MOST_SENT[name]
    assert row(name, count) in README, "run `make journey`, and write its rows into the README"
