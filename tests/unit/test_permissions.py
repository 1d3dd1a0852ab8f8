"""Who may do what to which application: through the use cases, and through every button of officers."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import product
from pathlib import Path
from typing import get_args, get_type_hints

import pytest
from sqlalchemy import BindParameter, bindparam, select
from sqlalchemy.orm import Session

from bot.actions import BEGINNINGS
from bot.chat import DialogueState, Incoming
from bot.conversations import router
from bot.conversations.form.session import fingerprint
from bot.conversations.officer import verdict
from bot.service import (
    officers,
)
from bot.service.access import ActionRefused
from bot.service.context import Context
from domain.lifecycle import TRANSITIONS, Status
from domain.permissions import Role
from storage import letters
from storage.tables import Application, Letter, Note, Remark
from tests.casework import (
    AFTER_SILENCE,
    APPLICANT,
    DIRECTOR,
    HEAD,
    OFFICER,
    OTHER_OFFICER,
    REACH,
    acts,
    context_of,
    do,
    draft_of,
    join,
    said,
    staffed,
    submitted,
    tried,
)
from tests.talk import Talk, World
from tests.unit.case_acts import USE

STATUSES: tuple[Status, ...] = get_args(Status)
TITLE = "Survei Kepuasan Pasien"


@dataclass
class Cases:
    """One case in every status, and people of every role."""

    world: World
    application_ids: dict[Status, int]


@pytest.fixture(scope="module")
def all_cases(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cases]:
    world = staffed(World(tmp_path_factory.mktemp("cases") / "data"))
    join(world, "admin", "admin")
    join(world, "bekas", "officer")
    do(world, "bekas", lambda ctx: officers.revoke(ctx.session, ctx.app.keys, ctx.actor.id, ctx.now))
    do(world, "orang lain", lambda ctx: None)
    yield Cases(world, {status: reach(world) for status, reach in REACH.items()})
    world.stop()


_CASE: BindParameter[int] = bindparam("application_id")
_COLUMNS = [column for column in Application.__table__.columns if column.name not in {"person_id", "officer_id"}]
#: what stands in the tables about one application
UNCHANGED = [
    select(*_COLUMNS).where(Application.id == _CASE),
    *(select(table.__table__).where(table.application_id == _CASE) for table in (Remark, Letter, Note)),
]


def snapshot(session: Session, application_id: int) -> list[object]:
    """Everything that a refused act must not change. The applicant and the officer are left out: the test sets them."""
    session.flush()
    draft = draft_of(session, application_id)
    rows = (session.execute(query, {"application_id": application_id}).all() for query in UNCHANGED)
    return [*(tuple(map(tuple, found)) for found in rows), draft.state, draft.revision]


EVENTS = {event for _, event in TRANSITIONS}
OWN_ACTS = {"resubmit", "withdraw", "close", "answer_inquiry"}
SILENT = {
    "withdraw",
    "close",
    "answer_inquiry",
}  #: an application of somebody else is not found, so no attempt is recorded
HOLDERS = {
    "release", "remark", "close_remark", "inquire", "ask_again", "propose",
    "clear_section", "weigh_remark", "request_revision", "take_back", "decide", "edit_letter",
    "send_to_director", "reopen",
}  # fmt: skip
PERSON: dict[Role, str] = {
    "applicant": "orang lain", "officer": OTHER_OFFICER, "head": HEAD, "director": DIRECTOR, "admin": "admin",
}  # fmt: skip
STANDING = ((False, False), (False, True), (True, True))  #: (owns, holds)
ANYWHERE = {"note", "read_identity"}
DURING_REVIEW = {"ask_again", "propose", "inquire", "remark", "close_remark", "clear_section", "weigh_remark"}
AFTER_ISSUE = {"amend_letter", "replace_letter", "revoke_letter"}


def permitted(role: Role, act: str, owns: bool, holds: bool) -> bool:
    """The rules written a second time, independent of domain.permissions."""
    if act in OWN_ACTS:
        return owns
    if owns:
        return False
    if act in {"send_back", "issue", *AFTER_ISSUE}:
        return role == "director"
    return role in {"officer", "head"} and (holds or act not in HOLDERS)


def possible(status: Status, act: str) -> bool:
    if act in AFTER_ISSUE:
        return status in {"issued", "closed"}
    if act == "answer_inquiry":
        return status in {"submitted", "under_review", "revision_requested"}
    return act in ANYWHERE or (act in DURING_REVIEW and status == "under_review") or (status, act) in TRANSITIONS


def attempt(ctx: Context, case: Application, act: str) -> bool:
    try:
        USE[act](ctx, case)
    except ActionRefused as refused:
        assert refused.text.msgid.endswith((".", "!"))
        return False
    return True


@pytest.mark.parametrize("status", STATUSES)
def test_an_act_happens_only_for_its_role_on_its_status_and_else_changes_nothing(
    all_cases: Cases, status: Status
) -> None:
    world, application_id = all_cases.world, all_cases.application_ids[status]
    reached: dict[str, str] = {}

    def try_all(session: Session) -> None:
        before, lines = snapshot(session, application_id), acts(session, application_id)
        for (role, who), act, (owns, holds) in product(PERSON.items(), USE, STANDING):
            with tried(session):
                now = world.now + AFTER_SILENCE if act == "expire" else world.now
                ctx = context_of(world, session, who, now)
                case = session.get_one(Application, application_id)
                case.person_id = ctx.actor.id if owns else case.person_id
                case.officer_id = ctx.actor.id if holds else case.officer_id
                whose = case.person_id, case.officer_id
                happened = attempt(ctx, case, act)
                where = f"{act} by {role} on {status}, owns={owns}, holds={holds}"
                may = permitted(role, act, owns, holds)
                assert happened == (may and possible(status, act)), where
                added = acts(session, application_id)[len(lines) :]
                if happened:
                    assert added and "refused" not in added, where
                    reached[act] = case.status
                else:
                    assert (snapshot(session, application_id), case.person_id, case.officer_id) == (before, *whose), (
                        where
                    )
                    is_recorded = not may and act not in SILENT and officers.role(ctx) != "applicant"
                    assert added == (["refused"] if is_recorded else []), where

    world.process.units.write_now(try_all)
    moves = {event: after for (from_status, event), after in TRANSITIONS.items() if from_status == status}
    assert {act: after for act, after in reached.items() if act in EVENTS} == moves


#: the conversations about one application
ABOUT_A_CASE = {
    "inquiry",
    "case",
    "applicant",
    "examine",
    "remark",
    "verdict",
    "issuing",
    "letter",
    "correction",
    "history",
}


def beginnings() -> Iterator[str]:
    """The beginning of every code of an officer's button that names a case: "case:claim"."""
    for beginning, kind in BEGINNINGS:
        name = beginning.partition(":")[0]
        if name in ABOUT_A_CASE:
            acts = get_args(get_type_hints(kind)["act"]) if beginning.endswith("*") else ()
            yield from (f"{name}:{act}" for act in acts) if acts else (beginning,)


TAPS = list(beginnings())
#: button → the event that it causes at once; every other button only shows or asks
DOES = {
    "case:claim": "claim", "case:release": "release", "case:over": "hand_over", "case:returned": "request_revision",
    "case:retracted": "take_back",
    "case:sent": "send_to_director", "case:expired": "expire", "remark:ready": "remark", "remark:close": "close_remark",
    "remark:closed": "close_remark", "remark:weigh": "weigh_remark", "examine:clear": "clear_section",
    "verdict:final": "decide", "verdict:issued": "issue", "letter:ground": "edit_letter",
    "letter:heeded": "edit_letter", "letter:again": "reopen", "letter:uncopied": "edit_letter",
}  # fmt: skip
#: button → the event that it leads to; it asks only if the event is allowed
LEADS = {
    "applicant:identity": "read_identity", "case:revision": "request_revision", "case:retract": "take_back",
    "remark:again": "ask_again", "remark:propose": "propose",
    "inquiry:ask": "inquire", "inquiry:record": "inquire", "inquiry:withdraw": "inquire",
    "case:note": "note", "case:silent": "expire", "remark:which": "remark", "remark:ask": "remark",
    "remark:open": "remark", "verdict:fine": "decide", "verdict:decide": "decide", "verdict:taken": "decide",
    "verdict:ground": "decide", "verdict:heed": "decide", "verdict:back": "send_back", "verdict:issue": "issue",
    "letter:edit": "edit_letter", "letter:grounds": "edit_letter", "letter:heed": "edit_letter",
    "letter:reopen": "reopen", "case:send": "send_to_director", "case:expire": "expire", "verdict:sure": "issue",
    **dict.fromkeys(
        (f"correction:{part}" for part in ("amend", "grounds", "heed", "to", "copies", "uncopied", "signer", "place")),
        "amend_letter",
    ),
    **dict.fromkeys(("issuing:signer", "issuing:place", "issuing:to"), "issue"),
    "correction:replace": "replace_letter", "correction:revoke": "revoke_letter",
    "letter:reopened": "reopen", "letter:to": "edit_letter", "letter:copies": "edit_letter",
}  # fmt: skip
#: of these, the buttons that ask for a text
ASKS = {
    "inquiry:ask", "remark:again", "remark:propose",
    "case:note", "remark:which", "remark:ask", "verdict:taken", "verdict:ground", "verdict:back", "letter:grounds",
    "letter:heed", "letter:to", "letter:copies", "correction:grounds", "correction:heed", "correction:to",
    "correction:copies", "correction:signer", "correction:place", "issuing:signer", "issuing:place", "issuing:to",
    "correction:replace", "correction:revoke",
}  # fmt: skip
READING = {"read", "read_letter", "read_file", "read_history", "read_applicant", "read_identity"}
#: who presses → role, whether they own the application, whether it is assigned to them
PRESSERS: dict[str, tuple[Role, bool, bool]] = {
    APPLICANT: ("applicant", True, False),
    "orang lain": ("applicant", False, False),
    "bekas": ("applicant", False, True),
    OFFICER: ("officer", False, True),
    OTHER_OFFICER: ("officer", False, False),
    HEAD: ("head", True, False),
    DIRECTOR: ("director", False, False),
    "admin": ("admin", False, False),
}


def _mark_of(session: Session, application_id: int) -> str:
    """Of the remarks in a request for a revision."""
    unclosed = select(Remark).where(Remark.application_id == application_id, Remark.state != "closed")
    return fingerprint([[row.id, row.text] for row in session.scalars(unclosed.order_by(Remark.id))])


def tap_of(session: Session, tap: str, application_id: int) -> str:
    """The code with the arguments of a real button."""
    newest, round = letters.newest(session, application_id), session.get_one(Application, application_id).round
    letter, mark = newest.id if newest else 0, fingerprint([["Tidak."], []])
    first = session.scalars(select(Remark).where(Remark.application_id == application_id)).first()
    more = {
        "case:undone": "1", "inquiry:record": "1", "inquiry:withdraw": "1",
        **dict.fromkeys(("remark:again", "remark:propose"), f"{first.id if first else 0}:{round}"),
        "examine:clear": f"blok_0:{round}", "examine:finding": "blok_0:R-ID-03", "case:retracted": str(round),
        "remark:closed": f"{first.id if first else 0}:{round}", "remark:weigh": f"{first.id if first else 0}:fatal",
        "case:returned": f"{round}:{_mark_of(session, application_id)}", "examine:block": "blok_0",
        "examine:file": "1", "examine:answer": "3.2", "remark:ask": "3.2",
        "remark:ready": "0.1:1", "remark:close": f"{first.id if first else 0}:{round}", "verdict:taken": "ditolak",
        "verdict:ground": "ditolak:1", "verdict:heed": "0", "verdict:final": f"ditolak:{round}:{mark}",
        "letter:ground": f"1:{fingerprint(['Rancangan memadai.'])}", "letter:heeded": "1",
        "case:sent": f"{letter}:{round}", "verdict:issued": f"{letter}:{round}", "case:expired": str(round),
        "letter:again": str(letter), "correction:sure": f"{letter}:0",
    }  # fmt: skip
    return ":".join(filter(None, (tap, str(application_id), more.get(tap))))


@pytest.mark.parametrize("status", STATUSES)
def test_a_forged_tap_does_no_more_than_its_own_button(all_cases: Cases, status: Status) -> None:
    world, application_id = all_cases.world, all_cases.application_ids[status]
    decided = DialogueState(
        verdict.NAME,
        {"application": application_id, "verdict": "ditolak", "grounds": ["Tidak."], "heed": [], "ready": True},
    )

    def press_all(session: Session) -> None:
        before, lines = snapshot(session, application_id), acts(session, application_id)
        codes = {tap: tap_of(session, tap, application_id) for tap in TAPS}
        for (who, (role, owns, holds)), tap in product(PRESSERS.items(), TAPS):
            with tried(session):
                now = world.now + AFTER_SILENCE if tap in {"case:silent", "case:expire", "case:expired"} else world.now
                ctx = context_of(world, session, who, now)
                case = session.get_one(Application, application_id)
                case.person_id = ctx.actor.id if owns else case.person_id
                case.officer_id = ctx.actor.id if holds else case.officer_id
                whose = case.person_id, case.officer_id
                pressed = Incoming("1", "console", who, world.now, "tap", tap=codes[tap])
                turn = router.on_message(pressed, decided, ctx)
                where = f"{tap} by {who} on {status}"
                text = said(turn)
                assert text, where
                event = DOES.get(tap) or LEADS.get(tap)
                reads = role in {"officer", "head", "director"} and not owns
                may = reads and (event is None or permitted(role, event, owns, holds))
                goes = may and event is not None and possible(status, event)
                added = set(acts(session, application_id)[len(lines) :]) - READING
                if goes and tap in DOES:
                    assert added == {event}, where
                else:
                    assert (snapshot(session, application_id), case.person_id, case.officer_id) == (before, *whose), (
                        where
                    )
                    is_recorded = not may and officers.role(ctx) != "applicant"
                    assert added == ({"refused"} if is_recorded else set()), where
                if tap in LEADS:
                    assert (turn.state.data.get("step") is not None) == (goes and tap in ASKS), where
                if not reads:
                    assert (owns or case.number not in text) and turn.prompts[0].attachment is None, where

    world.process.units.write_now(press_all)


@pytest.mark.parametrize("words", ["case:show:1:", "case:show:x", "case:nothing:1", "case:show:99999", "case", "case:"])
def test_a_tap_that_nobody_sent_gets_a_sentence(all_cases: Cases, words: str) -> None:
    for who in PRESSERS:
        assert Talk(all_cases.world, who).press(words)


def test_nobody_reads_or_decides_an_application_of_their_own(tmp_path: Path) -> None:
    world = staffed(World(tmp_path / "data"))
    submitted(world, OFFICER)
    talk = Talk(world, OFFICER)
    talk.say("/periksa REK-2026-0001")
    assert "tidak dapat memproses permohonannya sendiri" in talk.last
    codes = world.process.units.write_now(lambda session: {tap: tap_of(session, tap, 1) for tap in TAPS})
    for tap, code in codes.items():
        talk.press(code)
        assert "tidak dapat memproses permohonannya sendiri" in talk.last, tap
    assert "refused" in world.process.units.write_now(lambda session: acts(session, 1))
    world.stop()
