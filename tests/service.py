"""The real program as a process of its own, on a free port of this host."""

from __future__ import annotations

import os
import re
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from email import message_from_bytes, policy
from pathlib import Path

from tests.forked_processes import Launch, Running, forked, pst_bot
from tests.program import ROOT, run

#: seconds a start may take on a busy machine
START_WITHIN = 60.0


def from_nothing(*arguments: str) -> Launch:
    """`pst-bot` as an operator starts it: it imports everything for itself, which takes seconds."""
    command = (sys.executable, "-m", "bot", *arguments)

    def launch(folder: Path, environment: Mapping[str, str]) -> Running:
        with (folder / "log").open("ab") as log:
            return subprocess.Popen(command, cwd=folder, env={**os.environ, **environment}, stdout=log, stderr=log)

    return launch


class Service:
    """`pst-bot run --demo` on a data folder; can be killed and started again on the same port."""

    def __init__(self, folder: Path, *arguments: str) -> None:
        self.folder = folder
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}/"
        self.launch = forked(pst_bot, *(arguments or ("run", "--demo")))
        self.process: Running | None = None
        self._here = {
            "PYTHONPATH": os.pathsep.join(filter(None, (str(ROOT), os.environ.get("PYTHONPATH")))),
            "PST_DATA_DIR": str(folder / "var"),
            "PST_LISTEN": f"127.0.0.1:{self.port}",
        }

    def set(self, environment: Mapping[str, str]) -> None:
        """For every start from now on."""
        self._here |= environment

    def start(self, **environment: str) -> None:
        self.begin(**environment)
        self._wait_until_it_answers()

    def begin(self, **environment: str) -> None:
        """Starts it, and does not wait: it may be meant to die before it answers."""
        self.process = self.launch(self.folder, {**self._here, **environment})

    def kill(self) -> None:
        """As a power cut does it."""
        self._end(signal.SIGKILL)

    def stop(self) -> None:
        self._end(signal.SIGTERM)

    def wait_until_dead(self, within: float = 30.0) -> None:
        assert self.process is not None
        self.process.wait(within)

    @property
    def log(self) -> str:
        return (self.folder / "log").read_text(encoding="utf-8", errors="replace")

    def command_line(self, *arguments: str) -> str:
        """What a `pst-bot` command prints, run beside the service on its data folder."""
        done = run(self.folder, *arguments)
        assert done.returncode == 0, done.stderr
        return done.stdout.strip()

    def mails(self) -> list[tuple[str, str]]:
        """(subject, text) of the dropped mails, oldest first."""
        files = sorted((self.folder / "var" / "mail").glob("[!.]*.eml"), key=lambda file: file.stat().st_mtime_ns)
        parsed = [message_from_bytes(file.read_bytes(), policy=policy.default) for file in files]
        bodies = [mail.get_body(("plain",)) for mail in parsed]
        return [
            (str(mail["Subject"]), body.get_content() if body else "")
            for mail, body in zip(parsed, bodies, strict=True)
        ]

    def code(self, within: float = 20.0) -> str:
        """The newest eight-digit code that arrived."""
        until = time.monotonic() + within
        while time.monotonic() < until:
            codes = [found[0] for subject, _ in self.mails() if (found := re.search(r"\b\d{8}\b", subject))]
            if codes:
                return codes[-1]
            time.sleep(0.1)
        raise AssertionError(f"no mail with a code; the log says: {self.log[-2000:]}")

    def _end(self, how: signal.Signals) -> None:
        if self.process is not None and self.process.poll() is None:
            self.process.send_signal(how)
            self.process.wait(30)

    def _wait_until_it_answers(self) -> None:
        until = time.monotonic() + START_WITHIN
        while time.monotonic() < until:
            assert self.process is not None
            if self.process.poll() is not None:
                raise AssertionError(f"the service ended at once: {self.log[-2000:]}")
            try:
                with urllib.request.urlopen(f"{self.url}health", timeout=5):
                    return
            except OSError:
                time.sleep(0.1)
        raise AssertionError(f"no answer within {START_WITHIN} s: {self.log[-2000:]}")


@contextmanager
def services(folder: Path, launches: Mapping[str, Launch]) -> Iterator[list[Service]]:
    """Each in a folder of its own, which has its name. Not started; stopped in the end."""
    with ExitStack() as stack:
        found = [Service(folder / name) for name in launches]
        for service, launch in zip(found, launches.values(), strict=True):
            service.folder.mkdir()
            service.launch = launch
            stack.callback(service.stop)
        yield found


def free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        port: int = listener.getsockname()[1]
        return port
