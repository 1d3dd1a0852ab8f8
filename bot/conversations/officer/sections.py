"""The blocks of an application: which were answered, which comes after which."""

from __future__ import annotations

from collections.abc import Sequence

from bot.chat import Choice
from bot.service import cases
from bot.service.context import Context
from domain.form.definition import Section
from domain.text import Text
from storage.tables import Application


def answered(ctx: Context, application: Application) -> Sequence[Section]:
    """Those with answers, in the order of the form."""
    form = ctx.app.form(application.form, application.version)
    frozen = cases.answers(ctx, application).answers
    return [section for section in form.sections if any(question.id in frozen for question in section.questions)]


def following(sections: Sequence[Section], id: str) -> Section | None:
    """The block after this one; the first for a name that is none."""
    ids = [section.id for section in sections]
    place = ids.index(id) + 1 if id in ids else 0
    return sections[place] if place < len(sections) else None


def next_choice(ctx: Context, application: Application, after: str) -> Choice:
    """Goes on reading after a block; from the first one again after the last."""
    sections = answered(ctx, application)
    return choice(application, following(sections, after) or sections[0])


def choice(application: Application, section: Section) -> Choice:
    return Choice(
        f"examine:block:{application.id}:{section.id}",
        Text("Baca blok %(code)s · %(title)s", code=section.code, title=section.title),
        Text("Baca blok %(code)s", code=section.code),
    )
