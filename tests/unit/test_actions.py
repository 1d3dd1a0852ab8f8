"""The codes of buttons: what was ever sent keeps its meaning, and nothing odd has one."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot import actions
from bot.actions import BEGINNINGS, Action, UnknownAction, code, parse
from bot.actions.applicant import (
    AnswerLevel,
    ApplicationStep,
    ChooseLanguage,
    CopyApplication,
    FillBlankForm,
    FormButton,
    ListApplications,
    ListEarlier,
    OpenDraft,
    Register,
    SearchPage,
    SearchSuggestion,
    ShowComplaints,
    ShowMenu,
)
from bot.actions.officer import CaseStep, ChooseVerdict, InboxPage, OpenCase, OpenComplaint, PickGround, ReadAnswer
from bot.actions.survey import LeaveCommentOut, RateService, ReadComments

#: codes as version 0.1 sent them; they stay on screens for years
SENT: dict[str, Action] = {
    "menu:show": ShowMenu(),
    "language:en": ChooseLanguage("en"),
    "account:register": Register(),
    "apply:take:12": OpenDraft(12),
    "catalogue:meant:1a2b3c": SearchSuggestion("1a2b3c"),
    "apply:copy:12": CopyApplication(12),
    "apply:earlier": ListEarlier(),
    "apply:earlier:1": ListEarlier(1),
    "apply:blank": FillBlankForm(),
    "apply:level:instansi:kabupaten": AnswerLevel("instansi", "kabupaten"),
    "catalogue:page:2:1a2b3c4d": SearchPage(2, "1a2b3c4d"),
    "status:start": ListApplications(),
    "status:list:0": ListApplications(),
    "status:withdraw:7": ApplicationStep("withdraw", 7),
    "rating:stars:7:5": RateService("letter", 7, 5),
    "rating:later:7": LeaveCommentOut("letter", 7),
    "rating:page:2": ReadComments("letter", 2),
    "complaint:show": ShowComplaints(),
    "complaint:show:3": OpenComplaint(3),
    "inbox:list:under_review:0": InboxPage("under_review", 0),
    "case:show:7": OpenCase(7),
    "case:show:7:II": OpenCase(7, "II"),
    "case:claim:7": CaseStep("claim", 7),
    "examine:answer:7:3.2:1": ReadAnswer(7, "3.2", 1),
    "verdict:taken:7:layak": ChooseVerdict(7, "layak"),
    "verdict:ground:7:ditolak:2": PickGround(7, "ditolak", 2),
    "form:5:4.6:on.2:17": FormButton(5, "4.6", "on.2", 17),
    "form:5:-:submit:17": FormButton(5, "-", "submit", 17),
}
ODD = (
    *("", ":", "menu", "menu:show:1", "nothing:here", "case:claim", "case:claim:x", "case:claim:-1", "case:claim:٣"),
    *("case:fly:7", "rating:stars:7:6", "rating:stars:7:05x", "form:1:4.6:on.2", "form:1:4.6:on.2:3:4"),
    *("case:claim:" + "9" * 18, "apply:who:" + "a" * 60, "case:show:7:"),
)


@pytest.mark.parametrize("raw,action", SENT.items(), ids=str)
def test_a_code_that_was_ever_sent_keeps_its_meaning(raw: str, action: Action) -> None:
    assert parse(raw) == action


@pytest.mark.parametrize("raw", ODD)
def test_what_nobody_sent_means_nothing(raw: str) -> None:
    assert parse(raw) == UnknownAction(raw)


def test_every_kind_of_button_has_a_beginning_of_its_own() -> None:
    by_kind = [kind for _, kind in BEGINNINGS]
    assert len(by_kind) == len(set(by_kind))


# The first draw of a kind looks its types up, which takes seconds on a busy machine.
@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.sampled_from([kind for _, kind in BEGINNINGS]).flatmap(st.from_type))
def test_a_button_means_what_it_was_built_from(action: Action) -> None:
    """Fields that do not fit into a code are refused when it is built, never changed."""
    try:
        built = code(action)
    except ValueError:
        return
    assert len(built.encode()) <= actions.MAX_CODE
    assert parse(built) in (action, UnknownAction(built))


@given(st.text(max_size=80))
def test_no_text_breaks_the_reading_of_a_code(raw: str) -> None:
    action = parse(raw)
    assert isinstance(action, UnknownAction) or parse(code(action)) == action
