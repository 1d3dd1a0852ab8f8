"""What stands in the log of personal data and secrets: nothing, whatever field or library brings it."""

from __future__ import annotations

import json
import logging
import sys
import threading
from datetime import datetime
from io import StringIO

import pytest
import structlog

from bot.runtime.log import TypesAndPlaces, set_up_log
from bot.runtime.masking import mask_event, mask_text

PERSONAL = (
    "siti.aminah+pst@dinkes.jeneponto.go.id",
    "+62 812-3456-7890",
    "081234567890",
    "7304015203900001",
    "19800101 200501 2 001",
    "wamid.HBgMNjI4MTIzNDU2Nzg5MBUCABEYEjY=",
    "7000000001:AAE-abcdefghijklmnopqrstuvwxyz_12345",
    "Bearer EAAGm0PX4ZCpsBA",
    "Zm9vYmFyYmF6cXV4Zm9vYmFyYmF6cXV4Zm9vYmFyYmF",
)
#: what the log says of itself, and an operator needs as it is
PLAIN = (
    "database or disk is full",
    "bot/pipeline/deliver.py:231 in _send_all",
    "HTTP 502, 3 attempts, 12.5 s",
    "t3f1c0a9b2d7e",
    "2026-11-30",
    "http://127.0.0.1:8080/health",
    "0049_not_in_romantik",
)


@pytest.mark.parametrize("said", PERSONAL)
def test_what_names_or_reaches_somebody_is_masked_wherever_it_stands(said: str) -> None:
    event = {"event": f"the server said {said}", "why": (said, {"of": [said]}), "name": said, "outbox": 12}
    masked = mask_event(None, "error", event)
    assert said not in str(masked) and masked["outbox"] == 12
    assert masked["name"] == "***" and str(masked["event"]).startswith("the server said ")
    record = logging.LogRecord("httpx", logging.WARNING, __file__, 1, "POST %s failed", (said,), None)
    assert said not in TypesAndPlaces().format(record)


def test_names_are_masked_by_their_field_and_ids_of_people_by_their_size() -> None:
    event = {
        "event": "x",
        "name": "Siti Aminah",
        "nested": {"nama": "Siti"},
        "chat": 5012345678,
        "trace_id": "t" + "1" * 12,
    }
    assert mask_event(None, "info", event) == {
        "event": "x",
        "name": "***",
        "nested": {"nama": "***"},
        "chat": "***",
        "trace_id": "t" + "1" * 12,
    }


def test_a_log_in_json_is_masked_as_the_other_one_and_each_line_is_an_object(monkeypatch: pytest.MonkeyPatch) -> None:
    secret, written, root = 'sandi "rahasia" ini', StringIO(), logging.getLogger()
    monkeypatch.setattr("sys.stderr", written)
    monkeypatch.setattr("sys.excepthook", sys.excepthook)
    monkeypatch.setattr("threading.excepthook", threading.excepthook)
    monkeypatch.setattr(root, "handlers", [])
    set_up_log("debug", [secret], "json")
    try:
        for said in (*PERSONAL, secret):
            structlog.get_logger().info(f"the server said {said}", name=said, why=said)
            try:
                raise ValueError(said)
            except ValueError:
                structlog.get_logger().exception("it failed")
                logging.getLogger("library").exception("POST %s failed\nagain %s", said, said)
            thread = threading.Thread(target=int, args=(f"{said}?",))
            thread.start()
            thread.join()
    finally:
        structlog.reset_defaults()
    events = [json.loads(line) for line in written.getvalue().splitlines()]
    assert len(events) == 4 * (len(PERSONAL) + 1)
    values = "\n".join(str(value) for event in events for value in event.values())
    assert [said for said in (*PERSONAL, secret) if said in values or said in written.getvalue()] == []
    for event in events:
        assert datetime.fromisoformat(event["timestamp"]).tzinfo is not None and event["event"]
        assert "exception" not in event or "ValueError" in event["exception"]
    assert {event["level"] for event in events} == {"info", "error", "critical"}


@pytest.mark.parametrize("said", PLAIN)
def test_what_an_operator_needs_stays(said: str) -> None:
    assert mask_text(said) == said
