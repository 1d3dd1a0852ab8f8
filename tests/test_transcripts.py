"""Runs the conversations in `tests/transcripts/*.chat` (see `tests/script.py`);
`pytest --update tests/test_transcripts.py` rewrites them.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.chat import Prompt
from bot.handlers.whatsapp.render import Payload, addressed, payloads
from locales import SUPPORTED
from tests.labels import faults
from tests.platforms.whatsapp.messages import check_request
from tests.script import scripts
from tests.talk import World
from tests.transcript_player import Player, said_to


def on_whatsapp(prompt: Prompt, locale: str) -> list[Payload]:
    """The messages beside the attachment, which the strict server of the Cloud API takes. Raises its `Refused`."""
    made = payloads(prompt, locale, "12345")
    for payload in made:
        check_request(addressed(payload, "ID.1"))
    files = {"document", "image"}
    return [payload for payload in made if payload["type"] not in files] or made


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
    assert {len(on_whatsapp(prompt, locale)) for locale in SUPPORTED for prompt in prompts} == {1}
