"""A dash leaves an optional question out, and never a required one."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.casework import APPLICANT, FORM, do, staffed
from tests.filling import filling
from tests.talk import World


@pytest.mark.parametrize("dash", ["-", "–", " - "])
def test_a_dash_leaves_out_every_question_that_may_be_left_out(tmp_path: Path, dash: str) -> None:
    world = staffed(World(tmp_path / "data"))
    form = do(world, APPLICANT, lambda ctx: ctx.app.form(FORM))
    optional = [
        question.id
        for question in form.questions.values()
        if not question.required and question.kind in {"text", "number", "file", "longtext", "date", "choices", "email"}
    ]
    for id in optional:
        talk = filling(world, id)
        code = form.questions[id].code
        talk.say(dash)
        assert f"{code} dilewati." in talk.last, (id, talk.last)
    assert optional
    talk = filling(world, "judul_kegiatan")
    talk.say(dash)
    assert "0.1 dilewati" not in talk.last and "wajib diisi" in talk.last and "Judul Kegiatan" in talk.last
    world.stop()
