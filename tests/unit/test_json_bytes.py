"""JSON is read and written the same way whichever library does it."""

from __future__ import annotations

import json

import pytest

from domain import json_bytes
from domain.text import Json

DOCUMENTS: tuple[Json, ...] = (
    {"q": [1, -2.5, True, None, "é “kutip” 😀"], "": {}},
    "half of a pair: \ud83d",
    {"many digits": 2**80},
    "\x00 and \x1f and \u2028",
    [[[]]],
)


@pytest.mark.parametrize("document", DOCUMENTS, ids=range(len(DOCUMENTS)))
def test_a_document_is_read_as_it_was_written(document: Json) -> None:
    stored = json_bytes.dump(document)
    assert json.loads(stored) == document, "any other program reads it"
    assert json_bytes.dump_text(document).encode() == stored
    if document != {"many digits": 2**80}:
        assert json_bytes.load(stored) == document == json_bytes.load(json.dumps(document))


def test_what_older_versions_wrote_and_platforms_send_is_read() -> None:
    assert json_bytes.load(b'{"a": "\\ud83d\\ude00", "b": "\\ud83d"}') == {"a": "😀", "b": "\ud83d"}
    assert json_bytes.load('"ya"'.encode("utf-16")) == "ya"
    for broken in (b"", b"{", b"\xff\xfe\xfd"):
        with pytest.raises(ValueError):
            json_bytes.load(broken)
