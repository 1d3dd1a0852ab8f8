"""What an installation can do: the promises that its texts may make."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal, TypeAlias, get_args

from domain.frozen import frozen
from domain.letter_seal import SigningWay
from domain.office.profile import Office

#: what a sentence promises or tells; `tests/test_promises.py` names the test or the transcript that shows it
Feature: TypeAlias = Literal[
    "answers_kept",
    "result_by_mail",
    "clock_starts_with_sending",
    "clock_pauses",
    "joint_leave_off",
    "cover_letter_template",
    "copy_to_addressee",
    "counter",
    "reminders",
    "revision",
    "files_in_chat",
    "form_files",
    "form_page",
    "account_by_mail",
    "other_channels",
    "letter_codes",
    "letter_checks",
    "signed_letters",
    "sealed_letters",
    "own_data",
    "retention",
    "results_reminder",
    "answers_changed",
    "code_sent_again",
    "complaints",
    "letter_sent",
    "officer_in_chat",
    "consultations",
]
ALL: frozenset[Feature] = frozenset(get_args(Feature))


@frozen
class Reach:
    """What the settings of an installation let it reach."""

    sends_mail: bool = True
    has_public_address: bool = True  #: its pages open on other machines
    has_messenger: bool = True  #: Telegram or WhatsApp


def switched_on(office: Office, way: SigningWay, reach: Reach) -> frozenset[Feature]:
    """What this installation does. `way`: how its letters are signed."""
    deadline = office.deadline
    is_on: Mapping[Feature, bool] = {
        "result_by_mail": reach.sends_mail,
        "account_by_mail": reach.sends_mail,
        "code_sent_again": reach.sends_mail,
        "copy_to_addressee": reach.sends_mail and office.addressee.copy_by_mail,
        "clock_pauses": deadline.pauses_during_revision,
        "joint_leave_off": deadline.exclude_joint_leave,
        "reminders": bool(deadline.reminder_days),
        "form_page": reach.has_public_address,
        "letter_codes": reach.has_public_address,
        "other_channels": reach.has_messenger,
        "signed_letters": way in {"certificate", "bsre"} or (way == "outside" and not office.signing.scans),
        "sealed_letters": way == "none",
    }
    return frozenset(feature for feature in ALL if is_on.get(feature, True))
