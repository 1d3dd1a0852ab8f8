"""The authenticator app on somebody's phone: it scans what a page shows, and shows codes at the time of the world."""

from __future__ import annotations

from datetime import timedelta

import pyotp
from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.chat import prompt_from_json
from bot.service import authenticators
from domain.authenticator import STEP, SetupKey
from storage import messages
from storage.tables import Message
from tests.talk import SETUP_LINK, Talk, World


class AuthenticatorApp:
    def __init__(self, world: World) -> None:
        self.world = world
        self.secret = ""

    def open_page(self, talk: Talk) -> SetupKey | None:
        """Presses the button on the page behind the newest link of a chat."""
        links = [message.prompt.link for message in talk.told if message.prompt.link is not None]
        return redeem(self.world, links[-1].url)

    def scan(self, talk: Talk) -> None:
        key = self.open_page(talk)
        assert key is not None, talk.last
        self.secret = key.secret

    def code(self) -> str:
        """The next one: a code works once."""
        self.world.authenticator_secret = self.secret
        return shown_by_app(self.world)

    def wrong_code(self) -> str:
        """None that is shown these minutes."""
        totp, now = pyotp.TOTP(self.secret), int(self.world.now.timestamp()) // STEP
        near = set(map(totp.generate_otp, range(now - 4, now + 30)))
        return next(code for code in map("{:06d}".format, range(100)) if code not in near)


def redeem(world: World, url: str) -> SetupKey | None:
    token, process = url.rpartition("/")[2], world.process
    return process.units.write_now(lambda session: authenticators.redeem(session, process.app, token, world.now))


def scan_newest(world: World) -> None:
    """The newest link that anybody was shown."""

    def newest(session: Session) -> str:
        for message in session.scalars(select(Message).where(Message.direction == "out").order_by(Message.id.desc())):
            body = messages.unseal_body(world.process.app.keys, message.body, message.address_id)
            link = prompt_from_json(body).link
            if link is not None and SETUP_LINK.fullmatch(link.url):
                return link.url
        raise AssertionError("nobody was shown a link")

    key = redeem(world, world.process.units.write_now(newest))
    assert key is not None
    world.authenticator_secret = key.secret


def shown_by_app(world: World) -> str:
    """The next code: each works once."""
    world.now += timedelta(seconds=STEP)
    return pyotp.TOTP(world.authenticator_secret).at(world.now)


def set_up(talk: Talk) -> AuthenticatorApp:
    """Whoever talks has an authenticator from now on."""
    app = AuthenticatorApp(talk.world)
    talk.say("/autentikator")
    app.scan(talk)
    talk.say(app.code())
    assert "✓ Autentikator terpasang." in talk.last, talk.last
    talk.world.now += timedelta(minutes=11)  # the code that set it up holds no longer
    return app
