"""The commands of docs/operations.md, in their order: a machine without systemd and network runs what it can, and the
others are compared with what the program has.
"""

from __future__ import annotations

import os
import re
import shlex
import shutil
import subprocess
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

import click
import pytest
from click.testing import CliRunner

from bot.cli import main
from bot.settings import NO_SETTINGS, Settings
from tests.platforms.s3 import s3_server
from tests.program import ROOT
from tests.talk import Talk, World

TEXT = (ROOT / "docs" / "operations.md").read_text(encoding="utf-8")
DEPLOY = ROOT / "deploy"
UNITS = {path.name for path in (DEPLOY / "systemd").iterdir()}
#: instead of settings that lead out of this machine
HERE_ONLY = {"PST_SMTP_URL": "", "PST_PUBLIC_URL": ""}
ON_DISK = dict.fromkeys(("PST_FILES_URL", "PST_FILES_ENDPOINT", "PST_FILES_ACCESS_KEY", "PST_FILES_SECRET_KEY"), "")
#: the programs that a test may run; what others get is read
HERE = {"cat", "chmod", "echo", "install", "ls", "mv", "sed"}
OTHERS = {"apt-get", "chown", "git", "journalctl", "make", "runuser", "systemctl", "useradd"}
#: of one office; the others are of several processes
ONE_PROCESS = {"pst-bot.service", "pst-bot-backup.service", "pst-bot-backup.timer"}


def commands(text: str) -> Iterator[str]:
    """Those of the fenced blocks. What goes into a file (`<<'END'`) is a part of its command."""
    for block in re.findall(r"^```sh\n(.*?)^```$", text, re.MULTILINE | re.DOTALL):
        found = re.findall(r"[^\n]*<<'END'.*?\nEND\n|[^\n]+\n", block, re.DOTALL)
        yield from (command for command in found if not command.startswith("#"))


class Machine:
    """A folder that stands for the whole disk."""

    def __init__(self, root: Path) -> None:
        self.root = root
        for folder in ("etc/systemd/system", "etc/caddy", "usr/local/sbin", "var/lib", "var/backups", "opt"):
            (root / folder).mkdir(parents=True)
        (root / "opt/pst-bot").symlink_to(ROOT)

    def moved(self, command: str) -> str:
        return re.sub(r"(?<![\w.:/])/(?=(?:etc|opt|usr|var)/)", f"{self.root}/", command)

    def shell(self, command: str) -> None:
        """This account owns everything."""
        mine = re.sub(r" -o \w+ -g \w+", "", self.moved(command))
        subprocess.run(["sh", "-ec", mine], check=True, capture_output=True)

    def settings(self) -> Mapping[str, str]:
        lines = (self.root / "etc/pst-bot/.env").read_text(encoding="utf-8").splitlines()
        return {name: self.moved(value) for name, _, value in (line.partition("=") for line in lines)}

    def pst_bot(self, words: Sequence[str], **other: str) -> str:
        backups = sorted((self.root / "var/backups/pst-bot").iterdir())
        arguments = [str(backups[-1]) if word == "$FILE" else self.moved(word) for word in words]
        done = CliRunner().invoke(main, arguments, env={**self.settings(), **HERE_ONLY, **other})
        allowed = {0, 1} if words[0] in {"calendar", "check"} else {0}  # 1: they found something to mend
        assert done.exit_code in allowed, f"{words}: {done.output}"
        return done.output

    def start_the_service(self) -> Talk:
        """As its unit does."""
        assert Settings(_env_file=self.root / "etc/pst-bot/.env").backup_passphrase  # type: ignore[call-arg]
        return Talk(World(self.root / "var/lib/pst-bot"), "applicant")


@pytest.mark.usefixtures("cheap_passphrases")
def test_the_commands_lead_from_nothing_to_an_answering_bot_and_back_from_a_backup(tmp_path: Path) -> None:
    machine, said = Machine(tmp_path), dict[str, str]()
    for command in commands(TEXT.partition("\n## Moving\n")[0]):
        words = shlex.split(command.partition("<<")[0], comments=True)
        if words[:2] == ["pst-bot", "poster"]:
            continue  # another test draws it
        if words[0] == "pst-bot":
            said[words[1]] = machine.pst_bot(words[1:])
        elif words[0] in HERE:
            machine.shell(command)
        elif "--now" in words:
            assert {path.name for path in (machine.root / "etc/systemd/system").iterdir()} == ONE_PROCESS
            talk = machine.start_the_service()
            talk.say("halo")
            assert "Ajukan permohonan" in " ".join(talk.labels())
            talk.world.stop()
    assert {"officer", "catalogue", "calendar", "backup", "restore", "check", "key"} == set(said)
    move_into_an_object_store(machine)
    talk = machine.start_the_service()
    talk.say("cari stunting")
    assert "stunting" in talk.last.lower(), "the catalogue has come back with the backup"
    talk.world.stop()


def move_into_an_object_store(machine: Machine) -> None:
    """The backup goes on from there, and comes back from there."""
    block = next(part for part in re.findall(r"^```sh\n.*?^```$", TEXT, re.MULTILINE | re.DOTALL) if "setup-s3" in part)
    with s3_server() as server:
        for command in commands(f"{block}\n"):
            words = shlex.split(command.partition("<<")[0], comments=True)
            if words[0] == "pst-bot":
                is_set = "PST_FILES_URL" in machine.settings()
                said = machine.pst_bot(words[1:], **(server.environment if is_set else {}))
                assert words[1] != "check" or "✓ Files: s3://" in said, said
            elif words[0] in HERE:
                machine.shell(command)
        assert server.objects and server.flagged == []
        machine.pst_bot(["backup", f"{machine.root}/var/backups/pst-bot/z.backup"], **server.environment)
        machine.shell("rm -r /var/lib/pst-bot/*")
    machine.pst_bot(["restore", "$FILE"], **ON_DISK)


def test_every_command_names_what_there_is() -> None:
    targets = set(re.findall(r"^([a-z0-9-]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE))
    for command in commands(TEXT):
        words = shlex.split(command.partition("<<")[0], comments=True)
        assert words[0] in HERE | OTHERS | {"pst-bot"}, f"no test knows {words[0]}"
        units = {word for word in words if re.search(r"\.(service|timer)$", word) and "/" not in word}
        assert {re.sub(r"@\d+", "@", unit) for unit in units} <= UNITS | {"caddy.service"}, command
        if words[0] == "make":
            assert words[1] == "-C" and set(words[3:]) <= targets
        for path in re.findall(r"/opt/pst-bot/([\w./@-]+)", command):
            assert path.startswith(".venv/") or (ROOT / path).exists(), path
    for line in [*re.findall(r"`(pst-bot [^`…]+)`", TEXT), *(c for c in commands(TEXT) if c.startswith("pst-bot "))]:
        understood(shlex.split(line, comments=True)[1:])


def understood(words: Sequence[str]) -> None:
    """Raises `click.UsageError` for a command or an option that there is not."""
    command: click.Command = main
    rest = list(words)
    while isinstance(command, click.Group):
        found = command.get_command(click.Context(command), rest.pop(0))
        assert found is not None, words
        command = found
    command.make_parser(click.Context(command)).parse_args(rest)


def test_what_is_deployed_fits_the_program(tmp_path: Path) -> None:
    files = {path.name: path.read_text(encoding="utf-8") for path in DEPLOY.rglob("*") if path.is_file()}
    known = {f"PST_{name.upper()}" for name in Settings.model_fields} | NO_SETTINGS
    for name, text in files.items():
        assert set(re.findall(r"\bPST_[A-Z_]+[A-Z]\b", text)) <= known, name
        for command in re.findall(r"^ExecStart=\S+/pst-bot (.*)$", text, re.MULTILINE):
            understood(shlex.split(command))
    for command in re.findall(r"command: \[pst-bot, (\w+)\]", files["compose.yaml"]):
        understood([command])
    for folder in re.findall(r"^COPY ([\w. ]+) \S+$", files["Containerfile"], re.MULTILINE):
        assert all((ROOT / name).exists() for name in folder.split())
    verifier = shutil.which("systemd-analyze")
    for unit in UNITS:
        text = files[unit].replace("/opt/pst-bot/.venv/bin/pst-bot", "/bin/true")
        (tmp_path / unit).write_text(text, encoding="utf-8")
    if verifier:
        checked = subprocess.run(
            [verifier, "verify", "--man=no", *(str(tmp_path / unit) for unit in sorted(UNITS))],
            capture_output=True,
            text=True,
            check=False,
            env=os.environ | {"SYSTEMD_LOG_LEVEL": "warning"},
        )
        assert (checked.returncode, checked.stderr) == (0, "")
