"""One process for a whole test run: it has imported everything, and forks the programs that tests start.

Every process that runs tests holds a connection to it, the lease; it ends when the last lease has ended. A program has
a connection of its own: the server tells its process id, later its exit code, and kills it when the test is gone.
"""

from __future__ import annotations

import gc
import importlib
import os
import pickle
import select
import signal
import socket
import struct
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from multiprocessing import get_context
from pathlib import Path
from threading import Thread

from bot.handlers.telegram.library import import_aiogram

LEASE, PROGRAM = b"L", b"P"
#: what the server sends: the id of a process, how it ended
PROCESS_ID, EXIT_CODE = struct.Struct("q"), struct.Struct("i")
IMPORTED = "tests.crash.killed_process"

#: the file that a process reads, the one that it writes, and the one that its mistakes go to
Streams = tuple[Path, Path, Path]


@dataclass(frozen=True)
class ForkOrder:
    """What a process is to run, and where."""

    run: Callable[..., None]  #: a function that any process can import
    arguments: tuple[str, ...]
    folder: Path
    umask: int
    environment: Mapping[str, str]
    streams: Streams


def serve(path: str) -> None:
    """Returns as soon as a socket listens at the path: this one, or that of a server that was faster. What is imported
    then takes longer; the first answer waits for it.
    """
    with socket.socket(socket.AF_UNIX) as listener:
        if not _listen(listener, path) or os.fork():
            return
        gc.disable()
        import_aiogram()
        importlib.import_module(IMPORTED)
        gc.freeze()  # else the search for garbage would copy every page into every program
        gc.enable()
        signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # the kernel forgets children that have ended
        try:
            _accept_all(listener)
        finally:
            os.unlink(path)


def _listen(listener: socket.socket, path: str) -> bool:
    """The path names a socket only when it listens already. False: there is one."""
    own = f"{path}-{os.getpid()}"
    listener.bind(own)
    listener.listen(64)
    try:
        os.link(own, path)
    except FileExistsError:
        return False
    finally:
        os.unlink(own)
    return True


def _accept_all(listener: socket.socket) -> None:
    """Until the last lease has ended."""
    leases: set[socket.socket] = set()
    while True:
        for ready in select.select([listener, *leases], [], [])[0]:
            if ready is not listener:
                leases.remove(ready)
                ready.close()
                continue
            connection = listener.accept()[0]
            if connection.recv(1) == LEASE:
                connection.sendall(LEASE)
                leases.add(connection)
            else:
                _fork(connection, listener)
        if not leases:
            return


def _fork(connection: socket.socket, listener: socket.socket) -> None:
    if os.fork():
        connection.close()
        return
    try:
        listener.close()
        signal.signal(signal.SIGCHLD, signal.SIG_DFL)
        _watch_program(connection)
    finally:
        os._exit(0)


def _watch_program(connection: socket.socket) -> None:
    with connection.makefile("rb") as sent:
        order = pickle.load(sent)
    program = get_context("fork").Process(target=_run, args=(order, connection), daemon=True)
    program.start()
    connection.sendall(PROCESS_ID.pack(program.pid))

    def kill_when_test_is_gone() -> None:
        connection.recv(1)
        program.kill()

    Thread(target=kill_when_test_is_gone, daemon=True).start()
    program.join()
    connection.sendall(EXIT_CODE.pack(program.exitcode))


def _run(order: ForkOrder, connection: socket.socket) -> None:
    connection.close()
    os.chdir(order.folder)
    os.umask(order.umask)
    for number, file in enumerate(order.streams):
        how = os.O_RDONLY if number == 0 else os.O_WRONLY | os.O_CREAT | os.O_APPEND
        os.dup2(os.open(file, how, 0o600), number)
    sys.stdin = open(0, encoding="utf-8", closefd=False)  # noqa: SIM115  multiprocessing has closed the one before
    os.environ.clear()
    os.environ.update(order.environment)
    order.run(*order.arguments)
