from __future__ import annotations

from typing import get_args

from domain.files import FILE_TYPES, FileKind, extension_for, mime_type


def test_every_kind_of_file_has_a_mime_type_that_leads_back_to_its_extension() -> None:
    assert set(FILE_TYPES) == set(get_args(FileKind))
    for kind, file_type in FILE_TYPES.items():
        assert extension_for(mime_type(kind)) == file_type.extension


def test_an_unknown_kind_is_sent_as_plain_bytes_and_an_unknown_mime_type_has_no_extension() -> None:
    assert mime_type("zip") == "application/octet-stream"
    assert extension_for("application/zip") == ""
