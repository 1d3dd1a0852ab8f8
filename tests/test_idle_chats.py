"""Which conversations of the staff lock after hours without a message, and what opens them."""

from __future__ import annotations

from datetime import timedelta

import pytest

from bot.service import authenticators
from bot.service.context import Context
from tests.authenticator_app import set_up
from tests.casework import DIRECTOR, HEAD, do, join
from tests.talk import Talk, World

LOCKED = "Percakapan ini terkunci"


@pytest.fixture
def world(world: World) -> World:
    join(world, "admin", "admin")
    return world


def test_a_phone_that_was_idle_stays_closed_when_its_authenticator_is_removed_before_anybody_writes(
    world: World,
) -> None:
    talk = Talk(world, DIRECTOR)
    set_up(talk)
    director_id = do(world, DIRECTOR, lambda ctx: ctx.person_id)
    do(world, "admin", lambda ctx: authenticators.reset(ctx, director_id))
    talk.say("/menu")
    assert "Anda masuk sebagai direktur" in talk.last, "it was in use"
    world.now += timedelta(hours=9)
    talk.say("/menu")
    assert LOCKED in talk.last and "Mintalah undangan baru" in talk.last
    talk.say(f"/gabung {world.invite('director', 'Direktur')}")
    assert "✓ Percakapan ini terbuka lagi." in talk.last
    world.now += timedelta(hours=9)
    talk.say("/menu")
    assert "Anda masuk sebagai direktur" in talk.last, "not for every morning an invitation"


def test_who_has_none_is_not_locked_out_where_the_profile_requires_one(world: World) -> None:
    office = world.process.app.office
    staff = office.staff.model_copy(update={"step_up": "required"})
    world.process.app.office = office.model_copy(update={"staff": staff})
    talk = Talk(world, HEAD)
    talk.say("/berkas")
    world.now += timedelta(hours=9)
    talk.say("/berkas")
    assert "Berkas permohonan" in talk.last


def test_a_conversation_that_had_blocked_us_locks_too(world: World) -> None:
    talk = Talk(world, HEAD)
    set_up(talk)

    def block(ctx: Context) -> None:
        ctx.address.blocked_at = ctx.now

    do(world, HEAD, block)
    world.now += timedelta(hours=9)
    talk.say("/berkas")
    assert LOCKED in talk.last
