"""Runs the conversations in `tests/transcripts/*.chat` (see `tests/script.py`);
`pytest --update tests/test_transcripts.py` rewrites them.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from locales import SUPPORTED
from tests.labels import faults
from tests.script import scripts
from tests.talk import World
from tests.transcript_player import Player, said_to
from tests.whatsapp_screens import screen_faults


@pytest.mark.parametrize("path", scripts(), ids=lambda path: path.stem)
def test_the_conversation_goes_as_written(path: Path, tmp_path: Path, request: pytest.FixtureRequest) -> None:
    written = path.read_text(encoding="utf-8").splitlines()
    world = World(tmp_path / "data")
    player = Player(world)
    try:
        said = said_to(player, written)
    finally:
        world.stop()
    if request.config.getoption("--update"):
        path.write_text("\n".join(said) + "\n", encoding="utf-8")
        return
    assert said == written
    prompts = [message.prompt for talk in player.talks.values() for message in talk.told]
    assert [fault for locale in SUPPORTED for prompt in prompts for fault in faults(prompt, locale)] == []
    assert {fault for locale in SUPPORTED for prompt in prompts for fault in screen_faults(prompt, locale)} == set()
