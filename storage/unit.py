"""Database engines and units of work: one function, one session, one transaction.

Everything between `receive` and the tables is synchronous Python over one `Session`. On SQLite one thread runs all
units, in order, with `BEGIN IMMEDIATE`, and what waits meanwhile is committed together; on PostgreSQL a small pool of
threads does, with row locks. Reading uses read-only engines and never waits for a unit.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager
from functools import cache, partial
from math import inf
from pathlib import Path
from sqlite3 import Connection as SQLiteConnection
from time import monotonic
from typing import Any, TypeVar, cast

from sqlalchemy import (
    URL,
    Column,
    Connection,
    Engine,
    PoolProxiedConnection,
    Table,
    UniqueConstraint,
    create_engine,
    event,
    make_url,
    text,
)
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.exc import ArgumentError
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession, create_async_engine
from sqlalchemy.orm import Session

from domain import json_bytes
from storage.connection_check import ConnectionCheck
from storage.outages import Told, is_outage
from storage.private_files import make_private_file, restrict_file
from storage.statements import execute, keep_line
from storage.tables import Base
from storage.unit_queue import NotBegun, Outcome, PoolLoad, QueuedUnit, UnitQueue, Work, answer

__all__ = [
    "DatabaseAway",
    "DatabaseUnusable",
    "NotBegun",
    "Overtaken",
    "Session",
    "Units",
    "insert_new",
    "is_empty",
    "is_outage",
]

Result = TypeVar("Result")

#: runs of one unit whose rows other units keep changing
ATTEMPTS = 3
#: milliseconds; another process, such as `pst-bot chat`, may hold the write lock for one unit
_BUSY_TIMEOUT = 10_000
#: connections, and threads that use them, for writing to PostgreSQL
POSTGRES_POOL = 8
#: seconds for reaching the PostgreSQL server
_CONNECT_TIMEOUT = 10
#: of every engine
_JSON: dict[str, Any] = {"json_serializer": json_bytes.dump_text, "json_deserializer": json_bytes.load}


class DatabaseUnusable(Exception):
    """PST_DATABASE_URL is wrong. The message is one line that says what to do."""


class DatabaseAway(DatabaseUnusable):
    """It does not answer, or is locked: now, or because PST_DATABASE_URL is wrong."""


class TransactionLost(Exception):
    """SQLite has rolled back the transaction of several units."""


class Overtaken(Exception):
    """Another unit has changed a row since this one loaded it. The unit is rolled back and run again."""


class Units:
    """Runs units of work against one database."""

    def __init__(self, url: str, pool_size: int = POSTGRES_POOL) -> None:
        """`pool_size`: connections for writing to PostgreSQL. Raises `DatabaseUnusable` for a URL of an unknown
        database.
        """
        self.url = _parsed(url)
        self.is_sqlite = self.url.get_backend_name() == "sqlite"
        self.told_of_reads, self.told_of_writes = Told(), Told()
        self.engine = _writer_engine(self.url) if self.is_sqlite else _postgres_engine(self.url, pool_size)
        self._reader: AsyncEngine | None = None
        self._threads = ThreadPoolExecutor(1 if self.is_sqlite else pool_size, thread_name_prefix="unit")
        self._first_thread = ThreadPoolExecutor(1, thread_name_prefix="first unit")  #: on PostgreSQL
        #: runs a unit of one statement without a transaction around it: one way to the server instead of three
        self._statement_engine = self.engine.execution_options(isolation_level="AUTOCOMMIT")
        self._queue = UnitQueue()
        self._load = PoolLoad(pool_size)
        self._reading_engine = _reading_engine(self.url) if self.is_sqlite else self.engine
        self._version_connection: PoolProxiedConnection | None = None
        self._reading_thread = ThreadPoolExecutor(1, thread_name_prefix="read")

    async def write(
        self,
        work: Callable[[Session], Result],
        *,
        first: bool = False,
        begins_within: float = inf,
        is_one_statement: bool = False,
    ) -> Result:
        """Runs `work` in one transaction; commits when it returns, rolls back when it raises.

        On SQLite, units that wait together share a transaction; each is rolled back alone. A unit that was overtaken is
        run again, with a new session. Raises `Overtaken` after `ATTEMPTS` runs. `first`: before the units that wait.
        Raises `NotBegun` on SQLite when the unit has waited for more than `begins_within` seconds. `is_one_statement`:
        the unit runs no more than one, so PostgreSQL needs no transaction around it.
        """
        loop = asyncio.get_running_loop()
        if not self.is_sqlite:
            threads = self._first_thread if first else self._threads
            engine = self._statement_engine if is_one_statement else self.engine
            with self._load.one_more():
                return await loop.run_in_executor(threads, self.write_now, work, engine)
        unit = QueuedUnit(work, loop.create_future(), loop, monotonic() + begins_within)
        if self._queue.add(unit, first=first):
            self._threads.submit(self._run_queue)
        result: Result = await unit.done
        return result

    def seconds_until_run(self) -> float:
        """How long a unit that is queued now will wait, about."""
        return self._queue.seconds_until_run() if self.is_sqlite else self._load.seconds_until_run()

    def write_now(self, work: Callable[[Session], Result], engine: Engine | None = None) -> Result:
        """Runs one unit in the caller's thread, for commands and tests."""
        with self.told_of_writes:
            return _until_not_overtaken(lambda: _run(work, engine or self.engine))

    def _run_queue(self) -> None:
        """In the writer's thread: runs what waits, until nothing does."""
        while units := self._queue.take():
            outcomes = self._run_together([unit.work for unit in units])
            done, rest = units[: len(outcomes)], units[len(outcomes) :]
            self._queue.took(len(done), rest)
            answer(done, outcomes)
            late = self._queue.remove_late()
            answer(late, [Outcome(error=NotBegun()) for _ in late])

    def _run_together(self, works: Sequence[Work]) -> list[Outcome]:
        """Runs units in one transaction, each in a savepoint. Returns after the commit.

        Leaves out the last ones when others come that must not wait: a message is stored within `SLICE` seconds and
        its own commit, however many messages are being handled.
        """
        if len(works) == 1:
            return [Outcome.of(lambda: self.write_now(works[0]))]
        try:
            with self.told_of_writes, Session(self.engine, expire_on_commit=False) as session, session.begin():
                outcomes, connection = [], session.connection()
                for work in works:
                    outcomes.append(_in_savepoint(session, connection, work))
                    if self._queue.must_make_room():
                        break
                return outcomes
        except TransactionLost:  # SQLite itself has rolled everything back, as when the disk is full
            return [Outcome.of(partial(self.write_now, work)) for work in works]
        except Exception as error:  # the commit failed
            return [Outcome(error=error) for _ in works]

    async def read(self, work: Callable[[Session], Result]) -> Result:
        """Runs `work` on committed data, in a thread of its own; it cannot write."""
        return await asyncio.get_running_loop().run_in_executor(self._reading_thread, self.read_now, work)

    def read_now(self, work: Callable[[Session], Result]) -> Result:
        """`read` in the caller's thread."""
        with self.told_of_reads, Session(self._reading_engine) as session:
            return work(session)

    def version(self) -> int | None:
        """A number that changes whenever somebody commits; `None` on PostgreSQL, which has none. For one thread."""
        if not self.is_sqlite:
            return None
        if self._version_connection is None:
            self._version_connection = self._reading_engine.raw_connection()
        driver: Any = self._version_connection.driver_connection
        number: int = driver.execute("PRAGMA data_version").fetchone()[0]
        return number

    @asynccontextmanager
    async def reading(self) -> AsyncIterator[AsyncSession]:
        """A read-only session. It sees committed data; the database refuses its writes."""
        if self._reader is None:
            self._reader = _reader_engine(self.url, self.is_sqlite)
        with self.told_of_reads:
            async with AsyncSession(self._reader, expire_on_commit=False) as session:
                yield session

    async def read_snapshot(self, work: Callable[[Session], Result]) -> Result:
        """Runs `work` on a connection that cannot write. All its queries see the database at the same moment."""
        async with self.reading() as session:
            if self.is_sqlite:
                await session.execute(text("BEGIN"))  # the driver begins no transaction for a query
            else:
                await session.connection(execution_options={"isolation_level": "REPEATABLE READ"})
            return await session.run_sync(work)

    def dispose(self) -> None:
        """Closes the threads and connections for writing."""
        self._threads.shutdown(wait=True)  # after what waits
        self._first_thread.shutdown(wait=True)
        self._reading_thread.shutdown(wait=True)
        if self._version_connection is not None:
            self._version_connection.close()
        self._reading_engine.dispose()
        self.engine.dispose()

    async def close(self) -> None:
        self.dispose()
        if self._reader is not None:
            await self._reader.dispose()


def _run(work: Callable[[Session], Result], engine: Engine) -> Result:
    with Session(engine, expire_on_commit=False) as session, session.begin():
        return work(session)


def _until_not_overtaken(run: Callable[[], Result]) -> Result:
    for _ in range(ATTEMPTS - 1):
        try:
            return run()
        except Overtaken:
            continue
    return run()


def _in_savepoint(session: Session, connection: Connection, work: Work) -> Outcome:
    """Runs one unit of several. Raises `TransactionLost` when the units before it are lost too.

    The units share a session, which forgets everything between them, and the savepoints go to the driver directly: a
    session and a savepoint of SQLAlchemy for each would cost 0.17 ms a unit.
    """
    driver: Any = connection.connection.dbapi_connection

    def run() -> object:
        execute(connection, "SAVEPOINT unit")
        try:
            result = work(session)
            session.flush()
        except BaseException:
            if driver.in_transaction:
                execute(connection, "ROLLBACK TO unit")
                execute(connection, "RELEASE unit")
            raise
        finally:
            session.expunge_all()
            keep_line(session, connection)
        execute(connection, "RELEASE unit")
        return result

    outcome = Outcome.of(lambda: _until_not_overtaken(run))
    if not driver.in_transaction:
        raise TransactionLost from outcome.error
    return outcome


def insert_new(session: Session, table: type[Base], values: dict[str, Any]) -> bool:
    """Inserts a row unless its unique key exists: that of a unique constraint, or the primary key where none is.
    Returns whether it was inserted. Raises `IntegrityError` where only its number exists, as when the numbers of
    PostgreSQL have gone back: without a named key the row would be dropped as if it were there.
    """
    dialect = postgresql if session.get_bind().dialect.name == "postgresql" else sqlite
    statement = dialect.insert(table.__table__).values(values).on_conflict_do_nothing(index_elements=_key_of(table))
    # without `preserve_rowcount`, PostgreSQL's driver returns -1 as the count
    return session.connection().execute(statement, execution_options={"preserve_rowcount": True}).rowcount == 1


@cache
def _key_of(table: type[Base]) -> list[Column[Any]]:
    rows = cast("Table", table.__table__)
    unique = [constraint for constraint in rows.constraints if isinstance(constraint, UniqueConstraint)]
    return list((unique[0] if unique else rows.primary_key).columns)


def _parsed(url: str) -> URL:
    try:
        parsed = make_url(url)
    except ArgumentError:
        raise DatabaseUnusable(f"PST_DATABASE_URL is not a database address: {url!r}") from None
    if parsed.get_backend_name() not in {"sqlite", "postgresql"}:
        raise DatabaseUnusable(
            f"PST_DATABASE_URL: use sqlite+aiosqlite:///file or postgresql+psycopg://…, not {parsed.drivername!r}"
        )
    return parsed


def _writer_engine(url: URL) -> Engine:
    _make_database_file(url)
    engine = create_engine(
        url.set(drivername="sqlite"),
        pool_size=1,
        max_overflow=4,
        connect_args={"check_same_thread": False},
        hide_parameters=True,
        **_JSON,
    )
    event.listen(engine, "connect", _prepare_writer)
    event.listen(engine, "begin", _begin_immediate)
    return engine


def _make_database_file(url: URL) -> None:
    """Makes the file private before SQLite opens it: SQLite gives the files beside it the same rights."""
    if not url.database or url.database.startswith((":memory:", "file:")):
        return
    path = Path(url.database)
    path.parent.mkdir(parents=True, exist_ok=True)
    make_private_file(path)
    for ending in ("-wal", "-shm", "-journal"):
        restrict_file(path.with_name(path.name + ending))


def _prepare_writer(connection: SQLiteConnection, _record: object) -> None:
    connection.isolation_level = None  # the driver must not begin transactions itself: concurrent updates would be lost
    for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", f"busy_timeout={_BUSY_TIMEOUT}"):
        connection.execute(f"PRAGMA {pragma}")


def _begin_immediate(connection: Connection) -> None:
    execute(connection, "BEGIN IMMEDIATE")


def _postgres_engine(url: URL, pool_size: int) -> Engine:
    engine = create_engine(
        url.set(drivername="postgresql+psycopg"),
        pool_size=pool_size,
        connect_args={"connect_timeout": _CONNECT_TIMEOUT},
        isolation_level="READ COMMITTED",
        hide_parameters=True,
        **_JSON,
    )
    ConnectionCheck(engine)
    return engine


def _reading_engine(url: URL) -> Engine:
    """For SQLite."""
    engine = create_engine(
        url.set(drivername="sqlite"),
        pool_size=3,
        connect_args={"check_same_thread": False},
        hide_parameters=True,
        **_JSON,
    )
    event.listen(engine, "connect", _prepare_reader)
    return engine


def _reader_engine(url: URL, is_sqlite: bool) -> AsyncEngine:
    if not is_sqlite:
        return create_async_engine(
            url.set(drivername="postgresql+psycopg"),
            pool_size=4,
            pool_pre_ping=True,
            connect_args={"connect_timeout": _CONNECT_TIMEOUT},
            execution_options={"postgresql_readonly": True},
            hide_parameters=True,
            **_JSON,
        )
    engine = create_async_engine(url.set(drivername="sqlite+aiosqlite"), pool_size=4, hide_parameters=True, **_JSON)
    event.listen(engine.sync_engine, "connect", _prepare_reader)
    return engine


def _prepare_reader(connection: Any, _record: object) -> None:
    cursor = connection.cursor()
    for pragma in ("query_only=ON", f"busy_timeout={_BUSY_TIMEOUT}"):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def is_empty(engine: Engine, table: str) -> bool:
    """True when the table does not exist or has no row."""
    with engine.connect() as connection:
        if not engine.dialect.has_table(connection, table):
            return True
        return connection.execute(text(f"SELECT 1 FROM {table} LIMIT 1")).first() is None
