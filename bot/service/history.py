"""The history of an application, in sentences made from its audit lines: who did what, when, and what it was before."""

from __future__ import annotations

from collections.abc import Mapping
from typing import cast

from bot.service import access
from bot.service.audit import SYSTEM, chain_of, record
from bot.service.context import Context
from bot.service.history_sentences import HistoryEvent, sentence
from bot.service.wording import status_name
from domain.frozen import frozen
from domain.text import Text, lines, verbatim
from storage import audit, file_records, letters, officers
from storage.tables import Application, AuditLine

PAGE = 6


@frozen
class HistoryPage:
    """Some lines of one history, the newest last."""

    entries: tuple[Text, ...]
    first: int  #: number of the first of them
    last: int
    count: int  #: lines of the whole history


def read_page(ctx: Context, application: Application, last: int | None = None) -> HistoryPage:
    """The lines up to the number `last`, by default the newest. Reading them is recorded too."""
    chain = chain_of(application)
    access.require(ctx, application, "read")
    count = audit.count(ctx.session, chain)
    last = count if last is None else max(1, min(last, count))
    found = audit.lines(ctx.session, chain, last, PAGE)
    entries = _entries(ctx, application, found)
    first = last - len(found) + 1
    record(ctx, application, "read_history", after={"first": first, "last": last})
    return HistoryPage(entries, first, last, count)


def _entries(ctx: Context, application: Application, found: list[AuditLine]) -> tuple[Text, ...]:
    people = {_person_id(line.actor) for line in found} | {
        cast("int | None", values.get("officer_id")) for line in found for values in (line.before, line.after)
    }
    names = officers.names(ctx.session, {id for id in people if id is not None})
    form = ctx.app.form(application.form, application.version)
    files = file_records.names(ctx.session, _ids(found, "file"))
    numbers = letters.numbers(ctx.session, _ids(found, "letter"))
    entries = []
    for line in found:
        who = _who(line.actor, names, application)
        event = HistoryEvent(who, line.actor == SYSTEM, line.before, line.after, form, names, files, numbers)
        at = Text("%(at)s", at=line.at.astimezone(ctx.office.zone))
        entries.append(lines(at, sentence(line.act, event), _status_change(line)))
    return tuple(entries)


def _person_id(actor: str) -> int | None:
    kind, _, id = actor.partition("/")
    return int(id) if kind == "person" and id.isdecimal() else None


def _ids(found: list[AuditLine], key: str) -> set[int]:
    return {id for line in found if isinstance(id := line.after.get(key), int)}


def _who(actor: str, names: Mapping[int, str], application: Application) -> Text:
    person_id = _person_id(actor)
    if person_id is None:
        return {SYSTEM: Text("Sistem"), "operator": Text("Operator")}.get(actor) or verbatim(actor)
    name = names.get(person_id, "")
    if person_id == application.person_id:
        return Text("%(name)s (pemohon)", name=name) if name else Text("Pemohon")
    return verbatim(name) if name else Text("Seorang petugas")


def _status_change(line: AuditLine) -> Text | None:
    before, after = line.before.get("status"), line.after.get("status")
    if not isinstance(before, str) or not isinstance(after, str) or before == after or line.act == "submit":
        return None
    return Text("Status: %(before)s → %(after)s", before=status_name(before), after=status_name(after))
