"""`pst-bot check`, and the same for the admin in chat: a fault is a line that says what to do, and nothing changes."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from contextlib import AsyncExitStack
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from aiohttp.test_utils import TestServer
from click.testing import CliRunner
from sqlalchemy import text

import locales
from bot.cli import main
from bot.handlers.webchat import Notifier
from bot.handlers.whatsapp.templates import ApprovedTemplates
from bot.runtime.check import check_installation, network
from bot.runtime.web import application
from bot.settings import Settings
from domain.system_check import CheckLine, in_words, is_wrong
from tests.casework import DIRECTOR, OFFICER, join
from tests.platforms.smtp.sink import smtp_sink
from tests.platforms.telegram import bot_api
from tests.platforms.whatsapp import graph_server
from tests.talk import Talk, World

ADMIN = "tari"
TEMPLATES = [f"{one.name} ({one.language})" for one in ApprovedTemplates.from_setting("pst:id,en").submissions()]


@pytest.fixture
def world(world: World) -> World:
    join(world, ADMIN, "admin")
    return world


def said(found: list[CheckLine]) -> list[str]:
    return [locales.say(in_words(line), "en") for line in found]


def checked(world: World, **settings: Any) -> list[str]:
    return said(asyncio.run(check_installation(Settings(data_dir=world.folder, **settings), world.now)))


def run(world: World, *statements: str) -> None:
    world.process.units.write_now(lambda session: [session.execute(text(one)) for one in statements])


def test_an_installation_in_order_has_no_fault_and_is_left_as_it_was(world: World) -> None:
    before = sorted(world.folder.rglob("*"))
    found = asyncio.run(check_installation(Settings(data_dir=world.folder), world.now))
    assert not is_wrong(found), said(found)
    assert [line for line in said(found) if line.startswith("✓ Role")] == [
        "✓ Role officer: people who have joined: 2.",
        "✓ Role head: people who have joined: 1.",
        "✓ Role director: people who have joined: 1.",
        "✓ Role admin: people who have joined: 1.",
    ]
    assert sorted(world.folder.rglob("*")) == before


FAULTS: dict[str, tuple[Callable[[World], object], str]] = {
    "rights": (lambda world: world.folder.chmod(0o755), "✗ Rights: other users of this machine can read"),
    "another key": (
        lambda world: (world.folder / "secret.key").write_text("x" * 64),
        "✗ Key: not that of this database.",
    ),
    "no key": (lambda world: (world.folder / "secret.key").unlink(), "✗ Key: missing or too short."),
    "no director": (
        lambda world: run(world, "UPDATE officers SET revoked_at = '2026-03-02' WHERE role = 'director'"),
        "✗ Role director: nobody has joined. Invite with pst-bot officer invite --role director.",
    ),
    "a head without a name": (
        lambda world: run(world, "UPDATE officers SET name = ' ' WHERE role = 'head'"),
        "! Role head: somebody has no name yet.",
    ),
    "a failed message": (
        lambda world: run(
            world,
            "INSERT INTO inbox (channel, external_id, address, state, error, received_at) "
            "VALUES ('webchat', 'x', 'x', 'failed', 'ValueError', '2026-03-02')",
        ),
        "✗ Messages that could not be handled: 1. See pst-bot inbox list, then pst-bot inbox retry.",
    ),
    "a job that was given up": (
        lambda world: run(
            world,
            "INSERT INTO jobs (kind, key, due_at, arguments, attempts, failure, gave_up_at) "
            "VALUES ('letter', 'k', '2026-03-02', '{}', 9, 'OSError', '2026-03-02')",
        ),
        "✗ Documents that were given up: 1. See pst-bot jobs list, then pst-bot jobs retry.",
    ),
    "a clock that was set back": (
        lambda world: setattr(world, "now", world.now - timedelta(days=1)),
        "✗ Clock: ",
    ),
    "an older database": (
        lambda world: run(world, "UPDATE alembic_version SET version_num = '0007'"),
        "✗ Database: ",
    ),
}


def test_each_fault_is_a_line_that_says_what_to_do(world: World) -> None:
    Talk(world, OFFICER).say("halo")
    for name, (break_it, expected) in FAULTS.items():
        break_it(world)
        found = checked(world)
        assert any(line.startswith(expected) for line in found), (name, found)


def test_mails_that_should_have_left_tell_that_the_service_does_not_run(world: World) -> None:
    run(
        world,
        "INSERT INTO addresses (id, person_id, channel, external_id, locale, created_at) "
        "VALUES (99, 1, 'email', 'a@example.go.id', 'id', '2026-03-02 00:00:00.000000')",
        "INSERT INTO messages (id, address_id, direction, at, locale, body, external_id) "
        "VALUES (9999, 99, 'out', '2026-03-01 00:00:00.000000', 'id', 'x', '')",
        "INSERT INTO outbox (message_id, address_id, channel, reason, bulk, not_before, attempts, failure, "
        "edits_message_id, remote_ids, progress) VALUES (9999, 99, 'email', 'result', 1, '2026-03-01 00:00:00.000000', "
        "0, '', '', '[]', '')",
    )
    (line,) = [line for line in checked(world) if "wait to leave" in line]
    assert line.startswith("✗") and "Make sure that the service runs" in line


def test_the_command_makes_nothing_and_ends_with_1_on_a_fault(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PST_DATA_DIR", str(tmp_path / "none"))
    done = CliRunner().invoke(main, ["check"])
    assert done.exit_code == 1 and f"✗ Data folder: {tmp_path / 'none'} is not there." in done.output
    assert "✗ Database: there is none at" in done.output and not list(tmp_path.iterdir())


async def test_servers_are_asked_and_what_they_refuse_is_a_line(world: World) -> None:
    async with AsyncExitStack() as stack:
        mail = await stack.enter_async_context(smtp_sink())
        telegram = await stack.enter_async_context(bot_api())
        whatsapp = await stack.enter_async_context(graph_server())
        pages = await stack.enter_async_context(TestServer(application(world.process, Notifier())))
        right = {
            "smtp_url": f"smtp://127.0.0.1:{mail.port}",
            "mail_from": "BPS <pst@bps.example>",
            "telegram_token": telegram.token,
            "telegram_api_base": telegram.url,
            "public_url": f"http://127.0.0.1:{pages.port}",
            **{key.removeprefix("PST_").lower(): value for key, value in whatsapp.environment.items()},
        }
        lines = await asked(right)
        assert [line for line in lines if line[0] != "✓"] == [
            "✗ WhatsApp: messages are not delivered to this service. "
            f"Enter the webhook {right['public_url']}/whatsapp in the Meta app.",
            f"! WhatsApp: templates that are not approved: {', '.join(sorted(TEMPLATES))}. Submit the texts of pst-bot "
            "whatsapp templates in the WhatsApp Manager.",
        ]
        whatsapp.webhook.url = f"{right['public_url']}/whatsapp"
        for one in ApprovedTemplates.from_setting("pst:id,en").submissions():
            whatsapp.approve(one.name, one.language, "Ada kabar.")
        lines = await asked(right)
        assert [line[0] for line in lines] == ["✓"] * 5 and mail.mails == [], lines
        wrong = {
            "smtp_url": "smtp://127.0.0.1:9",
            "telegram_token": "7000000002:rahasia-rahasia-rahasia-rahasia",
            "whatsapp_token": "rahasia-rahasia",
            "public_url": f"http://127.0.0.1:{pages.port}/lain",
        }
        lines = await asked({**right, **wrong})
        assert [line[0] for line in lines] == ["✗"] * 4 and "rahasia" not in str(lines), lines
        lines = await asked({**right, "mail_from": "Layanan <no-reply@localhost>"})
        assert lines[0].startswith("✗ E-mail: the sender is no-reply@localhost"), lines
        webhook = {"telegram_mode": "webhook", "telegram_webhook_secret": "rahasia-1234567890"}
        lines = await asked({**right, **webhook})
        assert "delivers to another place" in str(lines), lines


async def asked(settings: dict[str, Any]) -> list[str]:
    found = [await ask() for ask in network.questions(Settings(**settings))]
    return said([line for lines in found for line in lines])


def test_the_admin_gets_it_in_chat_and_nobody_else(world: World) -> None:
    talk = Talk(world, ADMIN)
    talk.press("staff:list")
    talk.tap("Periksa sistem")
    assert any("Sistem sedang diperiksa" in locales.say(one.prompt.text, "id") for one in talk.told)
    assert "✓ Basis data: " in talk.last and "! Alamat umum: belum diatur" in talk.last
    for who in (OFFICER, DIRECTOR, "orang lain"):
        other = Talk(world, who)
        other.press("staff:check")
        assert "Basis data" not in other.last and "sedang diperiksa" not in other.last
