"""The people of the strict Cloud API server, its webhooks, and its faults."""

from __future__ import annotations

import asyncio
import json

import pytest
from aiohttp import ClientError, ClientSession, ClientTimeout

from tests.contract.graphapi_business import PDF, PNG, Business, Hook, Json, buttons, row, rows, section
from tests.platforms.whatsapp import GraphServer, User, graph_process
from tests.platforms.whatsapp.errors import ERRORS
from tests.platforms.whatsapp.faults import (
    CUT,
    EXPIRED,
    HALF,
    HANG,
    HTML,
    LATE,
    LOST,
    MALFORMED,
    Fault,
    error,
    failed,
    http,
)
from tests.platforms.whatsapp.payloads import Spread
from tests.platforms.whatsapp.untrusted import FORGED, MANGLED, POISONED, poisoned
from tests.platforms.whatsapp.webhook import NotDelivered

# What people send


async def test_every_kind_of_message_has_the_platforms_shape(
    business: Business, hook: Hook, sari: User, graph: GraphServer
) -> None:
    await business.sends("interactive", buttons("Ya", "Tidak"))
    question = sari.screen[-1]
    await business.sends("interactive", row(description="Baris pertama"))
    ids = [
        await sari.taps("Ya"),
        await sari.taps("Baris"),
        await sari.taps(id="b1", on=question),
        await sari.says("jawab", answers=question),
        await sari.says("terusan", forwarded=True),
        await sari.sends_image(PNG, "image/png", "foto"),
        await sari.sends_video(b"video"),
        await sari.sends_voice(),
        await sari.sends_sticker(),
        await sari.sends_location(name="Kantor"),
        await sari.sends_contacts(),
        await sari.reacts("👍", question),
        await sari.sends_order(),
        await sari.sends_unsupported(),
        await sari.sends_anything("hologram", {"depth": 3}),
    ]
    got = hook.messages
    assert [message["id"] for message in got] == ids and len(set(ids)) == len(ids)
    quoted = {"from": graph.account.display_phone_number, "id": question.id}
    expected: list[tuple[str, object]] = [
        ("interactive", {"type": "button_reply", "button_reply": {"id": "b0", "title": "Ya"}}),
        (
            "interactive",
            {"type": "list_reply", "list_reply": {"id": "r", "title": "Baris", "description": "Baris pertama"}},
        ),
        ("interactive", {"type": "button_reply", "button_reply": {"id": "b1", "title": "Tidak"}}),
        ("text", {"body": "jawab"}),
        ("text", {"body": "terusan"}),
    ]
    assert [(message["type"], message[message["type"]]) for message in got[:5]] == expected
    assert [message.get("context") for message in got[2:5]] == [quoted, quoted, {"forwarded": True}]
    kinds = [
        "image",
        "video",
        "audio",
        "sticker",
        "location",
        "contacts",
        "reaction",
        "order",
        "unsupported",
        "hologram",
    ]
    assert [message["type"] for message in got[5:]] == kinds
    assert got[5]["image"]["caption"] == "foto" and got[7]["audio"]["voice"] is True
    assert got[11]["reaction"] == {"message_id": question.id, "emoji": "👍"}
    assert got[13]["errors"][0]["code"] == 131051
    assert all(message["from"] == "628120000001" and message["from_user_id"] == "ID.1" for message in got)
    assert graph.flagged == []


async def test_a_person_taps_only_what_they_see(business: Business, sari: User) -> None:
    await business.sends("interactive", buttons("Ya"))
    with pytest.raises(AssertionError, match="sees no 'Tidak'"):
        await sari.taps("Tidak")


IDENTITIES: dict[str, tuple[Json, Json, Json]] = {
    "both": (
        {"user_id": "ID.5", "wa_id": "6281"},
        {"wa_id": "6281", "user_id": "ID.5"},
        {"from": "6281", "from_user_id": "ID.5"},
    ),
    "without a number": ({"user_id": "ID.5"}, {"user_id": "ID.5"}, {"from_user_id": "ID.5"}),
    "without a user id": ({"wa_id": "6281"}, {"wa_id": "6281"}, {"from": "6281"}),
}


@pytest.mark.parametrize("name", IDENTITIES)
async def test_a_person_is_named_by_what_they_show(name: str, graph: GraphServer, hook: Hook) -> None:
    names, contact, sender = IDENTITIES[name]
    await graph.user(**names, name="Budi").says("halo")
    assert hook.values()[0]["contacts"] == [{"profile": {"name": "Budi"}, **contact}]
    message = hook.messages[0]
    assert {key: message[key] for key in message if key.startswith("from")} == sender


async def test_names_appear_vanish_and_change(business: Business, graph: GraphServer, hook: Hook, sari: User) -> None:
    budi = graph.user(wa_id="628120000005", name="Budi")
    budi.reveals(user_id="ID.5")
    assert graph.user(user_id="ID.5") is budi
    await budi.says("halo")
    await business.sends(recipient="ID.5")
    assert len(budi.screen) == 1
    sari.hides_phone()
    await sari.says("halo lagi")
    assert "from" not in hook.messages[-1] and "wa_id" not in hook.values()[-1]["contacts"][0]
    await sari.changes_number("628120000077", "ID.77")
    numbers, ids = (message["system"] for message in hook.messages[-2:])
    assert (numbers["type"], numbers["wa_id"]) == ("user_changed_number", "628120000077")
    assert (ids["previous_user_id"], ids["user_id"]) == ("ID.1", "ID.77")


async def test_a_step_counts_what_came_since_the_last_own_message(business: Business, sari: User) -> None:
    upload = (await business.uploads())[1]["id"]
    await business.sends()
    await business.sends("document", {"id": upload})
    await business.sends("text", {"body": "Selesai."})
    assert sari.outbound_in_step() == 2
    assert (await sari.waits_for("Selesai")).text == "Selesai."
    waiting = asyncio.create_task(sari.waits_for(lambda shown: shown.kind == "list"))
    await asyncio.sleep(0)
    await business.sends("interactive", rows(section(0, 2)))
    assert (await waiting).labels == ["Baris 0", "Baris 1"]
    await sari.says("lagi")
    assert sari.outbound_in_step() == 0
    with pytest.raises(AssertionError, match="waited for 'Selesai' and was shown:\nnothing"):
        await sari.waits_for("Selesai", timeout=0.05)


# How it is delivered

SHAPES: dict[Spread, list[list[int]]] = {"entries": [[1], [1], [1]], "changes": [[1, 1, 1]], "value": [[3]]}


@pytest.mark.parametrize("spread", SHAPES)
async def test_a_batch_is_spread_over_entries_and_changes(spread: Spread, graph: GraphServer, hook: Hook) -> None:
    one, other = graph.user(user_id="ID.1"), graph.user(user_id="ID.2")
    events = [one.event("text", {"body": "1"}), other.event("text", {"body": "2"}), one.event("text", {"body": "3"})]
    await graph.webhook.post(events, spread=spread)
    (body,) = hook.bodies
    shape = [[len(change["value"]["messages"]) for change in entry["changes"]] for entry in body["entry"]]
    assert shape == SHAPES[spread]
    assert [message["text"]["body"] for message in hook.messages] == ["1", "2", "3"]
    assert len(hook.values()[0]["contacts"]) == (2 if spread == "value" else 1)


async def test_what_is_not_taken_comes_again_until_it_is_given_up(graph: GraphServer, hook: Hook) -> None:
    hook.answers = [500, 404, 302]
    user = graph.user(user_id="ID.1")
    await user.says("halo é/")
    assert graph.webhook.deliveries[-1].answers == [500, 404, 302, 200]
    assert hook.messages[0]["text"]["body"] == "halo é/" and hook.forged == 0
    assert b"\\u00e9\\/" in graph.webhook.deliveries[-1].body, "escaped as the platform does it"
    graph.webhook.give_up_after = 0.03
    hook.answers = [500] * 100
    with pytest.raises(NotDelivered):
        await user.says("halo")
    graph.webhook.url = "http://127.0.0.1:9/"
    with pytest.raises(NotDelivered):
        await user.says("halo")


async def test_what_is_held_comes_shuffled_batched_and_twice(graph: GraphServer, hook: Hook) -> None:
    graph.webhook.hold()
    users = [graph.user(user_id=f"ID.{number}") for number in range(10)]
    ids = [await user.says("halo") for user in users]
    assert hook.bodies == []
    await graph.webhook.release(batch=5, shuffle=True, copies=2)
    got = [message["id"] for message in hook.messages]
    assert len(hook.bodies) == 4 and sorted(got) == sorted(ids * 2) and got != ids * 2
    graph.webhook.copies, graph.webhook.max_parallel, hook.most = 3, 2, 0
    again = await users[0].says("lagi")
    assert [message["id"] for message in hook.messages[20:]] == [again] * 3 and hook.most == 2


async def test_events_that_come_together_share_a_body(graph: GraphServer, hook: Hook) -> None:
    graph.webhook.batch = 4
    await asyncio.gather(*(graph.user(user_id=f"ID.{number}").says("halo") for number in range(10)))
    assert [len(body["entry"]) for body in hook.bodies] == [4, 4, 2]
    await graph.webhook.replay()
    assert hook.bodies[:3] == hook.bodies[3:] and hook.forged == 0


async def test_forgeries_are_no_longer_signed_and_mangled_bodies_are(graph: GraphServer, hook: Hook) -> None:
    event = graph.user(user_id="ID.1").event("text", {"body": "halo é"})
    for how in FORGED:
        assert await graph.webhook.post_forged(how, event) == 403, how
    assert hook.forged == len(FORGED) and hook.bodies == []
    hook.answers = [400] * len(MANGLED)
    for how in MANGLED:
        assert await graph.webhook.post_mangled(how, event) == 400, how
    assert hook.forged == len(FORGED)


async def test_one_poisoned_message_stands_between_good_ones(graph: GraphServer, hook: Hook) -> None:
    user = graph.user(user_id="ID.1")
    for how in POISONED:
        good = [user.event("text", {"body": "halo"}) for _ in range(3)]
        await graph.webhook.post([good[0], poisoned(how, good[1]), good[2]], spread="value")
        first, bad, last = hook.messages[-3:]
        assert (first["id"], last["id"]) == (good[0].id, good[2].id) and bad != good[1].item, how


@pytest.mark.usefixtures("hook")
async def test_the_url_is_verified(graph: GraphServer) -> None:
    verified = await graph.webhook.verify()
    assert (verified.status, verified.body) == (200, verified.challenge)


# Statuses


async def test_statuses_are_told_in_order_shuffled_late_or_not(
    business: Business, graph: GraphServer, hook: Hook, sari: User
) -> None:
    graph.statuses.order = ("sent", "delivered", "read")
    _, answer = await business.sends(biz_opaque_callback_data="42")
    await graph.webhook.settled()
    assert [one["status"] for one in hook.statuses] == ["sent", "delivered", "read"]
    first = hook.statuses[0]
    assert (first["id"], first["recipient_id"], first["recipient_user_id"], first["biz_opaque_callback_data"]) == (
        answer["messages"][0]["id"],
        "628120000001",
        "ID.1",
        "42",
    )
    graph.statuses.shuffled = True
    for _ in range(5):
        await business.sends()
    await graph.webhook.settled()
    told: dict[str, list[str]] = {}
    for one in hook.statuses[3:]:
        told.setdefault(one["id"], []).append(one["status"])
    assert all(sorted(names) == ["delivered", "read", "sent"] for names in told.values())
    assert any(names != ["sent", "delivered", "read"] for names in told.values())
    graph.statuses.late = True
    await business.sends()
    await graph.webhook.settled()
    assert len(hook.statuses) == 18
    await graph.tell_statuses()
    assert len(hook.statuses) == 21


# Faults

#: fault → what the client sees (status and error code, or an exception); whether the person sees the message
BROKEN: dict[str, tuple[Fault, object, bool]] = {
    **{f"error {code}": (error(code), (status, code), False) for code, (status, _) in ERRORS.items()},
    "503": (http(503), (503, None), False),
    "HTML": (HTML, (502, None), False),
    "no answer": (HANG, TimeoutError, False),
    "cut": (CUT, ClientError, False),
    "answer lost": (LOST, ClientError, True),
    "answer cut": (HALF, ClientError, True),
    "answer too late": (LATE, TimeoutError, True),
    "answer malformed": (MALFORMED, (200, None), True),
}


@pytest.mark.parametrize("name", BROKEN)
async def test_a_planned_fault_strikes_once(name: str, business: Business, sari: User, graph: GraphServer) -> None:
    fault, expected, shown = BROKEN[name]
    graph.faults.next(fault)
    message = {"messaging_product": "whatsapp", "recipient": "ID.1", "type": "text", "text": {"body": "a"}}
    timeout = ClientTimeout(total=0.1 if expected is TimeoutError else 5)
    if isinstance(expected, tuple):
        async with business.session.post(f"{business.number}/messages", json=message) as response:
            raw = await response.read()
        try:
            code = json.loads(raw)["error"]["code"]
        except ValueError:
            code = None
        assert (response.status, code) == expected
    else:
        assert isinstance(expected, type)
        with pytest.raises(expected):
            async with business.session.post(f"{business.number}/messages", json=message, timeout=timeout) as response:
                await response.read()
    assert bool(sari.screen) == shown
    assert (await business.sends())[0] == 200
    assert graph.flagged == []


async def test_faults_choose_their_person_their_call_and_their_number(
    business: Business, hook: Hook, sari: User, graph: GraphServer
) -> None:
    budi = graph.user(user_id="ID.2", wa_id="628120000002")
    await budi.says("halo")
    graph.faults.next(error(131000), 2, person="628120000002")
    assert (await business.sends())[0] == 200
    got = [(await business.sends(recipient="ID.2"))[0] for _ in range(3)]
    assert got == [500, 500, 200]
    graph.faults.next(failed(131026))
    assert (await business.sends())[0] == 200
    await graph.webhook.settled()
    assert hook.statuses[-1]["errors"][0]["code"] == 131026 and len(sari.screen) == 1
    graph.faults.next(error(131053), on="upload")
    graph.faults.next(EXPIRED, on="download")
    graph.faults.next(EXPIRED, on="media")
    assert [(await business.uploads())[0] for _ in range(2)] == [400, 200]
    medium = graph.media.receive(PDF, "application/pdf")
    assert [(await business.gets(medium.id))[0] for _ in range(2)] == [400, 200]
    url = graph.media.url(medium)
    assert [(await business.downloads(url))[0] for _ in range(2)] == [404, 200]
    graph.faults.next(HALF, on="download")
    with pytest.raises(ClientError):
        await business.downloads(url)
    assert graph.flagged == []


async def test_every_call_is_written_down(business: Business, sari: User, graph: GraphServer) -> None:
    await business.sends()
    await business.sends("text", {})
    assert [(seen.call, seen.person, seen.status, seen.code) for seen in graph.calls] == [
        ("messages", "ID.1", 200, 0),
        ("messages", "", 400, 131008),
    ]


# Many messages, and a server in another process


async def test_two_hundred_people_at_once_are_served(business: Business, graph: GraphServer, hook: Hook) -> None:
    graph.limits.per_second = 10_000
    users = [graph.user(user_id=f"ID.{number}") for number in range(200)]
    await asyncio.gather(*(user.says("halo") for user in users))
    await asyncio.gather(*(business.sends(recipient=user.user_id) for user in users))
    assert len(hook.messages) == 200
    assert all(user.outbound_in_step() == 1 for user in users) and graph.flagged == []


async def test_a_process_of_its_own_serves_the_same(graph: GraphServer, hook: Hook) -> None:
    async with graph_process(graph.webhook.url) as remote:
        environment = remote.environment
        hook.secret = environment["PST_WHATSAPP_APP_SECRET"]
        sari = remote.user(user_id="ID.1", name="Sari")
        await sari.sends_document("a.pdf", PDF)
        assert hook.messages[0]["document"]["filename"] == "a.pdf"
        url = f"{environment['PST_WHATSAPP_API_BASE']}/{environment['PST_WHATSAPP_PHONE_NUMBER_ID']}/messages"
        headers = {"Authorization": f"Bearer {environment['PST_WHATSAPP_TOKEN']}"}
        message = {
            "messaging_product": "whatsapp",
            "recipient": "ID.1",
            "type": "interactive",
            "interactive": buttons("Ya"),
        }
        await remote.next(error(131000))
        async with ClientSession(headers=headers) as session:
            for expected in (500, 200):
                async with session.post(url, json=message) as response:
                    assert response.status == expected
        assert (await sari.waits_for("Pilih")).labels == ["Ya"]
        assert await sari.outbound_in_step() == 1
        await sari.taps("Ya")
        assert hook.messages[-1]["interactive"]["button_reply"]["id"] == "b0"
        assert await remote.flagged() == []
        with pytest.raises(AssertionError, match="sees no 'Tidak'"):
            await sari.taps("Tidak")
