from __future__ import annotations

from domain.files import FILE_TYPES, SENT_KINDS, extension_for, mime_type


def test_every_kind_that_people_send_has_a_mime_type_that_leads_back_to_its_extension() -> None:
    assert set(FILE_TYPES) == {*SENT_KINDS, "json", "zip"}
    for kind in SENT_KINDS:
        assert extension_for(mime_type(kind)) == FILE_TYPES[kind].extension


def test_an_unknown_kind_is_sent_as_plain_bytes_and_an_unknown_mime_type_has_no_extension() -> None:
    assert mime_type("rar") == "application/octet-stream"
    assert extension_for("application/zip") == "" == extension_for("text/plain")
