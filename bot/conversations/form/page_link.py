"""Gives the link to the form's page. The open question stays open."""

from __future__ import annotations

from dataclasses import replace

from bot.chat import Prompt, Turn, turn
from bot.conversations.form.session import FormSession
from bot.conversations.state import to_json
from bot.service import form_page
from domain.form import answers
from domain.text import Text, paragraphs

_SAME = Text("Isian di halaman sama dengan isian di percakapan; Anda boleh berpindah kapan saja.")
_ONE_TIME = Text(
    "Buka halaman ini untuk mengisi formulir. Tautannya berlaku 15 menit dan hanya untuk Anda; jangan diteruskan."
)
_OWN = Text("Tekan Isi di halaman untuk mengisi formulir ini per blok.")
_NONE = Text("Pengisian di halaman belum tersedia di sini. Silakan lanjutkan dalam percakapan.")


def show_page_link(session: FormSession) -> Turn:
    link = form_page.link(session.ctx, session.draft)
    is_own = link == form_page.own_link(session.ctx, session.draft)
    text = paragraphs(_OWN if is_own else _ONE_TIME, _SAME) if link else _NONE
    question = session.question
    prompt = Prompt(
        text,
        link=link,
        expects=session.dialogue.asked,
        takes_file=question is not None and answers.is_upload(question),
    )
    return turn(replace(session.dialogue, data=to_json(session.state)), prompt)
