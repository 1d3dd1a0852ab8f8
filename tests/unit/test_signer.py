"""Who signs a letter is read from typed lines."""

from __future__ import annotations

import pytest

from domain.signer import Signer, read_signer
from domain.text import Text

NIP = "197001011990031001"


@pytest.mark.parametrize("typed", [f"Budi Contoh, Kepala Bidang, {NIP}", f"Budi Contoh\nKepala Bidang NIP {NIP}"])
def test_a_number_is_never_part_of_a_name_or_a_position(typed: str) -> None:
    assert isinstance(read_signer(typed, ""), Text)


def test_a_title_and_a_numbered_position_are_read() -> None:
    expected = Signer("Budi Contoh, S.Si., M.Si.", "Kepala Seksi 2", NIP)
    assert read_signer(f"Budi Contoh, S.Si., M.Si.\nKepala Seksi 2\n{NIP}", "") == expected
