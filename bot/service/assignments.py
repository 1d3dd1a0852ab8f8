"""Who works on what: handing applications over to a colleague, and what each of the staff holds."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence

from bot.service import access, buttons, notices, officers, remarks, transitions
from bot.service.access import ActionRefused
from bot.service.context import Context
from domain.frozen import frozen
from domain.text import Text, paragraphs, verbatim
from storage import applications, cases
from storage import officers as rows
from storage.tables import Application, Officer

#: applications that are handed over at once; the others follow with the next press
AT_ONCE = 8
_CHANGED = Text("Permohonan yang dipegang rekan itu sudah berubah sejak tombol itu dikirim. Ini keadaannya sekarang.")


@frozen
class Workload:
    """What one member of the staff holds."""

    officer: Officer
    held: int
    is_reachable: bool  #: has a chat in which they are signed in


def may_give(ctx: Context, application: Application) -> bool:
    """The officer who holds an application gives it away, and the head gives away that of anybody."""
    holds = application.officer_id == ctx.actor.id
    is_head = access.may_do(ctx, "share_out")
    return access.can(ctx, application, "hand_over") and application.officer_id is not None and (holds or is_head)


def colleagues(ctx: Context, *without: int | None) -> Sequence[Officer]:
    """Who can take an application now, in the order of their names."""
    found = rows.reachable(ctx.session, "officer", "head")
    return sorted((each for each in found if each.person_id not in without), key=lambda each: each.name)


def candidates(ctx: Context, application: Application) -> Sequence[Officer]:
    """Nobody gets an application of their own. Raises `ActionRefused`."""
    _require_giving(ctx, application)
    return colleagues(ctx, application.officer_id, application.person_id)


def receiver(ctx: Context, application: Application, to_id: int) -> Officer:
    """The colleague who gets an application. Raises `ActionRefused` for somebody who cannot take it now."""
    found = next((each for each in candidates(ctx, application) if each.person_id == to_id), None)
    if found is None:
        raise ActionRefused(Text("Rekan itu sekarang tidak dapat menerima permohonan ini."))
    return found


def hand_over(ctx: Context, application: Application, to_id: int, message: str = "") -> str:
    """Gives the application to a colleague, who is told, as is whoever held it. Returns the colleague's name. Raises
    `ActionRefused`.
    """
    name = receiver(ctx, application, to_id).name
    before = application.officer_id
    transitions.move(ctx, application, "hand_over", officer_id=to_id)
    if message:
        remarks.add_note(ctx, application, message)
    giver = officers.name_of(ctx, ctx.actor.id)
    text = Text("%(name)s menyerahkan permohonan %(number)s kepada Anda.", name=giver, number=application.number)
    told = paragraphs(text, verbatim(f"“{message}”") if message else None)
    notices.tell_officer(ctx, to_id, told, "handed_over", buttons.open_case(application), about=application)
    if before is not None and before != ctx.actor.id:
        moved = Text(
            "%(giver)s menyerahkan permohonan %(number)s, yang Anda pegang, kepada %(name)s.",
            giver=giver,
            number=application.number,
            name=name,
        )
        notices.tell_officer(ctx, before, moved, "taken_over", about=application)
    return name


def workloads(ctx: Context) -> Sequence[Workload]:
    """Of all who are not revoked, and of those who are and still hold something. Raises `ActionRefused`."""
    access.require_staff(ctx, "list_staff")
    held = cases.count_by_officer(ctx.session)
    reachable = {officer.person_id for officer in rows.reachable(ctx.session)}
    found = rows.active_or_one_of(ctx.session, held)
    return [Workload(each, held.get(each.person_id, 0), each.person_id in reachable) for each in found]


def held_by(ctx: Context, person_id: int) -> Sequence[Application]:
    """The most urgent applications that a colleague holds, of the statuses in which they can be handed over. Raises
    `ActionRefused`.
    """
    access.require_staff(ctx, "share_out")
    page = cases.assigned_to(ctx.session, person_id, 0, AT_ONCE)
    return page.rows


def hand_over_all(ctx: Context, person_id: int, to_id: int, count: int) -> int:
    """Hands over what a colleague holds, the most urgent first. `count`: how many the actor has seen. Returns how many
    were handed over. Raises `ActionRefused`.
    """
    return len(_give_all(ctx, person_id, count, lambda _: to_id))


def share_out(ctx: Context, person_id: int, count: int) -> Mapping[str, int]:
    """The same to several colleagues: each application goes to who holds the fewest then. Returns how many each has
    got, by name.
    """
    load = cases.count_by_officer(ctx.session)
    names = {each.person_id: each.name for each in colleagues(ctx, person_id)}

    def lightest(application: Application) -> int | None:
        able = [to_id for to_id in names if to_id != application.person_id]
        chosen = min(able, key=lambda to_id: load.get(to_id, 0), default=None)
        if chosen is not None:
            load[chosen] = load.get(chosen, 0) + 1
        return chosen

    return Counter(names[to_id] for to_id in _give_all(ctx, person_id, count, lightest))


def _give_all(
    ctx: Context, person_id: int, count: int, receiver_of: Callable[[Application], int | None]
) -> Sequence[int]:
    """Who got one, in the order of the applications."""
    found = held_by(ctx, person_id)
    if len(found) != count:
        raise ActionRefused(_CHANGED)
    given = []
    for each in found:  # locked in the order of the daily jobs, so that nobody waits for each other
        application = applications.get(ctx.session, each.id)
        if application is None or application.officer_id != person_id or application.person_id == ctx.actor.id:
            continue
        if not transitions.is_possible(application, "hand_over"):
            continue
        to_id = receiver_of(application)
        if to_id is not None and to_id != application.person_id:
            hand_over(ctx, application, to_id)
            given.append(to_id)
    return given


def _require_giving(ctx: Context, application: Application) -> None:
    access.require(ctx, application, "hand_over")
    if not may_give(ctx, application):
        raise ActionRefused(Text("Hanya pemegangnya atau kepala yang dapat menyerahkan permohonan ini."))
