"""Runs the conversations in `tests/transcripts/*.chat` (see `tests/script.py`);
`pytest --update tests/test_transcripts.py` rewrites them.
"""

from __future__ import annotations

from contextlib import ExitStack
from pathlib import Path

import pytest
from sqlalchemy import select

from locales import SUPPORTED
from storage.tables import File
from tests.labels import faults
from tests.platforms.s3 import s3_server
from tests.script import scripts
from tests.talk import World
from tests.transcript_player import Player, said_to
from tests.whatsapp_screens import screen_faults

#: the files of these lie in an object store, the others in the data folder
IN_OBJECT_STORE = {"two_rounds", "issued_by_upload"}


@pytest.mark.parametrize("path", scripts(), ids=lambda path: path.stem)
def test_the_conversation_goes_as_written(path: Path, tmp_path: Path, request: pytest.FixtureRequest) -> None:
    written = path.read_text(encoding="utf-8").splitlines()
    with ExitStack() as stack:
        store = stack.enter_context(s3_server()) if path.stem in IN_OBJECT_STORE else None
        world = World(tmp_path / "data", settings=store.settings if store is not None else {})
        stack.callback(world.stop)
        player = Player(world)
        said = said_to(player, written)
        if store is not None:
            assert store.names >= readable_files(world) != set()
            assert store.flagged == []
            assert not [file for file in (tmp_path / "data" / "files").rglob("*") if file.is_file()]
    if request.config.getoption("--update"):
        path.write_text("\n".join(said) + "\n", encoding="utf-8")
        return
    assert said == written
    prompts = [message.prompt for talk in player.talks.values() for message in talk.told]
    assert [fault for locale in SUPPORTED for prompt in prompts for fault in faults(prompt, locale)] == []
    assert {fault for locale in SUPPORTED for prompt in prompts for fault in screen_faults(prompt, locale)} == set()


def readable_files(world: World) -> set[str]:
    """The names of the objects of all files; each of them can be opened."""
    files = world.process.units.read_now(lambda session: session.scalars(select(File)).all())
    assert all(len(world.process.store.read(file.object, file.owner)) == file.size for file in files)
    return {file.object for file in files}
