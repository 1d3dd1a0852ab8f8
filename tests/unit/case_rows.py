"""What the database has about a case."""

from __future__ import annotations

from storage.tables import Application
from tests.talk import World


def case(world: World, application_id: int) -> Application:
    return world.process.units.write_now(lambda session: session.get_one(Application, application_id))


def all_of(world: World, table: type) -> list[object]:
    return world.process.units.write_now(lambda session: session.query(table).all())
