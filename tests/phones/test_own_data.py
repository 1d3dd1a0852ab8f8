"""Everything of a person is deleted, and the phone shows the last word of it: on Telegram and on WhatsApp.

The transcript `own_data.chat` is not played on phones, because its last message is gone as soon as it has left.
"""

from __future__ import annotations

from pathlib import Path

from tests.phones.telegram import TelegramPhone
from tests.phones.walk import Somebody, on_three_channels
from tests.phones.whatsapp import WhatsAppPhone
from tests.planted_data import places_of

SECRET = "nama kegiatan kami masih rahasia sekali"


def newest(somebody: Somebody) -> tuple[str, list[str]]:
    """The text and the buttons of the newest message on the phone."""
    if isinstance(somebody.phone, WhatsAppPhone):
        shown = somebody.phone._user.screen[-1]
        return shown.text, shown.labels
    assert isinstance(somebody.phone, TelegramPhone)
    message = somebody.phone._person.answers[-1]
    return message.text, message.buttons


async def test_the_phone_gets_the_copy_and_shows_that_everything_was_deleted(tmp_path: Path) -> None:
    async with on_three_channels(tmp_path) as walk:
        for channel in ("telegram", "whatsapp"):
            visitor = walk.add(f"tamu-{channel}", channel)
            await visitor.say(SECRET)
            await visitor.say("/data")
            await visitor.tap("Minta salinan data")
            assert [name for name, _ in visitor.files()] == ["data-saya.zip"]
            assert places_of(walk.world, [SECRET])
            await visitor.tap("Hapus data saya")
            await visitor.tap("Ya, hapus data saya")
            text, buttons = newest(visitor)
            assert text.startswith("✓ Data Anda sudah dihapus") and buttons == ["Menu"]
            assert places_of(walk.world, [SECRET]) == {}
        assert await walk.complaints() == []
