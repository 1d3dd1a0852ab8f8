"""The actions of buttons. Each action is a small record: `code` builds a button's code from it, `parse` reads it back.

A code is `<conversation>:<act>[:<field>…]`, at most 64 bytes (Telegram's limit). Codes come from outside, so parsing is
strict: anything unexpected becomes `UnknownAction`. Buttons stay on screens for years, so a code that was ever sent
keeps its meaning. When a code changes, its old beginning goes into `OLD_BEGINNINGS`.
"""

from __future__ import annotations

from dataclasses import MISSING, fields
from functools import cache
from typing import TYPE_CHECKING, TypeAlias, cast, get_args, get_type_hints

from bot.actions import (
    applicant,
    complaint,
    consultation,
    counter,
    desk,
    examination,
    live_chat,
    officer,
    own_data,
    report,
    romantik,
    staff,
    survey,
)
from domain.frozen import frozen

if TYPE_CHECKING:
    from collections.abc import Callable

    from _typeshed import DataclassInstance

#: a record of one of the modules of this package, or `UnknownAction`
Action: TypeAlias = "DataclassInstance"

#: the most bytes of a code
MAX_CODE = 64
#: the most digits of a number in a code; such a number fits a BIGINT column
_MAX_DIGITS = 17


@frozen
class UnknownAction:
    """A code that no version of this program has sent."""

    code: str


#: the beginning of a code → its record. "*" stands for the first field. Where one beginning has two records, the number
#: of fields decides.
BEGINNINGS: tuple[tuple[str, type[Action]], ...] = (
    ("menu:show", applicant.ShowMenu),
    ("menu:services", applicant.ShowServices),
    ("guide:start", applicant.ShowGuide),
    ("guide:page", applicant.ShowGuidePage),
    ("guide:faq", applicant.ShowFaq),
    ("guide:intent", applicant.ChooseIntent),
    ("language:start", applicant.AskLanguage),
    ("language:*", applicant.ChooseLanguage),
    ("account:start", applicant.ShowAccount),
    ("account:elsewhere", applicant.ContinueElsewhere),
    ("account:leave", applicant.AskSignOut),
    ("account:left", applicant.SignOut),
    ("account:register", applicant.Register),
    ("account:agree", applicant.GiveConsent),
    ("account:move", applicant.MoveHere),
    ("account:resend", applicant.ResendCode),
    ("account:email", applicant.ChangeEmail),
    ("own_data:show", own_data.ShowOwnData),
    ("own_data:export", own_data.ExportOwnData),
    ("own_data:ask", own_data.AskErasure),
    ("own_data:code", own_data.SendErasureCode),
    ("own_data:erase", own_data.EraseOwnData),
    ("apply:start", applicant.StartApplication),
    ("apply:new", applicant.NewApplication),
    ("apply:resume", applicant.ResumeDraft),
    ("apply:take", applicant.OpenDraft),
    ("apply:copy", applicant.CopyApplication),
    ("apply:earlier", applicant.ListEarlier),
    ("apply:blank", applicant.FillBlankForm),
    ("copy_request:start", applicant.AskToCopy),
    ("copy_request:allow", applicant.AllowCopy),
    ("copy_request:refuse", applicant.RefuseCopy),
    ("copy_request:begin", applicant.BeginCopy),
    ("draft:list", applicant.ListDrafts),
    ("draft:ask", applicant.AskDiscard),
    ("draft:discard", applicant.DiscardDraft),
    ("apply:who", applicant.AnswerWho),
    ("apply:level", applicant.AnswerLevel),
    ("catalogue:start", applicant.StartSearch),
    ("catalogue:again", applicant.SearchAgain),
    ("catalogue:open", applicant.OpenEntry),
    ("catalogue:organiser", applicant.SearchSameOrganiser),
    ("catalogue:page", applicant.SearchPage),
    ("catalogue:year", applicant.SearchYear),
    ("catalogue:years", applicant.SearchAllYears),
    ("catalogue:meant", applicant.SearchSuggestion),
    ("catalogue:back", applicant.BackToResults),
    ("status:start", applicant.ListApplications),
    ("status:withdrawn", applicant.ConfirmWithdrawal),
    ("status:*", applicant.ApplicationStep),
    ("revise:start", applicant.StartRevision),
    ("rating:ask", applicant.AskRating),
    ("rating:comments", survey.ReadComments),
    ("rating:give", survey.RateService),
    ("rating:without", survey.LeaveCommentOut),
    ("rating:answer", survey.AnswerComment),
    ("survey:open", survey.OpenSurvey),
    ("survey:page", survey.ShowSurveyPage),
    ("survey:ask", survey.AskElement),
    ("survey:score", survey.ScoreElement),
    ("complaint:write", applicant.WriteComplaint),
    ("complaint:show", applicant.ShowComplaints),
    ("complaint:show", officer.OpenComplaint),
    ("complaint:list", officer.ListComplaints),
    ("complaint:answer", officer.AnswerComplaint),
    ("complaint:name", complaint.ShowName),
    ("complaint:subject", complaint.AskSubject),
    ("complaint:case", complaint.NameCase),
    ("complaint:nobody", complaint.NameNobody),
    ("complaint:words", complaint.UseWords),
    ("complaint:own", complaint.ListOwnComplaints),
    ("complaint:desk", complaint.ComplaintDeskStep),
    ("complaint:file", complaint.OpenComplaintFile),
    ("complaint:*", complaint.ComplainerStep),
    ("consultation:ask", consultation.WriteQuestion),
    ("consultation:own", consultation.ListOwnConsultations),
    ("consultation:list", consultation.ListConsultations),
    ("consultation:desk", consultation.AdviserStep),
    ("consultation:file", consultation.OpenSentFile),
    ("consultation:*", consultation.AskerStep),
    ("inbox:start", officer.OpenInbox),
    ("inbox:list", officer.InboxPage),
    ("inbox:found", officer.FoundPage),
    ("inbox:unranked", officer.LeaveRankOut),
    ("case:show", officer.OpenCase),
    ("case:expired", officer.ConfirmExpiry),
    ("case:returned", examination.ConfirmRevision),
    ("case:retracted", examination.ConfirmTakeBack),
    ("case:undone", examination.UndoHeldAct),
    ("case:sent", officer.ConfirmSending),
    ("case:*", officer.CaseStep),
    ("applicant:show", examination.ShowApplicant),
    ("applicant:identity", examination.ReadIdentity),
    ("examine:blocks", officer.ListSections),
    ("examine:block", officer.ReadSection),
    ("examine:clear", examination.MarkClear),
    ("examine:finding", examination.RemarkFinding),
    ("examine:answer", officer.ReadAnswer),
    ("examine:file", officer.OpenUpload),
    ("remark:which", officer.StartRemark),
    ("remark:ask", officer.WriteRemark),
    ("remark:ready", officer.PickRemark),
    ("remark:open", officer.ListRemarks),
    ("remark:close", officer.CloseRemark),
    ("remark:closed", examination.CloseAllRemarks),
    ("remark:weigh", examination.WeighRemark),
    ("remark:*", officer.AnswerRemark),
    ("inquiry:ask", examination.AskApplicant),
    ("inquiry:list", examination.ListInquiries),
    ("inquiry_answer:open", examination.AnswerInquiry),
    ("inquiry:*", examination.InquiryStep),
    ("verdict:taken", officer.ChooseVerdict),
    ("verdict:ground", officer.PickGround),
    ("verdict:heed", officer.PickAdvice),
    ("verdict:final", officer.ConfirmVerdict),
    ("verdict:issued", officer.ConfirmIssue),
    ("verdict:*", officer.VerdictStep),
    ("issuing:*", officer.IssuingStep),
    ("letter:ground", officer.ReplaceGrounds),
    ("letter:heeded", officer.ReplaceAdvice),
    ("letter:again", officer.ConfirmReopening),
    ("letter:*", officer.LetterStep),
    ("correction:sure", officer.ConfirmCorrection),
    ("correction:*", officer.CorrectionStep),
    ("live_chat:resume", live_chat.ResumeTalk),
    ("live_chat:end", live_chat.EndTalk),
    ("live_desk:list", live_chat.ListLiveChats),
    ("live_desk:claim", live_chat.ClaimLiveChat),
    ("live_desk:open", live_chat.OpenLiveChat),
    ("live_desk:end", live_chat.EndLiveChat),
    ("live_desk:give", live_chat.PickForLiveChat),
    ("live_desk:given", live_chat.GiveLiveChat),
    ("live_desk:read", live_chat.ReadTalks),
    ("register:page", officer.RegisterPage),
    ("register:print", officer.PrintRegister),
    ("history:page", officer.ShowHistory),
    ("upload:start", officer.RecordIssue),
    ("upload:sure", officer.ConfirmRecord),
    ("signed:start", officer.SendSigned),
    ("signed:sent", officer.ConfirmSigned),
    ("signed:page", officer.SignLetter),
    ("romantik:export", romantik.ExportCase),
    ("romantik:number", romantik.RecordNumber),
    ("report:show", report.AskPeriod),
    ("report:make", report.MakeReport),
    ("visit:show", applicant.ShowVisit),
    ("queue:show", applicant.ShowQueue),
    ("queue:service", applicant.PickDay),
    ("queue:take", applicant.TakeNumber),
    ("queue:back", applicant.GiveNumberBack),
    ("queue:moved", applicant.MoveNumber),
    ("queue:*", applicant.NumberStep),
    ("desk:show", desk.OpenDesk),
    ("desk:next", desk.CallNext),
    ("desk:pause", desk.PauseQueue),
    ("desk:resume", desk.ResumeQueue),
    ("desk:give", desk.PickService),
    ("desk:given", desk.GiveNumber),
    ("desk:print", desk.PrintSlip),
    ("desk:*", desk.DeskStep),
    ("counter:show", counter.OpenCounter),
    ("counter:visitors", counter.ListVisitors),
    ("counter:begin", counter.BeginRecord),
    ("counter:agreed", counter.VisitorAgrees),
    ("counter:resend", counter.ResendVisitorCode),
    ("counter:change", counter.ChangeVisitor),
    ("counter:open", counter.OpenRecord),
    ("counter:rated", counter.RateForVisitor),
    ("counter:*", counter.RecordStep),
    ("staff:give", staff.PickColleague),
    ("staff:to", staff.HandOver),
    ("staff:given", staff.HandOverSilently),
    ("staff:list", staff.ListStaff),
    ("staff:open", staff.OpenColleague),
    ("staff:all", staff.PickForAll),
    ("staff:moved", staff.HandOverAll),
    ("staff:shared", staff.ShareOut),
    ("staff:invite", staff.PickRole),
    ("staff:invited", staff.InviteAs),
    ("staff:revoke", staff.AskRevoke),
    ("staff:revoked", staff.ConfirmRevoke),
    ("staff:reset", staff.AskReset),
    ("staff:cleared", staff.ConfirmReset),
    ("step_up:setup", staff.SetUpAuthenticator),
    ("step_up:leave", staff.LeaveStepUp),
    ("staff:failures", staff.ShowFailures),
    ("staff:retry", staff.RetryJobs),
    ("staff:check", staff.CheckSystem),
    ("guest_book:show", applicant.ShowGuestBook),
    ("guest_book:sign", applicant.SignGuestBook),
    ("text:*", applicant.TextButton),
    ("form:*", applicant.FormButton),
)

#: beginnings of codes that older versions sent → today's beginnings
OLD_BEGINNINGS = {
    "status:list:0": "status:start",
    "rating:page": "rating:comments:letter",
    "rating:stars": "rating:give:letter",
    "rating:later": "rating:without:letter",
    "rating:question": "rating:answer:letter",
}

#: records that another conversation handles than the one that their code begins with: it was split after they were sent
_MOVED: dict[type[Action], str] = dict.fromkeys(
    (
        applicant.Register,
        applicant.GiveConsent,
        applicant.MoveHere,
        applicant.ResendCode,
        applicant.ChangeEmail,
    ),
    "registration",
)

_BEGINNING_OF: dict[type[Action], str] = {kind: beginning for beginning, kind in reversed(BEGINNINGS)}
_KINDS: dict[str, list[type[Action]]] = {}
for _beginning, _kind in BEGINNINGS:
    _KINDS.setdefault(_beginning, []).append(_kind)


def code(action: Action) -> str:
    """Builds the code of a button. Leaves out fields at the end that have their default. Raises `ValueError` for values
    that do not fit into a code.
    """
    kind = type(action)
    beginning, words = _plain_beginning(kind), _words(action, kind)
    built = ":".join((beginning, *words)) if words else beginning
    if built.count(":") != beginning.count(":") + len(words):
        raise ValueError(f"a field with a colon: {action}")
    if len(built) > MAX_CODE or (not built.isascii() and len(built.encode()) > MAX_CODE):
        raise ValueError(f"longer than {MAX_CODE} bytes: {built}")
    return built


def parse(raw: str) -> Action:
    """Reads the code of a button. The code is untrusted."""
    current = _current(raw)
    name, _, rest = current.partition(":")
    words = rest.split(":")
    if len(raw) <= MAX_CODE and len(raw.encode(errors="replace")) <= MAX_CODE:
        for kind in _KINDS.get(f"{name}:{words[0]}", ()):
            if (action := read_fields(kind, words[1:])) is not None:
                return action
        for kind in _KINDS.get(f"{name}:*", ()):
            if (action := read_fields(kind, words)) is not None:
                return action
    return UnknownAction(raw)


def conversation_of(action: Action) -> str:
    """The name of the conversation that handles a button; empty for an unknown one."""
    return _MOVED.get(type(action)) or _BEGINNING_OF.get(type(action), "").partition(":")[0]


@cache
def _plain_beginning(kind: type[Action]) -> str:
    return _BEGINNING_OF[kind].removesuffix(":*")


def _words(action: Action, kind: type[Action]) -> list[str]:
    """The fields as they stand in the code, without those at the end that have their default."""
    parts = _parts(kind)
    values = [getattr(action, part.name) for part in parts]
    while values and parts[len(values) - 1].default == values[-1]:  # `MISSING` equals no value
        values.pop()
    return list(map(str, values))


@frozen
class _Part:
    """What is known of one field of an action."""

    name: str
    default: object
    hint: object


@cache
def _parts(kind: type[Action]) -> tuple[_Part, ...]:
    """Looked up once for each kind: every message has buttons."""
    hints = get_type_hints(kind)
    return tuple(_Part(field.name, field.default, hints[field.name]) for field in fields(kind))


def _current(raw: str) -> str:
    """The code that today's version sends instead of an old one."""
    for old, new in OLD_BEGINNINGS.items():
        if raw == old or raw.startswith(f"{old}:"):
            return new + raw[len(old) :]
    return raw


def read_fields(kind: type[Action], words: list[str]) -> Action | None:
    """Builds the record, if the number and the types of the fields fit."""
    parts = _parts(kind)
    required = sum(part.default is MISSING for part in parts)
    if not required <= len(words) <= len(parts):
        return None
    values = [_value(part.hint, word) for part, word in zip(parts, words, strict=False)]
    return None if None in values else cast("Callable[..., Action]", kind)(*values)


def _value(hint: object, word: str) -> str | int | None:
    allowed: tuple[str | int, ...] = get_args(hint)
    if hint is str:
        return word or None
    if hint is int or isinstance(allowed[0], int):
        number = read_number(word)
        return number if not allowed or number in allowed else None
    return word if word in allowed else None  # a `Literal` of words


def read_number(word: str) -> int | None:
    """Reads a short decimal number without a sign; any other word is `None`."""
    return int(word) if word.isascii() and word.isdigit() and len(word) <= _MAX_DIGITS else None
