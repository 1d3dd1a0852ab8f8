"""What a link to the chat brings – after `/start` on Telegram, as the first words on WhatsApp – may be anything."""

from __future__ import annotations

import string

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import func, select

from storage.tables import InboxRow
from tests.talk import Talk, World

#: before the payload, as the links of posters, mails and receipts have it
BEGINNINGS = ("/start", "/lanjut", "/gabung", "/cek", "antrean", "lanjut")
NEAR = st.text(string.ascii_letters + string.digits + "-_=/:. ", max_size=80)


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(beginning=st.sampled_from(BEGINNINGS), payload=st.one_of(NEAR, st.text(max_size=80)))
def test_whatever_a_link_brings_is_answered(new_world: World, beginning: str, payload: str) -> None:
    talk = Talk(new_world, "budi")
    talk.say(f"{beginning} {payload}")
    assert talk.last
    failed = select(func.count()).select_from(InboxRow).where(InboxRow.state == "failed")
    assert new_world.process.units.write_now(lambda session: session.scalar(failed)) == 0
