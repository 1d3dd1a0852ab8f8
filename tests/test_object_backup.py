"""A backup holds the files wherever they lie, and moves them between the data folder and an object store."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from bot.cli import main
from tests.filling import filling
from tests.platforms.s3 import S3Server
from tests.samples import sample
from tests.talk import Talk, World

pytestmark = pytest.mark.usefixtures("cheap_passphrases")

CONTENT = b"%PDF-1.7 lampiran"


def command(folder: Path, *arguments: str, **environment: str) -> Result:
    settings = {"PST_DATA_DIR": str(folder), "PST_BACKUP_PASSPHRASE": "kalimat sandi cadangan", **environment}
    return CliRunner().invoke(main, arguments, env=settings)


def goes_on(folder: Path, name: str, settings: Mapping[str, str]) -> None:
    """The form is where it was, and the file is there."""
    world = World(folder, settings=settings)
    try:
        assert world.process.store.read(name, "person/1") == CONTENT
        assert Talk(world, "tester").say("halo")
    finally:
        world.stop()


def test_a_backup_moves_the_files_into_an_object_store_and_back(s3: S3Server, tmp_path: Path) -> None:
    world = World(tmp_path / "disk")
    filling(world, "cara_pengumpulan_data")
    name = world.process.store.put(CONTENT, "person/1")
    world.stop()
    first, second = str(tmp_path / "first.backup"), str(tmp_path / "second.backup")
    assert command(world.folder, "backup", first).exit_code == 0

    moved = command(tmp_path / "moved", "restore", first, **s3.environment)
    assert moved.exit_code == 0, moved.output
    assert s3.names == {name}
    assert not [path for path in (tmp_path / "moved" / "files").rglob("*") if path.is_file()]
    goes_on(tmp_path / "moved", name, s3.settings)

    beside = command(tmp_path / "beside", "restore", first, **s3.environment)
    assert beside.exit_code == 2 and beside.output.endswith(
        "s3://berkas/kantor/7304 is not empty; choose an empty place with PST_FILES_URL\n"
    )
    assert not (tmp_path / "beside").exists() and s3.names == {name}

    saved = command(tmp_path / "moved", "backup", second, **s3.environment)
    assert saved.exit_code == 0 and "1 files" in saved.output, saved.output
    assert command(tmp_path / "back", "restore", second).exit_code == 0
    goes_on(tmp_path / "back", name, {})
    refused = command(tmp_path / "back", "run", **s3.environment)
    assert refused.exit_code == 2 and "holds the files of another service" in refused.output


def test_a_store_that_is_away_ends_a_backup_in_one_line_and_leaves_no_file(s3: S3Server, tmp_path: Path) -> None:
    world = World(tmp_path / "data", settings=s3.settings)
    world.process.store.put(CONTENT, "person/1")
    world.stop()
    s3.fault = "busy"
    failed = command(world.folder, "backup", str(tmp_path / "backup"), **s3.environment)
    assert failed.exit_code == 2 and len(failed.output.splitlines()) == 1
    assert "s3://berkas/kantor/7304" in failed.output and "run the command again" in failed.output
    assert not [path for path in tmp_path.iterdir() if path.name != "data"]
    s3.fault = ""
    assert command(world.folder, "backup", str(tmp_path / "backup"), **s3.environment).exit_code == 0
    s3.fault = "busy"
    failed = command(tmp_path / "new", "restore", str(tmp_path / "backup"), **s3.environment)
    assert failed.exit_code == 2 and "run the command again" in failed.output and not (tmp_path / "new").exists()


def test_a_new_key_seals_the_objects_anew(s3: S3Server, tmp_path: Path) -> None:
    world = World(tmp_path / "data", settings=s3.settings)
    talk = filling(world, "surat_permohonan")
    talk.send(("surat.pdf", sample("surat.pdf")))
    before = s3.names
    world.stop()
    rotated = command(world.folder, "key", "rotate", **s3.environment)
    assert rotated.exit_code == 0, rotated.output
    assert len(s3.names) == len(before) == 1 and s3.names.isdisjoint(before)
