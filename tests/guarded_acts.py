"""The acts that ask for a code of the authenticator, each up to the press that does it."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

from tests.casework import DIRECTOR, HEAD, OFFICER, awaiting_issue, do, issued
from tests.talk import Talk, World


def begin_issue(talk: Talk) -> int:
    application_id = awaiting_issue(talk.world)
    talk.press(f"verdict:issue:{application_id}")
    talk.tap("Ya, terbitkan")
    return application_id


def begin_revocation(talk: Talk, act: str = "revoke", confirm: str = "Ya, cabut surat") -> int:
    application_id = issued(talk.world)
    asyncio.run(talk.world.work())
    talk.press(f"correction:{act}:{application_id}")
    talk.say("Surat ini memuat judul yang keliru.")
    talk.tap("Lanjut")
    talk.tap(confirm)
    return application_id


def begin_replacement(talk: Talk) -> int:
    return begin_revocation(talk, "replace", "Ya, ganti surat")


def begin_amendment(talk: Talk) -> int:
    return begin_revocation(talk, "to", "Ya, perbaiki")


def begin_reading(talk: Talk) -> int:
    application_id = awaiting_issue(talk.world)
    talk.press(f"applicant:identity:{application_id}")
    return application_id


def begin_printing(talk: Talk) -> int:
    application_id = issued(talk.world)
    talk.press(f"register:print:{talk.world.now.year}")
    return application_id


def begin_invitation(talk: Talk) -> int:
    talk.press("staff:invited:officer")
    return 0


def begin_revoking(talk: Talk) -> int:
    talk.press(f"staff:revoked:{person_id(talk.world, OFFICER)}")
    return 0


def person_id(world: World, who: str) -> int:
    return do(world, who, lambda ctx: ctx.person_id)


#: act → who does it, up to the last press; the act in the audit; what is said when it is done
ACTS: dict[str, tuple[str, Callable[[Talk], int], str, str]] = {
    "issue": (DIRECTOR, begin_issue, "issue", "Surat terbit."),
    "revoke_letter": (DIRECTOR, begin_revocation, "revoke_letter", "Surat dicabut."),
    "replace_letter": (DIRECTOR, begin_replacement, "replace_letter", "Surat diganti."),
    "amend_letter": (DIRECTOR, begin_amendment, "amend_letter", "Surat diperbaiki."),
    "read_identity": (HEAD, begin_reading, "read_identity", "Kartu identitas"),
    "print_register": (HEAD, begin_printing, "", "Dokumennya sedang dibuat"),
    "invite": ("admin", begin_invitation, "invite", "/gabung "),
    "revoke": ("admin", begin_revoking, "revoke", "sudah dicabut."),
}
