"""Somebody in the middle of a form."""

from __future__ import annotations

from collections.abc import Mapping

from bot.service import drafts
from bot.service.context import Context
from domain.form.definition import Value
from tests.casework import APPLICANT, FORM, do, half_filled
from tests.talk import Talk, World
from tests.unit.check_cases import SURVEY


def filling(
    world: World, question: str, form: str = FORM, answers: Mapping[str, Value] = SURVEY, who: str = APPLICANT
) -> Talk:
    """Somebody registered whose form is filled up to this question, which is open."""

    def begin(ctx: Context) -> tuple[int, str]:
        ids = list(ctx.app.form(form).questions)
        known = {id: value for id, value in answers.items() if ids.index(id) < ids.index(question)}
        return drafts.create(ctx, form, known).id, ctx.app.form(form).questions[question].code

    draft, code = do(world, who, begin)
    talk = Talk(world, who)
    talk.press(f"form:{draft}:{code}:help:0")
    return talk


def at(world: World, *left: str, who: str = APPLICANT) -> Talk:
    """Somebody whose survey lacks the answers to these questions; the first of them is open."""
    half_filled(world, *left, who=who)
    talk = Talk(world, who)
    talk.say("menu")
    talk.tap("Lanjutkan permohonan")
    return talk
