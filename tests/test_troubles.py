"""What is away for long is one line in the log when it begins and one when it ends, however much is tried meanwhile."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

from structlog.testing import capture_logs

from bot.chat import Prompt, prompt_to_json
from bot.runtime.channels import mail_channel
from domain.text import verbatim
from storage import outbox, people
from storage.unit import Session
from tests.platforms.smtp.sink import smtp_sink
from tests.service import free_port
from tests.talk import World

MAILS = 3


def queue(world: World) -> None:
    def unit(session: Session) -> None:
        for number in range(MAILS):
            address = people.get_or_create_address(session, "email", f"a{number}@example.go.id", "id", world.now)
            body = prompt_to_json(Prompt(verbatim("Isi"), subject=verbatim("Judul")))
            outbox.add(session, world.process.app.keys, address, body, world.now, reason="result", bulk=True)

    world.process.units.write_now(unit)


async def deliver(world: World) -> None:
    world.now += timedelta(hours=2)
    await world.process.watch.look()
    await world.process.deliverer.idle()


async def test_a_dead_mail_server_is_two_lines_and_every_mail_arrives_once(tmp_path: Path) -> None:
    port = free_port()
    settings = {"smtp_url": f"smtp://127.0.0.1:{port}", "mail_from": "BPS <pst@bps.example>"}
    world = World(tmp_path, channels=mail_channel, settings=settings)
    queue(world)
    with capture_logs() as lines:
        for _ in range(3):
            await deliver(world)
        async with smtp_sink(port=port) as sink:
            await deliver(world)
            await deliver(world)
            assert len(sink.mails) == MAILS
    await world.close()
    told = [(line["event"], line["what"], line.get("failures")) for line in lines if "what" in line]
    assert told == [
        ("fails, is tried again", "sending by email", None),
        ("works again", "sending by email", 3 * MAILS),
    ]
    assert "check PST_SMTP_URL" in lines[0]["why"] and "a0@" not in str(lines)
