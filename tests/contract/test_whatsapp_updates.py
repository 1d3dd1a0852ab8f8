"""From bodies of webhooks to messages and statuses: a table, and arbitrary values anywhere in a body."""

from __future__ import annotations

import json
from copy import deepcopy
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.channel import Upload
from bot.chat import Incoming
from bot.handlers.whatsapp.updates import (
    DeliveryStatus,
    NotAWebhookBody,
    UnreadablePart,
    UpdatePart,
    WhatsAppMessage,
    read,
)

Json = dict[str, Any]

NUMBER = "106540352242922"
SENT = datetime(2026, 11, 24, 3, 30, tzinfo=UTC)
NOW = SENT + timedelta(seconds=1)
ID, WA = "ID.13491208655302741918", "628120000001"
WAMID = "wamid.HBgLMTY1MDM4Nzk0MzkVAgARGBI="
CONTACT: Json = {"profile": {"name": "Sari"}, "wa_id": WA, "user_id": ID}


def body(*messages: object, contacts: object = (CONTACT,), statuses: object = None, number: str = NUMBER) -> Json:
    value: Json = {"messaging_product": "whatsapp", "metadata": {"phone_number_id": number}, "messages": [*messages]}
    value |= {"contacts": list(contacts) if isinstance(contacts, tuple) else contacts}
    value |= {"statuses": statuses} if statuses is not None else {}
    return {
        "object": "whatsapp_business_account",
        "entry": [{"id": "102", "changes": [{"field": "messages", "value": value}]}],
    }


def message(kind: str, content: object = None, **more: object) -> Json:
    made: Json = {"from": WA, "from_user_id": ID, "id": WAMID, "timestamp": str(int(SENT.timestamp())), "type": kind}
    return {**made, **({kind: content} if content is not None else {}), **more}


def parts_of(document: object) -> list[UpdatePart]:
    return read(json.loads(json.dumps(document)), NUMBER, NOW)


def said(document: object) -> WhatsAppMessage:
    (item,) = parts_of(document)
    assert isinstance(item, WhatsAppMessage), item
    return item


BASE = Incoming(
    id=WAMID,
    channel="whatsapp",
    address=ID,
    alternate_address=WA,
    at=SENT,
    shown_by=SENT + timedelta(seconds=2),
    kind="other",
    message_id=WAMID,
)
REPLY = {"id": "menu:show", "title": "Menu"}
ON = {"context": {"from": "62411555001", "id": "wamid.ours"}}
PHOTO = {"id": "1234", "mime_type": "image/jpeg", "sha256": "x"}
OFFICE = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"


def contacts(*phones: Json) -> list[Json]:
    return [{"name": {"formatted_name": "Sari"}, "phones": list(phones)}]


@pytest.mark.parametrize(
    "given,expected,uploads",
    [
        (message("text", {"body": "halo\r\nSari\x00"}), {"kind": "text", "text": "halo\nSari"}, ()),
        (message("text", {"body": "/lanjut KODE"}), {"kind": "text", "text": "/lanjut KODE"}, ()),
        (message("text", {"body": "x\ud800y"}), {"kind": "text", "text": "x\ufffdy"}, ()),
        (
            message("interactive", {"type": "button_reply", "button_reply": REPLY}, **ON),
            {"kind": "tap", "tap": "menu:show", "text": "Menu", "tapped_message_id": "wamid.ours"},
            (),
        ),
        (
            message("interactive", {"type": "list_reply", "list_reply": REPLY | {"description": "Menu utama"}}),
            {"kind": "tap", "tap": "menu:show", "text": "Menu"},
            (),
        ),
        (message("button", {"payload": "x", "text": "Ya"}), {"kind": "text", "text": "Ya"}, ()),
        (message("image", PHOTO), {"kind": "file"}, (Upload("foto.jpg", remote="1234"),)),
        (
            message("image", PHOTO | {"caption": "ini"}),
            {"kind": "file", "text": "ini"},
            (Upload("foto.jpg", remote="1234"),),
        ),
        (message("image", PHOTO | {"mime_type": "image/png"}), {"kind": "file"}, (Upload("foto.png", remote="1234"),)),
        (
            message("document", {"id": "77", "filename": "C:\\Surat\\surat é.pdf", "mime_type": "application/pdf"}),
            {"kind": "file"},
            (Upload("surat é.pdf", remote="77"),),
        ),
        (
            message("document", {"id": "77", "mime_type": OFFICE}),
            {"kind": "file"},
            (Upload("berkas.docx", remote="77"),),
        ),
        (message("document", {"id": "77", "mime_type": "a/b"}), {"kind": "file"}, (Upload("berkas", remote="77"),)),
        (message("document", {"id": "../me", "filename": "x.pdf"}), {}, ()),
        (message("image", {"caption": "without an id"}), {}, ()),
        (
            message("contacts", contacts({"phone": "+62 812-0000-001", "wa_id": WA})),
            {"kind": "contact", "contact": f"+{WA}"},
            (),
        ),
        (message("contacts", contacts({"phone": "+62 812-0000-001"})), {"kind": "contact", "contact": f"+{WA}"}, ()),
        (message("contacts", contacts({"phone": "+62 811-0000-000", "wa_id": "628110000000"})), {}, ()),
        (message("contacts", contacts({"wa_id": WA}, {"wa_id": WA})), {}, ()),
        (message("contacts", contacts({"wa_id": WA}) * 2), {}, ()),
        (message("contacts", contacts()), {}, ()),
        (
            message("location", {"latitude": -5.67, "longitude": 119, "name": "Kantor"}),
            {"kind": "location", "location": (-5.67, 119.0)},
            (),
        ),
        (message("location", {"latitude": 1e300, "longitude": 0}), {}, ()),
        (message("location", {"latitude": "-5", "longitude": 0}), {}, ()),
        (
            message("audio", {"id": "9", "voice": True, "mime_type": "audio/ogg; codecs=opus"}),
            {"kind": "voice"},
            (Upload("pesan-suara.ogg", remote="9"),),
        ),
        (message("video", {"id": "9"}), {}, ()),
        (message("sticker", {"id": "9"}), {}, ()),
        (message("order", {"catalog_id": "1", "product_items": []}), {}, ()),
        (message("unsupported", errors=[{"code": 131051, "title": "Message type unknown"}]), {}, ()),
        (message("hologram", {"depth": 3}), {}, ()),
        (
            message("text", {"body": "ya"}, **ON),
            {"kind": "text", "text": "ya", "quoted_message_id": "wamid.ours"},
            (),
        ),
        (message("text", {"body": "ya"}, context={"forwarded": True}), {"kind": "text", "text": "ya"}, ()),
        (message("text", {"body": "ya"}, context=7), {"kind": "text", "text": "ya"}, ()),
        (
            message("edit", {"original_message_id": "wamid.1", "message": {"type": "text", "text": {"body": "baru"}}}),
            {"kind": "edit", "message_id": "wamid.1", "text": "baru"},
            (),
        ),
        (
            message(
                "edit", {"original_message_id": "wamid.1", "message": {"type": "image", "image": {"caption": "k"}}}
            ),
            {"kind": "edit", "message_id": "wamid.1", "text": "k"},
            (),
        ),
        (
            message("edit", {"original_message_id": "wamid.1", "message": 7}),
            {"kind": "edit", "message_id": "wamid.1"},
            (),
        ),
        (message("edit", {"original_message_id": 7, "message": {}}), {}, ()),
        (message("revoke", {"original_message_id": "wamid.1"}), {"kind": "revoke", "message_id": "wamid.1"}, ()),
        (message("revoke", {}), {}, ()),
        (message("text"), {}, ()),
        (message("text", {"body": 7}), {}, ()),
        (message("interactive", {"type": "nfm_reply", "nfm_reply": {"response_json": "{}"}}), {}, ()),
        (message("interactive", {"type": "list_reply", "list_reply": {"id": ["x"]}}), {}, ()),
        ({**message("text"), "type": ["text"]}, {}, ()),
    ],
    ids=lambda value: str(value.get("type", ""))[:12] if isinstance(value, dict) else "",
)
def test_every_kind_of_message_is_what_the_inside_calls_it(
    given: Json, expected: Json, uploads: tuple[Upload, ...]
) -> None:
    assert said(body(given)) == WhatsAppMessage(replace(BASE, **expected), uploads)


@pytest.mark.parametrize(
    "who,contact,address,also",
    [
        ({"from": WA, "from_user_id": ID}, {}, ID, WA),
        ({"from": WA}, {"wa_id": WA, "user_id": ID}, ID, WA),
        ({"from_user_id": ID}, {"wa_id": WA, "user_id": ID}, ID, WA),
        ({}, {"wa_id": WA, "user_id": ID}, ID, WA),
        ({"from_user_id": ID}, {"user_id": ID}, ID, ""),
        ({}, {"user_id": ID}, ID, ""),
        ({"from": WA}, {"wa_id": WA}, WA, ""),
        ({"from": f"+{WA}"}, {}, WA, ""),
        ({"from": WA}, {"wa_id": "628999999999", "user_id": "ID.other"}, WA, ""),
        ({"from": WA}, {"user_id": "ID.other"}, WA, ""),
        ({"from_user_id": ID, "from": "not a number"}, {"user_id": 7, "wa_id": None}, ID, ""),
    ],
)
def test_a_sender_is_the_user_id_or_else_the_number(who: Json, contact: Json, address: str, also: str) -> None:
    sent = {key: value for key, value in message("text", {"body": "halo"}).items() if not key.startswith("from")} | who
    incoming = said(body(sent, contacts=(contact,))).incoming
    assert (incoming.address, incoming.alternate_address) == (address, also)


def test_each_message_of_a_batch_finds_its_own_contact() -> None:
    others = [{"wa_id": f"62812000010{n}", "user_id": f"ID.{n}"} for n in range(3)]
    sent = [message("text", {"body": str(n)}, id=f"wamid.{n}", **{"from": f"62812000010{n}"}) for n in (2, 0, 1)]
    for one in sent:
        del one["from_user_id"]
    found = parts_of(body(*sent, contacts=tuple(others)))
    assert [(s.incoming.address, s.incoming.text) for s in found if isinstance(s, WhatsAppMessage)] == [
        ("ID.2", "2"),
        ("ID.0", "0"),
        ("ID.1", "1"),
    ]


@pytest.mark.parametrize(
    "stamp,at",
    [
        (str(int(SENT.timestamp())), SENT),
        (int(SENT.timestamp()), SENT),
        ("99999999999", NOW),  # in the future, so that the 24 hours would never end
        ("999999999999999999999", NOW),
        ("yesterday", NOW),
        (None, NOW),
        (-1, NOW),
        ("٣", NOW),
    ],
)
def test_a_message_was_never_sent_after_now(stamp: object, at: datetime) -> None:
    assert said(body(message("text", {"body": "halo"}, timestamp=stamp))).incoming.at == at


@pytest.mark.parametrize(
    "status,expected",
    [
        ({"id": "wamid.1", "status": "sent"}, [DeliveryStatus("wamid.1", "sent")]),
        ({"id": "wamid.1", "status": "delivered", "errors": []}, [DeliveryStatus("wamid.1", "delivered")]),
        ({"id": "wamid.1", "status": "read"}, [DeliveryStatus("wamid.1", "read")]),
        (
            {
                "id": "wamid.1",
                "status": "failed",
                "errors": [{"code": 131026, "title": "Undeliverable", "error_data": {"details": f"to {WA}"}}],
            },
            [DeliveryStatus("wamid.1", "failed", "131026 Undeliverable", 131026)],
        ),
        (
            {"id": "wamid.1", "status": "failed", "errors": [{"code": 131026}]},
            [DeliveryStatus("wamid.1", "failed", "131026", 131026)],
        ),
        ({"id": "wamid.1", "status": "failed", "errors": "?"}, [DeliveryStatus("wamid.1", "failed")]),
        ({"id": "wamid.1", "status": "played"}, []),
        ({"id": "wamid.1", "status": {}}, [UnreadablePart("a status without an id")]),
        ({"status": "sent"}, [UnreadablePart("a status without an id")]),
    ],
)
def test_statuses_say_how_far_a_message_got(status: Json, expected: list[UpdatePart]) -> None:
    assert parts_of(body(statuses=[status])) == expected


@pytest.mark.parametrize("kind", ["reaction", "system"])
def test_what_is_no_message_of_a_person_gets_no_answer(kind: str) -> None:
    assert parts_of(body(message(kind, {"message_id": "wamid.1", "emoji": "👍"}))) == []


def test_what_is_meant_for_others_is_left_alone() -> None:
    assert parts_of(body(message("text", {"body": "halo"}), number="999")) == []
    assert parts_of({"object": "instagram", "entry": [{"changes": [{"field": "messages"}]}]}) == []
    update = {"field": "message_template_status_update", "value": {"event": "APPROVED"}}
    assert parts_of({"object": "whatsapp_business_account", "entry": [{"changes": [update]}]}) == []


POISON: list[object] = [
    None,
    7,
    "text",
    [],
    {},
    {"type": "text", "text": {"body": "from nobody"}, "id": WAMID},
    message("text", {"body": "halo"}, id=""),
    message("text", {"body": "halo"}, id=7),
    message("text", {"body": "halo"}, id="w" * 201),
    message("text", {"body": "halo"}, id="wamid.\x00"),
]


@pytest.mark.parametrize("poison", POISON, ids=lambda value: repr(value)[:30])
def test_a_message_that_nobody_can_be_answered_for_does_not_touch_the_others(poison: object) -> None:
    good = [message("text", {"body": str(n)}, id=f"wamid.{n}") for n in (1, 2)]
    first, problem, second = parts_of(body(good[0], poison, good[1], contacts=({}, CONTACT)))
    assert isinstance(problem, UnreadablePart)
    assert [s.incoming.text for s in (first, second) if isinstance(s, WhatsAppMessage)] == ["1", "2"]


@pytest.mark.parametrize(
    "wrong", [None, [], "x", {}, {"object": "whatsapp_business_account"}, {"object": 1, "entry": []}]
)
def test_another_shape_is_refused(wrong: object) -> None:
    with pytest.raises(NotAWebhookBody):
        parts_of(wrong)


LEAVES = st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5) | st.just(WA)
TREES = st.recursive(
    LEAVES, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner), max_leaves=6
)
SAMPLE = body(
    message("text", {"body": "halo"}),
    message("interactive", {"type": "button_reply", "button_reply": REPLY}, **ON),
    message("document", {"id": "77", "filename": "a.pdf", "mime_type": "application/pdf"}),
    message("contacts", contacts({"phone": WA})),
    message("location", {"latitude": 1, "longitude": 2}),
    statuses=[{"id": "wamid.1", "status": "failed", "errors": [{"code": 1, "title": "x"}]}],
)


def places(node: object, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    inner = node.items() if isinstance(node, dict) else enumerate(node) if isinstance(node, list) else ()
    return [path, *(deeper for key, child in inner for deeper in places(child, (*path, key)))]


@settings(max_examples=200, deadline=None)
@given(st.sampled_from([path for path in places(SAMPLE) if path]), TREES)
def test_anything_anywhere_in_a_body_is_read_or_refused(path: tuple[Any, ...], tree: object) -> None:
    """Only `NotAWebhookBody` is raised, and only for the outermost object."""
    document: Any = deepcopy(SAMPLE)
    node = document
    for key in path[:-1]:
        node = node[key]
    node[path[-1]] = tree
    try:
        items = read(document, NUMBER, NOW)
    except NotAWebhookBody:
        assert len(path) == 1
        return
    for item in items:
        if isinstance(item, WhatsAppMessage):
            assert item.incoming.id and item.incoming.address
            json.dumps(item.incoming.to_json()).encode()
